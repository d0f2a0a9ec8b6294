"""Browser and AsyncBrowser: the state that pages share, and the network under it."""

from __future__ import annotations

import time
from _thread import RLock  # threading would be imported for nothing else
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import InvalidURL, UsageError
from ..fetch.browsers import profile_named
from ..fetch.https_first import except_plain_page
from ..fetch.pairs import header_pairs
from ..fetch.preflight_cache import CORSPreflightCache
from ..fetch.profile import BrowserProfile
from ..fetch.settings import with_settings
from ..fetch.user_agent import UserAgent
from ..origin import begins_with_a_host
from ..records import replace
from ..url import require_url
from .cookies.jar import CookieJar
from .cookies.store import CookieStore
from .documents import document_environment
from .drivers import run, run_async
from .http_cache import http_cache_of
from .outcome import Outcome
from .page import Page, opening
from .requests.navigations import visit_request
from .surroundings import address_lookup, checked_permissions
from .transports import NetworkOptions, app_errors_of, async_exchange, connections_of, sync_exchange

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from ..fetch.authentication_entries import AuthenticationEntries
    from ..fetch.body import Blob
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.pairs import HeadersInit
    from ..fetch.settings import BrowserSettings
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse
    from .surroundings import Addresses
    from .transports import Target

R = TypeVar("R")
T = TypeVar("T")

MAX_BODY = 10 * 1024 * 1024
"""Decoded bytes of a response's body that are read unless a browser is told otherwise."""


class _BrowserState(Generic[R]):
    """What Browser and AsyncBrowser share: everything but waiting for the network."""

    def __init__(
        self,
        *,
        profile: str | BrowserProfile,
        clock: Callable[[], float] | None,
        settings: BrowserSettings | None,
        permissions: Mapping[str, str] | None,
        addresses: Addresses | None,
        max_body: int,
        network: NetworkOptions,
    ) -> None:
        resolved = profile_named(profile) if isinstance(profile, str) else profile
        if not isinstance(resolved, BrowserProfile):
            raise UsageError(f"profile is {profile!r:.60}: give the name of one, or a BrowserProfile")
        if settings is not None:
            resolved = with_settings(resolved, settings)
        if clock is not None and not callable(clock):
            raise UsageError(f"clock is {clock!r:.60}: give a function that returns seconds")
        self.clock = clock or time.time
        self.max_body = max_body
        self.network = replace(network, answers=resolved.answers)
        self._turn = RLock()
        self.cookies = CookieJar(self._turn)
        self.preflight_cache = CORSPreflightCache(self._turn)
        self.http_cache = http_cache_of(resolved, self._turn)
        self.blob_urls: dict[str, Blob] = {}
        self.user_agent = UserAgent(
            profile=resolved,
            clock=self.clock,
            preflight_cache=self.preflight_cache,
            http_cache=self.http_cache,
            cookies=CookieStore(self.cookies, resolved),
            blob_urls=self.blob_urls,
            permissions=checked_permissions(permissions),
            told_address_of=address_lookup(addresses),
        )

    @property
    def profile(self) -> BrowserProfile:
        return self.user_agent.profile

    @property
    def authentication_entries(self) -> AuthenticationEntries:
        """The users and passwords that servers took; `clear()` forgets them."""
        return self.user_agent.authentication_entries

    def run(self, fetching: Fetching[Outcome], /) -> R:
        raise NotImplementedError

    def open(self, navigating: Fetching[T], /) -> Any:
        raise NotImplementedError

    def page(self, url: str, headers: HeadersInit = (), sandboxed: bool = False) -> Page[R]:
        """A document at `url` that came with `headers`; no request is made. Raises InvalidURL."""
        target = require_url(url)
        if begins_with_a_host(url):
            raise InvalidURL(f"{url!r} is not a URL: it has no scheme; write http://{url}")
        except_plain_page(self.user_agent, target)
        return Page(self, document_environment(target, header_pairs(headers), self.profile, sandboxed=sandboxed))

    def _visiting(self, url: str) -> Fetching[Page[R]]:
        """A top-level GET whose response becomes the page; an error page where there is none."""
        address_bar = document_environment(require_url(url), (), self.profile)
        request = visit_request(address_bar, self.profile, url)
        return opening(self, request, address_bar)


