"""What if: other answers, other headers, another page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .running import answering, corssim

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
    assert what_if["browsers"] == dict.fromkeys(("chromium", "firefox", "webkit"), refused)
    assert what_if["changed"] == ["chromium", "firefox", "webkit"]
    assert what_if["why"] == "The preflight's Access-Control-Allow-Headers does not list traceparent."


def test_a_policy_in_place_of_the_servers_own(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    what_if = check(tmp_path, "--add-header", "traceparent: 00-1-2-00", "--policy", str(policy))
    assert what_if["browsers"] == dict.fromkeys(("chromium", "firefox", "webkit"), READABLE)
    assert (what_if["changed"], what_if["why"]) == ([], "A preflight asks for traceparent.")


def test_a_header_of_every_answer(tmp_path: Path) -> None:
    what_if = check(tmp_path, "--set", "Access-Control-Allow-Origin: https://other.example")
    assert what_if["changed"] == ["chromium", "firefox", "webkit"]
    assert check(tmp_path, "--set", "Access-Control-Allow-Origin: {origin}")["changed"] == []
    assert check(tmp_path, "--set", "Access-Control-Allow-Methods;")["changed"] != []


@pytest.mark.parametrize(
    ("flags", "then"),
    [
        (("--add-header", "traceparent: 1"), {"verdict": None, "reason": None}),
        (("--set", "Access-Control-Allow-Origin;"), {"verdict": "blocked", "reason": "allow-origin-missing"}),
        (("--set", "X-A: 1"), READABLE),
    ],
    ids=["a header that has it preflighted", "a header taken away", "a header that decides nothing"],
)
def test_what_no_answer_in_the_text_tells(flags: tuple[str, ...], then: dict[str, str | None], tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    get = "$ curl -i https://api.example/x -H 'Origin: https://shop.example'\n"
    path.write_text(f"{get}HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n", encoding="utf-8")
    ran = corssim("check", "--answers", str(path), *flags, "--json")
    assert ran.err == ""
    assert json.loads(ran.out)["what_if"]["browsers"] == dict.fromkeys(("chromium", "firefox", "webkit"), then)


def test_nothing_is_said_to_be_sent_to_a_text(tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    path.write_text(ANSWERS, encoding="utf-8")
    told = corssim("check", "--answers", str(path), "--add-header", "traceparent: 1")
    assert "sent" not in (told.out + told.err).replace("never sent", "")


def test_in_words(tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    path.write_text(ANSWERS, encoding="utf-8")
    told = corssim("check", "--answers", str(path), "--add-header", "traceparent: 1").out
    assert "what if    chromium, firefox, webkit: readable → blocked" in told
    assert "(header-disallowed-by-preflight)" in told
    assert "why The preflight's Access-Control-Allow-Headers does not list traceparent." in " ".join(told.split())


def test_a_recording_with_its_mistake_mended() -> None:
    ran = corssim("har", EDGE, "--set", "Access-Control-Allow-Origin: {origin}", "--json")
    (exchange,) = json.loads(ran.out)["exchanges"]
    assert exchange["browsers"]["chromium"]["verdict"] == "blocked"
    assert exchange["what_if"]["browsers"]["chromium"] == READABLE
    told = corssim("har", EDGE, "--set", "Access-Control-Allow-Origin: {origin}").out
    assert "what if    chromium, firefox, webkit: blocked (allow-origin-missing) →" in told


@pytest.mark.parametrize(
    ("flags", "rows", "now", "then"),
    [
        (
            ("--add-header", "traceparent: 1"),
            ("no longer sends POST https://api.example/prod/signup", "does not list traceparent."),
            ["OPTIONS", "POST"],
            ["OPTIONS"],
        ),
        (
            ("--page", "https://api.example/app"),
            ("no longer sends OPTIONS https://api.example/prod/signup",),
            ["OPTIONS", "POST"],
            ["POST"],
        ),
    ],
    ids=["a header that the preflight's answer does not list", "a page of the same origin"],
)
def test_a_recordings_requests_as_they_would_be(
    flags: tuple[str, ...], rows: tuple[str, ...], now: list[str], then: list[str]
) -> None:
    told = " ".join(corssim("har", EDGE, *flags).out.split())
    assert [row for row in rows if row not in told] == []
    (exchange,) = json.loads(corssim("har", EDGE, *flags, "--json").out)["exchanges"]
    methods = {
        when: [each.split()[0] for each in exchange["what_if"][when]["firefox"]["sent"]] for when in ("now", "then")
    }
    assert methods == {"now": now, "then": then}


def test_what_no_recording_tells_is_said(tmp_path: Path) -> None:
    path = tmp_path / "get.har"
    headers = [{"name": "Access-Control-Allow-Origin", "value": "*"}]
    origin = [{"name": "Origin", "value": "https://app.example"}]
    entry = {
        "request": {"method": "GET", "url": "https://api.example/x", "headers": origin},
        "response": {"status": 200, "headers": headers},
    }
    path.write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
    told = " ".join(corssim("har", str(path), "--add-header", "traceparent: 1").out.split())
    assert "chromium, firefox, webkit: readable → not known" in told
    assert "What would decide it then is not in the recording." in told


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


SCENARIO = """
title = "Two requests of one page"
page = "https://app.example/start"

