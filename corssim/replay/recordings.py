"""Which files are meant: files, folders, globs and fsspec URLs, and what is done at one go."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SUFFIXES = (".har", ".har.gz", ".har.zst", ".parquet")
_AT_ONCE = 4 * 1024 * 1024  # bytes of HAR files that one task reads
_FILES_AT_ONCE = 200


class Recording(NamedTuple):
    """A file with recorded exchanges, and its size in bytes."""

    path: str
    size: int

    @property
    def is_table(self) -> bool:
        return self.path.lower().endswith(".parquet")


def recordings_of(arguments: Iterable[str]) -> list[Recording]:
    """The files that are meant, each once, in the order of their names. Raises `UsageError` where there is none."""
    found: dict[str, int] = {}
    for argument in arguments:
        before = len(found)
        for path, size in _of_url(argument) if "://" in argument else _of_path(argument):
            found.setdefault(path, size)
        if len(found) == before and not found:
            raise UsageError(f"{argument}: no recording is there; give .har, .har.gz, .har.zst or .parquet files")
    return [Recording(path, size) for path, size in sorted(found.items())]


def _of_path(argument: str) -> Iterator[tuple[str, int]]:
    if os.path.isdir(argument):
        for folder, folders, names in os.walk(argument):
            folders.sort()
            for name in names:
                path = os.path.join(folder, name)
                if name.lower().endswith(SUFFIXES) and os.path.isfile(path):
                    yield _sized(path)
    elif os.path.exists(argument):
        yield _sized(argument)
    else:
        matching = glob.glob(argument, recursive=True)
        if not matching:
            raise UsageError(f"{argument} cannot be read: there is no such file")
        for path in matching:
            yield from _of_path(path)


def _sized(path: str) -> tuple[str, int]:
    if not os.path.isfile(path):
        raise UsageError(f"{path} is no file, and recordings are read more than once; write it to a file first")
    return path, os.path.getsize(path)


def _of_url(argument: str) -> Iterator[tuple[str, int]]:
    filesystem, path = _filesystem(argument)
    if filesystem.isdir(path):
        paths = [each for each in filesystem.find(path) if each.lower().endswith(SUFFIXES)]
    else:
        paths = filesystem.glob(path) if glob.has_magic(path) else [path]
    for each in paths:
        try:
            yield filesystem.unstrip_protocol(each), filesystem.size(each) or 0
        except OSError as error:
            raise UsageError(f"{argument} cannot be read: {error.strerror or error}") from error


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(
            f"{url}: object stores need fsspec (pip install fsspec, and what it needs for this one)"
        ) from error
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(url)
        return found
    except (ImportError, ValueError) as error:
        raise UsageError(f"{url} cannot be read: {error}") from error


@contextmanager
def at_hand(path: str) -> Iterator[str]:
    """The path of a file on this machine; one from elsewhere is copied here for the time being."""
    if "://" not in path:
        yield path
        return
    filesystem, remote = _filesystem(path)
    with tempfile.NamedTemporaryFile(suffix=os.path.basename(path)) as copy:
        with filesystem.open(remote, "rb") as file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        yield copy.name


def grouped(recordings: Sequence[Recording]) -> Iterator[list[Recording]]:
    """HAR files by the handful: enough for one task, and no more than a few megabytes of small ones."""
    group: list[Recording] = []
    size = 0
    for recording in recordings:
        if group and (size + recording.size > _AT_ONCE or len(group) >= _FILES_AT_ONCE):
            yield group
            group, size = [], 0
        group.append(recording)
        size += recording.size
    if group:
        yield group
