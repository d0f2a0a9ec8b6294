"""A clock that stands still until it is told to go on: of tests, and of scenarios."""

from __future__ import annotations

import time


class SteppedClock:
    """Shows the same time, in seconds since 1970, until it is told to advance.

    It starts at the present, so that the dates which a real app writes into its cookies are not long past.
    """

    def __init__(self, now: float | None = None) -> None:
        self.now = time.time() if now is None else now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass for everything that ages: Max-Age, cookies, caches."""
        if seconds < 0:
            raise ValueError(f"time does not run backwards: advance({seconds})")
        self.now += seconds

    def __repr__(self) -> str:
        return f"<SteppedClock {self.now:.0f}>"
