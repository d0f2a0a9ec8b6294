"""`corssim check` on commands and calls, without a server that answers."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest

from .running import corssim

if TYPE_CHECKING:
    from pathlib import Path

CURL = "curl 'https://api.example/items' -H 'Origin: https://shop.example' -H 'Content-Type: application/json' -d '{}'"


def test_a_command_takes_the_place_of_the_url() -> None:
    ran = corssim("check", CURL, "--dry-run", "--json")
    document = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    assert document["request"] == {
        "api": "fetch",
        "method": "POST",
        "url": "https://api.example/items",
        "page": "https://shop.example/",
        "origin": "https://shop.example",
        "mode": "cors",
        "credentials": "same-origin",
        "destination": "",
        "headers": [["Content-Type", "application/json"]],
    }
    assert document["source"]["kind"] == "curl"
    assert [guess["what"] for guess in document["source"]["guessed"]] == ["mode", "credentials"]
    assert document["browsers"]["webkit"] == {"verdict": None, "reason": None}
    assert document["requests"][0]["kind"] == "preflight"


def test_standard_input_and_what_is_told_in_words() -> None:
    ran = corssim("check", "-", "--dry-run", stdin=CURL)
    assert ran.out.startswith("READ a curl command: POST https://api.example/items\n")
    assert "guessed    credentials same-origin (a guess): no cookie is in there" in ran.out


def test_standard_input_may_hold_a_url() -> None:
    ran = corssim("check", "-", "--dry-run", "--json", stdin="https://api.example/items\n")
    assert json.loads(ran.out)["request"]["url"] == "https://api.example/items"


def test_flags_that_are_given_win() -> None:
    flags = ("--page", "https://other.example/", "--credentials", "include", "-X", "PUT", "-H", "X-A: 1")
    ran = corssim("check", CURL, "--dry-run", "--json", *flags)
    document = json.loads(ran.out)
    assert document["request"]["page"] == "https://other.example/"
    assert document["request"]["credentials"] == "include"
    assert document["request"]["method"] == "PUT"
    assert document["request"]["headers"] == [["Content-Type", "application/json"], ["X-A", "1"]]
    assert [guess["what"] for guess in document["source"]["guessed"]] == ["mode"]


def test_a_url_that_is_not_known_is_named_with_its_flag() -> None:
    command = "curl \"$API/items\" -H 'Authorization: Bearer abc'"
    ran = corssim("check", command, "--json")
    document = json.loads(ran.out)
    assert ran.status == 2
    assert document["verdict"] is None
    assert document["browsers"]["firefox"] == {"verdict": None, "reason": None}
    assert document["request"]["url"] == "${API}/items"
    assert document["request"]["headers"] == [["Authorization", "Bearer ***"]]
    assert "--define API=" in ran.err
    assert ran.err.count("\n") == 1
    assert "not known  API in url; give --define API=" in corssim("check", command).out
    ran = corssim("check", command, "--json", "--dry-run", "--define", "API=https://api.example")
    assert json.loads(ran.out)["request"]["url"] == "https://api.example/items"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check",), "give a URL, or a curl command"),
        (("check", "curl 'https://api.example"), "the quote ' in line 1 is not closed"),
        (("check", CURL, "--define", "API"), "is not NAME=VALUE"),
        (("check", "https://api.example/", "--define", "A=b"), "--define goes with a command"),
        (("check", "-"), "standard input is empty"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    ran = corssim(*arguments)
    assert ran.status == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


PREFLIGHT = """$ curl -i -X OPTIONS https://api.example/x -H 'Origin: https://shop.example' \\
  -H 'Access-Control-Request-Method: PUT'
