"""`corssim new` and `corssim schema`."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corssim.scenario import find_scenarios, load_scenario, model

from .running import corssim

jsonschema = pytest.importorskip("jsonschema")

if TYPE_CHECKING:
    from collections.abc import Iterator

COURSE = Path(__file__).parents[2] / "scenarios"


def test_a_new_scenario_passes_and_says_what_else_there_is(tmp_path: Path) -> None:
    path = tmp_path / "3-my-first_one"
    ran = corssim("new", str(path))
    assert (ran.status, ran.err) == (0, "")
    written = path.with_suffix(".toml")
    assert f"corssim run {written}" in ran.out
    assert load_scenario(written).title == "My first one"
    assert corssim("run", str(written), "--browser", "all").status == 0


@pytest.mark.parametrize("name", ["there.toml", "there", "none/deep", "a\0b", "/"], ids=repr)
def test_a_file_that_cannot_be_made_is_told_in_a_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "there.toml").write_text("mine")
    ran = corssim("new", name if name == "/" else f"{tmp_path}/{name}")
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert (tmp_path / "there.toml").read_text() == "mine"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(corssim("schema").out)
    jsonschema.Draft202012Validator.check_schema(document)
    return document


def test_every_scenario_of_the_course_is_valid(schema: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(schema)
    wrong = {
        f"{path.name}: {error.json_path}"
        for path in find_scenarios([COURSE])
        for error in validator.iter_errors(tomllib.loads(path.read_text("utf-8")))
    }
    assert wrong == set()


GOOD = """
title = "t"
page = "https://app.example/"
[[server]]
url = "*"
[[step]]
fetch = "/"
expect.reason = "bad-port"
expect.firefox.verdict = "blocked"
"""
WRONG = {
    "an unknown key at the top": ("title", 'titel = "x"\ntitle'),
    "no title": ('title = "t"', ""),
    "an unknown key of a step": ('fetch = "/"', 'fetch = "/"\nmetod = "PUT"'),
    "an unknown reason": ("bad-port", "bad-prot"),
    "an unknown verdict of a browser": ('firefox.verdict = "blocked"', 'firefox.verdict = "blokked"'),
    "a status out of range": ('url = "*"', 'url = "*"\nstatus = 99'),
    "no step": (GOOD[GOOD.index("[[step]]") :], ""),
}


def test_the_example_is_valid(schema: dict[str, Any]) -> None:
    assert jsonschema.Draft202012Validator(schema).is_valid(tomllib.loads(GOOD))


@pytest.mark.parametrize(("old", "new"), WRONG.values(), ids=WRONG)
def test_what_the_reader_refuses_the_schema_refuses(schema: dict[str, Any], old: str, new: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    assert not jsonschema.Draft202012Validator(schema).is_valid(tomllib.loads(text))


def fields() -> Iterator[tuple[str, str]]:
    tables = (*model.STEPS.values(), model.RuleTable, model.ExpectTable, model.PolicyTable, model.BodyTable)
    for table in (*tables, model.PageTable, model.SentTable):
        for name in table.__struct_fields__:
            yield table.__name__, name


def test_the_schema_has_every_key_of_the_model(schema: dict[str, Any]) -> None:
    missing = [key for key in fields() if key[1] not in schema["$defs"][key[0]]["properties"]]
    assert missing == []
    top = {*model.ScenarioTable.__struct_fields__, "server", "step"}
    assert set(schema["properties"]) == top
    refs = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert refs <= set(schema["$defs"])
