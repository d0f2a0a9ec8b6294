"""What the algorithms ask of the browser's stores, its cookie jar and its HTTP cache, and the terms they ask in."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

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
    """The Cookie header's value, the names in it (none: no header), and the names kept back with the rule that did."""

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
