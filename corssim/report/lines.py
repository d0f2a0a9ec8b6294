"""A report as styled lines that fit a width. Writing them, with or without colour, is another matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import NamedTuple
from .safe_text import safe, width

if TYPE_CHECKING:
    from collections.abc import Iterable

_NARROWEST = 24  # columns
_SHORTEST_PIECE = 8
"""Columns: where fewer are left, a word longer than any line begins on the next."""

_ENDS_OF_PARTS = "-/,&?="

PLAIN, BOLD, DIM, GOOD, BAD, NOTE = "", "bold", "dim", "green", "red", "yellow"


class Span(NamedTuple):
    """A piece of a line. The text is safe to print."""

    text: str
    style: str = PLAIN


class Line(NamedTuple):
    """One line of output."""

    spans: tuple[Span, ...] = ()

    def plain(self) -> str:
        return "".join(span.text for span in self.spans).rstrip()


def counted(number: int, noun: str) -> str:
    """The number and its noun, in the plural but for one: `1 request`, `2 requests`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def folded(
    spans: Iterable[tuple[str, str]],
    *,
    columns: int,
    indent: int = 0,
    first: tuple[tuple[str, str], ...] = (),
    start: int | None = None,
) -> list[Line]:
    """Lay texts out in lines of at most `columns`, all but the first line indented by `indent`.

    `first` stands at the start of the first line and is padded to `start` (default: `indent`). Texts are made safe here
    (escaped), so that nothing else reaches a line.
    """
    lead = [Span(safe(text), style) for text, style in first]
    used = sum(width(span.text) for span in lead)
    start = indent if start is None else start
    deepest = max(columns - _NARROWEST, columns // 2)  # so that there is room beside it
    indent, start = min(indent, deepest), min(start, deepest)
    if used < start:
        lead.append(Span(" " * (start - used)))
        used = start
    lines: list[Line] = []
    current, room, at_start = lead, columns - used, True
    for text, style in spans:
        shown = safe(text, None)
        size = width(shown)
        if shown and size <= room and not (at_start and shown.startswith(" ")):
            current.append(Span(shown, style))  # as most of them are
            room -= size
            at_start = False
            continue
        for word in _words(shown):
            size, at = width(word), 0  # of the word from `at` on
            while size > room:
                blank = word.isspace()
                if not at_start and (blank or size <= columns - indent or room < _SHORTEST_PIECE):
                    # What does not fit goes to the next line.
                    lines.append(Line(tuple(current)))
                    current, room, at_start = [Span(" " * indent)], columns - indent, True
                    if blank:
                        word, size = "", 0
                    continue
                # Longer than any line: cut it where the line ends.
                head = _beginning(word, at, room)
                at += len(head)
                size -= width(head)
                current.append(Span(head, style))
                lines.append(Line(tuple(current)))
                current, room, at_start = [Span(" " * indent)], columns - indent, True
            if len(word) > at and not (at_start and word.isspace()):
                current.append(Span(word[at:], style))
                room -= size
                at_start = False
    lines.append(Line(tuple(current)))
    return lines


def _words(text: str) -> list[str]:
    """Words and the white space between them."""
    words: list[str] = []
    for number, word in enumerate(text.split(" ")):
        if number:
            words.append(" ")
        if word:
            words.append(word)
    return words


def _beginning(word: str, at: int, room: int) -> str:
    """As much of a word from there on as there is room for, to where a part of it ends if one does not long before."""
    room = max(room, 1)
    taken = 0
    for end in range(at, len(word)):
        taken += width(word[end])
        if taken > room and end > at:
            part = max(word.rfind(mark, at, end) for mark in _ENDS_OF_PARTS) + 1
            return word[at : part if part - at > (end - at) // 2 else end]
    return word[at:]
