"""What conditions that are not known decide: the snippet is read once more for each way that it may go on.

Where the ways differ in a request, that is a guess, and says in what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from ....fetch.pairs import header_pairs
from ....fetch.rules.requests import SafelistRules
from ....fetch.safelists import is_cors_safelisted_request_header
from ..reading import Guess
from .calls import reading_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..reading import Reading
    from .calls import Call
    from .evaluator_parts import Choice

_MOST = 12
_MOST_STEPS = 60_000
_BY_THE_TEXT = SafelistRules()

Sites = dict[int, list["Call"]]
"""The calls by the place in the text where they are made."""


def weigh(
    calls: list[Call],
    choices: Mapping[int, Choice],
    again: Callable[[Mapping[int, int]], tuple[list[Call], int]],
    spent: int,
) -> list[Call]:
    """The calls, with what is not known of them said. Where a choice decides something, its first way is read.

    `again` reads the snippet with some choices decided: its calls, and how many expressions were read; `spent` is how
    many that were at first.
    """
    deciding: dict[int, int] = {}
    guesses: list[tuple[int, Guess]] = []
    left = _MOST_STEPS
    for number, (place, choice) in enumerate(choices.items()):
        if number >= _MOST or left < spent * choice.options:
            what = " ".join(choice.condition.split())[:60]
            guesses += [(site, Guess(what, "not known", "guess", _NOT_WEIGHED)) for site in _sites(calls)]
            break
        ways = []
        for way in range(choice.options):
            made, steps = again({place: way})
            left -= steps
            ways.append(_sites(made))
        for site, differs in _differing(ways):
            deciding[place] = 0
            guesses.append((site, _guess(choice, differs)))
    if deciding:
        calls = _substituted(calls, _sites(again(deciding)[0]))
    for site, guess in guesses:
        for call in calls:
            if call.at == site and guess not in call.guesses:
                call.guesses.append(guess)
    return calls


_NOT_WEIGHED = "not in the text, and too much hangs on such conditions here to weigh each; paste the call alone"


def _sites(calls: list[Call]) -> Sites:
    sites: Sites = {}
    for call in calls:
        sites.setdefault(call.at, []).append(call)
    return sites


def _differing(ways: list[Sites]) -> list[tuple[int, str]]:
    """The places whose requests are not the same on all the ways that make them, and in what."""
    found: dict[int, str] = {}
    for number, first in enumerate(ways):
        for other in ways[number + 1 :]:
            for site in first.keys() & other.keys() - found.keys():
                for one, two in zip(first[site], other[site], strict=False):
                    if differs := difference(one, two):
                        found[site] = differs
                        break
    return list(found.items())


def difference(one: Call, two: Call) -> str:
    """In what two requests differ that browsers and servers look at, "" for nothing."""
    first, second = reading_of([one]), reading_of([two])
    parts = [
        {"url": "the URL"}.get(what, f"the {what}")
        for what in ("url", "method", "mode", "credentials")
        if getattr(first, what) != getattr(second, what)
    ]
    headers, others = _headers(first), _headers(second)
    names = [name for name in {**headers, **others} if headers.get(name) != others.get(name)]
    parts += [f"the header {name}" for name in names[:3]]
    return ", ".join(parts)


def _headers(reading: Reading) -> dict[str, str]:
    """The names, with the values that decide something; a body's own type among them."""
    given = getattr(reading.step, "headers", UNSET)
    pairs = [] if given is UNSET else header_pairs(given)
    headers = {}
    for name, value in pairs:
        is_safe = is_cors_safelisted_request_header(name, value, _BY_THE_TEXT)
        headers[name.lower()] = "safelisted" if is_safe else "not safelisted"
    return headers


def _guess(choice: Choice, differs: str) -> Guess:
    what = " ".join(choice.condition.split()).removeprefix("(").removesuffix(")")[:60]
    if choice.options > 2:
        return Guess(what, "the first case", "guess", f"not in the text; it decides {differs}")
    if what == "try":
        return Guess("an error", "none is thrown", "guess", f"what is done after one decides {differs}")
    return Guess(what, "true", "guess", f"not in the text; read as if it held: it decides {differs}")


def _substituted(calls: list[Call], decided: Sites) -> list[Call]:
    """The calls as they are where the first way is taken; those that it does not make stay."""
    counts = {site: len(found) for site, found in _sites(calls).items()}
    taken = dict.fromkeys(counts, 0)
    result = []
    for call in calls:
        instead = decided.get(call.at, [])
        number, taken[call.at] = taken[call.at], taken[call.at] + 1
        result.append(instead[number] if len(instead) == counts[call.at] else call)
    return result
