"""Comparison of a replay with a record at four levels: verdict, wire, fetch metadata, script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from corssim import Verdict
from corssim.fetch.digest_authentication import what_a_digest_says

from .replay import NOT_OURS, ended_ok

if TYPE_CHECKING:
    from .replay import Case, Record, Replay, StepResult

LEVELS = ("verdict", "wire", "fetch metadata", "script")
WIRE_HEADERS = (
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "content-type",
    "authorization",
    "cookie",
    "cache-control",
    "pragma",
    "if-none-match",
    "if-modified-since",
    "range",
    "accept",
)
METADATA_HEADERS = ("referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")
LANGUAGE = "accept-language"
OF_DEFAULTS = ("sec-fetch-storage-access",)
"""Header names that are compared where third-party cookies are as each browser has them."""
_BOUNDARY = re.compile(r"boundary=[^;]+")
_BODY_LIMIT = 300
_WAITING = frozenset({"fetch", "xhr", "img"})
"""APIs that were seen to end but for what waits for the user."""
_FRAMES_TELL = ("random", "random-minimal", "program", "chance")
"""Families whose recorder told an iframe's error event from its load."""
MUTED = "Script error."


def differences(case: Case, record: Record, replay: Replay) -> dict[str, list[str]]:
    """What differs at each level, in words; an empty list where the level agrees."""
    metadata = METADATA_HEADERS + (OF_DEFAULTS if case.get("defaults") else ())
    return {
        "verdict": _verdict(case, record, replay),
        "wire": _messages(record, replay, _wire_headers(record), bare=False),
        "fetch metadata": _messages(record, replay, metadata, bare=True),
        "script": _script(record, replay),
    }


def _wire_headers(record: Record) -> tuple[str, ...]:
    """The headers that are compared: of what was mostly left out, where it was recorded."""
    was_kept = any(name.lower() == LANGUAGE for request in record["wire"] for name, _ in request["headers"])
    return (*WIRE_HEADERS, LANGUAGE) if was_kept else WIRE_HEADERS


def _verdict(case: Case, record: Record, replay: Replay) -> list[str]:
    found, defaults = [], case.get("defaults", False)
    frames_tell = defaults or case["family"] in _FRAMES_TELL
    for index, (expected, got) in enumerate(zip(record["steps"], replay.steps, strict=True)):
        if got.api == "timing":
            want = expected.get("tao_pass")
            if want != got.timing:
                found.append(f"step {index}: timing {got.timing}, recorded {want}")
            continue
        if got.api in NOT_OURS:
            continue
        waits = got.outcome is not None and got.outcome.verdict is Verdict.PENDING
        if defaults and got.api in _WAITING and waits != (expected["outcome"] == "timeout"):
            found.append(f"step {index}: {describe(got)}, recorded {expected['outcome']}")
            continue
        if (expected["outcome"] == "ok") != ended_ok(got, errors_of_frames_are_told=frames_tell):
            found.append(f"step {index}: {describe(got)}, recorded {expected['outcome']}")
        elif "returned" in expected and got.outcome and got.outcome.returned != expected["returned"]:
            found.append(f"step {index}: returned {got.outcome.returned}, recorded {expected['returned']}")
    return found


def describe(got: StepResult) -> str:
    return repr(got.thrown or got.outcome)


def _line(step: int, method: str, url: str, headers: list[tuple[str, str]], names: tuple[str, ...], bare: bool) -> str:
    by_name = {name.lower(): value for name, value in headers}
    by_name |= {name: what_a_digest_says(by_name[name]) for name in ("authorization",) if name in by_name}
    shown = [f"{name}: {_BOUNDARY.sub('boundary=…', by_name[name])}" for name in names if name in by_name]
    return " | ".join([str(step)] + ([] if bare else [f"{method} {url}"]) + shown)


def _messages(record: Record, replay: Replay, names: tuple[str, ...], *, bare: bool) -> list[str]:
    expected = [
        _line(w["step"], w["method"], w["url"], [(n, v) for n, v in w["headers"]], names, bare) for w in record["wire"]
    ]
    got = [_line(step, r.method, r.url, list(r.headers), names, bare) for step, r in replay.wire]
    if expected == got:
        return []
    return [f"got      {line}" for line in got] + [f"recorded {line}" for line in expected]


def _script(record: Record, replay: Replay) -> list[str]:
    found: list[str] = []
    for index, (expected, got) in enumerate(zip(record["steps"], replay.steps, strict=True)):
        seen = visible(got)
        for name, value in expected.get("get_header", ()):
            header = got.outcome.response.header(name) if got.outcome and got.outcome.response else None
            if header != value:
                found.append(f"step {index}: getResponseHeader({name}) is {header!r}, recorded {value!r}")
        for key, value in recorded_visible(got.api, expected).items():
            if seen.get(key) != value:
                found.append(f"step {index}: {key} is {seen.get(key)!r}, recorded {value!r}")
    return found


def recorded_visible(api: str, step: dict[str, Any]) -> dict[str, Any]:
    """What the record says that script saw."""
    if step["outcome"] != "ok":
        return {}
    keys = {
        "fetch": ("type", "status", "url", "redirected", "headers", "body"),
        "fetch-request": ("type", "status", "url", "redirected", "headers", "body"),
        "xhr": ("status", "url", "headers", "body"),
        "img": ("readable",),
        "navigate": ("url",),
        "link-stylesheet": ("readable",),
    }.get(api, ())
    shown = {key: step[key] for key in keys if key in step}
    if "body" in shown:
        shown["body_error"] = None
    if "body_error" in step:
        shown["body_error"] = True
        shown.pop("body", None)
    if step.get("executed") and "script_error" in step:
        shown["errors_readable"] = step["script_error"] != MUTED
    return shown


def visible(got: StepResult) -> dict[str, Any]:
    """What corssim lets script see, in the record's terms."""
    outcome = got.outcome
    if got.api == "navigate":
        return {"url": got.url}
    if outcome is None or outcome.response is None:
        return {}
    response = outcome.response
    return {
        "type": str(response.type),
        "status": response.status,
        "url": response.url,
        "redirected": response.redirected,
        "headers": [list(pair) for pair in response.headers],
        "body": response.body.decode("utf-8", "replace")[:_BODY_LIMIT],
        "body_error": response.body_failure is not None or None,
        "readable": outcome.allowed,
        "errors_readable": outcome.errors_readable,
    }
