"""What recognising a symptom needs of an outcome: the failed check, and the response whose headers it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...fetch.header_list import get
from ...fetch.reasons import Reason, Stage
from ...fetch.trace import Exchanged, ExchangeKind, HTTPCacheAnswered
from ...url import parse_url
from ..fixes.changes_of_the_server import ALLOW_ORIGIN_REASONS

if TYPE_CHECKING:
    from ...browser.outcome import Outcome
    from ...fetch.reasons import Blocked
    from ...fetch.request import Request
    from ...fetch.trace import Trace
    from ...fetch.wire import WireResponse

_LOGIN_WORDS = ("login", "log-in", "logon", "signin", "sign-in", "sign_in", "sso", "oauth", "saml", "authorize")


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """One outcome, as the recognisers look at it. `from_cache`: the HTTP cache gave `response`."""

    outcome: Outcome
    request: Request
    blocked: Blocked | None
    response: WireResponse | None
    from_cache: bool

    @property
    def trace(self) -> Trace:
        return self.outcome.trace

    @property
    def failed_cors_check(self) -> Blocked | None:
        """The CORS check that failed, of whichever response."""
        blocked = self.blocked
        if blocked is None:
            return None
        of_the_check = blocked.reason in ALLOW_ORIGIN_REASONS or blocked.reason is Reason.ALLOW_CREDENTIALS_NOT_TRUE
        return blocked if of_the_check else None

    @property
    def at_preflight(self) -> bool:
        return self.blocked is not None and self.blocked.stage is Stage.PREFLIGHT

    @property
    def status(self) -> int:
        return 0 if self.response is None else self.response.status

    def header(self, name: str) -> str | None:
        """A header of the decisive response."""
        return None if self.response is None else get(self.response.headers, name)

    def lines(self, name: str) -> list[str]:
        """The values of each line of a header of the decisive response."""
        headers = () if self.response is None else self.response.headers
        return [value for key, value in headers if key.lower() == name.lower()]


def evidence_of(outcome: Outcome) -> Evidence | None:
    """The evidence, or None for an outcome that has no request."""
    if outcome.request is None:
        return None
    at_preflight = outcome.blocked is not None and outcome.blocked.stage is Stage.PREFLIGHT
    response, from_cache = None, False
    for event in outcome.trace:
        match event:
            case Exchanged() if (event.kind is ExchangeKind.PREFLIGHT) is at_preflight:
                response, from_cache = event.response, False
            case HTTPCacheAnswered() if not at_preflight:
                response, from_cache = event.response, True
    return Evidence(outcome, outcome.request, outcome.blocked, response, from_cache)


def leads_to_login(location: str, from_url: str) -> bool:
    """Report whether a Location looks like that of a login page."""
    base = parse_url(from_url)
    target = parse_url(location, base)
    if target is None:
        return False
    words = f"{target.host or ''}{target.path}".lower()
    return any(word in words for word in _LOGIN_WORDS)
