"""One marker in every place of a scenario and of an archive; no output of `run` and `har` shows it unasked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from corssim.lab.answers import BROWSERS, answer_json

from .running import corssim

if TYPE_CHECKING:
    from pathlib import Path

M = "m4rkerm4rker"
SECRET = f"?token={M}#key={M}"
SCENARIO = f"""title = "A call to https://u:{M}@api.example/{SECRET} that fails"
lesson = "It goes to https://u:{M}@api.example/{SECRET} with Bearer {M}."
page = "https://app.example/{SECRET}"
[[server]]
url = "https://api.example/items"
status = 401
headers = [["Access-Control-Allow-Origin", "{{origin}}"], ["X-Auth-Token", "{M}"], ["Set-Cookie", "session={M}; Secure"], ["Content-Type", "application/json"]]
body = '{{"access_token": "{M}"}}'
[[step]]
fetch = "https://api.example/items{SECRET}"
method = "PUT"
headers = [["X-Api-Key", "{M}"], ["Authorization", "Bearer {M}"], ["Content-Type", "application/json"]]
body = '{{"password": "{M}"}}'
referrer = "https://app.example/{SECRET}"
expect.verdict = "readable"
expect.sent = ["OPTIONS https://api.example/items{SECRET}"]
[[step]]
xhr = "https://api.example/items{SECRET}"
method = "POST"
body = {{ form_urlencoded = [["password", "{M}"]] }}
expect.headers = {{ X-Auth-Token = "not {M}" }}
expect.body = '{{"access_token": "not {M}"}}'
expect.console = ["'https://api.example/items?token={M}'"]
[[step]]
xhr = "nonsense://[?token={M}"
[[step]]
submit_form = "https://api.example/items{SECRET}"
method = "POST"
fields = [["password", "{M}"]]
"""  # noqa: E501


def archive() -> str:
    def entry(method: str, status: int, **more: object) -> dict[str, object]:
        headers = {"Origin": "https://app.example", "X-Api-Key": M, "Cookie": f"s={M}", "Authorization": f"Bearer {M}"}
        answered = {"X-Auth-Token": M, "Set-Cookie": f"s={M}"}
        return {
            "startedDateTime": "2024-01-01T00:00:00.000Z",
            "time": 1,
            "pageref": "p",
            "_resourceType": "fetch",
            "request": {
                "method": method,
                "url": f"https://api.example/x{SECRET}",
                "httpVersion": "HTTP/1.1",
                "headers": [{"name": name, "value": value} for name, value in headers.items()],
                "queryString": [{"name": "token", "value": M}],
                "cookies": [{"name": "s", "value": M}],
                "headersSize": -1,
                "bodySize": -1,
                "postData": {"mimeType": "application/json", "text": f'{{"password": "{M}"}}'},
            },
            "response": {
                "status": status,
                "statusText": "",
                "httpVersion": "HTTP/1.1",
                "headers": [{"name": name, "value": value} for name, value in answered.items()],
                "cookies": [],
                "content": {"size": 0, "mimeType": "application/json", "text": f'{{"token": "{M}"}}'},
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
            **more,
        }

    page = {"id": "p", "title": f"https://app.example/{SECRET}", "startedDateTime": "", "pageTimings": {}}
    entries = [entry("PUT", 0, _error=f"net::ERR_FAILED https://u:{M}@x.example/"), entry("GET", 200)]
    creator = {"name": "x", "version": "1"}
    return json.dumps({"log": {"version": "1.2", "creator": creator, "pages": [page], "entries": entries}})


@pytest.mark.parametrize("terminal", [False, True], ids=["piped", "terminal"])
@pytest.mark.parametrize(
    "arguments",
    [
        *(
            ["run", "s.toml", *more]
            for more in (
                [],
                ["-v"],
                ["--json"],
                ["--list"],
                ["--lesson"],
                ["--lesson", "--lang", "ko"],
                ["--browser", "all"],
                ["--browser", "all", "--json"],
                ["--junit", "out.xml"],
                ["--html", "out"],
                ["--html", "out.html"],
                ["--html", "-"],
            )
        ),
        *(
            ["har", "a.har", *more]
            for more in (
                [],
                ["-v"],
                ["--json"],
                ["--page", f"https://q.example/{SECRET}"],
                ["--add-header", f"X-Api-Key: {M}"],
                ["--set", f"X-Api-Key: {M}"],
            )
        ),
        ["check", "https://api.example/", "-H", f"X-Api-Key {M}"],
    ],
    ids=" ".join,
)
def test_nothing_shows_a_planted_secret(
    arguments: list[str], terminal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(SCENARIO)
    (tmp_path / "a.har").write_text(archive())
    ran = corssim(*arguments, terminal=terminal)
    assert ran.status in (0, 1) or (ran.status == 2 and arguments[0] == "check"), ran.err
    texts = [
        ran.out,
        ran.err,
        *(path.read_text() for path in tmp_path.rglob("*") if path.is_file() and path.name != "a.har"),
    ]
    given = (tmp_path / "s.toml").read_text()
    for text in texts:
        if text != given:
            shown = re.sub(r"\x1b\[[0-9;]*m|\n\s*", "", text)
            at = shown.find(M)
            assert at < 0, shown[max(0, at - 200) : at + 20]


def _lab_says(asked: str, told: dict[str, Any]) -> str:
    """What the lab says of a scenario; its forms alone show the user's text as it was written, to be changed."""
    return answer_json(asked, json.dumps(told))


