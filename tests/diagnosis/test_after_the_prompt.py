"""What a pending fetch comes to once the user has decided: made again, with the permission granted and denied."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from corssim import Browser, MockServer, Outcome, Verdict
from corssim.diagnosis import what_follows
from corssim.report.advice import Advice
from corssim.report.html import html_report
from corssim.report.json_report import json_report
from corssim.report.terminal import plain_report

if TYPE_CHECKING:
    from corssim.diagnosis import Following

PAGE = "https://app.example/"
LOCAL = "http://localhost:8000/items"
ALLOW = {"Access-Control-Allow-Origin": "https://app.example"}
PREFLIGHT = ALLOW | {"Access-Control-Allow-Methods": "PUT"}


def pending(server: MockServer, url: str = LOCAL, method: str = "GET") -> Outcome:
    outcome = Browser(server, profile="chromium").page(PAGE).fetch(url, method=method)
    assert outcome.verdict is Verdict.PENDING
    return outcome


class Case(NamedTuple):
    """A server, what is asked of it, and what is told of both decisions."""

    server: MockServer
    granted: str
    denied: str
    url: str = LOCAL
    method: str = "GET"


_DENIED = "blocked (local-network-access-denied); nothing is sent."

CASES = {
    "allowed by the server": Case(MockServer().route(LOCAL, headers=ALLOW), f"readable; sent: GET {LOCAL}.", _DENIED),
    "then stopped by CORS": Case(
        MockServer().route(LOCAL), f"blocked (allow-origin-missing); sent: GET {LOCAL}.", _DENIED
    ),
    "with side effects": Case(
        MockServer().route(LOCAL, "OPTIONS", headers=PREFLIGHT).route(LOCAL, "PUT", headers=ALLOW),
        f"readable; sent: OPTIONS {LOCAL}, PUT {LOCAL}.",
        _DENIED,
        method="PUT",
    ),
    "a redirect that leads there": Case(
        MockServer()
        .route("https://api.example/", status=302, headers=ALLOW | {"Location": LOCAL})
        .route(LOCAL, headers={"Access-Control-Allow-Origin": "null"}),
        f"readable; sent: GET https://api.example/, GET {LOCAL}.",
        "blocked (local-network-access-denied); sent: GET https://api.example/.",
        url="https://api.example/",
    ),
    "a redirect from there into the other network": Case(
        MockServer().route(LOCAL, status=302, headers=ALLOW | {"Location": "http://192.168.0.1/"}),
        f"pending (local-network-access-pending); sent: GET {LOCAL}.",
        _DENIED,
    ),
}


def by_decision(follows: tuple[Following, ...]) -> dict[str, str]:
    return {each.decision: each.told() for each in follows}


@pytest.mark.parametrize("name", CASES)
def test_both_decisions_are_computed_where_the_servers_are_known(name: str) -> None:
    case = CASES[name]
    outcome = pending(case.server, case.url, case.method)
    told = by_decision(what_follows(outcome, case.server.answer, ask_all=True))
    assert told == {"granted": case.granted, "denied": case.denied}


def test_nobody_is_asked_without_leave() -> None:
    server = MockServer().route(LOCAL, headers=ALLOW)
    outcome = pending(server)
    told = by_decision(what_follows(outcome))
    assert told["granted"] == (
        f"GET {LOCAL} is sent, with Origin: https://app.example. What it is answered is not known: nobody was asked."
    )
    assert told["denied"] == _DENIED


def test_what_has_side_effects_is_not_sent_to_find_out() -> None:
    asked: list[str] = []
    server = CASES["with side effects"].server

    def ask(request):  # type: ignore[no-untyped-def]
        asked.append(request.method)
        return server.answer(request)

    told = by_decision(what_follows(pending(server, method="PUT"), ask))
    assert told["granted"].startswith(f"PUT {LOCAL} is sent")
    assert asked == ["OPTIONS"]


def test_what_was_decided_follows_nothing() -> None:
    browser = Browser(MockServer(), profile="chromium", permissions={"loopback-network": "denied"})
    assert what_follows(browser.page(PAGE).fetch(LOCAL)) == ()


def test_every_report_tells_it() -> None:
    server = MockServer().route(LOCAL, headers=ALLOW)
    outcome = pending(server)
    advice = Advice(outcome, servers=server.answer)
    assert f"if granted readable; sent: GET {LOCAL}." in " ".join(plain_report(outcome, advice=advice).split())
    assert "What follows" in html_report([outcome], title="t", advice=[advice])
    granted, denied = json_report(outcome, advice=advice)["follows"]
    assert (granted["verdict"], granted["permission"]) == ("readable", "loopback-network")
    assert (denied["verdict"], denied["reason"]) == ("blocked", "local-network-access-denied")
    assert json_report(outcome, advice=advice)["no_fix"].startswith("The server allows this already")
