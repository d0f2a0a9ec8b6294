"""The function: what a change does to recorded exchanges, row by row."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pyarrow as pa
import pytest

from corssim.errors import UsageError
from corssim.replay import EXCHANGES, RESULTS, Change, read_change, replay

APP, API = "https://app.example", "https://api.example"


def exchange(seq: int = 0, **fields: Any) -> dict[str, Any]:
    """A CORS GET that the API shares with everyone, unless told otherwise. Headers are given as mappings."""
    row: dict[str, Any] = {
        "session_id": "s",
        "seq": seq,
        "method": "GET",
        "url": f"{API}/items",
        "mode": "cors",
        "credentials": "omit",
        "request_headers": {"Origin": APP},
        "status": 200,
        "response_headers": {"Access-Control-Allow-Origin": "*"},
    } | fields
    for name in ("request_headers", "response_headers"):
        row[name] = pairs(row[name])
    if row.get("preflight"):
        row["preflight"] = {"status": 204, "response_headers": pairs(row["preflight"])}
    return row


def pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=EXCHANGES)


def results(change: dict[str, Any], *rows: dict[str, Any], browser: str = "chromium") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = replay(table(*rows), Change.of(change), [browser]).to_pylist()
    return found


DROPS = {"answers": [{"url": f"{API}/*", "remove": ["Access-Control-Allow-Origin"]}]}
TRACES = {"requests": [{"url": f"{API}/*", "add": {"traceparent": "00-0-0-00"}}]}
PREFLIGHT = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}
OTHER = {"url": "https://other.example/x"}
NO_ANSWER = {"status": 0, "response_headers": {}}
SHARES_WITH_APP = {"response_headers": {"Access-Control-Allow-Origin": APP}}
MOVES = {"pages": [{"move": f"{APP}/*", "to": "https://new.example/"}]}


@pytest.mark.parametrize(
    ("change", "fields", "verdicts", "reason", "breaks"),
    [
        pytest.param(DROPS, {}, ("readable", "blocked"), "allow-origin-missing", True, id="the API drops its header"),
        pytest.param(DROPS, OTHER, ("readable", "readable"), None, False, id="another server is not touched"),
        pytest.param(
            DROPS, {"response_headers": {}}, ("blocked", "blocked"), "allow-origin-missing", False, id="broken before"
        ),
        pytest.param(DROPS, NO_ANSWER, (None, None), None, None, id="no answer was recorded"),
        pytest.param(TRACES, {}, ("readable", None), None, None, id="a preflight that nobody has seen"),
        pytest.param(
            TRACES,
            {"method": "PUT", "preflight": PREFLIGHT},
            ("readable", "blocked"),
            "header-disallowed-by-preflight",
            True,
            id="a header that the recorded preflight does not list",
        ),
        pytest.param(
            {**TRACES, "server": [{"origin": API, "policy": {"allow_origins": "*", "allow_headers": "*"}}]},
            {},
            ("readable", "readable"),
            None,
            False,
            id="a header that the server's new policy lists",
        ),
        pytest.param(
            {"server": [{"origin": API, "policy": {"allow_origins": ["https://other.example"]}}]},
            {},
            ("readable", "blocked"),
            "allow-origin-missing",
            True,
            id="a policy without this page",
        ),
        pytest.param(
            MOVES, SHARES_WITH_APP, ("readable", "blocked"), "allow-origin-mismatch", True, id="the page moves"
        ),
        pytest.param(MOVES, {}, ("readable", "readable"), None, False, id="the page moves, everyone may ask"),
        pytest.param(
            {"answers": [{"url": f"{API}/*", "set": {"Access-Control-Allow-Origin": "{origin}"}}]},
            SHARES_WITH_APP,
            ("readable", "readable"),
            None,
            False,
            id="who asks is told back",
        ),
        pytest.param(DROPS, {"mode": "navigate"}, (None, None), None, None, id="a navigation"),
    ],
)
def test_what_a_change_does(
    change: dict[str, Any], fields: dict[str, Any], verdicts: tuple[str, str], reason: str | None, breaks: bool | None
) -> None:
    (result,) = results(change, exchange(**fields))
    assert (result["verdict_before"], result["verdict_after"]) == verdicts
    assert result["reason_after"] == reason
    assert result["breaks"] is breaks


@pytest.mark.parametrize("status", [200, 404, 500, 503])
def test_what_breaks_has_its_fix_whatever_its_status(status: int) -> None:
    (result,) = results(DROPS, exchange(status=status))
    assert result["fix"] == f"Access-Control-Allow-Origin: {APP}"


@pytest.mark.parametrize("browser", ["chromium", "firefox", "webkit"])
def test_a_fix_does_not_depend_on_what_was_replayed_before(browser: str) -> None:
    rows = [
        exchange(at, url=f"{API}/{at}", response_headers={"Access-Control-Allow-Origin": "*", "Date": str(at)})
        for at in range(5)
    ]
    together = results(DROPS, *rows, browser=browser)
    assert [result["fix"] for result in together] == [results(DROPS, row, browser=browser)[0]["fix"] for row in rows]


@pytest.mark.parametrize(
    ("fields", "change", "guessed"),
    [
        ({}, DROPS, []),
        ({"credentials": None}, DROPS, ["credentials"]),
        ({"mode": None, "credentials": None}, DROPS, ["credentials", "mode"]),
        (SHARES_WITH_APP, MOVES, ["response_headers"]),
        ({"method": "PUT", "preflight": PREFLIGHT}, TRACES, ["preflight"]),
        ({"request_headers": {}, "page_url": f"{APP}/x"}, DROPS, []),
        ({"request_headers": {}}, DROPS, ["page"]),
    ],
    ids=[
        "all told",
        "credentials",
        "mode",
        "the answer to another page",
        "the preflight for more",
        "page told",
        "page",
    ],
)
def test_what_was_guessed_is_named(fields: dict[str, Any], change: dict[str, Any], guessed: list[str]) -> None:
    (result,) = results(change, exchange(**fields))
    assert result["sure"] == guessed


def test_a_session_keeps_its_preflights() -> None:
    put = {"method": "PUT", "preflight": {**PREFLIGHT, "Access-Control-Max-Age": "600"}}
    first, second, other = results(
        {"answers": [{"url": "https://elsewhere.example/", "remove": ["X"]}]},
        exchange(0, **put),
        exchange(1, method="PUT"),
        {**exchange(0, **put), "session_id": "t"},
    )
    assert (first["preflighted"], second["preflighted"], other["preflighted"]) == (True, False, True)
    assert (first["preflight_cached"], second["preflight_cached"]) == (False, True)


def test_redirects_are_one_request() -> None:
    redirect = exchange(
        0, url=f"{API}/old", status=302, response_headers={"Location": "/new", "Access-Control-Allow-Origin": "*"}
    )
    (result,) = results(DROPS, redirect, exchange(1, url=f"{API}/new"))
    assert (result["seq"], result["verdict_before"], result["verdict_after"]) == (0, "readable", "blocked")


def test_cookies_that_third_parties_lose() -> None:
    cookies = {
        "credentials": "include",
        "request_headers": {"Origin": APP, "Cookie": "sid=1"},
        "response_headers": {"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Credentials": "true"},
    }
    (kept,) = results(DROPS, exchange(**cookies))
    (lost,) = results({"third_party_cookies": "block"}, exchange(**cookies))
    assert (kept["cookies_sent"], kept["loses_cookies"]) == (True, False)
    assert (lost["cookies_sent"], lost["loses_cookies"]) == (False, True)


def test_local_networks_are_asked_for_where_the_change_says_so() -> None:
    local = exchange(url="https://printer.example/", server_ip="192.168.0.7")
    (asked,) = results({"local_network_access": "ask"}, local)
    (other,) = results(DROPS, local)
    assert (asked["verdict_before"], asked["verdict_after"], asked["breaks"]) == ("readable", "pending", True)
    assert other["verdict_after"] == "readable"


SHOP = "http://shop.example.com"


@pytest.mark.parametrize(
    ("https_first", "origin", "breaks"),
    [
        pytest.param(True, SHOP, True, id="a page over http stands at https then"),
        pytest.param(False, SHOP, False, id="a page over http stays there"),
        pytest.param(False, "https://shop.example.com", True, id="a page that was led away goes back"),
        pytest.param(True, "https://shop.example.com", False, id="a page that was led away stays there"),
    ],
)
def test_pages_stand_where_https_first_leads_them(https_first: bool, origin: str, breaks: bool) -> None:
    led_away = exchange(0, url=f"{SHOP}/", mode="navigate", destination="document", status=307, request_headers={},
                        response_headers={"Location": "https://shop.example.com/",
                                          "Non-Authoritative-Reason": "HttpsUpgrades"})  # fmt: skip
    asked = exchange(1, request_headers={"Origin": origin}, response_headers={"Access-Control-Allow-Origin": origin})
    rows = [asked] if origin == SHOP else [led_away, asked]
    result = results({"https_first": https_first}, *rows)[-1]
    assert (result["verdict_before"], result["breaks"]) == ("readable", breaks)


def test_another_browser() -> None:
    wildcard = exchange(
        method="PUT",
        request_headers={"Origin": APP, "Authorization": "Bearer x"},
        preflight={**PREFLIGHT, "Access-Control-Allow-Headers": "*"},
    )
    (result,) = results({"browser": "standard"}, wildcard)
    assert (result["verdict_before"], result["verdict_after"]) == ("readable", "blocked")


def test_order_and_cuts_change_nothing() -> None:
    rows = [{**exchange(at, url=f"{API}/{at % 3}"), "session_id": f"s{at % 4}"} for at in range(20)]
    change = Change.of(DROPS)
    whole = replay(table(*rows), change)
    mixed = replay(table(*reversed(rows)), change)
    parts = [replay(table(*(row for row in rows if row["session_id"] == f"s{at}")), change) for at in range(4)]
    keys = [("session_id", "ascending"), ("seq", "ascending"), ("profile", "ascending")]
    expected = whole.sort_by(keys)
    assert mixed.sort_by(keys).equals(expected)
    assert pa.concat_tables(parts).sort_by(keys).equals(expected)


def test_a_site_that_is_not_touched_comes_to_the_same_alone() -> None:
    """Only what the change can reach is made twice; making all twice must come to the same."""
    rows = [
        exchange(
            0,
            url="https://cdn.example/a",
            response_headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=60"},
        ),
        exchange(1),
        exchange(2, url="https://cdn.example/a"),
        exchange(3, url="https://www.api.example/", request_headers={"Origin": APP, "Cookie": "a=b"}),
    ]
    lean = results(DROPS, *rows)
    everything = results({**DROPS, "requests": [{"url": "*", "add": {"Accept": "x/y"}}]}, *rows)
    assert lean == everything


def test_the_schemas() -> None:
    result = replay(table(exchange()), Change.of(DROPS))
    assert result.schema.equals(RESULTS, check_metadata=True)
    assert replay(EXCHANGES.empty_table(), Change.of(DROPS)).schema.equals(RESULTS)
    assert result.column("profile").to_pylist() == ["chromium", "firefox", "webkit"]


def test_columns_that_are_not_there_are_not_told() -> None:
    bare = pa.table({"session_id": ["s"], "seq": [1], "method": ["GET"], "url": [f"{API}/"]})
    (result,) = replay(bare, Change.of(DROPS), ["standard"]).to_pylist()
    assert (result["verdict_before"], result["breaks"]) == (None, None)
    assert "page" in result["sure"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("answers = 1", "answers"),
        ("[[answers]]\nurl = '*'\nset = { 'a b' = 'c' }", "no name of a header"),
        ("[[answers]]\nurl = '*'\nset = { a = 'x\\r\\ny' }".replace("'x", '"x').replace("y'", 'y"'), "line breaks"),
        (
            "[[server]]\norigin = 'https://a.example'\npolicy = { allow_origins = '*', allow_credentials = true }",
            "allow_credentials",
        ),
        ("[[pages]]\nto = 'nowhere'", "nowhere"),
        ("browser = 'lynx'", "lynx"),
        ("third_party_cookies = 'eat'", "third_party_cookies"),
        ("nothing = 1", "nothing"),
        ("title = 'x'", "changes nothing"),
        ("= broken", "neither TOML nor JSON"),
    ],
)
def test_mistakes_in_a_change(tmp_path: Any, text: str, told: str) -> None:
    path = tmp_path / "change.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_change(str(path))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_function_keeps_its_name_whatever_was_imported_before() -> None:
    code = "import corssim.replay.runs\nfrom corssim.replay import replay\nreplay.__call__"
    subprocess.run([sys.executable, "-c", code], check=True)
