"""Responses and what filtering leaves of them. https://fetch.spec.whatwg.org/#responses"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from ..enums import StrEnum
from ..patterns import lazy_pattern
from ..records import NamedTuple, as_function, field, record
from .byte_strings import made_utf8
from .header_list import ReceivedHeaders
from .rules.redirects import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence, Set

    from ..url import URL
    from .header_list import HeaderList
    from .kept_resources import GoesStale, StaysFresh
    from .ports import StoredResponse
    from .reasons import Blocked
    from .rules import ResponseRules
    from .wire import Headers, NetworkFailure, WireResponse


class ResponseType(StrEnum):
    """https://fetch.spec.whatwg.org/#concept-response-type"""

    BASIC = "basic"
    CORS = "cors"
    DEFAULT = "default"
    ERROR = "error"
    OPAQUE = "opaque"
    OPAQUE_REDIRECT = "opaqueredirect"


_FOLD = lazy_pattern(r"(?<![\t ])[\t ]*+\r?\n[\t ]++")
_NULL_BODY_STATUSES = frozenset({101, 103, 204, 205, 304})
_FORBIDDEN_RESPONSE_HEADERS = frozenset({"set-cookie", "set-cookie2"})
SAFELISTED_RESPONSE_HEADERS = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)


def is_null_body_status(status: int) -> bool:
    """https://fetch.spec.whatwg.org/#null-body-status"""
    return status in _NULL_BODY_STATUSES


def is_ok_status(status: int) -> bool:
    """https://fetch.spec.whatwg.org/#ok-status"""
    return 200 <= status <= 299


def is_redirect_status(status: int) -> bool:
    """https://fetch.spec.whatwg.org/#redirect-status"""
    return status in REDIRECT_STATUSES


class StoredAt(NamedTuple):
    """Where in the HTTP cache a response was put: what finds it again there.

    `instead_of` is what was there, for when the response fails a check; () where nobody puts that back.
    """

    partition: Hashable
    url: str
    request_headers: Headers
    instead_of: tuple[StoredResponse, ...] = ()


stored_at = as_function(StoredAt)


class StoredRequest(NamedTuple):
    """The request that brought what the HTTP cache answered with."""

    headers: Headers
    with_credentials: bool


@record(eq=False)
class Response:
    """A response, or a network error: then `type` is "error" and `blocked` or `failure` says which and why.

    A filtered response has an `internal_response`; its own fields are what script may see. `body_failure` says that
    the body ended early; `body` is None where the standard has a null body. `stored_at` says where in the HTTP
    cache this fetch put it, `stored_request` what had brought it where it came from there, `stays_fresh` and
    `goes_stale` how long a document uses what it keeps of it.
    """

    type: ResponseType = ResponseType.DEFAULT
    url_list: list[URL] = field(default_factory=list)
    status: int = 200
    status_message: str = ""
    header_list: HeaderList = field(default_factory=list)
    body: bytes | None = None
    body_failure: NetworkFailure | None = None
    cors_exposed_header_names: Sequence[str] = ()
    request_includes_credentials: bool = False
    timing_allow_passed: bool | None = False
    internal_response: Response | None = None
    blocked: Blocked | None = None
    failure: NetworkFailure | None = None
    stored_at: StoredAt | None = None
    stored_request: StoredRequest | None = None
    stays_fresh: StaysFresh | None = None
    goes_stale: GoesStale | None = None
    cache_state: Literal["", "local", "validated"] = ""
    is_network_error: bool = False
    """https://fetch.spec.whatwg.org/#concept-network-error"""

    @property
    def url(self) -> URL | None:
        """https://fetch.spec.whatwg.org/#concept-response-url"""
        return self.url_list[-1] if self.url_list else None

    @property
    def unfiltered(self) -> Response:
        """The internal response of a filtered response, else the response itself."""
        return self if self.internal_response is None else self.internal_response


new_response = as_function(Response)


def network_error(*, blocked: Blocked | None = None, failure: NetworkFailure | None = None) -> Response:
    """A network error: by a policy (`blocked`) or by the network (`failure`).

    https://fetch.spec.whatwg.org/#concept-network-error
    """
    return Response(type=ResponseType.ERROR, status=0, blocked=blocked, failure=failure, is_network_error=True)


