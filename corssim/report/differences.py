"""Where browsers leave the standard: as lines, as data, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..deviations import differences, topics, versions
from .html_markup import NOTHING, element, joined, prose
from .html_page import page
from .lines import BOLD, DIM, PLAIN, Line, folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..deviations import Difference

_INDENT = 13  # columns, as in the report's other labels


def _by_topic(topic: str | None) -> list[tuple[str, str, Sequence[Difference]]]:
    """Topic, what it is about, and its differences; topics in which browsers do as the text says are left out."""
    about = topics()
    asked = about if topic is None else [topic]
    return [(name, about[name], found) for name in asked if (found := differences(name)) or topic is not None]


def recorded_with() -> str:
    """The versions that the profiles were recorded with, in a sentence."""
    return "Recorded with " + ", ".join(f"{name} {version}" for name, version in versions().items()) + "."


def difference_lines(topic: str | None, *, columns: int) -> list[Line]:
    """All of it, or one topic. Raises `UsageError` for a topic that there is not."""
    differences(topic)
    lines: list[Line] = []
    for name, about, found in _by_topic(topic):
        lines += [*folded([(name, BOLD), (f"  {about}", DIM)], columns=columns, indent=2, start=0), Line()]
        for difference in found:
            lines += folded([(difference.about, PLAIN)], columns=columns, indent=4, start=2)
            for browser, phrase in ({"standard": difference.by_text} | difference.browsers).items():
                first = ((f"    {browser:<9}", DIM),)
                lines += folded([(phrase, PLAIN)], columns=columns, indent=_INDENT, first=first)
            if difference.cases:
                text = ", ".join(difference.cases)
                lines += folded([(text, DIM)], columns=columns, indent=_INDENT, first=(("    shown by ", DIM),))
            lines.append(Line())
        if not found:
            lines += [*folded([("Every recorded browser does as the text says.", PLAIN)], columns=columns), Line()]
    return [*lines, *folded([(recorded_with(), DIM)], columns=columns)]


def differences_json(topic: str | None) -> dict[str, Any]:
    """The same as data: `browsers` (versions by name) and `rules`."""
    return {
        "browsers": versions(),
        "rules": [
            {
                "rule": difference.rule,
                "topic": difference.topic,
                "about": difference.about,
                "standard": difference.by_text,
                "browsers": difference.browsers,
                "cases": list(difference.cases),
            }
            for difference in differences(topic)
        ],
    }


def differences_html(topic: str | None) -> str:
    """The same as one HTML page that needs nothing else."""
    recorded = versions()
    heads = ["", "standard", *(f"{name} {version}" for name, version in recorded.items())]
    sections = []
    for name, about, found in _by_topic(topic):
        rows = [
            element(
                "tr",
                element("th", prose(difference.about), scope="row"),
                element("td", prose(difference.by_text)),
                *(element("td", prose(difference.browsers.get(browser, ""))) for browser in recorded),
            )
            for difference in found
        ]
        table = element(
            "table",
            element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
            element("tbody", *rows),
        )
        sections.append(
            element("section", element("h2", name), element("p", about, "."), table if rows else NOTHING, id=name)
        )
    title = "Where browsers leave the Fetch Standard"
    lead = element("p", recorded_with(), " An empty cell: as the standard.")
    header = element("header", element("h1", title), class_="title")
    return page(title, joined([header, element("main", lead, *sections)]))
