"""What is written for one more page, read back: that page gets what it asks, and who was allowed before still is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from corssim.browser.browser import Browser
from corssim.diagnosis.configured.allowed import allowed_by
from corssim.diagnosis.configured.judge import depends
from corssim.diagnosis.configured.read import configuration_in
from corssim.diagnosis.snippets import FRONT_ENDS, SOFTWARE, ServerChange, Snippet, snippet_for
from corssim.report.advice import Advice

if TYPE_CHECKING:
    from corssim.browser.outcome import Outcome
    from corssim.diagnosis.configured.model import Configured

PAGE = "https://app.example"
OTHER = "https://other.example"
PAGES = (PAGE, OTHER, "https://third.example")
API = "https://api.example/items"

TODAY = {
    "another origin": ServerChange(allow_origins=(OTHER,), headers=("x-kept",), max_age=60),
    "another origin with credentials": ServerChange(
        allow_origins=(OTHER,), allow_credentials=True, headers=("x-kept",), max_age=60
    ),
    "everybody": ServerChange(public_origins="*", headers=("x-kept",), max_age=60),
    "the page itself": ServerChange(allow_origins=(PAGE,), headers=("x-kept",), max_age=60),
}
REQUESTS: dict[str, dict[str, Any]] = {
    "GET": {},
    "GET with credentials": {"credentials": "include"},
    "PUT": {"method": "PUT", "headers": {"x-token": "1"}},
    "PUT with credentials": {"method": "PUT", "headers": {"x-token": "1"}, "credentials": "include"},
}
KEPT = {**REQUESTS, "a header that is listed": {"headers": {"x-kept": "1"}}}

ONE_ORIGIN = ("netlify", "cloudflare-pages", "firebase", "api-gateway-rest")
"""Whose lines name one origin, whoever asks."""

READ_WHOLE = (
    *("nginx", "apache", "caddy", "traefik", "haproxy", "envoy", "istio", "iis", "ingress-nginx", "kong"),
    *("django", "laravel", "symfony", "rails", "go", "gin", "axum", "s3", "gcs", "azure-blob"),
)
"""Whose settings are read to the end, so that what is written can be asked as what is there is."""


def asked(configured: Configured, page: str, init: dict[str, Any]) -> tuple[bool | None, Outcome]:
    """Whether a page may read it; None where the configuration alone does not tell."""
    outcome = Browser(configured).page(f"{page}/").fetch(API, **init)
    return (None if depends(configured, outcome) else outcome.allowed), outcome


def above(written: str, today: str, software: str) -> str:
    """Rules above those that stay, as the note says; other settings take the place of those of today."""
    if software in ("s3", "gcs"):
        return json.dumps([*json.loads(written), *json.loads(today)])
    if software == "azure-blob":
        return written.replace("</Cors>", "") + today.replace("<Cors>", "")
    return written


def amended(software: str, today: str, request: str) -> tuple[Configured, Configured, Snippet] | None:
    """The configuration of today, that with the snippet for what the page asks, and the snippet; None where that page
    gets it, or where it is not known."""
    text = snippet_for(software, TODAY[today]).text
    before = configuration_in(text)
    if before is None:
        return None
    allowed, outcome = asked(before, PAGE, REQUESTS[request])
    if allowed is not False:
        return None
    (configuration,) = Advice(outcome, software=software, app=allowed_by(before)).configurations
    after = configuration_in(above(configuration.snippet.text, text, software))
    assert after is not None
    return before, after, configuration.snippet


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("today", TODAY)
@pytest.mark.parametrize("software", [name for name in SOFTWARE if name not in FRONT_ENDS])
def test_the_page_gets_what_it_asks_and_others_keep_what_they_may(software: str, today: str, request_: str) -> None:
    found = amended(software, today, request_)
    if found is None:
        pytest.skip("the page gets it today, or its configuration alone does not tell")
    before, after, snippet = found
    allowed, outcome = asked(after, PAGE, REQUESTS[request_])
    if software in ONE_ORIGIN and today.startswith("another"):
        assert allowed or f"for {PAGE} a function has to answer" in snippet.note
        return
    assert allowed is not False, outcome.blocked
    assert today == "everybody" or PAGE in snippet.text.replace("\\", "")
    for page in (PAGE, OTHER) if today.startswith("another") else PAGES:
        for kept in KEPT.values():
            if asked(before, page, kept)[0] and "narrower than today" not in snippet.note:
                assert asked(after, page, kept)[0] is not False, (page, kept)
    with_credentials, _ = asked(after, "https://third.example", REQUESTS["GET with credentials"])
    assert not with_credentials, "nobody is let in who was not, and did not ask"


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("software", ["s3", "azure-blob"])
def test_a_rule_above_those_that_stay_lets_nobody_else_in(software: str, request_: str) -> None:
    everybody = ServerChange(public_origins="*", methods=("GET",), headers=("x-kept",))
    text = snippet_for(software, everybody).text.replace('"HEAD",', "").replace("GET,HEAD,POST", "GET")
    before = configuration_in(text)
    assert before is not None
    _, outcome = asked(before, PAGE, REQUESTS["PUT with credentials"])
    (configuration,) = Advice(outcome, software=software, app=allowed_by(before)).configurations
    after = configuration_in(above(configuration.snippet.text, text, software))
    assert after is not None
    assert asked(after, PAGE, REQUESTS[request_])[0]
    assert asked(after, OTHER, REQUESTS[request_])[0] == asked(before, OTHER, REQUESTS[request_])[0]
    assert "*" not in configuration.snippet.text


def test_the_origin_that_asks_on_preflights_alone_lets_nobody_read() -> None:
    text = "if ($request_method = OPTIONS) { add_header Access-Control-Allow-Origin $http_origin; return 204; }"
    before = configuration_in(f"location / {{ root /srv; {text} }}")
    assert before is not None
    assert not allowed_by(before).any_origin


@pytest.mark.parametrize("software", READ_WHOLE)
def test_what_is_written_for_it_is_read_back(software: str) -> None:
    found = amended(software, "another origin with credentials", "PUT")
    assert found is not None
    assert asked(found[1], PAGE, REQUESTS["PUT"])[0] is True
    assert asked(found[1], OTHER, REQUESTS["GET with credentials"])[0] is True


def test_origins_that_a_function_lets_in_are_kept() -> None:
    text = (
        'const known = { "https://other.example": true };\n'
        "app.use(cors({ credentials: true, methods: ['GET', 'PUT'],\n"
        "  origin: (origin, callback) => callback(known[origin] ? null : 'no', known[origin]) }));\n"
    )
    before = configuration_in(text)
    assert before is not None
    allowed = allowed_by(before)
    assert (allowed.origins, allowed.credentials, allowed.any_origin) == ((OTHER,), True, False)
    assert "PUT" in allowed.methods
