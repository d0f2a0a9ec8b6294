"""Connections that are kept for further requests: to which server, for how long, and how many."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import InvalidURL
from ...url import require_url
from .turns import IN_ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT_FOR = 5.0
"""Seconds that a connection may lie idle: less than servers wait, so that few are dropped just as they are used."""


class Place(NamedTuple):
    """Where a server is: `host` as it is connected to, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def on_default_port(self) -> bool:
        return self.port in (80, 443)


def place_of(url: str) -> Place:
    """The server of a serialised http or https URL. Raises InvalidURL."""
    parsed = require_url(url)
    if not parsed.is_http or not parsed.host or not parsed.effective_port:
        raise InvalidURL(f"{url!r:.100} has no server")
    return Place(parsed.scheme, parsed.host.removeprefix("[").removesuffix("]"), parsed.effective_port)


class Kept:
    """One connection: `stream` reads and writes, `served` requests have gone over it."""

    __slots__ = ("served", "since", "stream")

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.served = 0
        self.since = 0.0


class KeptConnections:
    """Idle connections by place. Nothing is closed here: what is given back as of no use, the caller closes."""

    def __init__(self) -> None:
        self._idle: OrderedDict[Place, deque[Kept]] = OrderedDict()
        self._count = 0

    def take(self, place: Place) -> tuple[Kept | None, list[Kept]]:
        """The connection that was used last and is still good, and those that are not."""
        of_no_use: list[Kept] = []
        idle = self._idle.get(place)
        found: Kept | None = None
        while idle and found is None:
            kept = idle.pop()
            self._count -= 1
            # What is readable though nothing was asked has ended, or says more than belongs to the answers.
            if time.monotonic() - kept.since > _KEPT_FOR or kept.stream.get_extra_info("is_readable"):
                of_no_use.append(kept)
            else:
                found = kept
        if idle is not None and not idle:
            del self._idle[place]
        return found, of_no_use

    def keep(self, place: Place, kept: Kept) -> list[Kept]:
        """Let a connection wait for another request; give what is too much then, the oldest."""
        kept.since = time.monotonic()
        self._idle.setdefault(place, deque()).append(kept)
        self._idle.move_to_end(place)
        self._count += 1
        return [self._oldest()] if self._count > IN_ALL else []

    def leave(self, place: Place) -> list[Kept]:
        """Those to a place: no further request goes over them."""
        left = list(self._idle.pop(place, ()))
        self._count -= len(left)
        return left

    def leave_all(self) -> Iterator[Kept]:
        while self._idle:
            yield self._oldest()

    def _oldest(self) -> Kept:
        place, idle = next(iter(self._idle.items()))
        self._count -= 1
        kept = idle.popleft()
        if not idle:
            del self._idle[place]
        return kept
