"""A paste made ready to be read: without what moves cursors, quotes straight, spaces single, line ends kept."""

from __future__ import annotations

import re
from typing import Final

from corssim.console.template import straightened

from ...patterns import lazy_pattern

_CONTROL: Final = lazy_pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ESCAPE_SEQUENCES: Final = lazy_pattern(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)?)")
_MANGLED: Final = {
    # UTF-8 quotes read as Windows-1252.
    "â€˜": "'",
    "â€™": "'",
    "â€œ": '"',
    "â€\x9d": '"',
    "â€�": '"',
    "&#39;": "'",
    "&#x27;": "'",
    "&apos;": "'",
    "&lsquo;": "'",
    "&rsquo;": "'",
    "&quot;": '"',
    "&#34;": '"',
    "&ldquo;": '"',
    "&rdquo;": '"',
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
    "\\u2018": "'",
    "\\u2019": "'",
    "\\u201c": '"',
    "\\u201d": '"',
    "\\'": "'",
    '\\"': '"',
    "\\/": "/",
}
"""What became of quotes and slashes in HTML, JSON and wrong encodings."""
_MANGLED_QUOTES: Final = lazy_pattern("|".join(map(re.escape, _MANGLED)))
_GLUED: Final = lazy_pattern(r"(?<=\w)(?=Understand this (?:error|warning))")  # a link behind the message
# A URL of which Markdown, or what copied it, made a link to itself.
_LINK: Final = lazy_pattern(r"\[([a-z][a-z0-9+.-]{1,20}://[^\s\[\]()]{1,2048})\]\(\1/?(?: \"[^\"\n]{0,2048}\")?\)")
# Before each line of a quotation, or of a comment in code: no URL, list or stack trace begins like these.
_GUTTER: Final = r"(?:>|//+(?=[\s\"']|[^\s./:]*(?:[\s:]|$))|/?\*+(?=\s|$)|#+(?=[\s\w]))"
_QUOTED_LINE: Final = lazy_pattern(rf"^[ \t]*(?:{_GUTTER}[ \t]*)+", re.MULTILINE)


def prepared(text: str) -> str:
    """The text in which messages are looked for."""
    text = _MANGLED_QUOTES.sub(lambda found: _MANGLED[found[0]], text)
    text = _CONTROL.sub("", _ESCAPE_SEQUENCES.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    text = _LINK.sub(r"\1", _GLUED.sub(" ", text))
    lines: list[str] = []
    for line in map(straightened, _QUOTED_LINE.sub("", text).split("\n")):
        if lines and lines[-1] and (line.startswith(" ") or lines[-1].endswith(" ")) and line.strip():
            # White space beside the line end: it was not put inside a word, and a space stands for it.
            lines[-1] = f"{lines[-1].rstrip()} {line.lstrip()}"
        else:
            lines.append(line)
    return "\n".join(lines)
