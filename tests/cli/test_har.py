"""`corssim har`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .running import corssim

HAR = Path(__file__).parents[1] / "data" / "inputs" / "har"
EDGE = str(HAR / "edge-126-blocked-400-without-acao.har")
CHROME = str(HAR / "chrome-111-preflight-json-no-pages.har")
INSOMNIA = str(HAR / "insomnia-2023.5-put-403.har")


def test_exchanges_as_data() -> None:
    ran = corssim("har", EDGE, CHROME, "--json")
    document = json.loads(ran.out)
    assert (ran.status, ran.err) == (1, "")
    blocked, allowed = document["exchanges"]
    assert blocked["page"] == "http://localhost:5173/"
    assert (blocked["method"], blocked["url"]) == ("POST", "https://api.example/prod/signup")
    assert (blocked["mode"], blocked["credentials"]) == ("cors", "same-origin")
    assert blocked["preflight"] == {"url": "https://api.example/prod/signup", "status": 204}
    assert blocked["recorded"] == {"status": 400, "blocked": True, "error": "net::ERR_FAILED"}
    assert blocked["browsers"]["webkit"] == {"verdict": "blocked", "reason": "allow-origin-missing"}
    assert allowed["browsers"]["chromium"] == {"verdict": "readable", "reason": None}
    assert document["summary"]["by_server"] == [
        {"server": "https://api.example", "reason": "allow-origin-missing", "count": 1}
    ]


def test_exchanges_in_words() -> None:
    ran = corssim("har", EDGE, CHROME)
    assert "POST https://api.example/prod/signup from http://localhost:5173/" in ran.out
    assert "recorded   preflight 204, status 400, blocked (net::ERR_FAILED)" in ran.out
    assert "browsers   blocked in chromium, firefox, webkit [allow-origin-missing]" in ran.out
    assert "1 × https://api.example allow-origin-missing" in ran.out
    assert "fix        Set Access-Control-Allow-Origin" in ran.out
    assert "2 of 4 requests were preflights" in ran.out
    assert "1 of 2 requests was a preflight" in corssim("har", EDGE).out
    assert "log.example" not in ran.out
    assert "POST https://log.example/list" in corssim("har", EDGE, CHROME, "-v").out


def test_a_page_that_is_not_told_can_be_given() -> None:
    first = json.loads(corssim("har", INSOMNIA, "--json").out)["exchanges"][0]
    assert (first["page"], first["browsers"]["chromium"]["verdict"]) == (None, None)
    assert any("--page" in note for note in first["notes"])
    ran = corssim("har", INSOMNIA, "--page", "http://localhost:3000/", "--json")
    first = json.loads(ran.out)["exchanges"][0]
    assert first["page"] == "http://localhost:3000/"
    assert first["browsers"]["chromium"] == {"verdict": "blocked", "reason": "allow-origin-missing"}


def test_without_a_console_nothing_is_said_of_one(tmp_path: Path) -> None:
    assert "console" not in corssim("har", EDGE).out
    empty = tmp_path / "console.log"
    empty.touch()
    assert "predicted, and not printed" in corssim("har", EDGE, "--console", str(empty)).out


def test_a_console_log_stands_beside(tmp_path: Path) -> None:
    log = tmp_path / "console.log"
    line = "Access to fetch at 'https://api.example/prod/signup' from origin … has been blocked by CORS policy\x1b[31m"
    log.write_text(f"other\n{line}\n", encoding="utf-8")
    ran = corssim("har", EDGE, "--console", str(log))
    assert "console    Access to fetch at 'https://api.example/prod/signup'" in ran.out
    assert "\x1b" not in ran.out
    assert json.loads(corssim("har", EDGE, "--console", str(log), "--json").out)["exchanges"][0]["console"] == [line]


def test_preflights_that_a_longer_max_age_saves(tmp_path: Path) -> None:
    document = json.loads(Path(CHROME).read_text(encoding="utf-8"))
    document["log"]["entries"] *= 3
    path = tmp_path / "three.har"
    path.write_text(json.dumps(document), encoding="utf-8")
    summary = json.loads(corssim("har", str(path), "--json").out)["summary"]
    assert (summary["preflights"], summary["max_age"]) == (3, {"seconds": 7200, "would_save": 2})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("/nowhere.har",), "/nowhere.har cannot be read: No such file or directory"),
        ((EDGE, "--page", "nowhere"), "'nowhere' is not a URL"),
        ((EDGE, "--console", "/nowhere"), "--console: /nowhere cannot be read"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    ran = corssim("har", *arguments)
    assert ran.status == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_nothing_of_a_recording_reaches_the_terminal_as_it_is(tmp_path: Path) -> None:
    document = json.loads(Path(EDGE).read_text(encoding="utf-8"))
    for entry in document["log"]["entries"]:
        entry["request"]["url"] += "?\x1b]0;title\x07"
        entry["request"]["method"] = "PO\x1b[2JST"
    path = tmp_path / "hostile.har"
    path.write_text(json.dumps(document), encoding="utf-8")
    ran = corssim("har", str(path), "-v")
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize(
    "malformed", ['"text"', "7", '{"request": 3}', '{"request": {"url": "https://a.example/", "headers": 5}}', "{}"]
)
def test_an_entry_that_cannot_be_read_is_named_and_the_others_are_judged(
    malformed: str, at: int, tmp_path: Path
) -> None:
    entries = json.loads(Path(CHROME).read_text("utf-8-sig"))["log"]["entries"]
    told = [json.dumps(entry) for entry in entries]
    told.insert(at, malformed)
    path = tmp_path / "one.har"
    path.write_text(f'{{"log": {{"entries": [{", ".join(told)}]}}}}')
    ran = corssim("har", str(path), "--json")
    document = json.loads(ran.out)
    assert ran.status == 2
    assert f"{path}: entry {at} cannot be read" in ran.err
    assert len(document["summary"]["skipped"]) == 1
    assert [each["browsers"]["chromium"]["verdict"] for each in document["exchanges"]] == ["readable"]


def test_without_cookies_answers_stay_as_recorded_and_that_is_said(tmp_path: Path) -> None:
    def entry(url: str, status: int, *headers: tuple[str, str]) -> dict[str, object]:
        told = [{"name": name, "value": value} for name, value in headers]
        sent = [{"name": "Origin", "value": "https://app.example"}, {"name": "Cookie", "value": "a=1"}]
        return {
            "startedDateTime": "2026-01-01T00:00:00Z",
            "request": {"method": "GET", "url": url, "headers": sent, "cookies": [{"name": "a", "value": "1"}]},
            "response": {"status": status, "headers": told, "content": {}},
        }

    allowed = (("Access-Control-Allow-Origin", "https://app.example"), ("Access-Control-Allow-Credentials", "true"))
    path = tmp_path / "cookies.har"
    path.write_text(json.dumps({"log": {"entries": [entry("https://api.test/", 200, *allowed)]}}))
    plain = json.loads(corssim("har", str(path), "--json").out)["exchanges"][0]
    assert "what_if" not in plain
    ran = corssim("har", str(path), str(path), "--json", "--third-party-cookies", "block")
    told = json.loads(ran.out)["exchanges"][0]
    assert (told["what_if"]["browsers"], told["what_if"]["changed"]) == (plain["browsers"], [])
    assert ran.err.count("is not in a recording, so it is not known whether that one would still be read") == 1


@pytest.mark.parametrize(
    ("flags", "then", "changed"),
    [
        (("--permission", "loopback-network=granted"), "readable", True),
        (("--permission", "loopback-network=denied"), "blocked", True),
        (("--permission", "loopback-network=prompt"), "pending", False),
        (("--local-network-access", "off"), "readable", True),
        (("--local-network-access", "ask"), "pending", False),
    ],
    ids=["granted", "denied", "undecided", "off", "asks"],
)
def test_what_if_the_user_had_decided_about_local_networks(
    tmp_path: Path, flags: tuple[str, str], then: str, changed: bool
) -> None:
    entry = {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {
            "method": "GET",
            "url": "http://127.0.0.1:8080/",
            "headers": [{"name": "Origin", "value": "https://app.example"}],
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Access-Control-Allow-Origin", "value": "*"}],
            "content": {},
        },
    }
    path = tmp_path / "local.har"
    path.write_text(json.dumps({"log": {"entries": [entry]}}))
    (told,) = json.loads(corssim("har", str(path), "--json", *flags).out)["exchanges"]
    assert told["browsers"]["chromium"]["verdict"] == "pending"
    assert told["what_if"]["browsers"]["chromium"]["verdict"] == then
    assert ("chromium" in told["what_if"]["changed"]) is changed


def har_entry(url: str, origin: str, acao: str, status: int = 200, **answer: str) -> dict[str, Any]:
    headers = {"Access-Control-Allow-Origin": acao} | {name.replace("_", "-"): value for name, value in answer.items()}
    return {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {"method": "GET", "url": url, "headers": [{"name": "Origin", "value": origin}] if origin else []},
        "response": {
            "status": status,
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
            "content": {},
        },
    }


PLAIN_SHOP = [har_entry("https://api.example.com/x", "http://shop.example.com", "http://shop.example.com")]
LED_AWAY = [
    har_entry("http://shop.example.com/", "", "*", 307, Location="https://shop.example.com/",
              Non_Authoritative_Reason="HttpsUpgrades"),
    har_entry("https://api.example.com/x", "https://shop.example.com", "https://shop.example.com"),
]  # fmt: skip
KNOWN_HSTS = [
    har_entry("http://shop.example.com/", "", "*", 307, Location="https://shop.example.com/",
              Non_Authoritative_Reason="HSTS"),
    LED_AWAY[1],
]  # fmt: skip
TO_LOCAL_PORT = [har_entry("https://api.example.com/x", "http://shop.example.com:8080", "http://shop.example.com:8080")]


@pytest.mark.parametrize(
    ("entries", "https_first", "changed"),
    [
        pytest.param(PLAIN_SHOP, "on", ["chromium", "firefox", "webkit"], id="a page over http stands at https then"),
        pytest.param(PLAIN_SHOP, "off", [], id="a page over http stays there"),
        pytest.param(TO_LOCAL_PORT, "on", [], id="a page at a port is not tried over https"),
        pytest.param(LED_AWAY, "off", ["chromium", "firefox", "webkit"], id="a page that was led away goes back"),
        pytest.param(LED_AWAY, "on", [], id="a page that was led away stays there"),
        pytest.param(KNOWN_HSTS, "off", [], id="Strict-Transport-Security leads away all the same"),
    ],
)
def test_what_if_pages_were_tried_over_https(
    tmp_path: Path, entries: list[dict[str, Any]], https_first: str, changed: list[str]
) -> None:
    path = tmp_path / "shop.har"
    path.write_text(json.dumps({"log": {"entries": entries}}))
    ran = corssim("har", str(path), "--json", "--https-first", https_first)
    told = json.loads(ran.out)["exchanges"][-1]
    assert {each["verdict"] for each in told["browsers"].values()} == {"readable"}
    assert told["what_if"]["changed"] == changed
    assert {told["what_if"]["browsers"][name]["reason"] for name in changed} <= {"allow-origin-mismatch"}
    assert f"--https-first {https_first}: " in ran.err


BLOCKED = Path(EDGE).parents[1] / "har-and-console" / "playwright-chromium-156-blocked.har"
SIGNUP = (
    "Access to fetch at 'https://api.example/prod/signup' from origin 'http://localhost:5173' has been blocked by CORS "
    "policy: "
)


def compared(har: str | Path, log: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the console comes to beside each request, by method and URL, and the counts."""
    document = json.loads(corssim("har", str(har), "--console", str(log), "--json").out)
    told = {f"{each['method']} {each['url']}": each["console_compared"] for each in document["exchanges"]}
    return told, document["summary"]["console"]


