"""Commands against what the tools themselves send to a server on this machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import UNSET

from corssim.scenario.model import BodyTable
from corssim.scenario.sources import Reading, UnreadableSource, read_source
from corssim.scenario.sources.as_sent import Sent, call_of
from corssim.url import parse_url

from .drawn_commands import Drawn
from .wire import Echo, Request, echo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CURL, BASH = shutil.which("curl"), shutil.which("bash")
IS_THERE = CURL is not None and BASH is not None and "curl 7." in subprocess.run(
    [CURL, "--version"], capture_output=True, text=True, check=False
).stdout  # fmt: skip
OWN = frozenset("host content-length expect transfer-encoding accept-encoding connection".split())  # noqa: SIM905


@pytest.fixture(scope="module")
def server() -> Iterator[Echo]:
    with echo() as running:
        yield running


@pytest.fixture(scope="module")
def tools(server: Echo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A curl that asks the server of this machine, whatever host the URL names."""
    folder = tmp_path_factory.mktemp("tools")
    own = f"--connect-to ::127.0.0.1:{server.port} --noproxy '*' --max-time 5 --http1.1"
    script = f"""#!{BASH}
words=()
for word in "$@"; do [ "$word" = --next ] && words+=({own}); words+=("$word"); done
exec {CURL} "${{words[@]}}" {own}
"""
    (folder / "curl").write_text(script)
    (folder / "curl").chmod(0o755)
    return folder


@pytest.mark.skipif(not IS_THERE, reason="no curl 7 or no bash is here")
@pytest.mark.parametrize("seed", range(12))
def test_a_drawn_command_is_read_as_curl_sends_it(seed: int, server: Echo, tools: Path) -> None:
    drawn = Drawn(Random(seed))
    for _ in range(10):
        text = drawn.command()
        server.taken()
        env = {"PATH": f"{tools}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(tools)}
        assert BASH is not None
        subprocess.run(
            [BASH, "--norc", "-c", text], env=env, cwd=tools, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=60, check=False,
        )  # fmt: skip
        sent = server.taken()
        try:
            reading = read_source(text)
        except UnreadableSource:
            assert not sent, text
            continue
        if sent and "--digest" not in text:  # with which curl asks without its body at first
            assert list(map(_meaning, (reading, *reading.further))) == list(map(_sent, sent)), text


def _sent(request: Request) -> dict[str, Any]:
    headers = [
        (name, re.sub(r".*(?=; boundary)", "multipart/form-data", value))  # whatever -H makes of a form's type
        for name, value in request.headers
        if name.lower() not in OWN
    ]
    return _meaning(call_of(Sent(method=request.method, url=request.url, headers=headers, body=request.body), "curl"))


def _meaning(reading: Reading) -> dict[str, Any]:
    step: Any = reading.step
    headers = getattr(step, "headers", UNSET)
    body = getattr(step, "body", UNSET)
    if isinstance(body, BodyTable):
        body = [list(field) for field in body.form_data]  # type: ignore[union-attr]
        headers = [pair for pair in headers if pair[0].lower() != "content-type"]
    url = parse_url(reading.url)
    shown = reading.url if url is None else url.href
    return {
        "method": reading.method,
        "url": re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), shown.partition("#")[0]),
        "page": None if reading.page is None else reading.page.url,
        "mode": reading.mode,
        "credentials": reading.credentials,
        "cookies": reading.cookies,
        "headers": [] if headers is UNSET else sorted((name.lower(), value) for name, value in headers),
        "body": body or UNSET,
    }


