"""What the algorithms ask of the browser around them: its profile, clock, caches and cookies."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from .body import Blob
    from .preflight_cache import CORSPreflightCache
    from .profile import BrowserProfile
    from .request import Request
    from .trace import Trace
    from .wire import Headers, WireResponse


class SameSiteMode(StrEnum):
    """Which SameSite cookies a request may carry. https://fetch.spec.whatwg.org/#determine-the-same-site-mode"""

    STRICT_OR_LESS = "strict-or-less"
    LAX_OR_LESS = "lax-or-less"
    UNSET_OR_LESS = "unset-or-less"


class CookieContext(NamedTuple):
    """The request as the cookie store sees it. `partition` is the top-level site."""

    host: str
    path: str
    secure: bool
    same_site: SameSiteMode
    partition: str
    top_level_navigation: bool
    method: str


class CookieSelection(NamedTuple):
    """The Cookie header's value (empty: none), the names in it, and the names kept back with the rule that did."""

    header: str
    names: tuple[str, ...]
    withheld: tuple[tuple[str, str], ...]


class CookieStore(Protocol):
    """A cookie jar by RFC 6265bis."""

    def __len__(self) -> int: ...

    def select(self, context: CookieContext, now: float) -> CookieSelection: ...

    def receive(self, set_cookie: str, context: CookieContext, now: float) -> tuple[str, str]:
        """Store one Set-Cookie; give the cookie's name and why it was refused ("": it was stored)."""
        ...


class StoredResponse(Protocol):
    """A response in the HTTP cache."""

    @property
    def response(self) -> WireResponse: ...

    def freshness(self, now: float, request_headers: Headers = ()) -> str:
        """One of "fresh", "stale", "stale-while-revalidate"."""
        ...


Stored = TypeVar("Stored", bound=StoredResponse)


class HTTPCache(Protocol[Stored]):
    """A private HTTP cache by RFC 9111. `url` has no fragment, `now` is in seconds, `size` in bytes."""

    @property
    def size(self) -> int: ...

    def select(self, *, partition: Hashable, method: str, url: str, headers: Headers, now: float) -> Stored | None: ...

    def store(
        self,
        *,
        partition: Hashable,
        method: str,
        url: str,
        request_headers: Headers,
        response: WireResponse,
        now: float,
    ) -> bool: ...

    def freshen(
        self, stored: Stored, response: WireResponse, now: float, request_headers: Headers | None = None
    ) -> Stored: ...

    def invalidate(self, *, partition: Hashable, url: str, response_headers: Headers = ()) -> None: ...

    def discard(self, *, partition: Hashable, url: str, request_headers: Headers) -> None:
        """Drop the variant that a request with these headers would select."""
        ...


@dataclass(slots=True, eq=False)
class UserAgent:
    """The state that outlives one fetch."""

    profile: BrowserProfile
    clock: Callable[[], float]
    preflight_cache: CORSPreflightCache
    http_cache: HTTPCache[Any]
    cookies: CookieStore
    blob_urls: dict[str, Blob] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class FetchParams:
    """One fetch on its way through the algorithms. https://fetch.spec.whatwg.org/#fetch-params"""

    request: Request
    user_agent: UserAgent
    trace: Trace
    profile: BrowserProfile = field(init=False)

    def __post_init__(self) -> None:
        self.profile = self.user_agent.profile
