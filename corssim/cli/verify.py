"""`corssim verify`: scenarios in a browser that is installed here, beside what corssim predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from .environment import Environment, ExitStatus
from .progress import progress
from .scenario_files import add_paths, scenario_files

if TYPE_CHECKING:
    import argparse

    from ..scenario import Scenario
    from ..verify import Verification

_BROWSERS = ("chromium", "firefox", "webkit")
_NEEDED = ("trustme", "websockets")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `verify`."""
    add_paths(parser)
    parser.add_argument(
        "--in",
        dest="browsers",
        action="append",
        choices=_BROWSERS,
        help="the browser to ask: chromium, firefox or webkit (repeatable; default: each that is installed)",
        metavar="BROWSER",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="tell all that was compared, not only differences")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--show-credentials", action="store_true", help="do not mask cookies and Authorization")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Read all files first, so that a mistake in one shows before a browser is started."""
    from ..report.scenarios.verification import verification_json, verification_lines
    from ..scenario import load_scenario

    scenarios = [load_scenario(path) for path in scenario_files(arguments)]
    found = [
        verification
        for browser in _chosen(arguments.browsers)
        for verification in _verified(scenarios, browser, arguments, environment)
    ]
    if arguments.json:
        environment.write_json(verification_json(found, show_credentials=arguments.show_credentials))
    else:
        environment.write_lines(
            verification_lines(
                found,
                columns=environment.columns,
                verbose=arguments.verbose,
                show_credentials=arguments.show_credentials,
            )
        )
    if any(verification.differs for verification in found):
        return ExitStatus.NOT_READABLE
    if any(verification.failure for verification in found):
        return ExitStatus.COULD_NOT_TELL
    return ExitStatus.OK


def _chosen(asked: list[str] | None) -> list[str]:
    from importlib.util import find_spec

    from ..verify.browsers.installed import why_not

    for module in _NEEDED:
        if find_spec(module) is None:
            raise UsageError(f"{module} is not installed: pip install 'corssim[verify]'")
    if asked:
        return list(dict.fromkeys(asked))
    missing = {browser: why_not(browser) for browser in _BROWSERS}
    installed = [browser for browser, why in missing.items() if why is None]
    if not installed:
        raise UsageError(f"no browser can be driven here: {'; '.join(str(why) for why in missing.values())}")
    return installed


def _verified(
    scenarios: list[Scenario], browser: str, arguments: argparse.Namespace, environment: Environment
) -> list[Verification]:
    """In the order of the scenarios, whatever the order in which the browser could take them."""
    from ..verify import verify

    found: dict[int, Verification] = {}
    with progress(len(scenarios), environment, quiet=arguments.json) as advance:
        for verification in verify(scenarios, browser):
            advance(f"{browser}: {verification.predicted.scenario.title}")
            found[id(verification.predicted.scenario)] = verification
    return [found[id(scenario)] for scenario in scenarios]