HTTP/1.1 204 No Content
Access-Control-Allow-Origin: https://shop.example
Access-Control-Allow-Methods: PUT
"""


def answers(tmp_path: Path, text: str) -> str:
    path = tmp_path / "answers.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_answers_come_from_a_transcript_alone(tmp_path: Path) -> None:
    ran = corssim("check", "--answers", answers(tmp_path, PREFLIGHT), "--json")
    document = json.loads(ran.out)
    assert (ran.status, ran.err, document["verdict"]) == (0, "", "readable")
    assert document["request"]["method"] == "PUT"
    assert document["browsers"]["firefox"] == {"verdict": "readable", "reason": None}
    assert "response" in [guess["what"] for guess in document["source"]["guessed"]]
    assert corssim("check", "-", "--json", stdin=PREFLIGHT).out == ran.out


def test_a_transcript_answers_a_request_that_stands_beside_it(tmp_path: Path) -> None:
    path = answers(tmp_path, PREFLIGHT)
    call = "fetch('https://api.example/y', {method: 'DELETE'})"
    ran = corssim("check", call, "--answers", path, "--page", "https://shop.example/", "--json")
    document = json.loads(ran.out)
    assert (ran.status, document["reason"]) == (1, "method-disallowed-by-preflight")
    flags = ("-X", "DELETE", "--page", "https://shop.example/", "--answers", path, "--json")
    assert json.loads(corssim("check", "https://api.example/x", *flags).out)["reason"] == document["reason"]


def test_what_is_guessed_of_answers_beside_a_url_is_said(tmp_path: Path) -> None:
    path = answers(tmp_path, PREFLIGHT)
    flags = ("-X", "PUT", "--page", "https://shop.example/", "--answers", path)
    source = json.loads(corssim("check", "https://api.example/x", *flags, "--json").out)["source"]
    assert [guess["what"] for guess in source["guessed"]] == ["response"]
    told = corssim("check", "https://api.example/x", *flags).out
    assert told.startswith("READ a transcript: https://api.example/x\n  guessed    response 200 (a guess)")
    call = "fetch('https://api.example/x', {method: 'PUT'})"
    source = json.loads(corssim("check", call, *flags[2:], "--json").out)["source"]
    assert "response" in [guess["what"] for guess in source["guessed"]]


ANSWER = "HTTP/2 200\naccess-control-allow-origin: *\ncontent-type: font/woff2\n"


@pytest.mark.parametrize(
    ("request_", "lacks"),
    [
        (("https://api.example/x", "-X", "PUT"), "no answer to OPTIONS is in there"),
        (("fetch('https://api.example/x', {method: 'PUT'})",), "no answer to OPTIONS is in there"),
        (("https://api.example/x", "--api", "font"), "the body of the answer is not in there"),
        (("https://api.example/x", "--api", "img", "--crossorigin", "anonymous"), "the body of the answer is not in"),
        (("https://api.example/x",), ""),
        (("fetch('https://api.example/x')",), ""),
    ],
)
def test_an_answer_says_nothing_of_others(request_: tuple[str, ...], lacks: str, tmp_path: Path) -> None:
    flags = ("--page", "https://shop.example/", "--answers", answers(tmp_path, ANSWER))
    assert json.loads(corssim("check", *request_, *flags, "--json").out)["verdict"] == (None if lacks else "readable")
    told = " ".join(corssim("check", *request_, *flags).out.split())
    assert (lacks in told) if lacks else ("not in there" not in told.partition("READABLE")[2])


def test_what_a_transcript_leaves_open_is_not_known(tmp_path: Path) -> None:
    text = "$ curl -i https://api.example/x -H 'X-A: 1'\nHTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n"
    path = answers(tmp_path, text)
    ran = corssim("check", "--answers", path, "--json")
    document = json.loads(ran.out)
    assert (ran.status, document["verdict"], document["reason"], document["allowed"]) == (1, None, None, None)
    assert document["source"]["missing"] == ["no answer to OPTIONS is in there"]
    assert document["browsers"]["webkit"] == {"verdict": None, "reason": None}
    told = corssim("check", "--answers", path).out
    assert "NOT KNOWN GET https://api.example/x" in told
    assert "no answer to OPTIONS is in there" in told
    assert "READABLE" not in told


GET_ALONE = (
    "$ curl -i https://api.example/x -H 'Origin: https://shop.example'\n"
    "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n"
)


@pytest.mark.parametrize(
    ("flags", "is_known"),
    [
        ((), True),
        (("-X", "PUT"), False),
        (("-H", "X-A: 1"), False),
        (("--page", "https://api.example/", "-X", "PUT"), True),
    ],
    ids=["as it is", "another method", "another header", "the page's own origin"],
)
def test_an_answer_to_a_get_is_none_to_a_preflight_that_flags_ask_for(
    flags: tuple[str, ...], is_known: bool, tmp_path: Path
) -> None:
    document = json.loads(corssim("check", "--answers", answers(tmp_path, GET_ALONE), *flags, "--json").out)
    assert document["verdict"] == ("readable" if is_known else None)
    assert document["source"]["missing"] == ([] if is_known else ["no answer to OPTIONS is in there"])


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        ("204 No Content", None, None),
        ("403 Forbidden", "blocked", "preflight-status-not-ok"),
    ],
)
def test_an_answer_to_a_preflight_that_shows_its_status_alone(
    status: str, verdict: str | None, reason: str | None, tmp_path: Path
) -> None:
    asked = "-X OPTIONS -H 'Origin: https://shop.example' -H 'Access-Control-Request-Method: PUT'"
    text = f"$ curl -v {asked} https://api.example/x\n< HTTP/1.1 {status}\n"
    document = json.loads(corssim("check", "--answers", answers(tmp_path, text), "--json").out)
    assert (document["verdict"], document["reason"]) == (verdict, reason)
    assert "no answer to OPTIONS is in there" not in document["source"]["missing"]


def test_a_file_of_answers_that_is_not_there() -> None:
    ran = corssim("check", "--answers", "/nowhere")
    assert (ran.status, ran.err) == (
        2,
        "corssim: error: --answers: /nowhere cannot be read: No such file or directory\n",
    )


def test_a_relative_url_needs_its_page() -> None:
    ran = corssim("check", "fetch('/items')", "--json")
    assert ran.status == 2
    assert "give --page URL" in ran.err
    ran = corssim("check", "fetch('/items')", "--dry-run", "--json", "--page", "https://shop.example/a")
    assert json.loads(ran.out)["request"]["url"] == "https://shop.example/items"


PREFLIGHT_AND_ANSWER = (
    PREFLIGHT
    + """
