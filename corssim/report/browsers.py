"""One fetch as the browsers do it: one report where they agree, else a table and the report of each that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lines import DIM, PLAIN, Line, folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..fetch.profile import BrowserProfile
    from .advice import Advice

_TITLES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}


def named(profiles: Sequence[BrowserProfile]) -> str:
    """The browsers and their versions: "Chromium 156, Firefox 153 and WebKit 2.50"."""
    *others, last = [f"{_TITLES.get(each.name, each.name)} {each.version}".strip() for each in profiles]
    return f"{', '.join(others)} and {last}" if others else last


def differing(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The first outcome, and each that ends otherwise than those before it, or sends something else on the way."""
    from .comparison import sent_of  # here and below, because a dry run compares plans

    told: dict[object, Outcome] = {}
    for outcome in outcomes:
        told.setdefault((outcome.verdict, sent_of(outcome)), outcome)
    return list(told.values())


def browsers_lines(
    outcomes: Sequence[Outcome],
    advice: Sequence[Advice],
    *,
    columns: int,
    verbose: bool = False,
    show_credentials: bool = False,
) -> list[Line]:
    """The report of browsers side by side; `advice` goes by the outcomes' places."""
    from .comparison import comparison_lines
    from .terminal import report_lines

    told = differing(outcomes)
    advice_on = dict(zip(map(id, outcomes), advice, strict=True))
    alone = len(told) == 1
    lines: list[Line] = [] if alone else [*comparison_lines(outcomes, columns=columns), Line()]
    for outcome in told:
        lines += report_lines(
            outcome,
            columns=columns,
            verbose=verbose,
            show_credentials=show_credentials,
            advice=advice_on[id(outcome)],
            names_browser=not alone,
        )
        lines.append(Line())
    if alone:
        first = outcomes[0]
        others = [outcome for outcome in outcomes if outcome.reason is not first.reason]
        console = " The console's lines are Chromium's." if first.console else ""
        browsers = named([outcome.profile for outcome in outcomes])
        otherwise = "".join(f"; {named([each.profile])} names {each.reason}" for each in others)
        text = f"{browsers} do the same{otherwise}.{console}"
        lines[-1:] = folded([(text, PLAIN)], columns=columns, indent=13, first=(("  browsers   ", DIM),))
    return lines
