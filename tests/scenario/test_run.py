"""Running scenarios: each kind of step, each expectation, and time that nobody waits for."""

from __future__ import annotations

from typing import Any

import pytest

from corssim.scenario import ScenarioResult, parse_scenario, run_scenario

HEAD = """
title = "t"
page = "https://app.example/"

[[server]]
origin = "https://api.example"
policy = { allow_origins = ["https://app.example"], allow_methods = ["PUT"], max_age = 60, expose_headers = "X-Total" }
headers = { X-Total = "3", Content-Type = "text/plain" }
body = "hello"
"""


def run(steps: str, **options: Any) -> ScenarioResult:
    return run_scenario(parse_scenario(HEAD + steps), **options)


PASSING = {
    "fetch": 'fetch = "https://api.example/"\nexpect = { verdict = "readable", reason = "", status = 200, '
    'type = "cors", headers = { x-total = "3", vary = false }, body = "hello", redirected = false, '
    'url = "https://api.example/", reached_server = true, timing_allowed = false }',
    "fetch of a blob": 'fetch = "https://api.example/"\nmethod = "POST"\nbody = { blob = "a", type = "text/plain" }\n'
    'expect.sent = [{ request = "POST https://api.example/", headers = { cookie = false } }]',
    "fetch of a form": 'fetch = "https://api.example/"\nmethod = "POST"\nbody = { form_urlencoded = { a = "1" } }\n'
    'expect.sent = [{ request = "POST https://api.example/", headers = { content-length = "3" } }]',
    "fetch of form data": 'fetch = "https://api.example/"\nmethod = "POST"\nbody = { form_data = [["a", "1"]] }\n'
    'expect.sent = ["POST https://api.example/"]',
    "fetch of repeated text": 'fetch = "https://api.example/"\nmethod = "POST"\nbody = { text = "ab", repeat = 3 }\n'
    'expect.sent = [{ request = "POST https://api.example/", headers = { content-length = "6" } }]',
    "fetch of a stream": 'fetch = "https://api.example/"\nmethod = "POST"\nbody = { stream = ["a", "b"] }\n'
    'expect.sent = ["OPTIONS https://api.example/", "POST https://api.example/"]',
    "xhr": 'xhr = "https://api.example/"\nupload_listener = true\nmethod = "POST"\nbody = "a"\n'
    'expect.sent = ["OPTIONS https://api.example/", "POST https://api.example/"]',
    "load": 'load = "img"\nurl = "https://api.example/"\ncrossorigin = "anonymous"\nexpect.reason = "not-an-image"',
    "send_beacon": 'send_beacon = "https://api.example/"\ndata = "a"\nexpect.returned = true',
    "event_source": 'event_source = "https://api.example/"\nexpect.reason = "event-source-type"',
    "submit_form": 'submit_form = "https://elsewhere.example/"\nexpect.sent = ["POST https://elsewhere.example/"]',
    "a step on another page": 'fetch = "https://api.example/"\npage = "https://other.example/"\n'
    'expect.reason = "allow-origin-missing"',
    "a call that throws": 'fetch = "https://api.example/"\nmethod = "TRACE"\nexpect.throws = "trace"',
    "an empty console": 'fetch = "https://api.example/"\nexpect.console = []',
}


@pytest.mark.parametrize("step", PASSING.values(), ids=PASSING)
def test_what_is_as_expected_passes(step: str) -> None:
    result = run(f"\n[[step]]\n{step}\n")
    assert result.mismatches == []
    assert result.passed


FAILING = {
    "verdict": (
        'fetch = "https://b.example/"\nexpect.verdict = "readable"',
        "verdict: expected readable, got blocked (allow-origin-missing)",
    ),
    "reason": (
        'fetch = "https://api.example/"\nexpect.reason = "bad-port"',
        "reason: expected bad-port, got none",
    ),
    "sent": (
        'fetch = "https://api.example/"\nexpect.sent = []',
        "sent: expected nothing, got GET https://api.example/",
    ),
    "a header that was sent": (
        'fetch = "https://api.example/"\nexpect.sent = [{ request = "GET https://api.example/", headers = { a="" } }]',
        "sent[1].headers.a: expected none, got no such header",
    ),
    "a header that should not be there": (
        'fetch = "https://api.example/"\nexpect.headers = { x-total = false }',
        "headers.x-total: expected no such header, got 3",
    ),
    "a header that should be there": (
        'fetch = "https://api.example/"\nexpect.headers = { vary = true }',
        "headers.vary: expected any value, got no such header",
    ),
    "status": (
        'fetch = "https://api.example/"\nexpect.status = 404',
        "status: expected 404, got 200",
    ),
    "a status where there is no response": (
        'fetch = "https://b.example/"\nexpect.status = 404',
        "status: expected 404, got no response",
    ),
    "body": ('fetch = "https://api.example/"\nexpect.body = ""', "body: expected none, got hello"),
    "reached_server": (
        'fetch = "https://api.example/"\nexpect.reached_server = false',
        "reached_server: expected false, got true",
    ),
    "console": (
        'fetch = "https://api.example/"\nexpect.console = ["blocked"]',
        "console: expected a line with 'blocked', got nothing",
    ),
    "a call that throws where none should": (
        'fetch = "https://api.example/"\nmethod = "TRACE"\nexpect.verdict = "readable"',
        "throws: expected nothing, got 'script may not use the method TRACE'",
    ),
    "a call that should have thrown": (
        'fetch = "https://api.example/"\nexpect.throws = "x"',
        "throws: expected 'x', got nothing thrown",
    ),
}


