"""Commands as tools copy and people write them, and what each means."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from corssim.scenario.sources import UnreadableSource, read_source
from corssim.scenario.sources.curl_globs import MOST

from .meaning import INPUTS, made_of

COMMANDS = {
    command["name"]: command
    for command in tomllib.loads((INPUTS / "fresh-commands.toml").read_text(encoding="utf-8"))["command"]
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_means(name: str) -> None:
    reading = read_source(COMMANDS[name]["text"])
    started, asks = made_of(reading)
    preflight = "no preflight" if asks is None else f"asks {asks}"
    then = "".join(f" then {each.method} {each.url}" for each in reading.further)
    page = "no page told" if reading.page is None else reading.page.url
    got = f"{reading.method} {reading.url} {started.credentials} {preflight}{then} from {page}"
    assert got.replace("  ", " ") == COMMANDS[name]["means"]


def test_a_request_and_its_preflight_copied_together_are_one() -> None:
    reading = read_source(COMMANDS["chrome bash multi"]["text"])
    assert (reading.method, reading.url, [each.url for each in reading.further]) == (
        "GET", "https://api.example/a", ["https://cdn.example/b.js"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "import requests\nrequests.post('https://api.example/x', headers={'X-A': '1'})",
        "async with httpx.AsyncClient() as client:\n    await client.get('https://api.example/')",
        'req, err := http.NewRequest("GET", "https://api.example/", nil)',
    ],
)
def test_a_program_that_no_page_runs_is_told_as_one(text: str) -> None:
    with pytest.raises(UnreadableSource, match="a program that no page runs"):
        read_source(text)


def test_a_command_of_several_that_cannot_be_read_does_not_hide_the_others() -> None:
    reading = read_source("curl -sS\ncurl https://api.example/a; curl -X PUT https://api.example/b")
    assert [reading.url, *(each.url for each in reading.further)] == ["https://api.example/a", "https://api.example/b"]


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_a_page_that_is_a_variable_is_said_to_be_one(header: str) -> None:
    reading = read_source(f'curl https://api.example/x -H "{header}: $WHERE" -H "X-A: 1"')
    assert [each.why for each in reading.guessed if each.what == "page"] == [
        "${WHERE} is not in the text; --page tells it"
    ]


def test_what_a_here_document_feeds_is_the_body() -> None:
    reading = read_source('curl -X PUT https://api.example/x --data-binary @- <<\'END\'\n{"a": "it\'s"}\nEND\n')
    step: Any = reading.step
    assert (reading.method, step.body, reading.passed_over) == ("PUT", '{"a": "it\'s"}\n', ())


@pytest.mark.parametrize("option", ["--digest", "--ntlm", "--negotiate", "--digest --basic"])
def test_credentials_for_a_challenge_are_no_header_of_script(option: str) -> None:
    step: Any = read_source(f"curl -u ada:secret {option} https://api.example/x").step
    assert [name for name, _ in step.headers] == (["Authorization"] if "basic" in option else [])


def test_a_signature_of_aws_is_in_headers_of_script() -> None:
    step: Any = read_source("curl --aws-sigv4 aws:amz:eu-west-1:s3 -u KEY:SECRET https://s3.example/b/k").step
    assert [name for name, _ in step.headers] == ["Authorization", "X-Amz-Date"]
    assert not any(value.startswith("Basic") for _, value in step.headers)


def test_a_form_and_data_in_one_command_are_what_curl_refuses() -> None:
    with pytest.raises(UnreadableSource, match="curl sends -d or -F"):
        read_source("curl https://api.example/x -d a=1 -F b=2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "curl --connect-to ::127.0.0.1:8443 https://api.example/a",
            "--connect-to: a browser asks the server that the URL",
        ),
        ("curl -H 'Host: other.example' http://127.0.0.1/a", "Host: other.example (a browser sends the URL's own"),
        ("curl -E cert.pem https://api.example/a", "-E: a browser sends a client's certificate with credentials alone"),
        ("curl -n https://api.example/a", "-n: a file of passwords is not read"),
        ("curl 'https://api.example/[1-99]' https://api.example/z", "1 more URLs of the same command"),
        ("http --session=x https://api.example/a", "--session=x: its headers and cookies are kept in a file"),
        ("http -A digest -a u:p https://api.example/a", "--auth-type digest: no header of script"),
        ("wget --load-cookies=c.txt https://api.example/a", "--load-cookies=c.txt: a file of cookies is not read"),
        ("irm https://api.example/a -Method Put -InFile x.json", "-InFile: the content of a file is not read"),
        ("POST https://api.example/a\n\n< ./x.json", "the content of ./x.json (a file is not read)"),
    ],
)
def test_what_changes_the_request_and_is_not_in_the_text_is_said(text: str, said: str) -> None:
    reading = read_source(text)
    assert any(each.startswith(said) for one in (reading, *reading.further) for each in one.passed_over)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('curl "https://api.example/`whoami`" -H "X-T: $(cat t)"', ["whoami", "cat t"]),
        ("curl --variable t@token.txt --expand-header 'X-T: {{t}}' https://api.example/", ["t"]),
        ('curl "https://${HOST:-api.example}/a"', []),
        ('$h = @{ A = "$x"; B = $y }\nirm https://api.example/ -Headers $h\n$z | Out-Host', ["x", "y"]),
    ],
)
def test_values_that_are_not_in_the_text_are_named(text: str, names: list[str]) -> None:
    assert [unknown.name for unknown in read_source(text).not_known] == names


def test_a_link_that_is_followed_keeps_its_url() -> None:
    text = "curl 'https://www.example/a?b=%20c+d' -H 'Sec-Fetch-Mode: navigate' -H 'Referer: https://app.example/'"
    step: Any = read_source(text).step
    assert (step.action, step.navigate) == ("navigate", "https://www.example/a?b=%20c+d")
    assert read_source("curl https://www.example/a -H 'Sec-Fetch-Mode: navigate'").url == "https://www.example/a"


@pytest.mark.parametrize("opened", ["-Body " + "(" * 5_000, "-Headers " + "@{a=" * 5_000, "-Body " + "@{a=(" * 3_000])
def test_brackets_without_end_are_no_recursion_without_end(opened: str) -> None:
    assert read_source(f"irm https://api.example/ -Method Put {opened}").url == "https://api.example/"


def test_a_pattern_stands_for_no_more_urls_than_are_read() -> None:
    reading = read_source("curl 'https://api.example/" + "{a,b}[1-9]" * 2_000 + "'")
    assert len(reading.further) == MOST - 1