@pytest.mark.parametrize("browser", BROWSERS)
def test_no_prediction_of_the_lab_shows_a_planted_secret(browser: str) -> None:
    said = _lab_says("predict", {"text": SCENARIO, "browser": browser})
    assert "Step 4" in said
    assert M not in said


@pytest.mark.parametrize(
    "line",
    [
        f'mode = "https://u:{M}@a.example/?token={M}"',
        f'credentials = "Bearer {M}"',
        f'headers = "X-Api-Key: {M}"',
        f'[step."https://a.example/?token={M}"]',
    ],
    ids=["a mode", "credentials", "headers", "a key"],
)
def test_no_refusal_of_the_lab_shows_a_planted_secret(line: str) -> None:
    said = _lab_says("predict", {"text": f'{SCENARIO}\n[[step]]\nfetch = "https://a.example/"\n{line}\n'})
    assert "error" in json.loads(said)
    assert M not in said


TRANSCRIPT = f"""> PUT /items?token={M} HTTP/1.1
> Host: api.example
> Origin: https://app.example
> Referer: https://app.example/?token={M}
> Authorization: Bearer {M}
> X-Api-Key: {M}
> Cookie: s={M}
>
< HTTP/1.1 302 Found
< X-Auth-Token: {M}
< Set-Cookie: s={M}
< Location: https://u:{M}@b.example/{SECRET}
< WWW-Authenticate: Bearer token="{M}"
<
{{"token": "{M}"}}
"""
CURL = (
    f"curl -X PUT 'https://u:{M}@api.example/items{SECRET}' -H 'X-Api-Key: {M}' -H 'Authorization: Bearer {M}' "
    f"-b 's={M}' -H 'Referer: https://app.example/?token={M}' -H 'Content-Type: application/json' "
    f"""-d '{{"password": "{M}"}}'"""
)
FETCH = (
    f"fetch('https://api.example/items{SECRET}', {{method: 'PUT', credentials: 'include', "
    f"headers: {{'X-Api-Key': '{M}', Authorization: 'Bearer {M}'}}, body: JSON.stringify({{password: '{M}'}})}})"
)
LINE = (
    f"Access to fetch at 'https://api.example/x{SECRET}' from origin 'https://app.example' has been blocked by CORS "
    "policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
)
CLOSED = f"http://127.0.0.1:9/{SECRET}"
FORMS = [["-v"], ["--json"], ["--html", "-"], ["--browser", "all", "-v"], ["--save", "saved.toml"], ["--for", "nginx"]]


@pytest.mark.parametrize(
    "arguments",
    [
        *(["check", "--answers", "t.txt", *form] for form in FORMS),
        *(["check", "--answers", "t.txt", CURL, *form] for form in FORMS),
        *(["check", source, "--dry-run", *form] for source in (CURL, FETCH) for form in ([], ["--json"])),
        *(
            ["check", CLOSED, "--page", f"http://127.0.0.1:8/{SECRET}", "-H", f"X-Api-Key: {M}", *form]
            for form in FORMS
        ),
        ["check", CLOSED, "--proxy", f"http://u:{M}@127.0.0.1:9", "-v"],
        ["check", CLOSED, "--proxy", f"nonsense://u:{M}@127.0.0.1:9"],
        ["check", f"http://[{SECRET}"],
        *(
            ["audit", CLOSED, "-H", f"X-Api-Key: {M}", "--cookie", f"s={M}", "--max-requests", "1", *form]
            for form in ([], ["--json"], ["--html", "-"], ["--sarif", "-"])
        ),
        *(["explain", LINE, *form] for form in ([], ["--json"], ["--for", "nginx"])),
        ["origin", f"https://u:{M}@a.example/{SECRET}"],
    ],
    ids=lambda arguments: " ".join(arguments)[:40].replace(M, ""),
)
def test_nothing_shows_one_that_was_pasted_or_answered(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.txt").write_text(TRANSCRIPT)
    ran = corssim(*arguments, terminal=True)
    saved = tmp_path / "saved.toml"
    for text in (ran.out, ran.err, saved.read_text() if saved.exists() else ""):
        shown = re.sub(r"\x1b\[[0-9;]*m|\n\s*", "", text)
        at = shown.find(M)
        assert at < 0, shown[max(0, at - 200) : at + 20]
    assert ran.out or ran.err


def test_it_is_shown_where_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(SCENARIO)
    assert M in corssim("run", str(file), "--show-credentials").out
    assert M in corssim("run", str(file), "--show-credentials", "--lesson").out


BODIES = [
    "<token><v>§</v></token>",
    "token:\n  value: §",
    '[["X-Api-Key", "§"]]',
    "user,password\na,§",
    '{"cookies": {"a": "§"}}',
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("form", [[], ["-v"], ["--json"]], ids=["plain", "-v", "--json"])
def test_what_is_said_of_a_body_shows_no_secret_of_it(
    body: str, form: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    document = json.loads(archive())
    for entry in document["log"]["entries"]:
        entry["response"]["status"] = 401
        entry["response"]["content"]["text"] = body.replace("§", M)
    (tmp_path / "a.har").write_text(json.dumps(document))
    ran = corssim("har", "a.har", *form)
    shown = re.sub(r"\n\s*", "", ran.out + ran.err)
    assert "401" in shown
    assert M not in shown
