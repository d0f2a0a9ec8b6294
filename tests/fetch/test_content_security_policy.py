"""Content Security Policies: parsed from headers, and asked about requests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.content_security_policy import (
    Directive,
    Disposition,
    Policy,
    Violation,
    directive_fallback_list,
    effective_directive_for_request,
    parse_policies,
    parse_serialized_policy,
    sandbox_tokens,
    upgrade_insecure_requests,
    violated_directive,
)
from corssim.origin import Origin
from corssim.url import require_url

CSP = "Content-Security-Policy"
REPORT_ONLY = "Content-Security-Policy-Report-Only"
APP = Origin("https", "app.example")
API_URL = require_url("https://api.example/x")
PLAIN: dict[str, Any] = {"redirect_count": 0, "is_opaque": False}


def decided_by(policy: str, destination: str, **more: object) -> str | None:
    """The directive that the request to the API violates."""
    violation = violated_directive(
        parse_serialized_policy(policy),
        API_URL,
        destination=destination,
        self_origin=APP,
        rules=STANDARD.csp,
        **(PLAIN | more),  # type: ignore[arg-type]
    )
    return None if violation is None else violation.directive


def test_parsing_headers() -> None:
    assert parse_policies(
        [
            (REPORT_ONLY, "img-src 'none'"),
            ("Content-Type", "text/html"),
            ("content-security-POLICY", "Connect-SRC 'self'\thttps://API.example;; , ,font-src"),
            (CSP, "default-src *; default-src 'none'; rep\xf6rt x"),
            (CSP, " ; "),
        ]
    ) == (
        Policy((Directive("connect-src", ("'self'", "https://API.example")),)),
        Policy((Directive("font-src"),)),
        Policy((Directive("default-src", ("*",)),)),
        Policy((Directive("img-src", ("'none'",)),), Disposition.REPORT),
    )


def test_a_directive_as_text() -> None:
    assert Directive("font-src").text == "font-src"
    assert Directive("connect-src", ("'self'", "https:")).text == "connect-src 'self' https:"


@pytest.mark.parametrize(
    ("policy", "destination", "expected"),
    [
        pytest.param(
            "connect-src 'self'",
            "",
            Violation("connect-src", "connect-src", "connect-src 'self'", Disposition.ENFORCE),
            id="csp-connect-self",
        ),
        pytest.param(
            "connect-src 'none'",
            "",
            Violation("connect-src", "connect-src", "connect-src 'none'", Disposition.ENFORCE),
            id="csp-connect-none",
        ),
        pytest.param("connect-src https://api.example", "", None, id="csp-connect-api-no-acao"),
        pytest.param(
            "script-src 'unsafe-inline'",
            "script",
            Violation("script-src-elem", "script-src", "script-src 'unsafe-inline'", Disposition.ENFORCE),
            id="csp-script-inline-only",
        ),
    ],
)
def test_recorded_cases(policy: str, destination: str, expected: Violation | None) -> None:
    parsed = parse_serialized_policy(policy)
    assert (
        violated_directive(parsed, API_URL, destination=destination, self_origin=APP, rules=STANDARD.csp, **PLAIN)
        == expected
    )


def test_the_disposition_is_told() -> None:
    (policy,) = parse_policies([(REPORT_ONLY, "connect-src 'self'")])
    violation = violated_directive(policy, API_URL, destination="", self_origin=APP, rules=STANDARD.csp, **PLAIN)
    assert violation is not None
    assert violation.disposition is Disposition.REPORT


@pytest.mark.parametrize(
    ("destination", "name"),
    [
        ("", "connect-src"),
        ("json", "connect-src"),
        ("something-new", "connect-src"),
        ("manifest", "manifest-src"),
        ("object", "object-src"),
        ("embed", "object-src"),
        ("iframe", "frame-src"),
        ("frame", "frame-src"),
        ("audio", "media-src"),
        ("video", "media-src"),
        ("track", "media-src"),
        ("font", "font-src"),
        ("image", "img-src"),
        ("style", "style-src-elem"),
        ("script", "script-src-elem"),
        ("xslt", "script-src-elem"),
        ("worker", "worker-src"),
        ("sharedworker", "worker-src"),
        ("serviceworker", "worker-src"),
        ("report", None),
        ("document", None),
    ],
)
def test_the_effective_directive(destination: str, name: str | None) -> None:
    assert effective_directive_for_request(destination) == name


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("connect-src", "connect-src default-src"),
        ("img-src", "img-src default-src"),
        ("script-src-elem", "script-src-elem script-src default-src"),
        ("style-src-elem", "style-src-elem style-src default-src"),
        ("frame-src", "frame-src child-src default-src"),
        ("worker-src", "worker-src child-src script-src default-src"),
        ("form-action", "form-action"),
    ],
)
def test_fallbacks(name: str, chain: str) -> None:
    assert directive_fallback_list(name) == tuple(chain.split())


@pytest.mark.parametrize(
    ("policy", "destination", "directive"),
    [
        pytest.param("default-src 'self'", "", "default-src", id="default-src stands in"),
        pytest.param("default-src 'self'; connect-src *", "", None, id="the nearer directive decides alone"),
        pytest.param("default-src *; connect-src 'self'", "", "connect-src", id="even if it is stricter"),
        pytest.param("img-src 'self'", "", None, id="another directive says nothing"),
        pytest.param("script-src *; script-src-elem 'self'", "script", "script-src-elem", id="script-src-elem"),
        pytest.param("child-src 'self'; frame-src *", "iframe", None, id="frame-src before child-src"),
        pytest.param("child-src 'self'", "iframe", "child-src", id="child-src for frames"),
        pytest.param("script-src 'self'", "worker", "script-src", id="script-src for workers"),
        pytest.param("child-src *; script-src 'self'", "worker", None, id="child-src before script-src"),
        pytest.param("style-src 'self'", "style", "style-src", id="style-src for stylesheets"),
        pytest.param("default-src 'none'", "document", None, id="navigations are free"),
        pytest.param("connect-src", "", "connect-src", id="an empty list matches nothing"),
    ],
)
def test_which_directive_decides(policy: str, destination: str, directive: str | None) -> None:
    assert decided_by(policy, destination) == directive


@pytest.mark.parametrize(
    ("policy", "directive"),
    [
        ("form-action 'self'", "form-action"),
        ("form-action https://api.example", None),
        ("default-src 'none'", None),
    ],
)
def test_form_submissions_ask_form_action_alone(policy: str, directive: str | None) -> None:
    assert decided_by(policy, "document", initiator="form") == directive


@pytest.mark.parametrize(
    ("policy", "directive"),
    [
        pytest.param("default-src 'self'", "default-src", id="nothing lets the hint through"),
        pytest.param("default-src 'self'; img-src *", None, id="one directive does"),
        pytest.param("default-src *; img-src 'self'", None, id="default-src does"),
        pytest.param("default-src 'self'; form-action *", "default-src", id="form-action is not asked"),
        pytest.param("img-src 'self'", None, id="without default-src nothing is blocked"),
    ],
)
def test_prefetch(policy: str, directive: str | None) -> None:
    assert decided_by(policy, "", initiator="prefetch") == directive


@pytest.mark.parametrize(
    ("policy", "destination", "more", "directive"),
    [
        pytest.param("script-src 'nonce-a'", "script", {"nonce": "a"}, None, id="a nonce lets a script in"),
        pytest.param("style-src 'nonce-a'", "style", {"nonce": "a"}, None, id="and a stylesheet"),
        pytest.param("font-src 'nonce-a'", "font", {"nonce": "a"}, "font-src", id="but no font"),
        pytest.param("default-src 'nonce-a'", "script", {"nonce": "a"}, None, id="in default-src too"),
        pytest.param("script-src 'nonce-a'", "worker", {"nonce": "a"}, None, id="a worker under script-src"),
        pytest.param("worker-src 'nonce-a'", "worker", {"nonce": "a"}, "worker-src", id="no worker under worker-src"),
        pytest.param(
            "script-src 'sha256-a='", "script", {"integrity": "sha256-a="}, None, id="a hash lets a script in"
        ),
        pytest.param("style-src 'sha256-a='", "style", {"integrity": "sha256-a="}, "style-src", id="but no stylesheet"),
        pytest.param("script-src 'strict-dynamic'", "script", {}, None, id="strict-dynamic trusts scripts"),
        pytest.param(
            "script-src https: 'Strict-Dynamic'",
            "script",
            {"parser_inserted": True},
            "script-src",
            id="strict-dynamic does not trust markup, nor hosts",
        ),
        pytest.param("connect-src 'strict-dynamic'", "", {}, "connect-src", id="strict-dynamic is about scripts alone"),
    ],
)
def test_nonces_hashes_and_strict_dynamic(
    policy: str, destination: str, more: dict[str, object], directive: str | None
) -> None:
    assert decided_by(policy, destination, **more) == directive


def test_the_redirect_count_is_heeded() -> None:
    policy = "connect-src https://api.example/other"
    assert decided_by(policy, "") == "connect-src"
    assert decided_by(policy, "", redirect_count=1) is None


@pytest.mark.parametrize(
    ("headers", "upgrade"),
    [
        ([(CSP, "upgrade-insecure-requests")], True),
        ([(CSP, "block-all-mixed-content")], False),
        ([(REPORT_ONLY, "upgrade-insecure-requests")], False),
        ([(CSP, "img-src *"), (CSP, "img-src *; Upgrade-Insecure-Requests 1")], True),
        ([], False),
    ],
)
def test_upgrade_insecure_requests(headers: list[tuple[str, str]], upgrade: bool) -> None:
    policies = parse_policies(headers)
    assert upgrade_insecure_requests(policies) is upgrade


@pytest.mark.parametrize(
    ("headers", "tokens"),
    [
        ([], None),
        ([(CSP, "img-src *")], None),
        ([(REPORT_ONLY, "sandbox")], None),
        ([(CSP, "sandbox")], set()),
        ([(CSP, "sandbox Allow-Scripts allow-same-origin")], {"allow-scripts", "allow-same-origin"}),
        ([(CSP, "sandbox allow-scripts allow-forms, sandbox allow-scripts")], {"allow-scripts"}),
    ],
)
def test_sandbox(headers: list[tuple[str, str]], tokens: set[str] | None) -> None:
    assert sandbox_tokens(parse_policies(headers)) == tokens


@settings(deadline=None, max_examples=200)
@given(
    st.text(st.characters(max_codepoint=255), max_size=60),
    st.sampled_from(["", "script", "style", "worker", "image", "iframe", "document"]),
)
def test_any_header_is_answered(value: str, destination: str) -> None:
    for policy in parse_policies([(CSP, f"default-src {value}"), (CSP, value)]):
        violation = violated_directive(
            policy, API_URL, destination=destination, self_origin=APP, rules=STANDARD.csp, **PLAIN
        )
        assert violation is None or policy.directive(violation.directive) is not None


@pytest.mark.parametrize(
    ("policy", "disposition", "tells_nobody"),
    [
        ("img-src 'self'", Disposition.REPORT, True),
        ("img-src 'self'; report-uri /r", Disposition.REPORT, False),
        ("img-src 'self'; report-to r", Disposition.REPORT, False),
        ("img-src 'self'; report-to r; report-uri /r", Disposition.REPORT, False),
        ("img-src 'self'", Disposition.ENFORCE, False),
    ],
)
def test_which_policies_tell_nobody(policy: str, disposition: Disposition, tells_nobody: bool) -> None:
    assert parse_serialized_policy(policy, disposition).tells_nobody is tells_nobody
