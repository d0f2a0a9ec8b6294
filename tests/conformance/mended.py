"""The recorded cases as they would go with a fix applied: to the case's own rules and to the step that was blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corssim import Browser
from corssim.diagnosis import RequestChange, RequestChangeKind as Kind, SetHeader, SetStatus
from corssim.fetch.wire import NetworkFailure, WireRequest, WireResponse

from .replay import Case, CaseServer, Replay, StepClock, StepResult, open_page, run_step
from .user_defaults import EVERYTHING_OFF

if TYPE_CHECKING:
    from corssim.diagnosis.fixes.changes import Changes

_STEP_KEYS = {
    Kind.METHOD: "method",
    Kind.URL: "url",
    Kind.MODE: "mode",
    Kind.REDIRECT: "redirect",
    Kind.CACHE: "cache",
    Kind.CROSSORIGIN: "crossorigin",
}


class MendedServer(CaseServer):
    """The case's rules, each answer with the fix's changes."""

    def __init__(self, case: Case, changes: Changes) -> None:
        super().__init__(case)
        self.changes = changes

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        response = super().answer(request, timeout=timeout)
        if isinstance(response, NetworkFailure) or self.set_cookie is not None:
            return response
        names = {name.lower() for name, _ in request.headers}
        preflight = request.method == "OPTIONS" and "access-control-request-method" in names
        for change in self.changes:
            if isinstance(change, RequestChange):
                continue
            if (change.where.stage == "preflight", change.where.url) == (preflight, request.url):
                response = _mended(response, change)
        return response


def _mended(response: WireResponse, change: SetHeader | SetStatus) -> WireResponse:
    if isinstance(change, SetStatus):
        return response._replace(status=change.status)
    kept = tuple(pair for pair in response.headers if pair[0].lower() != change.name.lower())
    return response._replace(headers=(*kept, (change.name, change.value)))


def _asked_otherwise(step: dict[str, Any], changes: Changes) -> dict[str, Any]:
    step = dict(step)
    for change in changes:
        if not isinstance(change, RequestChange):
            continue
        match change.kind:
            case Kind.DROP_HEADER:
                step["headers"] = [pair for pair in step["headers"] if pair[0].lower() != change.value.lower()]
            case Kind.CREDENTIALS if change.value == "none":
                step["withCredentials"] = False
            case Kind.CREDENTIALS:
                step["credentials"] = change.value
            case Kind.KEEPALIVE:
                step["keepalive"] = False
            case Kind.BUFFER_BODY:
                del step["body_kind"]
            case Kind.DROP_UPLOAD_LISTENER:
                step["uploadListener"] = False
            case kind:
                step[_STEP_KEYS[kind]] = change.value
    return step


def replay_with(case: Case, profile: str, index: int, changes: Changes) -> StepResult:
    """Run the case up to the step at `index`, with the changes applied, and give what this step comes to."""
    server, clock = MendedServer(case, changes), StepClock()
    browser = Browser(server, profile=profile, clock=clock, settings=EVERYTHING_OFF)
    for cookie in case.get("cookies", ()):
        server.set_cookie = cookie["set_cookie"]
        browser.visit(cookie["url"])
        clock.now += 1
    server.set_cookie = None
    page = open_page(browser, case["page"])
    replay = Replay()
    for number, step in enumerate(case["steps"][: index + 1]):
        clock.now += step.get("wait_ms", 0) / 1000
        if step["api"] == "page":
            page = open_page(browser, step["page"])
        elif step["api"] != "timing":
            replay.steps.append(run_step(page, _asked_otherwise(step, changes) if number == index else step))
    return replay.steps[-1]
