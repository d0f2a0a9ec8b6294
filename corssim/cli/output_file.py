"""What a flag names for output: a file, or `-` for standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .written_file import write_file

if TYPE_CHECKING:
    from .environment import Environment


def write_output(flag: str, path: str, text: str, environment: Environment, *, force: bool = False) -> None:
    """Write a text. `flag` is what the user gave. Raises `UsageError` as `write_file` does."""
    if path == "-":
        environment.stdout.write(text)
    else:
        write_file(flag, path, text, force=force)
