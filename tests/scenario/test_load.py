"""Scenario files: what they may hold, and the one line that each mistake gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from corssim.browser.argument_types import ProfileName
from corssim.scenario import ScenarioError, find_scenarios, load_scenario, parse_scenario
from corssim.scenario.model import AdvanceStep, FetchStep, PageTable, SubmitFormStep
from corssim.scenario.run import run_scenario

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
title = "A PUT is stopped by a preflight that does not list it"
lesson = \"\"\"
Two lines
of lesson.
\"\"\"
page = "https://app.example/"

[[server]]
url = "https://api.example/items"
method = "OPTIONS"
status = 204
headers = { Access-Control-Allow-Origin = "https://app.example" }

[[server]]
origin = "https://api.example"
policy = { allow_origins = ["https://app.example"], max_age = 600 }

[[step]]
fetch = "https://api.example/items"
method = "PUT"
expect.verdict = "blocked"
expect.reason = "method-disallowed-by-preflight"
expect.sent = ["OPTIONS https://api.example/items"]

[[step]]
advance = 600

[[step]]
submit_form = "https://api.example/form"
fields = [["a", "1"], ["a", "2"]]
page = { url = "https://other.example/", headers = { Referrer-Policy = "no-referrer" }, sandboxed = true }
"""


def test_a_file_may_name_a_version_of_a_browser() -> None:
    scenario = parse_scenario(GOOD.replace("lesson =", 'browser = "firefox-153"\nlesson =', 1), path="put.toml")
    profile = run_scenario(scenario).profile
    assert (profile.name, profile.version) == ("firefox", "153")


def test_a_file_becomes_a_scenario() -> None:
    scenario = parse_scenario(GOOD, path="put.toml")
    assert scenario.title.startswith("A PUT")
    assert scenario.lesson == "Two lines\nof lesson."
    assert scenario.page == PageTable(url="https://app.example/")
    assert scenario.browser == "standard"
    assert [rule.method for rule in scenario.rules] == ["OPTIONS", "*"]
    fetch, advance, form = scenario.steps
    assert isinstance(fetch, FetchStep)
    assert fetch.arguments() == {"method": "PUT"}
    assert isinstance(advance, AdvanceStep)
    assert advance.advance == 600
    assert isinstance(form, SubmitFormStep)
    assert form.page == PageTable(
        url="https://other.example/", headers={"Referrer-Policy": "no-referrer"}, sandboxed=True
    )


