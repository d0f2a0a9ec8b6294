"""A fix that was proven, or the statement that there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...records import field, record
from .changes import SetHeader, request_changes, server_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...browser.outcome import Outcome
    from ...server.app_middleware import AppPolicy
    from ..snippets import ServerChange
    from .changes import Changes

Side = Literal["server", "page", "both"]


@record(frozen=True)
class Fix:
    """Changes with which the fetch, made again, is allowed. `outcome` is that of the replay: the proof. `before` is the
    outcome that they mend.

    `side` says who has to act: the servers that answer, the page, or both. `danger` says what the fix gives away,
    `assumptions` what the replay had to suppose because it was never seen, `advice` what belongs with the fix though
    it does not decide. `verified_up_to` names the first request of the replay whose answer nobody has seen ("": all
    were seen), `asked` those that were sent for the proof alone.
    """

    changes: Changes
    outcome: Outcome = field(repr=False, compare=False)
    before: Outcome | None = field(default=None, repr=False, compare=False)
    danger: str | None = None
    assumptions: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    verified_up_to: str = ""
    asked: tuple[str, ...] = ()
    verified: bool = True

    @property
    def side(self) -> Side:
        if not request_changes(self.changes):
            return "server"
        return "both" if server_changes(self.changes) else "page"

    def proof(self) -> str:
        """What the replay has shown, in one sentence."""
        if not self.verified_up_to:
            return "Verified: replayed with this change, the fetch is allowed."
        return (
            f"Verified up to {self.verified_up_to}: replayed with this change and such an answer, the fetch is allowed."
        )

    def summary(self) -> str:
        """The whole fix in one line."""
        text = "; ".join(str(change) for change in self.changes)
        return f"{text[:1].upper()}{text[1:]}"

    def header_lines(self) -> list[str]:
        """The header lines that the fix sets, each once."""
        return list(dict.fromkeys(change.line for change in self.changes if isinstance(change, SetHeader)))

    def as_server_changes(self, app: AppPolicy | None = None) -> tuple[ServerChange, ...]:
        """The fix for configurations, one for each server; none where it is no matter of CORS settings.

        `app` is what the middleware of the server's app allows already, where that is known.
        """
        from .server_settings import server_changes_of

        return server_changes_of(self.changes, self.outcome, self.before, app)


@record(frozen=True)
class NoFix:
    """There is none, and why. It is false, and an empty sequence of fixes."""

    text: str

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Fix]:
        return iter(())

    def __str__(self) -> str:
        return self.text
