"""The JSON report: its keys are an interface."""

from __future__ import annotations

import json
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from corssim import Browser, MockServer, Outcome
from corssim.report.advice import Advice
from corssim.report.json_report import json_report
from corssim.report.json_shape import SHAPES, ReportShape

from .outcomes import ALLOWED, OUTCOMES, fetched


def keys_of(shape: type[Any], path: str = "") -> dict[str, list[str]]:
    """Every key of a shape, by where it stands."""
    keys = {path: list(get_type_hints(shape))}
    for key, hint in get_type_hints(shape).items():
        for each in (hint, *get_args(hint)):
            if each in SHAPES:
                inside = f"{path}.{key}".lstrip(".") + ("[]" if get_origin(hint) is list else "")
                keys |= keys_of(each, inside)
    return keys


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


def asked_first() -> Outcome:
    """A fetch that the user is asked about, so that something follows from the answer."""
    browser = Browser(MockServer().route("*", headers=ALLOWED), profile="chromium")
    return browser.page("https://app.example/").fetch("http://localhost:8080/")


def test_the_keys_and_types_are_those_of_the_shape() -> None:
    seen: dict[str, list[str]] = {}
    for outcome in (*(make() for make in OUTCOMES.values()), asked_first()):
        report = json_report(outcome, advice=Advice(outcome, software="nginx"))
        msgspec.convert(report, ReportShape, strict=True)  # the types
        assert json.loads(json.dumps(report)) == report
        for path, keys in shape_of(report).items():
            assert seen.setdefault(path, keys) == keys
    assert seen == keys_of(ReportShape)


def test_without_advice_the_keys_are_the_same() -> None:
    report = json_report(OUTCOMES["no_header"]())
    assert list(report) == list(get_type_hints(ReportShape))
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
