"""Patterns are compiled when they are first used, and are then what `re.compile` gives."""

from __future__ import annotations

import re

import pytest

from corssim.patterns import lazy_pattern


def test_a_lazy_pattern_is_the_pattern() -> None:
    pattern = lazy_pattern("(?P<word>[a-z]+)", re.IGNORECASE)
    assert pattern.match("Ab1")["word"] == "Ab"  # type: ignore[index]
    assert pattern.sub("-", "a1b") == "-1-"
    assert (pattern.pattern, pattern.groups, pattern.flags) == ("(?P<word>[a-z]+)", 1, re.IGNORECASE | re.UNICODE)
    assert lazy_pattern(rb"\d").findall(b"12") == [b"1", b"2"]
    with pytest.raises(AttributeError):
        pattern.no_such_thing  # type: ignore[attr-defined]  # noqa: B018


def test_nothing_is_compiled_before() -> None:
    pattern = lazy_pattern("(not closed")
    with pytest.raises(re.error):
        pattern.match("")
