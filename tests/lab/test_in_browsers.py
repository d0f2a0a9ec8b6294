"""The lab in real browsers, by the keyboard: open, change a header, run, read the comparison, share, open a lesson."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from corssim.fetch.browsers import profile_named
from corssim.lab.authority import Authority
from corssim.lab.lesson import lessons_in
from corssim.verify.browsers.installed import why_not
from tests.report.axe import axe_core

from .driven import TOKEN, served, visitor

LESSON = Path(__file__).parents[2] / "scenarios" / "03-what-it-stops" / "1-no-header.toml"
_LINES = "[...document.querySelectorAll('#compared tbody tr')].map((row) => [row.className, row.innerText])"
STAR = """
title = "Authorization under a star"
page = "https://app.example/"
[[server]]
url = "https://api.example/items"
headers = { Access-Control-Allow-Origin = "*", Access-Control-Allow-Headers = "*" }
[[step]]
fetch = "https://api.example/items"
headers = { Authorization = "Bearer x" }
"""


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


def _needs(browser: str) -> None:
    if (missing := why_not(browser)) is not None:
        pytest.skip(missing)


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_visit(browser: str, tmp_path: Path) -> None:
    _needs(browser)

    async def visit(origin: str, another: str) -> None:
        async with visitor(browser, tmp_path, f"{origin}/{TOKEN}/") as page:
            assert browser in (await page.value("document.getElementById('profile').textContent"))
            assert "BLOCKED" in await page.value("document.getElementById('predicted').innerText.toUpperCase()")
            await page.tab_to("run")
            await page.press("Enter")
            await page.until("document.getElementById('sum')")
            assert "as was predicted" not in await page.value("document.getElementById('status').textContent")
            assert (await page.value("document.getElementById('sum').className")) == "agrees"
            lines = await page.value(_LINES)
            assert any("OPTIONS https://api.example/items/1" in text for _, text in lines), lines
            assert not any("localhost" in text for _, text in lines)
            if browser == "chromium" and (axe := axe_core()) is not None:
                assert await page.found_by_axe(axe) == []
            # A header is changed in its form: the TOML has it. A rule is added in the TOML: it has its form. Both run.
            text = await page.value("document.getElementById('text').value")
            listed = text.replace(
                '"https://app.example" }', '"https://app.example", Access-Control-Allow-Methods = "PUT" }'
            )
            headers = "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Methods: PUT"
            await page.fill("form-server-0-headers", headers)
            await page.until(f"document.getElementById('text').value === {json.dumps(listed)}")
            both = listed + '\n[[server]]\nurl = "*"\nheaders = { Access-Control-Allow-Origin = "*" }\n'
            await page.write(both)
            await page.until("document.querySelector('#predicted .badge').textContent === 'READABLE'")
            assert (await page.value("document.getElementById('form-server-1-url').value")) == "*"
            await page.value("(document.getElementById('compared').replaceChildren(), 1)")
            await page.tab_to("run")
            await page.press("Enter")
            await page.until("document.getElementById('sum')")
            assert (await page.value("document.getElementById('sum').className")) == "agrees"
            assert any("PUT https://api.example/items/1" in text for _, text in await page.value(_LINES))
            # The URL holds what was edited.
            shared = await page.value("location.href")
            await page.driver.navigate("about:blank")
            await page.open(shared)
            assert (await page.value("document.getElementById('text').value")) == both
            # A lesson is opened.
            await page.value(
                "(document.getElementById('lesson').value = '0',"
                " document.getElementById('lesson').dispatchEvent(new Event('change')), 1)"
            )
            await page.until("document.getElementById('text').value.includes('lesson = ')")
            # What the model has wrong differs on its line.
            await page.open(f"{another}/{TOKEN}/")
            await page.write(STAR)
            await page.tab_to("run")
            await page.press("Enter")
            await page.until("document.getElementById('sum')")
            differing = [text for name, text in await page.value(_LINES) if name == "differs"]
            first_words = [text.split("\n")[0].split("\t")[0] for text in differing]
            assert first_words == ["≠ verdict", "≠ wire: request 2"]

    lessons = lessons_in([str(LESSON)]) * 2
    profile, rule = profile_named(browser), "preflights.wildcard_allows_authorization"
    wrong = profile.changed(rule, not profile.rule(rule))
    with served(lessons=lessons) as origin, served(profiles={browser: wrong}) as another:
        asyncio.run(visit(origin, another))


SCHEMES_AND_FRAMES = """
title = "Schemes make sites, and frames have origins of their own"
page = "http://app.example/"
[[server]]
url = "*"
headers = [
  ["Access-Control-Allow-Origin", "null"],
  ["Access-Control-Allow-Credentials", "true"],
  ["Set-Cookie", "a=1; Secure"],
]
[[step]]
fetch = "https://api.example/first"
credentials = "include"
[[step]]
page = { url = "https://app.example/", frame = { url = "https://inner.test/", sandboxed = true } }
fetch = "https://api.example/second"
credentials = "include"
[[step]]
page = { url = "https://app.example/", frame = { url = "https://inner.test/" } }
fetch = "https://api.example/third"
[[step]]
page = { url = "https://app.example/", headers = { Content-Security-Policy = "default-src 'self'" } }
fetch = "https://api.example/fourth"
"""


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_over_https(browser: str, tmp_path: Path) -> None:
    """With an authority that the browser trusts, and with certificates that somebody accepts, once for each host."""
    _needs(browser)
    trusted = Authority.new()

    async def visit(origin: str, another: str) -> None:
        async with visitor(browser, tmp_path, f"{origin}/{TOKEN}/", trusted=trusted.certificate) as page:
            await page.write(SCHEMES_AND_FRAMES)
            assert await page.run() == "agrees", await page.value(_LINES)
            lines = [text for _, text in await page.value(_LINES)]
            assert any("GET https://api.example/second" in text for text in lines), lines
            assert any("origin" in text and "https://inner.test" in text for text in lines), lines
            assert await page.value("document.getElementById('elsewhere')") is None
            assert await page.value("document.getElementById('untrusted').hidden")
            await page.open(f"{another}/{TOKEN}/")
            await page.write(SCHEMES_AND_FRAMES.replace("http://app", "https://app"))
            await page.until("!document.getElementById('untrusted').hidden")
            accepted: list[str] = []
            somebody = asyncio.create_task(page.accept_certificates(accepted))
            try:
                assert await page.run() == "agrees", await page.value(_LINES)
                asked = list(accepted)
                assert len(asked) >= 3
                # The second time nobody is asked, and nothing is left of the first.
                assert await page.run() == "agrees", await page.value(_LINES)
                assert accepted == asked
            finally:
                somebody.cancel()

    with served(authority=trusted) as origin, served(authority=Authority.new()) as another:
        asyncio.run(visit(origin, another))
