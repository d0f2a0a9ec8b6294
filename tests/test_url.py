"""URLs: WPT's table of URLs, and what the façade says about a parsed one."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import ada_url
import pytest
from hypothesis import given, settings, strategies as st

from corssim.errors import CorssimError, FetchBlocked, InvalidRequest, InvalidURL, UsageError
from corssim.origin import url_origin
from corssim.url import URL, parse_url, require_url

WPT = Path(__file__).parent / "data" / "wpt" / "urltestdata.json"
STANDARD_ONLY: frozenset[str] = frozenset()

NOW_A_HOST = "the standard has since let an all-ASCII host through whatever its xn-- labels hold"
KNOWN_DISAGREEMENTS = {
    "http://a.b.c.xn--pokxncvks": NOW_A_HOST,
    "http://10.0.0.xn--pokxncvks": NOW_A_HOST,
    "http://a.b.c.XN--pokxncvks": NOW_A_HOST,
    "http://a.b.c.Xn--pokxncvks": NOW_A_HOST,
    "http://10.0.0.XN--pokxncvks": NOW_A_HOST,
    "http://10.0.0.xN--pokxncvks": NOW_A_HOST,
    "https://xn--/": NOW_A_HOST,
    "file://xn--/p": NOW_A_HOST,
}


def wpt_rows() -> list[Any]:
    rows = [row for row in json.loads(WPT.read_text()) if isinstance(row, dict)]
    assert len(rows) == 878
    params = []
    for number, row in enumerate(rows):
        reason = KNOWN_DISAGREEMENTS.get(row["input"])
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        name = ascii(row["input"])[1:41]
        params.append(pytest.param(row, marks=marks, id=f"{number}-{name}"))
    assert sum(bool(param.marks) for param in params) == len(KNOWN_DISAGREEMENTS)
    return params


def parse_row(row: dict[str, Any]) -> URL | None:
    if row["base"] is None:
        return parse_url(row["input"])
    base = parse_url(row["base"])
    return None if base is None else parse_url(row["input"], base)


@pytest.mark.parametrize("row", wpt_rows())
def test_wpt_urltestdata(row: dict[str, Any]) -> None:
    url = parse_row(row)
    if row.get("failure"):
        assert url is None
        return
    assert url is not None
    seen = {
        "href": url.href,
        "protocol": url.scheme + ":",
        "username": url.username,
        "password": url.password,
        "hostname": url.host or "",
        "port": "" if url.port is None else str(url.port),
        "pathname": url.path,
        "search": f"?{url.query}" if url.query else "",
        "hash": f"#{url.fragment}" if url.fragment else "",
    }
    assert seen == {key: row[key] for key in seen}
    if "origin" in row:
        # No webview schemes: the table is the standard's, which gives chrome-extension: no tuple.
        assert url_origin(url, tuple_schemes=STANDARD_ONLY).serialized == row["origin"]


def must(text: str) -> URL:
    url = parse_url(text)
    assert url is not None
    return url


@pytest.mark.parametrize(
    ("text", "host", "port", "path", "query", "fragment"),
    [
        pytest.param("http://a.example", "a.example", None, "/", None, None, id="empty path becomes a slash"),
        pytest.param("http://a.example:80/?#", "a.example", None, "/", "", "", id="empty, not absent"),
        pytest.param("http://[::1]/x", "[::1]", None, "/x", None, None, id="IPv6 keeps its brackets"),
        pytest.param("http://[::1]:8/x", "[::1]", 8, "/x", None, None, id="IPv6 with a port"),
        pytest.param("http://a.example:0/", "a.example", 0, "/", None, None, id="port zero is a port"),
        pytest.param("file:///x", "", None, "/x", None, None, id="file has an empty host"),
        pytest.param("foo:/x", None, None, "/x", None, None, id="no authority, no host"),
        pytest.param("foo:/.//x", None, None, "//x", None, None, id="the path guard is no part of the path"),
        pytest.param("foo://h:9", "h", 9, "", None, None, id="authority and nothing else"),
        pytest.param("data:text/html,a?b#c", None, None, "text/html,a", "b", "c", id="opaque path"),
        pytest.param("http://a/?x=http://b/#?y", "a", None, "/", "x=http://b/", "?y", id="delimiters in later parts"),
    ],
)
def test_parts(
    text: str, host: str | None, port: int | None, path: str, query: str | None, fragment: str | None
) -> None:
    url = must(text)
    assert (url.host, url.port, url.path, url.query, url.fragment) == (host, port, path, query, fragment)


@pytest.mark.parametrize(
    ("text", "user_name", "password", "without"),
    [
        ("https://u:p@a.example/x?y#z", "u", "p", "https://a.example/x?y#z"),
        ("https://u@a.example:8/", "u", "", "https://a.example:8/"),
        ("https://:p@a.example/@", "", "p", "https://a.example/@"),
        ("https://u%40:a:b@a.example/", "u%40", "a%3Ab", "https://a.example/"),
    ],
)
def test_credentials(text: str, user_name: str, password: str, without: str) -> None:
    url = must(text)
    assert (url.username, url.password) == (user_name, password)
    assert url.includes_credentials
    stripped = url.without_credentials()
    assert stripped == must(without)
    assert stripped.href == without
    assert not stripped.includes_credentials


def test_what_is_not_there_is_taken_away_for_free() -> None:
    url = must("https://a.example/@")
    assert url.without_credentials() is url
    assert url.without_fragment() is url


def test_repr_masks_credentials() -> None:
    assert repr(must("https://user:secret@a.example/")) == "URL('https://***@a.example/')"
    assert repr(must("https://a.example/")) == "URL('https://a.example/')"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/x?y#z", "https://a.example/x?y"),
        ("https://a.example/#", "https://a.example/"),
        ("data:,x#y#z", "data:,x"),
    ],
)
def test_without_fragment(text: str, expected: str) -> None:
    url = must(text).without_fragment()
    assert url.href == expected
    assert url.fragment is None


@pytest.mark.parametrize(
    ("text", "scheme", "expected"),
    [
        pytest.param("http://a.example/x", "https", "https://a.example/x", id="default port stays default"),
        pytest.param("http://a.example:443/", "https", "https://a.example/", id="443 becomes the default"),
        pytest.param("https://a.example:80/", "http", "http://a.example/", id="80 becomes the default"),
        pytest.param("http://a.example:8080/", "https", "https://a.example:8080/", id="another port stays"),
        pytest.param("ws://u:p@a.example/#f", "wss", "wss://u:p@a.example/#f", id="the rest is kept"),
        pytest.param("https://a.example/", "data", "https://a.example/", id="special to other: refused"),
        pytest.param("foo://a/", "https", "foo://a/", id="other to special: refused"),
        pytest.param("https://a.example/", "1!", "https://a.example/", id="not a scheme: refused"),
        pytest.param("https://a.example/", "\ud800", "https://a.example/", id="not even text: refused"),
    ],
)
def test_with_scheme(text: str, scheme: str, expected: str) -> None:
    url = must(text).with_scheme(scheme)
    assert url.href == expected
    assert url.port == must(expected).port


@pytest.mark.parametrize(
    ("text", "http", "local", "special", "default", "effective"),
    [
        ("http://a/", True, False, True, 80, 80),
        ("https://a:8443/", True, False, True, 443, 8443),
        ("https://a:0/", True, False, True, 443, 0),
        ("ws://a/", False, False, True, 80, 80),
        ("wss://a/", False, False, True, 443, 443),
        ("ftp://a/", False, False, True, 21, 21),
        ("file:///a", False, False, True, None, None),
        ("about:blank", False, True, False, None, None),
        ("data:,", False, True, False, None, None),
        ("blob:https://a/1", False, True, False, None, None),
        ("capacitor://localhost:7", False, False, False, None, 7),
    ],
)
def test_schemes_and_ports(
    text: str, http: bool, local: bool, special: bool, default: int | None, effective: int | None
) -> None:
    url = must(text)
    assert (url.is_http, url.is_local, url.is_special) == (http, local, special)
    assert (url.default_port, url.effective_port) == (default, effective)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://127.0.0.1/", True),
        ("http://0x7f.1/", True),
        ("http://2130706433/", True),
        ("http://[2001:db8::1]/", True),
        ("http://1.example/", False),
        ("http://example.1a/", False),
        ("foo://127.0.0.1/", False),
        ("foo://[::1]/", True),
        ("file:///x", False),
        ("data:,x", False),
    ],
)
def test_host_is_ip(text: str, expected: bool) -> None:
    assert must(text).host_is_ip is expected


def test_equality_and_hash_are_by_href() -> None:
    one, same, other = must("HTTP://a:80"), must("http://a/"), must("http://a/#")
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "http://a/"
    assert str(one) == "http://a/"


def test_urls_are_immutable_and_survive_pickling() -> None:
    url = must("https://u@a.example:8/x?y#z")
    with pytest.raises(AttributeError):
        url.host = "b.example"  # type: ignore[misc]
    for twin in (pickle.loads(pickle.dumps(url)), copy.deepcopy(url)):
        assert twin == url
        assert twin.host == "a.example"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("http://a/\ud800x", "http://a/%EF%BF%BDx", id="lone lead surrogate in the path"),
        pytest.param("http://a/?\udc00", "http://a/?%EF%BF%BD", id="lone trail surrogate in the query"),
        pytest.param("http://a/\ud83d\ude00", "http://a/%F0%9F%98%80", id="a pair is one character"),
        pytest.param("http://a\ud800/", None, id="a host cannot hold it"),
    ],
)
def test_surrogates(text: str, expected: str | None) -> None:
    url = parse_url(text)
    assert (None if url is None else url.href) == expected


def test_relative_urls() -> None:
    base = must("https://a.example/x/y?q#f")
    assert parse_url("../z", base) == must("https://a.example/z")
    assert parse_url("#", base) == must("https://a.example/x/y?q#")
    assert parse_url("//b.example", base) == must("https://b.example/")
    assert parse_url("z") is None
    assert parse_url("z", must("data:,x")) is None


def test_long_urls_are_parsed_but_not_kept() -> None:
    text = "data:," + "x" * 5000
    long = must(text)
    assert long.href == text
    assert parse_url(text) is not long
    assert parse_url("#y", long) == must(text + "#y")
    assert parse_url("http://a.example/kept") is parse_url("http://a.example/kept")


@pytest.mark.parametrize(
    ("text", "base", "message"),
    [
        ("", None, "'' is not a URL: it is empty"),
        (" \n", None, "' \\n' is not a URL: it is empty"),
        ("app.example", None, "it has no scheme; write it out, like https://app.example/"),
        ("https://", None, "there is no host after the scheme"),
        ("http://a:99999/", None, "its host or port is not valid"),
        ("http://a b/", None, "its host or port is not valid"),
        ("//a:b/", "https://a.example/", "its host or port is not valid"),
        ("x", "data:,x", "it is relative, and data: URLs resolve nothing"),
        ("https://[/", "https://a.example/", "its host or port is not valid"),
        ("https://" + "ä." * 5000 + "example/", None, "its host or port is not valid"),
        ("https://" + "%C3%A4." * 5000 + "example/", None, "its host or port is not valid"),
    ],
)
def test_require_url_says_why(text: str, base: str | None, message: str) -> None:
    with pytest.raises(InvalidURL) as caught:
        require_url(text, None if base is None else must(base))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_require_url_returns_and_shortens() -> None:
    assert require_url("x", must("https://a.example")).href == "https://a.example/x"
    with pytest.raises(InvalidURL) as caught:
        require_url("x" * 10_000)
    assert len(str(caught.value)) < 250


@given(
    st.text() | st.text(alphabet="htps:/\\@[]#?%.01axé\ud800 \t"),
    st.sampled_from([None, "http://a/b", "foo:x"]),
)
@settings(deadline=None, max_examples=300)
def test_random_text_never_crashes_and_hrefs_round_trip(text: str, base: str | None) -> None:
    url = parse_url(text, None if base is None else must(base))
    if url is None:
        return
    assert must(url.href) == url
    reference = ada_url.URL(url.href)
    assert url.path == reference.pathname
    assert (url.host or "") == reference.hostname
    assert ("" if url.port is None else str(url.port)) == reference.port
    assert (url.username, url.password) == (reference.username, reference.password)
    assert url.without_credentials().without_fragment().path == url.path


def test_errors_are_caught_as_what_they_are_to_python() -> None:
    assert issubclass(InvalidRequest, TypeError)
    assert issubclass(InvalidURL, ValueError)
    assert all(issubclass(error, CorssimError) for error in (InvalidRequest, InvalidURL, UsageError))


def test_fetch_blocked_carries_its_outcome_through_pickle() -> None:
    error = FetchBlocked("blocked", outcome={"verdict": "blocked"})
    twin = pickle.loads(pickle.dumps(error))
    assert (str(twin), twin.outcome) == ("blocked", {"verdict": "blocked"})
