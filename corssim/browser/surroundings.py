"""What a caller says of a browser's user and network, checked: decided permissions, and addresses of hosts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from ..errors import UsageError
from ..fetch.permissions import PermissionName, PermissionState

Addresses = Mapping[str, str] | Callable[[str], str | None]
"""From a host, as URLs have it, to its IP address: a mapping, or a function (None: not known)."""


def checked_permissions(permissions: Mapping[str, str] | None) -> dict[str, str]:
    """What the user has decided, by the permission's name. Raises UsageError."""
    given = {} if permissions is None else permissions
    if not isinstance(given, Mapping):
        raise UsageError(f"permissions is {given!r:.60}: give a mapping such as {{'loopback-network': 'granted'}}")
    for name, state in given.items():
        if name not in get_args(PermissionName):
            listed = ", ".join(get_args(PermissionName))
            raise UsageError(f"permissions: there is no {name!r:.60}; there are {listed}")
        if state not in get_args(PermissionState):
            listed = ", ".join(get_args(PermissionState))
            raise UsageError(f"permissions: {name} is {state!r:.60}; it can be {listed}")
    return dict(given)


def address_lookup(addresses: Addresses | None) -> Callable[[str], str | None]:
    """A function from a host to its IP address, None where it is not known. Raises UsageError."""
    if addresses is None or isinstance(addresses, Mapping):
        known = {_host(host): _checked(host, address) for host, address in (addresses or {}).items()}
        return known.get
    if not callable(addresses):
        raise UsageError(f"addresses is {addresses!r:.60}: give a mapping from hosts to IP addresses, or a function")
    ask = addresses

    def looked_up(host: str) -> str | None:
        address = ask(host)
        return None if address is None else _checked(host, address)

    return looked_up


def _host(host: object) -> str:
    from ..url import parse_url

    url = parse_url(f"http://{host}/") if isinstance(host, str) else None
    if url is None or not url.host or url.path not in ("", "/"):
        raise UsageError(f"addresses: {host!r:.60} is no host, such as 'router.example'")
    return url.host


def _checked(host: object, address: object) -> str:
    from ipaddress import ip_address  # here, because it takes a while to import

    try:
        return str(ip_address(str(address).removeprefix("[").removesuffix("]")))
    except ValueError:
        raise UsageError(f"addresses: {host} is at {address!r:.60}, which is no IP address") from None
