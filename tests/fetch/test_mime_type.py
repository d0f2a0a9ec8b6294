"""MIME types: WPT's tables, the groups, and what Content-Type headers add up to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim.fetch.mime_type import (
    MIMEType,
    extract_mime_type,
    parse_mime_type,
)

WPT = Path(__file__).parent.parent / "data" / "wpt"


def rows(name: str) -> list[dict[str, Any]]:
    return [row for row in json.loads((WPT / name).read_text("utf-8")) if isinstance(row, dict)]


def parsed(text: str) -> MIMEType:
    mime_type = parse_mime_type(text)
    assert mime_type is not None
    return mime_type


MIME_TYPES = rows("mime-types.json")
PARSED = MIME_TYPES + rows("generated-mime-types.json")


@pytest.mark.parametrize("row", PARSED, ids=[ascii(row["input"]) for row in PARSED])
def test_wpt_parsing(row: dict[str, Any]) -> None:
    mime_type = parse_mime_type(row["input"])
    assert (None if mime_type is None else mime_type.serialize()) == row["output"]


CONTENT_TYPES = rows("content-types.json")


@pytest.mark.parametrize("row", CONTENT_TYPES, ids=[ascii(row["contentType"]) for row in CONTENT_TYPES])
def test_wpt_extracting(row: dict[str, Any]) -> None:
    mime_type = extract_mime_type(row["contentType"])
    assert mime_type is not None
    assert mime_type.serialize() == row["mimeType"]
    assert mime_type.essence == row["documentContentType"]
    charset = mime_type.parameter("charset")
    assert (charset and charset.lower()) == (row["encoding"] and row["encoding"].lower())


SCRIPTS = rows("script-content-types.json")


@pytest.mark.parametrize("row", SCRIPTS, ids=[ascii(row["contentType"]) for row in SCRIPTS])
def test_wpt_scripts(row: dict[str, Any]) -> None:
    mime_type = extract_mime_type(row["contentType"])
    assert (mime_type is not None and mime_type.is_javascript) is row["executes"]
    if row["executes"]:
        assert mime_type is not None
        assert mime_type.parameter("charset") == row["encoding"]


@pytest.mark.parametrize(
    ("values", "serialized"),
    [
        pytest.param([], None, id="no header"),
        pytest.param(["cannot-parse"], None, id="nothing parses"),
        pytest.param(["*/*"], None, id="only */*"),
        pytest.param(
            ["text/html;charset=gbk;a=b, text/html;x=y"],
            "text/html;x=y;charset=gbk",
            id="the charset carries over",
        ),
        pytest.param(["text/html;charset=gbk", "x/x", "text/html;x=y"], "text/html;x=y", id="not past another essence"),
        pytest.param(["text/html", "text/html;a=b"], "text/html;a=b", id="no charset to carry over"),
        pytest.param(["text/html", "cannot-parse"], "text/html", id="what does not parse is passed over"),
    ],
)
def test_extracting(values: list[str], serialized: str | None) -> None:
    mime_type = extract_mime_type(values)
    assert (mime_type and mime_type.serialize()) == serialized


GROUPS = ("is_javascript", "is_json", "is_xml", "is_html", "is_image", "is_audio_or_video")


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("text/javascript", {"is_javascript"}),
        ("application/ecmascript", {"is_javascript"}),
        ("application/json", {"is_json"}),
        ("text/json", {"is_json"}),
        ("application/problem+json", {"is_json"}),
        ("json/json", set()),
        ("text/xml", {"is_xml"}),
        ("application/xml", {"is_xml"}),
        ("image/svg+xml", {"is_xml", "is_image"}),
        ("application/xhtml+xml", {"is_xml"}),
        ("TEXT/HTML;charset=utf-8", {"is_html"}),
        ("image/png", {"is_image"}),
        ("audio/mpeg", {"is_audio_or_video"}),
        ("video/webm", {"is_audio_or_video"}),
        ("application/ogg", {"is_audio_or_video"}),
        ("font/woff2", set()),
        ("application/octet-stream", set()),
    ],
)
def test_groups(text: str, groups: set[str]) -> None:
    mime_type = parsed(text)
    assert {group for group in GROUPS if getattr(mime_type, group)} == groups


def test_a_parameter_that_is_absent() -> None:
    assert parsed("text/html;a=b").parameter("charset") is None


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet='ab/;="\\ \t,\x7f\xff\u0100', max_size=20).map("x/x".__add__) | st.text(max_size=20))
def test_what_is_serialised_parses_to_itself(text: str) -> None:
    mime_type = parse_mime_type(text)
    if mime_type is not None:
        assert parse_mime_type(mime_type.serialize()) == mime_type
