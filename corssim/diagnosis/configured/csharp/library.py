"""What the class library tells of texts, lists, URLs and times. https://learn.microsoft.com/dotnet/api/"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from ....patterns import lazy_pattern
from ....records import record
from ....url import parse_url
from ..model import matches
from ..replies import NotTold, bounded
from .values import NOT_THERE, Closure, Given, Out, Thing, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....url import URL
    from .values import Value


class Invokes(Protocol):
    """A run, which knows how to call a function of the text."""

    def invoke(self, function: Value, values: Sequence[Value]) -> Value: ...


@record(frozen=True)
class Comparison:
    """StringComparison and StringComparer."""

    ignores_case: bool


@record(frozen=True)
class Span:
    """A TimeSpan."""

    seconds: float


class Uri(Thing):
    """System.Uri, of an absolute URL."""

    def __init__(self, text: str, url: URL) -> None:
        self._text, self._url = text, url

    def get(self, name: str) -> Value:
        host = self._url.host or ""
        port = self._url.effective_port
        known: dict[str, Value] = {
            "Host": host, "IdnHost": host, "DnsSafeHost": host, "Scheme": self._url.scheme,
            "Port": -1 if port is None else port, "Authority": self._authority, "IsLoopback": host in _LOOPBACK,
            "AbsolutePath": self._url.path or "/", "OriginalString": self._text, "IsAbsoluteUri": True,
            "IsDefaultPort": self._url.port is None,
        }  # fmt: skip
        return known.get(name, NOT_THERE)

    def call(self, name: str, given: Given) -> Value:
        if name == "GetLeftPart" and "Authority" in _given_text(given):
            return f"{self._url.scheme}://{self._authority}"
        return NOT_THERE

    @property
    def _authority(self) -> str:
        return (self._url.host or "") + ("" if self._url.port is None else f":{self._url.port}")


_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]", "loopback")


def _given_text(given: Given) -> str:
    return "" if given.node.text is None else given.node.text.decode("utf-8", "replace")


def uri_of(text: Value) -> Uri | None:
    """The URL of a text, where that is absolute."""
    url = parse_url(text) if isinstance(text, str) else None
    return None if url is None or not isinstance(text, str) or "*" in (url.host or "") else Uri(text, url)


_NAMED_STATUS: Final = lazy_pattern(r"StatusCodes\.Status(\d{3})\w*")
_OF_HTTP: Final = lazy_pattern(r"(?:\w+\.)*HttpStatusCode\.(\w+)")
_METHOD: Final = lazy_pattern(r"HttpMethods?\.(Get|Put|Post|Delete|Options|Head|Patch)(?:\.Method)?")
_HEADER: Final = lazy_pattern(r"HeaderNames\.(\w+)")
_COMPARISON: Final = lazy_pattern(r"(?:System\.)?String(?:Comparison|Comparer)\.(\w+)")
_STATUSES: Final = {each.name.replace("_", "").lower(): int(each) for each in HTTPStatus}
_PLAIN: Final[dict[str, Value]] = {
    "string.Empty": "", "String.Empty": "", "Uri.UriSchemeHttp": "http", "Uri.UriSchemeHttps": "https",
    "CorsConstants.AnyOrigin": "*", "CorsConstants.AnyMethod": "*", "CorsConstants.AnyHeader": "*",
    "Uri.SchemeDelimiter": "://",
}  # fmt: skip


def constant_of(text: str) -> Value:
    """A constant of the library's by the text that names it."""
    if text in _PLAIN:
        return _PLAIN[text]
    if (found := _NAMED_STATUS.fullmatch(text)) is not None:
        return int(found[1])
    if (found := _OF_HTTP.fullmatch(text)) is not None:
        return _STATUSES.get(found[1].lower(), NOT_THERE)
    if (found := _METHOD.fullmatch(text)) is not None:
        return found[1].upper()
    if (found := _HEADER.fullmatch(text)) is not None:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", found[1])
    if (found := _COMPARISON.fullmatch(text)) is not None:
        return Comparison("IgnoreCase" in found[1])
    return NOT_THERE


