"""Each real framework with its real CORS package does what is written down of it."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import fields
from importlib.metadata import version

import pytest

from .expected import EXPECTED, MEASURED
from .measure import FRAMEWORKS, Facts, app_module, facts_of, missing
from .table import markdown


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.filterwarnings("default")
def test_framework_does_what_is_written_down(framework: str) -> None:
    """Warnings are the frameworks' own; what counts is what their answers do to a page."""
    if package := missing(framework):
        pytest.skip(f"{package} is not installed")
    for package in app_module(framework).PACKAGES:
        if _numbers(version(package)) < _numbers(MEASURED[package]):
            pytest.skip(f"{package} {version(package)} is older than {MEASURED[package]}, which was measured")
    assert facts_of(framework).to_dict() == EXPECTED[framework].to_dict()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])


def test_every_framework_is_expected_and_every_app_is_one() -> None:
    assert set(EXPECTED) == set(FRAMEWORKS)
    assert all(importlib.util.find_spec(f"{__package__}.apps.{name}_app") for name in FRAMEWORKS)


def test_table_is_as_wide_as_its_head_and_says_what_is_wrong() -> None:
    table = markdown(EXPECTED, dict.fromkeys(EXPECTED, "")).splitlines()
    rows = [line for line in table if line.startswith("|")]
    assert len(rows) == len(EXPECTED) + 2
    assert len({row.count(" | ") for row in rows}) == 1
    by_name = {row.split(" | ")[0].removeprefix("| "): row for row in rows}
    assert "| yes / yes / **no** |" in by_name["Starlette"]
    assert "any site reads; writing is `allow-origin-wildcard-with-credentials`" in by_name["Litestar"]
    assert "| every request |" in by_name["Django (WSGI), django-cors-headers"]
    assert "500 to every request" in by_name["Quart, quart-cors"]


def test_no_fact_is_left_out_by_mistake() -> None:
    for name, facts in EXPECTED.items():
        empty = {field.name for field in fields(Facts) if not getattr(facts, field.name)}
        assert empty <= {"any_get", "any_put"}, name
