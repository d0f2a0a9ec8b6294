"""What people were stuck with, rebuilt as scenarios: what the report has to say, and what it must not say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import corssim

REPORTS = Path(__file__).parent.parent / "data" / "field-reports"

# File: what is said, what is not. Line breaks of the report count as spaces.
SAID: dict[str, tuple[list[str], list[str]]] = {
    "login-redirect-then-preflight.toml": (
        ["The request was sent to a login.", "Cloudflare Access", "fix Log in first"],
        ["knows nothing of CORS", "Set Access-Control", "Verified", "has happened"],
    ),
    "keycloak-login-redirect.toml": (
        ["The request was sent to a login.", "a login of Keycloak", "fix Log in first"],
        ["A redirect on the way", "Set Access-Control", "Verified"],
    ),
    "blocked-by-cached-answer-fix.toml": (
        ["fix Let the server send Vary: Origin", "Until the stored answer has expired"],
        ["Verified", "Set Access-Control"],
    ),
    "tunnel-interstitial.toml": (
        ["by ngrok, its warning page", "fix Send the request header ngrok-skip-browser-warning"],
        ["OPTIONS only", "Set Access-Control", "Verified", "reached the server"],
    ),
    "401-and-headers-on-options-only.toml": (
        ["answered with status 401", "Invalid JWT", "whether answers that work have the headers is not seen"],
        ["OPTIONS only", "the response is not"],
    ),
    "page-sends-response-headers.toml": (
        ["Do not send them", "fix Do not send the request header Access-Control-Allow-Methods"],
        ["Content-Type, access-control-allow-"],
    ),
    "preflight-redirect-drops-https.toml": (
        ["Ask for https://api.example/items from the start", "fix Ask for https://api.example/items directly"],
        ["Ask for that URL", "Ask for http:"],
    ),
    "self-signed-chromium-console.toml": (
        ["trust the certificate: open https://localhost:5001"],
        ["the server has to answer first"],
    ),
    "hidden-header-no-fix.toml": (
        ["note Access-Control-Expose-Headers: Content-Disposition shows it to script"],
        [],
    ),
}


def test_every_report_is_looked_at() -> None:
    assert {path.name for path in REPORTS.iterdir()} == set(SAID)


@pytest.mark.parametrize("name", SAID, ids=[name.removesuffix(".toml") for name in SAID])
def test_what_is_said_of_it(name: str) -> None:
    said, unsaid = SAID[name]
    text = " ".join(corssim("run", "-v", str(REPORTS / name)).out.split()).replace("/ ", "/")
    for words in said:
        assert words.replace("/ ", "/") in text
    for words in unsaid:
        assert words not in text


SANDBOXED = """
title = "A sandboxed page"
page = { url = "https://app.example/", sandboxed = true }
[[server]]
url = "https://api.example/x"
[[step]]
fetch = "https://api.example/x"
"""
FOREIGN = """
title = "A foreign page"
page = "https://evil.example/"
[[server]]
url = "https://api.example/x"
headers = { Access-Control-Allow-Origin = "https://app.example", Access-Control-Allow-Credentials = "true" }
[[step]]
fetch = "https://api.example/x"
credentials = "include"
"""


@pytest.mark.parametrize(
    "scenario", [SANDBOXED, FOREIGN], ids=["`*` for a sandboxed page", "credentials for another site"]
)
def test_a_hole_is_opened_with_a_warning_and_not_at_all_where_the_block_is_meant(scenario: str, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(scenario)
    assert "Dangerous: " in corssim("run", "-v", str(path)).out
    path.write_text(f'{scenario}expect.verdict = "blocked"\n')
    text = corssim("run", "-v", str(path)).out
    assert "Rightly blocked. To allow it would give away: " in text
    assert "Set Access-Control" not in text
    (report,) = json.loads(corssim("run", "--json", str(path)).out)["scenarios"]
    assert report["steps"][0]["outcome"]["fixes"] == []
