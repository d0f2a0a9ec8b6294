"""What the algorithms ask of the browser around them: its profile, clock, caches and cookies."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from .body import Blob
    from .preflight_cache import CORSPreflightCache
    from .profile import BrowserProfile
    from .request import Request
    from .stores import CookieStore, HTTPCache
    from .trace import Trace


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
