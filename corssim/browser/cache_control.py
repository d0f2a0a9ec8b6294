"""What Cache-Control says of a request or a response: as the text reads it, and as browsers do.

https://httpwg.org/specs/rfc9111.html#field.cache-control
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from corssim.fetch.header_list import get, lowercase_names
from corssim.fetch.header_values import get_decode_and_split_value
from corssim.fetch.rules import FreshnessRules

from ..patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    Headers = Iterable[tuple[str, str]]

LONGEST = 2.0**31
"""Seconds; longer lifetimes and ages mean this, https://httpwg.org/specs/rfc9111.html#delta-seconds"""

_DIRECTIVE = lazy_pattern(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:=(.*))?")
_DIGITS = lazy_pattern(r"[0-9]+")
# Of what WebKit makes of Cache-Control.
_SEPARATOR = lazy_pattern(r"[()<>@,;:\\\"/\[\]?={}\t ]")
_QUOTED = lazy_pattern(r'[\t ]*"(?P<inner>[^"]*)"')
_FRACTION = lazy_pattern(r"[0-9]+\.[0-9]*")
# Of what Firefox makes of it.
_ELEMENT = lazy_pattern(r"[\t ]*(?P<name>[A-Za-z_-][A-Za-z0-9_-]*)?")
_SECONDS = lazy_pattern(r"[\t ]*=[\t ]*(?P<number>[0-9]*)")
_UNREAD = lazy_pattern(r'(?:[^,"]|"[^"]*"?)*')
_COMMA = lazy_pattern(r"[\t ]*,")
_WITH_SECONDS = frozenset({"max-age", "max-stale", "min-fresh", "stale-while-revalidate"})
_ALONE = frozenset({"no-store", "public", "private", "immutable"})
_LARGEST_NUMBER = 2**32 - 1
_SHORT = 100  # characters of a value that is kept
_TEXT = FreshnessRules()


def parse_cache_control(value: str | None, *, unquote: bool = True) -> dict[str, str | None]:
    """Directives by lower-case name, None where one has no argument. The first of a name counts; what is no
    directive is skipped; quotes around an argument go. https://httpwg.org/specs/rfc9111.html#field.cache-control
    """
    directives: dict[str, str | None] = {}
    if not value:
        return directives
    for element in get_decode_and_split_value(value):
        match = _DIRECTIVE.fullmatch(element)
        if match is not None:
            name, argument = match.groups()
            if unquote and argument is not None and len(argument) > 1 and argument[0] == argument[-1] == '"':
                argument = argument[1:-1]
            directives.setdefault(name.lower(), argument)
    return directives


def response_directives(headers: Headers, rules: FreshnessRules = _TEXT) -> dict[str, str | None]:
    """The Cache-Control directives of a response, as `rules` read them."""
    value = get(headers, "cache-control")
    if value is None:
        return {}
    directives = _directives(value, rules)
    if not rules.fields_of_no_cache_count and directives.get("no-cache") is not None:
        del directives["no-cache"]
    return directives


def request_directives(headers: Headers, rules: FreshnessRules = _TEXT) -> dict[str, str | None]:
    """The Cache-Control directives of a request that count; without any, `Pragma: no-cache` is one if it counts.

    https://httpwg.org/specs/rfc9111.html#field.pragma
    """
    names = lowercase_names(headers)
    if "cache-control" in names:
        directives = _directives(get(headers, "cache-control") or "", rules)
    elif (
        "pragma" in names
        and rules.pragma_of_requests_counts
        and "no-cache" in parse_cache_control(get(headers, "pragma"))
    ):
        directives = {"no-cache": None}
    else:
        return {}
    heeded = set(rules.directives_of_requests)
    if "max-age=0" in heeded and parse_delta_seconds(directives.get("max-age")) == 0:
        heeded.add("max-age")
    return {name: argument for name, argument in directives.items() if name in heeded}


def parse_delta_seconds(value: str | None) -> float | None:
    """Seconds, `LONGEST` at most; None unless all digits. https://httpwg.org/specs/rfc9111.html#delta-seconds"""
    if value is None or _DIGITS.fullmatch(value) is None:
        return None
    # Bounded before conversion: a server chooses how many digits there are.
    digits = value.lstrip("0")
    return LONGEST if len(digits) > 10 else min(float(digits or "0"), LONGEST)


# Below: what browsers make of it.


def _directives(value: str, rules: FreshnessRules) -> dict[str, str | None]:
    read = _read_once if len(value) <= _SHORT else _read
    return dict(read(value, rules.cache_control_is_read, rules.quoted_arguments_count))


def _read(value: str, how: str, unquote: bool) -> dict[str, str | None]:
    match how:
        case "word-by-word":
            return _read_word_by_word(value)
        case "up-to-separators":
            return _read_up_to_separators(value)
        case _:
            return parse_cache_control(value, unquote=unquote)


_read_once = lru_cache(maxsize=64)(_read)
"""Servers say the same few things again and again."""


def _read_up_to_separators(value: str) -> dict[str, str | None]:
    """Directives as WebKit reads them: a name and its argument end at what can be in no token; fractions are cut."""
    read: dict[str, str | None] = {}
    for element in get_decode_and_split_value(value):
        name, equals, argument = element.partition("=")
        quoted = _QUOTED.match(argument)
        argument = quoted["inner"] if quoted is not None else _up_to_separator(argument)
        if _FRACTION.fullmatch(argument) is not None:
            argument = argument.partition(".")[0]
        read.setdefault(_up_to_separator(name).lower(), argument if equals else None)
    return read


def _up_to_separator(text: str) -> str:
    return _SEPARATOR.split(text.strip("\t "), maxsplit=1)[0]


def _read_word_by_word(value: str) -> dict[str, str | None]:
    """Directives as Firefox reads them: numbers by their digits, the last of a name, up to what is no comma."""
    read: dict[str, str | None] = {}
    position = 0
    while (element := _ELEMENT.match(value, position)) is not None:
        name, position = (element["name"] or "").lower(), element.end()
        read.pop(name, None)
        if name in _WITH_SECONDS:
            argument = _SECONDS.match(value, position) or element
            position, number = argument.end(), argument.groupdict().get("number")
            digits = (number or "").lstrip("0")
            if len(digits) > 10 or int(digits or "0") > _LARGEST_NUMBER:
                break
            if number or (name == "max-stale" and number is None):
                read[name] = number
        elif name:
            read[name] = None
        if name not in _WITH_SECONDS | _ALONE:
            position = position + len((_UNREAD.match(value, position) or [""])[0])
        comma = _COMMA.match(value, position)
        if comma is None:
            break
        position = comma.end()
    if "must-revalidate" in parse_cache_control(value):  # looked for apart, wherever it stands
        read["must-revalidate"] = None
    return read
