"""What an exception from a transport says about the network.

The exceptions of httpx, httpx2 and the libraries below them share names and no classes, so names are compared, along
the class hierarchy and the chain of causes.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from ...fetch.wire import FailureKind, NetworkFailure
from ...patterns import lazy_pattern

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

_LONGEST_DETAIL = 300
_DEEPEST_CHAIN = 50

_ERRNO = {
    errno.ECONNREFUSED: (FailureKind.REFUSED, "{peer} refused the connection"),
    errno.ECONNRESET: (FailureKind.RESET, "the connection was reset"),
    errno.ECONNABORTED: (FailureKind.RESET, "the connection was aborted"),
    errno.EPIPE: (FailureKind.RESET, "the server closed the connection while the request was being sent"),
    errno.ENETUNREACH: (FailureKind.OFFLINE, "the network is unreachable"),
    errno.EHOSTUNREACH: (FailureKind.OTHER, "{peer} is unreachable"),
    errno.ETIMEDOUT: (FailureKind.TIMEOUT, "timed out"),
}

_PROTOCOL_PHRASES = (
    ("without sending a response", FailureKind.RESET, "the server closed the connection without a response"),
    ("Server disconnected", FailureKind.RESET, "the server closed the connection without a response"),
    ("complete message body", FailureKind.RESET, "the connection closed before the end of the body"),
    ("incomplete chunked read", FailureKind.RESET, "the connection closed before the end of the body"),
    ("buffer too long", FailureKind.TOO_LARGE, "the response headers are too long"),
)

_NETWORK_ERRORS = (
    *("TransportError", "DecodingError", "InvalidURL", "StreamError"),
    *("NetworkError", "TimeoutException", "ProtocolError"),  # those of the library below httpx
    *("MalformedAnswer", "HeadTooLarge", "DroppedConnection"),
)

_ENDED_BY_HTTP2 = lazy_pattern(r"<(StreamReset|ConnectionTerminated)\b.*?error_code:(\d+)")
_HTTP2_ERRORS = (
    *("NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED"),
    *("FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM"),
    *("INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"),
)
"""https://httpwg.org/specs/rfc9113.html#ErrorCodes"""

_TLS_REASONS = {
    "WRONG_VERSION_NUMBER": "the server does not speak TLS on this port",
    "HTTP_REQUEST": "the server does not speak TLS on this port",
    "UNEXPECTED_EOF_WHILE_READING": "the server closed the connection during the TLS handshake",
}


def failure_from(error: BaseException, peer: str = "the server") -> NetworkFailure:
    """Name what went wrong below HTTP. `peer` is what was connected to, for the sentence in `detail`."""
    import socket
    import ssl

    chain = list(_chain(error))
    names = {cls.__name__ for link in chain for cls in type(link).__mro__}
    for link in chain:
        # A server may refuse the client's certificate when the client has ended its part of the handshake.
        if isinstance(link, ssl.SSLError) and (
            names.isdisjoint(("ReadError", "WriteError")) or "_ALERT_" in (link.reason or "")
        ):
            return NetworkFailure(FailureKind.TLS, one_line(_tls_detail(link)))
    for link in chain:
        if isinstance(link, socket.gaierror | UnicodeError):
            return NetworkFailure(FailureKind.DNS, one_line(f"the name of {peer} does not resolve"))
    if "DroppedConnection" in names:
        return NetworkFailure(FailureKind.RESET, one_line(str(chain[0])), on_used_connection=True)
    if "MalformedAnswer" in names:
        return NetworkFailure(FailureKind.MALFORMED, one_line(f"the answer is not valid HTTP: {chain[0]}"))
    if "HeadTooLarge" in names:
        return NetworkFailure(FailureKind.TOO_LARGE, one_line(str(chain[0])))
    if "TimeoutException" in names or "TimeoutError" in names:
        return NetworkFailure(FailureKind.TIMEOUT, "timed out")
    for link in chain:
        if isinstance(link, OSError) and link.errno in _ERRNO:
            kind, detail = _ERRNO[link.errno]
            return NetworkFailure(kind, one_line(detail.format(peer=peer)))
    return _by_name(error, chain, names, peer)


