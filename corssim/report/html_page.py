"""The frame of every page that is written: no image, no font, nothing from elsewhere, and no script but our own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from .html_markup import NOTHING, Markup, element

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The pages' own Content-Security-Policy."""


def page(title: str, content: Markup, remark: Markup = NOTHING) -> str:
    """A whole document, as text to be written in UTF-8. `remark` stands in its footer."""
    body = element("body", content, element("footer", "Made by corssim.", remark))
    return document(head(title, report_style()), body)


def head(title: str, style: str, *, policy: str = POLICY) -> Markup:
    """The head. `style` is ours, so it is markup already."""
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content="Made by corssim"),
        element("title", title),
        element("style", Markup(style)),
    )


def document(head: Markup, body: Markup, *, language: str = "en") -> str:
    """A head and a body."""
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=language)}\n"


@cache
def report_style() -> str:
    """The style sheet of reports."""
    return files(__package__).joinpath("html_report.css").read_text("utf-8")
