"""The names and signatures that other people's code is written against."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import corssim
from corssim import AsyncBrowser, Browser, Outcome, Page, ScriptResponse

NAMES = [
    "AsyncBrowser",
    "Blob",
    "Blocked",
    "Browser",
    "BrowserProfile",
    "BrowserSettings",
    "CorsPolicy",
    "CorssimError",
    "Exchange",
    "FetchBlocked",
    "FormData",
    "FormUrlEncoded",
    "InvalidRequest",
    "InvalidURL",
    "MockResponse",
    "MockServer",
    "Origin",
    "Outcome",
    "Page",
    "Reason",
    "ScriptResponse",
    "UsageError",
    "Verdict",
    "__version__",
]


def test_the_public_names() -> None:
    assert corssim.__all__ == NAMES
    assert set(NAMES) <= set(dir(corssim))


@pytest.mark.parametrize("name", NAMES)
def test_each_public_name_is_there(name: str) -> None:
    thing = getattr(corssim, name)
    assert name.startswith("__") or thing.__name__ == name


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Chrome'"):
        _ = corssim.Chrome


def parameters(function: Any) -> list[str]:
    """Parameters as they are called: keyword-only ones after a star, defaults written out."""
    shown = []
    keyword_only = False
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            shown.append("*")
        if parameter.kind is parameter.VAR_KEYWORD:
            shown.append(f"**{parameter.name}")
        elif parameter.default is parameter.empty:
            shown.append(parameter.name)
        else:
            shown.append(f"{parameter.name}={parameter.default!r}")
    return shown


BROWSER = (
    "transport=None, mounts=None, profile='standard', clock=None, settings=None, permissions=None, addresses=None, "
    "*, timeout=30.0, max_body=10485760, **network"
)
SIGNATURES = {
    Browser.__init__: BROWSER,
    AsyncBrowser.__init__: BROWSER,
    Browser.page: "url, headers=(), sandboxed=False",
    Browser.visit: "url",
    AsyncBrowser.visit: "url",
    Page.frame: "url=None, headers=(), allow='', sandboxed=False, *, srcdoc=False",
    Page.navigate: "url",
    Page.web_socket: "url, protocols=()",
    Page.worker: "url=None, *, headers=()",
    Page.fetch: (
        "url, *, method='GET', headers=(), body=None, mode='cors', credentials='same-origin', redirect='follow', "
        "cache='default', referrer='about:client', referrer_policy='', integrity='', keepalive=False, "
        "target_address_space=''"
    ),
    Page.xhr: (
        "url, *, method='GET', headers=(), body=None, with_credentials=False, upload_listener=False, "
        "synchronous=False, username=None, password=None"
    ),
    Page.load: "element, url, crossorigin=None, *, as_='fetch', integrity='', referrer_policy='', family=''",
    Page.send_beacon: "url, data=None, content_type=None",
    Page.event_source: "url, *, with_credentials=False",
    Page.submit_form: "url, *, method='POST', fields=(), enctype='application/x-www-form-urlencoded', target='_self'",
    Page.create_object_url: "blob",
}


@pytest.mark.parametrize(
    ("function", "expected"), SIGNATURES.items(), ids=[function.__qualname__ for function in SIGNATURES]
)
def test_signatures(function: Any, expected: str) -> None:
    assert ", ".join(parameters(function)) == expected


def test_what_an_outcome_has() -> None:
    outcome = Browser(corssim.MockServer()).page("https://app.example/").fetch("/x")
    assert isinstance(outcome, Outcome)
    for name in (
        *("verdict", "allowed", "reason", "blocked", "failure", "response", "exchanges", "reached_server"),
        *("timing_allowed", "trace", "console", "profile", "returned", "raise_for_block"),
    ):
        assert hasattr(outcome, name)
    assert isinstance(outcome.response, ScriptResponse)
    for name in (
        "type",
        "status",
        "status_text",
        "url",
        "redirected",
        "headers",
        "body",
        "text",
        "json",
        "ok",
        "header",
    ):
        assert hasattr(outcome.response, name)


def test_errors_are_the_builtin_kind_that_they_stand_for() -> None:
    assert issubclass(corssim.InvalidRequest, TypeError)
    assert issubclass(corssim.InvalidURL, ValueError)
    for name in ("InvalidRequest", "InvalidURL", "UsageError", "FetchBlocked"):
        assert issubclass(getattr(corssim, name), corssim.CorssimError)


def test_verdicts() -> None:
    assert [verdict.value for verdict in corssim.Verdict] == ["readable", "opaque", "blocked", "failed", "pending"]
