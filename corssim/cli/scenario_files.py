"""The scenario files that a command is given, and those of them that `--only` lets through."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_paths(parser: argparse.ArgumentParser) -> None:
    """The paths, and `--only`."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a scenario file, or a folder of them")
    parser.add_argument(
        "--only",
        action="append",
        metavar="GLOB",
        help="of these only the files whose path or name matches, as in '05-*' or '*cookie*' (repeatable)",
    )


def scenario_files(arguments: argparse.Namespace) -> list[str]:
    """The files of the paths that `--only` lets through."""
    from fnmatch import fnmatchcase

    from ..scenario import find_scenarios

    found = [str(path) for path in find_scenarios(arguments.paths)]
    if not arguments.only:
        return found
    chosen = [
        path for path in found if any(fnmatchcase(name, glob) for name in _names(path) for glob in arguments.only)
    ]
    if not chosen:
        raise UsageError(f"--only: no scenario matches {' or '.join(arguments.only)}; `corssim run --list` names them")
    return chosen


def _names(path: str) -> Iterator[str]:
    """A file's name, and its path from each folder above it, all with and without the suffix."""
    parts = path.split(os.sep)
    for number in range(len(parts)):
        rest = "/".join(parts[number:])
        yield rest
        yield rest.removesuffix(".toml")