def is_network_error(error: BaseException) -> bool:
    """Did the network or the other side cause this, rather than a bug in the code that answered?"""
    names = {cls.__name__ for cls in type(error).__mro__}
    return isinstance(error, OSError) or not names.isdisjoint(_NETWORK_ERRORS)


def allows_no_stream(error: BaseException) -> bool:
    """Report whether the server took back every stream of an HTTP/2 connection, so that nothing was sent over it."""
    return any(cls.__name__ == "TooManyStreamsError" for link in _chain(error) for cls in type(link).__mro__)


def one_line(text: str) -> str:
    """The text on one line, without control characters and not too long: fit for a terminal."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return shown if len(shown) <= _LONGEST_DETAIL else shown[: _LONGEST_DETAIL - 1] + "…"


def _by_name(error: BaseException, chain: list[BaseException], names: set[str], peer: str) -> NetworkFailure:
    said = next((text for link in chain if (text := str(link))), "") or type(error).__name__
    kind, detail = FailureKind.OTHER, f"{type(error).__name__}: {said}"
    if "RemoteProtocolError" in names:
        kind, detail = FailureKind.MALFORMED, f"the answer is not valid HTTP: {said}"
        if (ended := _ENDED_BY_HTTP2.match(said)) is not None:
            what = "reset the stream" if ended[1] == "StreamReset" else "closed the HTTP/2 connection"
            name = _HTTP2_ERRORS[int(ended[2])] if int(ended[2]) < len(_HTTP2_ERRORS) else ended[2]
            kind, detail = FailureKind.RESET, f"the server {what} ({name})"
        for phrase, known_kind, known_detail in _PROTOCOL_PHRASES:
            if phrase in said:
                kind, detail = known_kind, known_detail
    elif "DecodingError" in names:
        kind, detail = FailureKind.MALFORMED, f"the body is not what Content-Encoding says: {said}"
    elif "ProxyError" in names:
        detail = f"the proxy failed: {said}"
    elif "UnsupportedProtocol" in names:
        detail = f"no transport for this URL: {said}"
    elif "TooManyStreamsError" in names:
        detail = "the server allows no request over its HTTP/2 connection"
    elif "LocalProtocolError" in names and _is_of_http2(chain):
        kind, detail = FailureKind.MALFORMED, f"the answer is not valid HTTP/2: {said}"
        if "header list larger" in said:
            kind, detail = FailureKind.TOO_LARGE, "the response headers are over 64 KiB, the most over HTTP/2 here"
    elif "LocalProtocolError" in names:
        detail = f"the request can't be sent: {said}"
    elif not names.isdisjoint(("ReadError", "WriteError", "CloseError")):
        kind, detail = FailureKind.RESET, "the connection was reset"
    elif "ConnectError" in names:
        detail = f"could not connect to {peer}: {said}"
    return NetworkFailure(kind, one_line(detail))


def _is_of_http2(chain: list[BaseException]) -> bool:
    """Does the library for HTTP/2 complain? What it sends here is valid, so of what it got."""
    return any(type(link).__module__.partition(".")[0] in ("h2", "hpack", "hyperframe") for link in chain)


def _tls_detail(error: ssl.SSLError) -> str:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {error.verify_message.rstrip('.')}"
    reason = error.reason or "UNEXPECTED_EOF_WHILE_READING"
    return _TLS_REASONS.get(reason, f"the TLS handshake failed: {reason.lower().replace('_', ' ')}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, what caused it, and the members of groups, each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting and len(seen) < _DEEPEST_CHAIN:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions
        # A library that hides the cause (`from None`) has still left it in the context. A context that is not hidden
        # may be whatever the caller was handling when it fetched.
        cause = link.__cause__ or (link.__context__ if link.__suppress_context__ else None)
        if cause is not None:
            waiting.append(cause)
