"""Where the recorded browsers leave the standard, rule by rule: what `corssim browsers` tells."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from ..errors import UsageError
from ..fetch.browsers import recorded_browsers
from ..fetch.browsers.standard import STANDARD
from ..fetch.profile import BrowserProfile
from ..fetch.rules import Rules
from .table import DEVIATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence


class Difference(NamedTuple):
    """One rule in which at least one browser leaves the text.

    `browsers` holds what those do that leave it, by their names. `cases` are recorded cases that show it.
    """

    rule: str
    about: str
    by_text: str
    browsers: dict[str, str]
    cases: tuple[str, ...]

    @property
    def topic(self) -> str:
        """The set that the rule is in."""
        return self.rule.partition(".")[0]


def topics() -> dict[str, str]:
    """The sets of rules, each with what it is about."""
    sets = {name: default for name, default in BrowserProfile.by_the_text.items() if isinstance(default, Rules)}
    return {name: _about(rules) for name, rules in sets.items()}


def _about(rules: Rules) -> str:
    """The first sentence of a set's docstring, without its source."""
    return (type(rules).__doc__ or "").partition(". http")[0].partition("\n")[0].strip().rstrip(".")


def versions() -> dict[str, str]:
    """The version that each browser was recorded with."""
    return {name: profile.version for name, profile in recorded_browsers().items()}


def differences(topic: str | None = None) -> Sequence[Difference]:
    """All differences, or those of one set of rules. Raises `UsageError` for a topic that there is not."""
    if topic is not None and topic not in topics():
        near = get_close_matches(topic, topics(), n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"{topic!r} is no set of rules; {meant}there are {', '.join(topics())}")
    browsers = recorded_browsers()
    found = []
    for deviation in DEVIATIONS:
        if topic is not None and not deviation.rule.startswith(f"{topic}."):
            continue
        by_text = deviation.says(STANDARD)
        said = {name: deviation.says(profile) for name, profile in browsers.items()}
        leaving = {name: phrase for name, phrase in said.items() if phrase != by_text}
        if leaving:
            cases = tuple(filter(None, (deviation.case, *deviation.more_cases)))
            found.append(Difference(deviation.rule, deviation.about, by_text, leaving, cases))
    return found
