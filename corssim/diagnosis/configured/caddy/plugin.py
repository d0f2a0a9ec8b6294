"""The plugin http.cors of Caddy before version 2."""

from __future__ import annotations

import re
from typing import Final

from ..model import Configured, Grant
from ..paths import Place, by_path
from .caddyfile import Directive, parsed, sites_of

_METHODS: Final = ("POST", "GET", "OPTIONS", "PUT", "DELETE")


def read_caddy_plugin(text: str) -> Configured | None:
    """https://caddyserver.com/v1/docs/http.cors ; None where no `cors` is in there."""
    if re.search(r"[;=]", text) is not None:
        return None  # code with a name like that in it
    top = parsed(text)
    found = [line for site in (sites_of(top) or [top]) for line in site.named("cors")]
    if not found:
        return None
    read = [_place(line) for line in found]
    configured = Configured(
        kind="Caddy before version 2: http.cors",
        software="caddy",
        grants=tuple(grant for place in read for grant in place.grants),
        preflight_status=200,
        not_understood=("an origin that is an expression",)
        if any("origin_regexp" in _names(each) for each in found)
        else (),
    )
    return by_path(configured, read, next((line.words[1] for line in found if len(line.words) > 1), ""))


def _names(line: Directive) -> list[str]:
    return [each.name for each in line.inner]


def _place(line: Directive) -> Place:
    path = line.words[1] if len(line.words) > 1 else "/"
    told: dict[str, list[str]] = {"origin": line.words[2:]}
    for each in line.inner:
        told.setdefault(each.name, []).extend(part for word in each.words[1:] for part in word.split(",") if part)
    headers = told.get("allowed_headers")
    return Place(
        "^" if path == "/" else f"^{re.escape(path)}",
        (
            Grant(
                where="cors",
                origins=tuple(part for word in told["origin"] for part in word.split(",") if part) or ("*",),
                credentials=told.get("allow_credentials") == ["true"],
                methods=tuple(told.get("methods", _METHODS)),
                headers=None if headers is None else tuple(headers),
                any_header=headers is None,
                expose=tuple(told["exposed_headers"]) if "exposed_headers" in told else None,
            ),
        ),
    )
