"""HAProxy's configurations, followed as HAProxy does: sections, conditions, samples, answers of its own."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
SET = "http-response set-header Access-Control-Allow-Origin"
DELETE = "http-response del-header Access-Control-Allow-Origin"
CAPTURE = "capture request header origin len 99"
GET, PUT = "GET", "PUT"

CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "what was captured": (
        f"frontend a\n{CAPTURE}\n{DELETE}\n{SET} %[capture.req.hdr(0)] if {{ capture.req.hdr(0) -m end app.example }}",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "several lines of one ACL, and one that is turned": (
        (f"frontend a\n{CAPTURE}\nacl ours capture.req.hdr(0) {APP}\nacl ours capture.req.hdr(0) -m beg https://b.\n"
        f"{SET} *\n{DELETE} unless ours"),
        {(GET, "/", APP): READABLE, (GET, "/", "https://b.c"): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "one of two conditions": (
        f"frontend a\n{CAPTURE}\n{DELETE}\n{SET} * if METH_PUT or {{ capture.req.hdr(0) -m sub app }}",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "what is answered at once has the rules after answers alone": (
        ("frontend a\nhttp-request return status 204 hdr Access-Control-Allow-Methods PUT if METH_OPTIONS\n"
        f"{SET} *\nhttp-after-response set-header Access-Control-Allow-Origin * if METH_OPTIONS"),
        {(PUT, "/", APP): READABLE, (GET, "/", APP): READABLE},
    ),
    "what is answered at once has no rules of answers": (
        f"frontend a\nhttp-request return status 204 if METH_OPTIONS\n{SET} *", {(PUT, "/", APP): BLOCKED},
    ),
    "the backend's rules come first, and the frontend's set what counts": (
        f"frontend a\n{SET} {APP}\ndefault_backend b\nbackend b\n{SET} {OTHER}\nserver s a:80",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a backend by its path": (
        f"frontend a\nuse_backend b if {{ path_beg /b }}\ndefault_backend c\nbackend b\n{SET} *\nbackend c\n{DELETE}",
        {(GET, "/b/c", APP): READABLE, (GET, "/c", APP): BLOCKED},
    ),
    "what is added comes to the program's own": (
        "frontend a\nhttp-response add-header Access-Control-Allow-Origin *", {(GET, "/", APP): NOT_KNOWN},
    ),
    "a variable that is not set is an empty value": (
        f"frontend a\n{SET} %[var(txn.none)]\nhttp-after-response add-header Access-Control-Allow-Origin {APP}",
        {(GET, "/", APP): BLOCKED},
    ),
    "methods that are denied": (
        f"frontend a\nhttp-request deny if METH_OPTIONS\n{SET} *",
        {(PUT, "/", APP): BLOCKED, (GET, "/", APP): READABLE},
    ),
    "what a rule of answers does not see never matches": (
        f"frontend a\n{DELETE}\n{SET} * if {{ req.hdr(origin) -m found }}", {(GET, "/", APP): BLOCKED},
    ),
    "an address": (f"frontend a\n{DELETE}\n{SET} * if {{ src 10.0.0.1 }}", {(GET, "/", APP): NOT_KNOWN}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_followed_to_its_answer(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


@pytest.mark.parametrize("rule", ["%[req.hdr(origin)]", "* if { hdr(origin) -m found }", "* if asked"])
def test_what_a_rule_of_answers_does_not_see_is_a_mistake(rule: str) -> None:
    text = f"frontend a\nacl asked path_beg /a\n{SET} {rule}"
    assert "request-header-in-answer" in [each.code for each in mistakes_of(read_configuration(text))]
