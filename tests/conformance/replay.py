"""Replay of a recorded case through corssim: its server in memory, its page, its steps, one after the other."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corssim import Blob, Browser, FormData, FormUrlEncoded, MockServer, Outcome, Page, Verdict
from corssim.browser.transports.http1.whole import read_whole_answer
from corssim.errors import InvalidRequest
from corssim.fetch.browsers import profile_named
from corssim.fetch.rules import AnswerRules
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse
from corssim.origin import url_origin
from corssim.server.mock import on_the_wire
from corssim.url import require_url

from .user_defaults import surroundings_of

if TYPE_CHECKING:
    from corssim.browser.page import Element
    from corssim.fetch.profile import BrowserProfile

DATA = Path(__file__).parents[1] / "data" / "browser-truth"
LOTS = (DATA, *(DATA / lot for lot in ("cases-more", "cases-network", "cases-programs")))
"""Those given, those recorded for this suite, what lies near the network, and programs of several steps: one format."""
BROWSERS = ("chromium", "firefox", "webkit")

PHRASED_OTHERWISE = (429, 451, 502)
"""Statuses that other recorders' servers sent with the phrase "Custom", as Chromium's console lines of them show."""

_ELEMENTS: dict[str, Element] = {
    "img": "img",
    "script": "script",
    "font": "font",
    "audio": "audio",
    "video": "video",
    "module-script": "module",
    "link-stylesheet": "stylesheet",
    "link-preload": "preload",
}

NOT_OURS = frozenset({"wait", "permission", "storage-access", "document-cookie"})
"""Steps that fetch nothing and have no name here."""

Case = dict[str, Any]
Record = dict[str, Any]


@cache
def all_cases() -> dict[str, Case]:
    paths = [path for lot in LOTS for path in sorted((lot / "cases").glob("*.json"))]
    return {case["id"]: case for path in paths for case in json.loads(path.read_text())}


@cache
def records(browser: str) -> dict[str, Record]:
    return _records(DATA / f"{browser}.json")


@cache
def every_record(browser: str) -> dict[str, Record]:
    """Those of every lot."""
    return {case_id: record for lot in LOTS for case_id, record in _records(lot / f"{browser}.json").items()}


def _records(path: Path) -> dict[str, Record]:
    return {record["id"]: record for record in json.loads(path.read_text())["cases"]}


@dataclass
class StepResult:
    """What one step came to: an outcome, the error that the API threw, or the timing that was asked for.

    `url` is that of the page after a navigation.
    """

    api: str
    outcome: Outcome | None = None
    thrown: InvalidRequest | None = None
    timing: bool | None = None
    url: str = ""


@dataclass
class Replay:
    steps: list[StepResult] = field(default_factory=list)
    wire: list[tuple[int, WireRequest]] = field(default_factory=list)


class CaseServer:
    """The case's rules; while cookies are being set, a top-level visit is answered with them instead."""

    def __init__(self, case: Case, answers: AnswerRules | None = None) -> None:
        self.rules = MockServer()
        self.raw = {require_url(rule["url"]).href: rule for rule in case["server"] if "raw" in rule}
        self.answers = answers or AnswerRules()
        self.set_cookie: str | list[str] | None = None
        self.step = 0
        self.wire: list[tuple[int, WireRequest]] = []
        self.is_of_chance = case["family"] == "chance"
        self.phrased_otherwise = () if self.is_of_chance else PHRASED_OTHERWISE
        self.origins = {url_origin(require_url(rule["url"])) for rule in case["server"]}
        for rule in case["server"]:
            if "raw" in rule:
                continue
            body = base64.b64decode(rule["body_b64"]) if "body_b64" in rule else rule.get("body", "")
            self.rules.route(
                rule["url"],
                method=rule["method"],
                status=101 if rule.get("websocket") else rule.get("status", 200),
                headers=[(name, value) for name, value in rule.get("headers", [])],
                body=body,
                times=rule.get("times"),
                fail="reset" if rule.get("close") else None,
                truncate=rule.get("truncate", False),
            )

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        if self.set_cookie is not None:
            cookies = [self.set_cookie] if isinstance(self.set_cookie, str) else self.set_cookie
            headers = [("Set-Cookie", on_the_wire(cookie)) for cookie in cookies]
            return WireResponse(200, "OK", (*headers, ("Content-Length", "0")))
        origin = url_origin(require_url(request.url))
        if origin.port is not None and origin not in self.origins:
            # Where the recorder listened: TLS on 8443, plain HTTP on 8080 and 3000.
            kind = {("http", 8443): FailureKind.RESET, ("https", 8080): FailureKind.TLS}
            if self.is_of_chance:
                kind[("https", 3000)] = FailureKind.TLS
            return NetworkFailure(kind.get((origin.scheme, origin.port), FailureKind.REFUSED), "nobody answers there")
        self.wire.append((self.step, request))
        if (rule := self.raw.get(request.url)) is not None:
            return read_whole_answer(rule["raw"].encode("latin-1"), request, self.answers, ended=not rule.get("keep"))
        answer = self.rules.answer(request, timeout=timeout)
        if isinstance(answer, WireResponse) and answer.status in self.phrased_otherwise:
            return answer._replace(reason="Custom")
        return answer


