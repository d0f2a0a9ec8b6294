"""The recorder against what was recorded before: a few cases of each kind of page and step, in real browsers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conformance.compare import differences
from .conformance.replay import BROWSERS, all_cases, every_record, replay

if TYPE_CHECKING:
    from .conformance.replay import Record

_PROGRAMS = {"chromium": ["chromium"], "firefox": ["firefox-esr"], "webkit": ["xvfb-run", "/usr/bin/python3"]}
_CASES = [
    "acah-authorization-star",  # preflighted
    "cookie-api-script",  # a cookie set by a visit before, an element
    "origin-doc-srcdoc-sandbox-acao-https-app-example",  # in a sandboxed frame
    "origin-doc-worker-to-api",  # in a worker
    "wire-cross-site-form-post",  # a form, and headers in their order
]


def _missing(browser: str) -> str | None:
    for program in [*_PROGRAMS[browser], "unshare", "ip", "certutil"]:
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True).returncode:
        return "no network namespace can be made here"
    if browser == "webkit":
        bindings = "import gi; gi.require_version('WebKit2', '4.1')"
        if subprocess.run(["/usr/bin/python3", "-c", bindings], capture_output=True).returncode:
            return "the Python bindings of WebKitGTK are not installed"
    return None


@pytest.mark.parametrize("browser", BROWSERS)
def test_records_what_was_recorded_before(browser: str, tmp_path: Path) -> None:
    if reason := _missing(browser):
        pytest.skip(reason)
    cases = [all_cases()[case_id] for case_id in _CASES]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    recorder = [sys.executable, "-m", "tests.conformance.recorder", browser, str(tmp_path / "cases.json")]
    top = Path(__file__).parents[1]
    told = subprocess.run(
        [*recorder, "-o", str(tmp_path / "records.json")], cwd=top, capture_output=True, text=True, timeout=300
    )
    assert told.returncode == 0, told.stderr
    recorded: list[Record] = json.loads((tmp_path / "records.json").read_text())["cases"]
    assert [record["id"] for record in recorded] == _CASES, told.stderr
    wrong = {}
    for case, record in zip(cases, recorded, strict=True):
        before = every_record(browser)[case["id"]]
        again = differences(case, record, replay(case, browser))
        if any(again.values()) or any(
            a["outcome"] != b["outcome"] for a, b in zip(before["steps"], record["steps"], strict=True)
        ):
            wrong[case["id"]] = again
    assert wrong == {}
