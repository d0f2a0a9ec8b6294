"""Text that came from elsewhere, made fit for a terminal: nothing in it can move a cursor, ring a bell or hide."""

from __future__ import annotations

_SHORTENED_TO = 300


def safe(text: str, limit: int | None = _SHORTENED_TO) -> str:
    """Escape what is not printable, as Python writes it (`\\x1b`, and `\\xa0`: only a space looks like one); cut what
    is longer than `limit` characters."""
    more = 0 if limit is None else len(text) - limit
    if more > 0:
        text = text[:limit]
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_safe_character, text))
    return f"{text}… ({more} more characters)" if more > 0 else text


def _safe_character(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def width(text: str) -> int:
    """How many columns a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    import unicodedata

    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