class StepClock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def replay(case: Case, profile: str | BrowserProfile) -> Replay:
    answers = (profile_named(profile) if isinstance(profile, str) else profile).answers
    server, clock = CaseServer(case, answers), StepClock()
    browser = Browser(server, profile=profile, clock=clock, **surroundings_of(case, browser_name(profile)))
    for cookie in case.get("cookies", ()):
        server.set_cookie = cookie["set_cookie"]
        browser.visit(cookie["url"])
        clock.now += 1
    server.set_cookie = None
    page = open_page(browser, case["page"])
    result = Replay()
    for index, step in enumerate(case["steps"]):
        server.step = index
        clock.now += step.get("wait_ms", 0) / 1000
        if step["api"] == "page":
            page = open_page(browser, step["page"])
            result.steps.append(StepResult("page"))
        elif step["api"] in NOT_OURS:
            result.steps.append(StepResult(step["api"]))
        elif step["api"] == "navigate":
            page = browser.visit(step["url"]) if step.get("typed") else page.navigate(step["url"])
            result.steps.append(StepResult("navigate", outcome=page.navigation, url=page.url))
        elif step["api"] == "timing":
            result.steps.append(StepResult("timing", timing=_timing(step["url"], case, result, browser_name(profile))))
        else:
            result.steps.append(run_step(page, {"family": font_family(case)} | step))
            clock.now += _time_waited(step, result.steps[-1])
    result.wire = server.wire
    return result


def _time_waited(step: dict[str, Any], result: StepResult) -> float:
    """The seconds for which a recording waits for a frame that fires nothing."""
    is_silent = result.outcome is not None and result.api == "iframe" and result.outcome.frame_event == "nothing"
    return step.get("at_most_ms", 0) / 1000 if is_silent else 0.0


def _timing(name: str, case: Case, so_far: Replay, browser: str) -> bool | None:
    """What the latest entry of that name tells: entries have their URL's fragment, but for WebKit's.

    WebKit has none of loads that were given up: the recording page closes an event source that has opened.
    """
    timed = [
        result.outcome.timing_allowed
        for step, result in zip(case["steps"], so_far.steps, strict=False)
        if result.outcome is not None
        and not (browser == "webkit" and step["api"] == "eventsource" and result.outcome.allowed)
        and _name_of_entry(step["url"], result.outcome, browser) == name
    ]
    return next((allowed for allowed in reversed(timed) if allowed is not None), None)


def _name_of_entry(url: str, outcome: Outcome, browser: str) -> str:
    """The URL that the entry has: that to which it was upgraded (all but Firefox), without a fragment (WebKit)."""
    first = outcome.request.url.href if outcome.request is not None else url
    name = first if browser != "firefox" and url.startswith("http:") and first.startswith("https:") else url
    return name.partition("#")[0] if browser == "webkit" else name


def browser_name(profile: str | BrowserProfile) -> str:
    return profile if isinstance(profile, str) else profile.name


