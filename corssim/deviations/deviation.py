"""One place where a browser may leave the standard, and the phrases that its values are told in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..fetch.profile import BrowserProfile


@dataclass(frozen=True, slots=True)
class Deviation:
    """One rule of `BrowserProfile`, by its path: what it is about, and what each value means.

    `case` is a recorded case that shows it, "" for a setting and for what only a browser of the past did; more of them
    show other sides of it.
    """

    rule: str
    about: str
    means: Mapping[Any, str] | Callable[[Any], str]
    case: str = ""
    more_cases: tuple[str, ...] = ()

    def says(self, profile: BrowserProfile) -> str:
        """What happens under this profile, as a phrase."""
        value = profile.rule(self.rule)
        return self.means(value) if callable(self.means) else self.means[value]


def yes_no(yes: str, no: str) -> Mapping[Any, str]:
    """The phrases of a switch."""
    return {True: yes, False: no}


def names(value: frozenset[str]) -> str:
    """Names in code, in order."""
    return ", ".join(f"`{name}`" for name in sorted(value)) or "none"


def statuses(value: frozenset[int] | None) -> str:
    """Status codes in order; None is any."""
    return "any" if value is None else ", ".join(str(status) for status in sorted(value)) or "none"


def code(value: str) -> str:
    """The value as code."""
    return f"`{value}`"


def seconds(value: float) -> str:
    """A lifetime; 0 is none."""
    return f"{value:g} s" if value else "not cached"
