"""Which request headers script may set, and which of them need a preflight. https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..patterns import lazy_pattern
from .header_list import combined_by_name, lowercase_names
from .header_values import get_decode_and_split_value
from .methods import is_forbidden_method

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from re import Pattern

    from .rules import SafelistRules

_UNSAFE_BYTE = lazy_pattern(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]')
_UNSAFE_BYTE_OR_HIGH = lazy_pattern(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f-\xff]')
_LANGUAGE = lazy_pattern(r"[0-9A-Za-z *,\-.;=]*")
_SIMPLE_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_SINGLE_RANGE = lazy_pattern(r"bytes=([0-9]*)-([0-9]*)")
_SINGLE_RANGE_WITH_WHITE_SPACE = lazy_pattern(r"bytes[\t ]*=[\t ]*([0-9]*)[\t ]*-[\t ]*([0-9]*)")
_PLUS_OF_A_POSITION = lazy_pattern(r"(?<=[=-])\+(?=[0-9])")
_INTEGER = lazy_pattern(r"[0-9]+")
_DECIMAL = lazy_pattern(r"[0-9]+(?:\.[0-9]+)?")
_CLIENT_HINTS = {  # values that a browser with these on its safelist takes
    "device-memory": _DECIMAL,
    "downlink": _DECIMAL,
    "dpr": _DECIMAL,
    "ect": lazy_pattern("(?:slow-)?2g|[34]g"),
    "rtt": _INTEGER,
    "save-data": lazy_pattern("on", re.IGNORECASE),
    "viewport-width": _INTEGER,
    "width": _INTEGER,
}
_MOST_DIGITS = 30  # of a position in a range; what is above is beyond any file

_FORBIDDEN = frozenset(
    {
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)
_METHOD_OVERRIDES = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})
_NO_CORS_SAFELISTED = frozenset({"accept", "accept-language", "content-language", "content-type"})


def is_forbidden_request_header(name: str, value: str, rules: SafelistRules) -> bool:
    """Report whether script may not set this header. https://fetch.spec.whatwg.org/#forbidden-request-header"""
    name = name.lower()
    if name in _FORBIDDEN or name in rules.extra_forbidden_headers:
        return True
    if name.startswith(("proxy-", "sec-")):
        return True
    if name in _METHOD_OVERRIDES:
        return any(is_forbidden_method(method) for method in get_decode_and_split_value(value))
    return False


def is_no_cors_safelisted_name(name: str) -> bool:
    """Report whether a no-cors request may carry a header of that name. https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name"""
    return name.lower() in _NO_CORS_SAFELISTED


def is_no_cors_safelisted_request_header(name: str, value: str, rules: SafelistRules) -> bool:
    """Report whether a no-cors request may carry this header. https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header"""
    return is_no_cors_safelisted_name(name) and is_cors_safelisted_request_header(name, value, rules)


def is_cors_non_wildcard_request_header_name(name: str) -> bool:
    """Report whether `*` never covers this name. https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"""
    return name.lower() == "authorization"


def parse_single_range(
    value: str, *, allow_white_space: bool = False, ignore_case: bool = False, largest: int | None = None
) -> tuple[int | None, int | None] | None:
    """First and last byte of `bytes=N-M`; None is failure, as is a position over `largest`.

    https://fetch.spec.whatwg.org/#simple-range-header-value
    """
    pattern = _SINGLE_RANGE_WITH_WHITE_SPACE if allow_white_space else _SINGLE_RANGE
    match = pattern.fullmatch(value.lower() if ignore_case else value)
    if match is None:
        return None
    first, last = (_integer(digits) for digits in match.groups())
    if first is None and last is None:
        return None
    if first is not None and last is not None and first > last:
        return None
    if largest is not None and max(first or 0, last or 0) > largest:
        return None
    return first, last


def _integer(digits: str) -> int | None:
    return int(digits.lstrip("0")[:_MOST_DIGITS] or "0") if digits else None


def is_cors_safelisted_request_header(name: str, value: str, rules: SafelistRules) -> bool:
    """Report whether this header, by name and value, needs no preflight. https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""
    if len(value) > 128:
        return False
    unsafe_byte = _UNSAFE_BYTE_OR_HIGH if rules.bytes_above_ascii_are_unsafe else _UNSAFE_BYTE
    match name.lower():
        case "accept":
            return value == "*/*" or unsafe_byte.search(value) is None
        case "accept-language" | "content-language":
            return _LANGUAGE.fullmatch(value) is not None
        case "content-type":
            return _has_a_simple_type(value, unsafe_byte, rules.content_type_parameters_are_strict)
        case "range":
            if rules.range_positions_may_have_a_plus:
                value = _PLUS_OF_A_POSITION.sub("", value)
            parsed = parse_single_range(
                value,
                ignore_case=rules.range_unit_ignores_case,
                largest=rules.largest_range_position,
            )
            return parsed is not None and parsed[0] is not None
        case other:
            hint = _CLIENT_HINTS.get(other) if other in rules.extra_safelisted_headers else None
            return hint is not None and hint.fullmatch(value) is not None


def _ends_after_one_type(value: str) -> bool:
    """Report whether a Content-Type is one type with parameters of any form, and no `;` is left at its very end."""
    if "," in value:
        return False
    essence, semicolon, parameters = value.strip(" \t").partition(";")
    if not semicolon:
        return " " not in essence and "\t" not in essence
    return not parameters.endswith(";")


@lru_cache
def _has_a_simple_type(value: str, unsafe_byte: Pattern[str], parameters_are_strict: bool) -> bool:
    """Report whether a form could have sent this Content-Type. The value is at most 128 bytes long here."""
    if parameters_are_strict and not _ends_after_one_type(value):
        return False
    if unsafe_byte.search(value) is not None:
        return False
    from .mime_type import parse_mime_type  # here, because few requests have a Content-Type

    mime_type = parse_mime_type(value)
    return mime_type is not None and mime_type.essence in _SIMPLE_TYPES


def cors_unsafe_request_header_names(headers: Sequence[tuple[str, str]], rules: SafelistRules) -> list[str]:
    """Names that make a request not simple: lower case, sorted, once each (a profile may keep repeats).

    https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
    """
    if rules.repeated_headers_combine and len(headers) > 1 and len(lowercase_names(headers)) < len(headers):
        headers = combined_by_name(headers)
    unsafe: list[str] = []
    potentially_unsafe: list[str] = []
    safelist_value_size = 0
    for name, value in headers:
        if is_cors_safelisted_request_header(name, value, rules):
            potentially_unsafe.append(name)
            safelist_value_size += len(value)
        else:
            unsafe.append(name)
    limit = rules.values_total
    if limit is not None and safelist_value_size > limit:
        unsafe.extend(potentially_unsafe)
    return _sorted_lowercase(unsafe, once=rules.unsafe_names_listed_once) if unsafe else unsafe


def _sorted_lowercase(names: Iterable[str], *, once: bool) -> list[str]:
    lower = [name.lower() for name in names]
    return sorted(set(lower) if once else lower)
