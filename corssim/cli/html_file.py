"""`--html FILE`: the report as a page, written beside what is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .written_file import write_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..report.advice import Advice


def write_html(
    path: str,
    outcomes: Sequence[Outcome],
    advice: Sequence[Advice],
    *,
    title: str,
    captions: Sequence[str] = (),
    show_credentials: bool = False,
    force: bool = False,
) -> None:
    """Write the page of some outcomes, the advice and a caption for each. Raises `UsageError` as `write_file` does."""
    from ..report.html import html_report

    page = html_report(
        outcomes,
        title=title,
        advice=advice,
        captions=captions,
        show_credentials=show_credentials,
    )
    write_file("--html", path, page, force=force)
