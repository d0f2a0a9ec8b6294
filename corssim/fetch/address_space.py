"""IP address spaces: how private the network of an address is. https://wicg.github.io/local-network-access/#ip-address-space-section"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ..enums import StrEnum

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Network, IPv6Network

    from ..url import URL


class AddressSpace(StrEnum):
    """https://wicg.github.io/local-network-access/#ip-address-space"""

    PUBLIC = "public"
    LOCAL = "local"
    LOOPBACK = "loopback"

    def is_less_public_than(self, other: AddressSpace) -> bool:
        """https://wicg.github.io/local-network-access/#ip-address-space-less-public"""
        return _FROM_PUBLIC.index(self) > _FROM_PUBLIC.index(other)


_FROM_PUBLIC = (AddressSpace.PUBLIC, AddressSpace.LOCAL, AddressSpace.LOOPBACK)

# The table of the specification without its benchmarking block, 198.18.0.0/15, which all recorded browsers take for
# public. The first row that an address is in counts.
_NON_PUBLIC = (
    ("127.0.0.0/8", AddressSpace.LOOPBACK),
    ("10.0.0.0/8", AddressSpace.LOCAL),
    ("100.64.0.0/10", AddressSpace.LOCAL),
    ("172.16.0.0/12", AddressSpace.LOCAL),
    ("192.168.0.0/16", AddressSpace.LOCAL),
    ("169.254.0.0/16", AddressSpace.LOCAL),
    ("::1/128", AddressSpace.LOOPBACK),
    ("fc00::/7", AddressSpace.LOCAL),
    ("fe80::/10", AddressSpace.LOCAL),
    ("fec0::/10", AddressSpace.LOCAL),
    ("0.0.0.0/32", AddressSpace.LOOPBACK),
    ("0.0.0.0/8", AddressSpace.LOCAL),
    ("::/128", AddressSpace.LOOPBACK),
    ("2001:db8::/32", AddressSpace.LOCAL),
    ("3fff::/20", AddressSpace.LOCAL),
)


@cache
def _blocks() -> tuple[tuple[IPv4Network | IPv6Network, AddressSpace], ...]:
    from ipaddress import ip_network  # here, because it takes a while to import

    return tuple((ip_network(block), space) for block, space in _NON_PUBLIC)


@lru_cache
def address_space(address: str) -> AddressSpace:
    """The space of an IP address. https://wicg.github.io/local-network-access/#determine-the-ip-address-space"""
    from ipaddress import IPv6Address, ip_address

    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    for block, space in _blocks():
        if parsed in block:
            return space
    return AddressSpace.PUBLIC


def literal_address(url: URL) -> str | None:
    """The IP address that a URL's host is, None where it is a name."""
    host = url.host
    return host.removeprefix("[").removesuffix("]") if host and url.host_is_ip else None


def is_loopback_name(host: str) -> bool:
    """Report whether a host is localhost or below it, which is never looked up. https://www.rfc-editor.org/rfc/rfc6761#section-6.3"""
    name = host.removesuffix(".")
    return name == "localhost" or name.endswith(".localhost")


def is_local_name(host: str) -> bool:
    """Report whether a host is of the local link. https://www.rfc-editor.org/rfc/rfc6762#section-3"""
    return host.removesuffix(".").endswith(".local")


def address_of(url: URL, look_up: Callable[[str], str | None]) -> str | None:
    """The IP address behind a URL: the literal, localhost's, else the one that is known; None where none is."""
    literal = literal_address(url)
    if literal is not None:
        return literal
    host = url.host or ""
    return look_up(host) or ("127.0.0.1" if is_loopback_name(host) else None)


def space_of(url: URL, look_up: Callable[[str], str | None]) -> AddressSpace:
    """The address space of what is behind a URL; what nothing is known of is public, names in .local apart."""
    if url.scheme == "file":
        return AddressSpace.LOOPBACK
    if not url.host:
        return AddressSpace.PUBLIC
    if address := (literal_address(url) if url.host_is_ip else look_up(url.host)):
        return address_space(address)
    return _space_of_name(url.host)


@lru_cache
def _space_of_name(host: str) -> AddressSpace:
    """The address space of a host of which nothing is known but its name."""
    if is_loopback_name(host):
        return AddressSpace.LOOPBACK
    return AddressSpace.LOCAL if is_local_name(host) else AddressSpace.PUBLIC
