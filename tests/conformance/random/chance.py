"""Choices from a seeded source."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")


class Chance(random.Random):
    """A source of choices; the same seed gives the same ones."""

    def now_and_then(self, probability: float) -> bool:
        return self.random() < probability

    def one(self, weights: Mapping[T, float]) -> T:
        """One of the keys, by weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def some(self, among: Sequence[T], at_most: int) -> list[T]:
        return self.sample(among, self.randint(0, min(at_most, len(among))))
