"""Whatever reads text of others holds, whatever the text; and what a search found stays found."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from .damage import damaged
from .every import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_texts_that_are_read_well(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].check(seed)


@pytest.mark.parametrize("name", TARGETS)
def test_any_text(name: str) -> None:
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        TARGETS[name].check(data.draw(damaged(TARGETS[name])))

    holds()
