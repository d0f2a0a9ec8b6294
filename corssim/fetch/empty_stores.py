"""Stores that keep nothing, for browsers that need none: cookies and the HTTP cache, as `ports` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cookies import CookieContext, CookieReceipt, CookieSelection
    from .wire import Headers, WireResponse


class NoCookies:
    """The cookie store of a browser that has none and is given none."""

    def __len__(self) -> int:
        return 0

    def select(self, context: CookieContext, now: float) -> CookieSelection:
        from .cookies import CookieSelection

        return CookieSelection("", (), ())

    def receive(self, set_cookie: str, context: CookieContext, now: float) -> CookieReceipt:
        from .cookies import CookieReceipt

        return CookieReceipt("", "nothing is stored")


class NoHTTPCache:
    """The HTTP cache of a browser that keeps nothing."""

    size = 0

    def select(self, **_: object) -> None:
        return None

    def store(self, **_: object) -> bool:
        return False

    def freshen(self, stored: Any, response: WireResponse, now: float, request_headers: Headers | None = None) -> Any:
        return stored

    def invalidate(self, **_: object) -> None: ...

    def discard(self, **_: object) -> None: ...

    def variants_of(self, **_: object) -> tuple[()]:
        return ()

    def put_back(self, stored: Any) -> None: ...
