"""What still blocks a response that came. Ranges that nobody asked for come from service workers alone."""

from __future__ import annotations

import pytest

from corssim import Browser, MockServer
from corssim.fetch.request import Request
from corssim.fetch.response import Response, basic_filtered_response, opaque_filtered_response
from corssim.fetch.response_policies import blocked_after_receiving
from corssim.fetch.user_agent import FetchParams

APP, API = "https://app.example/", "https://api.example/x"


@pytest.mark.parametrize("status", [206, 416, 200])
@pytest.mark.parametrize("range_requested", [True, False])
@pytest.mark.parametrize("own_range", [True, False])
@pytest.mark.parametrize("opaque", [True, False])
def test_a_range_that_was_not_requested(status: int, range_requested: bool, own_range: bool, opaque: bool) -> None:
    browser = Browser(MockServer())
    page = browser.page(APP)
    request = Request([page.environment.url], page.environment, page.origin, destination="image")
    if own_range:
        request.header_list.append(("range", "bytes=0-"))
    internal = Response(status=status, range_requested=range_requested)
    response = opaque_filtered_response(internal) if opaque else basic_filtered_response(internal)
    blocked = blocked_after_receiving(FetchParams(request, browser.user_agent, []), response)
    expected = status != 200 and range_requested and not own_range and opaque
    assert (blocked is not None) is expected
    if blocked is not None:
        assert (blocked.reason, blocked.status) == ("range-not-requested", status)


def test_a_media_element_that_asks_for_a_range_gets_it() -> None:
    outcome = Browser(MockServer().route("*", status=206)).page(APP).load("video", API)
    assert outcome.reason == "opaque-response"
    assert outcome.exchanges[0].request.header("Range") == "bytes=0-"
