"""What the algorithms ask of a browser's stores, cookies and the HTTP cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from .cookies import CookieContext, CookieReceipt, CookieSelection
    from .wire import Headers, WireResponse

LeftBy = Literal["navigation", "image", "permanent redirect", "others"]
"""What brought a stored response, of what browsers keep apart."""


class CookieStore(Protocol):
    """A cookie jar by RFC 6265bis."""

    def __len__(self) -> int: ...

    def select(self, context: CookieContext, now: float) -> CookieSelection: ...

    def receive(self, set_cookie: str, context: CookieContext, now: float) -> CookieReceipt:
        """Store one Set-Cookie, or say why not."""
        ...


class StoredResponse(Protocol):
    """A response in the HTTP cache."""

    @property
    def response(self) -> WireResponse: ...

    @property
    def request_headers(self) -> Headers: ...

    @property
    def with_credentials(self) -> bool: ...

    @property
    def left_by(self) -> LeftBy: ...

    @property
    def size(self) -> int:
        """The bytes that it counts for."""
        ...

    @property
    def validators(self) -> Headers:
        """The headers that ask a server whether it is still right."""
        ...

    @property
    def is_never_fresh(self) -> bool:
        """Is it stale for each request that says nothing of how fresh it has to be?"""
        ...

    def fits(self, request_headers: Headers) -> bool:
        """Does it answer such a request, by its Vary?"""
        ...

    def freshness(
        self, now: float, request_headers: Headers = (), own_headers: Iterable[tuple[str, str]] | None = None
    ) -> str:
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
        with_credentials: bool,
        left_by: LeftBy,
    ) -> bool: ...

    def freshen(
        self, stored: Stored, response: WireResponse, now: float, request_headers: Headers | None = None
    ) -> Stored: ...

    def invalidate(self, *, partition: Hashable, url: str, response_headers: Headers = ()) -> None: ...

    def discard(self, *, partition: Hashable, url: str, request_headers: Headers) -> None:
        """Drop the variant that a request with these headers would select."""
        ...

    def variants_of(self, *, partition: Hashable, url: str) -> tuple[Stored, ...]: ...

    def put_back(self, stored: Stored) -> None:
        """Have again what was there before."""
        ...
