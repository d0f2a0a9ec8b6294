"""The report as one HTML page that needs nothing else: no script, no image, no font, nothing from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .comparison import difference_of
from .html_details import details, symptoms
from .html_diagram import diagram, started_of
from .html_markup import NOTHING, Markup, Shown, element, joined, prose
from .html_page import page
from .sentences import why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from .advice import Advice

_LONGEST_URL = 500  # characters
_LONGEST_URL_IN_VERDICT = 200


def html_report(
    outcomes: Sequence[Outcome],
    *,
    title: str,
    advice: Sequence[Advice | None] = (),
    captions: Sequence[str] = (),
    show_credentials: bool = False,
) -> str:
    """The page, as text to be written in UTF-8. `advice` and `captions` go by the outcomes' places."""
    shown = Shown(show_credentials)
    articles = [
        _article(
            outcome,
            number,
            shown,
            advice[number - 1] if number <= len(advice) else None,
            captions[number - 1] if number <= len(captions) else "",
        )
        for number, outcome in enumerate(outcomes, start=1)
    ]
    body = [
        element("header", element("h1", shown.text(title, _LONGEST_URL)), class_="title"),
        element("main", _summary(outcomes, captions, shown) if len(outcomes) > 1 else NOTHING, *articles),
    ]
    remark = NOTHING if show_credentials else prose(" `***` stands for credentials.")
    return page(shown.text(title), joined(body), remark)


def _badge(outcome: Outcome) -> Markup:
    return element("strong", outcome.verdict.value.upper(), class_=f"badge {outcome.verdict.value}")


def _verdict(outcome: Outcome, shown: Shown) -> Markup:
    """What the first line says: the verdict, and what was fetched from where."""
    started = started_of(outcome)
    if started is None:
        return _badge(outcome)
    api = "" if started.api == "fetch" else f"{started.api} "
    page = f"{shown.text(started.page, _LONGEST_URL)} (origin null)" if started.origin == "null" else started.origin
    profile = "" if outcome.profile.name == "standard" else f" in {outcome.profile.name}"
    return joined(
        [
            _badge(outcome),
            f" {api}{started.method} ",
            element("span", shown.text(started.url, _LONGEST_URL_IN_VERDICT), class_="url"),
            element("span", f" from {page}{profile}", class_="from"),
        ]
    )


def _article(outcome: Outcome, number: int, shown: Shown, advice: Advice | None, caption: str) -> Markup:
    sentence = why(outcome)
    told = NOTHING
    if sentence and outcome.reason is not None:
        told = element("p", prose(shown.text(sentence)), " ", element("code", outcome.reason.value), class_="why")
    return element(
        "article",
        element("p", shown.text(caption), class_="caption") if caption else NOTHING,
        element("h2", _verdict(outcome, shown)),
        told,
        symptoms(advice, shown),
        diagram(outcome, shown),
        details(outcome, shown, advice),
        id=f"fetch-{number}",
    )


def _summary(outcomes: Sequence[Outcome], captions: Sequence[str], shown: Shown) -> Markup:
    """How each fetch ended, in a line each; for one fetch in several browsers, where they first differ."""
    browsers = {outcome.profile.name for outcome in outcomes}
    one_fetch = len(browsers) == len(outcomes) and len({started_of(outcome) for outcome in outcomes}) == 1
    rows = []
    for number, outcome in enumerate(outcomes, start=1):
        started = started_of(outcome)
        asked = "" if started is None else f"{started.method} {shown.text(started.url, _LONGEST_URL_IN_VERDICT)}"
        caption = shown.text(captions[number - 1]) if number <= len(captions) else asked
        sent = ", ".join(exchange.request.method for exchange in outcome.exchanges) or "nothing"
        reason = f"; {outcome.reason.value}" if outcome.reason is not None else ""
        rows.append(
            element(
                "li",
                _badge(outcome),
                element("a", outcome.profile.name if one_fetch else caption, href=f"#fetch-{number}"),
                element("span", f"sent {sent}{reason}", class_="remark"),
            )
        )
    title = element("h2", "Browsers" if one_fetch else "Fetches")
    return element("nav", title, element("ol", *rows), _differences(outcomes, shown) if one_fetch else NOTHING)


def _differences(outcomes: Sequence[Outcome], shown: Shown) -> Markup:
    differing: dict[str, list[str]] = {}
    for outcome in outcomes[1:]:
        if difference := difference_of(outcomes[0], outcome):
            differing.setdefault(difference, []).append(outcome.profile.name)
    if not differing:
        return element("p", "They agree.")
    return joined(
        element("p", element("b", f"{', '.join(browsers)}: "), prose(shown.text(difference)))
        for difference, browsers in differing.items()
    )
