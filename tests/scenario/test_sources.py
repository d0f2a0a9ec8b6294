"""What notes about CORS state, right or wrong, and the step of the course that shows what is true of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from corssim.scenario import load_scenario, run_scenario

if TYPE_CHECKING:
    from corssim import Outcome
    from corssim.scenario import ScenarioResult

FOLDER = Path(__file__).parents[2] / "scenarios"
URL = "http://www.example.com"
EXCHANGE = "05-preflight/01-the-exchange"
SAME: dict[str, Any] = {"verdict": "readable", "type": "basic"}
OTHER: dict[str, Any] = {"verdict": "blocked", "origin": URL}
SIMPLE: dict[str, Any] = {"verdict": "readable", "kinds": ["actual"]}


class Shown(NamedTuple):
    """A scenario, its step from 1, and what that step has to show; `profile` where it is one browser's."""

    scenario: str
    step: int
    facts: dict[str, Any]
    profile: str = "standard"


STATEMENTS: dict[str, Shown] = {
    # what an origin is
    "an origin is scheme, host and port: another scheme": Shown("02-origins/4-another-scheme-or-host", 1, OTHER),
    "an origin is scheme, host and port: another host": Shown("02-origins/4-another-scheme-or-host", 2, OTHER),
    "an origin is scheme, host and port: another port": Shown("02-origins/3-another-port", 1, OTHER),
    "/dir/page2.html is of the same origin": Shown(
        "02-origins/1-path-and-query", 1, {"url": f"{URL}/dir/page2.html"} | SAME
    ),
    "/dir2/other.html is of the same origin": Shown(
        "02-origins/1-path-and-query", 2, {"url": f"{URL}/dir2/other.html"} | SAME
    ),
    "path and query never count": Shown("02-origins/1-path-and-query", 3, SAME),
    "username:password@ is of the same origin": Shown("02-origins/2-user-and-password", 1, {"verdict": "readable"}),
    "username:password@ may not be fetched all the same": Shown(
        "02-origins/2-user-and-password", 2, {"throws": "user name or password"}
    ),
    ":81 is another origin": Shown("02-origins/3-another-port", 1, {"to": f"{URL}:81/dir/other.html"} | OTHER),
    "https is another origin": Shown(
        "02-origins/4-another-scheme-or-host", 1, {"to": "https://www.example.com/dir/other.html"} | OTHER
    ),
    "en.example.com is another origin": Shown(
        "02-origins/4-another-scheme-or-host", 2, {"to": "http://en.example.com/dir/other.html"} | OTHER
    ),
    "example.com is another origin": Shown(
        "02-origins/4-another-scheme-or-host", 3, {"to": "http://example.com/dir/other.html"} | OTHER
    ),
    "v2.www.example.com is another origin": Shown(
        "02-origins/4-another-scheme-or-host", 4, {"to": "http://v2.www.example.com/dir/other.html"} | OTHER
    ),
    "an explicit :80 is the same origin, in every browser": Shown("02-origins/5-default-port", 1, SAME),
    "localhost is not 127.0.0.1": Shown("02-origins/6-localhost", 2, {"reason": "allow-origin-mismatch"}),
    "Internet Explorer ignored the port": Shown("02-origins/9-internet-explorer", 1, SAME, profile="ie11"),
    "no browser of today ignores the port": Shown("02-origins/9-internet-explorer", 1, {"verdict": "blocked"}),
    # what the policy is for
    "a malicious page that reads a social network with the victim's cookies is stopped": Shown(
        "01-why/1-the-attack", 2, {"verdict": "blocked", "cookie": "session=you", "status_on_the_wire": 200}
    ),
    "a page reads its own origin freely": Shown("01-why/2-at-home", 1, SAME),
    "the button of the weather page calls the weather service": Shown(
        "01-why/4-weather", 1, {"verdict": "readable", "type": "cors", "origin": "https://weather.example"}
    ),
    "the weather service has to name the page, not somebody else": Shown(
        "01-why/5-the-wrong-name", 1, {"reason": "allow-origin-mismatch"}
    ),
    "CORS loosens the policy: it is no policy of its own that forbids": Shown(
        "03-what-it-stops/7-nothing-to-allow-at-home", 1, {"verdict": "readable", "kinds": ["actual"]}
    ),
    # simple requests, seen from the server
    "without Access-Control-Allow-Origin the answer is refused although the server answered 200": Shown(
        "03-what-it-stops/1-no-header", 1, {"reason": "allow-origin-missing", "status_on_the_wire": 200}
    ),
    "it is the browser that refuses, not the server": Shown(
        "03-what-it-stops/6-the-browser-refuses", 2, {"verdict": "blocked", "reached": True, "status_on_the_wire": 200}
    ),
    "a POST writes to the database and is then refused to the script": Shown(
        "03-what-it-stops/2-post-happens", 1, {"verdict": "blocked", "reached": True, "status_on_the_wire": 201}
    ),
    "blocked does not mean not sent": Shown("03-what-it-stops/2-post-happens", 1, {"sent": ["POST"]}),
    "DELETE is not executed when its preflight fails": Shown(
        "03-what-it-stops/3-delete-never-sent", 1, {"verdict": "blocked", "sent": ["OPTIONS"], "reached": False}
    ),
    "and the record is still there": Shown("03-what-it-stops/3-delete-never-sent", 2, {"verdict": "readable"}),
    "requests to other origins are sent, not forbidden": Shown("03-what-it-stops/4-form", 1, {"reached": True}),
    # which requests are simple
    "GET is simple": Shown("04-simple-requests/1-methods", 1, SIMPLE | {"sent": ["GET"]}),
    "HEAD is simple": Shown("04-simple-requests/1-methods", 2, SIMPLE | {"sent": ["HEAD"]}),
    "POST is simple": Shown("04-simple-requests/1-methods", 3, SIMPLE | {"sent": ["POST"]}),
    "Accept is safelisted": Shown("04-simple-requests/2-safelisted-headers", 1, SIMPLE),
    "Accept-Language is safelisted": Shown("04-simple-requests/2-safelisted-headers", 2, SIMPLE),
    "Content-Language is safelisted": Shown("04-simple-requests/2-safelisted-headers", 3, SIMPLE),
    "Content-Type is safelisted": Shown("04-simple-requests/2-safelisted-headers", 4, SIMPLE),
    "Range is safelisted": Shown("04-simple-requests/2-safelisted-headers", 5, SIMPLE),
    "a custom header is not": Shown("04-simple-requests/2-safelisted-headers", 6, {"kinds": ["preflight"]}),
    "application/x-www-form-urlencoded is simple": Shown("04-simple-requests/3-content-types", 1, SIMPLE),
    "multipart/form-data is simple": Shown("04-simple-requests/3-content-types", 2, SIMPLE),
    "text/plain is simple": Shown("04-simple-requests/3-content-types", 3, SIMPLE),
    "charset may stand in the Content-Type": Shown("04-simple-requests/4-content-type-parameters", 1, SIMPLE),
    "parameters other than charset may, too": Shown("04-simple-requests/4-content-type-parameters", 2, SIMPLE),
    "any added header is not enough for a preflight": Shown("04-simple-requests/2-safelisted-headers", 1, SIMPLE),
    # the preflight
    "a method needs a preflight": Shown("05-preflight/02-three-ways", 1, {"kinds": ["preflight", "actual"]}),
    "a header needs a preflight": Shown("05-preflight/02-three-ways", 2, {"kinds": ["preflight", "actual"]}),
    "a Content-Type needs a preflight": Shown("05-preflight/02-three-ways", 3, {"kinds": ["preflight", "actual"]}),
    "the preflight is an OPTIONS request": Shown(EXCHANGE, 1, {"sent": ["OPTIONS", "PUT"]}),
    "it carries the Origin": Shown(EXCHANGE, 1, {"origin": "https://example.com"}),
    "it carries Access-Control-Request-Method": Shown(
        EXCHANGE, 1, {"request_header": ("Access-Control-Request-Method", "PUT")}
    ),
    "it carries Access-Control-Request-Headers": Shown(
        EXCHANGE, 1, {"request_header": ("Access-Control-Request-Headers", "x-custom-header")}
    ),
    "the answer has Access-Control-Allow-Origin": Shown(
        EXCHANGE, 1, {"response_header": ("Access-Control-Allow-Origin", "https://example.com")}
    ),
    "the answer has Access-Control-Allow-Methods": Shown(
        EXCHANGE, 1, {"response_header": ("Access-Control-Allow-Methods", "GET, POST, PUT")}
    ),
    "the answer has Access-Control-Allow-Headers": Shown(
        EXCHANGE, 1, {"response_header": ("Access-Control-Allow-Headers", "X-Custom-Header")}
    ),
    "the answer has Access-Control-Max-Age: 3600": Shown(
        EXCHANGE, 1, {"response_header": ("Access-Control-Max-Age", "3600")}
    ),
    "the cache saves the second OPTIONS": Shown(EXCHANGE, 2, {"sent": ["PUT"]}),
    "any 2xx will do for a preflight": Shown("05-preflight/10-any-2xx", 3, {"verdict": "readable"}),
    "another status will not": Shown("05-preflight/10-any-2xx", 4, {"reason": "preflight-status-not-ok"}),
    "a preflight without the origin's permission stops the request, though answered 200": Shown(
        "05-preflight/11-who-may-ask",
        1,
        {"reason": "allow-origin-missing", "status_on_the_wire": 200, "reached": False},
    ),
    # the headers of the answer
    "* allows every origin": Shown("07-reading-responses/6-star", 2, {"verdict": "readable"}),
    "* is refused with credentials": Shown(
        "06-credentials/2-star", 1, {"reason": "allow-origin-wildcard-with-credentials"}
    ),
    "Access-Control-Allow-Origin holds one origin, not a list": Shown(
        "07-reading-responses/1-almost-right", 2, {"reason": "allow-origin-multiple"}
    ),
    # credentials
    "credentials: include sends the cookie, and Access-Control-Allow-Credentials lets it be read": Shown(
        "06-credentials/1-include", 3, {"verdict": "readable", "cookie": "session=1"}
    ),
    "without include no cookie is sent": Shown("06-credentials/1-include", 2, {"verdict": "readable", "cookie": None}),
    "without Access-Control-Allow-Credentials the answer is refused": Shown(
        "06-credentials/2-star", 2, {"reason": "allow-credentials-not-true"}
    ),
    "a token in Authorization needs a preflight": Shown(
        "06-credentials/5-token", 1, {"kinds": ["preflight", "actual"]}
    ),
}


