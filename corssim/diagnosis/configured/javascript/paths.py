"""Paths of Express's layers. https://expressjs.com/en/guide/routing.html#route-paths"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..model import groups_of
from ..replies import NotTold
from .of_texts import python_expression
from .values import Expression, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE: Final = lazy_pattern(
    r"(?P<all>\(\.\*\)|\*\w*)|:(?P<name>\w+)(?P<of>\([^()]*\))?|(?P<opens>\{)|(?P<closes>\})|(?P<maybe>\?)"
    r"|(?P<odd>[()\[\]|+\\])|(?P<plain>.)"
)


def found_at(path: Value, asked: str, *, whole: bool) -> str | None:
    """What of the path that is asked for a layer's path covers; None where it is of another. Raises `NotTold`."""
    if isinstance(path, list):
        found = [found_at(each, asked, whole=whole) for each in path]
        return next((each for each in found if each is not None), None)
    if isinstance(path, Expression):
        return _of_expression(path, asked)
    if not isinstance(path, str):
        raise NotTold(f"the path {path.text if isinstance(path, Unknown) else 'of a layer'}")
    if path in ("/", "") and not whole:
        return ""
    if path == "*":
        return asked
    groups = groups_of(_pattern(path, whole), asked, ignores_case=True)
    return None if groups is None else groups[0]


def _of_expression(path: Expression, asked: str) -> str | None:
    groups = groups_of(python_expression(path), asked)
    return None if groups is None else groups[0]


@lru_cache(maxsize=512)
def _pattern(path: str, whole: bool) -> str:
    path = path if path.startswith(("/", "*", "{")) else f"/{path}"
    path = path if len(path) == 1 else path.rstrip("/")
    return f"^{pieces(path, _of_piece)}" + ("/?$" if whole else "(?=/|$)")


def pieces(path: str, of: Callable[[dict[str, str]], str]) -> str:
    """The expression that the pieces of a path make."""
    return "".join(
        of({key: value for key, value in found.groupdict().items() if value}) for found in _PIECE.finditer(path)
    )


def _of_piece(piece: dict[str, str]) -> str:
    if "odd" in piece:
        raise NotTold("a path with an expression in it")
    if "all" in piece:
        return ".*"
    if "name" in piece:
        return piece.get("of", "[^/]+?")
    for name, text in (("opens", "(?:"), ("closes", ")?"), ("maybe", "?")):
        if name in piece:
            return text
    import re

    return re.escape(piece["plain"])
