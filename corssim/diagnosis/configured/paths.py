"""Settings that hold for some paths of a server alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ...records import replace
from ...url import parse_url
from .model import Configured, Grant, matches

if TYPE_CHECKING:
    from collections.abc import Sequence


class Place(NamedTuple):
    """The paths that an expression finds, and what counts for them."""

    pattern: str
    grants: tuple[Grant, ...]
    ignores_case: bool = False


def by_path(
    configured: Configured, places: Sequence[Place], example_path: str = "", *, are_all: bool = False
) -> Configured:
    """The settings with places: the first whose expression is found in a path counts for it. Where there is none, the
    text says nothing of the path; if these `are_all` the places of the server, it sends no CORS header there, and the
    program behind answers. One place for every path is none."""
    if all(place.pattern in ("", "^") for place in places):
        return configured

    def at(url: str) -> Configured:
        parsed = parse_url(url)
        path = "/" if parsed is None else parsed.path
        for place in places:
            if matches(place.pattern, path, ignores_case=place.ignores_case):
                return replace(configured, grants=place.grants, places=None)
        none = replace(configured, grants=(), mistakes=(), preflight_status=None, places=None)
        return replace(none, is_silent=not are_all)

    return replace(configured, places=at, example_path=example_path or configured.example_path)


def expression_for(path: str, *, one_part: str, rest: str) -> str:
    """An expression for a path in which some texts stand for a part of it, or for all that follows.

    `one_part` and `rest` are expressions of what is written for them: `\\*` and `\\*\\*` in Spring, say.
    """
    found = "^"
    at = 0
    for sign in re.finditer(f"(?P<rest>{rest})|(?P<part>{one_part})", path):
        found += re.escape(path[at : sign.start()])
        found += ".*" if sign["rest"] is not None else "[^/]*"
        at = sign.end()
    return f"{found}{re.escape(path[at:])}$"


def example_of(path: str) -> str:
    """A path that a pattern written with stars and names is for."""
    return re.sub(r"[*].*$|[{<(:\\[].*$", "items", path) if path not in ("", "*", "/*", "/**") else ""
