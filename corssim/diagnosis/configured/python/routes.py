"""Paths of routes as frameworks write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from ..model import matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .messages import Request


class Route(NamedTuple):
    """A path with its methods (None: all of them), and what answers there (None: the text does not tell)."""

    path: str
    methods: tuple[str, ...] | None
    handler: Any = None
    answers_options: bool = True
    strict_slashes: bool = True
    owner: Any = None

    def takes(self, method: str) -> bool:
        return self.methods is None or method in self.methods


_NAME = re.compile(r"<(?:(?P<kind>\w+)(?:\([^<>]*\))?:)?\w+>|<\w+:(?P<sanic>\w+)>|\{\w+(?::(?P<colon>[^{}]*))?\}")


def expression_of_route(path: str) -> str:
    """An expression for the paths of a route: `/items/<int:number>`, `/items/{name}`, `/files/{rest:path}`."""
    found, at = "", 0
    for part in _NAME.finditer(path):
        kind = part["kind"] or part["colon"] or part["sanic"] or ""
        found += re.escape(path[at : part.start()])
        found += ".*" if kind in ("path", "re") else "[0-9]+" if kind == "int" else "[^/]+"
        at = part.end()
    return f"^{found}{re.escape(path[at:])}$"


def routes_at(routes: Sequence[Route], path: str) -> list[Route]:
    """The routes whose path is asked for."""
    return [each for each in routes if matches(expression_of_route(each.path), path)]


def example_of_route(path: str) -> str:
    return _NAME.sub("1", path)


def methods_of(value: Any, default: tuple[str, ...]) -> tuple[str, ...] | None:
    """The methods that a route is given; None where they are not known."""
    if value is None:
        return default
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        return None
    return tuple(each.upper() for each in value)


def joined(prefix: str, path: str) -> str:
    """A path below another."""
    return prefix.rstrip("/") + "/" + path.lstrip("/") if path or not prefix else prefix


def preflight_method(request: Request) -> str:
    """The method that a request is about: of a preflight the one that it asks for."""
    return (request.asked_method or request.method) if request.method == "OPTIONS" else request.method
