"""The JSON report: its keys are an interface."""

from __future__ import annotations

import json
from typing import Any

from corssim import MockServer
from corssim.report.advice import Advice
from corssim.report.json_report import json_report

from .outcomes import ALLOWED, OUTCOMES, fetched

SHAPE = {
    "": [
        "profile", "request", "verdict", "allowed", "reason", "why", "blocked", "failure", "response",
        "reached_server", "timing_allowed", "returned", "exchanges", "timeline", "console",
        "symptoms", "fixes", "no_fix",
    ],
    "request": ["api", "method", "url", "page", "origin", "mode", "credentials", "destination"],
    "blocked": [
        "reason", "anchor", "url", "stage", "header", "received", "compared_with", "subject", "origin", "status",
        "detail",
    ],
    "failure": ["kind", "detail"],
    "response": ["type", "status", "status_text", "url", "redirected", "headers", "body", "body_size", "body_complete"],
    "exchanges[]": ["kind", "request", "response", "failure"],
    "exchanges[].request": ["method", "url", "headers", "body_size"],
    "exchanges[].failure": ["kind", "detail"],
    "exchanges[].response": ["status", "reason", "headers", "body_size"],
    "timeline[]": ["kind", "result", "summary", "details"],
    "symptoms[]": ["code", "title", "text"],
    "fixes[]": ["summary", "side", "changes", "headers", "danger", "assumptions", "advice", "verified",
                "verified_up_to", "asked"],
}  # fmt: skip
"""Every key, by where it stands. Keys are added at the end, never renamed."""


def shape_of(value: Any, path: str = "") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if isinstance(value, dict):
        found[path] = list(value)
        for key, inner in value.items():
            found |= shape_of(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            found |= shape_of(inner, f"{path}[]")
    return found


def test_the_keys_are_as_they_were() -> None:
    seen: dict[str, list[str]] = {}
    for make in OUTCOMES.values():
        outcome = make()
        report = json_report(outcome, advice=Advice(outcome))
        assert json.loads(json.dumps(report)) == report
        for path, keys in shape_of(report).items():
            assert seen.setdefault(path, keys) == keys
    assert seen == SHAPE


def test_without_advice_the_keys_are_the_same() -> None:
    report = json_report(OUTCOMES["no_header"]())
    assert list(report) == SHAPE[""]
    assert report["fixes"] == []


def test_a_blocked_fetch_is_told_with_its_evidence() -> None:
    report = json_report(OUTCOMES["method_not_listed"]())
    assert (report["verdict"], report["reason"]) == ("blocked", "method-disallowed-by-preflight")
    assert report["blocked"]["header"] == "Access-Control-Allow-Methods"
    assert report["blocked"]["received"] is None
    assert report["blocked"]["anchor"].startswith("https://fetch.spec.whatwg.org/#")
    assert report["response"] is None
    assert report["reached_server"] is False
    assert report["console"][0].startswith("Access to fetch at 'https://api.example/items'")


def test_credentials_are_masked_unless_asked_for() -> None:
    server = MockServer().route("*", "OPTIONS", 204, ALLOWED | {"Access-Control-Allow-Headers": "Authorization"})
    server.route("*", "*", 200, ALLOWED)
    outcome = fetched(server, headers={"Authorization": "Bearer secret"})
    assert "secret" not in json.dumps(json_report(outcome))
    assert "Bearer secret" in json.dumps(json_report(outcome, show_credentials=True))


def test_a_long_body_is_cut() -> None:
    outcome = fetched(MockServer().route("*", "*", 200, ALLOWED, "x" * 200_000))
    response = json_report(outcome)["response"]
    assert (len(response["body"]), response["body_size"]) == (100_000, 200_000)
