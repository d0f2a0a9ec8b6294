"""The check of origins that people configure or type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from corssim.serialized_origin import check_serialized_origin


@pytest.mark.parametrize(
    "text",
    [
        "https://app.example",
        "http://localhost:3000",
        "http://127.0.0.1",
        "http://[::1]:8080",
        "https://xn--bcher-kva.example",
        "https://under_score.example",
        "http://app.example:443",
        "capacitor://localhost",
        "chrome-extension://abcdefghijklmnop",
    ],
)
def test_serialised_origins_pass(text: str) -> None:
    assert check_serialized_origin(text) is None
    assert check_serialized_origin(text, allow_wildcard=True, allow_null=True) is None


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("", "empty", None),
        (" \t", "empty", None),
        ("*", "wildcard", None),
        (" * ", "wildcard", None),
        ("null", "null", None),
        ("Null", "null", None),
        ('"https://app.example"', "quotes", "https://app.example"),
        ("'https://app.example/'", "quotes", "https://app.example"),
        ("“app”", "quotes", None),
        ("https://a.example, https://b.example", "several-origins", None),
        ("https://a.example https://b.example", "several-origins", None),
        ("null,https://a.example", "several-origins", None),
        ("*, https://a.example", "several-origins", None),
        ("https://app.example ", "whitespace", "https://app.example"),
        ("https://app.example\r\n", "whitespace", "https://app.example"),
        ("https://app\x00.example", "whitespace", None),
        ("https://app example", "whitespace", None),
        ("https://*.app.example", "wildcard-in-host", None),
        ("*.app.example", "wildcard-in-host", None),
        ("https://*", "wildcard-in-host", None),
        ("https://app.example:*", "wildcard-in-host", None),
        ("https://%2A.app.example", "wildcard-in-host", None),
        ("https://＊.app.example/", "wildcard-in-host", None),
        ("＊.app.example", "missing-scheme", None),
        ("app.example", "missing-scheme", "https://app.example"),
        ("//app.example/x", "missing-scheme", "https://app.example"),
        ("app.example:8080", "missing-scheme", "https://app.example:8080"),
        ("app.example:8080/x", "missing-scheme", "https://app.example:8080"),
        ("localhost:3000", "missing-scheme", "http://localhost:3000"),
        ("127.0.0.1", "missing-scheme", "http://127.0.0.1"),
        ("[::1]:8", "missing-scheme", "http://[::1]:8"),
        ("a^b", "missing-scheme", None),
        ("https:app.example", "slashes", "https://app.example"),
        ("https:/app.example", "slashes", "https://app.example"),
        ("https:///app.example", "slashes", "https://app.example"),
        ("http:8080", "slashes", "http://0.0.31.144"),
        ("https://", "no-host", None),
        ("https:", "no-host", None),
        ("https://:80", "no-host", None),
        ("file:///home/me/index.html", "opaque-scheme", None),
        ("file://host", "opaque-scheme", None),
        ("data:text/html,x", "opaque-scheme", None),
        ("about:blank", "opaque-scheme", None),
        ("foo://bar", "opaque-scheme", None),
        ("blob:https://app.example/uuid", "not-canonical", "https://app.example"),
        ("https://app.example:port", "invalid-port", None),
        ("https://app.example:99999", "invalid-port", None),
        ("https://app.example:123456", "invalid-port", None),
        ("https://app.example:", "invalid-port", "https://app.example"),
        ("https://bücher.example", "non-ascii-host", "https://xn--bcher-kva.example"),
        ("https://bücher.example:x", "non-ascii-host", None),
        ("https://a\ud800", "non-ascii-host", None),
        ("https://[::1", "invalid-host", None),
        ("https://300.1.1.1", "invalid-host", None),
        ("https://a^b", "invalid-host", None),
        ("https://a:1:2", "invalid-host", None),
        ("https://[v1.a]", "invalid-host", None),
        ("https://a:x@app.example", "userinfo", "https://app.example"),
        ("https://user@app.example", "userinfo", "https://app.example"),
        ("https://app.example/", "trailing-slash", "https://app.example"),
        ("CAPACITOR://localhost/", "trailing-slash", "capacitor://localhost"),
        ("https://app.example/login", "path", "https://app.example"),
        ("https://app.example//", "path", "https://app.example"),
        ("https://app.example?", "query", "https://app.example"),
        ("https://app.example/?x", "query", "https://app.example"),
        ("https://app.example#", "fragment", "https://app.example"),
        ("HTTPS://app.example", "upper-case", "https://app.example"),
        ("https://App.Example", "upper-case", "https://app.example"),
        ("https://app.example:443", "default-port", "https://app.example"),
        ("http://app.example:080", "default-port", "http://app.example"),
        ("https://0x7f.1", "not-canonical", "https://127.0.0.1"),
        ("https://%61pp.example", "not-canonical", "https://app.example"),
        ("https://[0::1]", "not-canonical", "https://[::1]"),
        ("http://app.example:0081", "not-canonical", "http://app.example:81"),
    ],
)
def test_faults(text: str, code: str, suggestion: str | None) -> None:
    problem = check_serialized_origin(text)
    assert problem is not None
    assert (problem.code, problem.suggestion) == (code, suggestion)
    assert problem.message.isprintable()
    if suggestion is not None:
        assert problem.message.endswith(f"; write {suggestion}")
        assert check_serialized_origin(suggestion) is None


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("*", None, None),
        ("null", None, None),
        ("NULL", "null-case", "null"),
        (" null", "null-case", "null"),
        ("'*'", "quotes", "*"),
        ('"null"', "quotes", "null"),
        ("* ", "whitespace", "*"),
        ("**", "wildcard-in-host", None),
        ("'https://*.a.example'", "quotes", None),
    ],
)
def test_what_allow_origin_may_hold_besides(text: str, code: str | None, suggestion: str | None) -> None:
    problem = check_serialized_origin(text, allow_wildcard=True, allow_null=True)
    assert (problem and problem.code, problem and problem.suggestion) == (code, suggestion)


def test_each_allowance_is_its_own() -> None:
    assert check_serialized_origin("*", allow_null=True) is not None
    assert check_serialized_origin("null", allow_wildcard=True) is not None
    for text in ("'*'", "'null'"):
        problem = check_serialized_origin(text)
        assert problem is not None
        assert problem.suggestion is None


def test_messages_are_short_and_hide_passwords() -> None:
    problem = check_serialized_origin("https://me:secret@app.example/" + "x" * 10_000)
    assert problem is not None
    assert "secret" not in problem.message
    assert len(problem.message) < 250
    several = check_serialized_origin("https://a.example,https://b.example")
    assert several is not None
    assert "Vary: Origin" in several.message


@given(
    st.text() | st.text(alphabet="htps:/@[]#?%.*,'\" 018aAxé\ud800\n") | st.text().map("https://{}".format),
    st.booleans(),
)
@settings(deadline=None, max_examples=500)
def test_random_text_never_crashes_and_suggestions_hold(text: str, lenient: bool) -> None:
    problem = check_serialized_origin(text, allow_wildcard=lenient, allow_null=lenient)
    if problem is None:
        return
    assert problem.message.isprintable()
    if problem.suggestion is not None:
        assert check_serialized_origin(problem.suggestion, allow_wildcard=lenient, allow_null=lenient) is None
