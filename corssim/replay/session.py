"""One browser that goes through one session: every request in order, as it was and as the change has it.

What need not be made, or need not be made twice, is in `sharing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from ..browser.browser import Browser
from ..browser.outcome import Verdict
from ..errors import CorssimError
from ..fetch.cookie_events import CookiesConsidered
from ..fetch.pairs import header_pairs
from ..fetch.trace import Exchanged, ExchangeKind, PreflightConsidered
from ..origin import url_origin
from ..scenario.model import FetchStep, PageTable, XHRStep
from ..scenario.run import START, act
from ..scenario.sources.as_sent import calls_for_preflight
from ..scenario.sources.upgraded_pages import UpgradedPages
from ..url import parse_url
from .fixes import fix_of
from .recorded_server import Passed, RecordedServer, places_of
from .session_cookies import CookiesOfRequests
from .sharing import made_twice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..browser.outcome import Outcome
    from ..browser.page import Page
    from ..fetch.profile import BrowserProfile
    from ..fetch.settings import BrowserSettings
    from ..scenario.model import AnyStep
    from .change import Change
    from .recorded import Recorded
    from .sharing import Kind

_MOST_KINDS = 10_000
_ENDED_WELL = (Verdict.READABLE, Verdict.OPAQUE)


class Result(NamedTuple):
    """What came of one request in one browser. None is what is not known."""

    verdict_before: str | None
    verdict_after: str | None
    reason_before: str | None
    reason_after: str | None
    preflighted: bool | None
    preflight_cached: bool | None
    reached_server: bool | None
    cookies_sent: bool | None
    sure: tuple[str, ...]
    fix: str | None
    breaks: bool | None
    loses_cookies: bool | None


class _Seen(NamedTuple):
    """What is told of an outcome."""

    verdict: Verdict | None
    reason: str | None
    preflighted: bool | None = None
    preflight_cached: bool | None = None
    reached_server: bool | None = None
    cookies_sent: bool | None = None


_NOT_KNOWN = _Seen(None, None)


def results_of(
    requests: list[Recorded],
    change: Change,
    profile: str | BrowserProfile,
    kinds: list[Kind | None],
    known: dict[Kind, Result],
) -> list[Result]:
    """What comes of a session's requests in a browser that is new.

    `kinds` are those of requests that share nothing; `known` is what came of such kinds in this browser, and grows.
    """
    together = [recorded for recorded, kind in zip(requests, kinds, strict=True) if kind is None]
    results = iter(_results_together(together, change, profile)) if together else iter(())
    found = []
    for recorded, kind in zip(requests, kinds, strict=True):
        result = next(results) if kind is None else known.get(kind)
        if result is None:
            assert kind is not None
            if len(known) >= _MOST_KINDS:
                known.clear()
            (result,) = _results_together([recorded], change, profile)
            known[kind] = result
        found.append(result)
    return found


def _results_together(requests: list[Recorded], change: Change, profile: str | BrowserProfile) -> list[Result]:
    before = _Side(profile, None, {})
    # What was recorded went through, wherever its servers were: their addresses count where a change asks for them.
    after = _Side(change.table.browser or profile, change, _addresses(requests) if change.is_of_networks else {})
    results = []
    for recorded, is_other in zip(requests, made_twice(requests, change), strict=True):
        seen, _ = before.make(recorded)
        if is_other:
            seen_after, guessed = after.make(recorded)
            breaks = _breaks(seen, seen_after)
            fix = fix_of(after.asked(recorded), after.browser.profile) if breaks else None
        else:
            seen_after, guessed, fix = seen, (), None
            breaks = None if seen.verdict is None else False
        results.append(_result(recorded, seen, seen_after, guessed, breaks, fix))
    before.browser.close()
    after.browser.close()
    return results


def _result(
    recorded: Recorded, before: _Seen, after: _Seen, guessed: tuple[str, ...], breaks: bool | None, fix: str | None
) -> Result:
    loses = None
    if before.cookies_sent is not None and after.cookies_sent is not None:
        loses = before.cookies_sent and not after.cookies_sent
    return Result(
        None if before.verdict is None else before.verdict.value,
        None if after.verdict is None else after.verdict.value,
        before.reason,
        after.reason,
        *after[2:],
        tuple(sorted({*recorded.call.guessed, *guessed})),
        fix,
        breaks,
        loses,
    )


def _breaks(before: _Seen, after: _Seen) -> bool | None:
    """Report whether the change takes away what worked; None where one of the two is not known."""
    if before.verdict is None or (before.verdict in _ENDED_WELL and after.verdict is None):
        return None
    return before.verdict in _ENDED_WELL and after.verdict not in _ENDED_WELL


def _addresses(requests: list[Recorded]) -> dict[str, str]:
    """Where hosts are, as far as the recording tells."""
    addresses: dict[str, str] = {}
    for recorded in requests:
        for row in recorded.rows:
            if row.server_ip and (url := parse_url(row.url)) is not None and url.host:
                addresses.setdefault(url.host, row.server_ip)
    return addresses


class _Side:
    """A browser before the change (`change` is None) or after it; caches and cookies are as they become."""

    def __init__(self, profile: str | BrowserProfile, change: Change | None, addresses: Mapping[str, str]) -> None:
        self._change = change
        self._server = RecordedServer()
        self._now = START
        self._first: float | None = None
        settings: BrowserSettings | None = None if change is None else change.settings
        self.browser = Browser(
            self._server,
            profile=profile,
            clock=lambda: self._now,
            settings=settings,
            permissions=None if change is None else change.table.permissions,
            addresses=addresses or None,
        )
        self._upgraded = UpgradedPages(profile, settings)
        self._pages: dict[tuple[str, bool], Page[Outcome]] = {}
        self._cookies = CookiesOfRequests(self.browser, self._server)

    def asked(self, recorded: Recorded) -> tuple[PageTable, AnyStep, tuple[Any, ...], Passed | None]:
        """The request that is made: its page, its step, what answers, and what an unrecorded preflight let through."""
        table, step = recorded.call.page, recorded.step
        assert table is not None
        assert step is not None
        if self._change is None:
            return table, step, places_of(recorded.rows, None), None
        passed = _passed(recorded, table)
        moved = self._upgraded.where(self._change.page(table.url))
        if moved != table.url:
            table = PageTable(url=moved, sandboxed=table.sandboxed)
        if added := self._change.added_to(recorded.row.url):
            step = _with_headers(step, added)
        return table, step, places_of(recorded.rows, self._change), passed

    def make(self, recorded: Recorded) -> tuple[_Seen, tuple[str, ...]]:
        """What comes of a request, and what of its answers was guessed for that."""
        self._upgraded.note(recorded.row.url, recorded.row.response_headers)
        if recorded.call.page is None or recorded.call.step is None:
            return _NOT_KNOWN, ()
        self._set_clock(recorded.row.started)
        table, step, places, passed = self.asked(recorded)
        try:
            self._cookies.have(recorded)
            page = self._page(table)
            self._server.expect(places, passed, only_preflight=recorded.call.stands_for_preflight)
            outcome: Outcome = act(step, page)  # type: ignore[arg-type]
        except CorssimError:
            return _NOT_KNOWN, ()
        seen = _seen(outcome)
        if self._server.lacked_answer and outcome.blocked is None:
            seen = seen._replace(verdict=None, reason=None)
        return seen, () if self._change is None else self._guessed(recorded, table, step)

    def _guessed(self, recorded: Recorded, table: PageTable, step: AnyStep) -> tuple[str, ...]:
        """Recorded answers that may be other ones when someone else asks, or asks for more."""
        assert recorded.call.page is not None
        assert self._change is not None
        row, guessed = recorded.row, []
        has_moved, asks_more = table.url != recorded.call.page.url, step is not recorded.step
        if self._change.policy_for(row.url) is not None:
            return ()
        if has_moved and row.response_header("access-control-allow-origin"):
            guessed.append("response_headers")
        if (has_moved or asks_more) and row.preflight is not None:
            guessed.append("preflight")
        return tuple(guessed)

    def _page(self, table: PageTable) -> Page[Outcome]:
        key = (table.url, table.sandboxed)
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self.browser.page(table.url, sandboxed=table.sandboxed)
        return page

    def _set_clock(self, started: float | None) -> None:
        if started is not None:
            self._first = started if self._first is None else self._first
            self._now = max(self._now, START + min(started - self._first, 1e9))


def _with_headers(step: AnyStep, added: tuple[tuple[str, str], ...]) -> AnyStep:
    """The request with what the page's script adds to it; what elements load has no headers of script."""
    if not isinstance(step, FetchStep | XHRStep):
        return step
    before = [] if step.headers is msgspec.UNSET else header_pairs(step.headers)
    names = {name.lower() for name, _ in added}
    changed: AnyStep = msgspec.structs.replace(
        step, headers=[*(pair for pair in before if pair[0].lower() not in names), *added]
    )
    return changed


