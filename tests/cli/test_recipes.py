"""`corssim check --as CLIENT`: all requests of a client, one verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from corssim.fetch.pairs import header_pairs
from corssim.scenario.recipes import recipe_for, recipe_names

from .running import answering, corssim

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

URL = "https://api.example/v1"
ALL = (
    'add_header Access-Control-Allow-Origin "*" always; add_header Access-Control-Allow-Methods "GET, POST, PUT, '
    "PATCH, "
    'DELETE" always; add_header Access-Control-Allow-Headers "*, authorization" always; {more}'
)


def nginx(more: str = "", headers: str = ALL) -> str:
    lines = headers.replace("{more}", more)
    return f"location / {{ {lines} if ($request_method = OPTIONS) {{ {lines} return 204; }} }}"


@pytest.mark.parametrize("name", recipe_names())
def test_every_header_of_a_recipe_has_a_source(name: str) -> None:
    recipe = recipe_for(name, URL)
    assert recipe.source.startswith("https://")
    told = {header for step in recipe.steps for header in step.sources}
    assert all(source.startswith("https://") for step in recipe.steps for source in step.sources.values())
    for step in recipe.steps:
        headers = getattr(step.step, "headers", ())
        pairs = header_pairs(headers) if isinstance(headers, dict | list) else ()
        assert {header.lower() for header, _ in pairs} <= {header.lower() for header in told} | {"accept"}
        assert all(read.source.startswith("https://") and read.needed_for for read in step.reads)


@pytest.mark.parametrize("name", [each for each in recipe_names() if each != "sse"])
def test_a_client_can_do_all_where_everything_is_allowed(name: str, tmp_path: Path) -> None:
    path = tmp_path / "all.conf"
    path.write_text(nginx('add_header Access-Control-Expose-Headers "*" always;'))
    ran = corssim("check", URL, "--as", name, "--answers", str(path), "--json")
    document = json.loads(ran.out)
    assert (ran.status, document["cannot"], document["not_known"]) == (0, [], [])
    assert set(document["browsers"]) == {"chromium", "firefox", "webkit"}


@pytest.mark.parametrize("name", [each for each in recipe_names() if each not in ("s3-upload", "sentry", "sse")])
def test_a_client_can_do_nothing_where_nothing_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / "nothing.conf"
    path.write_text(nginx(headers="add_header Access-Control-Max-Age 5 always;"))
    document = json.loads(corssim("check", URL, "--as", name, "--answers", str(path), "--json").out)
    assert document["can"] == []
    assert all("allow-origin-missing" in each["because"] for each in document["cannot"])


def test_what_hangs_on_a_hidden_header_cannot_be_done(tmp_path: Path) -> None:
    path = tmp_path / "mcp.conf"
    path.write_text(nginx())
    ran = corssim("check", URL, "--as", "mcp", "--answers", str(path), "--browser", "chromium")
    assert ran.status == 1
    assert (
        "an MCP client in a browser can: connect, list, call, call with a login, listen; cannot: resume, because "
        "Mcp-Session-Id is not exposed; end the session, because Mcp-Session-Id is not exposed."
    ) in " ".join(ran.out.split())
    assert "Access-Control-Expose-Headers: Mcp-Session-Id" in ran.out


def test_the_configuration_is_that_of_all_requests_of_the_client(tmp_path: Path) -> None:
    path = tmp_path / "mcp.conf"
    path.write_text(nginx(headers='add_header Access-Control-Allow-Origin "*" always;'))
    document = json.loads(
        corssim("check", URL, "--as", "mcp", "--answers", str(path), "--for", "express", "--json").out
    )
    text = document["configurations"][0]["text"]
    for name in ("content-type", "mcp-protocol-version", "mcp-session-id", "last-event-id", "authorization", "DELETE"):
        assert name in text
    assert 'exposedHeaders: ["Mcp-Session-Id"]' in text


def serving(
    allows: str = "*", path: str = "graphql", answers: tuple[tuple[str, str], ...] = ()
) -> AbstractContextManager[tuple[str, list[str]]]:
    allowed = [(f"Access-Control-Allow-{name}", value) for name, value in (("Origin", "*"), ("Methods", "*"))]
    return answering([*allowed, ("Access-Control-Allow-Headers", allows), *answers], path)


@pytest.mark.parametrize("yes", [False, True], ids=["held back", "sent for --yes"])
def test_what_changes_something_is_sent_for_yes_alone(yes: bool) -> None:
    with serving() as (url, asked):
        flags = ["--page", "http://localhost:3000", "--browser", "standard", "--json", *(["--yes"] if yes else [])]
        ran = corssim("check", url, "--as", "graphql", *flags)
    document = json.loads(ran.out)
    assert ("POST" in asked) == yes
    assert "OPTIONS" in asked
    held_back = {each["what"] for each in document["not_known"]}
    assert held_back == (set() if yes else {"query", "upload"})
    # Its preflight is asked, and `*` covers no Authorization.
    assert [each["what"] for each in document["cannot"]] == ["query with a login"]
    assert ran.status == 1


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--as", "mpc"], "no client is known as 'mpc'; did you mean mcp?"),
        (["--as", "mcp", "--dry-run"], "--as does not go with --dry-run"),
    ],
)
def test_mistakes_are_told_in_a_line(flags: list[str], message: str) -> None:
    ran = corssim("check", URL, *flags)
    assert ran.status == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


WITHOUT_SESSIONS = "Content-Type, MCP-Protocol-Version, Authorization, Last-Event-ID"
SESSION = ("Mcp-Session-Id", "7")


@pytest.mark.parametrize(
    ("allows", "answers", "yes", "can", "cannot", "unknown"),
    [
        (
            *(WITHOUT_SESSIONS, (), True),
            *(["connect", "list", "call", "call with a login", "listen", "resume"], [], []),
        ),
        (
            *(WITHOUT_SESSIONS, (SESSION,), True),
            *(["connect"], ["list", "call", "call with a login", "listen", "resume", "end the session"], []),
        ),
        (
            *(WITHOUT_SESSIONS, (), False),
            *([], [], ["connect", "list", "call", "call with a login", "listen", "resume", "end the session"]),
        ),
        (
            *("Content-Type, MCP-Protocol-Version, Mcp-Session-Id, Last-Event-ID", (SESSION,), True),
            *(["connect", "list", "call", "listen"], ["call with a login", "resume", "end the session"], []),
        ),
    ],
    ids=["a server without sessions", "one with, which it does not allow", "it is not known", "no logins"],
)
def test_a_header_to_send_back_is_sent_where_the_server_gives_one(
    allows: str,
    answers: tuple[tuple[str, str], ...],
    yes: bool,
    can: list[str],
    cannot: list[str],
    unknown: list[str],
) -> None:
    with serving(allows, "mcp", answers) as (url, _):
        flags = ["--page", "http://localhost:3000", "--browser", "standard", "--json", *(["--yes"] if yes else [])]
        document = json.loads(corssim("check", url, "--as", "mcp", *flags).out)
    assert document["can"] == can
    assert [each["what"] for each in document["cannot"]] == cannot
    assert [each["what"] for each in document["not_known"]] == unknown


def test_logins_and_keys_are_asked_about_apart(tmp_path: Path) -> None:
    path = tmp_path / "no-logins.conf"
    path.write_text(nginx(headers=ALL.replace("*, authorization", "content-type")))
    document = json.loads(corssim("check", URL, "--as", "swagger-ui", "--answers", str(path), "--json").out)
    assert document["can"] == ["load the description", "try a GET", "try a POST", "try a DELETE"]
    assert [each["what"] for each in document["cannot"]] == ["try with a login", "try with an API key"]


def test_a_long_name_stands_apart_from_what_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "all.conf"
    path.write_text(nginx())
    told = corssim("check", URL, "--as", "otel", "--answers", str(path), "--browser", "chromium").out
    assert "send logs in protobuf with a key preflight, POST" in told


@pytest.mark.parametrize(
    ("allows", "cannot"),
    [
        ("content-type", ["query by GET past Apollo Server's CSRF check", "query with a login", "upload"]),
        ("apollo-require-preflight", ["query", "query by GET as Apollo Client does", "query with a login"]),
    ],
)
def test_queries_by_get_are_told_apart_by_what_they_need(allows: str, cannot: list[str], tmp_path: Path) -> None:
    path = tmp_path / "some.conf"
    path.write_text(nginx(headers=ALL.replace("*, authorization", allows)))
    document = json.loads(corssim("check", URL, "--as", "graphql", "--answers", str(path), "--json").out)
    assert [each["what"] for each in document["cannot"]] == cannot
