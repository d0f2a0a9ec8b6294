"""`corssim origin` and `corssim explain`."""

from __future__ import annotations

import json

import pytest

from corssim.fetch.reasons import Reason

from .running import corssim

LINE = (
    "Access to fetch at 'https://api.example/items' from origin 'https://app.example' has been blocked by CORS policy: "
    "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response."
)


@pytest.mark.parametrize(
    ("a", "b", "origin", "site", "because"),
    [
        ("https://a.example/x", "https://a.example:443/y", True, True, "scheme, host and port are equal"),
        (
            "https://a.example",
            "http://a.example",
            False,
            False,
            "the scheme (https, http) and the port (443, 80) differ",
        ),
        ("https://a.b.example", "https://c.b.example", False, True, "the host (a.b.example, c.b.example) differs"),
        ("http://localhost:1", "http://localhost:2", False, True, "the port (1, 2) differs"),
        ("http://localhost", "http://127.0.0.1", False, False, "the host (localhost, 127.0.0.1) differs"),
        ("https://a.github.io", "https://b.github.io", False, False, "the host (a.github.io, b.github.io) differs"),
        ("data:,a", "data:,a", False, False, "an opaque origin (null) is the same as no other"),
    ],
)
def test_two_urls_are_compared(a: str, b: str, origin: bool, site: bool, because: str) -> None:
    ran = corssim("origin", a, b, "--json")
    document = json.loads(ran.out)
    assert ran.status == 0
    assert (document["same_origin"], document["same_site"]) == (origin, site)
    assert document["same_origin_because"] == because
    text = corssim("origin", a, b).out
    assert f"same origin  {'yes' if origin else 'no'}: " in text
    assert f"same site    {'yes' if site else 'no'}: " in text


def test_one_url_is_told_with_what_is_wrong_with_it_as_a_header() -> None:
    document = json.loads(corssim("origin", "https://me:secret@API.example:443/x", "--json").out)
    assert (document["origin"], document["port"]) == ("https://api.example", 443)
    assert document["registrable_domain"] == "api.example"
    assert document["is_serialized_origin"] is False
    assert "secret" not in json.dumps(document)
    assert "write https://api.example" in corssim("origin", "https://api.example/").out


def test_an_opaque_origin_is_told() -> None:
    assert "An opaque origin" in corssim("origin", "data:,hello").out


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_explained(reason: Reason) -> None:
    ran = corssim("explain", reason.value)
    assert ran.status == 0
    assert ran.out.startswith(reason.value)
    assert max(map(len, ran.out.splitlines())) <= 80
    document = json.loads(corssim("explain", reason.value, "--json").out)
    assert list(document) == [
        "reason",
        "title",
        "anchor",
        "who_can_mend_it",
        "explanation",
        "on_the_server",
        "fix",
        "myths",
        "related",
    ]


def test_the_list_has_reasons_and_topics() -> None:
    text = corssim("explain").out
    assert "  allow-origin-missing  " in text
    assert "  preflight-cache  " in text
    document = json.loads(corssim("explain", "--json").out)
    assert {entry["reason"] for entry in document["reasons"]} == set(Reason)
    assert {"topic", "title"} == set(document["topics"][0])


def test_a_topic_is_explained() -> None:
    assert corssim("explain", "simple", "request").out.startswith("simple-request")
    document = json.loads(corssim("explain", "Vary", "--json").out)
    assert list(document) == ["topic", "title", "text", "anchor", "related"]


def test_a_console_line_is_read_back_from_an_argument_and_from_a_paste() -> None:
    for ran in (corssim("explain", LINE), corssim("explain", "-", stdin=f"at foo.js:1\n{LINE}\n    at bar.js:2\n")):
        assert ran.status == 0
        assert "said by      chromium" in ran.out
        assert "method-disallowed-by-preflight" in ran.out
        assert "corssim check https://api.example/items --page" in ran.out
    document = json.loads(corssim("explain", LINE, "--json").out)
    assert document["reason"] == "method-disallowed-by-preflight"
    (reading,) = document["readings"]
    assert reading["method"] == "PUT"
    assert reading["explanation"]["reason"] == "method-disallowed-by-preflight"


def test_the_command_it_offers_can_be_run() -> None:
    import shlex

    reading = json.loads(corssim("explain", LINE, "--json").out)["readings"][0]
    name, *arguments = shlex.split(reading["check"])
    assert name == "corssim"
    assert corssim(*arguments, "--dry-run").status == 0


def test_an_unknown_line_gets_an_honest_answer() -> None:
    ran = corssim("explain", "the CORS thing was blocked again by something on the server")
    assert ran.status == 0
    assert "No browser is known to print this line" in ran.out


def test_a_paste_without_any_such_line_is_a_mistake() -> None:
    ran = corssim("explain", "-", stdin="hello\n")
    assert ran.status in (0, 2)
