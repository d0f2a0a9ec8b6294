"""The lab without a server: Pyodide in a browser predicts what is predicted here, lesson by lesson, URL by URL."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corssim.errors import UsageError
from corssim.lab.lesson import lessons_in
from corssim.lab.prediction import predicted
from corssim.lab.static import fetch_pyodide, write_site
from corssim.url import parse_url
from corssim.verify.browsers.installed import why_not

from .driven import visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
LESSONS = lessons_in([str(ROOT / "scenarios")])
ROWS = [
    [row["input"], row["base"]]
    for row in json.loads((ROOT / "tests/data/wpt/urltestdata.json").read_text("utf-8"))
    if isinstance(row, dict)
]
READ_OTHERWISE_BY_CHROMIUM = (
    "http://example example.com",
    "http://GOO\xa0\u3000goo.com",
    "http://％４１.com",
    "http://%ef%bc%85%ef%bc%94%ef%bc%91.com",
    "http://192.168.0.1 hello",
    "https://x x:12",
    "http://[::%31]",
    "http://%5B::1]",
    "http://a b/",
    "http://ho%20st/",
    "http://!\"$&'()*+,-.;=_`{}~/",
)
"""Hosts that the browser lets through, or writes otherwise, where the standard does not."""
_PARSE = """
import json
from corssim.url import parse_url
def href(text, base):
    on = None if base is None else parse_url(base)
    url = None if base is not None and on is None else parse_url(text, on)
    return None if url is None else url.href
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """A static host of these files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page and the whole course. Pyodide comes from the folder that PYODIDE names, else from npm and pip."""
    folder = tmp_path_factory.mktemp("site")
    pyodide = Path(os.environ.get("PYODIDE", folder / "pyodide"))
    try:
        if "PYODIDE" not in os.environ:
            pyodide.mkdir()
            fetch_pyodide(pyodide)
    except UsageError as error:
        pytest.skip(str(error))
    write_site(folder, LESSONS, pyodide)
    return folder


def test_a_browser_predicts_the_whole_course_alone(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if (missing := why_not("chromium")) is not None:
        pytest.skip(missing)
    monkeypatch.setenv("HOME", str(tmp_path))
    asked = [json.dumps({"text": lesson.text, "browser": "chromium"}) for lesson in LESSONS]

    async def visit(origin: str) -> tuple[list[Any], list[Any]]:
        async with visitor("chromium", tmp_path, f"{origin}/", within=300) as page:
            assert await page.value("document.getElementById('run')") is None
            assert await page.value("document.querySelector('#predicted .badge').textContent") == "BLOCKED"
            await page.write(LESSONS[0].text.replace("fetch = ", "fetsch = ", 1))
            await page.until("document.getElementById('status').textContent.includes('did you mean fetch')")
            await page.value("(import('./ask.js').then(({ask}) => { globalThis.ask = ask; }), 1)")
            await page.until("globalThis.ask")
            made = [await page.value(f"ask('predict', {question})") for question in asked]
            # The URL parser that is used there, in a page of its own.
            await page.driver.navigate(f"{origin}/no-such-page")
            code = f"{_PARSE}\njson.dumps([href(*row) for row in json.loads({json.dumps(ROWS)!r})])"
            parsed = await page.value(
                "import('./python/pyodide.mjs').then(async ({loadPyodide}) => {"
                "  const python = await loadPyodide({indexURL: new URL('python/', location).href});"
                "  python.unpackArchive(await (await fetch('python/corssim.zip')).arrayBuffer(), 'zip');"
                f" return JSON.parse(python.runPython({json.dumps(code)}));"
                "})"
            )
            return made, parsed

    with hosted(site) as origin:
        made, parsed = asyncio.run(visit(origin))
    differing = [
        lesson.path for lesson, one in zip(LESSONS, made, strict=True) if one != predicted(lesson.text, "chromium")
    ]
    assert differing == []
    assert {row[0] for row, href in zip(ROWS, parsed, strict=True) if _counts(href, row) and href != _href(*row)} == {
        *READ_OTHERWISE_BY_CHROMIUM
    }


def _counts(href: str | None, row: list[Any]) -> bool:
    """Does either parser find a URL of http? Browsers have ways of their own with files and unknown schemes."""
    return any(found is not None and found.startswith(("http:", "https:")) for found in (href, _href(*row)))


def _href(text: str, base: str | None) -> str | None:
    on = None if base is None else parse_url(base)
    url = None if base is not None and on is None else parse_url(text, on)
    return None if url is None else url.href
