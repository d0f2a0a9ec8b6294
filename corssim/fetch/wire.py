"""What crosses the network: the request that leaves the algorithms and what comes back to them.

Header names and values are `str` in which each character is one byte (isomorphic decoding,
https://infra.spec.whatwg.org/#isomorphic-decode), so that nothing a server sends can fail to decode.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from ..enums import StrEnum
from ..records import NamedTuple, as_function

Headers = tuple[tuple[str, str], ...]


class FailureKind(StrEnum):
    """What went wrong below HTTP semantics; the network, never a policy."""

    REFUSED = "connection-refused"
    DNS = "dns"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "connection-reset"
    MALFORMED = "malformed-http"
    TOO_LARGE = "too-large"
    OFFLINE = "offline"
    OTHER = "network"


class WireRequest(NamedTuple):
    """One HTTP request as it leaves the browser. `url` has no fragment and no credentials.

    `new_connection`: it may not go over a connection that is there already.
    """

    method: str
    url: str
    headers: Headers
    body: bytes | None = None
    new_connection: bool = False

    @property
    def is_preflight(self) -> bool:
        """Report whether it is a CORS-preflight request. https://fetch.spec.whatwg.org/#cors-preflight-request"""
        if self.method != "OPTIONS":
            return False
        names = {name.lower() for name, _ in self.headers}
        return "origin" in names and "access-control-request-method" in names

    @property
    def is_handshake(self) -> bool:
        """Report whether it asks to go on as a WebSocket, so that 101 is an answer to it."""
        return "websocket" in [value.lower() for name, value in self.headers if name.lower() == "upgrade"]


wire_request = as_function(WireRequest)


class AddressWanted(NamedTuple):
    """Where does the host of this URL lead? Answered by a `HostAddress`, or None by what is not the live network.

    `by` says how to find out: by a "connection", opened for the request that is next, or by "name" alone.
    """

    url: str
    by: Literal["connection", "name"]


class HostAddress(NamedTuple):
    """The IP address that a host was found at; None where it was not, which a proxy on the way makes for good."""

    address: str | None
    behind_a_proxy: bool = False


class WireResponse(NamedTuple):
    """One HTTP response as it arrived, its body decoded (Content-Encoding undone) and bounded.

    `body_failure` says that the body stopped early (`body` holds what came before).
    """

    status: int
    reason: str
    headers: Headers
    body: bytes = b""
    body_failure: NetworkFailure | None = None


class NetworkFailure(NamedTuple):
    """The exchange ended without a response. `detail` is one line in plain words, without control characters.

    `on_used_connection`: it went over a connection that had carried others, and nothing of an answer came.
    `nothing_sent`: it ended before any of the request was on its way.
    """

    kind: FailureKind
    detail: str = ""
    on_used_connection: bool = False
    nothing_sent: bool = False

    @property
    def is_dropped_connection(self) -> bool:
        """Report whether the server hung up before it answered."""
        return self.kind is FailureKind.RESET


@lru_cache
def reason_phrase(status: int) -> str:
    """The phrase HTTP registers for a status, "" for one it does not know."""
    from http import HTTPStatus  # here, because it takes a while to import

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
