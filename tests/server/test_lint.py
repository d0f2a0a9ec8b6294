"""Findings, each by a policy that has it and by its neighbour that has not."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import CorsPolicy
from corssim.server.inferred_policy import AllowedLookAlike, AnyOrigin, InferredPolicy
from corssim.server.lint import Severity, lint
from corssim.server.look_alikes import LookAlikeKind

APP = "https://app.example.com"


def codes(policy: CorsPolicy | InferredPolicy) -> list[str]:
    return [finding.code for finding in lint(policy)]


def shown(**facts: Any) -> InferredPolicy:
    return InferredPolicy(url="https://api.example/", **facts)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (CorsPolicy(), []),
        (CorsPolicy(allow_origins="*", max_age=7200), []),
        (CorsPolicy(allow_origins=[APP], allow_credentials=True, allow_methods=["PUT"], max_age=600), []),
        (CorsPolicy(allow_origins=["null"]), ["null-allowed"]),
        (CorsPolicy(allow_origin_regex=".*", allow_credentials=True), ["any-origin-with-credentials"]),
        (CorsPolicy(allow_origin_regex="https://.*"), ["any-origin-reflected"]),
        (CorsPolicy(allow_origin_regex=r"https://app.example\.com"), ["look-alike-allowed"]),
        (CorsPolicy(allow_origin_regex=r"https://.*\.github\.io"), ["public-suffix-wildcard", "any-subdomain-allowed"]),
        (CorsPolicy(allow_origin_regex=r"https://[a-z.]+\.example\.com"), ["any-subdomain-allowed"] * 2),
        (CorsPolicy(allow_origin_regex=r"https?://app\.example\.com"), ["http-origin-allowed"]),
        (CorsPolicy(allow_origin_regex=r"https://app\.example\.com(:\d+)?"), ["any-port-allowed"]),
        (CorsPolicy(allow_origin_regex=r"^https://(www|app)\.example\.com$"), []),
        (CorsPolicy(allow_origins="*", allow_headers="*"), ["authorization-under-wildcard"]),
        (CorsPolicy(allow_origins="*", allow_headers=["*", "Authorization"]), []),
        (CorsPolicy(allow_origins="*", max_age=7201), ["max-age-above-cap"]),
        (CorsPolicy(allow_origins=[APP], vary=False), ["vary-missing"]),
        (CorsPolicy(allow_origins="*", vary=False), []),
    ],
    ids=[
        "nobody",
        "everybody",
        "one origin",
        "null",
        "all by an expression, with credentials",
        "all by an expression",
        "an unescaped dot",
        "all of github.io",
        "all subdomains",
        "http too",
        "any port",
        "two hosts",
        "Authorization under *",
        "Authorization beside *",
        "a Max-Age beyond the caps",
        "no Vary",
        "no Vary needed",
    ],
)
def test_policy_by_the_answers_it_gives(policy: CorsPolicy, expected: list[str]) -> None:
    assert codes(policy) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"any_origin": AnyOrigin.REFLECTED, "credentials": True}, ["any-origin-with-credentials"]),
        ({"any_origin": AnyOrigin.WILDCARD}, []),
        ({"credentials_beside_wildcard": True}, ["wildcard-with-credentials"]),
        ({"credentials": True, "methods": ("*",)}, ["literal-wildcard"]),
        ({"credentials": True, "exposed": ("*",)}, ["literal-wildcard"]),
        ({"credentials": True, "headers": ("*", "authorization")}, ["literal-wildcard"]),
        ({"methods": ("*",), "exposed": ("*",)}, []),
        ({"odd_origins": (f"{APP}/",)}, ["allow-origin-trailing-slash"]),
        ({"odd_origins": ("https://a.example, https://b.example",)}, ["allow-origin-several-origins"]),
        ({"max_age": "1h"}, ["max-age-unparsable"]),
        ({"max_age": "-1"}, ["max-age-unparsable"]),
        ({"max_age": "600, 600"}, ["max-age-unparsable"]),
        ({"max_age": "7200"}, []),
        ({"varies": False}, ["vary-missing"]),
        ({"varies": None}, []),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else None,
)
def test_policy_as_it_shows(facts: dict[str, Any], expected: list[str]) -> None:
    assert codes(shown(**facts)) == expected


@pytest.mark.parametrize("kind", list(LookAlikeKind))
def test_every_kind_of_look_alike_has_its_finding(kind: LookAlikeKind) -> None:
    alike = AllowedLookAlike(kind, "https://evil.test", APP, credentials=False)
    (finding,) = lint(shown(look_alikes=(alike,)))
    assert finding.message.startswith("https://evil.test is allowed")


def test_credentials_make_subdomains_and_null_matter_more() -> None:
    def severity(**facts: Any) -> Severity:
        return lint(shown(**facts))[0].severity

    def alike(credentials: bool) -> AllowedLookAlike:
        return AllowedLookAlike(LookAlikeKind.SUBDOMAIN, "https://evil.app.example.com", APP, credentials)

    assert severity(look_alikes=(alike(False),)) is Severity.NOTE
    assert severity(look_alikes=(alike(True),)) is Severity.WARNING
    assert severity(null=True) is Severity.WARNING
    assert severity(null=True, null_credentials=True) is Severity.ERROR


def test_errors_come_first_and_each_says_what_to_do() -> None:
    found = lint(
        shown(any_origin=AnyOrigin.REFLECTED, credentials=True, varies=False, max_age="99999", odd_origins=(f"{APP}/",))
    )
    assert [finding.severity for finding in found] == sorted(
        (finding.severity for finding in found), key=list(Severity).index
    )
    assert all(finding.advice.endswith(".") and finding.message.endswith(".") for finding in found)
    assert str(found[0]).startswith("error: Any origin is reflected, and credentials are allowed")
    assert str(found[0]).endswith("[any-origin-with-credentials]")
