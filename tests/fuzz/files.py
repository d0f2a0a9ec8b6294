"""Files: scenarios and archives, as the commands take them."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

from corssim.cli.environment import Environment, ExitStatus
from corssim.cli.main import main as corssim
from corssim.errors import UsageError
from corssim.lab.forms import changed_text, form_of
from corssim.scenario.load import ScenarioError, parse_scenario
from tests.scenario.sources.meaning import INPUTS

from .target import is_one_line, target

_SCENARIOS = Path(__file__).parents[2] / "scenarios"
_FOLDER = tempfile.TemporaryDirectory(prefix="corssim-fuzz-")
_ENDS = (ExitStatus.OK, ExitStatus.NOT_READABLE, ExitStatus.USAGE)


def _run(name: str, text: str, *arguments: str) -> str:
    path = Path(_FOLDER.name, name)
    path.write_text(text, encoding="utf-8", errors="replace")
    out, err = io.StringIO(), io.StringIO()
    status = corssim([arguments[0], str(path), *arguments[1:]], Environment(io.StringIO(), out, err, {}))
    assert status in _ENDS
    printed = out.getvalue() + err.getvalue()
    assert all(character.isprintable() or character == "\n" for character in printed), repr(printed)
    if status == ExitStatus.USAGE and not out.getvalue():
        assert err.getvalue().count("\n") == 1
    return out.getvalue()


@target(
    "scenarios",
    *(path.read_text() for path in sorted(_SCENARIOS.rglob("*.toml"))[::9]),
    'title = "a"\npage = "https://app.example/"\n[[server]]\nurl = "*"\npolicy = { allow_origins = ["*"] }\n'
    '[[step]]\nfetch = "https://a.example/"\nmethod = "PUT"\nexpect.verdict = "blocked"\n',
    words="title page lesson browser [[server]] [[step]] url = \" ''' { } [ ] fetch xhr load advance method headers "
    "status body repeat policy expect.verdict expect.sent fail delay timeout 1e9 -1 nan inf true 1979-05-27 {origin} *",
    longest=20_000,
)
def scenarios(text: str) -> None:
    try:
        scenario = parse_scenario(text)
    except ScenarioError as error:
        is_one_line(error)
    else:
        assert scenario.steps
        _run("a.toml", text, "run", "--json")
    try:
        for table in form_of(text):
            for field in table["fields"]:
                changed_text(text, {"at": list(field["at"]), "value": "a\"'b"})
    except UsageError:
        return


@target(
    "archives",
    *(text for path in sorted((INPUTS / "har").iterdir()) if len(text := path.read_text(errors="replace")) < 12_000),
    json.dumps({"log": {"entries": [{"request": {"url": "https://api.example/"}, "response": {"status": 200}}]}}),
    words='{ } [ ] " : , \\ "log" "entries" "request" "response" "headers" "name" "value" "url" "method" "status" '
    '"content" "text" "encoding":"base64" "postData" "cookies" "startedDateTime" "_initiator" null -1 1e999 "\\ud800"',
    longest=60_000,
)
def archives(text: str) -> None:
    out = _run("a.har", text, "har", "--json")
    if out:
        assert "exchanges" in json.loads(out)
    _run("a.har", text, "har", "-v")