$ curl -i -X PUT https://api.example/x?token=abc -H 'Origin: https://shop.example' -H 'Authorization: Bearer secret1'
HTTP/1.1 200 OK
Set-Cookie: sid=secret2; Path=/
Access-Control-Allow-Origin: https://shop.example
"""
)
SAVED = {
    "an allowed preflight": (PREFLIGHT, ()),
    "a blocked answer": (
        "$ curl -i https://api.example/x -H 'Origin: https://a.example'\nHTTP/1.1 200 OK\nServer: a\n",
        (),
    ),
    "a form": (PREFLIGHT, ("fetch('https://api.example/x', {method: 'PUT', body: new URLSearchParams({a: 'b'})})",)),
    "an XMLHttpRequest": (PREFLIGHT, ("$.ajax({url: 'https://api.example/x', method: 'PUT'})",)),
    "an opaque page": (PREFLIGHT, ("https://api.example/x", "-X", "PUT", "--sandboxed")),
    "another browser": (PREFLIGHT, ("https://api.example/x", "-X", "PUT", "--browser", "webkit")),
    "a page with a policy": (
        PREFLIGHT,
        ("https://api.example/x", "-X", "PUT", "--page-header", "Content-Security-Policy: connect-src 'self'"),
    ),
    "a host in a local network": (
        PREFLIGHT,
        (
            *("https://api.example/x", "-X", "PUT", "--resolve", "api.example=10.0.0.2", "--browser", "chromium"),
            *("--permission", "local-network=denied"),
        ),
    ),
    "a local network that is not asked about": (
        PREFLIGHT,
        (
            *("https://api.example/x", "-X", "PUT", "--resolve", "api.example=10.0.0.2", "--browser", "chromium"),
            *("--local-network-access", "off"),
        ),
    ),
    "two calls, of which one is blocked": (
        PREFLIGHT,
        ("fetch('https://api.example/x', {method: 'PUT'}); fetch('https://api.example/x', {method: 'DELETE'})",),
    ),
    "languages that have a preflight": (
        PREFLIGHT,
        ("https://api.example/x", "-X", "PUT", "--languages", "de", "--https-first", "off"),
    ),
}


@pytest.mark.parametrize("name", SAVED)
def test_what_is_saved_runs_to_the_same_end(name: str, tmp_path: Path) -> None:
    text, asked = SAVED[name]
    saved = tmp_path / "saved.toml"
    checked = corssim("check", *asked, "--answers", answers(tmp_path, text), "--save", str(saved))
    assert checked.err == ""
    ran = corssim("run", str(saved))
    assert (ran.status, ran.err) == (0, "")
    verdict = "readable" if checked.status == 0 else "blocked"
    assert f'verdict = "{verdict}"' in saved.read_text(encoding="utf-8")


def test_what_is_not_known_expects_nothing_when_saved(tmp_path: Path) -> None:
    saved = tmp_path / "saved.toml"
    text = "$ curl -i https://api.example/x -H 'X-A: 1'\nHTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n"
    assert corssim("check", "--answers", answers(tmp_path, text), "--save", str(saved)).status == 1
    assert "expect" not in saved.read_text(encoding="utf-8")
    assert corssim("run", str(saved)).status == 0


TWO_URLS = PREFLIGHT + PREFLIGHT.replace("/x", "/y").replace("PUT", "DELETE")
TWO_EXCHANGES = PREFLIGHT + PREFLIGHT.replace("PUT", "DELETE")


@pytest.mark.parametrize(
    ("text", "flags", "told"),
    [
        (PREFLIGHT, ("-b", "sid=1; SameSite=None; Secure"), "# The cookies that the browser had are not in here."),
        (TWO_EXCHANGES, (), "# Left out: 1 of the exchanges that were read, whose URL has another answer in here."),
        (TWO_URLS, (), ""),
        (PREFLIGHT, (), ""),
    ],
    ids=["cookies", "another exchange of the same URL", "not one of another URL", "nothing"],
)
def test_what_is_saved_says_what_it_leaves_out(text: str, flags: tuple[str, ...], told: str, tmp_path: Path) -> None:
    saved = tmp_path / "saved.toml"
    ran = corssim("check", *flags, "--answers", answers(tmp_path, text), "--save", str(saved))
    assert ran.err == ""
    content = saved.read_text(encoding="utf-8")
    assert told in content
    assert ("not in here" in content or "Left out" in content) == bool(told)
    assert len(tomllib.loads(content)["step"]) == (2 if text == TWO_URLS else 1)
    assert corssim("run", str(saved)).status == 0


def test_secrets_are_masked_in_what_is_saved(tmp_path: Path) -> None:
    saved = tmp_path / "saved.toml"
    flags = ("--answers", answers(tmp_path, PREFLIGHT_AND_ANSWER), "--save", str(saved))
    corssim("check", *flags)
    content = saved.read_text(encoding="utf-8")
    assert not any(secret in content for secret in ("secret1", "secret2", "token=abc"))
    corssim("check", *flags, "--show-credentials")
    assert "secret1" in saved.read_text(encoding="utf-8")


def test_save_needs_answers(tmp_path: Path) -> None:
    ran = corssim("check", CURL, "--dry-run", "--save", str(tmp_path / "x.toml"))
    assert (ran.status, "--save writes what was answered" in ran.err) == (2, True)


def test_a_command_on_standard_input_is_answered_by_a_file(tmp_path: Path) -> None:
    configuration = tmp_path / "site.conf"
    configuration.write_text("<Location /items>\n  Header always set Access-Control-Allow-Origin *\n</Location>\n")
    ran = corssim("check", "-", "--answers", str(configuration), "--json", stdin=CURL)
    assert json.loads(ran.out)["reason"] == "header-disallowed-by-preflight"
    both = corssim("check", "-", "--answers", "-", stdin=CURL)
    assert (both.status, both.err.count("\n")) == (2, 1)


def test_of_other_places_a_part_of_a_configuration_tells_nothing(tmp_path: Path) -> None:
    configuration = tmp_path / "site.conf"
    configuration.write_text("<Location /items>\n  Header always set Access-Control-Allow-Origin *\n</Location>\n")
    ran = corssim("check", "https://api.example/x", "--answers", str(configuration))
    assert ran.out.startswith("NOT KNOWN")
    assert "says nothing of this place" in " ".join(ran.out.split())


ANSWERED = """Request URL: http://localhost:8080/items
Request Method: PUT
Status Code: 200

