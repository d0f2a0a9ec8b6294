"""`--html FILE`: the report as a page, written beside what is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .output_file import write_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..report.advice import Advice
    from .environment import Environment


def write_html(
    path: str,
    outcomes: Sequence[Outcome],
    advice: Sequence[Advice],
    environment: Environment,
    *,
    title: str,
    captions: Sequence[str] = (),
    show_credentials: bool = False,
    force: bool = False,
) -> None:
    """Write the page of some outcomes, the advice and a caption for each; to standard output for `-`.

    Raises `UsageError` as `write_file` does.
    """
    from ..report.html import html_report

    page = html_report(
        outcomes,
        title=title,
        advice=advice,
        captions=captions,
        show_credentials=show_credentials,
    )
    write_output("--html", path, page, environment, force=force)
