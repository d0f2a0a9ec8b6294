"""What texts and regular expressions can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..model import groups_of, matches, replaced
from .values import UNDEFINED, Expression, Native, Plain, Thrown, Unknown, Value, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .machine import Machine

_SAME_FOR_ALL: Final = {"i", "u", "", "iu", "ui", "m", "im", "s"}


def of_text(machine: Machine, value: str, name: str | int) -> Value:
    """A member of a text."""
    if name == "length":
        return len(value)
    if isinstance(name, int) or name.isdecimal():
        at = int(name)
        return value[at] if 0 <= at < len(value) else UNDEFINED
    does = _OF_TEXTS.get(name)
    if does is not None:
        return Native(lambda given: _told(machine, value, name, given, does))
    special = {"split": _split, "replace": _replaced, "replaceAll": _replaced, "match": _matched, "search": _searched}
    if name in special:
        return Native(lambda given: special[name](machine, value, given))
    return Native(lambda given: Unknown(f"{name}()")) if name in _OTHERS else UNDEFINED


_OTHERS: Final = frozenset({"matchAll", "normalize", "at", "charCodeAt", "codePointAt", "localeCompare", "anchor"})


def _told(machine: Machine, value: str, name: str, given: list[Value], does: Callable[..., Value]) -> Value:
    if value == machine.origin and name in ("includes", "startsWith", "endsWith", "indexOf") and given:
        text = given[0]
        if isinstance(text, str):
            machine.compared[text] = None
    for each in given:
        if isinstance(each, Unknown):
            return Unknown(f"{each.text} in {name}()", fixed=each.fixed)
    return does(value, *given)


def _number(given: tuple[Value, ...], at: int, other: int) -> int:
    value = given[at] if len(given) > at else UNDEFINED
    return int(value) if isinstance(value, int | float) else other


def _slice(value: str, *given: Value) -> str:
    start, end = _number(given, 0, 0), _number(given, 1, len(value))
    return value[start if start >= 0 else max(0, len(value) + start) : end if end >= 0 else max(0, len(value) + end)]


def _substring(value: str, *given: Value) -> str:
    start, end = (max(0, min(len(value), each)) for each in (_number(given, 0, 0), _number(given, 1, len(value))))
    return value[min(start, end) : max(start, end)]


def _text(value: Value) -> str:
    return str(text_of(value))


_OF_TEXTS: Final[dict[str, Callable[..., Value]]] = {
    "includes": lambda value, other=UNDEFINED, *rest: _text(other) in value[_number(rest, 0, 0) :],
    "startsWith": lambda value, other=UNDEFINED, *rest: value[_number(rest, 0, 0) :].startswith(_text(other)),
    "endsWith": lambda value, other=UNDEFINED, *rest: value[: _number(rest, 0, len(value))].endswith(_text(other)),
    "indexOf": lambda value, other=UNDEFINED, *rest: value.find(_text(other), _number(rest, 0, 0)),
    "lastIndexOf": lambda value, other=UNDEFINED, *rest: value.rfind(_text(other)),
    "toLowerCase": lambda value, *rest: value.lower(),
    "toUpperCase": lambda value, *rest: value.upper(),
    "toLocaleLowerCase": lambda value, *rest: value.lower(),
    "trim": lambda value, *rest: value.strip(),
    "trimEnd": lambda value, *rest: value.rstrip(),
    "trimStart": lambda value, *rest: value.lstrip(),
    "toString": lambda value, *rest: value,
    "valueOf": lambda value, *rest: value,
    "concat": lambda value, *rest: value + "".join(map(_text, rest)),
    "charAt": lambda value, *rest: value[_number(rest, 0, 0) : _number(rest, 0, 0) + 1],
    "slice": _slice,
    "substring": _substring,
    "substr": lambda value, *rest: _slice(value, _number(rest, 0, 0))[: _number(rest, 1, len(value))],
    "repeat": lambda value, *rest: value * min(_number(rest, 0, 0), 100),
    "padStart": lambda value, *rest: value.rjust(min(_number(rest, 0, 0), 100)),
    "padEnd": lambda value, *rest: value.ljust(min(_number(rest, 0, 0), 100)),
}


def _split(machine: Machine, value: str, given: list[Value]) -> Value:
    sign = given[0] if given else UNDEFINED
    if sign is UNDEFINED:
        return [value]
    if isinstance(sign, Expression):
        if sign.source in (r"\s*,\s*", r",\s*", r"\s*,", ",", r"[,\s]+", r"[\s,]+", r"\s+", r", ?"):
            import re

            return re.split(sign.source, value)
        return [Unknown("split()", is_many=True)]
    if not isinstance(sign, str):
        return [Unknown("split()", is_many=True)]
    return list(value) if sign == "" else value.split(sign)


def _replaced(machine: Machine, value: str, given: list[Value]) -> Value:
    if len(given) < 2 or not isinstance(given[1], str):
        return Unknown("replace()")
    what, by = given[:2]
    if isinstance(what, str) and "$" not in by:
        return value.replace(what, by, 1)
    if isinstance(what, Expression) and "$" not in by and "\\" not in by and not set(what.flags) - set("gi"):
        source = f"(?i){what.source}" if "i" in what.flags else what.source
        return replaced(source, by, value, count=0 if "g" in what.flags else 1)
    return Unknown("replace()")


def _matched(machine: Machine, value: str, given: list[Value]) -> Value:
    what = given[0] if given else UNDEFINED
    if not isinstance(what, Expression) or what.flags not in _SAME_FOR_ALL or not _can_be_read(what):
        return Unknown("match()")
    _note(machine, what, value)
    found = groups_of(python_expression(what), value)
    return None if found is None else list(found)


def _searched(machine: Machine, value: str, given: list[Value]) -> Value:
    what = given[0] if given else UNDEFINED
    if not isinstance(what, Expression) or what.flags not in _SAME_FOR_ALL:
        return Unknown("search()")
    _note(machine, what, value)
    return 0 if matches(python_expression(what), value) else -1


def of_expression(machine: Machine, value: Expression, name: str) -> Value:
    """A member of a regular expression."""
    if name == "source":
        return value.source
    if name == "flags":
        return value.flags

    def test(given: list[Value]) -> Value:
        found = tested(machine, value, given[0] if given else UNDEFINED)
        if found is None:
            return Unknown(f"/{value.source}/{value.flags}.test()")
        return found

    def execute(given: list[Value]) -> Value:
        return _matched(machine, str(text_of(given[0])), [value]) if given else None

    return {"test": Native(test), "exec": Native(execute)}.get(name, UNDEFINED)


def tested(machine: Machine, expression: Expression, value: Value) -> bool | None:
    """Whether an expression is found in a value; None where that is not known. One that is `g` goes on behind the last
    place that it found."""
    text = text_of(value)
    if text is None or expression.flags not in _SAME_FOR_ALL or not _can_be_read(expression):
        return None
    _note(machine, expression, text)
    return matches(python_expression(expression), text)


def _note(machine: Machine, expression: Expression, text: str) -> None:
    if text == machine.origin:
        machine.tested[expression] = None


def python_expression(expression: Expression) -> str:
    """The expression as Python's `regex` has it."""
    flags = "".join(sign for sign in "ims" if sign in expression.flags)
    return f"(?{flags}){expression.source}" if flags else expression.source


def _can_be_read(expression: Expression) -> bool:
    try:
        import regex
    except ImportError:
        return True
    try:
        regex.compile(python_expression(expression))
    except (regex.error, RecursionError, OverflowError):
        return False
    return True


def compiled(source: Value, flags: Value) -> Value:
    """`new RegExp(source, flags)`"""
    if isinstance(source, Expression):
        return source if not isinstance(flags, str) else Expression(source.source, flags)
    if isinstance(source, str) and (flags is UNDEFINED or isinstance(flags, str)):
        import re

        try:
            re.compile(source)
        except (re.error, RecursionError, OverflowError):
            if source.count("(") != source.count(")"):
                raise Thrown(Plain({"message": "an expression that is none"})) from None
        return Expression(source, flags if isinstance(flags, str) else "")
    return Unknown("RegExp()", fixed=isinstance(source, Unknown) and source.fixed)
