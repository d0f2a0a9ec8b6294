"""What stands under the diagram: what decided, what the server did, the fix, the explanation, every header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diagnosis.explanations import Mender, explanation_of
from ..diagnosis.fixes.changes import SetHeader
from ..fetch.reasons import Stage
from ..fetch.trace import Exchanged, HTTPCacheAnswered
from .advice import asked_sentence
from .exchange_steps import status_line
from .html_markup import NOTHING, Markup, Shown, element, joined, lines, prose
from .safe_text import safe
from .terminal import what_the_server_did
from .timeline import timeline
from .timeline_steps import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..diagnosis.explanations import Explanation
    from ..diagnosis.fixes.changes import Change
    from ..diagnosis.fixes.fix import Fix, NoFix
    from ..fetch.reasons import Blocked
    from ..fetch.wire import WireRequest, WireResponse
    from .advice import Advice
    from .timeline_steps import Detail, TimelineStep

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
_OF = {
    Stage.REQUEST: "request for",
    Stage.PREFLIGHT: "preflight's answer for",
    Stage.REDIRECT: "redirect of",
    Stage.ACTUAL: "response of",
}
_WITH_HEADERS = (Kind.PREFLIGHT, Kind.REQUEST, Kind.CACHE)


def symptoms(advice: Advice | None, shown: Shown) -> Markup:
    """What only looks like CORS, named before everything else."""
    found = () if advice is None else advice.symptoms
    return joined(
        element(
            "aside",
            element(
                "p", element("b", prose(shown.text(symptom.title).rstrip(".")), ". "), prose(shown.text(symptom.text))
            ),
            class_="symptom",
        )
        for symptom in found
    )


def details(outcome: Outcome, shown: Shown, advice: Advice | None) -> Markup:
    """All sections but those that there is nothing to say in."""
    return joined(
        (
            _decided(outcome.blocked, shown),
            _server(outcome),
            NOTHING if advice is None else _follows(advice, shown),
            _console(outcome, shown),
            NOTHING if advice is None else _rightly(advice, shown),
            NOTHING if advice is None else _fixes(advice.fixes, shown, is_none=advice.offers_no_fix),
            NOTHING if advice is None else _configurations(advice, shown),
            NOTHING if outcome.reason is None else _explanation(explanation_of(outcome.reason)),
            _exchanges(outcome, shown),
        )
    )


def _section(title: str, *children: str, kind: str = "") -> Markup:
    return element("section", element("h3", title), *children, class_=kind)


def _facts(rows: Sequence[tuple[str, Markup]]) -> Markup:
    pairs = (element("div", element("dt", name), element("dd", value)) for name, value in rows)
    return element("dl", *pairs, class_="facts")


def _decided(blocked: Blocked | None, shown: Shown) -> Markup:
    """The decisive header as received beside what it was compared with, and the algorithm that compared them."""
    if blocked is None:
        return NOTHING
    rows: list[tuple[str, Markup]] = []
    if blocked.header:
        received = "(absent)" if blocked.received is None else shown.header(blocked.header, blocked.received)
        field = element("span", f"{blocked.header}: ", class_="field")
        rows.append(("received", joined([field, element("code", shown.text(received, _LONGEST_VALUE) or "(empty)")])))
    if blocked.compared_with:
        rows.append(("compared with", element("code", shown.text(blocked.compared_with, _LONGEST_VALUE))))
    if blocked.subject and blocked.subject != blocked.compared_with:
        rows.append(("refused", element("code", shown.text(blocked.subject, _LONGEST_VALUE))))
    if blocked.origin:
        rows.append(("request's origin", element("code", blocked.origin)))
    if blocked.url:
        rows.append((_OF[blocked.stage], element("code", shown.text(blocked.url, _LONGEST_URL))))
    if blocked.status is not None:
        rows.append(("status", element("code", str(blocked.status))))
    if blocked.detail:
        rows.append(("detail", element("span", shown.text(blocked.detail, _LONGEST_VALUE))))
    rows.append(("in the standard", _link(blocked.anchor)))
    return _section("What decided", _facts(rows))


def _link(anchor: str) -> Markup:
    """A link into a standard. No other text becomes one."""
    url = anchor if "://" in anchor else _FETCH + anchor
    return element("a", url, href=url, rel="noreferrer")


def _server(outcome: Outcome) -> Markup:
    return NOTHING if outcome.allowed else _section("On the server", element("p", what_the_server_did(outcome)))


def _follows(advice: Advice, shown: Shown) -> Markup:
    """What comes of a pending fetch once the user has decided."""
    rows = [(f"if {each.decision}", element("span", prose(shown.text(each.told())))) for each in advice.follows]
    return _section("What follows", _facts(rows)) if rows else NOTHING


def _console(outcome: Outcome, shown: Shown) -> Markup:
    if not outcome.console:
        return NOTHING
    said = (element("pre", lines(shown.masked(line))) for line in outcome.console)
    return _section(f"What the console of {outcome.profile.name} says", *said, kind="console")


def _rightly(advice: Advice, shown: Shown) -> Markup:
    if not advice.rightly_blocked or not advice.fixes:
        return NOTHING
    return element("p", prose(shown.text(advice.rightly_blocked)))


def _fixes(fixes: Sequence[Fix] | NoFix, shown: Shown, *, is_none: bool) -> Markup:
    """The recommended fix in full, then the others, or why there is none; where it `is_none`, what would allow it."""
    if not fixes:
        why = "" if isinstance(fixes, list | tuple) else str(fixes)
        return _section("Fix", element("p", prose(shown.text(why)))) if why else NOTHING
    first, *others = fixes
    rest = (element("div", element("p", "Or:", class_="or"), _fix(fix, shown, whole=False)) for fix in others)
    title = "What would allow it" if is_none else "Fix"
    return _section(title, _fix(first, shown, whole=True), *rest, kind="fix")


def _configurations(advice: Advice, shown: Shown) -> Markup:
    """The fix as the configuration of the server's software."""
    told = []
    for each in advice.configurations:
        why = f" ({shown.text(each.why)})" if each.why else ""
        told.append(element("p", element("b", each.snippet.title), prose(why)))
        told.append(element("pre", lines(each.snippet.text.rstrip("\n"))))
        told.append(element("p", prose(each.snippet.note)))
    if advice.front_end:
        told.append(element("p", prose(advice.front_end)))
    return _section("In code", *told, kind="configuration") if told else NOTHING