class Browser(_BrowserState[Outcome]):
    """A browser that blocks until each fetch has ended.

    `transport` answers every request (an httpx or httpx2 transport, an ASGI or WSGI app, a MockServer; None: the
    live network); `mounts` maps origins to others. `profile` is a name or a BrowserProfile, `clock` gives seconds
    for Max-Age, cookies and caches. `settings` are the user's (None: as the browser ships), `permissions` what the user
    has decided ("granted", "denied" or "prompt" by name), `addresses` IP addresses by host (or a function) for what is
    not live. `timeout` bounds a whole exchange in seconds, `max_body` a decoded body in bytes. `verify`, `proxy` and
    `http2` are for the live network, as httpx has them. Raises UsageError for what cannot be mounted, set or decided.
    """

    def __init__(
        self,
        transport: Target = None,
        mounts: Mapping[str, Target] | None = None,
        profile: str | BrowserProfile = "standard",
        clock: Callable[[], float] | None = None,
        settings: BrowserSettings | None = None,
        permissions: Mapping[str, str] | None = None,
        addresses: Addresses | None = None,
        *,
        timeout: float = 30.0,
        max_body: int = MAX_BODY,
        **network: Any,
    ) -> None:
        super().__init__(
            profile=profile,
            clock=clock,
            settings=settings,
            permissions=permissions,
            addresses=addresses,
            max_body=max_body,
            network=NetworkOptions(timeout=timeout, **network),
        )
        self._exchange = sync_exchange(transport, mounts=mounts, network=self.network)
        self._connections = connections_of(self._exchange)
        self.user_agent.sees_addresses = self._connections is not None

    def send(self, request: WireRequest) -> WireResponse | NetworkFailure:
        """One HTTP exchange as it is, without a page and its rules: neither checks nor cookies nor caches."""
        return self._exchange.exchange(request, timeout=self.network.timeout, max_body=self.max_body)

    def run(self, fetching: Fetching[Outcome], /) -> Outcome:
        return run(fetching, self.send, self._turn, self._connections)

    def open(self, navigating: Fetching[T], /) -> T:
        return run(navigating, self.send, self._turn, self._connections)

    def visit(self, url: str) -> Page[Outcome]:
        """Navigate to `url`: a real top-level GET. `page.navigation` is its outcome. Raises InvalidURL."""
        return self.open(self._visiting(url))

    @property
    def app_errors(self) -> list[BaseException]:
        """What mounted apps raised, the last hundred of each; their clients got a 500."""
        return app_errors_of(self._exchange)

    def close(self) -> None:
        self._exchange.close()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncBrowser(_BrowserState["Coroutine[Any, Any, Outcome]"]):
    """Browser for an event loop: the same arguments; fetches and visits are awaited."""

    def __init__(
        self,
        transport: Target = None,
        mounts: Mapping[str, Target] | None = None,
        profile: str | BrowserProfile = "standard",
        clock: Callable[[], float] | None = None,
        settings: BrowserSettings | None = None,
        permissions: Mapping[str, str] | None = None,
        addresses: Addresses | None = None,
        *,
        timeout: float = 30.0,
        max_body: int = MAX_BODY,
        **network: Any,
    ) -> None:
        super().__init__(
            profile=profile,
            clock=clock,
            settings=settings,
            permissions=permissions,
            addresses=addresses,
            max_body=max_body,
            network=NetworkOptions(timeout=timeout, **network),
        )
        self._exchange = async_exchange(transport, mounts=mounts, network=self.network)
        self._connections = connections_of(self._exchange)
        self.user_agent.sees_addresses = self._connections is not None

    def _send(self, request: WireRequest) -> Awaitable[WireResponse | NetworkFailure]:
        return self._exchange.exchange(request, timeout=self.network.timeout, max_body=self.max_body)

    def run(self, fetching: Fetching[Outcome], /) -> Coroutine[Any, Any, Outcome]:
        return run_async(fetching, self._send, self._turn, self._connections)

    def open(self, navigating: Fetching[T], /) -> Coroutine[Any, Any, T]:
        return run_async(navigating, self._send, self._turn, self._connections)

    async def visit(self, url: str) -> Page[Coroutine[Any, Any, Outcome]]:
        """Navigate to `url`: a real top-level GET. `page.navigation` is its outcome. Raises InvalidURL."""
        return await self.open(self._visiting(url))

    @property
    def app_errors(self) -> list[BaseException]:
        """What mounted apps raised, the last hundred of each; their clients got a 500."""
        return app_errors_of(self._exchange)

    async def aclose(self) -> None:
        await self._exchange.aclose()

    async def __aenter__(self) -> AsyncBrowser:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