KINDS: dict[str, tuple[str, str, dict[str, str], Any]] = {
    "two pieces of JSON are one": (
        "curl --json '{\"a\":' --json '1}' api.example",
        "POST http://api.example",
        {"content-type": "application/json", "accept": "application/json"},
        '{"a":1}',
    ),
    "a header beside --json counts once": (
        "curl --json '{}' https://api.example/ -H 'content-type: application/vnd.api+json'",
        "POST https://api.example/",
        {"content-type": "application/vnd.api+json", "accept": "application/json"},
        "{}",
    ),
    "a user in the URL is decoded": (
        "curl https://ada:p%20w@api.example/",
        "GET https://api.example/",
        {"authorization": "Basic YWRhOnAgdw=="},
        UNSET,
    ),
    "the last range counts, and with a body it is the body's": (
        "curl https://api.example/ -r 0-1 -r 5 -d abc",
        "POST https://api.example/",
        {"content-type": "application/x-www-form-urlencoded", "content-range": "bytes 5-/3"},
        "abc",
    ),
    "a here document with a variable": (
        'curl https://api.example/ -H \'Content-Type: application/json\' -d @- <<EOF\n{"a": "\\$b",\n"c": 1}\nEOF\n',
        "POST https://api.example/",
        {"content-type": "application/json"},
        '{"a": "$b","c": 1}',
    ),
    "what echo pipes into it": (
        "echo '{\"a\": 1}' | curl https://api.example/ --json @-",
        "POST https://api.example/",
        {"content-type": "application/json", "accept": "application/json"},
        '{"a": 1}\n',
    ),
    "redirections in its midst": (
        "curl >out.json 2>/dev/null https://api.example/ -X PUT",
        "PUT https://api.example/",
        {},
        UNSET,
    ),
    "a placeholder is no redirection": (
        "curl -H X-Key:<your key> https://api.example/",
        "GET https://api.example/",
        {"x-key": "<your key>"},
        UNSET,
    ),
    "quotes side by side are bash's": (
        'curl -H "X-A"": b" https://api.example/',
        "GET https://api.example/",
        {"x-a": "b"},
        UNSET,
    ),
    "a variable of variables": (
        'HOST=api.example\nBASE="https://${HOST}/v1"\ncurl -X PUT "$BASE/x"',
        "PUT https://api.example/v1/x",
        {},
        UNSET,
    ),
    "a command that is broken before a value": (
        "curl https://api.example/x -X PUT -u\nada:p\n-H 'X-A: 1'",
        "PUT https://api.example/x",
        {"authorization": "Basic YWRhOnA=", "x-a": "1"},
        UNSET,
    ),
    "a line between three backticks": (
        "```curl 'https://api.example/x' -X 'OPTIONS'```",
        "OPTIONS https://api.example/x",
        {},
        UNSET,
    ),
    "backslashes and an apostrophe in what Chrome copied for cmd": (
        """curl ^"https://api.example/^" ^
  -H ^"X-A: it 's^" ^
  -H ^"content-type: application/json^" ^
  --data-raw ^"^{^\\^"a^\\^": ^\\^"^\\^\\n ^\\^\\^\\^"^\\^"^}^\"""",
        "POST https://api.example/",
        {"x-a": "it 's", "content-type": "application/json"},
        '{"a": "\\n \\""}',
    ),
    "words before it that begin with curl": (
        "Curl commands:\n - upload\n`curl -X PUT https://api.example/x`",
        "PUT https://api.example/x",
        {},
        UNSET,
    ),
    "what is no URL is not asked for": (
        "curl -X PUT https://api.example/x -D --o /dev/null",
        "PUT https://api.example/x",
        {},
        UNSET,
    ),
    "HTTPie builds JSON by names in brackets": (
        "http api.example user[name]=Ada user[tags][]:=1 'user[tags][2]=x' 'a\\[b]=c'",
        "POST http://api.example",
        {"accept": "application/json, */*;q=0.5", "content-type": "application/json"},
        '{"user": {"name": "Ada", "tags": [1, null, "x"]}, "a[b]": "c"}',
    ),
    "HTTPie's raw body is JSON's unless told otherwise": (
        "http --raw 'a=1' api.example Content-Type:application/x-www-form-urlencoded",
        "POST http://api.example",
        {"accept": "application/json, */*;q=0.5", "content-type": "application/x-www-form-urlencoded"},
        "a=1",
    ),
    "a file alone is HTTPie's body": (
        "http PUT api.example/x.txt @notes.txt",
        "PUT http://api.example/x.txt",
        {"accept": "application/json, */*;q=0.5", "content-type": "text/plain"},
        "",
    ),
    "HTTPie's last kind of data counts": (
        "http -f --json api.example a=1",
        "POST http://api.example",
        {"accept": "application/json, */*;q=0.5", "content-type": "application/json"},
        '{"a": "1"}',
    ),
    "an HTTPie command that ends with a bracket": (
        "http api.example name=a\\(",
        "POST http://api.example",
        {"accept": "application/json, */*;q=0.5", "content-type": "application/json"},
        '{"name": "a("}',
    ),
    "HTTPie's program under Windows": (
        "https.exe api.example X-A:1",
        "GET https://api.example",
        {"x-a": "1"},
        UNSET,
    ),
    "wget's options with values name no URL": (
        "wget --bind-address 10.0.0.1 --method=PUT --body-data '{}' https://api.example/x",
        "PUT https://api.example/x",
        {"content-type": "application/x-www-form-urlencoded"},
        "{}",
    ),
    "the last header of a name is wget's": (
        "wget --header 'X-A: 1' --header 'x-a: 2' https://api.example/x",
        "GET https://api.example/x",
        {"x-a": "2"},
        UNSET,
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_command_is_read_as_its_tool_takes_it(name: str) -> None:
    text, request, headers, body = KINDS[name]
    reading = read_source(text)
    step: Any = reading.step
    read = {} if step.headers is UNSET else {key.lower(): value for key, value in step.headers}
    assert (f"{reading.method} {reading.url}", read, step.body) == (request, headers, body)
    assert not reading.further


@pytest.mark.parametrize("before", ["BASE=${BASE}", 'BASE="https://$HOST"', "BASE=$(host)"])
def test_a_variable_of_what_nobody_sets_is_not_known(before: str) -> None:
    reading = read_source(f"{before}\ncurl -X PUT $BASE/x")
    assert [each.where for each in reading.not_known] == ["url"]


def test_a_variable_that_is_given_fills_others() -> None:
    reading = read_source('BASE="https://$HOST/v1"\ncurl -X PUT $BASE/x', {"HOST": "api.example"})
    assert reading.url == "https://api.example/v1/x"


def test_commands_between_backticks_are_read_each() -> None:
    text = "Curl commands:\n - in:\n`curl -X PUT https://api.example/a`\n\n - out\n`curl https://api.example/b`\n"
    reading = read_source(text)
    assert [each.url for each in (reading, *reading.further)] == ["https://api.example/a", "https://api.example/b"]


def test_a_form_keeps_each_field_of_a_name() -> None:
    step: Any = read_source("http -f api.example a=1 a=2").step
    assert step.body.form_urlencoded == [("a", "1"), ("a", "2")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("curl -I -d a=1 https://api.example/", "curl sends -d or -I"),
        ("http api.example 'a[=1'", "a bracket of the name is not closed"),
        ("http api.example a=1 a[b]=2", "its brackets do not fit"),
        ("http api.example 'a[999999]=1'", "higher than 1000"),
        ("http --raw x api.example a=1", "HTTPie sends --raw"),
        ("wget --body-data '{}' https://api.example/x", "add --method=POST"),
        ("wget --header 'no colon' https://api.example/x", "is no header"),
    ],
)
def test_what_a_tool_refuses_is_one_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableSource, match=re.escape(message)):
        read_source(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cat body.json | curl https://api.example/ -d @-", "the content of body.json (a file is not read)"),
        ("curl https://api.example/ -d @- < body.json", "the content of body.json (a file is not read)"),
        ("wget --user ada --password x https://api.example/", "wget sends the user's name"),
        ("http --multipart api.example a:=1", "HTTPie leaves := out"),
        ("http -a ada api.example", "the password that HTTPie asks for"),
        ("curl https://api.example/ --next -d a -F b=c https://api.example/", "what the same command asks for then"),
    ],
)
def test_what_is_not_in_the_text_is_said(text: str, said: str) -> None:
    assert any(said in each for each in read_source(text).passed_over)