def member_of_value(value: Value, name: str) -> Value:
    """A property of a value that is no thing."""
    if isinstance(value, str | list) and name in ("Length", "Count"):
        return len(value)
    if isinstance(value, Unknown | str) and name == "Value":
        return value  # of IOptions<…>, or a PathString
    return NOT_THERE


def made(kind: str, given: Given) -> Value:
    """A new object of the library's."""
    values = list(given.flat())
    if kind == "Uri" and values:
        return uri_of(values[0]) or Unknown(_given_text(given)[:60])
    if kind in ("List", "HashSet", "Collection", "StringValues", "SortedSet"):
        return [each for each in values if not isinstance(each, Comparison | int)]
    if kind == "TimeSpan" and all(isinstance(each, int) for each in values) and len(values) in (3, 4):
        numbers = [int(str(each)) for each in values]
        days, hours, minutes, seconds = numbers if len(numbers) == 4 else [0, *numbers]
        return Span(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    if kind == "HttpMethod" and values and isinstance(values[0], str):
        return values[0]
    return NOT_THERE


_SPANS: Final = {"FromDays": 86_400, "FromHours": 3600, "FromMinutes": 60, "FromSeconds": 1, "FromMilliseconds": 0.001}


def call_of_value(run: Invokes, receiver: Value, name: str, given: Given) -> Value:
    """The result of a method of the library's, of a value that is no thing."""
    if isinstance(receiver, str):
        return _call_of_text(receiver, name, given)
    if isinstance(receiver, list):
        return _call_of_list(run, receiver, name, given)
    if isinstance(receiver, Unknown):
        return _call_of_class(run, receiver.text, name, given)
    return NOT_THERE


def _call_of_class(run: Invokes, kind: str, name: str, given: Given) -> Value:
    values = list(given.values)
    first = values[0] if values else None
    if kind == "TimeSpan" and name in _SPANS and isinstance(first, int):
        return Span(first * _SPANS[name])
    if kind in ("string", "String") and name in ("IsNullOrEmpty", "IsNullOrWhiteSpace"):
        return NOT_THERE if isinstance(first, Unknown) else not first or not str(first).strip()
    if kind in ("string", "String") and name in ("Equals", "Join"):
        rest = values[1:]
        if name == "Equals" and isinstance(first, str):
            return _call_of_text(first, name, _moved(given, rest))
        flat = rest[0] if len(rest) == 1 and isinstance(rest[0], list) else rest
        if name == "Join" and isinstance(first, str) and all(isinstance(each, str) for each in flat):
            return bounded(first.join(str(each) for each in flat))
    if kind == "HttpMethods" and name.startswith("Is") and isinstance(first, str):
        return first.upper() == name[2:].upper()
    if kind in ("Array", "Enumerable") and name == "Empty":
        return []
    if kind == "Uri" and name == "TryCreate" and values and isinstance(values[-1], Out):
        uri = uri_of(first)
        if isinstance(first, Unknown):
            return NOT_THERE
        values[-1].scope.names[values[-1].name] = uri
        return uri is not None
    if kind == "Regex" and name == "IsMatch" and len(values) >= 2 and isinstance(first, str):
        pattern = values[1]
        ignores_case = "IgnoreCase" in _given_text(given)
        return matches(pattern, first, ignores_case=ignores_case) if isinstance(pattern, str) else NOT_THERE
    return NOT_THERE


def _moved(given: Given, values: list[Value]) -> Given:
    return Given(tuple(values), tuple("" for _ in values), given.node, given.types)


def is_below(path: str, prefix: str) -> bool:
    """Whether a path is one, or below it, in large letters or small ones: PathString.StartsWithSegments."""
    prefix = prefix.rstrip("/").lower()
    return path.lower() == prefix or path.lower().startswith(f"{prefix}/")


def _call_of_text(text: str, name: str, given: Given) -> Value:
    values = list(given.values)
    comparisons = [each for each in values if isinstance(each, Comparison)]
    others = [each for each in values if not isinstance(each, Comparison)]
    other = others[0] if others else None
    ignores_case = any(each.ignores_case for each in comparisons)
    if name == "StartsWithSegments" and isinstance(other, str):
        return is_below(text, other)
    if name in _TESTS and isinstance(other, str):
        one, two = (text.lower(), other.lower()) if ignores_case else (text, other)
        return _TESTS[name](one, two)
    if name in _CHANGES and not values:
        return _CHANGES[name](text)
    if name in ("TrimEnd", "TrimStart", "Trim") and isinstance(other, str):
        return {"TrimEnd": text.rstrip, "TrimStart": text.lstrip, "Trim": text.strip}[name](other)
    if name == "Replace" and len(others) == 2 and isinstance(other, str) and isinstance(others[1], str):
        return bounded(text.replace(other, others[1])) if other and len(others[1]) < 1000 else NOT_THERE
    if name == "Split" and isinstance(other, str) and other:
        found = text.split(other)
        told = _given_text(given)
        found = [each.strip() for each in found] if "TrimEntries" in told else found
        return _few([each for each in found if each or "RemoveEmpty" not in told], [])
    return NOT_THERE


MOST_ENTRIES: Final = 2000
_TESTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "Equals": str.__eq__, "StartsWith": str.startswith, "EndsWith": str.endswith, "Contains": str.__contains__,
}  # fmt: skip
_CHANGES: Final[dict[str, Callable[[str], Value]]] = {
    "ToLower": str.lower, "ToLowerInvariant": str.lower, "ToUpper": str.upper, "ToUpperInvariant": str.upper,
    "Trim": str.strip, "ToString": str, "FirstOrDefault": str, "TrimEnd": str.rstrip, "TrimStart": str.lstrip,
}  # fmt: skip
_SAME: Final = frozenset({"ToArray", "ToList", "AsEnumerable", "ToHashSet", "AsReadOnly"})
_ADDS: Final = frozenset({"Add", "AddRange", "Insert", "UnionWith"})