def test_a_console_says_why_where_a_recording_has_no_answer() -> None:
    told, counts = compared(BLOCKED, BLOCKED.with_suffix(".log"))
    assert {request: each["says"] for request, each in told.items() if each["says"]} == {
        "GET http://api.example/shut": ["allow-origin-missing"],
        "GET http://api.example/noheaders": ["header-disallowed-by-preflight"],
        "GET http://api.example/creds": ["allow-origin-wildcard-with-credentials"],
    }
    assert told["GET http://127.0.0.1:1/refused"]["agree"] is True
    assert counts == {"browser": "chromium", "compared": 1, "as_predicted": 1, "of_no_request": 0}
    blocked = [
        each["url"] for each in json.loads(corssim("har", str(BLOCKED), "--json").out)["exchanges"]
        if each["recorded"]["blocked"]
    ]  # fmt: skip
    assert blocked == [f"http://api.example/{path}" for path in ("shut", "noheaders", "creds")]


def test_a_console_is_compared_with_what_was_predicted(tmp_path: Path) -> None:
    log = tmp_path / "console.log"
    predicted = f"{SIGNUP}No 'Access-Control-Allow-Origin' header is present on the requested resource."
    log.write_text(f"signup:1  {predicted}\nhook.js:608 POST https://api.example/prod/signup 400\n", encoding="utf-8")
    told, counts = compared(EDGE, log)
    assert told["POST https://api.example/prod/signup"] == {
        "agree": True, "not_printed": [], "not_predicted": [], "says": [],
    }  # fmt: skip
    assert counts["as_predicted"] == 1

    other = f"{SIGNUP}Response to preflight request doesn't pass access control check: It does not have HTTP ok status."
    log.write_text(f"{other}\n{other.replace('signup', 'elsewhere')}\n", encoding="utf-8")
    told, counts = compared(EDGE, log)
    assert told["POST https://api.example/prod/signup"] == {
        "agree": False, "not_printed": [predicted], "not_predicted": [other], "says": ["preflight-status-not-ok"],
    }  # fmt: skip
    assert (counts["as_predicted"], counts["of_no_request"]) == (0, 1)
    text = " ".join(corssim("har", EDGE, "--console", str(log)).out.split())
    assert "console predicted, and not printed: Access to fetch" in text
    assert "console printed, and not predicted: Access to fetch" in text
    assert "The console, of chromium: 0 of 1 request as predicted; 1 line of requests that are not" in text


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        ((), {"chromium", "firefox", "webkit"}),
        (("--browser", "firefox"), {"firefox"}),
        (("--browser", "all"), {"standard", "chromium", "firefox", "webkit"}),
    ],
)
def test_the_browsers_that_judge_a_recording(flags: tuple[str, ...], names: set[str]) -> None:
    ran = corssim("har", EDGE, "--json", "--page", "http://localhost:5173", *flags)
    assert set(json.loads(ran.out)["exchanges"][0]["browsers"]) == names
    assert corssim("har", EDGE, *flags).status == 1
    assert corssim("har", EDGE, "--browser", "lynx").status == 2


