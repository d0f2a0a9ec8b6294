"""What all pages of the course have around their content."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from ..html_markup import NOTHING, Markup, element, joined, prose, text
from ..html_page import POLICY, document, head, report_style
from ..scenarios.told import EMPHASIS
from ..words import NAMES_OF_LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

_CODE = lazy_pattern(r"(`[^`]+`)")


def page(
    *content: str,
    title: str,
    words: Words,
    crumbs: Sequence[tuple[str, str]] = (),
    others: Sequence[tuple[str, str]] = (),
    script: str = "",
) -> str:
    """A whole page. `crumbs` are links to what it is a part of, `others` links to it in other languages, each a label
    (a language's code) and a relative URL. `script` is ours, never anything from a scenario."""
    policy = POLICY
    if script:
        digest = b64encode(sha256(script.encode()).digest()).decode()
        policy += f"; script-src 'sha256-{digest}'"
    body = element(
        "body",
        element("a", words("skip"), href="#content", class_="skip"),
        element("header", _crumbs(crumbs, words), _languages(others, words), class_="top"),
        element("main", *content, id="content", tabindex="-1"),
        element("footer", element("p", prose(words("made-by")))),
        Markup(f"<script>{script}</script>") if script else NOTHING,
        class_="course",
    )
    return document(head(title, _style(), policy=policy), body, language=words.language)


@cache
def _style() -> str:
    """The report's style sheet, and what the course adds."""
    return report_style() + files(__package__).joinpath("course.css").read_text("utf-8")


def _crumbs(crumbs: Sequence[tuple[str, str]], words: Words) -> Markup:
    if not crumbs:
        return NOTHING
    links = (element("li", element("a", label, href=url)) for label, url in crumbs)
    return element("nav", element("ol", *links), class_="crumbs", aria_label=words("you-are-in"))


def _languages(others: Sequence[tuple[str, str]], words: Words) -> Markup:
    links = (
        element("a", NAMES_OF_LANGUAGES[language], href=url, lang=language, hreflang=language)
        for language, url in others
    )
    return element("p", *links, class_="languages") if others else NOTHING


def paragraphs(content: Sequence[str], language: str) -> Markup:
    """Paragraphs of a lesson in which `code` and *emphasis* are marked."""
    return element("div", *(element("p", marked(paragraph)) for paragraph in content), class_="lesson", lang=language)


def marked(content: str) -> Markup:
    """A text with `code` and *emphasis*."""
    pieces = (
        prose(piece) if piece.startswith("`") else Markup(EMPHASIS.sub(r"<em>\1</em>", text(piece)))
        for piece in _CODE.split(content)
    )
    return joined(pieces)
