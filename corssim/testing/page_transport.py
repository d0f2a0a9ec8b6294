"""`PageTransport`: what an httpx or httpx2 client sends, as script on a page sends it.

The two libraries' classes have the same names and are disjoint, so answers and errors are made of the classes of the
library that asked; neither is imported here.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from ..browser.outcome import Outcome, Verdict
from ..errors import FetchBlocked, UsageError
from ..fetch.reasons import Reason
from ..fetch.trace import FetchStarted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from ..browser.outcome import ScriptResponse
    from ..browser.page import Page

_ERRORS = {
    Reason.TIMEOUT: "ReadTimeout",
    Reason.DNS_FAILURE: "ConnectError",
    Reason.CONNECTION_REFUSED: "ConnectError",
    Reason.TLS_FAILURE: "ConnectError",
    Reason.CONNECTION_RESET: "ReadError",
    Reason.MALFORMED_RESPONSE: "RemoteProtocolError",
}
_CLIENTS = ("python-httpx", "testclient")
"""How the User-Agents begin that clients add unasked: httpx's, httpx2's, that of Starlette's TestClient."""


class PageTransport:
    """A transport that makes a client behave as script on `page`: `httpx.Client(transport=PageTransport(page))`.

    The page's browser adds its own headers and cookies, drops those that script may not set, sends preflights and
    follows redirects; the client sees what fetch() would resolve to. What the browser blocks is raised: as the
    library's TransportError and as `corssim.FetchBlocked`, with `outcome` on it. `credentials`, `mode`, `cache`,
    `redirect` and `referrer_policy` are those of fetch(). Content-Encoding is never shown: bodies are decoded.
    A page of a Browser serves Client, one of an AsyncBrowser AsyncClient. Closing the client leaves the browser open.
    """

    def __init__(
        self,
        page: Page[Any],
        *,
        credentials: str = "same-origin",
        mode: str = "cors",
        cache: str = "default",
        redirect: str = "follow",
        referrer_policy: str = "",
    ) -> None:
        self.page = page
        self._init: dict[str, Any] = {
            "credentials": credentials,
            "mode": mode,
            "cache": cache,
            "redirect": redirect,
            "referrer_policy": referrer_policy,
        }

    def handle_request(self, request: Any) -> Any:
        """Fetch what a Client asks for."""
        request.read()
        outcome = self._fetch(request)
        if not isinstance(outcome, Outcome):
            outcome.close()
            raise UsageError("this page belongs to an AsyncBrowser: give its PageTransport to an AsyncClient")
        return _answer(request, outcome)

    async def handle_async_request(self, request: Any) -> Any:
        """Fetch what an AsyncClient asks for."""
        await request.aread()
        outcome = self._fetch(request)
        if isinstance(outcome, Outcome):
            raise UsageError("this page belongs to a Browser: give its PageTransport to a Client, not an AsyncClient")
        return _answer(request, await outcome)

    def _fetch(self, request: Any) -> Any:
        return self.page.fetch(
            str(request.url),
            method=request.method,
            headers=list(_headers_of_script(request)),
            body=request.content or None,
            **self._init,
        )

    def close(self) -> None:
        """Nothing to close: the browser belongs to whoever made it."""

    async def aclose(self) -> None:
        """Nothing to close: the browser belongs to whoever made it."""

    def __enter__(self) -> PageTransport:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> PageTransport:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.aclose()


def _library_of(request: Any) -> str:
    """The name of the library whose request this is, a subclass's too."""
    roots = {cls.__module__.partition(".")[0] for cls in type(request).__mro__}
    return "httpx2" if "httpx2" in roots else "httpx"


def _headers_of_script(request: Any) -> Iterator[tuple[str, str]]:
    """The headers that the program set; those that clients add unasked are no script's.

    A page would refuse most of them silently. User-Agent is not refused, and would cost every request a preflight.
    """
    for raw_name, raw_value in request.headers.raw:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name.lower() != "user-agent" or not value.startswith(_CLIENTS):
            yield name, value


def _answer(request: Any, outcome: Outcome) -> Any:
    if outcome.response is None:
        raise _error(request, outcome)
    response = outcome.response
    library = sys.modules[_library_of(request)]
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers
        if name != "content-encoding"
    ]
    return library.Response(
        response.status,
        headers=headers,
        stream=_stream(request, outcome, response),
        extensions={"reason_phrase": response.status_text.encode("latin-1"), "corssim_outcome": outcome},
        request=request,
    )


def _stream(request: Any, outcome: Outcome, response: ScriptResponse) -> Any:
    library = sys.modules[_library_of(request)]
    if response.body_failure is None:
        return library.ByteStream(response.body)
    kept, read_error = response, _error_class(_library_of(request), "ReadError")

    def fail() -> None:
        failure = kept.body_failure
        said = (failure.detail or str(failure.kind)) if failure is not None else ""
        raise read_error(f"the body ended early: {said}", request=request, outcome=outcome)

    return _broken_stream_class(_library_of(request))(response.body, fail)


def _error(request: Any, outcome: Outcome) -> Exception:
    base = _ERRORS.get(outcome.reason, "NetworkError") if outcome.reason is not None else "NetworkError"
    if outcome.verdict is Verdict.BLOCKED:
        base = "TransportError"
    detail = outcome.failure.detail if outcome.failure is not None else ""
    why = f"{outcome.profile.name}: {outcome.verdict} ({outcome.reason}{': ' if detail else ''}{detail})"
    error: Exception = _error_class(_library_of(request), base)(
        f"{request.method} {_shown(request.url)} from {_page_of(outcome)}: {why}", request=request, outcome=outcome
    )
    return error


def _page_of(outcome: Outcome) -> str:
    return next((event.page for event in outcome.trace if isinstance(event, FetchStarted)), "")


def _shown(url: Any) -> str:
    return str(url).partition("?")[0]


@cache
def _error_class(library_name: str, base_name: str) -> Any:
    """The library's error of that name that is also FetchBlocked, and carries the outcome."""
    base: Any = getattr(sys.modules[library_name], base_name)

    class FetchFailed(FetchBlocked, base):  # type: ignore[misc]
        def __init__(self, message: str, *, request: Any = None, outcome: Any) -> None:
            base.__init__(self, message, request=request)
            self.outcome = outcome

        def __reduce__(self) -> Any:
            # Errors cross process borders in parallel test runs; the library's own request does not.
            return _restore, (library_name, base_name, str(self), self.outcome)

    name = "BlockedByBrowser" if base_name == "TransportError" else f"{base_name}InBrowser"
    FetchFailed.__name__ = FetchFailed.__qualname__ = name
    FetchFailed.__module__ = "corssim.testing"
    return FetchFailed


def _restore(library_name: str, base_name: str, message: str, outcome: Any) -> Any:
    from importlib import import_module

    import_module(library_name)
    return _error_class(library_name, base_name)(message, outcome=outcome)


@cache
def _broken_stream_class(library_name: str) -> Any:
    """A stream of the library's that gives what arrived, then fails."""
    library = sys.modules[library_name]
    sync_stream: Any = library.SyncByteStream
    async_stream: Any = library.AsyncByteStream

    class BrokenStream(sync_stream, async_stream):  # type: ignore[misc]
        def __init__(self, body: bytes, fail: Any) -> None:
            self._body, self._fail = body, fail

        def __iter__(self) -> Any:
            yield self._body
            self._fail()

        async def __aiter__(self) -> Any:
            yield self._body
            self._fail()

    return BrokenStream
