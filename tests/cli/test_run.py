"""`corssim run`: scenarios, what is told of them, and apps at their origins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .running import corssim

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """
title = "A PUT [bold]without[/bold] leave"
lesson = "It is asked for first."
page = "https://app.example/"

[[step]]
fetch = "https://api.example/"
method = "PUT"
expect.verdict = "{verdict}"

[[step]]
advance = 5

[[step]]
load = "img"
url = "https://api.example/a.png"

[[step]]
fetch = "https://api.example/"
method = "TRACE"
expect.throws = "TRACE"
"""
APP = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]})
    await send({"type": "http.response.body", "body": b"from the app"})

async def broken(scope, receive, send):
    raise RuntimeError("no such table")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.toml").write_text(SCENARIO.format(verdict="blocked"))
    (tmp_path / "wrong.toml").write_text(SCENARIO.format(verdict="readable"))
    return tmp_path


def test_all_that_pass_make_a_short_report(folder: Path) -> None:
    ran = corssim("run", str(folder / "good.toml"))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"{folder}\n  ✓ A PUT [bold]without[/bold] leave\n\n1 scenario: 1 passed\n"


def test_one_that_fails_is_told_with_its_story(folder: Path) -> None:
    ran = corssim("run", str(folder))
    assert ran.status == 1
    assert "  ✗ A PUT" in ran.out
    assert "step 1: fetch https://api.example/" in ran.out
    assert "verdict: expected readable, got blocked (allow-origin-missing)" in ran.out
    assert "OPTIONS https://api.example/ → 404 Not Found" in ran.out
    assert "step 2" not in ran.out
    assert ran.out.endswith("2 scenarios: 1 passed, 1 failed\n")


def test_verbose_tells_the_lesson_and_every_step(folder: Path) -> None:
    text = corssim("run", "-v", str(folder / "good.toml")).out
    for part in ("It is asked for first.", "step 2: advance 5 s", "step 3: load img", "TypeError: script may not"):
        assert part in text


def test_a_terminal_gets_colour_and_no_markup(folder: Path) -> None:
    ran = corssim("run", str(folder), terminal=True)
    assert "[bold]without[/bold]" in ran.out
    assert "\x1b[" in ran.out


def test_the_json_document_has_a_stable_shape(folder: Path) -> None:
    ran = corssim("run", "--json", str(folder))
    document = json.loads(ran.out)
    assert ran.status == 1
    assert list(document) == ["passed", "summary", "scenarios"]
    assert document["summary"] == {"scenarios": 2, "passed": 1, "failed": 1}
    good, wrong = document["scenarios"]
    assert list(good) == ["path", "title", "profile", "passed", "steps", "app_errors"]
    assert list(good["steps"][0]) == ["action", "target", "passed", "mismatches", "thrown", "outcome"]
    assert good["steps"][0]["outcome"]["reason"] == "allow-origin-missing"
    assert good["steps"][2]["target"] == "img https://api.example/a.png"
    assert good["steps"][3]["thrown"] == "script may not use the method TRACE"
    (mismatch,) = wrong["steps"][0]["mismatches"]
    assert (mismatch["what"], mismatch["expected"]) == ("verdict", "readable")


def test_each_browser_that_is_asked_for_runs_it(folder: Path) -> None:
    text = corssim("run", str(folder / "good.toml"), "--browser", "chromium", "--browser", "webkit").out
    assert "leave (chromium)" in text
    assert "leave (webkit)" in text
    assert "2 scenarios: 2 passed" in text


@pytest.fixture
def app_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app_of_this_test.py").write_text(APP)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("app_module")
def test_an_app_answers_at_its_origin(tmp_path: Path) -> None:
    path = tmp_path / "app.toml"
    path.write_text(
        'title = "t"\npage = "https://app.example/"\n[[step]]\nfetch = "https://api.example/"\n'
        'expect.body = "from the app"\n'
    )
    assert corssim("run", str(path), "--app", "https://api.example=app_of_this_test:app").status == 0
    ran = corssim("run", str(path), "--app", "https://api.example=app_of_this_test:broken")
    assert ran.status == 1
    assert "the app raised RuntimeError: no such table" in ran.out
    ran = corssim("run", str(path), "--app", "https://api.example=app_of_this_test:none")
    assert ran.status == 2


def test_the_fetches_are_written_as_a_page_too(folder: Path) -> None:
    path = folder / "report.html"
    assert corssim("run", str(folder / "good.toml"), "--html", str(path)).status == 0
    assert "step 1, as standard" in path.read_text("utf-8")
