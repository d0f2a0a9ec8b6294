"""Ten times as much costs about ten times as much, whatever a server, a page or a file chose the length of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .growth import KINDS, Kind, executed_lines

if TYPE_CHECKING:
    from collections.abc import Callable

_FEW = 100  # lines, for what is done once, at a certain length


@pytest.mark.parametrize("name", KINDS)
def test_it_grows_in_step(name: str) -> None:
    kind = KINDS[name]
    kind.make(1)()  # what is loaded and compiled when it is first used is no part of it
    assert grows_in_step(kind)


@pytest.mark.parametrize(("more", "is_in_step"), [(lambda i: 3, True), (lambda i: i, False)])
def test_what_grows_faster_is_noticed(more: Callable[[int], int], is_in_step: bool) -> None:
    def make(n: int) -> Callable[[], object]:
        return lambda: [j for i in range(n) for j in range(more(i))]

    assert grows_in_step(Kind(make)) is is_in_step


def grows_in_step(kind: Kind) -> bool:
    """Report whether what is added to one costs at most a fifth more than its share, at ten times the length."""
    of_one, of_some, of_ten_times = (executed_lines(kind.make(n)) for n in (1, kind.least, 10 * kind.least))
    share = (10 * kind.least - 1) / (kind.least - 1)
    return of_ten_times - of_one <= 1.2 * share * (of_some - of_one) + _FEW
