"""Values in code: what is written there, and what only the running program knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ...patterns import lazy_pattern
from .scan import balanced, strings_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME: Final = lazy_pattern(r"[A-Za-z_$][\w$]*")
_STRING: Final = lazy_pattern(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`")
_LISTED: Final = lazy_pattern(r"\[(?P<inner>.*)\](?:\s*as\s+const|\.join\([^()]*\))?", re.DOTALL)
_EXPRESSION: Final = lazy_pattern(r"/((?:[^/\\\n]|\\.)+)/([a-z]*)")
_END: Final = lazy_pattern(r"[,;\n)}\]]")
_DEEPEST: Final = 4
_MOST: Final = 1000


class Names(NamedTuple):
    """The texts of a value in their order, its expressions, and what of it is computed."""

    texts: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()


def value_at(text: str, start: int) -> str:
    """The value that begins at a place: up to the comma or the line's end that is in no bracket and no string."""
    at = start
    while at < len(text):
        string = _STRING.match(text, at)
        if string is not None:
            at = string.end()
        elif text[at] == "\\":
            at += 2  # a quote behind it begins no string
        elif text[at] in "([{":
            at += len(balanced(text, at)) + 2
        elif text[at] == "/" and (pattern := _EXPRESSION.match(text, at)) is not None and not text[start:at].strip():
            at = pattern.end()
        elif text[at] in ",;)}]" or (text[at] == "\n" and text[start:at].strip() and not _goes_on(text, at)):
            break
        else:
            at += 1
    return text[start:at].strip()


def _goes_on(text: str, at: int) -> bool:
    """Whether an expression goes on behind the end of a line."""
    before, behind = text[max(0, at - 40) : at].rstrip(), text[at : at + 40].lstrip()
    return before.endswith(("?", ":", "||", "&&", "+", "=>", "=")) or behind.startswith(
        ("?", ":", "||", "&&", "+", ".")
    )


def setting(options: str, *keys: str) -> str | None:
    """What stands behind the first of these keys in an object's text; None where none is there."""
    own = _settings_of(options)
    if own is not None:
        return next((own[key] for key in keys if key in own), None)
    for key in keys:
        found = re.search(rf"(?:^|[{{,\s])[\"']?{key}[\"']?\s*:\s*", options)
        if found is not None:
            return value_at(options, found.end())
        if re.search(rf"(?:^|[{{,])\s*{key}\s*(?=[,}}]|$)", options):
            return key  # as a name that stands for itself
    return None


def _settings_of(options: str) -> dict[str, str] | None:
    """The values of an object's own names; None where something else stands in it."""
    pairs = _pairs_of(options)
    return None if pairs is None else dict(pairs)


def keys_of(options: str) -> list[str] | None:
    """The names in an object's text, in their order; None where something else stands in it: a spread, a method."""
    pairs = _pairs_of(options)
    return None if pairs is None else [name for name, _ in pairs]


def _pairs_of(options: str) -> list[tuple[str, str]] | None:
    inner = options.strip()
    inner = inner[1:-1] if inner[:1] == "{" and inner[-1:] == "}" else inner
    found: list[tuple[str, str]] = []
    at = 0
    for _ in range(_MOST):
        while at < len(inner) and inner[at] in ", \t\r\n;":
            at += 1
        if at >= len(inner):
            return found
        key = _KEY.match(inner, at)
        if key is None:
            return None
        at = key.end()
        value = value_at(inner, at) if key["colon"] else key["name"]  # a name that stands for itself
        found.append((key["name"], value))
        if key["colon"]:
            at += len(value) + _leading(inner, at)
    return None


def _leading(text: str, at: int) -> int:
    """How much white space stands at a place."""
    rest = text[at:]
    return len(rest) - len(rest.lstrip())


_KEY: Final = lazy_pattern(r"[\"']?(?P<name>[A-Za-z_$][\w$-]*)[\"']?\s*(?:(?P<colon>:)|(?=[,}]|\Z))")


def defined(text: str, value: str, depth: int = 0) -> str:
    """A name's value where the text gives it once; the value itself else."""
    if depth > _DEEPEST or _NAME.fullmatch(value) is None or value in ("true", "false", "null", "undefined"):
        return value
    assigned = list(re.finditer(rf"(?<![\w$.]){re.escape(value)}\b\s*(?::[^=,;()\n]{{1,80}})?=(?![=>])\s*", text))
    if len(assigned) != 1:
        return value
    return defined(text, value_at(text, assigned[0].end()), depth + 1)


def names_of(text: str, value: str | None) -> Names:
    """The names in a value: a text (with commas, perhaps), a list of texts and expressions, or a name of one."""
    if value is None:
        return Names()
    given = value.strip()
    value = defined(text, given)
    if _STRING.fullmatch(value) is not None:
        inner = value[1:-1]
        if "${" in inner:
            return Names(computed=(inner[:60],))
        return Names(tuple(part.strip() for part in inner.split(",") if part.strip()))
    if (pattern := _EXPRESSION.fullmatch(value)) is not None:
        return Names(patterns=(_pattern(pattern),))
    listed = _LISTED.fullmatch(value)
    if listed is None:
        return Names(computed=(" ".join(value.split())[:60],))
    names = _items(text, listed["inner"])
    added = _NAME.fullmatch(given) and re.search(rf"(?<![\w$.]){re.escape(given)}\s*\.(?:push|unshift|splice)\b", text)
    return names._replace(computed=(*names.computed, added[0])) if added else names


def items_of(inner: str) -> Iterator[str]:
    """What stands between the commas of a list."""
    at = 0
    for _ in range(_MOST):
        while at < len(inner) and inner[at] in ", \t\r\n":
            at += 1
        if at >= len(inner):
            break
        item = value_at(inner, at)
        at += max(len(item), 1)
        if item:
            yield item
    else:
        yield inner[at:]  # more than are told one by one


def _items(text: str, inner: str) -> Names:
    texts: list[str] = []
    patterns: list[str] = []
    computed: list[str] = []
    for item in items_of(inner):
        each = defined(text, item.removeprefix("...")) if item.startswith("...") else defined(text, item)
        if (pattern := _EXPRESSION.fullmatch(each)) is not None:
            patterns.append(_pattern(pattern))
        elif _STRING.fullmatch(each) is not None and "${" not in each:
            texts.append(each[1:-1].strip())
        elif item.startswith("...") and (more := _LISTED.fullmatch(each)) is not None and "..." not in more["inner"]:
            texts += strings_in(more["inner"])
        else:
            computed.append(" ".join(item.split())[:60])
    return Names(tuple(texts), tuple(patterns), tuple(computed))


def _pattern(found: re.Match[str]) -> str:
    return f"(?i){found[1]}" if "i" in found[2] else found[1]
