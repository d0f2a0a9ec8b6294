"""The other requests of a snippet or a transcript: each judged in its turn, in one browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from corssim.fetch.browsers import BROWSERS
from corssim.server.mock import MockServer

from .running import corssim

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = """
$ curl -i -X OPTIONS https://api.example/x -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: PUT'
HTTP/1.1 204 No Content
Access-Control-Allow-Origin: https://app.example
Access-Control-Allow-Methods: PUT

$ curl -i -X PUT https://api.example/x -H 'Origin: https://app.example'
HTTP/1.1 200 OK
Access-Control-Allow-Origin: https://app.example

$ curl -i https://api.example/y -H 'Origin: https://app.example'
HTTP/1.1 200 OK
Content-Type: text/plain

hello
"""
PUT = "fetch('https://api.example/x', {method: 'PUT'});"
READABLE = {"verdict": "readable", "reason": None}


@pytest.fixture
def answers(tmp_path: Path) -> str:
    path = tmp_path / "answers.txt"
    path.write_text(ANSWERS, encoding="utf-8")
    return str(path)


def check(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    ran = corssim("check", *arguments, "--json")
    return ran.status, json.loads(ran.out).get("further", [])


def test_a_snippets_requests_share_a_browser_so_that_its_caches_count(answers: str) -> None:
    status, further = check(f"{PUT} {PUT} fetch('https://api.example/y')", "--answers", answers,
                            "--page", "https://app.example")  # fmt: skip
    assert [each["request"]["url"] for each in further] == ["https://api.example/x", "https://api.example/y"]
    assert further[0]["browsers"] == dict.fromkeys(BROWSERS, READABLE)
    assert (further[0]["preflight"], further[0]["sent"]) == ("cached", ["PUT https://api.example/x"])
    assert further[0]["request"]["page"].startswith("https://app.example")
    assert (further[1]["verdict"], further[1]["reason"]) == ("blocked", "allow-origin-missing")
    assert status == 1


def test_a_transcripts_exchanges_are_judged_each_with_its_own_answers(answers: str) -> None:
    status, further = check("--answers", answers)
    assert [(each["request"]["method"], each["verdict"]) for each in further] == [("PUT", "readable")]
    assert further[0]["sent"] == ["OPTIONS https://api.example/x", "PUT https://api.example/x"]
    assert status == 1  # the foremost one is blocked


def test_an_earlier_try_of_the_same_request_does_not_count_against_the_last(tmp_path: Path) -> None:
    before = "$ curl -i https://api.example/x -H 'Origin: https://app.example'\nHTTP/1.1 200 OK\nVary: Origin\n\n"
    after = before.replace("Vary: Origin", "Access-Control-Allow-Origin: *")
    path = tmp_path / "tries.txt"
    path.write_text(before + after, encoding="utf-8")
    status, further = check("--answers", str(path))
    assert (status, [each["reason"] for each in further]) == (0, ["allow-origin-missing"])


def test_what_is_not_known_of_one_leaves_the_others_their_verdicts(answers: str) -> None:
    ran = corssim("check", f"{PUT} fetch(API + '/z')", "--answers", answers, "--page", "https://app.example")
    text = " ".join(ran.out.split())
    assert "READABLE PUT https://api.example/x" in text
    assert "THEN 2. GET ${API}/z not known in chromium, firefox, webkit" in text
    assert "--define API=" in text


def test_a_further_request_that_is_blocked_is_told_with_what_opens_it(answers: str) -> None:
    ran = corssim(
        "check", f"{PUT} fetch('https://api.example/y')", "--answers", answers, "--page", "https://app.example"
    )
    text = " ".join(ran.out.split())
    assert "THEN 2. GET https://api.example/y blocked in chromium, firefox, webkit [allow-origin-missing]" in text
    assert "Access-Control-Allow-Origin" in text.partition("THEN 2.")[2]
    assert ran.status == 1


def test_a_further_request_with_side_effects_is_not_sent_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    server = MockServer().route("*", headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "*"})

    def exchange(target: object, network: object = None) -> object:
        class Exchange:
            def exchange(self, request: Any, **_: object) -> Any:
                return server.answer(request)

            def close(self) -> None:
                pass

        return Exchange()

    monkeypatch.setattr("corssim.cli.live.sync_exchange", exchange)
    monkeypatch.setattr("corssim.cli.live.connections_of", lambda _: None)
    status, further = check("fetch('https://api.example/a'); fetch('https://api.example/b', {method: 'PUT'})")
    assert [request.method for request in server.requests if request.url.endswith("/b")] == ["OPTIONS"]
    assert further[0]["verdict"] is None
    assert "--yes sends it" in further[0]["not_known"]
    assert status == 1
    status, further = check("fetch('https://api.example/a'); fetch('https://api.example/b', {method: 'PUT'})", "--yes")
    assert (status, further[0]["verdict"]) == (0, "readable")


def test_a_dry_run_names_them() -> None:
    ran = corssim("check", "fetch('https://a.example/'); fetch('https://b.example/', {method: 'PUT'})", "--dry-run")
    assert "1 more, which --dry-run does not tell: PUT https://b.example/" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("more", "then"),
    [
        ((), ("readable", None)),
        (("--page", "https://app.example"), ("blocked", "mixed-content")),
    ],
    ids=["a page that is made up", "a page that is given"],
)
def test_a_made_up_page_is_of_the_scheme_that_lets_the_request_go(
    more: tuple[str, ...], then: tuple[str, str | None], tmp_path: Path
) -> None:
    answer = "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n"
    path = tmp_path / "answers.txt"
    path.write_text(
        f"$ curl -I http://api.example/x\n{answer}$ curl -I https://api.example/x\n{answer}", encoding="utf-8"
    )
    _, (further,) = check("--answers", str(path), *more)
    assert (further["verdict"], further["reason"]) == then
