"""Elements of HTML that ask for something: `<img crossorigin>`, `<link>`, `<script type=module>`, htmx's attributes."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from .htmx import htmx_call
from .javascript.calls import Call, reading_of
from .javascript.elements import LOADS
from .javascript.values import UNDEFINED
from .reading import UnreadableSource

if TYPE_CHECKING:
    from .reading import Reading

_MOST = 100


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (call := htmx_call(given)) is not None and len(self.calls) < _MOST:
            self.calls.append(call)
            return
        url = given.get("href") if tag == "link" else given.get("src")
        element = self._element(tag, given)
        if not url or not element or len(self.calls) >= _MOST:
            return
        call = Call(library="element", api="load", url=url.strip(), element=element)
        if "crossorigin" in given:
            call.crossorigin = given["crossorigin"] or "anonymous"
        self.calls.append(call)

    def _element(self, tag: str, given: dict[str, str | None]) -> str:
        if tag == "script":
            return "module" if (given.get("type") or "").strip().lower() == "module" else "script"
        if tag != "link":
            return LOADS.get(tag, "")
        relations = (given.get("rel") or "").lower().split()
        kind = (given.get("as") or "").lower()
        if "stylesheet" in relations:
            return "stylesheet"
        if "modulepreload" in relations:
            return "module"
        if "preload" in relations:
            return {"style": "stylesheet", "image": "img"}.get(kind, kind if kind in ("script", "font") else "")
        return ""


def read_markup(text: str, name: str) -> Reading:
    """The elements of a text that ask for something, the first one foremost. Raises `UnreadableSource`."""
    parser = _Elements()
    parser.feed(text)
    parser.close()
    calls = [call for call in parser.calls if call.url is not UNDEFINED]
    if not calls:
        raise UnreadableSource(
            f"no element in {name} asks for anything (no src, no stylesheet, no hx-get); paste the element too"
        )
    reading = reading_of(calls)
    return reading if calls[0].library == "htmx" else replace(reading, kind="element")
