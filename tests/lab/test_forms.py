"""The scenario as forms: what a change does to the TOML, and that all the rest stays as it was written."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from corssim.errors import UsageError
from corssim.lab.answers import answer
from corssim.lab.forms import changed_text, form_of
from corssim.lab.lesson import lessons_in
from corssim.scenario import parse_scenario
from corssim.scenario.model import STEPS

ROOT = Path(__file__).parents[2]
LESSONS = [lessons_in([str(chapter)])[0] for chapter in sorted((ROOT / "scenarios").glob("*/"))]

TEXT = """# What somebody wrote.
title = "t"   # a title
page = "https://app.example/"

[[server]]
url = "https://api.example/a"     # the one
headers = { Access-Control-Allow-Origin = "*", Vary = "Origin" }
policy.max_age = 5

# And then:
[[step]]
fetch = "https://api.example/a" # where
method = "PUT"
credentials = "include"
mode = "cors"
body = { blob = "x" }
expect.verdict = "blocked"
"""


def _fields(text: str) -> dict[tuple[str | int, ...], dict[str, Any]]:
    return {tuple(field["at"]): field for table in form_of(text) for field in table["fields"]}


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ({"at": ["page"], "value": "https://b.example/"}, '"https://app.example/"', '"https://b.example/"'),
        ({"at": ["step", 0, "method"], "value": "PATCH"}, 'method = "PUT"', 'method = "PATCH"'),
        ({"at": ["step", 0, "method"], "value": ""}, 'method = "PUT"\n', ""),
        ({"at": ["step", 0, "credentials"], "value": "omit"}, '"include"', '"omit"'),
        ({"at": ["step", 0, "fetch"], "value": "/b"}, '"https://api.example/a" # where', '"/b" # where'),
        ({"at": ["server", 0, "policy", "max_age"], "value": "7"}, "max_age = 5", "max_age = 7"),
        ({"at": ["server", 0, "headers"], "value": "Access-Control-Allow-Origin: null\nVary: Origin"}, '"*"', '"null"'),
        (
            {"at": ["server", 0, "headers"], "value": "Vary: Origin\nSet-Cookie: a=1\nset-cookie: b=2"},
            '{ Access-Control-Allow-Origin = "*", Vary = "Origin" }',
            '[["Vary", "Origin"], ["Set-Cookie", "a=1"], ["set-cookie", "b=2"]]',
        ),
        ({"remove": ["server", 0]}, TEXT[TEXT.index("[[server]]") : TEXT.index("[[step]]")], ""),
        (
            {"at": ["step", 0], "api": "xhr"},
            TEXT[TEXT.index("fetch =") : TEXT.index("body =")],
            'xhr = "https://api.example/a" # where\nmethod = "PUT"\n',
        ),
    ],
    ids=["page", "text", "taken out", "choice", "URL", "policy", "header", "repeated", "removed", "another API"],
)
def test_a_change_is_all_that_changes(change: dict[str, Any], old: str, new: str) -> None:
    text = changed_text(TEXT, change)
    expected = TEXT.replace(old, new, 1)
    if change.get("api") == "xhr":
        expected += "with_credentials = true\n"
    assert text == expected


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: Path(lesson.path).parent.name)
def test_lessons_have_forms_that_lose_nothing(lesson: Any) -> None:
    fields = _fields(lesson.text)
    assert {("page",), ("page", "url")} & fields.keys()
    assert all(
        changed_text(lesson.text, {"at": list(at), "value": fields[at]["value"]}) == lesson.text
        for at in list(fields)[:2]
    )
    at = next(at for at in reversed(fields) if at[0] == "step" and fields[at]["value"].startswith(("http", "/")))
    text = changed_text(lesson.text, {"at": list(at), "value": "https://new.example/"})
    assert _fields(text)[at]["value"] == "https://new.example/"
    kept, given = tomllib.loads(text), tomllib.loads(lesson.text)
    kept["step"][at[1]].pop(at[2])
    given["step"][at[1]].pop(at[2])
    assert kept == given
    lines = zip(text.splitlines(), lesson.text.splitlines(), strict=True)
    assert sum(one != other for one, other in lines) == 1


def test_what_the_forms_do_not_know_is_named() -> None:
    [_, server, step] = form_of(TEXT)
    assert (server["more"], step["more"]) == ([], ["body", "expect"])


@pytest.mark.parametrize("api", STEPS)
@pytest.mark.parametrize("other", ["fetch", "xhr", "load"])
def test_any_api_can_become_any_other(other: str, api: str) -> None:
    text = 'title = "t"\npage = "https://a.example/"\n[[step]]\nfetch = "https://b.example/"\ncredentials = "include"\n'
    for name in (other, api):
        text = changed_text(text, {"at": ["step", 0], "api": name})
    [step] = parse_scenario(text).steps
    assert step.action == api


@pytest.mark.parametrize("name", ["server", "step"])
@pytest.mark.parametrize("text", [TEXT, 'title = "t"\npage = "https://a.example/"\n'], ids=["others", "none"])
def test_what_is_added_is_a_scenario_still(text: str, name: str) -> None:
    made = changed_text(text, {"add": name})
    before, after = tomllib.loads(text), tomllib.loads(made)
    assert len(after[name]) == len(before.get(name, [])) + 1
    assert after.pop(name)[: len(before.get(name, []))] == before.pop(name, [])
    assert after == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"at": ["server", 0, "status"], "value": "many"}, "'many' is no number"),
        ({"at": ["step", 0, "mode"], "value": "odd"}, "one of cors"),
        ({"at": ["step", 0, "headers"], "value": "no colon"}, "a line is Name: value"),
        ({"at": ["step", 9, "method"], "value": "GET"}, "nothing of the kind"),
        ({"at": ["step", 0], "api": "carrier pigeon"}, "nothing of the kind"),
        ({"remove": ["page"]}, "nothing of the kind"),
        ({"add": "title"}, "nothing of the kind"),
        ({}, "nothing of the kind"),
    ],
    ids=["number", "choice", "headers", "no such step", "no such API", "the page", "no such table", "nothing"],
)
def test_a_change_that_cannot_be_is_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        changed_text(TEXT, change)


def test_a_text_that_is_no_toml_says_so() -> None:
    with pytest.raises(UsageError, match="not TOML"):
        answer("form", {"text": "title = "})
