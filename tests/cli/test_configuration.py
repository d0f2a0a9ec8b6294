"""`--for`: a fix as configuration, in every command that tells one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import corssim

INPUTS = Path(__file__).parents[1] / "data" / "inputs"


@pytest.mark.parametrize("flags", [["--for", "nginx"], []], ids=["named", "guessed by Server"])
def test_check_writes_the_configuration(flags: list[str], tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    answers.write_text("HTTP/1.1 200 OK\nServer: nginx/1.24\nAccess-Control-Allow-Origin: https://other.example\n")
    command = ["check", "--answers", str(answers), "https://api.example/items", "--page", "https://app.example", *flags]
    result = corssim(*command)
    assert result.status == 1
    for line in ('"https://other.example" $http_origin;', '"https://app.example" $http_origin;'):
        assert line in result.out
    told = json.loads(corssim(*command, "--json").out)["configurations"]
    assert [each["software"] for each in told] == ["nginx"]
    assert (told[0]["why"] is None) == bool(flags)
    page = tmp_path / "page.html"
    corssim(*command, "--html", str(page))
    assert "map $http_origin $cors_origin" in page.read_text()


def test_software_that_is_not_known_is_told_before_anything_is_sent() -> None:
    result = corssim("check", "https://api.example/", "--for", "ngnix")
    assert (result.status, result.err) == (
        2, "corssim: error: no configuration is known for 'ngnix'; did you mean nginx?\n"
    )  # fmt: skip


def test_explain_writes_what_a_line_calls_for() -> None:
    line = (
        "Access to fetch at 'https://api.example/x' from origin 'http://localhost:3000' has been blocked by CORS "
        "policy: Request header field x-token is not allowed by Access-Control-Allow-Headers in preflight response."
    )
    result = corssim("explain", line, "--for", "express", "--json")
    configuration = json.loads(result.out)["readings"][0]["configuration"]
    assert 'allowedHeaders: ["x-token"]' in configuration["text"]
    assert "http://localhost:3000" in configuration["text"]
    assert "does not tell what the server allows beside this" in configuration["note"]
    assert "https://app.example" in corssim("explain", "allow-origin-missing", "--for", "s3").out
    assert "in code" not in corssim("explain", "mixed-content", "--for", "s3").out


def test_har_writes_the_configuration_of_each_server(tmp_path: Path) -> None:
    har = INPUTS / "har" / "edge-126-blocked-400-without-acao.har"
    told = json.loads(corssim("har", str(har), "--for", "express", "--json").out)["advice"]
    assert [each["reason"] for each in told] == ["allow-origin-missing"]
    text = told[0]["configurations"][0]["text"]
    # `*` was allowed by the preflight's answer, and stays.
    assert 'origin: "*"' in text
    assert "in code    Express: cors" in corssim("har", str(har), "--for", "express").out
