"""Text that was cut, run together or damaged on its way ends in a reading or in one line."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings, strategies as st

from corssim.scenario.sources import UnreadableSource, read_source

from .meaning import INPUTS

TEXTS = [
    path.read_text(encoding="utf-8")
    for folder in ("curl", "js", "http")
    for path in sorted((INPUTS / folder).iterdir())
]
MARKS = st.text(alphabet="'\"`^$\\{}()<>|\n\r\t\x00\x1b:;=@#é漢", max_size=4)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text, other = draw(st.sampled_from(TEXTS)), draw(st.sampled_from(TEXTS))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    cut = draw(st.integers(0, len(other)))
    return text[:start] + draw(MARKS) + text[end:] + draw(st.sampled_from(["", other[cut : cut + 100]]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(damaged())
def test_damaged_text_ends_in_a_reading_or_in_one_line(text: str) -> None:
    told, reading = "", None
    try:
        reading = read_source(text)
    except UnreadableSource as error:
        told = str(error)
    assert (reading is None) is bool(told)
    assert "\n" not in told
    assert reading is None or (reading.step is not None and reading.url)
