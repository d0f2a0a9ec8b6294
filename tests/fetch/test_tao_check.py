"""The TAO check: may script see the timing?"""

from __future__ import annotations

import pytest

from corssim import Browser, MockServer

APP, API = "https://app.example/", "https://api.example/x"


@pytest.mark.parametrize(
    ("url", "mode", "values", "allowed"),
    [
        ("/x", "cors", [], True),
        (API, "cors", [], False),
        (API, "no-cors", [], False),
        (API, "cors", ["*"], True),
        (API, "no-cors", ["*"], True),
        (API, "cors", ["https://app.example"], True),
        (API, "cors", ["https://other.test, https://app.example"], True),
        (API, "cors", ["https://other.test", "*"], True),
        (API, "cors", ["https://app.example/"], False),
        (API, "cors", ["HTTPS://APP.EXAMPLE"], False),
        (API, "cors", ["null"], False),
    ],
)
def test_timing_allow_origin(url: str, mode: str, values: list[str], allowed: bool) -> None:
    headers = [("Access-Control-Allow-Origin", "*"), *[("Timing-Allow-Origin", value) for value in values]]
    outcome = Browser(MockServer().route("*", headers=headers)).page(APP).fetch(url, mode=mode)
    assert outcome.timing_allowed is allowed


def test_one_hop_that_fails_the_check_fails_the_whole() -> None:
    allow = {"Access-Control-Allow-Origin": "*", "Timing-Allow-Origin": "*"}
    hop = {"Access-Control-Allow-Origin": "*", "Location": API}
    server = MockServer().route("https://other.test/", status=302, headers=hop).route("*", headers=allow)
    page = Browser(server).page(APP)
    assert page.fetch(API).timing_allowed
    assert not page.fetch("https://other.test/").timing_allowed


def test_a_navigation_of_a_frame_to_another_origin_hides_its_timing() -> None:
    page = Browser(MockServer()).page(APP)
    assert page.load("iframe", APP + "x").timing_allowed
    assert not page.load("iframe", API).timing_allowed
