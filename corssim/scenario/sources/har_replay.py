"""A recording under a browser's rules: its requests are made again, in order, and get what was recorded."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ...browser.browser import Browser
from ...errors import CorssimError
from ...fetch.reasons import Reason
from ...fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse
from ...url import parse_url
from ..model import PageTable
from ..run import START, act
from .as_sent import is_extension
from .upgraded_pages import UpgradedPages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...browser.outcome import Outcome
    from ...browser.page import Page
    from ...fetch.profile import BrowserProfile
    from ...fetch.settings import BrowserSettings
    from ..what_if import Changes
    from .har_exchanges import Recorded
    from .har_fields import Entry

_IMAGE = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
_FONT = b"wOFF"
"""Stand in for images and a font that the recording left out: what they show decides nothing, that they are does."""
_NOT_RECORDED = NetworkFailure(FailureKind.OTHER, "the recording has no answer to this request")
_OF_BODIES = (Reason.NOT_A_FONT, Reason.NOT_AN_IMAGE, Reason.OPAQUE_RESPONSE_BLOCKING)
"""Verdicts for which a browser looks into what came."""
_HOP_BY_HOP = frozenset({"content-length", "content-encoding", "transfer-encoding"})


class RecordedServer:
    """Answers the requests of one recorded exchange with what was recorded for it."""

    def __init__(self, changes: Changes | None = None) -> None:
        self._answer = self._recorded if changes is None else changes.answers(self._recorded)
        self._adds_headers = changes is not None and bool(changes.add_headers)
        self._current: Recorded | None = None
        self._hops: list[Entry] = []
        self.lacked_answer = False
        self.was_cached = False

    def expect(self, recorded: Recorded) -> None:
        """The next exchange begins."""
        self._current = recorded
        self._hops = [recorded.entry, *recorded.hops]
        self.lacked_answer = False
        self.was_cached = False

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        """What the recording has, or would have."""
        return self._answer(request)

    def _recorded(self, request: WireRequest) -> WireResponse | NetworkFailure:
        """A preflight that was not recorded passed, or the request would not be there."""
        recorded = self._current
        assert recorded is not None
        if request.is_preflight:
            if recorded.preflight is None:
                # With a header more, or from elsewhere, it is a preflight that nobody has made.
                self.lacked_answer = self._adds_headers or not recorded.needs_preflight
                return _willing(request)
            if recorded.preflight.status < 200:
                self.lacked_answer = True
                return _NOT_RECORDED
            return _response(recorded.preflight, recorded)
        # What the browser has in its cache it does not ask for again: the recording goes on where this URL stands.
        at = _where(self._hops, request.url)
        entry = None if at is None else self._hops[at]
        self._hops = [] if at is None else self._hops[at + 1 :]
        if entry is None or recorded.stands_for_preflight or not entry.is_answered:
            self.lacked_answer = True
            return _NOT_RECORDED
        if entry.is_of_cache and not any(name.lower().startswith("if-") for name, _ in request.headers):
            self.was_cached = True
            return _response(entry, recorded)._replace(status=200)
        if entry.status == 206 and _element(recorded) in ("audio", "video"):
            # A part from the start on is what elements ask for at first, and the browser goes on by itself.
            self.lacked_answer = not (entry.answer_header("content-range") or "").startswith("bytes 0-")
            return _response(entry, recorded)._replace(status=200)
        return _response(entry, recorded)


def _where(hops: list[Entry], url: str) -> int | None:
    """Which of the entries has a URL, in http or in https: browsers upgrade."""
    if hops and hops[0].url == url:
        return 0
    asked = _without_scheme(url)
    return next((at for at, hop in enumerate(hops) if _without_scheme(hop.url) == asked), None)


def _without_scheme(url: str) -> str:
    parsed = parse_url(url)
    return (url if parsed is None else parsed.href).partition("#")[0].partition(":")[2]


def _willing(request: WireRequest) -> WireResponse:
    asked = {name.lower(): value for name, value in request.headers}
    return WireResponse(
        204,
        "",
        (
            ("Access-Control-Allow-Origin", asked.get("origin", "*")),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Allow-Methods", asked.get("access-control-request-method", "")),
            ("Access-Control-Allow-Headers", asked.get("access-control-request-headers", "")),
        ),
    )


def _element(recorded: Recorded) -> str:
    return str(getattr(recorded.reading.step, "load", ""))


def _stand_in(entry: Entry, element: str) -> bytes:
    """What is taken to have come where the recording has no body."""
    content_type = entry.answer_header("content-type") or entry.answer_type
    if content_type.startswith("image"):
        return _SVG if "svg" in content_type else _IMAGE
    return _FONT if "font" in (entry.resource_type, element) or "font" in content_type else b""


def _lacks_body(entry: Entry) -> bool:
    """Report whether a body came that is not in the recording."""
    return (
        not entry.answer_body
        and 200 <= entry.status <= 299
        and entry.status != 204
        and (entry.answer_header("content-length") != "0")
    )


def _response(entry: Entry, recorded: Recorded) -> WireResponse:
    headers = tuple(
        (name, value)
        for name, value in entry.answer_headers
        if name and name[0] != ":" and name.lower() not in _HOP_BY_HOP
    )
    if entry.is_of_cache:
        if entry.answer_type and entry.answer_header("content-type") is None:
            headers += (("Content-Type", entry.answer_type),)
        return WireResponse(entry.status, "", headers, _stand_in(entry, _element(recorded)))
    body = entry.answer_body or _stand_in(entry, _element(recorded))
    return WireResponse(200 if entry.lacks_status else entry.status, "", headers, body)


def seconds_of(started: str) -> float | None:
    """A point in time as an archive writes it, in seconds."""
    try:
        seconds = datetime.fromisoformat(started).timestamp() if started else 0.0
    except (ValueError, OverflowError, OSError):
        return None
    return seconds if 0 < seconds < 1e11 else None


class Replay:
    """One browser that goes through a recording; its caches and cookies are as they become on the way."""

    def __init__(
        self,
        profile: str | BrowserProfile,
        changes: Changes | None = None,
        settings: BrowserSettings | None = None,
        permissions: Mapping[str, str] | None = None,
    ) -> None:
        self._changes = changes
        self.server = RecordedServer(changes)
        self._now = START
        self._first: float | None = None
        self.browser = Browser(
            self.server, profile=profile, clock=lambda: self._now, settings=settings, permissions=permissions
        )
        self._pages: dict[tuple[str, bool], Page[Outcome]] = {}
        self._upgraded = UpgradedPages(profile, settings)

    def make(self, recorded: Recorded) -> Outcome | None:
        """The outcome of an exchange, None where the recording does not hold what would decide it."""
        table = recorded.reading.page
        step = recorded.reading.step
        self._upgraded.note(recorded.entry.url, recorded.entry.answer_headers)
        if self._changes is not None and step is not None:
            step = self._changes.step(step)
            if self._changes.page is not None:
                table = PageTable(url=self._changes.page)
        if recorded.entry.redirected_inside or recorded.entry.is_of_the_browser:
            return None
        if table is None or step is None or step.action in ("submit_form", "navigate"):
            return None
        self._set_clock(recorded.entry.started)
        self.server.expect(recorded)
        key = (self._upgraded.where(table.url), table.sandboxed)
        try:
            page = self._pages.get(key)
            if page is None:
                page = self._pages[key] = self.browser.page(key[0], sandboxed=table.sandboxed)
            outcome = act(step, page)  # type: ignore[arg-type]
        except CorssimError:
            return None
        if self.server.lacked_answer and outcome.blocked is None:
            return None
        last = recorded.hops[-1] if recorded.hops else recorded.entry
        if outcome.reason in _OF_BODIES and _lacks_body(last) and last.answer_header("x-content-type-options") is None:
            return None
        if outcome.blocked is not None and is_extension(table.url):
            return None  # what its permissions let it read is not in a recording
        # What the stored answer's headers allowed is not in the recording.
        return None if self.server.was_cached and outcome.blocked is not None else outcome

    def _set_clock(self, started: str) -> None:
        seconds = seconds_of(started)
        if seconds is not None:
            self._first = seconds if self._first is None else self._first
            self._now = max(self._now, START + min(seconds - self._first, 1e9))

    def close(self) -> None:
        self.browser.close()
