"""HTML that is escaped by construction: a plain string becomes text, and only `Markup` is markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..masking import mask_body, mask_header, mask_text
from ..patterns import lazy_pattern
from .safe_text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOID = frozenset({"meta", "hr", "br", "wbr"})
_CODE = lazy_pattern(r"`([^`]+)`")


class Markup(str):
    """A piece of HTML that is well-formed and whose text is escaped."""

    __slots__ = ()


NOTHING = Markup()


def text(content: str) -> Markup:
    """Text as HTML: what is not printable written out (`\\x1b`), then what means something in HTML escaped."""
    return content if isinstance(content, Markup) else Markup(escape(safe(content, None)))


def element(tag: str, *children: str, **attributes: str) -> Markup:
    """One element. A trailing underscore of an attribute's name is dropped, others become hyphens; "" leaves it out."""
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{text(value)}"' for name, value in attributes.items() if value
    )
    return Markup(f"<{tag}{named}>" if tag in _VOID else f"<{tag}{named}>{joined(children)}</{tag}>")


def joined(pieces: Iterable[str], between: str = "") -> Markup:
    """Several pieces in a row."""
    return Markup(text(between).join(text(piece) for piece in pieces))


def prose(content: str) -> Markup:
    """A sentence in which `code` stands between backticks."""
    pieces = _CODE.split(content)
    return joined(element("code", piece) if number % 2 else piece for number, piece in enumerate(pieces))


def lines(content: str) -> Markup:
    """Text that keeps its line ends, for `pre`; tabs become blanks."""
    kept = (line.removesuffix("\r").expandtabs(4) for line in content.split("\n"))
    return Markup("\n".join(text(line) for line in kept))


class Shown:
    """How values reach the page: credentials masked unless they are asked for, long ones cut."""

    def __init__(self, credentials: bool) -> None:
        self.credentials = credentials

    def masked(self, value: str) -> str:
        """A text, with the credentials of the URLs in it masked."""
        return value if self.credentials else mask_text(value)

    def text(self, value: str, limit: int | None = None) -> str:
        """The same, cut to `limit` characters."""
        return safe(self.masked(value), limit)

    def body(self, value: str) -> str:
        """A body, or its beginning."""
        return value if self.credentials else mask_body(value)

    def header(self, name: str, value: str, limit: int | None = None) -> str:
        """A header's value."""
        return safe(value if self.credentials else mask_header(name, value), limit)
