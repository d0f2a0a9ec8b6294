"""A fetch as a sequence diagram: lanes for the page, the browser and the servers; the story's steps between them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..browser.outcome import Verdict
from ..fetch.trace import Exchanged, ExchangeKind, FetchStarted
from .exchange_steps import status_line
from .html_markup import NOTHING, Markup, Shown, element, joined, prose
from .safe_text import safe
from .timeline import timeline
from .timeline_steps import Detail, Kind, Mark, TimelineStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..browser.outcome import Outcome

_MOST_SERVER_LANES = 3
_LONGEST_URL = 300  # characters
_LONGEST_VALUE = 300  # characters
_MARKS = {Mark.PLAIN: "•", Mark.GOOD: "✓", Mark.BAD: "✗", Mark.NOTE: "!"}
_MARK_WORDS = {Mark.GOOD: "passed: ", Mark.BAD: "failed: ", Mark.NOTE: "note: "}
_EXCHANGES = (Kind.PREFLIGHT, Kind.REQUEST)
_CALLS = {"fetch": "fetch()", "sendBeacon": "sendBeacon()"}


class Lanes:
    """The lanes of a diagram. Servers have one each up to three; more of them share one."""

    def __init__(self, outcome: Outcome) -> None:
        started = started_of(outcome)
        sent = [origin_of(event.request.url) for event in outcome.trace if isinstance(event, Exchanged)]
        asked = [] if started is None else [origin_of(started.url)]
        origins = list(dict.fromkeys(origin for origin in (sent or asked) if origin))
        self.asked = frozenset(sent)
        self.shared = len(origins) > _MOST_SERVER_LANES
        self.origins = origins
        self.page = "" if started is None else started.page
        self.page_origin = "" if started is None else started.origin
        self.profile = outcome.profile.name

    @property
    def servers(self) -> int:
        """How many lanes servers have."""
        return 1 if self.shared else len(self.origins)

    def number_of(self, url: str) -> int:
        """The server's lane that a request to this URL goes to, from 1."""
        return 1 if self.shared else self.origins.index(origin_of(url)) + 1


def started_of(outcome: Outcome) -> FetchStarted | None:
    """What the page asked for."""
    return next((event for event in outcome.trace if isinstance(event, FetchStarted)), None)


def origin_of(url: str) -> str:
    """Scheme, host and port of an http URL, "" for others: a server's name in the diagram, no security decision."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.scheme in ("http", "https") else ""


def diagram(outcome: Outcome, shown: Shown) -> Markup:
    """The whole figure."""
    lanes = Lanes(outcome)
    rows = joined(_rows(outcome, lanes, shown))
    caption = "What the page asked for, what the browser decided, and what went over the network, from top to bottom."
    servers = [_line(f"server{number}") for number in range(1, lanes.servers + 1)]
    return element(
        "figure",
        element("figcaption", caption),
        element(
            "div",
            _line("page"),
            _line("browser"),
            _heads(lanes, shown),
            element("div", *servers, element("ol", rows, aria_label="Steps of the fetch, in order"), class_="flow"),
            class_=f"lanes servers{lanes.servers}",
        ),
        class_="diagram",
    )


def _line(lane: str) -> Markup:
    return element("i", NOTHING, class_=f"line at-{lane}", aria_hidden="true")


def _heads(lanes: Lanes, shown: Shown) -> Markup:
    page = lanes.page if lanes.page_origin == "null" else lanes.page_origin
    heads = [
        _head("page", "page", shown.text(page, _LONGEST_URL), "origin null" if lanes.page_origin == "null" else ""),
        _head("browser", "browser", lanes.profile),
    ]
    if lanes.shared:
        heads.append(_head("server1", "servers", f"{len(lanes.origins)} of them"))
    else:
        heads += [
            _head(
                f"server{number}",
                "server",
                shown.text(origin, _LONGEST_URL),
                "" if origin in lanes.asked else "not contacted",
            )
            for number, origin in enumerate(lanes.origins, start=1)
        ]
    return element("ul", *heads, class_="heads", aria_label="Lanes")


def _head(lane: str, kind: str, name: str, note: str = "") -> Markup:
    scheme, slashes, rest = name.partition("://")
    breakable = joined([scheme, slashes, element("wbr"), rest]) if slashes else name
    remark = element("span", f" {note}", class_="remark") if note else NOTHING
    told = (element("b", kind), " ", element("span", breakable, class_="name"), remark)
    return element("li", *told, class_=f"head at-{lane}")


def _rows(outcome: Outcome, lanes: Lanes, shown: Shown) -> Iterator[Markup]:
    yield _call(outcome, shown)
    exchanged = iter([event for event in outcome.trace if isinstance(event, Exchanged)])
    steps = [step for step in timeline(outcome, show_credentials=shown.credentials) if not step.minor]
    for manner, group in groupby(steps, key=_manner):
        if manner == "exchange":
            for step in group:
                yield from _exchange(next(exchanged), step, lanes, shown)
        elif manner == "stop":
            for step in group:
                yield _stop(step)
        elif manner == "browser":
            yield _row("browser", "", element("ul", *map(_note, group), class_="box"))
    yield _answer(outcome, steps)


def _manner(step: TimelineStep) -> str:
    """How a step is drawn: across to a server, as what stopped the fetch, in the browser's lane, or at the end."""
    if step.kind in _EXCHANGES:
        return "exchange"
    if step.kind == Kind.SCRIPT:
        return "end"
    return "stop" if step.mark == Mark.BAD else "browser"