[[server]]
url = "https://api.example/items"
method = "OPTIONS"
status = 204
headers = { Access-Control-Allow-Origin = "https://app.example", Access-Control-Allow-Headers = "traceparent" }

[[server]]
url = "https://api.example/items"
headers = { Access-Control-Allow-Origin = "https://app.example" }

[[server]]
url = "https://open.example/"
headers = { Access-Control-Allow-Origin = "*" }

[[server]]
url = "http://192.168.1.10/"
headers = { Access-Control-Allow-Origin = "*" }

[[step]]
fetch = "https://api.example/items"
expect.verdict = "readable"

[[step]]
advance = 60

[[step]]
fetch = "https://open.example/"
page = { url = "https://app.example/other" }
expect.verdict = "readable"

[[step]]
fetch = "http://192.168.1.10/"
target_address_space = "local"
"""


def run(tmp_path: Path, *flags: str) -> dict[int, dict[str, Any]]:
    """The steps of what if, by number."""
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    ran = corssim("run", str(path), "--json", *flags)
    assert ran.err == ""
    document = json.loads(ran.out)
    assert document["passed"], "what is expected is expected of the file as it is"
    return {step["step"]: step for step in document["what_if"]}


def came(step: dict[str, Any], when: str = "then") -> dict[str, str]:
    return {name: told["reason"] or told["verdict"] for name, told in step[when].items()}


def test_run_with_a_header_of_every_answer(tmp_path: Path) -> None:
    steps = run(tmp_path, "--set", "Access-Control-Allow-Origin: https://other.example", "--browser", "all")
    assert came(steps[1], "now") == dict.fromkeys(("standard", "chromium", "firefox", "webkit"), "readable")
    assert came(steps[1]) == dict.fromkeys(("standard", "chromium", "firefox", "webkit"), "allow-origin-mismatch")
    assert steps[1]["changed"] == ["chromium", "firefox", "standard", "webkit"]
    assert 2 not in steps  # advance is no request


def test_run_from_another_page(tmp_path: Path) -> None:
    steps = run(tmp_path, "--page", "https://new.example/")
    assert came(steps[1]) == {"standard": "allow-origin-mismatch"}
    assert came(steps[3]) == {"standard": "readable"}
    assert steps[3]["changed"] == []


def test_run_with_a_header_that_a_library_adds_is_preflighted(tmp_path: Path) -> None:
    step = run(tmp_path, "--add-header", "traceparent: 00-1-2-00")[1]
    assert came(step) == {"standard": "readable"}
    assert step["now"]["standard"]["sent"] == ["GET https://api.example/items"]
    assert step["then"]["standard"]["sent"] == ["OPTIONS https://api.example/items", "GET https://api.example/items"]
    assert step["changed"] == ["standard"]


def test_run_with_a_policy(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('allow_origins = ["https://app.example"]\n', encoding="utf-8")
    steps = run(tmp_path, "--policy", str(policy))
    assert [step["changed"] for step in steps.values()][:2] == [[], []]


def test_run_with_what_the_user_has_set_and_decided(tmp_path: Path) -> None:
    step = run(tmp_path, "--permission", "local-network=granted", "--browser", "chromium")[4]
    assert (came(step, "now"), came(step)) == ({"chromium": "local-network-access-pending"}, {"chromium": "readable"})


def test_run_tells_what_changes_request_by_request_and_why(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    ran = corssim("run", str(path), "--add-header", "x-other: 1", "--set", "Access-Control-Max-Age: 5")
    text = " ".join(ran.out.split())
    assert "What if: 2 of 3 steps come otherwise" in text
    assert "step 1: https://api.example/items" in text
    assert "standard: readable → blocked (header-disallowed-by-preflight)" in text
    assert "why The preflight's Access-Control-Allow-Headers does not list x-other" in text
    assert "standard: sends OPTIONS https://api.example/items, where it sends GET https://api.example/items now" in text
    assert corssim("run", str(path)).out.count("What if") == 0


def test_run_says_that_answers_of_apps_cannot_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    ran = corssim("run", str(path), "--live", "--set", "Vary: Origin")
    assert (ran.status, ran.out) == (2, "")
    assert "--app or --live" in ran.err


COOKIES = """
title = "A login elsewhere"
page = "https://app.example/"

