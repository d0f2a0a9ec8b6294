"""The first line of a report: what was fetched, from where, and as which browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.trace import FetchStarted
from ..masking import mask_text
from .lines import BOLD, DIM, PLAIN, Line, folded
from .safe_text import safe

if TYPE_CHECKING:
    from ..browser.outcome import Outcome


def heading(
    outcome: Outcome,
    head: list[tuple[str, str]],
    columns: int,
    show_credentials: bool,
    *,
    names_browser: bool = True,
) -> list[Line]:
    """A first line: `head`, then what was fetched from where, and as which browser."""
    started = next((event for event in outcome.trace if isinstance(event, FetchStarted)), None)
    if started is not None:
        url = safe(started.url if show_credentials else mask_text(started.url))
        api = "" if started.api == "fetch" else f"{started.api} "
        head += [(f"{api}{started.method} {url}", BOLD), (f" from {_page_origin(started)}", PLAIN)]
    if names_browser and outcome.profile.name != "standard":
        head.append((f" ({outcome.profile.name})", DIM))
    return folded(head, columns=columns, indent=2, start=0)


def _page_origin(started: FetchStarted) -> str:
    return f"{mask_text(started.page)} (origin null)" if started.origin == "null" else started.origin
