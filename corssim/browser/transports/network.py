"""The live network, over httpx's transports. httpx is imported at the first exchange, not before."""

from __future__ import annotations

import weakref
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...fetch.rules import AnswerRules
from ...fetch.wire import FailureKind, NetworkFailure
from ...records import field, record
from ...url import parse_url
from .event_loops import is_closed, running_loop
from .failures import one_line
from .httpx_transport import AsyncHttpxExchange, HttpxExchange, authority_of
from .turns import A_CONNECTION, AN_ORIGIN, IN_ALL, Turns

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator

    from ...fetch.wire import AddressWanted, HostAddress, WireRequest, WireResponse

ClientCertificate = str | tuple[str, str] | tuple[str, str, str]
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


@record(frozen=True)
class NetworkOptions:
    """How the live network is reached.

    `verify`: True for the public authorities, a path to a CA bundle (file or directory) or an SSLContext, False for
    no check at all. `cert`: a client certificate, a path or (certificate, key[, password]). `proxy`: the URL of an
    HTTP or SOCKS proxy. `timeout`: seconds for a whole exchange. `trust_env`: take proxies from HTTPS_PROXY and its
    kin and authorities from SSL_CERT_FILE. `answers`: how the browser reads what is no
    HTTP by the letter. Raises `UsageError` for what can't work.
    """

    verify: bool | str | ssl.SSLContext = True
    proxy: str | None = None
    http2: bool = False
    timeout: float = 30.0
    trust_env: bool = False
    cert: ClientCertificate | None = None
    answers: AnswerRules = field(default_factory=AnswerRules)

    def __post_init__(self) -> None:
        if isinstance(self.verify, str):
            try:
                _authorities(self.verify)
            except OSError as error:
                raise UsageError(f"verify: {self.verify!r} is no CA bundle ({error})") from error
        if self.cert is not None:
            try:
                _load_certificate(_no_authorities(), self.cert)
            except OSError as error:
                raise UsageError(f"cert: {self.cert!r} can't be loaded ({error})") from error
        if not self.timeout > 0:
            raise UsageError(f"timeout: {self.timeout!r} is not a number of seconds above 0")
        if self.http2 and find_spec("h2") is None:
            raise UsageError("http2: the package h2 is not installed; pip install 'httpx[http2]'")
        if self.proxy is not None:
            _check_proxy(self.proxy)


def _check_proxy(proxy: str) -> None:
    url = parse_url(proxy)
    if url is None or url.scheme not in _PROXY_SCHEMES or not url.host:
        raise UsageError(f"proxy: {proxy!r} is no URL of a proxy, such as http://127.0.0.1:8080")
    if url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise UsageError("proxy: the package socksio is not installed; pip install 'httpx[socks]'")


class LiveExchange:
    """The live network for blocking callers."""

    def __init__(self, options: NetworkOptions) -> None:
        self._options = options
        self._by_route: dict[tuple[str, str | None], HttpxExchange] = {}
        # Whoever forgets to close leaves no open socket behind.
        self._finalizer = weakref.finalize(self, _close_all, self._by_route)

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> WireResponse | NetworkFailure:
        try:
            over = self._over(request.url)
        except Exception as error:
            return _no_transport(error)
        return over.exchange(request, timeout=timeout, max_body=max_body)

    def _over(self, url: str) -> HttpxExchange:
        route = route_of(url, self._options)
        exchange = self._by_route.get(route)
        if exchange is None:
            from httpx import HTTPTransport

            transport = HTTPTransport(**_transport_options(route, self._options))
            exchange = self._by_route[route] = HttpxExchange(
                transport, peer=_peer(route), answers=self._options.answers, timeout=self._options.timeout
            )
        return exchange

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
        self._by_route: dict[tuple[str, str | None], AsyncHttpxExchange] = {}
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

    def over(self, url: str) -> AsyncHttpxExchange:
        route = route_of(url, self._options)
        exchange = self._by_route.get(route)
        if exchange is None:
            from httpx import AsyncHTTPTransport, Limits

            transport = AsyncHTTPTransport(
                **_transport_options(route, self._options),
                limits=Limits(max_connections=IN_ALL, max_keepalive_connections=IN_ALL),
            )
            exchange = self._by_route[route] = AsyncHttpxExchange(
                transport, peer=_peer(route), answers=self._options.answers, timeout=self._options.timeout
            )
        return exchange


def origin_of(url: str) -> str:
    """Scheme, host and port of a serialised URL."""
    return "/".join(url.split("/", 3)[:3])


def route_of(url: str, options: NetworkOptions) -> tuple[str, str | None]:
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


def _transport_options(route: tuple[str, str | None], options: NetworkOptions) -> dict[str, Any]:
    scheme, proxy = route
    verify = options.verify
    if scheme == "http" and proxy is None:
        # Reading the list of authorities takes longer than the whole of a local exchange.
        verify = _no_authorities()
    elif isinstance(verify, str):
        verify = _authorities(verify)
    return {
        "verify": _with_certificate(verify, options),
        "http2": options.http2,
        "proxy": proxy,
        "trust_env": options.trust_env,
    }


def _with_certificate(verify: bool | str | ssl.SSLContext, options: NetworkOptions) -> Any:
    if options.cert is None:
        return verify
    if isinstance(verify, bool):
        from httpx import create_ssl_context

        verify = create_ssl_context(verify=verify, trust_env=options.trust_env)
    _load_certificate(verify, options.cert)
    return verify


def _authorities(path: str) -> ssl.SSLContext:
    import ssl

    if Path(path).is_dir():
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)


def _no_authorities() -> ssl.SSLContext:
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _load_certificate(context: Any, cert: ClientCertificate) -> None:
    context.load_cert_chain(*((cert,) if isinstance(cert, str) else cert))


def _no_transport(error: Exception) -> NetworkFailure:
    # Such as a proxy in the environment that httpx does not know.
    return NetworkFailure(FailureKind.OTHER, one_line(f"the network can't be used as set up: {error}"))


def _peer(route: tuple[str, str | None]) -> str | None:
    return None if route[1] is None else "the proxy"


def _close_all(exchanges: dict[tuple[str, str | None], HttpxExchange]) -> None:
    while exchanges:
        exchanges.popitem()[1].close()
