"""UTF-8 in header values, which are text of one character a byte. https://infra.spec.whatwg.org/#isomorphic-decode"""

from __future__ import annotations


def as_utf8(text: str) -> str:
    """The bytes of the text in UTF-8."""
    return text.encode().decode("latin-1")


def text_of(value: str) -> str | None:
    """The text that the bytes are in UTF-8; None if they are none."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return None


def made_utf8(value: str) -> str:
    """The bytes, with those of U+FFFD where they are no UTF-8."""
    return value if value.isascii() else as_utf8(value.encode("latin-1", "replace").decode("utf-8", "replace"))
