"""Methods of Python's own types, as far as they are needed to follow settings and headers.

https://docs.python.org/3/library/stdtypes.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ..model import searched
from .values import Native, Pattern, Unknown, is_known, shown, unknown_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from .expressions import Expressions

_OF_TEXTS: Final = frozenset(
    (
        "split",
        "rsplit",
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "casefold",
        "startswith",
        "endswith",
        "replace",
        "title",
        "capitalize",
        "partition",
        "rpartition",
        "removeprefix",
        "removesuffix",
        "splitlines",
        "count",
        "find",
        "isdigit",
        "encode",
        "isalpha",
    )
)
_LONGEST: Final = 20_000


def method_of(run: Expressions, of: Any, name: str) -> Any:
    """A method of a value; `Unknown` for one that is not followed."""
    if isinstance(of, str):
        if name == "join":
            return Native(partial(_joined, of), changes=False)
        if name == "format":
            return Native(partial(_formatted, of), changes=False)
        if name in _OF_TEXTS:
            return Native(partial(_of_text, of, name), changes=False)
    elif isinstance(of, bytes) and name in ("decode", "lower", "upper", "strip", "startswith", "endswith"):
        return Native(partial(_of_text, of, name), changes=False)
    elif isinstance(of, list) and (function := _OF_LISTS.get(name)) is not None:
        return Native(partial(function, of))
    elif isinstance(of, dict) and (function := _OF_TABLES.get(name)) is not None:
        return Native(partial(function, of), changes=name not in ("get", "items", "keys", "values", "copy"))
    elif isinstance(of, tuple | list) and name in ("index", "count", "copy"):
        return Native(partial(_of_list, of, name), changes=False)
    elif isinstance(of, Pattern) and name in ("match", "fullmatch", "search"):
        return Native(lambda text, *rest: found_in(of, text, name), changes=False)
    return Unknown(f"{shown(of)}.{name}")


def _joined(by: Any, values: Any) -> Any:
    if not isinstance(values, list | tuple) or not all(isinstance(each, type(by)) for each in values):
        return unknown_in(values) or Unknown("join")
    text = by.join(values)
    return text if len(text) <= _LONGEST else Unknown("a long text")


def _formatted(text: str, *args: Any, **named: Any) -> Any:
    values = [*args, *named.values()]
    if not is_known(values) or not all(isinstance(each, str | int) for each in values) or len(text) > 500:
        return unknown_in(values) or Unknown(text)
    try:
        return text.format(*args, **named) if ":" not in text.replace("://", "") else Unknown(text)
    except (ValueError, IndexError, KeyError, AttributeError):
        return Unknown(text)


def _of_text(text: Any, name: str, *args: Any) -> Any:
    if not is_known(list(args)):
        return unknown_in(list(args))
    args = tuple(tuple(each) if isinstance(each, list) else each for each in args)
    if name == "replace" and len(text) * max(len(str(each)) for each in args) > _LONGEST:
        return Unknown("a long text")
    try:
        found = getattr(text, name)(*args)
    except (TypeError, ValueError, LookupError):
        return Unknown(f"{text!r}.{name}()")
    return found


def _append(of: list[Any], value: Any) -> None:
    of.append(value)


def _extend(of: list[Any], values: Any) -> None:
    if isinstance(values, list | tuple) and len(of) + len(values) <= _LONGEST:
        of += values
    else:
        of.append(unknown_in(values) or Unknown("what is added"))


def _insert(of: list[Any], at: Any, value: Any) -> None:
    of.insert(at if isinstance(at, int) else 0, value)


def _remove(of: list[Any], value: Any) -> None:
    if value in of:
        of.remove(value)


def _pop(of: list[Any], at: Any = -1) -> Any:
    return of.pop(at) if isinstance(at, int) and -len(of) <= at < len(of) else Unknown("pop()")


def _of_list(of: Any, name: str, *args: Any) -> Any:
    if name == "copy":
        return list(of)
    if not is_known(of) or not is_known(list(args)) or len(args) != 1:
        return Unknown(name)
    return of.count(args[0]) if name == "count" else of.index(args[0]) if args[0] in of else Unknown(name)


def _get(of: dict[Any, Any], key: Any, default: Any = None) -> Any:
    if isinstance(key, Unknown):
        return Unknown(f"an item {key.text}")
    if isinstance(key, list | dict):
        return Unknown("an item")
    if key in of:
        return of[key]
    return next((each for each in of if isinstance(each, Unknown)), default)


def _update(of: dict[Any, Any], other: Any = None, **named: Any) -> None:
    if isinstance(other, dict):
        of.update(other)
    elif other is not None:
        of[Unknown("what is put into it")] = Unknown("what is put into it")
    of.update(named)


def _setdefault(of: dict[Any, Any], key: Any, default: Any = None) -> Any:
    return of.setdefault(key, default) if isinstance(key, str | int) else Unknown("setdefault()")


def _pop_item(of: dict[Any, Any], key: Any, default: Any = None) -> Any:
    return of.pop(key, default) if isinstance(key, str | int) else Unknown("pop()")


_OF_LISTS: Final[dict[str, Callable[..., Any]]] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "remove": _remove,
    "pop": _pop,
}
_OF_TABLES: Final[dict[str, Callable[..., Any]]] = {
    "get": _get,
    "items": lambda of: [(key, value) for key, value in of.items()],
    "keys": lambda of: list(of),
    "values": lambda of: list(of.values()),
    "copy": lambda of: dict(of),
    "update": _update,
    "setdefault": _setdefault,
    "pop": _pop_item,
}


def found_in(pattern: Any, text: Any, name: str) -> Any:
    """What `re.match` and its kin find: None, or something whose parts are not followed."""
    if not isinstance(text, str):
        return None if text is None else (unknown_in(text) or Unknown("a text"))
    if not isinstance(pattern, Pattern):
        return unknown_in(pattern) or Unknown("an expression")
    around = {"match": r"\A(?:%s)", "fullmatch": r"\A(?:%s)\Z", "search": "%s"}[name]
    found = searched(around.replace("%s", pattern.text), text, ignores_case=pattern.ignores_case)
    return None if found is None else Native(lambda *args: Unknown("a group"), changes=False)
