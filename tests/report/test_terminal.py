"""What a report looks like: a dozen typical outcomes at 80 columns without colour, and what a server cannot do to it.

UPDATE_SNAPSHOTS=1 writes the files in `snapshots` anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from corssim import MockServer, Outcome
from corssim.masking import mask_header, mask_text
from corssim.report.advice import Advice
from corssim.report.lines import folded
from corssim.report.safe_text import safe, width
from corssim.report.terminal import plain_report, report_lines

from .outcomes import ALLOWED, OUTCOMES, fetched, preflighted

SNAPSHOTS = Path(__file__).parent / "snapshots"


def told(outcome: Outcome) -> str:
    return plain_report(outcome, advice=Advice(outcome))


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_report_looks_as_it_did(name: str) -> None:
    text = told(OUTCOMES[name]())
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_report_fits_the_width_it_is_given(name: str) -> None:
    outcome = OUTCOMES[name]()
    for columns in (80, 60, 40):
        lines = report_lines(outcome, columns=columns, verbose=True, advice=Advice(outcome))
        assert max(width(line.plain()) for line in lines) <= columns


def test_a_report_of_an_allowed_fetch_is_short() -> None:
    assert len(told(OUTCOMES["allowed_simple"]()).splitlines()) <= 8


def test_nothing_that_a_server_sends_reaches_the_terminal_raw() -> None:
    outcome = OUTCOMES["hostile_server"]()
    lines = report_lines(outcome, verbose=True, advice=Advice(outcome))
    text = "".join(span.text for line in lines for span in line.spans)
    assert text.isprintable()
    assert "\\x1b[31m[bold red]" in " ".join(text.split())
    assert "(4700 more characters)" in " ".join(text.split())


def test_verbose_tells_all_headers_and_small_steps() -> None:
    server = preflighted(
        ALLOWED | {"Access-Control-Allow-Methods": "PUT", "Access-Control-Max-Age": "600"},
        ALLOWED | {"Content-Type": "text/plain", "Set-Cookie": "a=1; SameSite=None; Secure"},
    )
    text = "\n".join(line.plain() for line in report_lines(fetched(server, method="PUT"), verbose=True))
    assert "> Sec-Fetch-Mode: cors" in text
    assert "< Content-Type: text/plain" in text
    assert "the preflight's answer is kept for 600 s" in text


def test_credentials_are_masked_unless_asked_for() -> None:
    server = MockServer().route("*", "OPTIONS", 204, ALLOWED)
    outcome = fetched(server, headers={"Authorization": "Bearer very-secret"})
    server = MockServer().route("*", "*", 302, ALLOWED | {"Location": "https://me:very-secret@api.example/"})
    redirected = fetched(server)
    for each in (outcome, redirected):
        masked = "\n".join(line.plain() for line in report_lines(each, verbose=True, advice=Advice(each)))
        assert "very-secret" not in masked
    shown = "\n".join(line.plain() for line in report_lines(redirected, verbose=True, show_credentials=True))
    assert "https://me:very-secret@api.example/" in shown


@pytest.mark.parametrize(
    ("name", "value", "masked"),
    [
        ("Authorization", "Bearer abc", "Bearer ***"),
        ("authorization", "abc", "***"),
        ("Proxy-Authorization", "Basic abc", "Basic ***"),
        ("Cookie", "session=abc; theme=dark", "session=***; theme=***"),
        ("Cookie", "abc", "***"),
        ("Set-Cookie", "session=abc; Path=/; HttpOnly", "session=***; Path=/; HttpOnly"),
        ("Set-Cookie", "abc", "***"),
        ("Location", "https://me:abc@api.example/a@b", "https://***@api.example/a@b"),
        ("Origin", "https://app.example", "https://app.example"),
    ],
)
def test_headers_are_masked_by_their_kind(name: str, value: str, masked: str) -> None:
    assert mask_header(name, value) == masked


def test_urls_inside_a_text_are_masked() -> None:
    assert (
        mask_text("from https://me@a.example/ to //u:p@b.example") == "from https://***@a.example/ to //***@b.example"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\u202eevil", "\\u202eevil"),
        ("caf\xe9", "caf\xe9"),
        ("a\xa0b", "a\\xa0b"),
        ("a\u3000b\u1680", "a\\u3000b\\u1680"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_is_not_printable_is_written_out(text: str, shown: str) -> None:
    assert safe(text) == shown


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.text(max_size=60), st.just("")), max_size=5), st.integers(20, 80), st.integers(0, 12))
def test_any_text_is_laid_out_in_the_width_and_printable(
    spans: list[tuple[str, str]], columns: int, indent: int
) -> None:
    for line in folded(spans, columns=columns, indent=indent):
        assert line.plain().isprintable()
        assert width(line.plain()) <= columns


def test_wide_characters_count_twice() -> None:
    assert width("日本") == 4
    assert width("e\u0301") == 1
    assert [line.plain() for line in folded([("日本語日本語", "")], columns=6)] == ["日本語", "日本語"]


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("Access-Control-Allow-Origin:", ["Access-Control-Allow-", "Origin:"]),
        ("https://api.example/things?page=1", ["https://api.example/", "things?page=1"]),
        ("a/" + "x" * 40, ["a/" + "x" * 22, "x" * 18]),
        ("x" * 30, ["x" * 24, "x" * 6]),
    ],
    ids=["a header", "a URL", "a part that ended long before", "one part"],
)
def test_a_long_word_is_cut_where_a_part_of_it_ends(word: str, lines: list[str]) -> None:
    assert [line.plain() for line in folded([(word, "")], columns=24)] == lines
