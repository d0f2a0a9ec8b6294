"""`--html FILE`: the report as a page, written beside what is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError

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
) -> None:
    """Write the page of some outcomes, the advice and a caption for each. Raises `UsageError` where the file cannot be
    written."""
    from ..report.html import html_report

    page = html_report(
        outcomes,
        title=title,
        advice=advice,
        captions=captions,
        show_credentials=show_credentials,
    )
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"--html: {path} cannot be written: {reason}") from error
