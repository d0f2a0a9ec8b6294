"""Origins that a careless comparison takes for one that is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..origin import registrable_domain
from ..url import host_is_ipv4, require_url

STRANGER = "https://corssim-stranger.test"
"""An origin that nobody lists: a server that allows it allows any."""


class LookAlikeKind(StrEnum):
    """By which mistake an origin would be taken for the allowed one."""

    PREFIX = "prefix"
    SUFFIX = "suffix"
    DOT = "dot"
    SUBDOMAIN = "subdomain"
    SIBLING = "sibling"
    PUBLIC_SUFFIX = "public-suffix"
    HTTP_DOWNGRADE = "http-downgrade"
    OTHER_PORT = "other-port"


@dataclass(frozen=True, slots=True)
class LookAlike:
    """An origin that resembles an allowed one, and the kind of resemblance."""

    kind: LookAlikeKind
    origin: str


def look_alikes(origin: str) -> list[LookAlike]:
    """The look-alikes of a serialised http(s) origin, one a kind: at most 7. Raises InvalidURL for what is none."""
    url = require_url(origin)
    scheme, host = url.scheme, url.host or ""
    port = f":{url.port}" if url.port is not None else ""
    found = [
        LookAlike(LookAlikeKind.PREFIX, f"{scheme}://{host}.evil.test{port}"),
        LookAlike(LookAlikeKind.OTHER_PORT, f"{scheme}://{host}:{8443 if url.port != 8443 else 9443}"),
    ]
    if scheme == "https":
        found.append(LookAlike(LookAlikeKind.HTTP_DOWNGRADE, f"http://{host}{port}"))
    if host_is_ipv4(host) or host.startswith("["):
        return found[1:]  # an address has no neighbours by name
    found.append(LookAlike(LookAlikeKind.SUFFIX, f"{scheme}://evil{host}{port}"))
    found.append(LookAlike(LookAlikeKind.SUBDOMAIN, f"{scheme}://evil.{host}{port}"))
    first, _, parent = host.partition(".")
    if parent.count("."):
        # `.` in a regular expression is any character: the owner of app.example.com does not own appxexample.com.
        found.append(LookAlike(LookAlikeKind.DOT, f"{scheme}://{first}x{parent}{port}"))
    if parent:
        # Whoever registers a name under a public suffix would be allowed by a wildcard over it.
        kind = LookAlikeKind.SIBLING if registrable_domain(parent) else LookAlikeKind.PUBLIC_SUFFIX
        found.append(LookAlike(kind, f"{scheme}://evil.{parent}{port}"))
    return found


def candidates(url: str) -> list[str]:
    """Origins that a server may well allow, for a URL of which nothing more is known: at most 4."""
    parsed = require_url(url)
    host = parsed.host or ""
    port = f":{parsed.port}" if parsed.port is not None else ""
    found = [f"{parsed.scheme}://{host}{port}"]
    domain = registrable_domain(host)
    if domain is not None:
        found += [f"{parsed.scheme}://{domain}", f"{parsed.scheme}://www.{domain}", f"{parsed.scheme}://app.{domain}"]
    else:
        found += ["https://app.example", "http://localhost:3000"]
    return list(dict.fromkeys(found))[:4]
