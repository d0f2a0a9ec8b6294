"""The test clock: it stands, until it is told."""

from __future__ import annotations

import pytest

from corssim.testing import SteppedClock


def test_stands_and_advances() -> None:
    clock = SteppedClock(100)
    assert (clock(), clock()) == (100, 100)
    clock.advance(0.5)
    assert clock() == 100.5
    assert repr(clock) == "<SteppedClock 100>"


def test_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="time does not run backwards"):
        SteppedClock().advance(-1)
