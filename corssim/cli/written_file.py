"""Files that a flag names to be written: never through a link that leads elsewhere, never over somebody else's file."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import UsageError
from ..named_file import not_waiting

MADE_BY = "Made by corssim"
"""Stands near the start or the end of whatever is written, so that a file of ours is known again."""

_LOOKED_AT = 4096  # bytes at either end
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def write_file(flag: str, path: str, content: str, *, force: bool = False, within: str | None = None) -> None:
    """Write a text in UTF-8. `flag` is what the user gave, for the error; `within` the folder that it belongs to.

    Raises `UsageError` where the file cannot be written, where the path is a link out of its folder or lies behind one
    out of `within` and, unless `force` is given, where a file that corssim did not write stands there.
    """
    try:
        target = _followed(flag, Path(path), within)
        with os.fdopen(_opened(flag, target, force=force), "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{flag}: {path} cannot be written: {reason}") from error


def _followed(flag: str, target: Path, within: str | None) -> Path:
    """The path, a link in its own folder followed."""
    folder = _real(target.parent)
    if within is not None and not folder.is_relative_to(_real(Path(within))):
        raise UsageError(f"{flag}: {target.parent} is a link that leads out of {within}: name the folder itself")
    if not target.is_symlink():
        return target
    followed = _real(target)
    if followed.parent != folder:
        raise UsageError(f"{flag}: {target} is a link that leads out of its folder: name the file itself")
    return followed


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # `resolve` raises a RuntimeError for links in a circle, up to Python 3.12


def _opened(flag: str, target: Path, *, force: bool) -> int:
    """A descriptor of the file, emptied: what is looked at is what is written, whoever puts a link there meanwhile."""
    if target.exists() and not target.is_file():
        return not_waiting(str(target), os.O_WRONLY | _NOFOLLOW)  # a terminal or a pipe
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | _NOFOLLOW, 0o666)
    try:
        if not force and _is_of_somebody_else(descriptor):
            raise UsageError(f"{flag}: {target} is there already, and corssim did not write it: --force overwrites it")
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.ftruncate(descriptor, 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _is_of_somebody_else(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    if size == 0:
        return False
    start = os.read(descriptor, _LOOKED_AT)
    os.lseek(descriptor, max(0, size - _LOOKED_AT), os.SEEK_SET)
    return MADE_BY.encode() not in start + os.read(descriptor, _LOOKED_AT)
