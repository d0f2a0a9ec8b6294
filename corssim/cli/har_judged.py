"""What a recording comes to: each exchange with its outcome in every browser, and what all of them come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .what_comes import came
from .what_if import verdict_of

if TYPE_CHECKING:
    from ..browser.outcome import Outcome
    from ..scenario.sources.har_exchanges import Recorded
    from .har_console import Compared
    from .what_comes import Came, Change

MAX_AGE = 7200  # seconds: what every browser keeps a preflight's answer for, where the server lets it
MOST_SKIPPED = 20  # entries that could not be read, and are named


@dataclass
class Judged:
    """One recorded exchange and its outcome in each browser; None where the recording leaves it open."""

    recorded: Recorded
    outcomes: dict[str, Outcome | None]
    console: Compared
    then: dict[str, Outcome | None] | None = None

    @property
    def verdicts(self) -> dict[str, dict[str, str | None]]:
        return {name: verdict_of(outcome) for name, outcome in self.outcomes.items()}

    def changes(self, *, show_credentials: bool = False) -> list[Change]:
        """What it comes to in each browser, and with the changes of the flags; [] without them."""
        return [
            (name, came(self.outcomes[name], show_credentials=show_credentials), self._then(then, show_credentials))
            for name, then in (self.then or {}).items()
        ]

    def _then(self, outcome: Outcome | None, show_credentials: bool) -> Came:
        found = came(outcome, show_credentials=show_credentials)
        return found._replace(why="What would decide it then is not in the recording.") if outcome is None else found

    @property
    def blocking(self) -> Outcome | None:
        """The first browser's outcome that is a block."""
        blocked = (outcome for outcome in self.outcomes.values() if outcome is not None)
        return next((outcome for outcome in blocked if outcome.verdict.value == "blocked"), None)

    @property
    def server(self) -> str:
        return "/".join(self.recorded.entry.url.split("/", 3)[:3])


@dataclass
class Summary:
    """What the recordings come to, counted as they are read."""

    exchanges: int = 0
    cross_origin: int = 0
    without_page: int = 0
    preflights: int = 0
    saved: int = 0
    readable: int = 0
    opaque: int = 0
    blocked: int = 0
    not_known: int = 0
    blocked_unanswered: int = 0
    skipped: list[str] = field(default_factory=list)
    by_reason: Counter[tuple[str, str]] = field(default_factory=Counter)
    _asked: dict[tuple[str, ...], float] = field(default_factory=dict)

    def add(self, judged: Judged) -> None:
        """Count one more."""
        recorded = judged.recorded
        self.exchanges += 1
        self.cross_origin += recorded.is_cross_origin and recorded.page is not None
        self.without_page += recorded.is_cross_origin and recorded.page is None
        outcome = judged.blocking or next((each for each in judged.outcomes.values() if each is not None), None)
        verdict = None if outcome is None else outcome.verdict.value
        self.readable += verdict == "readable"
        self.opaque += verdict == "opaque"
        self.blocked += verdict == "blocked"
        self.not_known += verdict is None
        self.blocked_unanswered += verdict is None and recorded.is_cross_origin and recorded.blocked is True
        if outcome is not None and verdict == "blocked":
            self.by_reason[judged.server, str(outcome.reason)] += 1
        if recorded.preflight is not None:
            self.preflights += 1
            self.saved += self._was_asked_before(recorded)

    def _was_asked_before(self, recorded: Recorded) -> bool:
        """Report whether an answer kept for two hours would have made this preflight needless."""
        from ..scenario.sources.har_replay import seconds_of

        preflight = recorded.preflight
        assert preflight is not None
        names = preflight.header("access-control-request-headers") or ""
        key = (recorded.page or "", preflight.url, recorded.reading.method, names, recorded.reading.credentials)
        now = seconds_of(preflight.started) or 0.0
        before = self._asked.get(key)
        if before is not None and now - before < MAX_AGE:
            return True
        self._asked[key] = now
        return False

    def as_json(self) -> dict[str, Any]:
        """The counts, and the blocked ones by server and reason."""
        return {
            "exchanges": self.exchanges,
            "cross_origin": self.cross_origin,
            "page_not_told": self.without_page,
            "preflights": self.preflights,
            "max_age": {"seconds": MAX_AGE, "would_save": self.saved},
            "readable": self.readable,
            "opaque": self.opaque,
            "blocked": self.blocked,
            "not_known": self.not_known,
            "blocked_unanswered": self.blocked_unanswered,
            "skipped": self.skipped[:MOST_SKIPPED],
            "by_server": [
                {"server": server, "reason": reason, "count": count}
                for (server, reason), count in self.by_reason.most_common()
            ],
        }
