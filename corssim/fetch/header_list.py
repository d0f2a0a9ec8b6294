"""Header lists and the parsing of their values.

A header list is a Python list of (name, value) pairs in order; each character of a name or a value is one byte.
https://fetch.spec.whatwg.org/#terminology-headers
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from ..patterns import lazy_pattern
from .header_values import get_decode_and_split_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HeaderList = list[tuple[str, str]]

_MOST_PARTS = 8  # of one list: more are of names that somebody makes up
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_HEADER_NAME = lazy_pattern(_TOKEN)
_NOT_A_VALUE = lazy_pattern(r"^[\t ]|[\t ]$|[\x00\r\n]|[^\x00-\xff]")

_DELTA_SECONDS = lazy_pattern(r"(?=[0-9])0*([0-9]{0,20})[0-9]*")  # bounded: a server chooses how many digits there are


class ReceivedHeaders(list[tuple[str, str]]):
    """The header list of a response: nobody changes it, and a dozen steps ask it for a name, so it has an index.

    `lines` are the values by name in lower case, `names` those names, in the order in which each came first. What is
    made of all of them is kept, for a list that stands for answers that come again.
    """

    __slots__ = ("_combined", "_parts", "lines", "names")

    lines: dict[str, list[str]]
    names: tuple[str, ...]
    _combined: HeaderList | None
    _parts: dict[frozenset[str], ReceivedHeaders]

    def __init__(self, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(headers)
        lines: dict[str, list[str]] = {}
        for name, value in self:
            lower = name.lower()
            if lower in lines:
                lines[lower].append(value)
            else:
                lines[lower] = [value]
        self.lines, self.names = lines, tuple(lines)
        self._combined, self._parts = None, {}

    def of_names(self, names: frozenset[str]) -> ReceivedHeaders:
        """The headers of these names, given in lower case."""
        part = self._parts.get(names)
        if part is None:
            part = self
            if not self.lines.keys() <= names:
                part = ReceivedHeaders([header for header in self if header[0].lower() in names])
            if len(self._parts) < _MOST_PARTS:
                self._parts[names] = part
        return part

    def sorted_and_combined(self) -> HeaderList:
        """https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine"""
        if self._combined is None:
            combined: HeaderList = []
            for name in sorted(self.lines):
                if name == "set-cookie":
                    combined.extend((name, value) for value in self.lines[name])
                else:
                    combined.append((name, ", ".join(self.lines[name])))
            self._combined = combined
        return list(self._combined)


@lru_cache(maxsize=64)
def received(headers: tuple[tuple[str, str], ...]) -> ReceivedHeaders:
    """These headers with an index. Servers send the same ones again and again: those that came last are kept."""
    return ReceivedHeaders(headers)


class Failure(Enum):
    """The third result of a parse, beside a value and null: something is there and cannot be parsed."""

    FAILURE = "failure"


FAILURE = Failure.FAILURE


def is_header_name(name: str) -> bool:
    """Report whether `name` is a field-name token. https://fetch.spec.whatwg.org/#header-name"""
    plain = name.replace("-", "")  # as most are
    return (plain.isalnum() and plain.isascii()) or _HEADER_NAME.fullmatch(name) is not None


def is_header_value(value: str) -> bool:
    """Report whether `value` can be a header's value. https://fetch.spec.whatwg.org/#header-value"""
    return _NOT_A_VALUE.search(value) is None


def normalize_header_value(value: str) -> str:
    """Strip HTTP whitespace from both ends. https://fetch.spec.whatwg.org/#concept-header-value-normalize"""
    return value.strip("\t\n\r ")


def contains(headers: Iterable[tuple[str, str]], name: str) -> bool:
    """Report whether a header of that name is in the list. https://fetch.spec.whatwg.org/#header-list-contains"""
    name = name.lower()
    if type(headers) is ReceivedHeaders:
        return name in headers.lines
    return name in [key.lower() for key, _ in headers]


CONDITIONAL_HEADERS = frozenset({"if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"})
"""https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch, step 8.17; in lower case"""

