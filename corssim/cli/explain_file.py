"""`corssim explain FILE`: a server's configuration, what it allows, and what would be blocked by it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..named_file import not_waiting
from ..patterns import lazy_pattern
from .arguments import software_of
from .environment import ExitStatus

if TYPE_CHECKING:
    import argparse

    from ..diagnosis.configured.judge import Judged
    from ..diagnosis.configured.model import Configured
    from ..report.advice import Advice
    from .environment import Environment

_LIKE_A_FILE = lazy_pattern(
    r"[^\s'\"]+\.(?:conf|json|ya?ml|xml|tf|py|js|mjs|ts|java|kt|cs|php|rb|go|rs|toml|properties|htaccess|caddyfile|cfg)$",
    re.IGNORECASE,
)


def is_file(text: str) -> bool:
    """Report whether an argument names a file: one that is there, or a name with a configuration's ending."""
    return os.path.isfile(text) or _LIKE_A_FILE.fullmatch(text) is not None


def is_named_as_a_configuration(path: str) -> bool:
    """Report whether a file's name ends as that of settings or of code does."""
    return _LIKE_A_FILE.fullmatch(path) is not None


def explain_file(path: str, arguments: argparse.Namespace, environment: Environment) -> int | None:
    """Explain a file's configuration. None where it holds none: then it may be a console's log."""
    from ..diagnosis.configured.read import LONGEST

    try:
        with open(path, encoding="utf-8-sig", errors="replace", opener=not_waiting) as file:
            text = file.read(LONGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    return explain_configuration(text, path, arguments, environment)


def explain_configuration(text: str, name: str, arguments: argparse.Namespace, environment: Environment) -> int | None:
    """Explain a text that may be a configuration; None where nothing of one is found in it."""
    from ..diagnosis.configured.judge import judged, mistakes_of
    from ..diagnosis.configured.read import configuration_in
    from ..report.advice import advice_json, configuration_lines
    from ..report.configured import configured_json, configured_lines
    from .explain_code import gets_it, is_an_error, still_blocked, what_it_is_for, why_there_is_none
    from .typed import typed_page

    configured = configuration_in(text)
    if configured is None:
        return None
    page = None if arguments.page is None else typed_page(arguments.page)
    mistakes, found = mistakes_of(configured), judged(configured, page)
    blocked = (each for each in found if not each.outcome.allowed and not each.depends)
    meant = next((each for each in blocked if not (configured.grants and is_an_error(each.outcome))), None)
    advice = None if meant is None else _advice(configured, meant, arguments)
    written = (
        next((gets_it(each.snippet.text, meant) for each in advice.configurations), None) if advice and meant else None
    )
    if arguments.json:
        document = configured_json(configured, mistakes, found)
        if advice is not None and meant is not None:
            document |= advice_json(advice, show_credentials=False)
            document["code_for"] = {"page": meant.page, "request": meant.request, "page_gets_it": written}
        environment.write_json(document)
    else:
        environment.write_lines(configured_lines(configured, mistakes, found, environment.columns))
        if advice is not None and meant is not None and advice.configurations:
            environment.write_lines(what_it_is_for(meant, configured, mistakes, environment.columns))
            environment.write_lines(configuration_lines(advice, environment.columns, show_credentials=False))
            environment.write_lines(still_blocked(meant, environment.columns) if written is False else [])
        elif page is not None and meant is None:
            environment.write_lines(why_there_is_none(found, environment.columns))
    return ExitStatus.OK


def _advice(configured: Configured, meant: Judged, arguments: argparse.Namespace) -> Advice | None:
    """The configuration with which a blocked request of the page passes; only where `--page` or `--for` asks."""
    software = software_of(arguments) or (configured.software if arguments.page is not None else None)
    if not software:
        return None
    from ..diagnosis.configured.allowed import allowed_by
    from ..report.advice import Advice

    return Advice(meant.outcome, software=software, app=allowed_by(configured))
