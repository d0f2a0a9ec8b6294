"""Headers that a place of a configuration sets, some for some requests alone, as grants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from ...patterns import lazy_pattern
from ...records import record, replace
from .model import REFLECTED, Grant, refuse_too_many
from .written_headers import grant_of_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import On

Action = Literal["set", "add", "default", "remove"]


@record(frozen=True)
class For:
    """The requests that a place counts for: preflights or others, of origins that match an expression or match none."""

    on: On = "all"
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()

    def and_(self, other: For) -> For | None:
        """Those of both; None where there are none."""
        if "all" not in (self.on, other.on) and self.on != other.on:
            return None
        both = self.only_for and other.only_for
        common = tuple(each for each in self.only_for if each in other.only_for)
        return For(
            other.on if self.on == "all" else self.on,
            (common or other.only_for) if both else self.only_for or other.only_for,
            tuple(dict.fromkeys((*self.not_for, *other.not_for))),
        )

    def others(self) -> For | None:
        """Those that it does not count for, and more where it is for preflights of some; None where it is for all."""
        of_origins = bool(self.only_for or self.not_for)
        if of_origins and self.on == "all":
            return For("all", self.not_for, self.only_for)
        if of_origins:
            return For()
        return None if self.on == "all" else For("requests" if self.on == "preflights" else "preflights")


@record(frozen=True)
class HeaderRow:
    """One line that sets a header, or takes it away. Rows of two tables do not see each other, and both are sent."""

    action: Action
    name: str
    value: str = ""
    counts_for: For = For()
    table: str = ""


def grants_of(where: str, rows: Sequence[HeaderRow]) -> tuple[Grant, ...]:
    """What the rows send in their order: a grant for each kind of request that they tell apart. Raises `UsageError`
    where there are too many."""
    told = dict.fromkeys(row.counts_for.only_for or row.counts_for.not_for for row in rows)
    conditions = sorted((each for each in told if each), key=len)
    refuse_too_many(len(conditions), len(rows))
    on: tuple[On, ...] = ("preflights", "requests") if any(row.counts_for.on != "all" for row in rows) else ("all",)
    grants = []
    for number, condition in enumerate((*conditions, ())):
        before = tuple(pattern for each in conditions[:number] for pattern in each)
        for each in on:
            sent = _sent([row for row in rows if _counts(row.counts_for, each, condition)])
            if sent:
                grant = grant_of_headers(where, sent, on=each)
                grants.append(replace(_of_origins(grant, condition), only_for=condition, not_for=before))
    return tuple(grants)


def _counts(of: For, on: On, condition: tuple[str, ...]) -> bool:
    """Whether a row counts for the origins that match a condition, or for those that match none."""
    if of.on not in ("all", on):
        return False
    if of.only_for and not (condition and set(condition) <= set(of.only_for)):
        return False
    return not (of.not_for and set(condition) & set(of.not_for))


def _sent(rows: Sequence[HeaderRow]) -> list[tuple[str, str]]:
    """The CORS headers of one answer."""
    tables: dict[str, dict[str, list[tuple[str, str]]]] = {row.table: {} for row in rows}
    for row in rows:
        by_name, name = tables[row.table], row.name.lower()
        if row.action == "default" and name in by_name:
            continue
        if row.action in ("set", "remove"):
            by_name.pop(name, None)
        if row.action != "remove":
            by_name.setdefault(name, []).append((row.name, row.value))
    return [
        pair
        for by_name in tables.values()
        for name, pairs in by_name.items()
        if name.startswith("access-control-")
        for pair in pairs
    ]


def _of_origins(grant: Grant, condition: tuple[str, ...]) -> Grant:
    """Origins that are reflected for some alone are those by name."""
    if grant.origins != (REFLECTED,) or not condition:
        return grant
    patterns = tuple(each for each in condition if not literals(each))
    return replace(grant, origins=tuple(name for each in condition for name in literals(each)), patterns=patterns)


def expression_of(text: str) -> str:
    """The expression that matches a text with `*` in it, and nothing else."""
    return "^" + ".*".join(re.escape(part) for part in text.split("*")) + "$"


def literals(expression: str) -> tuple[str, ...]:
    """The texts that an expression lists; () where it matches others too."""
    found = _LISTED.fullmatch(expression)
    if found is None:
        return ()
    texts = (found[1] if found[1] is not None else found[2]).split("|")
    return tuple(re.sub(r"\\(.)", r"\1", text) for text in texts)


_PLAIN: Final = r"(?:[^\\.^$*+?()\[\]{}|]|\\[^A-Za-z0-9|])+"
_LISTED: Final = lazy_pattern(rf"\^(?:({_PLAIN})|\((?:\?:)?({_PLAIN}(?:\|{_PLAIN})*)\))\$")
