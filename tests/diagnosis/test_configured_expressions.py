"""Expressions of origins in configurations: long lists of them cost little, and say what the compiled ones say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st

from corssim.diagnosis.configured.judge import judged
from corssim.diagnosis.configured.model import matches
from corssim.diagnosis.configured.read import read_configuration
from corssim.errors import UsageError


@settings(deadline=None)
@given(
    st.from_regex(r"\^?(?:[a-c0:/-]|\\[.:/-]){0,6}\$?", fullmatch=True),
    st.text(alphabet="abc0:/.-", max_size=6),
)
def test_an_expression_without_signs_says_what_it_says_when_compiled(pattern: str, text: str) -> None:
    assert matches(pattern, text) == (re.search(pattern, text) is not None)


@pytest.mark.parametrize("pattern", ["^a.c$", "a|b", "(?i)^a$", "a+", "[a]", "a{2}", "\\d", "^a\\", "é"])
def test_another_is_compiled(pattern: str) -> None:
    for text in ("abc", "A", "aa", "1", "é", "a\\"):
        try:
            found = re.search(pattern, text) is not None
        except re.error:
            found = False
        assert matches(pattern, text) == found


@pytest.mark.parametrize(
    "text",
    [
        '[{"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["GET"],}]',
        '{"CORSRules": [{"AllowedOrigins": ["*"] "AllowedMethods": ["GET"]}]}',
        '[{"origin": ["*"], "responseHeader": ["X"]',
        '{"AccessControlAllowOrigins": {"Items": ["*"]}',
        "[" * 100_000 + '"AllowedOrigins": ["*"]',
    ],
    ids=["a comma too many", "one missing", "cut off", "not closed", "nested without end"],
)
def test_what_json_that_is_broken_allows_is_not_known(text: str) -> None:
    with pytest.raises(UsageError, match=r"JSON that cannot be read .*not known"):
        read_configuration(text)


APACHE = """
SetEnvIf Origin ^https://a{0}\\.example$ O{0}=$0
Header set Access-Control-Allow-Origin %{{O{0}}}e env=O{0}"""
RAILS = """
allow do
  origins 'https://a{0}.example'
  resource '*', methods: [:get]
end"""


@pytest.mark.parametrize("place", [APACHE, RAILS], ids=["Apache", "rack-cors"])
def test_each_of_many_places_is_for_its_origin(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a list of plain origins was compiled")

    monkeypatch.setattr("regex.search", never)
    configured = read_configuration("".join(map(place.format, range(60))))
    for page, verdict in (
        ("https://a7.example", "readable"),
        ("https://a59.example", "readable"),
        ("https://a60.example", "blocked"),
    ):
        assert judged(configured, page)[0].verdict == verdict
