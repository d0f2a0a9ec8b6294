"""One line of a browser's console as data: it is filled in to print it and matched to read it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..fetch.reasons import Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELD = re.compile(r"\{(\w+)\}")
_LONGEST_VALUE = 4096  # characters of one field, printed or read

# Straight quotes here: a text is read after its curly ones have been made straight.
_URL = r"[^\s\"]{1,4096}?"
_ORIGIN = r"[^\s']{1,1024}?"
_NAME = r"[^\s'\"]{1,256}"
_ANY = r".{0,4096}?"
_QUOTED = r"[^\"]{0,2048}"
_READ_AS = {
    "url": _URL,
    "requested_url": _URL,
    "location": _URL,
    "location_with_credentials": _URL,
    "host": r"[^\s:]{1,255}",
    "page": _URL,
    "origin": _ORIGIN,
    "sent_origin": _ORIGIN,
    "method": _NAME,
    "header_name": _NAME,
    "kind": r"(?:fetch|XMLHttpRequest|script|image|CSS stylesheet|font|audio|video|link element resource|resource)",
    "status": r"(?:\d{1,3}|\(null\))",
    "status_text": r"[^()]{0,256}",
    "value": _ANY,
    "token": _ANY,
    "detail": _ANY,
    "mime_type": r"[^\s'\"]{0,256}",
    "scheme": r"[a-zA-Z][a-zA-Z0-9+.-]{0,63}",
    "directive": _QUOTED,
    "effective_directive": r"[a-z-]{1,32}",
    "hash": r"[A-Za-z0-9+/=]{1,128}",
    "port": r"\d{1,5}",
}
"""What a field may hold when a line is read. At most one field of a line, its last, may be any text."""


@dataclass(frozen=True, slots=True)
class Template:
    """A console line with `{fields}`, and what it means when it is read.

    `reason` is why the fetch was blocked, None where the line is about something else, which `topic` then names. A
    `general` line says only that something failed: the one that says why stands beside it. `header` is the response
    header that the line is about, `api` what script asked with where the line tells. `prefix` is printed and need not
    be there to be read. `alternatives` are other reasons for which the browser prints the same text.
    """

    text: str
    reason: Reason | None = None
    stage: Stage = Stage.ACTUAL
    topic: str = ""
    header: str = ""
    general: bool = False
    prefix: str = ""
    api: str = ""
    alternatives: tuple[Reason, ...] = ()

    def fill(self, facts: Mapping[str, str]) -> str:
        """The line with these facts in it; nothing of theirs can move the cursor or hide text."""
        return self.prefix + _FIELD.sub(lambda found: printable(facts.get(found[1], "")), self.text)

    @property
    def opening(self) -> str:
        """The fixed text that the line begins with, as `straightened` leaves it; what a reader looks for first."""
        return straightened(_FIELD.split(self.text, maxsplit=1)[0]).lstrip()

    def compile(self, optional: Mapping[str, str]) -> re.Pattern[str]:
        """The regular expression for this line in `straightened` text. `optional` has what else its fields may be."""
        parts: list[str] = []
        seen: set[str] = set()
        for index, part in enumerate(_FIELD.split(straightened(self.text).strip())):
            if index % 2 == 0:
                # The full stop after a URL may be lost when a line is copied.
                full_stop = bool(parts) and part.startswith(".")
                parts.append((r"\.?" if full_stop else "") + re.escape(part[1:] if full_stop else part))
            elif part in optional:
                parts.append(optional[part])
            elif part in seen:
                parts.append(f"(?P={part})")
            else:
                seen.add(part)
                parts.append(f"(?P<{part}>{_READ_AS[part]})")
        if self.text.endswith(("}", "}.")):
            parts.append(r"(?=\s|$)")
        elif self.text[-1:].isalnum():
            parts.append(r"(?!\w)")
        return re.compile("".join(parts))


def printable(text: str) -> str:
    """Text of a server or URL for a console line: without control and direction characters, bounded."""
    text = text[:_LONGEST_VALUE]
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})
_SPACES = re.compile(r"\s+")


def straightened(text: str) -> str:
    """Text with straight quotes and single spaces, in which lines are looked for."""
    return _SPACES.sub(" ", text.translate(_STRAIGHT))
