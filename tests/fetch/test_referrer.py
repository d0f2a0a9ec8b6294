"""Referrers and referrer policies."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, InvalidRequest, MockServer
from corssim.fetch.referrer import REFERRER_POLICIES, parse_referrer_policy

PAGE = "https://user:secret@app.example/deep/page?query#fragment"
FULL, ORIGIN = "https://app.example/deep/page?query", "https://app.example/"
SAME, CROSS, DOWN = "https://app.example/x", "https://api.example/x", "http://localhost.test/x"


def referer(url: str, page: str = PAGE, headers: Any = (), **options: Any) -> str | None:
    server = MockServer()
    Browser(server).page(page, headers).fetch(url, mode="no-cors", **options)
    return dict(server.requests[0].headers).get("Referer") if server.requests else "nothing was sent"


POLICIES = [
    ("", FULL, ORIGIN),
    ("no-referrer", None, None),
    ("no-referrer-when-downgrade", FULL, FULL),
    ("same-origin", FULL, None),
    ("origin", ORIGIN, ORIGIN),
    ("strict-origin", ORIGIN, ORIGIN),
    ("origin-when-cross-origin", FULL, ORIGIN),
    ("strict-origin-when-cross-origin", FULL, ORIGIN),
    ("unsafe-url", FULL, FULL),
]


@pytest.mark.parametrize(("policy", "same", "cross"), POLICIES)
def test_policies(policy: str, same: str | None, cross: str | None) -> None:
    assert referer(SAME, referrer_policy=policy) == same
    assert referer(CROSS, referrer_policy=policy) == cross
    if policy:
        assert referer(SAME, headers={"Referrer-Policy": policy}) == same
        assert referer(CROSS, headers={"Referrer-Policy": policy}) == cross


DOWNGRADES = [
    ("", None),
    ("no-referrer", None),
    ("no-referrer-when-downgrade", None),
    ("same-origin", None),
    ("origin", "http://localhost/"),
    ("strict-origin", None),
    ("origin-when-cross-origin", "http://localhost/"),
    ("strict-origin-when-cross-origin", None),
    ("unsafe-url", "http://localhost/deep/page"),
]


@pytest.mark.parametrize(("policy", "expected"), DOWNGRADES)
def test_policies_on_the_way_from_a_trustworthy_page_to_another_url(policy: str, expected: str | None) -> None:
    assert referer("http://api.example/", page="http://localhost/deep/page", referrer_policy=policy) == expected


def test_every_policy_is_in_the_tables() -> None:
    assert {row[0] for row in POLICIES} == {row[0] for row in DOWNGRADES} == REFERRER_POLICIES | {""}


def test_plain_http_to_plain_http_is_no_downgrade() -> None:
    assert referer("http://api.example/", page="http://app.example/deep") == "http://app.example/"


def test_a_long_referrer_is_cut_to_its_origin() -> None:
    page = "https://app.example/" + "a" * 4096
    assert referer(SAME, page=page) == ORIGIN
    assert referer(SAME, page=page[:4096]) == page[:4096]


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [
        ("", None),
        ("about:client", FULL),
        ("ABOUT:client", FULL),
        ("/other?x#y", "https://app.example/other?x"),
        ("https://app.example/other", "https://app.example/other"),
        ("https://api.example/other", FULL),
        ("data:,x", FULL),
    ],
    ids=["none", "client", "client in capitals", "relative", "same origin", "another origin", "opaque"],
)
def test_the_referrer_that_fetch_is_given(referrer: str, expected: str | None) -> None:
    assert referer(SAME, referrer=referrer) == expected


@pytest.mark.parametrize("referrer", ["https://", None, 3])
def test_a_referrer_that_is_no_url(referrer: Any) -> None:
    with pytest.raises(InvalidRequest):
        referer(SAME, referrer=referrer)


def test_a_policy_that_does_not_exist() -> None:
    with pytest.raises(InvalidRequest, match="unsafe-url"):
        referer(SAME, referrer_policy="never")


@pytest.mark.parametrize("page", ["data:text/html,x", "about:blank", "file:///x", "blob:https://app.example/1"])
def test_local_and_opaque_pages_have_no_referrer(page: str) -> None:
    assert referer(CROSS, page=page) is None


def test_the_referrer_stays_trimmed_on_the_way_back() -> None:
    server = MockServer().route(CROSS, status=302, headers={"Location": SAME})
    Browser(server).page(PAGE).fetch(CROSS, mode="no-cors")
    assert [dict(request.headers).get("Referer") for request in server.requests] == [ORIGIN, ORIGIN]


@pytest.mark.parametrize(
    ("lines", "policy"),
    [
        ([], ""),
        (["origin"], "origin"),
        (["ORIGIN"], "origin"),
        (["origin, bogus"], "origin"),
        (["origin, no-referrer"], "no-referrer"),
        (["origin", "no-referrer"], "no-referrer"),
        (["bogus"], ""),
        ([""], ""),
    ],
)
def test_the_last_policy_that_is_known_counts(lines: list[str], policy: str) -> None:
    assert parse_referrer_policy([("referrer-policy", line) for line in lines]) == policy
