"""The course's pages in a real Chromium: its search, and axe-core's findings, wide and narrow, light and dark.

Needs Chromium, and axe-core from npm: in `node_modules` beside this project, among npm's global packages, or where
the variable AXE_CORE says.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from corssim.report.course import chapters_of, course_pages
from corssim.scenario import load_scenario, run_scenario

from .axe import axe_core

ROOT = Path(__file__).parents[2]
LESSONS = ("01-why/1-the-attack", "04-simple-requests/9-streams", "05-preflight/01-the-exchange")
LOOKED_AT = (
    "index.html",
    "ko/index.html",
    "en/01-why/index.html",
    "en/01-why/1-the-attack.html",
    "ko/04-simple-requests/9-streams.html",
    "ko/05-preflight/01-the-exchange.html",
)
WIDTHS = (1280, 390)
SCHEMES = {"dark": "0", "light": "1"}
_RUN = """
document.querySelectorAll("details").forEach((each) => { each.open = true; });
axe.run(document, { resultTypes: ["violations"] }).then((found) => {
  const told = found.violations.map((each) => ({
    id: each.id, impact: each.impact, where: each.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)),
  }));
  const wide = document.documentElement.scrollWidth > window.innerWidth;
  document.body.innerHTML = "";
  document.body.dataset.axe = JSON.stringify({ told, wide, width: window.innerWidth });
});
"""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("there is no Chromium on this machine")
    return found


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    scenarios = [load_scenario(ROOT / "scenarios" / f"{name}.toml") for name in LESSONS]
    browsers = ("standard", "chromium", "firefox", "webkit")
    runs = [(scenario, {name: run_scenario(scenario, name) for name in browsers}) for scenario in scenarios]
    return dict(course_pages(chapters_of(runs)))


def without_policy(page: str) -> str:
    """A page that runs scripts of ours too."""
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert open_page != page
    return open_page


def told_by(chromium: str, page: Path, folder: Path, *flags: str) -> Any:
    """What a page in Chromium leaves in its body's data."""
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--allow-file-access-from-files",
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1400,1000",
        "--virtual-time-budget=60000",
        *flags,
        "--dump-dom",
        page.as_uri(),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    found = re.search(r'<body[^>]* data-axe="([^"]*)"', ran.stdout)
    assert found is not None, ran.stderr[-2000:]
    return json.loads(unescape(found[1]))


@pytest.fixture(scope="module")
def site(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages with axe-core in them, and without the policy that would stop it."""
    axe = axe_core()
    if axe is None:
        pytest.skip("axe-core is not installed (npm install axe-core, or AXE_CORE=…/axe.min.js)")
    folder = tmp_path_factory.mktemp("course")
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        script = f"<script>{axe.read_text('utf-8')}</script><script>{_RUN}</script></body>"
        path.write_text(without_policy(text).replace("</body>", script), "utf-8")
    return folder


_SEARCH = """
const input = document.getElementById("search");
const told = {};
for (const asked of ASKED) {
  input.value = asked;
  input.dispatchEvent(new Event("input"));
  const titles = [...document.querySelectorAll("#results a")].map((link) => link.getAttribute("href"));
  told[asked] = [document.getElementById("found").textContent, titles, document.querySelector(".contents").hidden];
}
document.body.innerHTML = "";
document.body.dataset.axe = JSON.stringify(told);
"""
FOUND = {
    "index.html": {
        "PREFLIGHT exchange": ["1 found:", ["en/05-preflight/01-the-exchange.html"], True],
        "stream-needs-http2": ["1 found:", ["en/04-simple-requests/9-streams.html"], True],
        "object readablestream": ["1 found:", ["en/04-simple-requests/9-streams.html"], True],
        "xyzzy": ["Nothing found.", [], True],
        "": ["", [], False],
    },
    "ko/index.html": {"쪽지 쿠키": ["1개를 찾았습니다.", ["01-why/1-the-attack.html"], True]},
}


@pytest.mark.parametrize("name", FOUND)
def test_the_search_finds_lessons_by_their_words(
    pages: dict[str, str], chromium: str, name: str, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    script = f"<script>const ASKED = {json.dumps(list(FOUND[name]))};{_SEARCH}</script></body>"
    page.write_text(without_policy(pages[name]).replace("</body>", script), "utf-8")
    assert told_by(chromium, page, tmp_path) == FOUND[name]


_IN_FRAMES = """
(async () => {
  const all = {};
  for (const url of URLS) for (const width of WIDTHS) {
    const frame = document.createElement("iframe");
    frame.style = `width:${width}px;height:2000px`;
    frame.src = url;
    document.body.append(frame);
    while (!frame.contentDocument?.body?.dataset.axe) await new Promise((done) => setTimeout(done, 50));
    all[`${url.split("/course").pop()} at ${width}`] = JSON.parse(frame.contentDocument.body.dataset.axe);
    frame.remove();
  }
  document.body.dataset.axe = JSON.stringify(all);
})();
"""


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_axe_finds_nothing_serious(site: Path, chromium: str, scheme: str, tmp_path: Path) -> None:
    """A window has a least width, so pages are looked at in frames, one after the other."""
    frames = tmp_path / "frames.html"
    constants = f"const URLS = {json.dumps([(site / name).as_uri() for name in LOOKED_AT])}, WIDTHS = {list(WIDTHS)};"
    frames.write_text(f"<!DOCTYPE html><title>t</title><body><script>{constants}{_IN_FRAMES}</script>")
    results = told_by(chromium, frames, tmp_path, f"--blink-settings=preferredColorScheme={scheme}")
    assert len(results) == len(LOOKED_AT) * len(WIDTHS)
    assert {result["width"] for result in results.values()} == set(WIDTHS)
    assert [name for name, result in results.items() if result["wide"]] == []
    serious = {
        name: [each for each in result["told"] if each["impact"] in ("serious", "critical")]
        for name, result in results.items()
    }
    assert {name: each for name, each in serious.items() if each} == {}
