"""The ports on which the servers of a run listen."""

from __future__ import annotations

import socket
import weakref
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..verify.network import Listener

if TYPE_CHECKING:
    from collections.abc import Hashable

_MOST = 8  # of one run
_MOST_KEPT = 32


class KeptPorts:
    """Ports that stay open from run to run: an exception for a certificate is made for a host at a port."""

    def __init__(self) -> None:
        self._sockets: dict[Hashable, socket.socket] = {}
        weakref.finalize(self, _close, self._sockets)

    def lend(self, key: Hashable) -> socket.socket:
        """Another handle of the socket of this key."""
        if key not in self._sockets:
            if len(self._sockets) >= _MOST_KEPT:
                self.close()
            self._sockets[key] = socket.create_server(("127.0.0.1", 0))
        return self._sockets[key].dup()

    def close(self) -> None:
        """Let go of all; what is lent goes on."""
        _close(self._sockets)


class RunsPorts:
    """Those of one run, each opened when it is asked for; with `kept` they are lent, and speak http and https."""

    def __init__(self, kept: KeptPorts | None = None) -> None:
        self._kept = kept
        self._sockets: dict[Hashable, socket.socket] = {}
        self.listeners: list[Listener] = []

    def __call__(self, key: Hashable, /, *, is_closed: bool = False) -> int:
        """The port of a key; one that `is_closed` is taken, but nobody listens there. Raises `UsageError`."""
        if key not in self._sockets:
            if len(self._sockets) >= _MOST:
                raise UsageError(f"a scenario has at most {_MOST} ports here")
            self._sockets[key] = self._closed() if is_closed else self._open(key)
        number: int = self._sockets[key].getsockname()[1]
        return number

    def _open(self, key: Hashable) -> socket.socket:
        made = socket.create_server(("127.0.0.1", 0)) if self._kept is None else self._kept.lend(key)
        self.listeners.append(Listener(made, "http" if self._kept is None else None))
        return made

    def _closed(self) -> socket.socket:
        made = socket.socket()
        made.bind(("127.0.0.1", 0))
        return made

    def close(self) -> None:
        """Let go of all of them."""
        _close(self._sockets)


def _close(sockets: dict[Hashable, socket.socket]) -> None:
    for each in sockets.values():
        each.close()
    sockets.clear()