Response Headers
Content-Length: 6

Request Headers
Authorization: Bearer x
Origin: http://localhost:4200
"""


@pytest.mark.parametrize(("flags", "credentials"), [((), False), (("--credentials", "include"), True)])
def test_an_answer_that_stands_in_is_none_that_the_server_gives_today(
    tmp_path: Path, flags: tuple[str, ...], credentials: bool
) -> None:
    transcript = tmp_path / "headers.txt"
    transcript.write_text(ANSWERED)
    ran = corssim("check", "--answers", str(transcript), "--for", "spring", *flags)
    assert "one that allows the request stands in for it" in " ".join(ran.out.split())
    assert "[allow-origin-missing]" in ran.out
    assert "The preflight was allowed" not in ran.out
    assert ("setAllowCredentials(true)" in ran.out) == credentials


def test_an_element_is_no_url() -> None:
    ran = corssim("check", "-", "--dry-run", stdin="<p>hello</p>")
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_of_a_preflight_that_shows_its_status_alone_no_header_is_told(tmp_path: Path) -> None:
    text = "Request URL: http://api.example/x\nRequest Method: OPTIONS\nStatus Code: 405\n"
    document = json.loads(corssim("check", "--answers", answers(tmp_path, text), "--json").out)
    assert document["reason"] == "preflight-status-not-ok"
    assert document["symptoms"] == []
    assert "preflight" in [guess["what"] for guess in document["source"]["guessed"]]


@pytest.mark.parametrize(
    ("allowed", "follows"),
    [("*", "if granted readable; sent: HEAD"), ("https://b.example", "if granted blocked (allow-origin-mismatch)")],
)
def test_what_follows_a_prompt_is_known_where_the_text_has_the_answer(
    allowed: str, follows: str, tmp_path: Path
) -> None:
    asked = "$ curl -I -H 'Origin: https://app.example' http://localhost:8000/x"
    text = f"{asked}\nHTTP/1.1 200 OK\nAccess-Control-Allow-Origin: {allowed}\n"
    told = corssim("check", "--answers", answers(tmp_path, text)).out
    assert follows in told
    assert "nobody was asked" not in told


def test_of_a_body_that_is_not_in_a_transcript_nothing_is_told(tmp_path: Path) -> None:
    text = "$ curl -I https://api.example/x -H 'Origin: https://app.example'\nHTTP/2 404\nserver: nginx\n{}"
    assert "Its body is empty" not in corssim("check", "--answers", answers(tmp_path, text.format(""))).out
    emptied = text.format("content-length: 0\n")
    assert "Its body is empty" in corssim("check", "--answers", answers(tmp_path, emptied)).out
