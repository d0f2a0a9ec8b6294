"""Files that a flag names to be written: never through a link that leads elsewhere, never over somebody else's file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import UsageError

MADE_BY = "Made by corssim"
"""Stands near the start or the end of whatever is written, so that a file of ours is known again."""

_LOOKED_AT = 4096  # bytes at either end


def write_file(flag: str, path: str, content: str, *, force: bool = False) -> None:
    """Write a text in UTF-8. `flag` is what the user gave, for the error.

    Raises `UsageError` where the file cannot be written, where the path is a link out of its folder and, unless
    `force` is given, where a file that corssim did not write stands there.
    """
    target = Path(path)
    try:
        if target.is_symlink() and target.resolve().parent != target.parent.resolve():
            raise UsageError(f"{flag}: {path} is a link that leads out of its folder: name the file itself")
        if not force and _is_of_somebody_else(target):
            raise UsageError(f"{flag}: {path} is there already, and corssim did not write it: --force overwrites it")
        with open(target, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{flag}: {path} cannot be written: {reason}") from error


def _is_of_somebody_else(target: Path) -> bool:
    try:
        found = os.stat(target)
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(found.st_mode) or found.st_size == 0:
        return False  # a terminal or a pipe, and a file that holds nothing
    with open(target, "rb") as file:
        start = file.read(_LOOKED_AT)
        file.seek(max(0, found.st_size - _LOOKED_AT))
        return MADE_BY.encode() not in start + file.read(_LOOKED_AT)
