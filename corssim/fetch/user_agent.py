"""What the algorithms ask of the browser around them: its profile, clock, caches and cookies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from .body import Blob
    from .preflight_cache import CORSPreflightCache
    from .profile import BrowserProfile
    from .request import Request
    from .stores import CookieStore, HTTPCache
    from .trace import Trace


@dataclass(slots=True, eq=False)
class UserAgent:
    """The state that outlives one fetch."""

    profile: BrowserProfile
    clock: Callable[[], float]
    preflight_cache: CORSPreflightCache
    http_cache: HTTPCache[Any]
    cookies: CookieStore
    blob_urls: dict[str, Blob] = field(default_factory=dict)
    idle_connections: set[Hashable] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class FetchParams:
    """One fetch on its way through the algorithms. https://fetch.spec.whatwg.org/#fetch-params

    `revalidations` are the requests that, once it has ended, validate in the background what it used stale.
    """

    request: Request
    user_agent: UserAgent
    trace: Trace
    revalidations: list[Request] = field(default_factory=list)
    profile: BrowserProfile = field(init=False)

    def __post_init__(self) -> None:
        self.profile = self.user_agent.profile
