"""What an expression of a snippet comes to: Python's own values where they serve, and a few of script's own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Node

    from .scope import Scope

Value = Any
"""str, int, float, bool, None (null), list (an array), dict (a plain object), or a class of this module."""


@dataclass(frozen=True)
class Undefined:
    """undefined"""


UNDEFINED = Undefined()
GROUPS = ("common", "delete", "get", "head", "options", "patch", "post", "put")
"""The groups of axios's default headers: for all requests, for those with one method."""
SPREAD = "..."
"""Begins the key of what an object got by spreading a value that is not known: it may hold anything."""


@dataclass(frozen=True)
class Unknown:
    """What the snippet does not tell. `text` is the expression, `names` what in it is not known."""

    text: str
    names: tuple[str, ...]

    @property
    def placeholder(self) -> str:
        """Stands where the value would stand."""
        printable = "".join(character for character in " ".join(self.text.split()) if " " <= character <= "~")
        return f"${{{printable[:80]}}}"


@dataclass(frozen=True)
class Partial:
    """A text with placeholders in it, and what they stand for."""

    text: str
    names: tuple[str, ...]


@dataclass(eq=False)
class Function:
    """A function of the snippet, and the scope that it closes over."""

    node: Node
    scope: Scope
    this: Value = UNDEFINED
    called: bool = False
    is_getter: bool = False


@dataclass(eq=False)
class Class:
    """A class of the snippet: its members, the class that it extends (None: none that the snippet has), its statics."""

    node: Node
    scope: Scope
    base: Class | None = None
    statics: dict[str, Value] = field(default_factory=dict)
    extends: str = ""
    made: bool = False


@dataclass(eq=False)
class Pairs:
    """Headers, HttpHeaders, FormData, URLSearchParams, HttpParams: (name, value) pairs. `kind` is the class's name."""

    kind: str
    pairs: list[tuple[str, Value]] = field(default_factory=list)

    def copy(self) -> Pairs:
        return Pairs(self.kind, list(self.pairs))


@dataclass(eq=False)
class Opaque:
    """An object of a class with a state of its own: Blob, Request, XMLHttpRequest, URL, an axios instance …"""

    kind: str
    fields: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Native:
    """A function or a namespace of the browser or of a library, by its path: `JSON.stringify`, `axios.post`."""

    path: str
    this: Value = UNDEFINED


class HeaderObject(dict[str, Value]):
    """Headers of axios, which are an object with methods besides: `config.headers.set(…)`."""


def names_of(*values: Value) -> tuple[str, ...]:
    """What is not known in these values, however deep it stands."""
    found: dict[str, None] = {}
    for value in values:
        _collect(value, found, 0)
    return tuple(found)


def _collect(value: Value, found: dict[str, None], depth: int) -> None:
    if isinstance(value, Unknown | Partial):
        found |= dict.fromkeys(value.names)
    elif depth > 20:
        return
    elif isinstance(value, dict):
        for inner in value.values():
            _collect(inner, found, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, found, depth + 1)
    elif isinstance(value, Pairs):
        for _, inner in value.pairs:
            _collect(inner, found, depth + 1)


def text_of(value: Value) -> str:
    """ToString, with placeholders for what is not known. https://tc39.es/ecma262/#sec-tostring"""
    match value:
        case str():
            return value
        case Partial():
            return value.text
        case Unknown():
            return value.placeholder
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case Undefined():
            return "undefined"
        case float() if value != value or value in (float("inf"), float("-inf")):
            return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
        case float() if value == int(value) and abs(value) < 1e21:
            return str(int(value))
        case int() | float():
            return str(value)
        case list():
            return ",".join("" if item is None or item is UNDEFINED else text_of(item) for item in value)
        case Pairs() if value.kind in ("URLSearchParams", "HttpParams"):
            return form_text(value.pairs)
        case Opaque(kind="URL"):
            from .builtins import href_of

            return text_of(href_of(value))
        case _:
            return "[object Object]"


def concatenated(*values: Value) -> Value:
    """The text of these one after the other."""
    names = names_of(*values)
    text = "".join(map(text_of, values))
    return Partial(text, names) if names else text


def truthy(value: Value) -> bool | None:
    """ToBoolean; None where it is not known."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Partial):
        return True
    if value is UNDEFINED or value is None:
        return False
    return bool(value) if isinstance(value, str | int | float | bool) else True


def json_of(value: Value) -> Value:
    """JSON.stringify, with a placeholder for what is not known."""
    names = names_of(value)
    text = json.dumps(_plain(value, 0), ensure_ascii=False, separators=(",", ":"))
    return Partial(text, names) if names else text


def _plain(value: Value, depth: int) -> Value:
    if depth > 40:
        return None
    if isinstance(value, dict):
        kept = {
            name: inner
            for name, inner in value.items()
            if inner is not UNDEFINED and not isinstance(inner, Function) and not name.startswith(SPREAD)
        }
        return {name: _plain(inner, depth + 1) for name, inner in kept.items()}
    if isinstance(value, list):
        return [None if item is UNDEFINED else _plain(item, depth + 1) for item in value]
    if isinstance(value, Unknown | Partial):
        return text_of(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        return int(value) if value == int(value) and abs(value) < 1e21 else value
    return value if value is None or isinstance(value, str | int | bool) else {}


KEEPS = "*-._"


def form_text(pairs: list[tuple[str, Value]]) -> str:
    """application/x-www-form-urlencoded, with placeholders as they are. https://url.spec.whatwg.org/#urlencoded-serializing"""
    return "&".join(f"{escaped(name)}={escaped(text_of(value))}" for name, value in pairs)


def escaped(text: str, safe: str = KEEPS, space: str = "+") -> str:
    """Percent-encoded, but for placeholders."""
    from urllib.parse import quote

    parts = re.split(r"(\$\{[^}]*\})", text)
    encoded = [part if part.startswith("${") else quote(part, safe=safe) for part in parts]
    return "".join(encoded).replace("%20", space)