MISTAKES = {
    "unknown key in expect": (
        "expect.verdict",
        "expect.verdct",
        "x.toml:21: step[1].expect.verdct: unknown key; did you mean verdict?",
    ),
    "unknown key at the top": ("title =", "titel =", "x.toml:1: titel: unknown key; did you mean title?"),
    "a key that resembles none": (
        'method = "PUT"',
        'zzz = "PUT"',
        "x.toml:20: step[1].zzz: unknown key; there are page, expect, fetch, method,",
    ),
    "unknown table": ("[[server]]", "[[servr]]", "servr: unknown key; did you mean server?"),
    "no title": ('title = "A PUT is stopped by a preflight that does not list it"', "", "x.toml: title is missing"),
    "status in quotes": (
        "status = 204",
        'status = "204"',
        "x.toml:11: server[1].status: should be a whole number, not a text in quotes",
    ),
    "header value without quotes": (
        '= "https://app.example" }',
        "= 1 }",
        "x.toml:12: server[1].headers.Access-Control-Allow-Origin: should be a text in quotes, not a whole number",
    ),
    "status out of range": (
        "status = 204",
        "status = 99",
        "x.toml:11: server[1].status: should be a whole number >= 200",
    ),
    "unknown choice": (
        'method = "PUT"',
        'mode = "corss"',
        "x.toml:20: step[1].mode: 'corss' is not one of cors, no-cors, same-origin, navigate",
    ),
    "unknown browser": (
        "\n[[server]]",
        '\nbrowser = "netscape"\n[[server]]',
        "x.toml:8: browser: 'netscape' is not one of " + ", ".join(get_args(ProfileName)),
    ),
    "unknown failure": (
        "status = 204",
        'fail = "ofline"',
        "x.toml:11: server[1].fail: 'ofline' is not one of refused, reset, timeout, dns, tls, malformed, unreachable,",
    ),
    "no time to answer": (
        "\n[[server]]",
        "\ntimeout = 0\n[[server]]",
        "x.toml:8: timeout: should be a number > 0",
    ),
    "a limit in words": (
        "\n[[server]]",
        '\nmax_body = "1 MB"\n[[server]]',
        "x.toml:8: max_body: should be a whole number, not a text in quotes",
    ),
    "unknown reason": (
        "method-disallowed-by",
        "metod-disallowed-by",
        (
            "x.toml:22: step[1].expect.reason: 'metod-disallowed-by-preflight' is no reason; "
            "did you mean method-disallowed-by-preflight?"
        ),
    ),
    "reason that resembles none": (
        "method-disallowed-by-preflight",
        "because",
        "'because' is no reason; `corssim explain` lists them",
    ),
    "unknown key in a browser's expectations": (
        "expect.verdict",
        "expect.firefox.verdct",
        "x.toml:21: step[1].expect.firefox.verdct: unknown key; did you mean verdict?",
    ),
    "unknown reason in a browser's expectations": (
        "expect.reason",
        'expect.webkit.reason = "badport"\nexpect.reason',
        "x.toml:22: step[1].expect.webkit.reason: 'badport' is no reason; did you mean bad-port?",
    ),
    "a browser within a browser": (
        "expect.verdict",
        "expect.firefox.webkit.verdict",
        "x.toml:21: step[1].expect.firefox.webkit: unknown key; there are verdict, reason, sent,",
    ),
    "no action": ("fetch =", "fetchh =", "x.toml:18: step[1]: a step needs one of fetch, xhr, load"),
    "two actions": ('method = "PUT"', 'xhr = "PUT"', "a step does one thing, and this one has fetch and xhr"),
    "server as a single table": (
        (
            '[[server]]\nurl = "https://api.example/items"\nmethod = "OPTIONS"\nstatus = 204\n'
            'headers = { Access-Control-Allow-Origin = "https://app.example" }\n\n[[server]]'
        ),
        "[server]",
        "server: give each server as a table of its own, headed [[server]]",
    ),
    "page that is no URL": ('page = "https://app.example/"', 'page = "app"', "x.toml:6: page: 'app' is not a URL"),
    "page of a step that is no URL": ('"https://other.example/"', '"other"', "step[3].page: 'other' is not a URL"),
    "rule without url": ('url = "https://api.example/items"\n', "", "server[1]: give url"),
    "rule with url and origin": (
        'origin = "https://api.example"',
        'origin = "https://api.example"\nurl = "/"',
        "server[2].origin: a rule has a url or an origin, not both",
    ),
    "method with an origin": (
        'origin = "https://api.example"',
        'origin = "https://api.example"\nmethod = "GET"',
        "server[2].method: goes with a url, not with an origin",
    ),
    "origin with a slash": (
        'origin = "https://api.example"',
        'origin = "https://api.example/"',
        "server[2].origin: 'https://api.example/' ends in a slash",
    ),
    "policy that browsers refuse": (
        'allow_origins = ["https://app.example"]',
        'allow_origins = "*", allow_credentials = true',
        "server[2]: allow_origins: '*' with allow_credentials is refused by browsers",
    ),
    "unknown key of a policy": (
        "max_age",
        "maxage",
        "x.toml:16: server[2].policy.maxage: unknown key; did you mean max_age?",
    ),
    "rule for no URL": (
        'url = "https://api.example/items"',
        'url = "ftp://api.example/"',
        "server[1]: 'ftp://api.example/' is no URL that a server can answer for",
    ),
    "unknown key of a request that was sent": (
        '["OPTIONS https://api.example/items"]',
        '[{ request = "PUT /", heders = {} }]',
        "x.toml:23: step[1].expect.sent[1].heders: unknown key; did you mean headers?",
    ),
    "body of two kinds": (
        'method = "PUT"',
        'body = { text = "a", blob = "b" }',
        "step[1].body: a body is exactly one of text, blob, form_data, form_urlencoded, stream",
    ),
    "server body that is a form": (
        "status = 204",
        'body = { blob = "a" }',
        "server[1]: a server's body is text",
    ),
    "not TOML": ("title =", "title", "x.toml:1: not TOML: Expected '='"),
}


@pytest.mark.parametrize(("before", "after", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_that_says_where(before: str, after: str, message: str) -> None:
    assert before in GOOD
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(GOOD.replace(before, after), path="x.toml")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_without_steps_does_nothing() -> None:
    with pytest.raises(ScenarioError, match=r"give at least one \[\[step\]\]"):
        parse_scenario('title = "a"\npage = "https://app.example/"')


def test_unreadable_files_are_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="No such file"):
        load_scenario(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(ScenarioError, match="not UTF-8"):
        load_scenario(tmp_path / "latin.toml")


def test_a_file_without_end_is_read_to_a_bound() -> None:
    with pytest.raises(ScenarioError, match="more than 20000000 characters"):
        load_scenario("/dev/zero")


def test_folders_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("10-late/1.toml", "2-early/b.toml", "2-early/a.toml", "note.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    found = [str(path.relative_to(tmp_path)) for path in find_scenarios([tmp_path, tmp_path / "2-early" / "a.toml"])]
    assert found == ["2-early/a.toml", "2-early/b.toml", "10-late/1.toml"]


def test_a_path_without_scenarios_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no scenario"):
        find_scenarios([tmp_path])
    with pytest.raises(ScenarioError, match="no such file or folder"):
        find_scenarios([tmp_path / "none"])


def test_a_name_that_is_too_long_is_one_line() -> None:
    with pytest.raises(ScenarioError, match="cannot be read: File name too long"):
        find_scenarios(["a" * 300])


def test_the_format_is_described_whole() -> None:
    """Every key that a file may hold stands in the scenarios' README, and its example is a scenario that passes."""
    import re
    from pathlib import Path

    from corssim.scenario import model, run_scenario

    text = (Path(__file__).parents[2] / "scenarios" / "README.md").read_text("utf-8")
    tables = (*model.STEPS.values(), model.RuleTable, model.ExpectTable, model.PolicyTable, model.BodyTable)
    keys = {key for table in (*tables, model.ScenarioTable, model.PageTable) for key in table.__struct_fields__}
    assert sorted(key for key in keys if not re.search(rf"\b{key}\b", text)) == []
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    assert run_scenario(parse_scenario(example[1])).mismatches == []
