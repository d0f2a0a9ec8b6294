"""Requests that share nothing with others are made once a kind: that changes no result."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pyarrow as pa
import pytest

from corssim.replay import EXCHANGES, Change, replay, replaying
from corssim.replay.recorded import requests_of
from corssim.replay.rows import sessions_of
from corssim.replay.sharing import kinds_of
from corssim.replay.traffic import sessions_as_tables

APP, API = "https://app.example", "https://api.example"
DROPS = {"answers": [{"url": f"{API}/*", "remove": ["Access-Control-Allow-Origin"]}]}
CHANGES = {
    "answers": DROPS,
    "pages that move": {"pages": [{"to": "https://new.example/"}]},
    "headers that pages add": {"requests": [{"url": f"{API}/*", "add": {"traceparent": "00-0"}}]},
    "a policy": {"server": [{"origin": API, "policy": {"allow_origins": ["https://shop.example"]}}]},
    "cookies": {"third_party_cookies": "block"},
    "a browser": {"browser": "standard"},
}


def both(table: pa.Table, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[pa.Table, pa.Table]:
    """The results, and those where each request is made in its session's browser."""
    browsers = [*replaying.PROFILES, "standard"]
    by_kind = replay(table, Change.of(change), browsers)
    monkeypatch.setattr(replaying, "kinds_of", lambda requests, _: [None] * len(requests))
    return by_kind, replay(table, Change.of(change), browsers)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_made_up_traffic_comes_to_the_same(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    by_kind, each = both(pa.concat_tables(sessions_as_tables(120, 3)), change, monkeypatch)
    assert by_kind.equals(each)


def exchange(session: str, seq: int, **fields: Any) -> dict[str, Any]:
    row = {
        "session_id": session,
        "seq": seq,
        "method": "GET",
        "url": f"{API}/{session}/{seq}",
        "mode": "cors",
        "request_headers": {"Origin": APP, "Authorization": f"Bearer {session}{seq}"},
        "status": 200,
        "response_headers": {"Access-Control-Allow-Origin": "*", "Date": f"{seq}"},
        "preflight": {
            "status": 204,
            "response_headers": [
                {"name": "Access-Control-Allow-Origin", "value": "*"},
                {"name": "Access-Control-Allow-Headers", "value": "authorization"},
            ],
        },
    } | fields
    for name in ("request_headers", "response_headers"):
        row[name] = [{"name": key, "value": value} for key, value in row[name].items()]
    return row


COOKIES = {"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Credentials": "true"}
ORIGIN = {"Origin": APP}
WITH_CREDENTIALS: dict[str, Any] = {"credentials": "include", "request_headers": ORIGIN, "response_headers": COOKIES}
SESSIONS = {
    "a cookie that an answer sets": [
        WITH_CREDENTIALS | {"response_headers": {**COOKIES, "Set-Cookie": "a=b; SameSite=None; Secure"}},
        WITH_CREDENTIALS,
    ],
    "a cookie of a site": [
        WITH_CREDENTIALS
        | {
            "url": "https://www.api.example/",
            "response_headers": {**COOKIES, "Set-Cookie": "a=b; Domain=api.example; SameSite=None; Secure"},
        },
        WITH_CREDENTIALS,
    ],
    "a cookie that was there before": [
        WITH_CREDENTIALS | {"request_headers": {**ORIGIN, "Cookie": "a=b"}},
        WITH_CREDENTIALS,
    ],
    "a URL again": [{"url": f"{API}/x"}, {"url": f"{API}/x"}],
    "a URL again, written otherwise": [{"url": f"{API}/x"}, {"url": "https://API.example:443/y/../x#y"}],
    "a host that is https from now on": [
        {"response_headers": {"Access-Control-Allow-Origin": "*", "Strict-Transport-Security": "max-age=99"}},
        {
            "url": "http://api.example/",
            "page_url": "http://api.example/",
            "request_headers": {},
            "response_headers": {},
            "preflight": None,
        },
    ],
    "where a redirect leads": [
        {"status": 302, "response_headers": {"Access-Control-Allow-Origin": "*", "Location": "/y"}},
        {"url": f"{API}/y"},
    ],
    "an answer that takes another URL's place": [
        {"url": f"{API}/x", "response_headers": {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=99"}},
        {"method": "POST", "response_headers": {"Access-Control-Allow-Origin": "*", "Location": "/x"}},
        {"url": f"{API}/x"},
    ],
}


@pytest.mark.parametrize("rows", SESSIONS.values(), ids=SESSIONS)
def test_what_a_session_shares_is_made_in_order(rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    session = [exchange("s", seq, **fields) for seq, fields in enumerate(rows)]
    by_kind, each = both(pa.Table.from_pylist(session, schema=EXCHANGES), CHANGES["a browser"], monkeypatch)
    assert by_kind.equals(each)
    assert by_kind.num_rows


DIFFERENT = {
    "another origin is allowed": {"response_headers": {"Access-Control-Allow-Origin": "https://other.example"}},
    "a wildcard with credentials": {"credentials": "include", "request_headers": ORIGIN},
    "another page": {"request_headers": {"Origin": "https://other.example"}},
    "a sandboxed page": {"request_headers": {"Origin": "null"}},
    "an unsafe header": {"request_headers": {**ORIGIN, "X-Other": "1"}},
    "an unsafe value": {"request_headers": {**ORIGIN, "Content-Type": "application/json"}, "method": "POST"},
    "a safe value": {"request_headers": {**ORIGIN, "Content-Type": "text/plain"}, "method": "POST"},
    "another method": {"method": "PUT"},
    "another status": {"status": 500},
    "no preflight": {"preflight": None},
    "another server": {"url": "https://other.example/", "request_headers": ORIGIN},
    "a port that is blocked": {"url": "https://api.example:6666/", "request_headers": ORIGIN},
    "a path with a dot": {"url": f"{API}/%2e%2e/", "request_headers": ORIGIN},
    "an image of another origin": {
        "mode": "no-cors",
        "destination": "image",
        "request_headers": {"Referer": f"{APP}/"},
        "response_headers": {"Cross-Origin-Resource-Policy": "same-origin"},
    },
    "a script that is none": {
        "mode": "no-cors",
        "destination": "script",
        "request_headers": {"Referer": f"{APP}/"},
        "response_headers": {"Content-Type": "text/html", "X-Content-Type-Options": "nosniff"},
    },
    "more headers than browsers take": {"response_headers": {"Access-Control-Allow-Origin": "*", "X-A": "a" * 600_000}},
    "a name that is no header's": {"response_headers": {"Access-Control-Allow-Origin": "*", "A B": "a"}},
}


def test_requests_of_different_kinds_do_not_answer_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [exchange("s", 0), *(exchange("s", seq, **fields) for seq, fields in enumerate(DIFFERENT.values(), 1))]
    by_kind, each = both(pa.Table.from_pylist(rows, schema=EXCHANGES), DROPS, monkeypatch)
    assert by_kind.to_pylist() == each.to_pylist()


def test_most_of_the_traffic_has_few_kinds() -> None:
    """What is shared is worth it: values of tokens, times and paths make no kind of their own."""
    table = pa.Table.from_pylist([exchange(session, seq) for session in "st" for seq in range(5)], schema=EXCHANGES)
    kinds = [kinds_of(requests_of(rows), Change.of(DROPS)) for _, rows in sessions_of(table)]
    assert len(set(chain(*kinds))) == 1
    assert None not in kinds[0]
