"""Traefik's headers middleware: labels, files and Kubernetes' resources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .model import Configured, Grant, Mistake
from .scan import listed, unquoted, value_of, without_comments

if TYPE_CHECKING:
    from .model import Part

_LABEL: Final = lazy_pattern(
    r"([\"'`]?)traefik\.http\.middlewares\.([\w-]+)\.headers\.(\w+)[\"']?\s*[=:]\s*([\"']?)([^\"'\n]*)", re.IGNORECASE
)
_QUOTED: Final = lazy_pattern(r"\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)'")
_OF_NIX: Final = lazy_pattern(r"\bmiddlewares\s*=\s*\{")

_MIDDLEWARES_OF_ROUTERS: Final = lazy_pattern(r"routers\.[\w-]+\.middlewares\s*[=:]([^\n]*)", re.IGNORECASE)


def read_traefik(text: str) -> Configured:
    """https://doc.traefik.io/traefik/middlewares/http/headers/#cors-headers

    Labels, files and Kubernetes' resources; `customResponseHeaders` besides.
    """
    text = without_comments(text)
    labels = _LABEL.findall(text)
    told: dict[str, dict[str, str]] = {}
    for quote, name, key, inner, value in labels:
        told.setdefault(name, {})[key.lower()] = _of_label(value, is_escaped='"' in (quote, inner))
    named = re.findall(r"(?m)^[^\S\n]*([\w-]+):[^\S\n]*\n\s*headers:", text)
    if not labels:
        keys = [*_TRAEFIK_LISTS, "accessControlAllowCredentials", "accessControlMaxAge"]
        values = {key.lower(): value for key in keys if (value := value_of(text, key)) is not None}
        told = {named[0] if named and named[0] not in ("spec", "middlewares") else "": values}
    name, own = next((each for each in told.items() if any(map(_is_of_cors, each[1]))), ("", {}))

    def names(key: str) -> tuple[str, ...] | None:
        value = own.get(key.lower())
        return None if value is None else listed(value)

    def expressions(key: str) -> tuple[str, ...] | None:
        return _expressions(own.get(key.lower()))

    routers = " ".join(_MIDDLEWARES_OF_ROUTERS.findall(text)) if labels else " ".join(
        re.findall(r"(?ms)^[^\S\n]*middlewares:[^\S\n]*\n((?:\s*-\s*[^\n]+\n?)+)", text)
    )  # fmt: skip
    attached = re.search(rf"\b{re.escape(name)}\b", routers, re.IGNORECASE) is not None or (
        not labels and (not name or "routers" not in text)
    )
    custom = re.search(r"(?i)\bcustomresponseheaders\b(?:[.:\s]|(?!\n\n)[^:=])*?Access-Control-", text) is not None
    credentials = unquoted(own.get("accesscontrolallowcredentials", "")).lower()
    grant = Grant(
        where=f"middleware {name}" if name else "the middleware",
        origins=names("accessControlAllowOriginList") or names("accessControlAllowOrigin") or (),
        patterns=(names if labels else expressions)("accessControlAllowOriginListRegex") or (),
        credentials=credentials == "true",
        methods=names("accessControlAllowMethods"),
        headers=names("accessControlAllowHeaders"),
        expose=names("accessControlExposeHeaders"),
        max_age=unquoted(own.get("accesscontrolmaxage", "0")),
        computed=() if credentials in ("", "true", "false") else (("credentials", credentials[:60]),),
    )
    grant = replace(grant, computed=(*grant.computed, *_by_version(grant)))
    others = [each for each, keys in told.items() if each != name and any("accesscontrol" in key for key in keys)]
    doubts = [f"the middleware {each} beside {name}" for each in others]
    doubts += ["customResponseHeaders"] if custom else []
    doubts += ["an attribute set of Nix"] if _OF_NIX.search(text) is not None else []
    if not labels and any(len(re.findall(rf"(?i)\b{key}\b", text)) > 1 for key in _TRAEFIK_LISTS):
        doubts.append("more than one middleware")
    mistakes: list[Mistake] = []
    if not attached:
        mistakes.append(
            Mistake(
                "not-attached",
                f"No router names the middleware {name}: nothing of it is sent.",
                f"traefik.http.routers.NAME.middlewares={name}",
            )
        )
    return Configured(
        kind="Traefik",
        software="traefik",
        grants=(grant,) if attached else (),
        mistakes=tuple(mistakes),
        # It answers itself as soon as one of the settings of CORS is there: header.go, processCorsHeaders.
        preflight_status=200 if attached and any("accesscontrol" in key for key in own) else None,
        notes=() if attached else (f"It would allow: {describe(grant)}.",),
        not_understood=tuple(doubts),
    )


def _by_version(grant: Grant) -> tuple[tuple[Part, str], ...]:
    """`*` with credentials: sent as it is until 2026, since then as what is asked for.
    https://github.com/traefik/traefik/pull/13368"""
    stars: tuple[tuple[Part, tuple[str, ...]], ...] = (
        ("credentials", grant.origins), ("methods", grant.methods or ()), ("headers", grant.headers or ()),
    )  # fmt: skip
    told = "the version of Traefik, of `*` with credentials,"
    return tuple((part, told) for part, names in stars if grant.credentials and "*" in names)


def _of_label(value: str, *, is_escaped: bool) -> str:
    """The value of a label: between double quotes a backslash is written twice, and Compose takes `$$` for `$`."""
    value = value.strip().strip("`").replace("$$", "$")
    return value.replace("\\\\", "\\") if is_escaped else value


def _expressions(value: str | None) -> tuple[str, ...] | None:
    """The expressions of a list in YAML or TOML, where a comma parts none of them."""
    if value is None:
        return None
    quoted = [(two.replace("\\\\", "\\") if two else one) for two, one in _QUOTED.findall(value)]
    return tuple(quoted) or listed(value)


def _is_of_cors(key: str) -> bool:
    return "accesscontrol" in key or key.startswith("customresponseheaders")


_TRAEFIK_LISTS: Final = (
    "accessControlAllowOriginList", "accessControlAllowOrigin", "accessControlAllowOriginListRegex",
    "accessControlAllowMethods", "accessControlAllowHeaders", "accessControlExposeHeaders",
)  # fmt: skip


def describe(grant: Grant) -> str:
    """A grant in one line."""
    parts = [f"origins {', '.join((*grant.origins, *grant.patterns)) or 'none'}"]
    parts += [f"methods {', '.join(grant.methods)}"] if grant.methods else []
    parts += [f"headers {', '.join(grant.headers)}"] if grant.headers else []
    parts += ["credentials"] if grant.credentials else []
    return "; ".join(parts)
