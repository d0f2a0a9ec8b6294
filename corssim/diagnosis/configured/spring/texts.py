"""What Java's and Kotlin's own classes do: texts, lists, streams and optionals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ..model import searched
from ..replies import NotTold
from .values import Constant, Unknown, as_text

if TYPE_CHECKING:
    from .evaluate import Evaluator

_LONGEST: Final = 10_000
_SAME: Final = frozenset({
    "stream", "toList", "collect", "toTypedArray", "toMutableList", "asList", "toArray", "toSet", "distinct", "sorted",
    "parallelStream", "orElse", "orEmpty", "iterator", "asSequence", "toMutableSet", "unmodifiableList", "boxed",
    "filterNotNull", "elements", "map__",
})  # fmt: skip
_ANY: Final = frozenset({"anyMatch", "any"})
_NONE: Final = frozenset({"noneMatch", "none"})
_ADDS: Final = frozenset({"add", "addAll", "plus", "plusAssign", "addFirst", "addLast"})


def of_text(evaluator: Evaluator, text: str, name: str, arguments: list[Any]) -> Any:
    """A method of a text."""
    given = arguments[0] if arguments else None
    if isinstance(given, Unknown):
        return Unknown(given.name)
    match name:
        case "equals" | "contentEquals":
            return isinstance(given, str) and text == given and len(arguments) < 2
        case "equalsIgnoreCase":
            return isinstance(given, str) and text.lower() == given.lower()
        case "startsWith" | "endsWith" | "contains" if isinstance(given, str):
            found = {"startsWith": text.startswith, "endsWith": text.endswith, "contains": text.__contains__}[name]
            return bool(found(given))
        case "matches" if isinstance(given, str):
            return searched(f"^(?:{given})$", text) is not None
        case "split" if isinstance(given, str):
            return re.split(re.escape(given) if len(given) == 1 else _regex(given), text)
        case "trim" | "strip":
            return text.strip()
        case "toLowerCase" | "lowercase" | "toUpperCase" | "uppercase":
            return text.lower() if "ower" in name else text.upper()
        case "isEmpty" | "isBlank" | "isNullOrEmpty" | "isNullOrBlank" | "isNotEmpty" | "isNotBlank":
            empty = not (text.strip() if "Blank" in name else text)
            return empty != name.startswith("isNot")
        case "toString" | "intern" | "orEmpty" | "trimIndent" | "name" | "strip_" | "toList_":
            return text
        case "length":
            return len(text)
        case "concat" | "plus":
            return plus(text, given)
        case "replace" if len(arguments) == 2 and all(isinstance(each, str) for each in arguments):
            return text.replace(*arguments)
        case "indexOf" if isinstance(given, str):
            return text.find(given)
        case "removeSuffix" if isinstance(given, str):
            return text.removesuffix(given)
        case "toInt" | "toLong" if text.isdecimal():
            return int(text)
        case "toBoolean":
            return text.lower() == "true"
        case "hashCode" | "chars" | "substring":
            return Unknown(f"{text[:20]}.{name}(…)")
    raise AttributeError(name)


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error:
        raise NotTold(f"split({pattern!r})") from None
    if len(pattern) > 12:
        raise NotTold(f"split({pattern!r})")
    return pattern


def plus(left: Any, right: Any) -> Any:
    """`+`, of texts, numbers and lists."""
    for each in (left, right):
        if isinstance(each, Unknown):
            return each
    if isinstance(left, list):
        return [*left, *(right if isinstance(right, list) else [right])]
    if isinstance(left, int) and isinstance(right, int) and not isinstance(left, bool):
        return left + right
    text = as_text(left) + as_text(right)
    if len(text) > _LONGEST:
        raise NotTold("a text that grows")
    return text


def of_list(evaluator: Evaluator, items: list[Any], name: str, arguments: list[Any]) -> Any:
    """A method of a list, an array, a set or a stream, which is a list here."""
    given = arguments[0] if arguments else None
    if name in _SAME:
        return items
    if name in _ADDS:
        added = given if isinstance(given, list) else arguments[-1:]
        if name == "plus":
            return [*items, *added]
        items += added
        return True
    match name:
        case "set" if isinstance(given, int) and given < len(items):
            items[given] = arguments[1]
            return None
        case "contains":
            return contains(items, given)
        case "map" | "mapNotNull" | "mapToObj":
            return [each if isinstance(each, Unknown) else evaluator.apply(given, each) for each in items]
        case "filter":
            kept = [(each, evaluator.apply(given, each)) for each in items]
            return [
                each if isinstance(held, bool) else Unknown(as_text(each)) for each, held in kept if held is not False
            ]
        case "flatMap":
            return [part for each in items for part in _many(evaluator.apply(given, each))]
        case "forEach" | "onEach":
            for each in items:
                evaluator.apply(given, each)
            return None
        case "remove" | "removeAll" | "removeIf" | "clear":
            items[:] = [] if name == "clear" else [Unknown(f"{name}(…)")]
            return True
        case "size" | "count" | "length":
            return len(items)
        case "isEmpty" | "isNotEmpty" | "isNullOrEmpty":
            return (not items) != (name == "isNotEmpty")
        case "get" | "getOrNull" if isinstance(given, int):
            return items[given] if given < len(items) else None
        case "first" | "findFirst" | "findAny" | "firstOrNull" if not arguments:
            return items[0] if items else None
        case "joinToString":
            return plus("", items[0]) if len(items) == 1 else Unknown("joinToString()")
    if name in _ANY or name in _NONE:
        held = [evaluator.apply(given, each) for each in items]
        if True in held:
            return name in _ANY
        odd = next((each for each in held if not isinstance(each, bool)), None)
        return name in _NONE if odd is None else odd if isinstance(odd, Unknown) else Unknown(name)
    if name == "allMatch" or name == "all":
        held = [evaluator.apply(given, each) for each in items]
        return all(held) if all(isinstance(each, bool) for each in held) else Unknown(name)
    raise AttributeError(name)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def contains(items: list[Any], value: Any) -> Any:
    """Whether a list has a value; `Unknown` where a part of it is not known."""
    if isinstance(value, Unknown):
        return value
    if value in [each for each in items if not isinstance(each, Unknown)]:
        return True
    odd = next((each for each in items if isinstance(each, Unknown)), None)
    return False if odd is None else odd


def of_map(entries: dict[Any, Any], name: str, arguments: list[Any]) -> Any:
    """A method of a map."""
    given = arguments[0] if arguments else None
    match name:
        case "put" | "set" if len(arguments) == 2:
            entries[given if isinstance(given, str | Constant) else f"\0{given}"] = arguments[1]
            return None
        case "get" | "getOrDefault" if isinstance(given, str):
            return entries.get(given, arguments[1] if len(arguments) > 1 else None)
        case "containsKey" | "contains" if isinstance(given, str):
            return given in entries
        case "keySet" | "keys":
            return list(entries)
        case "values":
            return list(entries.values())
    raise AttributeError(name)


def equal(left: Any, right: Any) -> Any:
    """Whether two values are equal; `Unknown` where one is."""
    for each in (left, right):
        if isinstance(each, Unknown):
            return Unknown(each.name)
    return type(left) is type(right) and left == right


def operation(sign: str, left: Any, right: Any, *, compares: bool) -> Any:
    """`a + b` and its like. Java's `==` of two texts asks whether they are one object (not `compares`)."""
    if sign == "+":
        return plus(left, right)
    if sign in ("==", "!=", "===", "!=="):
        held = equal(left, right)
        if isinstance(left, str) and isinstance(right, str) and not compares:
            held = Unknown(f"{left} {sign} {right}, which compares objects,")
        return held if isinstance(held, Unknown) else held != (sign[0] == "!")
    if sign in ("in", "!in") and isinstance(right, list):
        held = contains(right, left)
        return held if isinstance(held, Unknown) else held != (sign[0] == "!")
    numbers = all(isinstance(each, int) and not isinstance(each, bool) for each in (left, right))
    if numbers:
        match sign:
            case "-":
                return left - right
            case "*" if abs(left) < 2**63 and abs(right) < 2**63:
                return left * right
            case "<" | ">" | "<=" | ">=":
                return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]
    if sign == "to":
        return (left, right)
    odd = next((each for each in (left, right) if isinstance(each, Unknown)), None)
    return Unknown(f"… {sign} …") if odd is None else odd
