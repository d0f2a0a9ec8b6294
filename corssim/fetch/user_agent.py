"""The browser around a fetch: the state that outlives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from .body import Blob
    from .ports import CookieStore, HTTPCache
    from .preflight_cache import CORSPreflightCache
    from .profile import BrowserProfile


@dataclass(slots=True, eq=False)
class UserAgent:
    """Its profile and clock, its caches, cookies and connections. What kinds of store they are is said in `ports`."""

    profile: BrowserProfile
    clock: Callable[[], float]
    preflight_cache: CORSPreflightCache
    http_cache: HTTPCache[Any]
    cookies: CookieStore
    blob_urls: dict[str, Blob] = field(default_factory=dict)
    idle_connections: set[Hashable] = field(default_factory=set)
