"""What stands under the diagram: what decided, what the server did, the fix, the explanation, every header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diagnosis.explanations import Mender, explanation_of
from ..fetch.reasons import Stage
from ..fetch.trace import CheckFailed, Exchanged, HTTPCacheAnswered
from .html_markup import NOTHING, Markup, Shown, element, joined, lines, prose
from .sentences import sentence
from .terminal import _what_the_server_did as what_the_server_did
from .timeline import Kind, status_line, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..browser.outcome import Outcome
    from ..diagnosis.explanations import Explanation
    from ..diagnosis.fixes import Fix, NoFix
    from ..fetch.reasons import Blocked
    from ..fetch.wire import WireResponse
    from .advice import Advice
    from .timeline import Detail, TimelineStep

LONGEST_BODY = 2_000
"""Characters of a body on the page."""

_LONGEST_VALUE = 2_000
_LONGEST_URL = 500
_FETCH = "https://fetch.spec.whatwg.org/#"
_MENDERS = {
    Mender.SERVER: "The server that answers can mend it.",
    Mender.PAGE: "The page, or whoever serves it, can mend it.",
    Mender.BOTH: "The server or the page can mend it.",
    Mender.NOBODY: "Nobody can mend it: browsers mean it so.",
}
_WITH_HEADERS = (Kind.PREFLIGHT, Kind.REQUEST, Kind.CACHE)


def symptoms(advice: Advice | None, shown: Shown) -> Markup:
    """What only looks like CORS, named first."""
    if advice is None:
        return NOTHING
    return joined(
        element(
            "aside",
            element("p", element("b", f"{symptom.title.rstrip('.')}. "), prose(shown.text(symptom.text))),
            class_="symptom",
        )
        for symptom in advice.symptoms
    )


def details(outcome: Outcome, shown: Shown, advice: Advice | None) -> Markup:
    """All sections, those that there is nothing to say in left out."""
    explanation = None if outcome.reason is None else explanation_of(outcome.reason)
    return joined(
        (
            _decided(outcome.blocked, shown),
            _server(outcome),
            _console(outcome, shown),
            NOTHING if advice is None else _fixes(advice.fixes, shown),
            NOTHING if explanation is None else _explanation(explanation),
            _exchanges(outcome, shown),
        )
    )


def _section(title: str, *children: str, kind: str = "") -> Markup:
    return element("section", element("h3", title), *children, class_=kind)


def _decided(blocked: Blocked | None, shown: Shown) -> Markup:
    """The decisive header as received beside what it was compared with, and the algorithm that compared them."""
    if blocked is None:
        return NOTHING
    rows = []
    if blocked.header:
        received = "(absent)" if blocked.received is None else shown.header(blocked.header, blocked.received)
        rows.append(("received", joined([element("b", f"{blocked.header}: "), _value(received or "(empty)")])))
        compared = blocked.compared_with or blocked.subject
        if compared:
            rows.append(("compared with", _value(shown.text(compared))))
    if blocked.origin:
        rows.append(("origin of the request", _value(blocked.origin)))
    rows.append((f"{blocked.stage.value} of" if blocked.stage is not Stage.ACTUAL else "response of", _url(blocked.url, shown)))
    if blocked.status is not None:
        rows.append(("status", text_of(str(blocked.status))))
    if blocked.detail:
        rows.append(("detail", text_of(shown.text(blocked.detail, _LONGEST_VALUE))))
    anchor = blocked.anchor if "://" in blocked.anchor else _FETCH + blocked.anchor
    link = element("a", anchor, href=anchor, rel="noreferrer")
    table = element("dl", *(joined([element("dt", name), element("dd", value)]) for name, value in rows), class_="facts")
    return _section("What decided", element("p", prose(shown.text(sentence(blocked)))), table, element("p", link))
