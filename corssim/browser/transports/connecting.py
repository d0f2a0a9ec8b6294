"""Looking a name up and trying its addresses, all within one deadline."""

from __future__ import annotations

import socket
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

    from .bounds import Deadline

_PATIENCE = 0.3
"""Seconds that an address may stay silent before the next is tried; it gets its share of the rest later.
https://www.rfc-editor.org/rfc/rfc8305#section-8"""

Found = list[tuple[Any, ...]]
"""As getaddrinfo() gives it."""


def look_up(host: str, port: int) -> Found:
    """What the system knows of a name. Raises `socket.gaierror`, also for what can be no name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is no name") from error
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} has no address")
    return found


def look_up_within(host: str, port: int, seconds: float) -> Found:
    """`look_up`, given up on when the time is up. Raises TimeoutError.

    The system's look-up cannot be interrupted: a thread is left behind with it, which keeps no program from ending.
    """
    answers: SimpleQueue[Found | OSError] = SimpleQueue()

    def work() -> None:
        try:
            answers.put(look_up(host, port))
        except OSError as error:
            answers.put(error)

    Thread(target=work, name="corssim-look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"the name {host} was not found within {seconds:g} s") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def is_address(host: str) -> bool:
    """Is the host of a URL an IP address, which nobody has to look up?"""
    return ":" in host or host.replace(".", "").isdecimal()


def addresses_of(found: Found) -> list[str]:
    """The addresses of what was found, once each, in the system's order."""
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def attempts(addresses: list[str], deadline: Deadline) -> Generator[tuple[str, float], bool, None]:
    """Which address to try next and for how many seconds. Send back whether it stayed silent for that time.

    Each is tried for a moment and, if it was silent, once more for its share of the time that is left. Raises
    TimeoutError.
    """
    first = len(addresses) > 1
    while addresses:
        silent = []
        for number, address in enumerate(addresses):
            share = deadline.remaining() / (len(addresses) - number)
            was_silent = yield address, min(share, _PATIENCE) if first else share
            if was_silent and first:
                silent.append(address)
        addresses, first = silent, False


def attempt_after(error: Exception, tries: Generator[tuple[str, float], bool, None]) -> tuple[str, float] | None:
    """What to try next, None where nothing is left. Whoever did not answer may be asked once more, who refused not."""
    names = {cls.__name__ for cls in type(error).__mro__}
    try:
        return tries.send(not names.isdisjoint(("TimeoutError", "TimeoutException")))
    except StopIteration:
        return None
