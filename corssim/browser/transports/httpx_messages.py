"""A request and an answer's head as httpx or httpx2 writes them."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ...fetch.wire import reason_phrase
from ...url import parse_url
from .http1.streams import spelled

if TYPE_CHECKING:
    from ...fetch.wire import WireRequest
    from .bounds import Arrival, Deadline

_LONGEST_READ = 60_000  # characters of a URL that the libraries are given; they refuse those over 65,536
_LONGEST_KEPT = 2048  # characters of a URL that is not parsed again


def library_of(transport: object) -> Any:
    """The module, httpx or httpx2, whose requests this transport takes."""
    roots = {cls.__module__.partition(".")[0] for cls in type(transport).__mro__}
    return import_module("httpx2" if "httpx2" in roots else "httpx")


def host_of(url: str) -> str:
    parsed = parse_url(url)
    return (parsed and parsed.host) or ""


def authority_of(url: str) -> str:
    """The host and port of a serialised URL, as a Host header has them."""
    return url.partition("://")[2].partition("/")[0]


@lru_cache(maxsize=256)
def _parsed(url_class: Any, url: str) -> Any:
    """The library's own URL, which is immutable; a page asks the same URLs again and again."""
    return url_class(url)


def outgoing(library: Any, request: WireRequest, deadline: Deadline | None, *, spells: bool = False) -> Any:
    """The library's request with exactly our header list, plus Host and Content-Length where they are missing.

    `spells`: values that the library refuses are spelled for the connection to write.
    """
    authority, _, path = request.url.partition("://")[2].partition("/")
    target = f"/{path}".encode("ascii")
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    if spells:
        headers = [(name, spelled(value)) for name, value in headers]
    present = {name.lower() for name, _ in headers}
    if b"host" not in present:
        headers.insert(0, (b"Host", authority.encode("ascii")))
    if request.body is not None and present.isdisjoint((b"content-length", b"transfer-encoding")):
        headers.append((b"Content-Length", b"%d" % len(request.body)))
    if len(request.url) <= _LONGEST_KEPT:
        url = _parsed(library.URL, request.url)
    elif len(request.url) <= _LONGEST_READ:
        url = library.URL(request.url)
    else:
        url = library.URL(request.url[: -len(path) or None])  # the request's target says the rest
    extensions: dict[str, Any] = {}
    if deadline is not None:
        extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), deadline)
    if url.scheme == "https" and url.host.endswith("."):
        extensions["sni_hostname"] = url.host.rstrip(".")  # certificates name hosts without their last dot
    if url.raw_path != target:
        extensions["target"] = target  # the library would quote what the URL standard leaves alone
    sent = library.Request(
        request.method, url, headers=headers, stream=library.ByteStream(request.body or b""), extensions=extensions
    )
    sent.method = request.method  # the constructor upper-cases it; `patch` is not `PATCH`
    sent.read()
    return sent


def start(arrival: Arrival, response: Any) -> bool:
    """Take the status line and the header lines as they were sent, repeats and casing kept."""
    head = getattr(response.extensions.get("network_stream"), "head", None)
    if head is not None:
        return arrival.start(head.status, head.reason, head.headers, is_bounded=True)
    said = response.extensions.get("reason_phrase")
    if said is not None:
        reason = said.decode("latin-1")
    elif response.extensions.get("http_version") == b"HTTP/2":
        reason = ""
    else:
        reason = reason_phrase(response.status_code)
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw]
    return arrival.start(response.status_code, reason, headers)
