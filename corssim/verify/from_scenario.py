"""From a scenario to a case for the recorder, or to why no browser can be asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from msgspec import UNSET

from ..browser.browser import MAX_BODY
from ..errors import CorssimError
from ..fetch.pairs import header_pairs
from ..fetch.permissions import STORAGE_ACCESS
from ..fetch.trace import LocalNetworkAccessChecked
from ..scenario.model import (
    AdvanceStep,
    EventSourceStep,
    FetchStep,
    LoadStep,
    NavigateStep,
    PageTable,
    SendBeaconStep,
    SubmitFormStep,
    VisitStep,
    WebSocketStep,
    XHRStep,
)
from ..url import parse_url
from .faults import Ambiguous, faults_of
from .seen import never_ends

if TYPE_CHECKING:
    from ..scenario import ScenarioResult
    from ..scenario.model import AnyStep, Body, RuleTable
    from .case import Case

_LONGEST_WAIT = 10.0  # seconds that are really waited for
_UNTIL_NOTHING_HAPPENS = 3000  # milliseconds
_ELEMENTS = {"module": "module-script", "stylesheet": "link-stylesheet", "preload": "link-preload"}
_FETCH_NAMES = {
    "method": "method",
    "mode": "mode",
    "credentials": "credentials",
    "redirect": "redirect",
    "cache": "cache",
    "referrer": "referrer",
    "referrer_policy": "referrerPolicy",
    "integrity": "integrity",
    "keepalive": "keepalive",
    "target_address_space": "targetAddressSpace",
}
_XHR_NAMES = {
    "method": "method",
    "with_credentials": "withCredentials",
    "upload_listener": "uploadListener",
    "synchronous": "sync",
}
_LOAD_NAMES = {
    "crossorigin": "crossorigin",
    "integrity": "integrity",
    "referrer_policy": "referrerPolicy",
    "as_": "as",
    "family": "family",
}


class CannotBeRun(CorssimError):
    """A scenario that no browser can be asked about here; the message says why."""


def case_of(predicted: ScenarioResult) -> Case:
    """The case that does in a browser what was run. Raises `CannotBeRun`."""
    scenario = predicted.scenario
    _refuse_what_is_ours_alone(predicted)
    steps: list[dict[str, Any]] = []
    waits = 0.0
    for result in predicted.steps:
        step, made = result.step, step_of(result.step)
        if isinstance(step, AdvanceStep):
            waits += step.advance
        else:
            made["on"] = page_of(scenario.page if step.page is UNSET else step.page)
        if never_ends(result.outcome):
            made["at_most_ms"] = _UNTIL_NOTHING_HAPPENS
        steps.append(made)
    if waits > _LONGEST_WAIT:
        raise CannotBeRun(f"{waits:g} seconds would have to pass: a browser's clock cannot be moved")
    try:
        faults = faults_of(predicted)
    except Ambiguous as error:
        raise CannotBeRun(f"{error} fails for one URL and answers for another: a real host does one of both") from None
    return {
        "id": scenario.path or scenario.title,
        "page": page_of(scenario.page),
        "rules": [rule_of(rule) for rule in scenario.rules],
        "faults": faults,
        "steps": steps,
    }


def _refuse_what_is_ours_alone(predicted: ScenarioResult) -> None:
    scenario = predicted.scenario
    if scenario.max_body != MAX_BODY:
        raise CannotBeRun("max_body is a limit of corssim's own: browsers have none that could be set")
    if any(rule.fail == "timeout" or rule.delay > _LONGEST_WAIT for rule in scenario.rules):
        raise CannotBeRun("a server that does not answer would have to be waited for: browsers do so for minutes")
    if predicted.profile.cookies.third_party == "no-new":
        raise CannotBeRun('third_party_cookies = "no-new" is no setting that could be made here')
    if scenario.permissions.get(STORAGE_ACCESS, "prompt") != "prompt":
        raise CannotBeRun("the browser would ask its user about storage access, and nobody is there to answer")
    for step in predicted.steps:
        if step.outcome is None:
            continue
        if any(isinstance(event, LocalNetworkAccessChecked) for event in step.outcome.trace):
            raise CannotBeRun("the browser would ask its user about the local network, and nobody is there to answer")


def page_of(page: str | PageTable) -> dict[str, Any]:
    """A page as a case has it. Raises `CannotBeRun` where it is no document of http, https or file."""
    table = PageTable(url=page) if isinstance(page, str) else page
    url = parse_url(table.url)
    scheme = table.url.partition(":")[0] if url is None else url.scheme
    if scheme not in ("http", "https"):
        raise CannotBeRun(f"no page of {scheme}: can be opened with what the scenario says of it")
    made: dict[str, Any] = {"url": table.url, "headers": _pairs(table.headers)}
    if table.sandboxed:
        made["sandbox"] = True
    if (frame := table.frame) is not None:
        made |= {"kind": "iframe", "frame": frame.url, "frame_headers": _pairs(frame.headers), "allow": frame.allow}
        if frame.sandboxed:
            made["sandbox"] = "allow-scripts"
        if table.sandboxed:
            raise CannotBeRun("a frame inside a sandboxed page is not opened here")
    return made


def rule_of(rule: RuleTable) -> dict[str, Any]:
    """A rule as JSON holds it."""
    made: dict[str, Any] = msgspec.to_builtins(rule)
    return made


def step_of(step: AnyStep) -> dict[str, Any]:
    """A step as a case has it. Raises `CannotBeRun`."""
    match step:
        case NavigateStep() | VisitStep():
            raise CannotBeRun(f"a step that leaves its page ({step.action}) is not carried out in a browser here")
        case FetchStep():
            made = {"api": "fetch", "url": step.fetch, **_given(step, _FETCH_NAMES), **_headers(step.headers)}
            return made | _body(step.body)
        case XHRStep():
            return {"api": "xhr", "url": step.xhr, **_given(step, _XHR_NAMES), **_headers(step.headers)} | _body(
                step.body
            )
        case LoadStep():
            return {"api": _ELEMENTS.get(step.load, step.load), "url": step.url, **_given(step, _LOAD_NAMES)}
        case SendBeaconStep():
            made = {"api": "sendBeacon", "url": step.send_beacon, **_body(step.data)}
            if isinstance(step.content_type, str) and isinstance(step.data, str):
                made["body_type"] = step.content_type
            return made
        case EventSourceStep():
            credentials = step.with_credentials is True
            return {"api": "eventsource", "url": step.event_source, "withCredentials": credentials}
        case WebSocketStep():
            protocols = [] if step.protocols is UNSET else step.protocols
            return {"api": "websocket", "url": step.web_socket, "protocols": protocols}
        case SubmitFormStep():
            made = {"api": "form", "url": step.submit_form, "fields": _pairs(step.fields)}
            made["method"] = "POST" if step.method is UNSET else step.method
            made |= _given(step, {"enctype": "enctype"})
            return made if step.target == "iframe" else made | {"target": "_self"}
        case AdvanceStep():
            return {"api": "wait", "wait_ms": step.advance * 1000}


def _given(step: AnyStep, names: dict[str, str]) -> dict[str, Any]:
    return {theirs: value for ours, theirs in names.items() if (value := getattr(step, ours)) is not UNSET}


def _pairs(given: Any) -> list[list[str]]:
    return [] if given is UNSET else [list(pair) for pair in header_pairs(given)]


def _headers(given: Any) -> dict[str, Any]:
    return {} if given is UNSET else {"headers": _pairs(given)}


def _body(given: Body | msgspec.UnsetType) -> dict[str, Any]:
    if given is UNSET:
        return {}
    if isinstance(given, str):
        return {"body": given}
    if given.blob is not UNSET:
        return {"body": given.blob, "body_kind": "blob", "body_type": given.type}
    if given.form_data is not UNSET:
        return {"body": "", "body_kind": "formdata", "body_fields": _pairs(given.form_data)}
    if given.form_urlencoded is not UNSET:
        return {"body": urlencode(header_pairs(given.form_urlencoded)), "body_kind": "urlsearchparams"}
    if given.stream is not UNSET:
        return {"body": "".join(given.stream), "body_kind": "stream", "duplex": "half"}
    text = given.text if isinstance(given.text, str) else ""
    return {"body": text, "body_repeat": given.repeat}