def test_what_was_recorded_as_blocked_without_its_answer_is_counted_and_not_passed(tmp_path: Path) -> None:
    """As Playwright writes what Chromium blocked: no answer, status -1, and the Referer alone tells the page."""
    request = {
        "method": "GET",
        "url": "https://api.example/x",
        "headers": [{"name": "Referer", "value": "https://app.example/"}],
    }
    response = {"status": -1, "headers": [], "_failureText": "net::ERR_FAILED"}
    path = tmp_path / "blocked.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": request, "response": response}]}}))
    ran = corssim("har", str(path), "--json")
    document = json.loads(ran.out)
    assert (ran.status, document["summary"]["not_known"], document["summary"]["blocked_unanswered"]) == (1, 1, 1)
    assert document["exchanges"][0]["browsers"]["chromium"]["verdict"] is None
    assert "1 not known (1 of them recorded as blocked, without the answer)" in " ".join(
        corssim("har", str(path)).out.split()
    )


def test_what_happened_inside_the_browser_is_said(tmp_path: Path) -> None:
    def entry(url: str, status: int, sent: dict[str, str], came: dict[str, str]) -> dict[str, object]:
        request = {"method": "GET", "url": url, "headers": [{"name": k, "value": v} for k, v in sent.items()]}
        return {
            "request": request,
            "response": {"status": status, "headers": [{"name": k, "value": v} for k, v in came.items()]},
        }

    inside = {"Location": "https://api.example/x", "Non-Authoritative-Reason": "HSTS"}
    elsewhere = {"Location": "https://other.example/y", "Non-Authoritative-Reason": "Delegate"}
    origin, own = {"Origin": "https://app.example"}, {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "cors"}
    entries = [
        entry("http://api.example/x", 307, origin, inside),
        entry("https://api.example/x", 200, origin, {}),
        entry("https://api.example/y", 307, origin, elsewhere),
        entry("https://update.example/", 200, own, {}),
        entry("https://api.example/", 200, {"Origin": "moz-extension://abc"}, {}),
    ]
    path = tmp_path / "inside.har"
    path.write_text(json.dumps({"log": {"entries": entries}}))
    exchanges = json.loads(corssim("har", str(path), "--json").out)["exchanges"]
    assert [exchange["notes"][:1] for exchange in exchanges] == [
        ["the browser (HSTS) led it from http://api.example/x, before any server was asked"],
        ["an extension or the browser itself (Delegate) led it elsewhere, before any server was asked"],
        ["the browser or an extension asked for it by itself, no page did"],
        ["an extension's page: what it has leave to access, it reads whatever CORS says"],
    ]


