"""Steps of a fetch's story that a plain fetch has none of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.authentication_events import AuthenticationAdded, AuthenticationChallenged
from ..fetch.cookie_events import CookiesConsidered, CookieSet, StorageAccessActivated
from ..fetch.page_events import FoundInDocument
from ..fetch.upgrade_events import (
    HTTPSFirstExcepted,
    HTTPSFirstGaveUp,
    InsecureFormLetThrough,
    MixedContentExempted,
    URLUpgraded,
)
from .timeline_steps import Kind, Mark, TimelineStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .timeline_steps import Shown


def rare_steps(event: object, shown: Shown) -> Iterator[TimelineStep]:
    match event:
        case FoundInDocument():
            yield TimelineStep(Kind.CACHE, f"the page has loaded this {event.element} before: nothing is sent")
        case URLUpgraded():
            summary = f"http becomes https, by {event.because}: {shown.text(event.upgraded)}"
            yield TimelineStep(Kind.DECISION, summary)
        case HTTPSFirstGaveUp():
            summary = f"https did not do: {shown.text(event.url)} is asked for after all"
            yield TimelineStep(Kind.DECISION, summary, Mark.NOTE)
        case HTTPSFirstExcepted():
            yield TimelineStep(Kind.DECISION, "this host is not tried over https for a week", minor=True)
        case StorageAccessActivated():
            yield TimelineStep(Kind.COOKIES, "the server asks for its cookies: it is asked again, with them", Mark.NOTE)
        case MixedContentExempted():
            summary = "http, but to the local network: let through as no mixed content"
            yield TimelineStep(Kind.DECISION, summary, Mark.NOTE)
        case InsecureFormLetThrough():
            yield TimelineStep(
                Kind.DECISION, "the user is asked whether the form may go over http, and goes on", Mark.NOTE
            )
        case CookiesConsidered() if event.sent or event.withheld:
            yield _cookies(event)
        case CookieSet():
            if event.refused:
                yield TimelineStep(Kind.COOKIES, f"{event.name} is not stored: {event.refused}", Mark.NOTE)
            else:
                where = ", for this top-level site alone" if event.is_foreign else ""
                yield TimelineStep(Kind.COOKIES, f"{event.name} is stored{where}", minor=True)
        case AuthenticationAdded() | AuthenticationChallenged():
            from .authentication_told import told

            yield TimelineStep(Kind.DECISION, told(event), Mark.NOTE)


def _cookies(event: CookiesConsidered) -> TimelineStep:
    parts = []
    if event.sent:
        parts.append(f"{', '.join(event.sent)} sent")
    parts += [f"{name} kept back ({rule})" for name, rule in event.withheld]
    return TimelineStep(Kind.COOKIES, "; ".join(parts), Mark.NOTE if event.withheld else Mark.PLAIN)