def response_from_wire(arrived: WireResponse, rules: ResponseRules) -> Response:
    """A response made of what arrived on the network or was stored of it. Values lose the white space around them.

    A line fold becomes one space. https://httpwg.org/specs/rfc9112.html#line.folding
    """
    headers = _header_list_of(
        arrived.headers,
        rules.headers_are_made_utf8,
        rules.drops_empty_repeated_headers,
        rules.repeated_types_join_without_a_blank,
    )
    return new_response(
        status=arrived.status,
        status_message=arrived.reason,
        header_list=headers,
        body=arrived.body,
        body_failure=arrived.body_failure,
    )


@lru_cache(maxsize=64)  # servers send the same headers again and again
def _header_list_of(
    headers: Headers, are_made_utf8: bool, drops_empty_repeats: bool, joins_types: bool
) -> ReceivedHeaders:
    header_list = [
        (name, (_FOLD.sub(" ", value) if "\n" in value else value).strip("\t\n\r ")) for name, value in headers
    ]
    if are_made_utf8:
        header_list = [(name, made_utf8(value)) for name, value in header_list]
    if drops_empty_repeats:
        header_list = without_empty_repeats(header_list, _COUNTED_AS_SENT)
    if joins_types:
        header_list = _with_content_types_in_one_line(header_list)
    return ReceivedHeaders(header_list)


_COUNTED_AS_SENT = frozenset({"access-control-allow-origin", "location"})


def without_empty_repeats(header_list: HeaderList, counted_as_sent: Set[str] = frozenset()) -> HeaderList:
    """Lines of a name that has others, too, count only if they are not empty, but for some names, in lower case."""
    first: dict[str, int] = {}  # where the name is kept
    kept: HeaderList = []
    for name, value in header_list:
        lower = name.lower()
        at = first.setdefault(lower, len(kept))
        if at == len(kept) or lower in counted_as_sent:
            kept.append((name, value))
        elif value and not kept[at][1]:
            kept[at] = (name, value)
        elif value:
            kept.append((name, value))
    return kept


def _with_content_types_in_one_line(header_list: HeaderList) -> HeaderList:
    types = [value for name, value in header_list if name.lower() == "content-type"]
    if not types:
        return header_list
    others = [(name, value) for name, value in header_list if name.lower() != "content-type"]
    return [*others, ("Content-Type", ",".join(types))]


def _filtered(internal: Response, kind: ResponseType, header_list: ReceivedHeaders) -> Response:
    return new_response(
        kind,
        internal.url_list,
        internal.status,
        internal.status_message,
        header_list,
        internal.body,
        internal.body_failure,
        internal_response=internal,
    )


def basic_filtered_response(internal: Response) -> Response:
    """All headers but the forbidden ones. https://fetch.spec.whatwg.org/#concept-filtered-response-basic"""
    headers = _received(internal.header_list)
    if not headers.lines.keys().isdisjoint(_FORBIDDEN_RESPONSE_HEADERS):
        headers = headers.of_names(frozenset(headers.lines.keys() - _FORBIDDEN_RESPONSE_HEADERS))
    return _filtered(internal, ResponseType.BASIC, headers)


_CORS = ResponseType.CORS  # found once: Python 3.11 is slow to find a member of an enum


def cors_filtered_response(internal: Response) -> Response:
    """The safelisted and the exposed headers. https://fetch.spec.whatwg.org/#concept-filtered-response-cors"""
    visible_names = SAFELISTED_RESPONSE_HEADERS
    if internal.cors_exposed_header_names:
        exposed = frozenset([name.lower() for name in internal.cors_exposed_header_names])
        visible_names = (exposed - _FORBIDDEN_RESPONSE_HEADERS) | SAFELISTED_RESPONSE_HEADERS
    return _filtered(internal, _CORS, _received(internal.header_list).of_names(visible_names))


def _received(header_list: HeaderList) -> ReceivedHeaders:
    return header_list if type(header_list) is ReceivedHeaders else ReceivedHeaders(header_list)


def opaque_filtered_response(internal: Response) -> Response:
    """Nothing at all. https://fetch.spec.whatwg.org/#concept-filtered-response-opaque"""
    return Response(type=ResponseType.OPAQUE, status=0, internal_response=internal)


def opaque_redirect_filtered_response(internal: Response) -> Response:
    """Nothing but the URL list. https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect"""
    return Response(type=ResponseType.OPAQUE_REDIRECT, status=0, url_list=internal.url_list, internal_response=internal)
