"""`corssim explain`: what a reason, a topic or a line from a browser's console means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse

    from .environment import Environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `explain`."""
    parser.add_argument("what", nargs="?", metavar="REASON | TOPIC | LINE | -", help="`-` reads standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Explain one thing, or list what there is."""
    raise UsageError("explain is not there yet")
