"""`matrix`: what pages of several origins may do with a URL, as a table that a test can keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, cast

from ..browser.browser import Browser
from ..browser.clock import SteppedClock
from ..errors import UsageError
from ..fetch.pairs import header_pairs
from ..fetch.response import SAFELISTED_RESPONSE_HEADERS
from ..fetch.trace import PreflightStored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.table import Table

    from ..browser.argument_types import Credentials
    from ..browser.outcome import Outcome
    from ..fetch.pairs import HeadersInit
    from ..fetch.profile import BrowserProfile
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse

API = "https://api.example/"
"""Where an app is asked when no URL is given."""

_COLUMNS = ("origin", "credentials", "headers", "method", "verdict", "script sees")


@dataclass(frozen=True, slots=True, eq=False)
class MatrixRow:
    """One fetch of the table: who asked for what, and the outcome. `headers` are the names that were set."""

    origin: str
    method: str
    headers: tuple[str, ...]
    credentials: str
    outcome: Outcome

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        return self.origin, self.method, self.headers, self.credentials

    def to_dict(self) -> dict[str, Any]:
        """The facts that a policy decides. `exposed`: header names that script sees beyond the safelisted."""
        outcome = self.outcome
        stored = [event.max_age for event in outcome.trace if isinstance(event, PreflightStored)]
        seen = [] if outcome.response is None else [name for name, _ in outcome.response.headers]
        return {
            "origin": self.origin,
            "method": self.method,
            "headers": list(self.headers),
            "credentials": self.credentials,
            "verdict": str(outcome.verdict),
            "reason": None if outcome.reason is None else str(outcome.reason),
            "status": None if outcome.response is None else outcome.response.status,
            "exposed": [name for name in seen if name not in SAFELISTED_RESPONSE_HEADERS],
            "sent": [exchange.request.method for exchange in outcome.exchanges],
            "max_age": stored[0] if stored else None,
        }


class Matrix:
    """The outcomes of every combination. Equal to another, or to a `to_dict()` of one, where the facts are.

    Prints as a table, under rich in colours.
    """

    def __init__(self, url: str, profile: str, rows: Iterable[MatrixRow]) -> None:
        self.url = url
        self.profile = profile
        self.rows = tuple(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[MatrixRow]:
        return iter(self.rows)

    def row(
        self, origin: str, method: str = "GET", headers: Iterable[str] = (), credentials: str | None = None
    ) -> MatrixRow:
        """The first row of that combination. Raises KeyError where none was asked for."""
        names = tuple(headers)
        for row in self.rows:
            if (row.origin, row.method, row.headers) == (origin, method, names) and credentials in (
                None,
                row.credentials,
            ):
                return row
        raise KeyError((origin, method, names, credentials))

    def to_dict(self) -> dict[str, Any]:
        """The facts as JSON has them, for snapshots. The URL is not among them: a policy may move."""
        return {"profile": self.profile, "rows": [row.to_dict() for row in self.rows]}

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Matrix):
            return self.to_dict() == other.to_dict()
        return self.to_dict() == other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def diff(self, before: Matrix | Mapping[str, Any]) -> list[str]:
        """What changed since `before`, a line each; empty where nothing did."""
        old = before.to_dict() if isinstance(before, Matrix) else before
        return _differences(old, self.to_dict())

    def __str__(self) -> str:
        return "\n".join((f"{self.url} ({self.profile})", *_text_table([_COLUMNS, *map(_cells, self.rows)])))

    def __repr__(self) -> str:
        readable = sum(row.outcome.allowed for row in self.rows)
        return f"<Matrix {self.url} {self.profile}: {readable} of {len(self.rows)} readable>"

    def __rich__(self) -> Table:
        from rich.table import Column, Table
        from rich.text import Text

        columns = [Column(name, overflow="fold") for name in _COLUMNS]
        table = Table(*columns, title=Text(f"{self.url} ({self.profile})"))
        for row in self.rows:
            style = "green" if row.outcome.allowed else "red"
            # Text, never markup: what a server wrote in brackets stays in brackets.
            cells = zip(_COLUMNS, _cells(row), strict=True)
            table.add_row(*(Text(cell, style if name == "verdict" else "") for name, cell in cells))
        return table


def matrix(
    target: Any,
    *,
    origins: Iterable[str],
    methods: Iterable[str] = ("GET",),
    headers: Iterable[HeadersInit | str] = ((),),
    credentials: Iterable[str] = ("same-origin",),
    url: str | None = None,
    profile: str | BrowserProfile = "standard",
) -> Matrix:
    """Fetch `url` from a page of each origin, in every combination, each with a browser that remembers nothing.

    `target` is an app (then `url` defaults to https://api.example/), anything else that a Browser can mount, a Browser
    (its network is used, not its memory), or a URL on the live network. `origins` may hold "null": a sandboxed page.
    Each of `headers` is a set of headers (a mapping, pairs, or one name). Every request is really sent.
    """
    if isinstance(target, str):
        if url is not None:
            raise UsageError(f"matrix({target!r}) asks the live network; url= is for apps")
        target, url = None, target
    elif url is None:
        url = API
    network = _Network(target if isinstance(target, Browser) else Browser(target))
    origins, methods = _several("origins", origins), _several("methods", methods)
    try:
        rows = [
            _row(network, url, profile, origin, method, _header_pairs(fields), each)
            for origin, each, fields, method in product(
                origins, _several("credentials", credentials), list(headers), methods
            )
        ]
    finally:
        if network.browser is not target:
            network.browser.close()
    return Matrix(url, profile if isinstance(profile, str) else profile.name, rows)


class _Network:
    """What a browser reaches, for other browsers to reach."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        return self.browser.send(request)


def _row(
    network: _Network,
    url: str,
    profile: str | BrowserProfile,
    origin: str,
    method: str,
    headers: list[tuple[str, str]],
    credentials: str,
) -> MatrixRow:
    with Browser(network, profile=profile, clock=SteppedClock()) as browser:
        sandboxed = origin == "null"
        page = browser.page("https://sandboxed.example/" if sandboxed else origin, sandboxed=sandboxed)
        outcome = page.fetch(url, method=method, headers=headers, credentials=cast("Credentials", credentials))
    return MatrixRow(origin, method, tuple(name for name, _ in headers), credentials, outcome)


def _several(name: str, given: Iterable[str]) -> list[str]:
    if isinstance(given, str):
        raise UsageError(f"{name} is {given!r}; give a list of them")
    return list(given)


def _header_pairs(headers: HeadersInit | str) -> list[tuple[str, str]]:
    if isinstance(headers, str):
        return [(headers, "application/json" if headers.lower() == "content-type" else "1")]
    return header_pairs(headers)


def _cells(row: MatrixRow) -> tuple[str, ...]:
    facts = row.to_dict()
    verdict = facts["verdict"] + (f": {facts['reason']}" if facts["reason"] else "")
    sees = " ".join(map(str, filter(None, (facts["status"], *facts["exposed"]))))
    return row.origin, row.credentials, ", ".join(row.headers), row.method, verdict, sees


def _text_table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def comparison(left: object, right: object) -> list[str] | None:
    """What pytest prints where two tables are not equal; the right one is taken for the older."""
    if not isinstance(left, Matrix | Mapping) or not isinstance(right, Matrix | Mapping):
        return None
    new = left.to_dict() if isinstance(left, Matrix) else left
    old = right.to_dict() if isinstance(right, Matrix) else right
    return ["the policy changed", *_differences(old, new)]


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    lines = []
    if old.get("profile") != new.get("profile"):
        lines.append(f"profile: {new.get('profile')}, was {old.get('profile')}")
    before, after = _by_key(old), _by_key(new)
    for key in dict.fromkeys((*before, *after)):
        if key not in after:
            lines.append(f"{key}: no longer asked")
        elif key not in before:
            lines.append(f"{key}: not asked before")
        else:
            changed = [
                f"{name} {after[key].get(name)!r}, was {before[key].get(name)!r}"
                for name in dict.fromkeys((*before[key], *after[key]))
                if before[key].get(name) != after[key].get(name)
            ]
            lines += [f"{key}: {'; '.join(changed)}"] if changed else []
    return lines


def _by_key(facts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {_named(row): row for row in facts.get("rows", ())}


def _named(row: Mapping[str, Any]) -> str:
    headers = f" with {', '.join(row['headers'])}" if row["headers"] else ""
    return f"{row['method']} from {row['origin']}{headers}, credentials {row['credentials']}"
