"""The browser around a fetch: the state that outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..records import field, record
from .authentication_entries import AuthenticationEntries
from .strict_transport_security import KnownHosts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from .body import Blob
    from .environment import Environment
    from .ports import CookieStore, HTTPCache
    from .preflight_cache import CORSPreflightCache
    from .profile import BrowserProfile


def _no_address(_: str) -> str | None:
    return None


@record(eq=False)
class UserAgent:
    """Its profile and clock, its caches, cookies and connections. What kinds of store they are is said in `ports`.

    `permissions` is what the user has decided (without an entry: nothing), `told_address_of` gives the address of a
    host as the user told it (None: not told), `seen_addresses` has those that were looked at by host (None: a proxy
    is between; `sees_addresses` is false where nobody looks at any). `known_https_hosts` have sent Strict-Transport-
    Security, and `https_first_exceptions` are hosts that are not tried over https, with the time until when.
    `keepalive_in_flight` are the bytes of the bodies of keepalive requests under way, each with whose they are.
    """

    profile: BrowserProfile
    clock: Callable[[], float]
    preflight_cache: CORSPreflightCache
    http_cache: HTTPCache[Any]
    cookies: CookieStore
    blob_urls: dict[str, Blob] = field(default_factory=dict)
    idle_connections: set[Hashable] = field(default_factory=set)
    permissions: Mapping[str, str] = field(default_factory=dict)
    told_address_of: Callable[[str], str | None] = _no_address
    seen_addresses: dict[str, str | None] = field(default_factory=dict)
    authentication_entries: AuthenticationEntries = field(default_factory=AuthenticationEntries)
    keepalive_in_flight: list[tuple[Environment, int]] = field(default_factory=list)
    known_https_hosts: KnownHosts = field(default_factory=KnownHosts)
    https_first_exceptions: dict[str, float] = field(default_factory=dict)
    sees_addresses: bool = True

    def address_of(self, host: str) -> str | None:
        """The address of a host as it was told or seen; None where it is not known."""
        return self.told_address_of(host) or self.seen_addresses.get(host)

    def is_behind_a_proxy(self, host: str) -> bool:
        """Report whether connections to a host end at a proxy, so that nobody here sees where it is."""
        return self.seen_addresses.get(host, "") is None and self.told_address_of(host) is None
