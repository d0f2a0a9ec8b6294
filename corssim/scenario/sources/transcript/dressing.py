"""What stands around the lines of a transcript where people paste it: quotes, comments, numbers, times, colours."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from textwrap import dedent

from ....patterns import lazy_pattern

_UNSEEN = lazy_pattern(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[\u200b\u200e\ufeff\r]")
_MARKS_OF_HTML = lazy_pattern(r"^[ \t]*&[lg]t;", re.MULTILINE)
_ANCHOR = lazy_pattern(
    r"(?:< )?HTTP/\d(?:\.\d)?[ \t]+[1-5]\d\d\b|(?:> )?\b[A-Z]{3,15} \S{1,100} HTTP/\d(?:\.\d)?[ \t]*$"
    r"|Request (?:URL|Method)\b"
)
"""What no sentence has: a status line, a request line, the first labels of developer tools."""
_OF_MARKDOWN = lazy_pattern(r"[\s*_`|\u2022-]*|\s*(?:#{2,}|\d{1,3}\.)\s*[*_]*")
_LONGEST = 100  # characters
_MOST = 20  # kinds of dressing in one text
_TABLE_ROW = lazy_pattern(
    r"^[ \t]*\|[ \t]*[`*]*(:?[A-Za-z][\w-]*)[`*]*[ \t]*\|[ \t]*`?([^|\n`]*)`?[ \t]*\|?[ \t]*$", re.MULTILINE
)
_ARROWS = lazy_pattern(r"^[ \t]*([\w-]+) ?\u2192 ?", re.MULTILINE)
"""Between names and values, as Postman had it."""
_LISTED = lazy_pattern(
    r"^[ \t]*(?:\d{1,3}\.|[-*\u2022])[ \t]+(?:\*\*)?"
    r"(?:request (?:url|method|headers)|status code|response headers|access-control-)",
    re.MULTILINE | re.IGNORECASE,
)
"""Developer tools' tables, as they come to lists of Markdown where they are pasted."""
_OF_A_LIST = lazy_pattern(r"^[ \t]*(?:\d{1,3}\.|[-*\u2022])[ \t]+|^[ \t]*\n", re.MULTILINE)
_BLANKS_BETWEEN = 6  # lines, each with a blank one behind it, are so because of who pasted them


def plain(text: str) -> str:
    """The text without what is not seen in it, and tables and lists of Markdown as lines."""
    text = _UNSEEN.sub("", text).replace("\xa0", " ")
    if _MARKS_OF_HTML.search(text) is not None:
        text = html.unescape(text)
    text = _TABLE_ROW.sub(r"\1: \2", _ARROWS.sub(r"\1: ", text))
    if len(_LISTED.findall(text)) > 1:
        text = _OF_A_LIST.sub("", text)
    return dedent(text)


def undressed(lines: list[str]) -> list[str]:
    """The lines as the tool printed them. Their indentation tells something, and stays."""
    shapes: list[str] = []
    for line in lines:
        prefix = _prefix_of(line)
        if prefix is not None and prefix not in shapes and len(shapes) < _MOST:
            shapes.append(prefix)
    for shape in dict.fromkeys(map(_shape_of, shapes)):
        lines = _without(lines, re.compile(shape))
    return _close_together(lines)


def _prefix_of(line: str) -> str | None:
    """What stands before an anchor in its line; None where it has none, or where nothing but Markdown does."""
    anchor = _ANCHOR.search(line[: 3 * _LONGEST])
    if anchor is None or anchor.start() > _LONGEST:
        return None
    prefix = line[: anchor.start()].rstrip()
    return None if _OF_MARKDOWN.fullmatch(prefix) else prefix


def _shape_of(prefix: str) -> str:
    """What begins other lines likewise: numbers and times differ."""
    pieces = re.split(r"(\d+|\s+)", prefix)
    return "".join(
        r"\d+" if each.isdecimal() else r"\s+" if each.isspace() else re.escape(each) for each in pieces if each
    )


def _without(lines: list[str], shape: re.Pattern[str]) -> list[str]:
    """The lines without a shape that several of them begin with, one below the other; one alone is a sentence's."""
    ends = [found.end() if (found := shape.match(line)) is not None else None for line in lines]
    told = []
    for at, (line, end) in enumerate(zip(lines, ends, strict=True)):
        beside = (ends[at - 1] if at else None, ends[at + 1] if at + 1 < len(ends) else None)
        is_dressed = end is not None and beside != (None, None)
        told.append(line[end:].removeprefix(" ") if is_dressed else line)
    return told


def _close_together(lines: list[str]) -> list[str]:
    """Without blank lines, where each line has one behind it."""
    full = [at for at, line in enumerate(lines) if line.strip()]
    apart = sum(1 for before, after in pairwise(full) if after - before > 1)
    if len(full) < _BLANKS_BETWEEN or apart < len(full) - 1:
        return lines
    return [line for line in lines if line.strip()]