@pytest.mark.parametrize(("step", "message"), FAILING.values(), ids=FAILING)
def test_what_is_not_as_expected_is_told(step: str, message: str) -> None:
    result = run(f"\n[[step]]\n{step}\n")
    assert not result.passed
    assert [str(mismatch) for mismatch in result.mismatches] == [message]


PUT = '\n[[step]]\nfetch = "https://api.example/"\nmethod = "PUT"\nexpect.sent = [{}]\n'
BOTH, ALONE = '"OPTIONS https://api.example/", "PUT https://api.example/"', '"PUT https://api.example/"'


def test_time_passes_by_advance_alone() -> None:
    steps = PUT.format(BOTH) + PUT.format(ALONE) + "[[step]]\nadvance = 61\n" + PUT.format(BOTH)
    assert run(steps).mismatches == []


def test_another_profile_stands_in_for_the_scenarios_browser() -> None:
    result = run(PUT.format(BOTH), profile="webkit")
    assert result.profile.name == "webkit"


def test_steps_on_the_same_page_share_it() -> None:
    """A preloaded response waits on its own page."""
    preload = '\n[[step]]\nload = "preload"\nurl = "https://api.example/"\ncrossorigin = "anonymous"\n'
    again = '\n[[step]]\nfetch = "https://api.example/"\nexpect.sent = {}\n'
    assert run(preload + again.format("[]")).mismatches == []


async def app(scope: Any, receive: Any, send: Any) -> None:
    headers = [(b"access-control-allow-origin", b"*")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"from the app"})


def test_apps_answer_at_their_origins() -> None:
    pytest.importorskip("corssim.browser.transports.asgi")
    step = '\n[[step]]\nfetch = "https://{}.example/"\nexpect.body = "{}"\n'
    result = run(step.format("app2", "from the app") + step.format("api", "hello"), apps={"https://app2.example": app})
    assert result.mismatches == []


DIFFERING = {
    "what only one browser does": (
        'expect.verdict = "blocked"\nexpect.ie11.verdict = "readable"',
        {"standard": [], "ie11": []},
    ),
    "a verdict of its own leaves out the others' reason": (
        'expect.verdict = "blocked"\nexpect.reason = "allow-origin-missing"\nexpect.ie11.verdict = "readable"',
        {"standard": [], "ie11": []},
    ),
    "the others' keys hold where it has none": (
        'expect.verdict = "blocked"\nexpect.reached_server = false\nexpect.ie11.verdict = "readable"',
        {
            "standard": ["reached_server: expected false, got true"],
            "ie11": ["reached_server: expected false, got true"],
        },
    ),
    "its own is held against what came": (
        'expect.verdict = "blocked"\nexpect.ie11.body = "x"',
        {"standard": [], "ie11": ["verdict: expected blocked, got readable", "body: expected x, got hello"]},
    ),
}


@pytest.mark.parametrize(("expected", "told"), DIFFERING.values(), ids=DIFFERING)
def test_a_browser_may_be_expected_to_differ(expected: str, told: dict[str, list[str]]) -> None:
    """Another port of the page's own host: Internet Explorer's own origin, nobody else's."""
    server = '\n[[server]]\nurl = "https://app.example:81/"\nbody = "hello"\n'
    scenario = parse_scenario(f'{HEAD}{server}\n[[step]]\nfetch = "https://app.example:81/"\n{expected}\n')
    came = {name: [str(mismatch) for mismatch in run_scenario(scenario, name).mismatches] for name in told}
    assert came == told


OPENED = """
title = "t"
page = "https://search.example/"

[[server]]
url = "http://shop.example.com/"

[[server]]
url = "https://shop.example.com/"

[[server]]
url = "https://api.example/"

[[step]]
{step} = "http://shop.example.com/"

[[step]]
fetch = "https://api.example/"
"""


@pytest.mark.parametrize(
    ("step", "profile", "origin"),
    [
        ("navigate", "standard", "http://shop.example.com"),
        ("navigate", "chromium", "https://shop.example.com"),
        ("navigate", "firefox", "https://shop.example.com"),
        ("visit", "chromium", "https://shop.example.com"),
        ("visit", "firefox", "http://shop.example.com"),
    ],
)
def test_steps_go_on_where_a_link_or_the_address_bar_led(step: str, profile: str, origin: str) -> None:
    opened, fetched = run_scenario(parse_scenario(OPENED.format(step=step)), profile).steps
    assert opened.outcome is not None
    assert opened.outcome.allowed
    assert fetched.outcome is not None
    assert fetched.outcome.exchanges[0].request.header("Origin") == origin
