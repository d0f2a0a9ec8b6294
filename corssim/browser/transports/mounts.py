"""Which target answers for which origin."""

from __future__ import annotations

from _thread import RLock
from typing import TYPE_CHECKING

from ...errors import UsageError
from ...patterns import lazy_pattern
from ...records import record
from ...url import parse_url
from .exchange import app_errors_of, connections_of
from .targets import Target, async_exchange_with, kind_of, sync_exchange_with

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...fetch.wire import AddressWanted, HostAddress, NetworkFailure, WireRequest, WireResponse
    from ...url import URL
    from .exchange import AsyncConnections, AsyncExchange, Connections, SyncExchange
    from .network_options import NetworkOptions

_PATTERN = lazy_pattern(
    r"(?P<scheme>http|https|all)://(?P<wild>\*\.?)?(?P<host>[^*/?#@:\[\]\s]+|\[[^\]]*\])?(?::(?P<port>\d+|\*))?/?"
)


@record(frozen=True)
class OriginPattern:
    """A mount's key, in httpx's notation, made to mean origins.

    `https://api.example` is that origin: without a port, the scheme's default one. `https://api.example:*` is any
    port. `*.example` are all hosts below, `*example` the host itself too. `all://` is both schemes and, without a
    port, any. `https://` and `https://*` are every host and port.
    """

    scheme: str | None
    host: str | None
    subdomains: bool
    itself: bool
    port: int | None

    def matches(self, url: URL) -> bool:
        """Is the URL's origin one of these?"""
        if self.scheme not in (None, url.scheme) or self.port not in (None, url.effective_port):
            return False
        host = url.host or ""
        return (
            self.host is None
            or (self.itself and host == self.host)
            or (self.subdomains and host.endswith(f".{self.host}"))
        )

    @property
    def precedence(self) -> tuple[bool, int, bool, bool]:
        """Sorts the more particular pattern after the less particular: host, then port, then scheme."""
        return (
            self.host is not None and not self.subdomains,
            len(self.host or ""),
            self.port is not None,
            self.scheme is not None,
        )


def origin_pattern(text: str) -> OriginPattern:
    """Read a mount's key. Raises `UsageError`."""
    parts = _PATTERN.fullmatch(text)
    if parts is None:
        raise UsageError(
            f"{text!r} can't be mounted: give an origin such as 'https://api.example' or "
            "'http://localhost:8000', 'https://*.example', or 'all://' for everything"
        )
    scheme, wild, host, port = parts["scheme"], parts["wild"] or "", parts["host"], parts["port"]
    if wild == "*." and host is None:
        raise UsageError(f"{text!r} can't be mounted: a host is missing after '*.'")
    if host is not None:
        url = parse_url(f"http://{host}/")
        if url is None:
            raise UsageError(f"{text!r} can't be mounted: {host!r} is no valid host")
        host = url.host
    number: int | None = None
    if port not in (None, "*"):
        number = int(port)
        if number > 65535:
            raise UsageError(f"{text!r} can't be mounted: there is no port {port}")
    elif port is None and host is not None and scheme != "all":
        number = 443 if scheme == "https" else 80
    return OriginPattern(
        scheme=None if scheme == "all" else scheme,
        host=host,
        subdomains=bool(wild),
        itself=wild != "*.",
        port=number,
    )


class Mounts:
    """Targets by origin; the most particular pattern decides, and `default` answers for everything else.

    `default=None` is the live network, so a URL that no mount covers goes out for real. Mount something at `all://`
    to keep everything inside.
    """

    def __init__(self, mounts: Mapping[str, Target] | None = None, default: Target = None) -> None:
        if mounts is not None and not hasattr(mounts, "items"):
            raise UsageError(f"mounts is {mounts!r:.80}: give a mapping from origins to what answers for them")
        patterns = [(origin_pattern(text), target) for text, target in (mounts or {}).items()]
        patterns.sort(key=lambda entry: entry[0].precedence, reverse=True)
        for target in (default, *(target for _, target in patterns)):
            kind_of(target, prefer_async=False)  # a mistake shows here, not at the first fetch
        self._patterns = patterns
        self._default = default

    def target_for(self, url: str) -> Target:
        """What answers for the origin of a serialised URL."""
        parsed = parse_url(url)
        if parsed is not None:
            for pattern, target in self._patterns:
                if pattern.matches(parsed):
                    return target
        return self._default


class MountedExchange:
    """Sends each request to what is mounted at its origin. One exchange serves all mounts of one target."""

    def __init__(self, mounts: Mounts, network: NetworkOptions) -> None:
        self._mounts = mounts
        self._network = network
        self._by_target: dict[int, tuple[Target, SyncExchange]] = {}
        self._making = RLock()  # one exchange a target, however many threads ask for it at once

    @property
    def app_errors(self) -> list[BaseException]:
        return [error for _, exchange in self._by_target.values() for error in app_errors_of(exchange)]

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> WireResponse | NetworkFailure:
        return self._for(request.url).exchange(request, timeout=timeout, max_body=max_body)

    def locate(self, wanted: AddressWanted) -> HostAddress | None:
        connections: Connections | None = connections_of(self._for(wanted.url))
        return None if connections is None else connections.locate(wanted)

    def abandon(self, url: str) -> None:
        connections: Connections | None = connections_of(self._for(url))
        if connections is not None:
            connections.abandon(url)

    def _for(self, url: str) -> SyncExchange:
        target = self._mounts.target_for(url)
        entry = self._by_target.get(id(target))
        if entry is None:
            with self._making:
                entry = self._by_target.get(id(target))
                if entry is None:
                    entry = self._by_target[id(target)] = target, sync_exchange_with(target, self._network)
        return entry[1]

    def close(self) -> None:
        while self._by_target:
            self._by_target.popitem()[1][1].close()


class AsyncMountedExchange:
    """`MountedExchange` for an event loop."""

    def __init__(self, mounts: Mounts, network: NetworkOptions) -> None:
        self._mounts = mounts
        self._network = network
        self._by_target: dict[int, tuple[Target, AsyncExchange]] = {}

    @property
    def app_errors(self) -> list[BaseException]:
        return [error for _, exchange in self._by_target.values() for error in app_errors_of(exchange)]

    async def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure:
        return await self._for(request.url).exchange(request, timeout=timeout, max_body=max_body)

    async def locate(self, wanted: AddressWanted) -> HostAddress | None:
        connections: AsyncConnections | None = connections_of(self._for(wanted.url))
        return None if connections is None else await connections.locate(wanted)

    async def abandon(self, url: str) -> None:
        connections: AsyncConnections | None = connections_of(self._for(url))
        if connections is not None:
            await connections.abandon(url)

    def _for(self, url: str) -> AsyncExchange:
        target = self._mounts.target_for(url)
        entry = self._by_target.get(id(target))
        if entry is None:
            entry = self._by_target[id(target)] = target, async_exchange_with(target, self._network)
        return entry[1]

    async def aclose(self) -> None:
        while self._by_target:
            await self._by_target.popitem()[1][1].aclose()
