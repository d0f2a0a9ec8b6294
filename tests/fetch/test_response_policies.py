"""What still blocks a response that came, and what script sees of it."""

from __future__ import annotations

from corssim import Browser, MockServer

APP, API = "https://app.example/", "https://api.example/x"


def test_a_media_element_that_asks_for_a_range_gets_it() -> None:
    outcome = Browser(MockServer().route("*", status=206)).page(APP).load("video", API)
    assert outcome.reason == "opaque-response"
    assert outcome.exchanges[0].request.header("Range") == "bytes=0-"