def open_page(browser: Browser, page: str | dict[str, Any]) -> Page[Outcome]:
    if isinstance(page, str):
        return browser.page(page)
    headers = page.get("headers", ())
    match page.get("kind"):
        case "data":
            return browser.page("data:text/html,x", headers)
        case "file":
            return browser.page("file:///tmp/page.html", headers)
        case "iframe":
            sandbox = page.get("sandbox")
            return browser.page(page["url"], headers).frame(
                page["frame"],
                headers=page.get("frame_headers", ()),
                allow=page.get("allow", ""),
                sandboxed=sandbox is not None and "allow-same-origin" not in sandbox,
            )
        case "blob":
            return browser.page(f"blob:{url_origin(require_url(page['url'])).serialized}/0a1b", headers)
        case "worker":
            embedder_policies = [header for header in headers if header[0] == "Cross-Origin-Embedder-Policy"]
            return browser.page(page["url"], headers).worker("__worker.js", headers=embedder_policies)
        case "srcdoc":
            sandbox = page.get("sandbox")
            sandboxed = sandbox is not None and "allow-same-origin" not in sandbox
            return browser.page(page["url"], headers).frame(srcdoc=True, sandboxed=sandboxed)
    return browser.page(page["url"], headers, sandboxed=bool(page.get("sandbox")))


def step_body(step: dict[str, Any]) -> Any:
    text = step.get("body")
    if text is None:
        return None
    text *= step.get("body_repeat", 1)
    match step.get("body_kind"):
        case "blob":
            return Blob(text, step.get("body_type", ""))
        case "arraybuffer":
            return text.encode()
        case "urlsearchparams":
            return FormUrlEncoded(text)
        case "formdata":
            return FormData({"a": text})
        case "stream":
            return iter([text.encode()])
    return Blob(text, step["body_type"]) if "body_type" in step else text


def font_family(case: Case) -> str:
    """What the recording page called its fonts: this project's recorder, or that of the cases that were given."""
    return "recorded" if case["family"] == "chance" else "oraclefont"


def run_step(page: Page[Outcome], step: dict[str, Any]) -> StepResult:
    result = StepResult(step["api"])
    try:
        result.outcome = call_api(page, step)
    except InvalidRequest as error:
        result.thrown = error
    return result


def call_api(page: Page[Outcome], step: dict[str, Any]) -> Outcome:
    url = step["url"]
    body = step_body(step)
    match step["api"]:
        case "fetch" | "fetch-request":
            options = {
                ours: step[theirs]
                for theirs, ours in {
                    "method": "method",
                    "headers": "headers",
                    "mode": "mode",
                    "credentials": "credentials",
                    "redirect": "redirect",
                    "cache": "cache",
                    "referrerPolicy": "referrer_policy",
                    "integrity": "integrity",
                    "referrer": "referrer",
                    "keepalive": "keepalive",
                    "targetAddressSpace": "target_address_space",
                }.items()
                if theirs in step
            }
            return page.fetch(url, body=body, **options)
        case "xhr":
            return page.xhr(
                url,
                method=step.get("method", "GET"),
                headers=step.get("headers", ()),
                body=body,
                with_credentials=step.get("withCredentials", False),
                upload_listener=step.get("uploadListener", False),
                synchronous=step.get("sync", False),
                username=step.get("username"),
                password=step.get("password"),
            )
        case "iframe":
            return page.load("iframe", url)
        case "sendBeacon":
            return page.send_beacon(url, body)
        case "eventsource":
            return page.event_source(url, with_credentials=step.get("withCredentials", False))
        case "form":
            target: Literal["_self", "iframe"] = "_self" if "target" in step else "iframe"
            enctype = step.get("enctype", "application/x-www-form-urlencoded")
            return page.submit_form(
                url, method=step.get("method", "GET"), fields={"k": "v"}, enctype=enctype, target=target
            )
        case "websocket":
            return page.web_socket(url, step.get("protocols", ()))
        case api if api in _ELEMENTS:
            return page.load(
                _ELEMENTS[api],
                url,
                step.get("crossorigin"),
                as_=step.get("as", "fetch"),
                integrity=step.get("integrity", ""),
                referrer_policy=step.get("referrerPolicy", ""),
                family=step.get("family", ""),
            )
    raise AssertionError(f"no API for {step['api']}")


def ended_ok(result: StepResult, *, errors_of_frames_are_told: bool) -> bool:
    """Did the step end without an error for script. Most recorders took an iframe's error event for its load."""
    if result.thrown is not None:
        return False
    if result.outcome is None or result.api == "sendBeacon":
        return True
    if result.api in ("form", "iframe"):
        bad = ("error", "nothing") if errors_of_frames_are_told else ("nothing",)
        return result.outcome.frame_event not in bad
    return result.outcome.verdict in (Verdict.READABLE, Verdict.OPAQUE)