def _fix(fix: Fix, shown: Shown, *, whole: bool) -> Markup:
    told = [element("ul", *(element("li", _change(change, shown)) for change in fix.changes))]
    if fix.danger:
        told.append(element("p", element("b", "Dangerous: "), prose(shown.text(fix.danger)), class_="danger"))
    if whole:
        told += [element("p", prose(shown.text(text))) for text in (*fix.assumptions, *fix.advice)]
    if fix.verified and whole:
        told += [element("p", shown.text(asked))] if (asked := asked_sentence(fix)) else []
        told.append(element("p", element("b", "✓ Verified"), shown.text(fix.proof().removeprefix("Verified"))))
    return joined(told)


def _change(change: Change, shown: Shown) -> Markup:
    if isinstance(change, SetHeader):
        line = element("code", shown.text(change.line))
        return joined(["Set ", line, f" on {shown.text(str(change.where))}"])
    text = shown.text(str(change))
    return prose(text[:1].upper() + text[1:])


def _explanation(explanation: Explanation) -> Markup:
    myths = (
        joined([element("dt", prose(f"“{myth.claim}”")), element("dd", prose(myth.answer))])
        for myth in explanation.myths
    )
    said = element("details", element("summary", "Often said"), element("dl", *myths)) if explanation.myths else NOTHING
    return _section(
        f"What {explanation.name} means",
        element("p", element("b", prose(explanation.title)), ". ", prose(explanation.plain)),
        element("p", _MENDERS[explanation.mender]),
        element("details", element("summary", "Mending it in general"), _paragraphs(explanation.fix)),
        said,
    )


def _paragraphs(content: str) -> Markup:
    """Paragraphs between empty lines; lines that begin with four blanks are code."""
    told = []
    for paragraph in content.strip("\n").split("\n\n"):
        code = [line for line in paragraph.split("\n") if line.startswith("    ")]
        running = " ".join(line.strip() for line in paragraph.split("\n") if not line.startswith("    "))
        if running:
            told.append(element("p", prose(running)))
        if code:
            told.append(element("pre", lines("\n".join(line.strip() for line in code))))
    return joined(told)


def _exchanges(outcome: Outcome, shown: Shown) -> Markup:
    """Every header that was sent or received, folded away."""
    events = iter([event for event in outcome.trace if isinstance(event, Exchanged | HTTPCacheAnswered)])
    told = []
    for step in timeline(outcome, show_credentials=shown.credentials):
        if step.kind in _WITH_HEADERS and step.headers:
            told.append(_exchange(step, next(events), shown))
        elif step.minor:
            told.append(element("p", step.kind, ": ", shown.text(step.summary), class_="minor"))
    return _section("Headers sent and received", *told, kind="exchanges") if told else NOTHING


def _exchange(step: TimelineStep, event: Exchanged | HTTPCacheAnswered, shown: Shown) -> Markup:
    summary = element("summary", element("span", step.kind, class_="tag"), " ", shown.text(step.summary, _LONGEST_URL))
    if isinstance(event, HTTPCacheAnswered):
        return element("details", summary, element("div", _received(step, event.response, shown), class_="sides"))
    received = NOTHING if event.response is None else _received(step, event.response, shown)
    return element("details", summary, element("div", _sent(step, event.request), received, class_="sides"))


def _sent(step: TimelineStep, request: WireRequest) -> Markup:
    size = len(request.body or b"")
    body = element("p", f"a body of {_counted(size, 'byte')}", class_="size") if size else NOTHING
    return element("div", element("h4", f"Sent: {request.method}"), _table(step.headers, ">"), body)


def _received(step: TimelineStep, response: WireResponse, shown: Shown) -> Markup:
    title = element("h4", "Received: ", shown.text(status_line(response.status, response.reason), _LONGEST_VALUE))
    return element("div", title, _table(step.headers, "<"), _body(response.body, shown))


def _table(headers: Sequence[Detail], direction: str) -> Markup:
    rows = [
        element("div", element("dt", detail.label, ": "), element("dd", safe(detail.value, _LONGEST_VALUE)))
        for detail in headers
        if detail.direction == direction
    ]
    return element("dl", *rows, class_="table") if rows else element("p", "no headers", class_="size")


def _body(body: bytes, shown: Shown) -> Markup:
    if not body:
        return NOTHING
    content = body[: LONGEST_BODY * 4].decode("utf-8", "replace")
    cut = shown.body(content[:LONGEST_BODY])
    whole = len(content) <= LONGEST_BODY and len(body) <= LONGEST_BODY * 4
    size = f"a body of {_counted(len(body), 'byte')}" + ("" if whole else f", the first {LONGEST_BODY:,} characters:")
    return joined([element("p", size, class_="size"), element("pre", lines(cut))])


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
