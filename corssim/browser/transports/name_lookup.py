"""The address of a name, for pages: nothing is sent to where they are."""

from __future__ import annotations

from ...fetch.wire import HostAddress
from .connecting import addresses_of, look_up_within

_PATIENCE = 3.0  # seconds
_RESERVED = ("example", "invalid", "test")
"""Names below these lead nowhere. https://www.rfc-editor.org/rfc/rfc6761#section-6"""


def looked_up(host: str) -> HostAddress:
    """The first address that the system's resolver has for a host; none where it has none, or is slow."""
    if host.removesuffix(".").rpartition(".")[2] in _RESERVED:
        return HostAddress(None)
    try:
        found = addresses_of(look_up_within(host, 443, _PATIENCE))
    except OSError:
        return HostAddress(None)
    return HostAddress(found[0].partition("%")[0])