def _as_chrome_copies_for_cmd(value: str) -> str:
    """https://github.com/ChromeDevTools/devtools-frontend: escapeStringWin"""
    value = value.replace("\\", "\\\\").replace('"', '\\"')
    value = re.sub(r"[^a-zA-Z0-9\s_\-:=+~'/.,?;()*`]", r"^\g<0>", value)
    value = re.sub(r"%(?=[a-zA-Z0-9_])", "%^", value)
    return '^"' + value.replace("\n", "^\n\n") + '^"'


def _as_chrome_copies_for_powershell(value: str) -> str:
    """The same source: escapeString"""
    value = re.sub(r'[`$"]', r"`\g<0>", value)
    return '"' + re.sub(r"[^\x20-\x7e]", lambda found: f"$([char]{ord(found[0])})", value) + '"'


@pytest.mark.parametrize("seed", range(60))
def test_what_chrome_copies_for_windows_is_what_was_sent(seed: int) -> None:
    random = Random(seed)
    characters = "abc XYZ09-_.~!*'();:@&=+$,/?#[]{}\"\\`%^|<>é\n"
    text = "".join(random.choice(characters) for _ in range(random.randrange(1, 16)))
    body, value = json.dumps({"q": text}, ensure_ascii=False), text.replace("é", "e").replace("\n", " ").strip() + "x"
    name, header = "X-A", f"X-A: {value}"
    cmd, powershell = _as_chrome_copies_for_cmd, _as_chrome_copies_for_powershell
    url = "https://api.example/?q=1&p=100%25"
    for_cmd = f"curl {cmd(url)} ^\n  -H {cmd(header)} ^\n  --data-raw {cmd(body)}"
    for_powershell = f'Invoke-WebRequest -Uri {powershell(url)} `\n-Method "POST" `\n-Headers @{{\n'
    for_powershell += f"{powershell(name)}={powershell(value)}\n}} `\n-Body {powershell(body)}"
    for command in (for_cmd, for_powershell):
        reading = read_source(command)
        step: Any = reading.step
        assert (reading.method, reading.url) == ("POST", url), command
        assert (dict(step.headers)["X-A"], step.body) == (value.strip(), body), command
