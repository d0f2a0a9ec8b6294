"""Text of servers and pages, made fit for one line of prose."""

from __future__ import annotations

from ..masking import mask_body

_MOST = 120  # characters of a value in a sentence


def shown(text: str, most: int = _MOST) -> str:
    """The text on one line: control and other unprintable characters escaped, cut where it is longer than `most`."""
    cut = text[:most]
    printable = "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in cut)
    return f"{printable}…" if len(text) > most else printable


def first_lines(body: bytes, lines: int = 3) -> str:
    """The first lines of a body that hold something, each made printable, joined by " / "; "" for an empty one.

    Its secrets are masked before it is cut: behind its first lines nobody sees what they are.
    """
    text = mask_body(body[:2000].decode("utf-8", "replace"))
    found = [stripped for line in text.splitlines() if (stripped := line.strip())]
    return " / ".join(shown(line, 100) for line in found[:lines])
