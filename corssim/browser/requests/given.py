"""What a page's script gives to an API, checked: each mistake is an InvalidRequest of one line."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import InvalidRequest
from ...fetch.header_list import is_header_name, is_header_value, normalize_header_value
from ...fetch.methods import is_forbidden_method, is_method, normalize_method
from ...fetch.referrer import REFERRER_POLICIES
from ...fetch.url_spelling import as_the_browser_writes
from ...patterns import lazy_pattern
from ...url import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...fetch.environment import Environment
    from ...fetch.profile import BrowserProfile
    from ...url import URL

_E = TypeVar("_E")

_TOKEN = r"[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*"
_QUOTED_STRING = r'[ \t]*"(?:[^"\\]|\\.)*"[ \t]*'
_CONTENT_TYPE = lazy_pattern(f"{_TOKEN}/{_TOKEN}(?:;{_TOKEN}=(?:{_TOKEN}|{_QUOTED_STRING}))*")

NO_BODY_METHODS = frozenset({"GET", "HEAD"})
_REFERRER_POLICIES = {policy: policy for policy in ("", *REFERRER_POLICIES)}


def parsed_url(environment: Environment, profile: BrowserProfile, url: str) -> URL:
    parsed = parse_url(url, environment.base_url) if isinstance(url, str) else None
    if parsed is None:
        raise InvalidRequest(f"{url!r:.100} is not a URL that {environment.base_url} can resolve")
    return as_the_browser_writes(parsed, profile.urls)


@lru_cache(maxsize=64)
def checked_method(method: str) -> str:
    if not isinstance(method, str) or not is_method(method):
        raise InvalidRequest(f"{method!r} is not a method: a method is a token such as GET or PATCH")
    if is_forbidden_method(method):
        raise InvalidRequest(f"script may not use the method {method}")
    return normalize_method(method)


def member(members: Mapping[str, _E], name: str, value: str) -> _E:
    """The value that an option names. Raises InvalidRequest, listing those there are."""
    try:
        return members[value]
    except (KeyError, TypeError):
        listed = ", ".join(repr(item) for item in sorted(members))
        raise InvalidRequest(f"{name} is {value!r}; it can be {listed}") from None


def checked_referrer_policy(policy: str) -> str:
    return member(_REFERRER_POLICIES, "referrer_policy", policy)


def checked_header(name: Any, value: Any) -> str:
    """The value, normalized. https://fetch.spec.whatwg.org/#headers-validate"""
    if isinstance(value, bytes):
        raise InvalidRequest(f"the value of the header {name} is text, not bytes: decode it as latin-1")
    normalized = normalize_header_value(str(value))
    if not isinstance(name, str) or not is_header_name(name):
        raise InvalidRequest(f"{name!r} is not a header name")
    if not is_header_value(normalized):
        raise InvalidRequest(f"the value of the header {name} holds a line break, a NUL or a character above U+00FF")
    return normalized


def type_counts(content_type: str | None, api: str, profile: BrowserProfile) -> bool:
    """Report whether a Blob's type becomes the Content-Type, where the browser looks at it first."""
    if content_type is None or api not in profile.requests.blob_types_are_checked_by:
        return True
    if profile.requests.blob_types_are_checked_for == "content-type-grammar":
        return _CONTENT_TYPE.fullmatch(content_type) is not None
    from ...fetch.mime_type import parse_mime_type  # here, because few requests have a Blob for their body

    return parse_mime_type(content_type) is not None
