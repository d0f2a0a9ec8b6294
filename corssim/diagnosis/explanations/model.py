"""What an explanation and a topic hold. They are data: nothing here looks at a fetch."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ...records import NamedTuple, record

if TYPE_CHECKING:
    from corssim.fetch.reasons import Reason, Stage

FETCH = "https://fetch.spec.whatwg.org/#"
HTML = "https://html.spec.whatwg.org/multipage/"


class Mender(StrEnum):
    """Who can mend it. `page` is whoever writes the page or serves it; `both` means that either can."""

    SERVER = "server"
    PAGE = "page"
    BOTH = "both"
    NOBODY = "nobody"


class Myth(NamedTuple):
    """What people say about a failure, and what is true of it."""

    claim: str
    answer: str


@record(frozen=True, kw_only=True)
class Explanation:
    """What one reason means.

    `plain` is for a reader who has never heard of it. `executed` says, for each stage where the reason can occur,
    whether a server carried the request out. `fix` is paragraphs with an empty line between them; lines that begin
    with four spaces are header lines or code, shown as they are; `https://app.example` stands for the page's origin.
    `related` names other reasons (by code) and topics (by name).
    """

    reason: Reason
    title: str
    anchor: str
    mender: Mender
    plain: str
    executed: tuple[tuple[Stage, str], ...]
    fix: str
    myths: tuple[Myth, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The reason's code: what a topic's name is to a topic."""
        return self.reason.value

    def executed_at(self, stage: Stage) -> str:
        """What a server has done when the reason occurs at `stage`; the last sentence where none is kept for it."""
        return dict(self.executed).get(stage, self.executed[-1][1])


@record(frozen=True, kw_only=True)
class Topic:
    """A concept. `text` is paragraphs as in `Explanation.fix`; `related` names reasons and other topics."""

    name: str
    title: str
    text: str
    related: tuple[str, ...] = ()
    anchor: str = ""
