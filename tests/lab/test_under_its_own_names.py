"""What is otherwise on this machine than under a scenario's own names is told on its line, and what compares it."""

from __future__ import annotations

from typing import Any

import pytest

from corssim.errors import UsageError
from corssim.lab.ports import KeptPorts
from corssim.lab.runs import Run

_TOP = 'title = "t"\npage = "{page}"\n[[server]]\nurl = "*"\nheaders = {{ Access-Control-Allow-Origin = "*" }}\n'
_STEP = '[[step]]\nfetch = "{url}"\n'


def _lines(run: Run) -> dict[str, tuple[str, str]]:
    return {what: (run.names.back(own), by) for (_, _, what), (own, by) in run._otherwise.items()}


def _run(page: str, url: str, **given: Any) -> Run:
    run = Run(_TOP.format(page=page) + _STEP.format(url=url), "chromium", lab="http://127.0.0.1:1", **given)
    run.close()
    return run


@pytest.mark.parametrize("is_secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(
    ("page", "url", "line", "own", "by"),
    [
        ("https://app.example/", "https://api.example/", "", "", ""),
        ("https://app.example/", "http://api.example/", "request 1", "nothing", "verify"),
        ("https://app.example/", "http://api.example/", "verdict", "blocked (mixed-content)", "verify"),
        ("http://app.example/", "https://app.example/", "request 1: sec-fetch-site", "cross-site", "https"),
        ("http://app.example/", "http://api.example/", "request 1: sec-fetch-site", "(absent)", "verify"),
    ],
    ids=["nothing", "not sent at all", "the verdict", "another scheme is another site", "no trusted page"],
)
def test_a_line_says_what_it_would_be(page: str, url: str, line: str, own: str, by: str, is_secure: bool) -> None:
    kept = KeptPorts() if is_secure else None
    found = _lines(_run(page, url, kept=kept))
    if kept is not None:
        kept.close()
    if not line or (is_secure and by == "https"):
        assert line not in found
    else:
        assert found[line] == (own, by)
    assert bool(found) == bool(line and not (is_secure and by == "https"))


@pytest.mark.parametrize("is_secure", [False, True], ids=["http", "https"])
def test_localhost_cannot_ask_for_https_alone(is_secure: bool) -> None:
    """No browser takes Strict-Transport-Security from it; a host of the scenario's own can."""
    answers = 'headers = { Access-Control-Allow-Origin = "*", Strict-Transport-Security = "max-age=9" }'
    steps = _STEP.format(url="https://api.example/") + _STEP.format(url="http://api.example/")
    text = f'title = "t"\npage = "http://app.example/"\n[[server]]\nurl = "*"\n{answers}\n{steps}'
    kept = KeptPorts()
    run = Run(text, "chromium", lab="http://127.0.0.1:1", kept=kept if is_secure else None)
    run.close()
    kept.close()
    assert _lines(run)["request 1"] == ("GET https://api.example/", "verify")
    last = run._predicted.steps[1].outcome
    assert last is not None
    assert last.exchanges[0].request.url.startswith("http://api-example")


def test_texts_with_hosts_in_them_are_nothing_else() -> None:
    """Lengths follow from names of this machine; a pattern of a server sees the scenario's own."""
    text = """
title = "t"
page = "https://bank.example.evil.example/"
[[server]]
origin = "https://api.bank.example"
policy = { allow_origin_regex = "https://bank\\\\.example.*" }
body = "see https://api.bank.example/next, by http://www.w3.org/ and https://other.test"
[[step]]
fetch = "https://api.bank.example/"
[[step]]
load = "img"
url = "https://api.bank.example/"
"""
    run = Run(text, "firefox", lab="http://127.0.0.1:1")
    run.close()
    assert run._otherwise == {}
    assert str(run._predicted.steps[0].outcome.verdict) == "readable"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (
            'headers = { Content-Security-Policy = "upgrade-insecure-requests" }',
            "upgrade-insecure-requests needs a cert",
        ),
        ('headers = { Cache-Control = "max-age=9", Access-Control-Allow-Origin = "*" }', "chromium caches only what"),
    ],
    ids=["upgrades", "the HTTP cache"],
)
def test_what_needs_trust_is_not_run_with_certificates_accepted_by_hand(rule: str, why: str) -> None:
    step = _STEP.format(url="https://api.example/")
    text = f'title = "t"\npage = "https://app.example/"\n[[server]]\nurl = "*"\n{rule}\n{step}{step}'
    kept = KeptPorts()
    with pytest.raises(UsageError, match=why):
        Run(text, "chromium", lab="http://127.0.0.1:1", kept=kept, names_kept="abc")
    Run(text, "chromium", lab="http://127.0.0.1:1", kept=kept).close()
    kept.close()


@pytest.mark.parametrize("fail", ["dns", "tls", "offline", "unreachable"])
def test_a_failure_that_no_server_here_can_have_is_told(fail: str) -> None:
    rule = f'[[server]]\nurl = "https://api.example/"\nfail = "{fail}"\n'
    text = 'title = "t"\npage = "https://app.example/"\n' + rule + _STEP.format(url="https://api.example/")
    with pytest.raises(UsageError, match=r"no server of this machine fails as api\.example does"):
        Run(text, "firefox", lab="http://127.0.0.1:1")
