"""`corssim schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .environment import ExitStatus

if TYPE_CHECKING:
    import argparse

    from .environment import Environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No flags."""
    parser.epilog = (
        "Write it to a file and name that file to your editor; taplo and Even Better TOML read a first line such as "
        f"'#:schema scenario.schema.json' in a scenario. {parser.epilog or ''}"
    ).strip()


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Print it."""
    from ..scenario.schema import scenario_schema

    environment.write_json(scenario_schema())
    return ExitStatus.OK
