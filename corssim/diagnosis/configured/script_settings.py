"""Settings in objects of JavaScript that no call of cors() is given: `cors:` among others, options by a name."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .code_values import defined, keys_of, names_of, setting, value_at
from .express import CORS, MOST_CALLS, PACKAGES, Package, configured_by
from .model import METHODS_OF_ALL, REFLECTED, Configured
from .paths import Place, by_path
from .scan import without_comments

if TYPE_CHECKING:
    from collections.abc import Sequence

# https://hapi.dev/api/#-routeoptionscors
_HAPI: Final = Package(
    "hapi",
    "hapi",
    METHODS_OF_ALL,
    takes_stars=True,
    settings=("headers", "exposedHeaders", "additionalHeaders", "additionalExposedHeaders", "preflightStatusCode"),
)
_HAPI_HEADERS: Final = ("Accept", "Authorization", "Content-Type", "If-None-Match")

SCRIPT_SETTING: Final = r"(?m)(?:^|[\s{,])[\"']?cors[\"']?\s*:\s*(?:true|false|\{|[A-Za-z_$])"
SCRIPT_OPTIONS: Final = (
    r"\b(?:const|let|var)\s+(?:(?=\w*[cC](?:ors|ORS))\w+\s*(?::\s*[\w.<>]+\s*)?|\w+\s*:\s*\w*\.?\w*[cC]ors\w*\s*)=\s*(?=\{)"
    r"|\b(?:module\.)?exports(?:\.\w*[cC](?:ors|ORS)\w*)?\s*=\s*(?=\{)|\bexport\s+default\s+(?=\{)"
    r"|[\s{,][\"']?(?=\w*[cC](?:ors|ORS))\w+[\"']?\s*:\s*(?=\{)"
)
_SETTING: Final = lazy_pattern(r"(?:^|[\s{,])[\"']?cors[\"']?\s*:\s*(?=true|false|\{|[A-Za-z_$])")
_OPTIONS: Final = lazy_pattern(SCRIPT_OPTIONS)
_PARTS: Final = frozenset({"credentials", "methods", "allowedHeaders", "exposedHeaders", "optionsSuccessStatus"})
_GUESSED: Final = (
    "No call of cors() is in it: these are read as options of the package cors, which Express, Nest, Socket.IO and "
    "Vite take; another program may mean something else by them."
)


def read_script_setting(text: str) -> Configured | None:
    """`cors:` among the options of Nest, Apollo, Socket.IO and hapi; None where there is none."""
    text = without_comments(text)
    found = [value_at(text, each.end()) for each in islice(_SETTING.finditer(text), MOST_CALLS)]
    if not found:
        return None
    is_hapi = re.search(
        r"\b[hH]api\b|@hapi/|server\.(?:connection|route)\b|\brequest\.pre\b|additional(?:Exposed)?Headers", text
    )
    is_express = re.search(
        r"NestFactory|Apollo|WebSocketGateway|[sS]ocket\.?[iI][oO]|applyMiddleware|\bnew\s+\w*Server\s*\(", text
    )
    if is_express is None and is_hapi is None:
        return None
    each = [_of_hapi(text, given) if is_express is None else _of_a_setting(text, given) for given in found]
    first = _one_of(each, "more than one setting cors")
    if first.not_understood:
        return first
    if (
        re.search(r"WebSocketGateway|[sS]ocket\.?[iI][oO]|\bnew\s+(?:IO|Socket)?Server\s*\(", text) is not None
        and "NestFactory.create" not in text
    ):
        return by_path(first, [Place("^/socket\\.io(?:/|$)", first.grants)], "/socket.io/")
    return first


def read_script_options(text: str) -> Configured | None:
    """Options of the package cors that stand alone, by a name with cors in it or as what a file exports; None where
    no object with `origin` is there."""
    text = without_comments(text)
    found = []
    for each in islice(_OPTIONS.finditer(text), MOST_CALLS):
        given = value_at(text, each.end())
        if re.search(r"[cC](?:ors|ORS)", each[0]) is not None:
            found += [given] if _has_origin(given) else []
        elif (keys := keys_of(given)) is not None and "origin" in keys and not _PARTS.isdisjoint(keys):
            found.append(given)
    of = next((package for sign, package in PACKAGES if re.search(sign, text)), CORS)
    read = [configured_by(text, each, of) for each in found]
    if not read:
        return None
    configured = replace(_one_of(read, "more than one object of options"), notes=(_GUESSED,))
    if _SERVES.search(text) is not None:  # a program that gives them to nothing
        return replace(configured, not_understood=("options that nothing in it uses",))
    return configured


_SERVES: Final = lazy_pattern(r"\bexpress\s*\(|\bnew\s+Koa\b|\bfastify\s*\(|\.listen\s*\(|\bcreateServer\s*\(")


def _has_origin(given: str) -> bool:
    keys = keys_of(given)
    return re.search(r"\borigin\b", given) is not None if keys is None else "origin" in keys


def _one_of(read: Sequence[Configured], doubt: str) -> Configured:
    differ = len({(each.grants, each.not_understood) for each in read}) > 1
    return replace(read[0], not_understood=(doubt,)) if differ else read[0]


def _of_a_setting(text: str, given: str) -> Configured:
    of = CORS if "NestFactory" not in text else PACKAGES[1 if "Fastify" in text else 0][1]
    if given == "false":
        return Configured(kind=of.kind, software=of.software, grants=())
    return configured_by(text, "" if given == "true" else given, of)


def _of_hapi(text: str, given: str) -> Configured:
    """It answers with the origin that asks, and a preflight with the method of the route that is there."""
    if given == "false":
        return Configured(kind=_HAPI.kind, software=_HAPI.software, grants=())
    options = "" if given == "true" else defined(text, given)
    read = configured_by(text, options, _HAPI)
    headers = names_of(text, setting(options, "headers"))
    more = names_of(text, setting(options, "additionalHeaders"))
    unknown = tuple(("headers", each) for each in (*headers.computed, *more.computed))
    return replace(
        read,
        fixed_origin=False,
        preflight_status=200,
        grants=tuple(
            replace(
                grant,
                origins=tuple(REFLECTED if each == "*" else each for each in grant.origins),
                headers=("Origin", *(headers.texts or _HAPI_HEADERS), *more.texts),
                any_header=False,
                computed=(*grant.computed, *unknown),
            )
            for grant in read.grants
        ),
    )
