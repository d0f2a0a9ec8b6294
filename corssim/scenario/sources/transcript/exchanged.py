"""One exchange as far as it is in a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..as_sent import Sent

REDIRECTS = frozenset({301, 302, 303, 307, 308})
Pairs = list[tuple[str, str]]


@dataclass
class Exchanged:
    """One exchange as far as it is in the text. `status` is None where no status is in there."""

    method: str = ""
    url: str = ""
    target: str = ""
    version: str = ""
    request_headers: Pairs = field(default_factory=list)
    status: int | None = None
    response_headers: Pairs = field(default_factory=list)
    command: Sent | None = None
    tool: str = ""
    passed_over: list[str] = field(default_factory=list)
    secure: bool | None = None
    page: str = ""  # by the line of a console beside it
    has_request: bool = False
    is_hop: bool = False
    is_raw: bool = False  # its status line is there
    is_marked: bool = False  # by curl, as what came
    is_of_tools: bool = False  # a browser's developer tools'
    is_cut: bool = False  # headers of the answer were left out
    is_again: bool = False  # an answer more to a command that has one
    failed: str = ""  # what stands in place of a status
    is_panel: bool = False  # Firefox's, where scheme, host and path stand apart

    @property
    def has_answer(self) -> bool:
        return self.status is not None or bool(self.response_headers)

    @property
    def is_begun(self) -> bool:
        return self.has_answer or bool(self.failed) or self.has_request or self.command is not None

    def header(self, name: str) -> str | None:
        """A header of the answer."""
        return next((value for key, value in self.response_headers if key.lower() == name), None)

    def sent_line(self) -> tuple[str, str]:
        """The method and the target of the request line; "" where it is not in there."""
        return (self.method, self.target) if self.target else ("", "")
