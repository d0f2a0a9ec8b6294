"""Console lines as people pasted them into public reports: read right, or said to be unknown."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from corssim.diagnosis.configured.read import configuration_in
from corssim.diagnosis.console_lines.read import read_console
from corssim.diagnosis.console_lines.reading import UNKNOWN

from ..cli.running import corssim

DATA = Path(__file__).parents[1] / "data" / "console-lines"
REPORTED = tomllib.loads((DATA / "reported.toml").read_text("utf-8"))["line"]
_OURS = {"source", "text", "is", "readings", "anywhere"}


def test_there_are_many() -> None:
    assert len(REPORTED) > 100


@pytest.mark.parametrize("row", REPORTED, ids=[row["source"] for row in REPORTED])
def test_a_reported_line_is_read_or_said_to_be_unknown(row: dict[str, Any]) -> None:
    readings = read_console(row["text"])
    said = [
        reading.reason.value if reading.reason is not None else f"topic:{reading.topic}" if reading.is_known else ""
        for reading in readings
    ]
    at = said.index(row["is"]) if row.get("anywhere") else 0
    assert said[at] == row["is"]
    if "readings" in row:
        assert len(readings) == row["readings"]
    fields = {name: value for name, value in row.items() if name not in _OURS}
    assert {name: getattr(readings[at], name) for name in fields} == fields


SENTENCES = (
    "I get Access-Control-Allow-Origin error in my react app, please help",
    "The 'Access-Control-Allow-Origin' header is missing",
    "Postman shows Access-Control-Allow-Origin = *, browser says no",
    "Error: Access-Control-Allow-Origin: header contains multiple values",
    "Lähteiden välinen pyyntö estettiin: CORS-otsake 'Access-Control-Allow-Origin' puuttuu",
    "Origin is not allowed by Access-Control-Allow-Origin, the page is being unloaded, etc.",
    "Kimlik bilgisi 'Access-Control-Allow-Origin' '*' ise desteklenmez",
)


@pytest.mark.parametrize(
    "text", [*SENTENCES, *(row["text"] for row in REPORTED)], ids=[*SENTENCES, *(row["source"] for row in REPORTED)]
)
def test_a_sentence_about_a_header_is_no_configuration(text: str) -> None:
    assert configuration_in(text) is None


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("Access-Control-Allow-Origin: http://localhost:3000", ("http://localhost:3000",)),
        ("Access-Control-Allow-Origin *", ("*",)),
        ("header('Access-Control-Allow-Origin: *');", ("*",)),
        ("set-header Access-Control-Allow-Origin app.example", ("app.example",)),
        ("Header 'Access-Control-Allow-Origin' '*'", ("*",)),
        ("headers['Access-Control-Allow-Origin'] = 'https://app.example' if ok else '*'", None),
    ],
)
def test_a_header_with_a_value_is_one(text: str, origins: tuple[str, ...] | None) -> None:
    configured = configuration_in(text)
    assert configured is not None
    assert origins is None or configured.grants[0].origins == origins


def test_a_saved_console_is_no_configuration(tmp_path: Path) -> None:
    path = tmp_path / "console.log"
    path.write_text(
        "Access to fetch at 'https://api.example/x' from origin 'https://app.example' has been blocked by CORS policy: "
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.\n"
    )
    [reading] = json.loads(corssim("explain", "--json", str(path)).out)["readings"]
    assert reading["reason"] == "allow-origin-missing"


LINE = (
    "Access to fetch at 'https://api.example/x' from origin 'https://app.example' has been blocked by CORS policy: "
    "No 'Access-Control-Allow-Origin' header is present on the requested resource."
)
SETTINGS = 'add_header Access-Control-Allow-Origin "https://app.example" always;'


@pytest.mark.parametrize(
    ("text", "name", "is_console"),
    [
        (f"# mends: {LINE}\n{SETTINGS}\n", "nginx.conf", False),
        (f"// {LINE}\n// and it still fails\n", "notes.txt", True),
        (f"I have {SETTINGS} and get\n{LINE}\n", "question.txt", True),
        (f"{SETTINGS}\n", "settings.txt", False),
    ],
    ids=["a comment in settings", "a comment alone", "settings in a question", "settings"],
)
def test_a_paste_and_a_file_are_told_alike(text: str, name: str, is_console: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    for told in (corssim("explain", "--json", str(path)), corssim("explain", "--json", "-", stdin=text)):
        assert ("readings" in json.loads(told.out)) is is_console


WHOLE_PASTES = {
    "chrome-with-no-cors-advice": {"reason": "allow-origin-missing"},
    "chrome-module-script-from-disk": {"reason": "scheme-not-http", "api": "module", "page": "null"},
    "chrome-loopback-permission": {"reason": "local-network-access-denied", "topic": "local-network"},
    "chrome-csp-refused-to-connect": {
        "reason": "content-security-policy",
        "url": "https://api.example/items",
        "directive": "connect-src 'self'",
    },
    "firefox-star-star-in-one-header": {"reason": "allow-origin-multiple"},
    "chrome-2017-fetch-api-cannot-load": {
        "reason": "allow-origin-missing",
        "status": 502,
        "page": "https://app.example",
        "browser": "chromium",
    },
    "chrome-2018-star-with-credentials": {"reason": "allow-origin-wildcard-with-credentials"},
    "firefox-german-preflight": {
        "reason": "preflight-status-not-ok",
        "url": "https://api.example/ws/v2.0/output.json/account66",
    },
    "firefox-french-did-not-succeed": {
        "reason": "network-failure",
        "url": "https://sentry.example/api/9/envelope/?sentry_key=abc&sentry_version=7",
    },
    "firefox-preflight-channel": {
        "reason": "preflight-status-not-ok",
        "status": 405,
        "url": "https://api.example/data",
    },
    "chrome-tainted-canvas": {"reason": None, "topic": "opaque"},
    "firefox-fragments": {"reason": "preflight-status-not-ok", "status": 401},
    "chrome-preflight-redirect-try": {"reason": "preflight-redirected", "method": ""},
    "webkit-capacitor-origin-in-fix": {"reason": "allow-origin-missing", "page": "capacitor://app"},
}


@pytest.mark.parametrize("name", WHOLE_PASTES)
def test_a_whole_paste_is_one_reading(name: str) -> None:
    pasted = (DATA / "whole-pastes" / f"{name}.txt").read_text("utf-8")
    document = json.loads(corssim("explain", "--json", "-", stdin=pasted).out)
    (reading,) = document["readings"]
    assert document["reason"] == reading["reason"]
    assert {key: reading[key] for key in WHOLE_PASTES[name]} == WHOLE_PASTES[name]


def test_every_whole_paste_is_in_the_table() -> None:
    assert {path.stem for path in (DATA / "whole-pastes").glob("*.txt")} == set(WHOLE_PASTES)


def _explained(name: str) -> str:
    return corssim("explain", "-", stdin=(DATA / "whole-pastes" / f"{name}.txt").read_text("utf-8")).out


def test_a_command_never_invents_a_method_that_changes_something() -> None:
    out = _explained("chrome-preflight-redirect-try")
    assert "-X" not in out
    assert "-H 'Content-Type: application/json'" in " ".join(out.split())


def test_the_fix_shows_the_page_of_an_app() -> None:
    out = _explained("webkit-capacitor-origin-in-fix")
    assert "Access-Control-Allow-Origin: capacitor://app" in out
    assert "https://app.example" not in out


def test_an_ad_blocker_is_named_where_it_is_a_usual_cause() -> None:
    assert "ad blocker" in _explained("firefox-french-did-not-succeed")
    assert "ad blocker" in corssim("explain", "net::ERR_BLOCKED_BY_CLIENT").out


@pytest.mark.parametrize(
    "line",
    [
        "TypeError: Failed to fetch",
        "Load failed",
        "net::ERR_FAILED",
        "ERR_BLOCKED_BY_CLIENT",
        "CORS error",
        "Script error.",
    ],
)
def test_a_short_line_is_an_argument_too(line: str) -> None:
    ran = corssim("explain", line)
    assert ran.status == 0
    assert "not one that corssim knows" not in ran.out


def test_what_is_not_known_keeps_what_it_names() -> None:
    pasted = (
        "Access to fetch at 'https://api.example/x' from origin 'https://app.example' has been blocked by CORS policy: "
        "The moon is in the wrong house."
    )
    (reading,) = read_console(pasted)
    assert (reading.is_known, reading.reason, reading.browser) == (False, None, "chromium")
    assert (reading.url, reading.page, reading.check_command()) == (
        "https://api.example/x",
        "https://app.example",
        None,
    )


def test_a_sentence_that_goes_on_otherwise_is_not_read_by_its_beginning() -> None:
    (reading,) = read_console("Fetch API cannot load https://api.example/x. The moon is in the wrong house today.")
    assert (reading.is_known, reading.reason, reading.browser) == (False, None, UNKNOWN)
    assert reading.url == "https://api.example/x"