def _passed(recorded: Recorded, table: PageTable) -> Passed:
    """What the preflight let through that was made for a recorded request."""
    pairs, method = list(recorded.call.headers), recorded.call.method
    page = parse_url(table.url)
    origin = "null" if table.sandboxed or page is None else url_origin(page).serialized
    if not calls_for_preflight(method, pairs) or not _is_cross_origin(recorded, origin):
        return Passed("", "", frozenset())
    return Passed(origin, method, frozenset(name.lower() for name, _ in pairs))


def _is_cross_origin(recorded: Recorded, origin: str) -> bool:
    url = parse_url(recorded.row.url)
    return url is None or url_origin(url).serialized != origin or bool(recorded.hops)


def _seen(outcome: Outcome) -> _Seen:
    preflighted = cached = sent = False
    for event in outcome.trace:
        if isinstance(event, Exchanged):
            preflighted = preflighted or event.kind is ExchangeKind.PREFLIGHT
        elif isinstance(event, PreflightConsidered):
            cached = cached or bool(event.cached and not event.needed)
        elif isinstance(event, CookiesConsidered):
            sent = sent or bool(event.included and event.sent)
    reason = outcome.reason
    return _Seen(
        outcome.verdict, None if reason is None else reason.value, preflighted, cached, outcome.reached_server, sent
    )