@cache
def ran(scenario: str, profile: str) -> ScenarioResult:
    return run_scenario(load_scenario(FOLDER / f"{scenario}.toml"), profile)


def fact(name: str, outcome: Outcome) -> object:
    """What came of a step, by the names that `Shown.facts` has."""
    first = outcome.exchanges[0] if outcome.exchanges else None
    response = outcome.response
    match name:
        case "verdict":
            return outcome.verdict.value
        case "reason":
            return outcome.reason
        case "type":
            return None if response is None else response.type
        case "url":
            return None if response is None else response.url
        case "reached":
            return outcome.reached_server
        case "sent":
            return [exchange.request.method for exchange in outcome.exchanges]
        case "kinds":
            return [exchange.kind.value for exchange in outcome.exchanges]
        case "to":
            return None if first is None else first.request.url
        case "origin":
            return None if first is None else first.request.header("Origin")
        case "cookie":
            return None if first is None else first.request.header("Cookie")
        case "status_on_the_wire":
            return None if first is None or first.response is None else first.response.status
    raise AssertionError(name)


@pytest.mark.parametrize("shown", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_is_shown(shown: Shown) -> None:
    step = ran(shown.scenario, shown.profile).steps[shown.step - 1]
    assert step.mismatches == []
    for name, wanted in shown.facts.items():
        if name == "throws":
            assert wanted in (step.thrown or "")
            continue
        assert step.outcome is not None
        first = step.outcome.exchanges[0] if step.outcome.exchanges else None
        if name == "request_header":
            assert first is not None
            assert first.request.header(wanted[0]) == wanted[1]
        elif name == "response_header":
            assert first is not None
            assert first.response is not None
            assert first.response.header(wanted[0]) == wanted[1]
        else:
            assert fact(name, step.outcome) == wanted
