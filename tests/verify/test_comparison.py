"""What can be asked of a browser, and the lines of a comparison, without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from corssim.scenario import parse_scenario, run_scenario
from corssim.verify.comparison import compared
from corssim.verify.from_scenario import CannotBeRun, case_of

_TOP = 'title = "t"\npage = "https://app.example/"\n'
_GET = '[[step]]\nfetch = "https://api.example/"\n'
_ANSWER = '[[server]]\nurl = "https://api.example/"\nheaders = { Access-Control-Allow-Origin = "*" }\nbody = "ok"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_TOP + "max_body = 10\n" + _GET, "max_body"),
        (_TOP + '[[server]]\nurl = "*"\nfail = "timeout"\n' + _GET, "would have to be waited for"),
        (_TOP + '[[server]]\nurl = "*"\ndelay = 25\n' + _GET, "would have to be waited for"),
        (_TOP + _GET + "[[step]]\nadvance = 600\n", "clock cannot be moved"),
        ('title = "t"\npage = "capacitor://localhost"\n' + _GET, "no page of capacitor:"),
        (_TOP + '[[step]]\nfetch = "http://localhost:3000/"\n', "would ask its user"),
        (_TOP + 'third_party_cookies = "no-new"\n' + _GET, "no setting"),
        (_TOP + 'permissions = { storage-access = "granted" }\n' + _GET, "about storage access"),
        (
            _TOP + '[[server]]\nurl = "/a"\nfail = "refused"\n' + _GET + '[[step]]\nfetch = "https://api.example/a"\n',
            "api.example fails for one URL",
        ),
    ],
    ids=["limit", "timeout", "delay", "clock", "webview", "local network", "setting", "permission", "half a host"],
)
def test_what_no_browser_can_be_asked_says_why(text: str, why: str) -> None:
    with pytest.raises(CannotBeRun, match=why):
        case_of(run_scenario(parse_scenario(text), "chromium"))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"outcome": "error", "error": "TypeError: Failed to fetch"}, [("verdict", "verdict", "readable")]),
        ({"status": 204}, [("script", "status", "200")]),
        ({"headers": []}, [("script", "headers: content-length", "2")]),
        ({"wire": [["Origin", "null"]]}, [("wire", "request 1: origin", "https://app.example")]),
        ({"wire": None}, [("wire", "request 1", "GET https://api.example/")]),
        ({"twice": True}, [("wire", "request 2", "nothing")]),
    ],
    ids=["as predicted", "verdict", "status", "a header of the response", "a request header", "not sent", "sent twice"],
)
def test_a_difference_stands_on_its_own_line(changed: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    ran = run_scenario(parse_scenario(_TOP + _ANSWER + _GET), "chromium")
    [exchange] = ran.steps[0].outcome.exchanges  # type: ignore[union-attr]
    response = ran.steps[0].outcome.response  # type: ignore[union-attr]
    assert response is not None
    seen: dict[str, Any] = {"outcome": "ok", "type": "cors", "status": 200, "url": "https://api.example/"}
    seen |= {"redirected": False, "headers": [list(pair) for pair in response.headers], "body": "ok"}
    headers = [list(pair) for pair in exchange.request.headers]
    for name, value in changed.get("wire") or []:
        headers = [[one, value if one == name else other] for one, other in headers]
    request = {"method": "GET", "url": "https://api.example/", "headers": headers, "step": 0}
    wire = [] if "wire" in changed and changed["wire"] is None else [request] * (1 + ("twice" in changed))
    seen |= {name: value for name, value in changed.items() if name not in ("wire", "twice")}
    [step] = compared(ran.steps, case_of(ran)["steps"], {"steps": [seen], "wire": wire})
    assert [(line.level, line.what, line.predicted) for line in step.differences] == expected


def test_a_film_that_is_text_is_no_difference_but_a_note() -> None:
    text = _TOP + '[[server]]\nurl = "*"\nbody = "film"\n[[step]]\nload = "video"\nurl = "https://api.example/"\n'
    ran = run_scenario(parse_scenario(text), "chromium")
    record = {"steps": [{"outcome": "error", "error": "error event"}], "wire": []}
    verdict = compared(ran.steps, case_of(ran)["steps"], record)[0].lines[0]
    assert (verdict.predicted, verdict.agrees, verdict.counts) == ("opaque", False, False)
    assert "no video" in verdict.note


def test_a_browser_that_plays_nothing_is_not_asked() -> None:
    text = _TOP + '[[server]]\nurl = "*"\nbody = "film"\n[[step]]\nload = "video"\nurl = "https://api.example/"\n'
    ran = run_scenario(parse_scenario(text), "webkit")
    record = {"steps": [{"outcome": "timeout", "plays_nothing": True}], "wire": []}
    [line] = compared(ran.steps, case_of(ran)["steps"], record)[0].lines
    assert (line.agrees, line.counts) == (False, False)
    assert "GStreamer" in line.note
