"""What is a value: whoever holds it can rely on it, and put it into a set. What is a state is itself alone."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest

from corssim import Blob, Browser, BrowserSettings, FormData, FormUrlEncoded
from corssim.fetch.authentication_entry import AuthenticationEntry, Credentials
from corssim.fetch.content_security_policy import Directive, Disposition, Violation, parse_serialized_policy
from corssim.fetch.data_url import DataURL
from corssim.fetch.mime_type import parse_mime_type
from corssim.fetch.preflight_cache_entry import CacheEntry
from corssim.fetch.reasons import Blocked, Reason
from corssim.fetch.request import Request
from corssim.fetch.response import Response
from corssim.fetch.subresource_integrity import HashExpression
from corssim.records import replace

TEXT = parse_mime_type("text/plain")
assert TEXT is not None

VALUES = [
    Blob("a"),
    FormData({"a": "1"}),
    FormUrlEncoded({"a": "1"}),
    BrowserSettings(),
    TEXT,
    DataURL(TEXT, b""),
    HashExpression("sha256", "abc"),
    Directive("img-src"),
    parse_serialized_policy("img-src 'self'"),
    Violation("img-src", "default-src", "default-src 'self'", Disposition.ENFORCE),
    Blocked(reason=Reason.REDIRECT_MODE_ERROR, anchor="", url=""),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_stays_as_it_is_and_has_a_hash(value: object) -> None:
    for name in type(value).__dataclass_fields__:  # type: ignore[attr-defined]
        with pytest.raises(AttributeError, match="stays as it is"):
            setattr(value, name, None)
        with pytest.raises(AttributeError, match="stays as it is"):
            delattr(value, name)
    assert value in {value}


BROWSER = Browser()
PAGE = BROWSER.page("https://app.example/")

STATES = [
    BROWSER.user_agent,
    PAGE.environment,
    Request([PAGE.environment.url], PAGE.environment, PAGE.origin),
    Response(),
    AuthenticationEntry("realm", "basic", Credentials(b"", b"")),
    CacheEntry(("PUT",), (), credentials=False, expires=1.0),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_a_state_is_equal_to_itself_alone(state: object) -> None:
    alike = copy(state)
    assert state != alike
    assert len({state, alike}) == 2


@pytest.mark.parametrize("state", STATES[1:3], ids=lambda state: type(state).__name__)
def test_what_is_worked_out_is_neither_given_nor_shown(state: Any) -> None:
    name = {"Environment": "_site", "Request": "current_url"}[type(state).__name__]
    with pytest.raises(TypeError, match=name):
        replace(state, **{name: None})
    assert f" {name}=" not in repr(state)


def test_what_blocked_is_told_by_name() -> None:
    with pytest.raises(TypeError):
        Blocked(Reason.BAD_PORT, "", "")  # type: ignore[call-arg]
