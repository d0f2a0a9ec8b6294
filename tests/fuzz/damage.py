"""Texts made of the ones that are read well, and a text that grows."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .target import Target

_ALLOWED, _TIMES_FOUR, _MOST = 0.5, 7.0, 20.0
"""Seconds of processor that are never looked at, how much more four times the length may cost, and seconds at most."""


@st.composite
def damaged(draw: st.DrawFn, target: Target) -> str:
    """A seed that was cut, with words of its kind or any characters put in, and a part of another seed behind."""
    text, other = draw(st.sampled_from(target.seeds)), draw(st.sampled_from(target.seeds))
    characters = st.characters(max_codepoint=0xFF) if target.is_bytes else st.characters(exclude_categories=["Cs"])
    piece = st.one_of(st.sampled_from(target.words or ["a"]), st.text(characters, max_size=4))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + draw(piece) * draw(st.sampled_from([1, 1, 1, 5, 40])) + text[end:]
    cut = draw(st.integers(0, len(other)))
    return text + draw(st.sampled_from(["", other[cut : cut + 100]]))


class GrowsTooFast(AssertionError):
    """Four times the length cost far more than four times the processor's time."""


def assert_it_grows_in_step(target: Target, text: str, start: int, unit: str) -> None:
    """A unit again and again in a text: four times as often must not cost far more than four times as much."""
    often = target.longest // len(unit)
    short, long = (text[:start] + unit * count + text[start:] for count in (often // 4, often))
    told = f"{text[:start]!r} + {unit!r} × {often} + {text[start:]!r}"
    try:
        of_long = _seconds(target.check, long)
        if of_long < _ALLOWED:
            return
        of_short = min(_seconds(target.check, short) for _ in range(2))
        of_long = min(of_long, _seconds(target.check, long))
    except _TooLong:
        raise GrowsTooFast(f"more than {_MOST} s: {told}") from None
    if of_long > max(_ALLOWED, _TIMES_FOUR * of_short):
        raise GrowsTooFast(f"{of_short:.3f} s, then {of_long:.3f} s: {told}")


class _TooLong(Exception):
    pass


def _stop(*_: object) -> None:
    raise _TooLong


def _seconds(check: Callable[[str], object], text: str) -> float:
    """Of the processor, as long as the check takes. Raises _TooLong."""
    started = time.thread_time()
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _MOST)
    try:
        check(text)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.thread_time() - started


_UNITS = [
    *" \t\n\r\0\"'`,;:=&?#%/\\|@.+-*~^$_<>()[]{}!0aA\x80",
    *("\r\n", "\\\\", '\\"', "''", '""', "((", "[[", "{{", "<a", "<!--", "/*", "//", "${", "a.a", "%20"),
    *("a ", "a,", "a=", "a;", "a\n", "a/", "0 ", "( ", "a:", ": ", " =", "\n\n ", "\n#", "=a\n"),
]


def a_growing_text(target: Target, random: Random) -> tuple[str, int, str]:
    """A text, a place in it and what to put there again and again."""
    text = random.choice([*target.seeds, *target.seeds, ""])
    if random.random() < 0.5:
        text = text[: random.randint(0, len(text))]
    start = random.choice([0, len(text), random.randint(0, len(text)), random.randint(0, len(text))])
    length = random.randint(1, 12)
    unit = random.choice([*_UNITS, *target.words, *target.words, text[start : start + length] or "a"])
    if random.random() < 0.3:
        unit += random.choice([*_UNITS, *target.words])
    return text, start, unit
