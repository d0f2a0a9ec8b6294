"""What `explain` says with the code that it writes for a configuration: what it is for, and what is not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diagnosis.plain_text import shown
from ..masking import mask_text
from ..report.lines import BAD, GOOD, PLAIN, Line, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..browser.outcome import Outcome
    from ..diagnosis.configured.judge import Judged
    from ..diagnosis.configured.model import Configured, Mistake


def what_it_is_for(meant: Judged, configured: Configured, mistakes: Sequence[Mistake], columns: int) -> list[Line]:
    """One request decides what has to be allowed; what allows nobody today, or is not told, is not kept."""
    told = (
        f"The code is for {meant.request} from {meant.page}, the first of these that is blocked; for another request: "
    )
    command = f"corssim check URL --page {meant.page} -X METHOD --credentials include --answers FILE"
    spans = [(told, PLAIN), (command, GOOD), ("".join(_left_out(configured, mistakes)), PLAIN)]
    return [Line(), *folded(spans, columns=columns, indent=2, start=2)]


def _left_out(configured: Configured, mistakes: Sequence[Mistake]) -> Iterator[str]:
    if any(mistake.code == "origin-never-matches" for mistake in mistakes):
        yield ". Origins that match no page as they are written are not in it: put them in mended"
    unread = [text for grant in configured.grants for text in (*grant.unknown, *(each for _, each in grant.computed))]
    if unread:
        texts = ", ".join(mask_text(shown(text, 60)) for text in dict.fromkeys(unread))
        yield f". What {texts} allows today is not in it, for only the running server knows it: keep that"


def is_an_error(outcome: Outcome) -> bool:
    """Whether a program that throws answers, without headers: no settings of CORS mend that."""
    answer = outcome.exchanges[-1].response if outcome.exchanges else None
    return answer is not None and answer.status >= 500


def gets_it(text: str, meant: Judged) -> bool | None:
    """Whether the page gets the request by settings that are written, read as any are; None where they do not tell."""
    from ..browser.browser import Browser
    from ..diagnosis.configured.judge import REQUESTS, depends
    from ..diagnosis.configured.read import configuration_in

    request = meant.outcome.request
    written = configuration_in(text)
    if written is None or request is None:
        return None
    configured = written.at(str(request.url))
    browser = Browser(configured, permissions={"loopback-network": "granted", "local-network": "granted"})
    outcome = browser.page(meant.page.rstrip("/") + "/").fetch(str(request.url), **dict(REQUESTS)[meant.request])  # type: ignore[arg-type]
    return None if depends(configured, outcome) else outcome.allowed


def still_blocked(meant: Judged, columns: int) -> list[Line]:
    """What is said of settings with which the page does not get it."""
    told = f"With these settings alone {meant.page} is still blocked: what they cannot say is told with them."
    return folded([(told, BAD)], columns=columns, indent=2, start=2)


def why_there_is_none(judged: Sequence[Judged], columns: int) -> list[Line]:
    """There is no code for a page that gets everything, nor for one of which nothing is known."""
    if all(each.verdict == "readable" for each in judged):
        told = "No code is needed: this page gets all of these today."
    elif any(not each.outcome.allowed and not each.depends for each in judged):
        told = "No code: what is blocked is an error that the program answers without CORS headers; mend that first."
    else:
        told = "No code: none of these is known to be blocked for this page."
    return [Line(), *folded([(told, PLAIN)], columns=columns, indent=2, start=2)]
