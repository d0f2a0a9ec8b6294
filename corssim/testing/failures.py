"""What a failing test's report gets: the fetches it was about, each told whole."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING, Any, TypeGuard

from ..browser.outcome import Outcome
from .explanation import app_error_lines, explanation, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pytest

_FETCHES = frozenset({"fetch", "xhr", "load", "send_beacon", "event_source", "submit_form", "web_socket"})
_TOLD = 3
"""Fetches of one test that are told."""


def failure_sections(
    excinfo: pytest.ExceptionInfo[BaseException], recorded: Sequence[Outcome], browsers: Iterable[Any]
) -> list[tuple[str, str]]:
    """Sections for the fetches behind a failure (`recorded` are the test's own), and for what mounted apps raised."""
    sections = []
    if not getattr(excinfo.value, "explains_itself", False):
        told = _named_by(excinfo.value) or _asserted(excinfo, recorded) or _telling([*_in_frames(excinfo), *recorded])
        sections = [_section(outcome) for outcome in told]
    raised = app_error_lines(error for browser in browsers for error in browser.app_errors)
    if raised:
        sections.append(("corssim: the app raised", "\n".join(dict.fromkeys(raised))))
    return sections


def _section(outcome: Outcome) -> tuple[str, str]:
    try:
        return f"corssim: {title(outcome)}", explanation(outcome)
    except Exception as error:  # a report that fails must not take the test run down with it
        return f"corssim: {outcome!r}", f"It cannot be told: {type(error).__name__}: {error}"


def _named_by(error: BaseException) -> list[Outcome]:
    """The outcome that the exception carries, such as that of a blocked fetch."""
    outcome = getattr(error, "outcome", None)
    return [outcome] if _is_outcome(outcome) else []


def _asserted(excinfo: pytest.ExceptionInfo[BaseException], recorded: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes that the failed statement is about: those it names, or the one of the fetch that it makes."""
    if not isinstance(excinfo.value, AssertionError):
        return []
    for entry in reversed(excinfo.traceback):
        try:
            statement = ast.parse(textwrap.dedent(str(entry.statement)).strip())
        except (SyntaxError, ValueError):  # a statement that is shown in part
            continue
        nodes = list(ast.walk(statement))
        names = [node.id for node in nodes if isinstance(node, ast.Name)]
        named = [value for name in names if _is_outcome(value := entry.frame.f_locals.get(name))]
        if named:
            return list({id(outcome): outcome for outcome in named}.values())
        fetches = any(isinstance(node, ast.Attribute) and node.attr in _FETCHES for node in nodes)
        if fetches and recorded:
            return [recorded[-1]]
    return []


def _in_frames(excinfo: pytest.ExceptionInfo[BaseException]) -> Iterator[Outcome]:
    """Outcomes that the frames of the traceback hold in variables: those of browsers that no fixture made."""
    for entry in excinfo.traceback:
        for value in list(entry.frame.f_locals.values()):
            if _is_outcome(value):
                yield value


def _is_outcome(value: object) -> TypeGuard[Outcome]:
    """Not `isinstance`, which asks the value itself: one that loads lazily may raise then, as Django's do."""
    return issubclass(type(value), Outcome)


def _telling(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The last ones that were not readable, and without such the last."""
    unique = list({id(outcome): outcome for outcome in outcomes}.values())
    unreadable = [outcome for outcome in unique if not outcome.allowed]
    return unreadable[-_TOLD:] or unique[-1:]
