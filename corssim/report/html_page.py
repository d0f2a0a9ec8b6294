"""The frame of every page that is written: no script, no image, no font, nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from .html_markup import NOTHING, Markup, element

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(title: str, content: Markup, remark: Markup = NOTHING) -> str:
    """A whole document, as text to be written in UTF-8. `remark` stands in its footer."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", _style()),
    )
    body = element("body", content, element("footer", "Made by corssim.", remark))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


@cache
def _style() -> Markup:
    """The style sheet. It is ours, so it is markup already."""
    return Markup(files(__package__).joinpath("html_report.css").read_text("utf-8"))
