"""`corssim browsers`: where the recorded browsers leave the standard, and which cases show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .environment import ExitStatus

if TYPE_CHECKING:
    import argparse

    from .environment import Environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `browsers`."""
    parser.add_argument(
        "topic", metavar="TOPIC", nargs="?", help="a set of rules, such as redirects or cookies (default: all of them)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--html", metavar="FILE", help="write a page with the tables in place of printing them")
    parser.add_argument("--force", action="store_true", help="write over a file that corssim did not write")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Print the differences, or write them."""
    from ..report.differences import difference_lines, differences_html, differences_json

    topic = None if arguments.topic is None else arguments.topic.replace("-", "_")
    if arguments.html:
        from .written_file import write_file

        write_file("--html", arguments.html, differences_html(topic), force=arguments.force)
    if arguments.json:
        environment.write_json(differences_json(topic))
    elif not arguments.html:
        environment.write_lines(difference_lines(topic, columns=environment.columns))
    return ExitStatus.OK
