"""What if: other answers, other headers, another page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import corssim

EDGE = str(Path(__file__).parents[1] / "data" / "inputs" / "har" / "edge-126-blocked-400-without-acao.har")
ANSWERS = (
    "$ curl -i -X OPTIONS https://api.example/x -H 'Origin: https://shop.example' \\\n"
    "  -H 'Access-Control-Request-Method: PUT'\n"
    "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: https://shop.example\nAccess-Control-Allow-Methods: PUT\n"
)
POLICY = 'allow_origins = ["https://shop.example"]\nallow_methods = ["PUT"]\nallow_headers = ["traceparent"]\n'

READABLE = {"verdict": "readable", "reason": None}


def check(tmp_path: Path, *flags: str) -> dict[str, object]:
    path = tmp_path / "answers.txt"
    path.write_text(ANSWERS, encoding="utf-8")
    ran = corssim("check", "--answers", str(path), "--json", *flags)
    assert ran.err == ""
    what_if: dict[str, object] = json.loads(ran.out)["what_if"]
    return what_if


def test_a_header_that_a_library_adds(tmp_path: Path) -> None:
    what_if = check(tmp_path, "--add-header", "traceparent: 00-1-2-00")
    refused = {"verdict": "blocked", "reason": "header-disallowed-by-preflight"}
    assert what_if == {"browsers": dict.fromkeys(("chromium", "firefox", "webkit"), refused),
                       "changed": ["chromium", "firefox", "webkit"]}  # fmt: skip


def test_a_policy_in_place_of_the_servers_own(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    what_if = check(tmp_path, "--add-header", "traceparent: 00-1-2-00", "--policy", str(policy))
    assert what_if == {"browsers": dict.fromkeys(("chromium", "firefox", "webkit"), READABLE), "changed": []}


def test_a_header_of_every_answer(tmp_path: Path) -> None:
    what_if = check(tmp_path, "--set", "Access-Control-Allow-Origin: https://other.example")
    assert what_if["changed"] == ["chromium", "firefox", "webkit"]
    assert check(tmp_path, "--set", "Access-Control-Allow-Origin: {origin}")["changed"] == []
    assert check(tmp_path, "--set", "Access-Control-Allow-Methods;")["changed"] != []


def test_in_words(tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    path.write_text(ANSWERS, encoding="utf-8")
    told = corssim("check", "--answers", str(path), "--add-header", "traceparent: 1").out
    assert "what if    chromium: readable → blocked (header-disallowed-by-preflight)" in told


def test_a_recording_with_its_mistake_mended() -> None:
    ran = corssim("har", EDGE, "--set", "Access-Control-Allow-Origin: {origin}", "--json")
    (exchange,) = json.loads(ran.out)["exchanges"]
    assert exchange["browsers"]["chromium"]["verdict"] == "blocked"
    assert exchange["what_if"]["browsers"]["chromium"] == READABLE
    told = corssim("har", EDGE, "--set", "Access-Control-Allow-Origin: {origin}").out
    assert "what if    chromium: blocked (allow-origin-missing) → readable" in told


def test_a_recording_whose_page_moves() -> None:
    ran = corssim("har", EDGE, "--page", "https://api.example/app", "--json")
    (exchange,) = json.loads(ran.out)["exchanges"]
    assert exchange["page"] == "http://localhost:5173/"
    assert exchange["what_if"]["browsers"]["firefox"] == READABLE


@pytest.mark.parametrize(
    ("content", "message"),
    [("allow_origins = 7", "is no policy"), ("allow_originz = []", "is no policy"), ("[", "is no policy")],
)
def test_a_policy_that_is_none_is_one_line(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(content, encoding="utf-8")
    ran = corssim("har", EDGE, "--policy", str(path))
    assert ran.status == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_changes_of_answers_need_answers() -> None:
    ran = corssim("check", "https://api.example/", "--dry-run", "--set", "A: b")
    assert (ran.status, "give them without --dry-run" in ran.err) == (2, True)
