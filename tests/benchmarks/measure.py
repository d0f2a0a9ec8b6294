"""Ratios of two pieces of work in one run: by turns, in this process's CPU time, so that a busy machine slows both."""

from __future__ import annotations

import gc
from statistics import median, quantiles
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROUNDS = 21
WARM_UP = 3


class Figure(NamedTuple):
    """A ratio with its quartiles; `wanted` is the most it should be, `skipped` why it was not measured."""

    title: str
    ratio: float = 0.0
    low: float = 0.0
    high: float = 0.0
    microseconds: float = 0.0
    wanted: float | None = None
    skipped: str = ""


def figure(title: str, ours: Sequence[float], theirs: Sequence[float], wanted: float | None, each: int = 1) -> Figure:
    """What the samples of both, in seconds, come to; `each` is how often a sample did the work."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    low, _, high = quantiles(ratios, n=4)
    return Figure(title, median(ratios), low, high, median(ours) / each * 1e6, wanted)


def compared(
    title: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    wanted: float | None = None,
    batch: int = 40,
    prepare: Callable[[int], object] = lambda _: None,
) -> Figure:
    """Both `batch` times, by turns, `ROUNDS` times after a few to warm up; `prepare` makes what ours needs."""
    gc.collect()
    gc.freeze()  # what was made before is no garbage of either side
    samples: list[tuple[float, float]] = []
    for _ in range(WARM_UP + ROUNDS):
        prepare(batch)
        before = process_time()
        for _ in range(batch):
            theirs()
        between = process_time()
        for _ in range(batch):
            ours()
        samples.append((process_time() - between, between - before))
    gc.unfreeze()
    mine, other = zip(*samples[WARM_UP:], strict=True)
    return figure(title, mine, other, wanted, batch)
