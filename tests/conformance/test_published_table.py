"""A published table: may a page read the picture, the film or the style sheet that it embeds?

Schwenk, Niemietz and Mainka recorded it in Chrome 61 and Firefox 55 ("Same-Origin Policy: Evaluation in Modern
Browsers", USENIX Security 2017; the results are those of https://github.com/RUB-NDS/your-sop.com). A picture counts as
read when script gets its pixels from a canvas, a style sheet when script gets its rules. No profile of today was made
from it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from corssim import Browser, MockServer, Verdict
from corssim.fetch.browsers import BROWSERS

if TYPE_CHECKING:
    from corssim.browser.argument_types import Element, ProfileName

TABLE = json.loads((Path(__file__).parents[1] / "data" / "your-sop" / "read-access.json").read_text())
PAGE = "http://your-sop.com/"
HOSTS = {"A": "http://your-sop.com", "B": "http://other-domain.org"}
EMBEDDED: dict[str, tuple[Element, str, bytes]] = {
    "png": ("img", "image/png", b"\x89PNG\r\n\x1a\n"),
    "svg": ("img", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "video": ("video", "video/mp4", b"\x00\x00\x00\x18ftypmp42"),
    "stylesheet": ("stylesheet", "text/css", b"h1 { color: red; }"),
}


class Case(NamedTuple):
    """A row: what is embedded from which host, the attribute, the two headers, and whether it could be read."""

    embedded: str
    host: str
    crossorigin: str | None
    allow_origin: str | None
    allow_credentials: str | None
    chrome: bool
    firefox: bool

    @property
    def headers(self) -> dict[str, str]:
        origin = self.allow_origin if self.allow_origin in (None, "*") else f"http://{self.allow_origin}"
        headers = {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": self.allow_credentials,
            "Content-Type": EMBEDDED[self.embedded][1],
        }
        return {name: value for name, value in headers.items() if value is not None}


CASES = [Case(*row) for row in TABLE["cases"]]


@pytest.mark.parametrize("profile", ["standard", *BROWSERS])
def test_what_is_embedded_is_read_where_both_browsers_read_it(profile: ProfileName) -> None:
    wrong = []
    for case in CASES:
        element, _, body = EMBEDDED[case.embedded]
        server = MockServer()
        server.route(f"{HOSTS[case.host]}/x", headers=case.headers, body=body)
        with Browser(server, profile=profile) as browser:
            outcome = browser.page(PAGE).load(element, f"{HOSTS[case.host]}/x", case.crossorigin)
        if (outcome.verdict is Verdict.READABLE) != case.chrome or case.chrome != case.firefox:
            wrong.append((case, outcome.verdict))
    assert not wrong


def test_the_table_is_whole() -> None:
    combinations = {
        (case.embedded, case.host, case.crossorigin, case.allow_origin, case.allow_credentials) for case in CASES
    }
    assert len(CASES) == len(combinations) == 4 * 2 * 3 * 4 * 3
    assert {case.chrome for case in CASES} == {True, False}
