"""Opening what a user names: a pipe without another end is an error, and not waited for without end."""

from __future__ import annotations

import errno
import os
import stat

PATIENCE = 5.0
"""Seconds in which the other end of a named pipe has to be opened. That of `<(command)` is open before."""


def not_waiting(path: str, flags: int) -> int:
    """What `open()` takes as `opener`. Raises `OSError`, TimeoutError where a named pipe has no other end."""
    try:
        is_pipe = stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        is_pipe = False  # it is not there yet, or open() says what is wrong with it
    return _pipe(path, flags) if is_pipe else os.open(path, flags, 0o666)


def _pipe(path: str, flags: int) -> int:
    """Open it in a thread: only a waiting open() sees the other end come, however late that says something."""
    from threading import Thread

    opened: list[int | OSError] = []

    def open_it() -> None:
        try:
            opened.append(os.open(path, flags))
        except OSError as error:
            opened.append(error)

    thread = Thread(target=open_it, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    late = not opened
    if late:
        _end_the_wait(path, flags)
        thread.join(PATIENCE)
    for each in opened:
        if isinstance(each, OSError):
            raise each
        if not late:
            return each
        os.close(each)
    does = "writes to" if flags & os.O_ACCMODE == os.O_RDONLY else "reads from"
    raise TimeoutError(errno.ETIMEDOUT, f"nothing {does} this pipe")


def _end_the_wait(path: str, flags: int) -> None:
    """Be the other end for a moment."""
    other = os.O_WRONLY if flags & os.O_ACCMODE == os.O_RDONLY else os.O_RDONLY
    try:
        os.close(os.open(path, other | os.O_NONBLOCK))
    except OSError:
        pass  # the pipe is gone
