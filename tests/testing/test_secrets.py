"""One marker in every place that a test can put it: no text of pytest, of the matrix and of JUnit shows it."""

from __future__ import annotations

import json

import pytest

from corssim import Browser, MockServer
from corssim.testing import matrix
from tests.cli.test_secrets import SCENARIO, M

_URL = f"https://u:{M}@api.example/x?token={M}#key={M}"
_HEADERS = {"X-Api-Key": M, "Authorization": f"Bearer {M}"}
_ANSWERED = [
    ("Access-Control-Allow-Origin", "*"),
    ("X-Auth-Token", M),
    ("Set-Cookie", f"s={M}"),
    ("WWW-Authenticate", M),
]

_TESTS = """
import pytest
from corssim import Browser, MockServer
from corssim.testing import assert_readable, matrix

URL = "https://api.example/x?token={M}#key={M}"
HEADERS = {{"X-Api-Key": "{M}", "Authorization": "Bearer {M}"}}

def outcome():
    server = MockServer().route("*", status=401, headers=[("X-Auth-Token", "{M}"), ("Set-Cookie", "s={M}")])
    page = Browser(server).page("https://app.example/?token={M}")
    return page.fetch(URL, method="PUT", headers=HEADERS, credentials="include")

def test_raised():
    outcome().raise_for_block()

def test_asserted():
    assert_readable(outcome())
"""


def test_pytest_shows_none(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("course")
    (folder / "a.toml").write_text(SCENARIO)
    pytester.makepyfile(test_it=_TESTS.format(M=M))
    ran = pytester.runpytest_subprocess(
        "--scenarios", "course", "test_it.py", "-v", "--tb=native", "--show-capture=no", "--junit-xml=out.xml"
    )
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    shown = _without_source(ran.stdout.str() + ran.stderr.str() + (pytester.path / "out.xml").read_text())
    assert "is missing" in shown or "blocked" in shown
    assert M not in shown, shown[max(0, shown.find(M) - 300) : shown.find(M) + 20]


def _without_source(text: str) -> str:
    """pytest shows the lines of the test itself, in which its author wrote the marker."""
    return "\n".join(line for line in text.splitlines() if line.strip() not in _TESTS.format(M=M))


@pytest.mark.parametrize("profile", ["standard", "all"])
def test_the_matrix_shows_none(profile: str) -> None:
    server = MockServer().route("*", headers=_ANSWERED)
    table = matrix(
        Browser(server),
        url=_URL.replace(f"u:{M}@", ""),
        origins=["https://app.example"],
        methods=["GET", "PUT"],
        headers=[_HEADERS],
        credentials=["include"],
        profile=profile,
    )
    assert len(table) == (2 if profile == "standard" else 8)
    for text in (str(table), repr(table), json.dumps([row.to_dict() for row in table])):
        assert M not in text