SAY_SOMETHING_TO_CACHES = frozenset({"cache-control", "pragma"})
"""https://httpwg.org/specs/rfc9111.html#cache-request-directive; in lower case"""


def lowercase_names(headers: Iterable[tuple[str, str]]) -> set[str]:
    """The names in the list, in lower case."""
    return set(headers.lines) if type(headers) is ReceivedHeaders else {name.lower() for name, _ in headers}


def lines_of(headers: Iterable[tuple[str, str]], name: str) -> Sequence[str]:
    """The values of every header of that name."""
    name = name.lower()
    if type(headers) is ReceivedHeaders:
        return headers.lines.get(name, ())
    return [value for key, value in headers if key.lower() == name]


def names_in_order(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The names in the list, in lower case, each where it stands first."""
    return (headers if type(headers) is ReceivedHeaders else ReceivedHeaders(headers)).names


def get(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The header's values joined by a comma and a space, or None. https://fetch.spec.whatwg.org/#concept-header-list-get"""
    if type(headers) is ReceivedHeaders:
        known = headers.lines.get(name.lower())
        return None if known is None else ", ".join(known)
    lines = lines_of(headers, name)
    return ", ".join(lines) if lines else None


def get_decode_and_split(headers: Iterable[tuple[str, str]], name: str) -> list[str] | None:
    """The header's value split at commas outside quotes. https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split"""
    value = get(headers, name)
    return None if value is None else get_decode_and_split_value(value)


def appended(pairs: Iterable[tuple[str, str]]) -> HeaderList:
    """A list to which each header was appended, in the casing that its name had at first.

    https://fetch.spec.whatwg.org/#concept-header-list-append
    """
    casing: dict[str, str] = {}
    return [(casing.setdefault(name.lower(), name), value) for name, value in pairs]


def delete(headers: HeaderList, name: str) -> None:
    """Remove every header of that name. https://fetch.spec.whatwg.org/#concept-header-list-delete"""
    name = name.lower()
    headers[:] = [header for header in headers if header[0].lower() != name]


def sort_and_combine(headers: Iterable[tuple[str, str]]) -> HeaderList:
    """What iterating a Headers object gives. https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine"""
    return (headers if type(headers) is ReceivedHeaders else ReceivedHeaders(headers)).sorted_and_combined()


def combined_by_name(headers: Iterable[tuple[str, str]]) -> HeaderList:
    """One header a name, in order of first appearance, values joined: what a map of headers would hold, and what comes
    of combining each with a list that was empty. https://fetch.spec.whatwg.org/#concept-header-list-combine
    """
    grouped: dict[str, list[str]] = {}  # by name in lower case: the name as it was first written, and the values
    for name, value in headers:
        grouped.setdefault(name.lower(), [name]).append(value)
    return [(name, ", ".join(values)) for name, *values in grouped.values()]


def extract_token_list(headers: Sequence[tuple[str, str]], name: str) -> list[str] | Failure | None:
    """Tokens of a `#token` header: None where it is absent, FAILURE where one line of it does not parse.

    https://fetch.spec.whatwg.org/#extract-header-list-values
    """
    tokens: list[str] | None = None
    for line in lines_of(headers, name):
        parts = [line]
        if not is_header_name(line):
            # #token of RFC 9110 section 5.6.1: empty elements are allowed and mean nothing.
            parts = [token for part in line.split(",") if (token := part.strip("\t "))]
            if not all(map(is_header_name, parts)):
                return FAILURE
        if tokens is None:
            tokens = []
        tokens += parts
    return tokens


def extract_delta_seconds(headers: Sequence[tuple[str, str]], name: str) -> int | Failure | None:
    """Seconds of a `delta-seconds` header: a single header, digits only. https://fetch.spec.whatwg.org/#extract-header-list-values"""
    lines = lines_of(headers, name)
    if not lines:
        return None
    first, *others = lines
    seconds = _DELTA_SECONDS.fullmatch(first)
    return FAILURE if others or seconds is None else int(seconds[1] or "0")
