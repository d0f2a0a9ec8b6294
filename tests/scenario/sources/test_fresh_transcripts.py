"""Transcripts as tools print and people paste them: HTTP/2 and 3, interim answers, proxies, tables in many tongues."""

from __future__ import annotations

import tomllib

import pytest

from corssim.scenario.run import run_scenario
from corssim.scenario.sources import read_source
from corssim.scenario.sources.reading import default_page_for

from .meaning import INPUTS

TRANSCRIPTS = {
    each["name"]: each
    for each in tomllib.loads((INPUTS / "fresh-transcripts.toml").read_text(encoding="utf-8"))["transcript"]
}


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_transcript_means(name: str) -> None:
    told = TRANSCRIPTS[name]
    reading = read_source(told["text"])
    page = "(none) " if reading.page is None else reading.page.url
    reading = reading if reading.page is not None else reading.with_page(default_page_for(reading.url))
    outcome = run_scenario(reading.scenario(), "chromium").steps[0].outcome
    assert outcome is not None
    verdict = f"{outcome.verdict.value} {outcome.reason.value if outcome.reason is not None else ''}".strip()
    assert f"{reading.method} {reading.url} {reading.credentials} from {page} -> {verdict}" == told["means"]
    assert ", ".join(f"{rule.method} {rule.status}" for rule in reading.rules) == told["answers"]
    assert "; ".join(reading.missing) == told.get("missing", "")
    assert not reading.further


def test_words_around_an_exchange_are_no_exchange() -> None:
    text = "Problem: it does not work\n\n" + TRANSCRIPTS["curl v windows"]["text"] + "\nVersion: 1.2\n"
    assert read_source(text).url == "http://localhost:5000/api"