def _call_of_list(run: Invokes, values: list[Value], name: str, given: Given) -> Value:
    if name in _SAME:
        return list(values)
    if name in _ADDS:
        values += _few([each for each in given.flat() if not isinstance(each, int)], values)
        return True
    if name == "Concat":
        return [*values, *_few(list(given.flat()), values)]
    if name == "Clear":
        values.clear()
        return None
    if name == "Contains" and given.values:
        return _contains(values, given)
    function = given.values[0] if given.values else None
    if name in ("Any", "Where", "Select", "Exists", "All") and isinstance(function, Closure):
        found = [run.invoke(function, [each]) for each in values]
        if name == "Select":
            return found
        if name == "Where":
            return _where(values, found)
        return _any(found) if name != "All" else NOT_THERE
    return bool(values) if name == "Any" and not given.values else NOT_THERE


def _few(added: list[Value], values: list[Value]) -> list[Value]:
    if len(values) + len(added) > MOST_ENTRIES:
        raise NotTold("a list that grows")
    return added


def _where(values: list[Value], found: list[Value]) -> Value:
    if any(not isinstance(each, bool) for each in found):
        return NOT_THERE
    return [value for value, is_in in zip(values, found, strict=True) if is_in]


def _any(found: list[Value]) -> Value:
    if True in found:
        return True
    return NOT_THERE if any(not isinstance(each, bool) for each in found) else False


def _contains(values: list[Value], given: Given) -> Value:
    asked = given.values[0]
    if not isinstance(asked, str):
        return NOT_THERE
    ignores_case = any(isinstance(each, Comparison) and each.ignores_case for each in given.values)
    listed = [each.lower() if ignores_case else each for each in values if isinstance(each, str)]
    if (asked.lower() if ignores_case else asked) in listed:
        return True
    return NOT_THERE if any(not isinstance(each, str) for each in values) else False
