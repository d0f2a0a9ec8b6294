"""Recipes: the sequence of requests that a client of a known kind makes from a page, as steps of scenarios."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ..errors import UsageError
from .model import STEPS

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..browser.outcome import Outcome
    from .model import AnyStep

ALSO_CALLED: Final = {
    "opentelemetry": "otel",
    "otlp": "otel",
    "traceparent": "otel-tracing",
    "swagger": "swagger-ui",
    "openapi": "swagger-ui",
    "s3": "s3-upload",
    "grpc": "grpc-web",
    "apollo": "graphql",
    "eventsource": "sse",
}
"""What people call the same client."""


class Read(msgspec.Struct, frozen=True, rename={"needed_for": "for"}, forbid_unknown_fields=True):
    """A header of the answer that the client has to read, what it needs it for, and where that is written.

    `sent_back`: later requests have it with the value that came, and not where the server gives none.
    """

    header: str
    needed_for: list[str]
    source: str
    sent_back: bool = False


@dataclass(frozen=True, slots=True)
class RecipeStep:
    """One request of a client, what the client can do where it goes through, and the source of each of its headers.

    With `only_with` it is made where the server gives a header of that name to send back.
    """

    can: str
    step: AnyStep
    sources: dict[str, str]
    reads: tuple[Read, ...]
    only_with: str = ""

    def has(self, headers: Collection[str]) -> frozenset[str]:
        """Those of these headers that the request is made with."""
        own = getattr(self.step, "headers", msgspec.UNSET)
        return frozenset(name for name in headers if isinstance(own, dict) and name in own)

    def without(self, headers: Collection[str]) -> AnyStep:
        """The request as it is where the server gave no such headers to send back."""
        own = getattr(self.step, "headers", msgspec.UNSET)
        if not headers or not isinstance(own, dict):
            return self.step
        kept: Any = {name: value for name, value in own.items() if name not in headers}
        changed: AnyStep = msgspec.structs.replace(self.step, headers=kept)
        return changed


@dataclass(frozen=True, slots=True)
class Recipe:
    """A client's requests. `client` reads before "can"."""

    name: str
    title: str
    client: str
    source: str
    steps: tuple[RecipeStep, ...]


