"""What a server's answers show of its CORS policy."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .look_alikes import LookAlikeKind


class AnyOrigin(StrEnum):
    """How a server allows origins that it does not know."""

    NO = "no"
    WILDCARD = "wildcard"
    REFLECTED = "reflected"


@dataclass(frozen=True, slots=True)
class AllowedLookAlike:
    """A look-alike that was allowed. `of` is the origin it resembles; "" for one that resembles none."""

    kind: LookAlikeKind
    origin: str
    of: str
    credentials: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredPolicy:
    """A policy as the answers to `requests` requests show it; what was not asked is not in it.

    `origins` and `refused_origins` are of those asked for. `methods` and `headers` are the names that a preflight
    may ask for, `"*"` where the answer says so; `any_method` and `any_header`: an invented one is allowed, too.
    `max_age` is the header's value, `exposed` that of Expose-Headers. `odd_origins` are values of Allow-Origin that
    match no origin asked with. `varies` says whether Vary has Origin, None where nothing depends on it. `failure`
    is what the network did to the first request, `left_out` what the bound on requests left unasked, `unanswered` how
    many later requests the network failed. `statuses` are the methods and statuses of the answers, each pair once.
    """

    url: str
    requests: int = 0
    any_origin: AnyOrigin = AnyOrigin.NO
    origins: tuple[str, ...] = ()
    refused_origins: tuple[str, ...] = ()
    null: bool = False
    null_credentials: bool = False
    look_alikes: tuple[AllowedLookAlike, ...] = ()
    credentials: bool = False
    credentials_beside_wildcard: bool = False
    methods: tuple[str, ...] = ()
    any_method: bool = False
    headers: tuple[str, ...] = ()
    any_header: bool = False
    exposed: tuple[str, ...] = ()
    max_age: str | None = None
    varies: bool | None = None
    odd_origins: tuple[str, ...] = ()
    by_preflight_alone: bool = False
    failure: str = ""
    left_out: tuple[str, ...] = ()
    statuses: tuple[tuple[str, int], ...] = ()
    unanswered: int = 0

    @property
    def undecided(self) -> str:
        """Why the answers do not tell what the policy is, in a sentence; "" where they do, or nothing answered."""
        if self.failure:
            return ""
        shown = sorted({status for _, status in self.statuses})
        if self.allows_nobody and not self.odd_origins:
            if shown and all(status in (401, 403, 407) for status in shown):
                return f"It answered nothing but {_listed(shown)}: a login is wanted. Give one with -H or --cookie."
            if shown and min(shown) >= 400:
                return (
                    f"It answered nothing but {_listed(shown)}: look at the URL, and at what it needs to be answered."
                )
            if shown and all(300 <= status <= 399 for status in shown):
                return f"It answered nothing but {_listed(shown)}: give the URL at the end of the redirects."
            return (
                "None of the origins asked for is allowed, and look-alikes are made of an allowed one. Name one with "
                "--origin."
            )
        if self.left_out:
            return f"{len(self.left_out)} of the questions were not asked, by the bound on requests."
        if self.unanswered:
            return f"{self.unanswered} of the requests got no answer."
        return ""

    @property
    def allows_nobody(self) -> bool:
        """Report whether no origin that was asked for is allowed."""
        return not (self.origins or self.null or self.any_origin is not AnyOrigin.NO or self.look_alikes)

    def to_dict(self) -> dict[str, Any]:
        """The policy as JSON has it, for snapshots."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def same_as(self, other: InferredPolicy) -> bool:
        """Report whether two servers show the same policy, wherever they are and however many requests it took."""
        return _compared(self) == _compared(other)

    def lines(self) -> list[tuple[str, str]]:
        """The policy told to a person: labels and values."""
        if self.failure:
            return [("failed", self.failure)]
        return [
            ("origins", self._origins()),
            ("null", _yes(self.null)),
            ("look-alikes", ", ".join(f"{each.origin} ({each.kind})" for each in self.look_alikes) or "none allowed"),
            ("credentials", _yes(self.credentials)),
            ("methods", _names(self.methods, any_name=self.any_method)),
            ("headers", _names(self.headers, any_name=self.any_header)),
            ("exposed", ", ".join(self.exposed) or "nothing beyond the safelisted"),
            ("statuses", ", ".join(f"{method} {status}" for method, status in self.statuses) or "none"),
            ("max-age", "not given" if self.max_age is None else self.max_age),
            ("vary", "not needed" if self.varies is None else f"Origin{'' if self.varies else ' is missing'}"),
        ]

    def _origins(self) -> str:
        if self.any_origin is AnyOrigin.WILDCARD:
            return "any (*)"
        if self.any_origin is AnyOrigin.REFLECTED:
            return "any (reflected)"
        return ", ".join(self.origins) or f"none of {', '.join(self.refused_origins)}"

    def __str__(self) -> str:
        told = [f"{self.url} ({self.requests} requests)"]
        told += [f"  {label:<12} {value}" for label, value in self.lines()]
        return "\n".join(told)


def _compared(policy: InferredPolicy) -> InferredPolicy:
    return replace(policy, url="", requests=0, statuses=(), unanswered=0)


def _listed(statuses: list[int]) -> str:
    *others, last = map(str, statuses)
    return f"{', '.join(others)} and {last}" if others else last


def _yes(value: bool) -> str:
    return "allowed" if value else "not allowed"


def _names(names: tuple[str, ...], *, any_name: bool) -> str:
    listed = ", ".join(names)
    if any_name:
        return f"any ({'*' if '*' in names else 'what is asked for is allowed'})"
    return listed or "the safelisted alone"
