"""The live network: straight over connections, or over httpx's transports where a proxy or HTTP/2 is asked for.

Either library is imported at the first exchange, not before.
"""

from __future__ import annotations

import weakref
from _thread import get_ident
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from ...fetch.wire import FailureKind, NetworkFailure
from .direct import AsyncDirectExchange, DirectExchange, somebody_answers_for_httpx
from .event_loops import is_closed, running_loop
from .failures import one_line
from .httpx_messages import authority_of
from .httpx_transport import AsyncHttpxExchange, HttpxExchange
from .network_options import no_authorities, secured
from .turns import A_CONNECTION, AN_ORIGIN, IN_ALL, BlockingTurns, Turns

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ...fetch.rules import AnswerRules
    from ...fetch.wire import AddressWanted, HostAddress, WireRequest, WireResponse
    from .network_options import NetworkOptions

Route = tuple[str, str | None]
"""The scheme of a URL, and the proxy that its requests go through."""

_DIRECTLY: Route = ("", None)
"""Straight over connections, whatever the scheme."""


class LiveExchange:
    """The live network for blocking callers."""

    def __init__(self, options: NetworkOptions) -> None:
        self._options = options
        self._turns = BlockingTurns(A_CONNECTION if options.http2 else AN_ORIGIN)
        self._by_route: dict[tuple[Route, int], HttpxExchange | DirectExchange] = {}
        # Whoever forgets to close leaves no open socket behind.
        self._finalizer = weakref.finalize(self, _close_all, self._by_route)

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> WireResponse | NetworkFailure:
        try:
            over = self._over(request.url)
        except Exception as error:
            return _no_transport(error)
        with self._turns.turn(origin_of(request.url)):
            return over.exchange(request, timeout=timeout, max_body=max_body)

    def readings(
        self, request: WireRequest, rules: Sequence[AnswerRules], *, timeout: float | None, max_body: int
    ) -> list[WireResponse | NetworkFailure]:
        """Send a request once; the answer as each of these rules reads it.

        Where a proxy or HTTP/2 is on the way it is read by the options' rules alone: one answer.
        """
        try:
            over = self._over(request.url)
        except Exception as error:
            return [_no_transport(error)]
        with self._turns.turn(origin_of(request.url)):
            if isinstance(over, DirectExchange):
                return over.readings(request, rules, timeout=timeout, max_body=max_body)
            return [over.exchange(request, timeout=timeout, max_body=max_body)]

    def _over(self, url: str) -> HttpxExchange | DirectExchange:
        route = route_of(url, self._options)
        if _goes_directly(route, self._options) and not somebody_answers_for_httpx(is_async=False):
            route = _DIRECTLY
        # Threads that share an HTTP/2 connection would wait for each other without end where the server lowers the
        # number of streams while several are open: the library below takes the streams away one by one.
        place = route, get_ident() if self._options.http2 else 0
        return self._by_route.get(place) or self._by_route.setdefault(place, self._made(route))

    def _made(self, route: Route) -> HttpxExchange | DirectExchange:
        options = self._options
        if route == _DIRECTLY:
            return DirectExchange(options.answers, _tls(options), options.timeout)
        from httpx import HTTPTransport, Limits

        transport = HTTPTransport(
            **_transport_options(route, options),
            limits=Limits(max_connections=IN_ALL, max_keepalive_connections=IN_ALL),
        )
        return HttpxExchange(transport, peer=_peer(route), answers=options.answers, timeout=options.timeout)

    def locate(self, wanted: AddressWanted) -> HostAddress | None:
        """Connect, and see where that leads; behind a proxy nobody sees it."""
        try:
            over = self._over(wanted.url)
        except Exception:
            return None  # the request will tell
        return over.locate(wanted)

    def abandon(self, url: str) -> None:
        with suppress(Exception):  # of what could not be reached nothing is left to close
            self._over(url).abandon(url)

    def close(self) -> None:
        _close_all(self._by_route)


