"""Challenges of WWW-Authenticate. https://httpwg.org/specs/rfc9110.html#challenge.and.response"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..patterns import lazy_pattern
from ..records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_SCHEME = lazy_pattern(rf"[ \t,]*({_TOKEN})(?![ \t]*=)[ \t]*")
_PARAMETER = lazy_pattern(rf'[ \t,]*({_TOKEN})[ \t]*=(?!=)[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^",]*))', re.DOTALL)
_QUOTED_PAIR = lazy_pattern(r"\\(.)", re.DOTALL)


class Challenge(NamedTuple):
    """What a server asks for. `scheme` and the names of `parameters` are lower case."""

    scheme: str
    parameters: Mapping[str, str]

    @property
    def realm(self) -> str:
        """The protection space's name, "" where there is none."""
        return self.parameters.get("realm", "")


def parse_challenges(values: Iterable[str], *, one_a_line: bool) -> Iterator[Challenge]:
    """The challenges of the header's lines, in their order.

    With `one_a_line` what follows the first of a line is taken for parameters of it: without `=`, they spoil the line.
    The last of those that are given twice counts.
    """
    for value in values:
        if not one_a_line:
            yield from _challenges_of(value)
            continue
        challenges = list(_challenges_of(value))
        if all(challenge.parameters for challenge in challenges[1:]):
            parameters = dict(challenges[0].parameters) if challenges else {}
            for other in challenges[1:]:  # its first parameter's name has a blank in it, then
                parameters |= dict(list(other.parameters.items())[1:])
            yield from (first._replace(parameters=parameters) for first in challenges[:1])


def _challenges_of(value: str) -> Iterator[Challenge]:
    at = 0
    while (scheme := _SCHEME.match(value, at)) is not None:
        at = scheme.end()
        parameters: dict[str, str] = {}
        while (found := _PARAMETER.match(value, at)) is not None:
            name, quoted, plain = found.groups()
            given = plain.strip(" \t") if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted)
            parameters.setdefault(name.lower(), given)
            at = found.end()
        yield Challenge(scheme[1].lower(), parameters)
        comma = value.find(",", at)  # what is no parameter, such as a token68, is passed over
        at = len(value) if comma == -1 else comma
