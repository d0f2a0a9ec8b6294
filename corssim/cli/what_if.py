"""The flags of "what if", and the table of what they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arguments import header

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from ..browser.outcome import Outcome
    from ..report.lines import Line
    from ..scenario.what_if import Changes

Verdict = dict[str, "str | None"]


def add_what_if_flags(parser: argparse.ArgumentParser) -> None:
    """Changes to try on what was asked and answered."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="what if every answer had this header ({origin} stands for who asks; 'NAME;' takes it away; repeatable)",
    )
    parser.add_argument(
        "--policy", metavar="FILE", help="what if the servers had this policy (TOML or JSON: allow_origins, …)"
    )
    parser.add_argument(
        "--add-header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="what if the page sent this header too, as a library that traces adds traceparent (repeatable)",
    )


def changes_of(arguments: argparse.Namespace, *, page: str | None = None) -> Changes | None:
    """What the flags would change, None where nothing. Raises `UsageError`."""
    if not (arguments.set or arguments.policy or arguments.add_header or page):
        return None
    from ..scenario.what_if import Changes, read_policy

    return Changes(
        page=page,
        add_headers=tuple(header(text) for text in arguments.add_header),
        set_headers=tuple(header(text) for text in arguments.set),
        policy=read_policy(arguments.policy) if arguments.policy else None,
    )


def verdict_of(outcome: Outcome | None) -> Verdict:
    """Verdict and reason; none where they are not known."""
    if outcome is None:
        return {"verdict": None, "reason": None}
    return {"verdict": outcome.verdict.value, "reason": outcome.reason and outcome.reason.value}


def what_if_lines(now: Mapping[str, Verdict], then: Mapping[str, Verdict], columns: int) -> list[Line]:
    """What it comes to now, and then: a row for the browsers that agree."""
    from ..report.lines import BAD, DIM, GOOD, NOTE, PLAIN, folded

    together: dict[tuple[str, str], list[str]] = {}
    for name, verdict in then.items():
        together.setdefault((_told(now.get(name, {})), _told(verdict)), []).append(name)
    lines: list[Line] = []
    for (before, after), names in together.items():
        style = {"readable": GOOD, "blocked": BAD}.get(after.partition(" ")[0], NOTE)
        text = [(f"{', '.join(names)}: {before}", PLAIN), (" → " if before != after else ", and then too", PLAIN)]
        text += [(after, style)] if before != after else []
        lines += folded(text, columns=columns, indent=13, first=(("  what if    ", DIM),))
    return lines


def _told(verdict: Mapping[str, str | None]) -> str:
    reason = verdict.get("reason")
    word = verdict.get("verdict") or "not known"
    return f"{word} ({reason})" if reason and word != "opaque" else word
