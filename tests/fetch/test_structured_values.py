"""Header values split at their commas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim.fetch.header_values import collect_http_quoted_string, get_decode_and_split_value

WPT = Path(__file__).parent.parent / "data" / "wpt"


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        pytest.param("nosniff,", ["nosniff", ""], id="a trailing comma leaves an empty part"),
        pytest.param("", [""], id="an empty value is one empty part"),
        pytest.param('text/html;", x/x', ['text/html;", x/x'], id="an open quoted string swallows the commas"),
        pytest.param('x/x;test="hi",y/y', ['x/x;test="hi"', "y/y"], id="a closed quoted string ends"),
        pytest.param("x / x,,,1", ["x / x", "", "", "1"], id="inner white space and empty parts stay"),
        pytest.param('"1,2", 3', ['"1,2"', "3"], id="a comma inside quotes does not split"),
        pytest.param('"1\\",2", 3', ['"1\\",2"', "3"], id="an escaped quote does not close"),
        pytest.param('"a"b"c,d",e', ['"a"b"c,d"', "e"], id="text goes on after a quoted string"),
        pytest.param(
            '\t a \t, "b" ,\x0cc\x0b',
            ["a", '"b"', "\x0cc\x0b"],
            id="tabs and spaces go, other white space stays",
        ),
    ],
)
def test_split(value: str, parts: list[str]) -> None:
    assert get_decode_and_split_value(value) == parts


@pytest.mark.parametrize(
    ("text", "as_written", "quoted"),
    [
        pytest.param('"\\', '"\\', "\\", id="a backslash at the end stands for itself"),
        pytest.param('"Hello" World', '"Hello"', "Hello", id="ends at the closing quote"),
        pytest.param('"Hello \\\\ World\\""', '"Hello \\\\ World\\""', 'Hello \\ World"', id="escapes"),
        pytest.param('"open', '"open', "open", id="an open string runs to the end"),
    ],
)
def test_quoted_string(text: str, as_written: str, quoted: str) -> None:
    assert collect_http_quoted_string(text, 0) == (as_written, len(as_written))
    assert collect_http_quoted_string(text, 0, extract_value=True) == (quoted, len(as_written))


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet='",\\ \tab', max_size=30))
def test_the_parts_without_white_space_join_to_the_value(value: str) -> None:
    def bare(text: str) -> str:
        return text.replace(" ", "").replace("\t", "")

    assert bare(",".join(get_decode_and_split_value(value))) == bare(value)


ROWS = json.loads((WPT / "x-content-type-options.json").read_text("utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=[ascii(row["input"]) for row in ROWS])
def test_wpt_nosniff_is_the_first_part(row: dict[str, Any]) -> None:
    lines = [line.partition(":") for line in row["input"].split("\r\n")]
    values = [value.strip("\t ") for name, _, value in lines if name.lower() == "x-content-type-options"]
    parts = get_decode_and_split_value(", ".join(values))
    assert (parts[0].lower() == "nosniff") is row["nosniff"]
