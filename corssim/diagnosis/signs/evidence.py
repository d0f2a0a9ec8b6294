"""What recognising a symptom needs of an outcome: the failed check, and the response whose headers it looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.header_list import get
from ...fetch.reasons import Reason, Stage
from ...fetch.response import is_redirect_status
from ...fetch.trace import CheckPassed, Exchanged, ExchangeKind, HTTPCacheAnswered, Redirected
from ...records import NamedTuple, record
from ..cors_headers import ALLOW_ORIGIN_REASONS
from .logins import login_of
from .programs.recognise import sign_on

if TYPE_CHECKING:
    from ...browser.outcome import Outcome
    from ...fetch.events import Trace
    from ...fetch.reasons import Blocked
    from ...fetch.request import Request
    from ...fetch.wire import WireResponse
    from .logins import Login
    from .programs.sign import Sign


class LedToLogin(NamedTuple):
    """A redirect of `url` to `location`, which is a login."""

    url: str
    location: str
    login: Login


@record(frozen=True, eq=False)
class Evidence:
    """One outcome, as the recognisers look at it. `from_cache`: the HTTP cache gave `response`, and no
    server was asked; `stored_for` is the Origin of the request that it was stored for."""

    outcome: Outcome
    request: Request
    blocked: Blocked | None
    response: WireResponse | None
    from_cache: bool
    stored_for: str | None = None

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
    def preflight(self) -> WireResponse | None:
        """The answer to the preflight that let the blocked request go on; None where there was none."""
        if self.at_preflight or not any(
            isinstance(event, CheckPassed) and event.stage is Stage.PREFLIGHT for event in self.trace
        ):
            return None
        answers = [
            event.response
            for event in self.trace
            if isinstance(event, Exchanged) and event.kind is ExchangeKind.PREFLIGHT
        ]
        return answers[-1] if answers else None

    @property
    def lacks_allow_origin(self) -> bool:
        """Report whether the CORS check failed for want of its header."""
        return self.blocked is not None and self.blocked.reason is Reason.ALLOW_ORIGIN_MISSING

    @property
    def sign(self) -> Sign | None:
        """Whose answer the decisive response is, where that shows."""
        return None if self.response is None else sign_on(self.response, at_preflight=self.at_preflight)

    @property
    def led_to_login(self) -> LedToLogin | None:
        """The first redirect on the way that leads to a login, followed or refused; none of a preflight's counts."""
        for event in self.trace:
            if isinstance(event, Redirected) and (login := login_of(event.location, event.url)) is not None:
                return LedToLogin(event.url, event.location, login)
        location = self.header("Location")
        if location is None or self.at_preflight or not is_redirect_status(self.status):
            return None
        url = self.request.current_url.href if self.blocked is None else self.blocked.url
        login = login_of(location, url)
        return None if login is None else LedToLogin(url, location, login)

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
    response, from_cache, stored_for = None, False, None
    for event in outcome.trace:
        match event:
            case Exchanged() if (event.kind is ExchangeKind.PREFLIGHT) is at_preflight:
                response, from_cache = event.response, False
            case HTTPCacheAnswered() if not at_preflight:
                response, from_cache, stored_for = event.response, event.how != "validated", event.stored_for
    return Evidence(outcome, outcome.request, outcome.blocked, response, from_cache, stored_for)