class AsyncLiveExchange:
    """The live network for event loops. Connections belong to the loop in which they were made, and end with it."""

    def __init__(self, options: NetworkOptions) -> None:
        self._options = options
        self._by_loop: dict[Any, LoopExchanges] = {}

    async def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure:
        exchanges = await self._of_this_loop()
        try:
            over = exchanges.over(request.url)
        except Exception as error:
            return _no_transport(error)
        async with exchanges.turns.turn(origin_of(request.url)):
            return await over.exchange(request, timeout=timeout, max_body=max_body)

    async def locate(self, wanted: AddressWanted) -> HostAddress | None:
        """Connect, and see where that leads; behind a proxy nobody sees it."""
        exchanges = await self._of_this_loop()
        try:
            over = exchanges.over(wanted.url)
        except Exception:
            return None  # the request will tell
        return await over.locate(wanted)

    async def abandon(self, url: str) -> None:
        exchanges = await self._of_this_loop()
        with suppress(Exception):  # of what could not be reached nothing is left to close
            await exchanges.over(url).abandon(url)

    async def _of_this_loop(self) -> LoopExchanges:
        loop = running_loop()
        exchanges = self._by_loop.get(loop)
        if exchanges is None:
            for ended in [each for each in list(self._by_loop) if is_closed(each)]:
                self._by_loop.pop(ended, None)
            exchanges = self._by_loop[loop] = LoopExchanges(self._options)
            await exchanges.open()
        return exchanges

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        exchanges = self._by_loop.pop(running_loop(), None)
        if exchanges is not None:
            await exchanges.aclose()


class LoopExchanges:
    """The exchanges of one event loop by route."""

    def __init__(self, options: NetworkOptions) -> None:
        self._options = options
        self.turns = Turns(A_CONNECTION if options.http2 else AN_ORIGIN)
        self._by_route: dict[Route, AsyncHttpxExchange | AsyncDirectExchange] = {}
        self._until_closed = self._open()

    async def _open(self) -> AsyncGenerator[None, None]:
        """Where it is not closed, the loop closes it at its end, as all generators that are under way."""
        try:
            yield
        finally:
            while self._by_route:
                await self._by_route.popitem()[1].aclose()

    async def open(self) -> None:
        await anext(self._until_closed)

    async def aclose(self) -> None:
        await self._until_closed.aclose()

    def over(self, url: str) -> AsyncHttpxExchange | AsyncDirectExchange:
        route = route_of(url, self._options)
        if _goes_directly(route, self._options) and not somebody_answers_for_httpx(is_async=True):
            route = _DIRECTLY
        return self._by_route.get(route) or self._by_route.setdefault(route, self._made(route))

    def _made(self, route: Route) -> AsyncHttpxExchange | AsyncDirectExchange:
        options = self._options
        if route == _DIRECTLY:
            return AsyncDirectExchange(options.answers, _tls(options), options.timeout)
        from httpx import AsyncHTTPTransport, Limits

        transport = AsyncHTTPTransport(
            **_transport_options(route, options),
            limits=Limits(max_connections=IN_ALL, max_keepalive_connections=IN_ALL),
        )
        return AsyncHttpxExchange(transport, peer=_peer(route), answers=options.answers, timeout=options.timeout)


def origin_of(url: str) -> str:
    """Scheme, host and port of a serialised URL."""
    return "/".join(url.split("/", 3)[:3])


def _goes_directly(route: Route, options: NetworkOptions) -> bool:
    return route[1] is None and not options.http2


def _tls(options: NetworkOptions) -> Callable[[], ssl.SSLContext]:
    """Makes the context of secure connections when it is first needed: reading the authorities takes its time."""

    @cache
    def context() -> ssl.SSLContext:
        made = secured(options)
        made.set_alpn_protocols(["http/1.1"])
        return made

    return context


def route_of(url: str, options: NetworkOptions) -> Route:
    """The scheme of a URL and the proxy its requests go through, None for none."""
    scheme = url.partition(":")[0]
    if options.proxy is not None or not options.trust_env:
        return scheme, options.proxy
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if proxy is None or proxy_bypass(authority_of(url)):
        return scheme, None
    return scheme, proxy if "://" in proxy else f"http://{proxy}"


def _transport_options(route: Route, options: NetworkOptions) -> dict[str, Any]:
    scheme, proxy = route
    # Reading the list of authorities takes longer than the whole of a local exchange.
    verify = no_authorities() if scheme == "http" and proxy is None else secured(options)
    return {"verify": verify, "http2": options.http2, "proxy": proxy, "trust_env": options.trust_env}


def _no_transport(error: Exception) -> NetworkFailure:
    # Such as a proxy in the environment that httpx does not know.
    return NetworkFailure(FailureKind.OTHER, one_line(f"the network can't be used as set up: {error}"))


def _peer(route: Route) -> str | None:
    return None if route[1] is None else "the proxy"


def _close_all(exchanges: dict[tuple[Route, int], HttpxExchange | DirectExchange]) -> None:
    while exchanges:
        exchanges.popitem()[1].close()
