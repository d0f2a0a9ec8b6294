"""What follows a prompt: the fetch made again with the permission granted and with it denied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from ..browser.outcome import Verdict
from ..fetch.trace import LocalNetworkAccessChecked
from ..masking import mask_text
from ..records import NamedTuple, replace
from .fixes.replay import recording_of, replayed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..browser.outcome import Outcome
    from ..fetch.permissions import PermissionName
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse

    Ask = Callable[[WireRequest], WireResponse | NetworkFailure]

Decision = Literal["granted", "denied"]


class Following(NamedTuple):
    """What comes of a fetch if the user decides so.

    `outcome` is what came of it when it was made again. `unknown` is the first request to which no answer is known:
    then nothing of the outcome holds but that this is sent.
    """

    decision: Decision
    permission: PermissionName
    outcome: Outcome
    unknown: WireRequest | None

    def told(self) -> str:
        """In one sentence or two; credentials are masked."""
        if self.unknown is not None:
            sent = f"{self.unknown.method} {mask_text(self.unknown.url)}"
            preflight = " (a preflight)" if self.unknown.is_preflight else ""
            origin = next((value for name, value in self.unknown.headers if name.lower() == "origin"), None)
            with_origin = "" if origin is None else f", with Origin: {origin}"
            return f"{sent}{preflight} is sent{with_origin}. What it is answered is not known: nobody was asked."
        sent = ", ".join(f"{each.request.method} {mask_text(each.request.url)}" for each in self.outcome.exchanges)
        reason = "" if self.outcome.reason is None else f" ({self.outcome.reason})"
        return f"{self.outcome.verdict}{reason}; {f'sent: {sent}' if sent else 'nothing is sent'}."


def what_follows(outcome: Outcome, ask: Ask | None = None, *, ask_all: bool = False) -> tuple[Following, ...]:
    """What comes of a pending fetch if the user grants the permission, and if not; () for any other fetch.

    Answers that came before the prompt are used again. Nobody is asked for more but by `ask`: what GET, HEAD and
    OPTIONS come to, or with `ask_all` all requests (of servers in memory, where nothing happens by it).
    """
    recording = recording_of(outcome, ask) if outcome.verdict is Verdict.PENDING else None
    if recording is None or outcome.blocked is None:
        return ()
    permission = cast("PermissionName", outcome.blocked.detail)
    before = {
        f"{event.target_space}-network": "granted"
        for event in outcome.trace
        if isinstance(event, LocalNetworkAccessChecked) and event.state == "granted"
    }
    following = []
    decisions: tuple[Decision, ...] = ("granted", "denied")
    for decision in decisions:
        decided = replace(recording, permissions=before | {permission: decision}, asks_all=ask_all)
        again = replayed(decided)
        if again is not None:
            unknown = next(iter(again.unseen), None)
            following.append(Following(decision, permission, again.outcome, unknown))
    return tuple(following)
