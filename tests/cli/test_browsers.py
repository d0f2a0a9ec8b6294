"""`corssim browsers`: where the recorded browsers leave the standard."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from corssim.cli.environment import Environment
from corssim.cli.main import main
from corssim.deviations import DEVIATIONS, differences, topics
from corssim.fetch.browsers import recorded_browsers
from corssim.fetch.browsers.standard import STANDARD

if TYPE_CHECKING:
    from pathlib import Path


def _run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = main(["browsers", *arguments], Environment(stdout=out, stderr=err, variables={}))
    return status, out.getvalue(), err.getvalue()


def test_one_topic_tells_the_text_the_browsers_that_leave_it_and_the_case() -> None:
    status, told, _ = _run("redirects")
    assert status == 0
    assert (
        "  a redirect with an empty Location is\n"
        "    standard followed to itself\n"
        "    chromium returned\n"
        "    webkit   an error\n"
        "    shown by redirect-location-empty-same\n"
    ) in told
    assert told.endswith("Recorded with chromium 156, firefox 153, webkit 2.50.\n")


def test_without_a_topic_all_are_told() -> None:
    _, told, _ = _run()
    assert [difference.about for difference in differences() if difference.about.split()[0] not in told] == []
    assert len(differences()) > 150


def test_as_data() -> None:
    document = json.loads(_run("cookies", "--json")[1])
    assert document["browsers"] == {name: profile.version for name, profile in recorded_browsers().items()}
    rules = {rule["rule"]: rule for rule in document["rules"]}
    assert all(rule["topic"] == "cookies" for rule in rules.values())
    assert rules["cookies.lax_by_default"]["browsers"].keys() == {"firefox", "webkit"}


def test_as_a_page(tmp_path: Path) -> None:
    file = tmp_path / "browsers.html"
    assert _run("--html", str(file)) == (0, "", "")
    page = file.read_text()
    assert all(f'id="{topic}"' in page for topic in topics() if differences(topic))
    assert "<script" not in page


@pytest.mark.parametrize(
    ("topic", "said"), [("redirect", "did you mean redirects?"), ("x", "'x' is no set of rules; there are urls,")]
)
def test_a_topic_that_there_is_not(topic: str, said: str) -> None:
    status, told, error = _run(topic)
    assert (status, told) == (2, "")
    assert said in error
    assert error.count("\n") == 1


def test_a_difference_is_what_no_profile_shares_with_the_text() -> None:
    for deviation in DEVIATIONS:
        leaving = [
            name for name, profile in recorded_browsers().items() if deviation.says(profile) != deviation.says(STANDARD)
        ]
        told = [difference for difference in differences() if difference.rule == deviation.rule]
        assert [name for difference in told for name in difference.browsers] == leaving
