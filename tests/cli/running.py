"""Running a command in this process, with streams of its own."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corssim.cli.environment import Environment
from corssim.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def corssim(
    *arguments: str, stdin: str = "", terminal: bool = False, variables: Mapping[str, str] | None = None
) -> Ran:
    """Run one command."""
    make = Terminal if terminal else io.StringIO
    out, err = make(), make()
    status = main(arguments, Environment(make(stdin), out, err, variables or {}))
    return Ran(status, out.getvalue(), err.getvalue())
