"""The documents of the small window: a page's policies let the lab's script run, and nothing more."""

from __future__ import annotations

import pytest

from corssim.lab.window import let_run


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("connect-src 'self'", "connect-src 'self'"),
        ("script-src 'self'", "script-src 'self' 'nonce-N'"),
        ("script-src 'none'; img-src a.example", "script-src 'nonce-N'; img-src a.example"),
        ("default-src 'none'; connect-src *", "default-src 'none'; connect-src *; script-src 'nonce-N'"),
        ("default-src 'self' 'unsafe-inline'", "default-src 'self' 'unsafe-inline'"),
        ("script-src 'unsafe-inline' 'nonce-x'", "script-src 'unsafe-inline' 'nonce-x' 'nonce-N'"),
        (
            "script-src-elem a.example; script-src b.example",
            "script-src-elem a.example 'nonce-N'; script-src b.example",
        ),
        (
            "script-src 'self', default-src 'none'",
            "script-src 'self' 'nonce-N',default-src 'none'; script-src 'nonce-N'",
        ),
    ],
    ids=[
        "nothing of scripts",
        "scripts of its own",
        "none",
        "by default",
        "inline already",
        "inline taken back",
        "elements apart",
        "two policies",
    ],
)
def test_a_policy_lets_the_labs_script_run_too(policy: str, expected: str) -> None:
    given = [("Content-Security-Policy", policy), ("X-Other", policy)]
    (_, made), other = let_run(given, "N")
    assert [part.strip() for part in made.split(",")] == [part.strip() for part in expected.split(",")]
    assert other == given[1]
