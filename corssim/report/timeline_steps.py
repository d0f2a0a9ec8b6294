"""A step of a fetch's story, and how what it shows is masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..masking import mask_header, mask_text
from ..records import NamedTuple

if TYPE_CHECKING:
    from ..fetch.wire import Headers


class Kind:
    """What a step of the story is about."""

    DECISION = "decision"
    PREFLIGHT = "preflight"
    REQUEST = "request"
    REDIRECT = "redirect"
    CHECK = "check"
    COOKIES = "cookies"
    CACHE = "cache"
    SCRIPT = "script"


class Mark:
    """How a step went."""

    PLAIN = ""
    GOOD = "passed"
    BAD = "failed"
    NOTE = "note"


class Detail(NamedTuple):
    """A label and a value under a step: a header as sent (`>`) or received (`<`), or one side of a comparison."""

    label: str
    value: str
    direction: str = ""
    decisive: bool = False


class TimelineStep(NamedTuple):
    """One step. `details` matter to the end, `headers` are all of an exchange, `title` is a failed check's name.

    `kind` is one of `Kind`, `mark` one of `Mark`.
    """

    kind: str
    summary: str
    mark: str = Mark.PLAIN
    details: tuple[Detail, ...] = ()
    headers: tuple[Detail, ...] = ()
    minor: bool = False
    title: str = ""


class Shown:
    """How values are shown: masked, or as they are."""

    def __init__(self, credentials: bool) -> None:
        self._credentials = credentials

    def text(self, text: str) -> str:
        return text if self._credentials else mask_text(text)

    def header(self, name: str, value: str) -> str:
        return value if self._credentials else mask_header(name, value)

    def headers(self, direction: str, headers: Headers) -> tuple[Detail, ...]:
        """All of a message's."""
        return tuple(Detail(name, self.header(name, value), direction) for name, value in headers)