def _row(kind: str, heard: str, *children: str) -> Markup:
    """A row; `heard` says to those who do not see the arrow where it leads."""
    before = element("span", heard, class_="heard") if heard else NOTHING
    return element("li", before, *children, class_=f"row {kind}")


def _arrow(towards: str) -> Markup:
    return element("i", NOTHING, class_=f"arrow {towards}", aria_hidden="true")


def _call(outcome: Outcome, shown: Shown) -> Markup:
    started = started_of(outcome)
    if started is None:
        return NOTHING
    call = _CALLS.get(started.api, started.api)
    terms = [f"mode {started.mode}", f"credentials {started.credentials}"]
    if started.redirect != "follow":
        terms.append(f"redirect {started.redirect}")
    label = element(
        "p",
        element("b", f"{call} {started.method} "),
        element("span", shown.text(started.url, _LONGEST_URL), class_="url"),
        element("small", ", ".join(terms)),
        class_="label",
    )
    return _row("call", "Page to browser: ", label, _arrow("right"))


def _exchange(event: Exchanged, step: TimelineStep, lanes: Lanes, shown: Shown) -> Iterator[Markup]:
    request, response = event.request, event.response
    server = shown.text(origin_of(request.url), _LONGEST_URL)
    lane = f"at-server{lanes.number_of(request.url)}"
    tag = element("span", event.kind.value, class_="tag") if event.kind is not ExchangeKind.ACTUAL else NOTHING
    sent = element(
        "p",
        tag,
        " " if tag else "",
        element("b", f"{request.method} "),
        element("span", shown.text(request.url, _LONGEST_URL), class_="url"),
    )
    told = _headers([detail for detail in step.details if detail.direction == ">"])
    row = f"exchange {lane}"
    label = element("div", sent, told, class_="label")
    if response is None:
        failure = event.failure
        detail = (failure.detail or failure.kind.value) if failure is not None else ""
        lost = element(
            "p", element("b", "✗ ", class_="bad"), element("b", "No answer: "), shown.text(detail, _LONGEST_VALUE)
        )
        yield _row(f"{row} lost", f"Browser to {server}: ", label, _arrow("right broken"))
        yield _row(f"{row} lost", "", element("div", lost, class_="label failure"))
        return
    yield _row(row, f"Browser to {server}: ", label, _arrow("right"))
    status = element("p", element("b", shown.text(status_line(response.status, response.reason), _LONGEST_VALUE)))
    told = _headers([detail for detail in step.details if detail.direction == "<"])
    yield _row(
        f"{row} answered",
        f"{server} to browser: ",
        element("div", status, told, class_="label"),
        _arrow("left"),
    )


def _headers(details: Sequence[Detail]) -> Markup:
    if not details:
        return NOTHING
    return element("ul", *(element("li", _header(detail)) for detail in details), class_="headers")


def _header(detail: Detail) -> Markup:
    return joined([element("span", f"{detail.label}: ", class_="field"), element("span", _cut(detail.value))])


def _cut(value: str) -> str:
    return safe(value, _LONGEST_VALUE)


def _note(step: TimelineStep) -> Markup:
    """A decision of the browser's, in its lane."""
    mark = element("b", _MARKS[step.mark], class_=f"mark {step.mark}", aria_hidden="true")
    heard = element("span", _MARK_WORDS.get(step.mark, ""), class_="heard")
    details = [
        element("small", f"{detail.label}: {_cut(detail.value)}")
        for detail in step.details
        if detail.value not in step.summary
    ]
    return element(
        "li",
        mark,
        element("div", element("span", step.kind, class_="kind"), " ", heard, prose(step.summary), *details),
    )


def _stop(step: TimelineStep) -> Markup:
    """The check that ended the fetch: the header as received beside what it was compared with."""
    decisive = [detail for detail in step.details if detail.decisive]
    sides = [joined([element("dt", detail.label), element("dd", _cut(detail.value))]) for detail in decisive]
    compared = element("dl", *sides, class_="compared") if sides else NOTHING
    others = [
        element("small", f"{detail.label}: {_cut(detail.value)}") for detail in step.details if not detail.decisive
    ]
    return _row(
        "browser stop",
        "",
        element(
            "div",
            element("b", "STOP", class_="sign"),
            element("p", prose(step.summary)),
            compared,
            *others,
            class_="box",
        ),
    )


def _answer(outcome: Outcome, steps: Sequence[TimelineStep]) -> Markup:
    """What the page gets in the end."""
    script = next((step for step in reversed(steps) if step.kind == Kind.SCRIPT), None)
    if outcome.verdict in (Verdict.READABLE, Verdict.OPAQUE):
        summary = script.summary if script is not None else "has its answer"
        mark, kind = ("✓", "good") if outcome.verdict is Verdict.READABLE else ("!", "note")
        told = f"script {summary}"
    else:
        mark, kind = "✗", "bad"
        told = _failure_told(outcome)
    label = element("p", element("b", f"{mark} ", class_=f"mark {kind}"), told, class_="label")
    return _row(f"result {kind}", "Browser to page: ", label, _arrow("left"))


def _failure_told(outcome: Outcome) -> str:
    started = started_of(outcome)
    api = started.api if started is not None else ""
    if api == "fetch":
        return "fetch() rejects with a TypeError: no status, no headers, no body"
    if started is not None and started.mode == "navigate":
        return "the answer is not shown"
    if outcome.returned is not None:
        return f"sendBeacon() returned {str(outcome.returned).lower()}; script hears no more of it"
    return "an error event: no status, no headers, no body"