@cache
def recipe_names() -> tuple[str, ...]:
    """The recipes that there are."""
    folder = files(__package__.partition(".")[0]) / "recipes"
    return tuple(sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")))


def recipe_for(name: str, url: str) -> Recipe:
    """A client's requests to a URL. Raises UsageError for a client that no recipe is of."""
    typed = name.strip().lower().replace("_", "-").replace(" ", "-")
    found = ALSO_CALLED.get(typed, typed)
    if found not in recipe_names():
        from difflib import get_close_matches

        near = get_close_matches(typed, (*recipe_names(), *ALSO_CALLED), n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(recipe_names())}"
        raise UsageError(f"--as: no client is known as {name!r}; {hint}")
    text = (files(__package__.partition(".")[0]) / "recipes" / f"{found}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Recipe(
        name=found,
        title=data["title"],
        client=data["client"],
        source=data["source"],
        steps=tuple(_step(dict(each), data["source"], url) for each in data["step"]),
    )


def _step(table: dict[str, Any], source: str, url: str) -> RecipeStep:
    can, only_with = table.pop("can"), table.pop("only_with", "")
    sources = {name: _whole(place, source) for name, place in table.pop("sources", {}).items()}
    reads = tuple(
        msgspec.structs.replace(read, source=_whole(read.source, source))
        for read in msgspec.convert(table.pop("reads", []), list[Read])
    )
    action = next(name for name in STEPS if name in table)
    path, query, rest = url.partition("?")
    table[action] = table[action].replace("{url}", url).replace("{base}", path.rstrip("/")) + (
        query + rest if "{base}" in table[action] else ""
    )
    step: AnyStep = msgspec.convert(table, STEPS[action])
    return RecipeStep(can, step, sources, reads, only_with)


def _whole(place: str, source: str) -> str:
    """A source of a header: an anchor is of the recipe's own."""
    return place if "://" in place else source + place


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What came of one request. `unknown` says why it is not known whether it goes through ("": it is known).

    `not_given` are the headers to send back that a real server's answer turned out not to have.
    """

    step: RecipeStep
    outcome: Outcome
    unknown: str = ""
    not_given: frozenset[str] = frozenset()

    @property
    def goes_through(self) -> bool | None:
        return None if self.unknown else self.outcome.allowed

    @property
    def hidden(self) -> tuple[Read, ...]:
        """The headers that the client has to read and that script does not see, where the answer came."""
        response = self.outcome.response
        if not self.outcome.allowed or self.unknown or response is None:
            return ()
        return tuple(
            read
            for read in self.step.reads
            if read.header not in self.not_given and not _is_exposed(read.header, self.outcome)
        )


def not_given(step: RecipeStep, outcome: Outcome) -> frozenset[str]:
    """The headers to send back that an answer has not. An answer that is no success does not tell."""
    response = outcome.response
    if not outcome.allowed or response is None or not response.ok:
        return frozenset()
    answers = [exchange.response for exchange in outcome.exchanges if exchange.response is not None]
    given = {name.lower() for name, _ in answers[-1].headers} if answers else set()
    return frozenset(read.header for read in step.reads if read.sent_back and read.header.lower() not in given)


def _is_exposed(name: str, outcome: Outcome) -> bool:
    """Whether script would see a header of this name on an answer with these CORS headers."""
    from ..fetch.header_list import extract_token_list

    request = outcome.request
    if request is None or request.response_tainting != "cors":
        return True
    answers = [exchange.response for exchange in outcome.exchanges if exchange.response is not None]
    listed = extract_token_list(answers[-1].headers, "Access-Control-Expose-Headers") if answers else None
    names = [each.lower() for each in listed] if isinstance(listed, list | tuple) else []
    if "*" in names and request.credentials_mode != "include":
        return True
    return name.lower() in names or name.lower() in _SAFELISTED


_SAFELISTED: Final = frozenset(
    {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"}
)


@dataclass(frozen=True, slots=True)
class ClientVerdict:
    """What a client can do and cannot, each with why not; `unknown` is what is not known, with what would tell it."""

    can: tuple[str, ...]
    cannot: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]

    def sentence(self, client: str) -> str:
        """One sentence: what it can, cannot, and what is not known."""
        parts = [f"can: {', '.join(self.can)}"] if self.can else []
        if self.cannot:
            parts.append("cannot: " + "; ".join(f"{what}, because {why}" for what, why in self.cannot))
        if self.unknown:
            parts.append("not known: " + "; ".join(f"{what}, because {why}" for what, why in self.unknown))
        return f"{client} {'; '.join(parts)}."


def verdict_of(outcomes: list[StepOutcome]) -> ClientVerdict:
    """What a client's requests come to: a thing can be done if its request goes through and all that it needs is "
    "read."""
    cannot: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for each in outcomes:
        if each.goes_through is False:
            cannot[each.step.can] = why(each.outcome)
        elif each.unknown:
            unknown[each.step.can] = each.unknown
    for each in outcomes:
        for read in each.hidden:
            for what in read.needed_for:
                hidden = f"{read.header} is not exposed"
                cannot[what] = f"{cannot[what]} and {hidden}" if what in cannot else hidden
    can = [each.step.can for each in outcomes if each.step.can not in cannot and each.step.can not in unknown]
    return ClientVerdict(
        tuple(can),
        tuple(cannot.items()),
        tuple((what, reason) for what, reason in unknown.items() if what not in cannot),
    )


def why(outcome: Outcome) -> str:
    """Why a request does not go through, in a few words."""
    blocked = outcome.blocked
    if blocked is None:
        return str(outcome.reason or outcome.verdict)
    what = f"{blocked.subject} is not allowed " if blocked.subject else ""
    return f"{what}[{blocked.reason.value}]"