[[server]]
url = "*"
headers = [
    ["Access-Control-Allow-Origin", "https://app.example"],
    ["Access-Control-Allow-Credentials", "true"],
    ["Set-Cookie", "session=1; SameSite=None; Secure"],
    ["X-Total", "7"],
]

[[step]]
fetch = "https://id.other.test/login"
credentials = "include"

[[step]]
fetch = "https://id.other.test/me"
credentials = "include"
"""


@pytest.mark.parametrize(
    ("flags", "step", "told"),
    [
        (
            ("--third-party-cookies", "block"),
            2,
            "sends GET https://id.other.test/me, where it sends GET https://id.other.test/me with cookie session now",
        ),
        (("--set", "Access-Control-Expose-Headers: X-Total"), 1, "script chromium: reads x-total too"),
        (("--set", "Cache-Control: no-store"), 1, "script chromium: reads cache-control too"),
        (("--set", "X-Total: 8"), 1, ""),
    ],
    ids=["cookies that stay away", "a header that script reads then", "one that it reads anyway", "one that it cannot"],
)
def test_what_changes_though_it_stays_readable(flags: tuple[str, ...], step: int, told: str, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(COOKIES, encoding="utf-8")
    text = " ".join(corssim("run", str(path), "--browser", "chromium", *flags).out.split())
    assert told in text
    assert (f"A login elsewhere, step {step}:" in text) == bool(told)
    assert ("What if: nothing changes" in text) == (not told)


@pytest.mark.parametrize(
    ("flags", "then", "sends_it"),
    [
        (("--set", "Access-Control-Allow-Methods: PUT"), None, False),
        (("--set", "Access-Control-Allow-Methods: PUT", "--yes"), "readable", True),
        (("--policy", "POLICY"), "readable", False),
        (("--add-header", "x-a: 1"), "blocked", False),
    ],
    ids=["its answer would tell", "sent for --yes", "a policy tells without it", "blocked then too"],
)
def test_a_request_with_side_effects_is_not_sent_for_a_guess(
    flags: tuple[str, ...], then: str | None, sends_it: bool, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('allow_origins = ["http://localhost:3000"]\nallow_methods = ["PUT"]\n', encoding="utf-8")
    with answering([("Access-Control-Allow-Origin", "http://localhost:3000")]) as (url, asked):
        given = [str(policy) if flag == "POLICY" else flag for flag in flags]
        ran = corssim("check", url, "-X", "PUT", "--page", "http://localhost:3000", "--json", *given)
    what_if = json.loads(ran.out)["what_if"]
    assert {told["verdict"] for told in what_if["browsers"].values()} == {then}
    assert ("PUT" in asked) == sends_it
    assert ("(--yes sends it)" in (what_if["why"] or "")) == (then is None)


MOVED = "curl https://api.example/x -X PUT -H 'Origin: https://shop.example'"


@pytest.mark.parametrize(
    ("page", "changed"),
    [("https://new.example/", ["chromium", "firefox", "webkit"]), ("https://shop.example/other", None)],
    ids=["to another origin", "on its own origin"],
)
def test_the_page_of_what_was_pasted_moves(page: str, changed: list[str] | None, tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    path.write_text(ANSWERS, encoding="utf-8")
    document = json.loads(corssim("check", MOVED, "--answers", str(path), "--page", page, "--json").out)
    if changed is None:
        assert "what_if" not in document
        return
    what_if = document["what_if"]
    assert what_if["page"] == {"now": "https://shop.example/", "then": page}
    assert {told["verdict"] for told in what_if["now"].values()} == {"readable"}
    assert {told["reason"] for told in what_if["then"].values()} == {"allow-origin-mismatch"}
    assert what_if["changed"] == changed
    told = corssim("check", MOVED, "--answers", str(path), "--page", page).out
    assert "what if    the page moves from https://shop.example/ to https://new.example/" in told


def test_a_page_that_was_not_told_does_not_move() -> None:
    with answering([("Access-Control-Allow-Origin", "*")]) as (url, asked):
        document = json.loads(corssim("check", f"curl {url}", "--page", "http://localhost:3000", "--json").out)
    assert "what_if" not in document
    assert asked == ["GET"]


def test_nothing_is_sent_with_side_effects_from_the_page_that_was() -> None:
    headers = [("Access-Control-Allow-Origin", "http://localhost:1"), ("Access-Control-Allow-Methods", "PUT")]
    with answering(headers) as (url, asked):
        pasted = f"curl {url} -X PUT -H 'Origin: http://localhost:1'"
        document = json.loads(corssim("check", pasted, "--page", "http://localhost:2", "--json").out)
    assert "PUT" not in asked
    assert {told["verdict"] for told in document["what_if"]["now"].values()} == {None}