@pytest.mark.parametrize(
    ("origin", "allowed", "body", "verdict", "note"),
    [
        ("https://api.example", None, "{}", "readable", "from its cache: taken as 200"),
        ("https://app.example", "*", "{}", "readable", "from its cache: taken as 200"),
        ("https://app.example", "https://other.example", "{}", "blocked", "from its cache: taken as 200"),
        ("https://app.example", "*", "", None, "from its cache"),
    ],
    ids=["the page's own", "another origin's", "another origin's, for another page", "headers alone"],
)
def test_an_answer_without_a_status_is_told_as_one_of_the_cache(
    origin: str, allowed: str | None, body: str, verdict: str | None, note: str, tmp_path: Path
) -> None:
    cached = har_entry("https://api.example/a.json", origin, allowed or "*", status=0)
    cached["response"]["content"] = {"mimeType": "application/json", "text": body}
    path = tmp_path / "cached.har"
    path.write_text(json.dumps({"log": {"creator": {"name": "Firefox"}, "entries": [cached]}}))
    (exchange,) = json.loads(corssim("har", str(path), "--json").out)["exchanges"]
    assert exchange["browsers"]["firefox"]["verdict"] == verdict
    assert exchange["notes"][0].endswith(note)


def test_a_web_socket_is_told_as_one_and_what_has_no_page_is_not_counted_as_cross_origin(tmp_path: Path) -> None:
    socket = har_entry("https://ws.example/", "https://app.example", "*", status=101)
    socket["request"]["headers"].append({"name": "Upgrade", "value": "websocket"})
    alone = har_entry("https://api.example/", "https://app.example", "*")
    alone["request"]["headers"] = []
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {"entries": [socket, alone]}}))
    told = corssim("har", "-v", str(path)).out
    assert "a WebSocket's handshake, to which CORS does not apply" in told
    assert "no answer was recorded" not in told
    assert "2 requests, 1 of them cross-origin, 1 of a page that is not told: " in told


@pytest.mark.parametrize(
    "written",
    ["onInputData({archive});", "  cb({archive})\n", "{entry}", "[{entry}, {entry}]"],
    ids=["in a call", "in a call without an end", "an entry alone", "entries alone"],
)
def test_what_was_cut_out_of_an_archive_or_put_around_it(written: str, tmp_path: Path) -> None:
    entry = json.dumps(har_entry("https://api.example/", "https://app.example", "*"))
    path = tmp_path / "a.har"
    archive = f'{{"log": {{"entries": [{entry}]}}}}'
    path.write_text(written.replace("{entry}", entry).replace("{archive}", archive))
    summary = json.loads(corssim("har", str(path), "--json").out)["summary"]
    assert summary["readable"] == summary["exchanges"] == written.count("{")


def test_a_tunnel_through_a_proxy_is_told_as_one(tmp_path: Path) -> None:
    tunnel = har_entry("https://api.example", "", "")
    tunnel["request"]["method"] = "CONNECT"
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {"entries": [tunnel]}}))
    told = corssim("har", str(path)).out
    assert "a tunnel through a proxy, which no page asks for" in told
    assert "--page URL gives" not in told
