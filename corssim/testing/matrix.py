"""`matrix`: what pages of several origins may do with a URL, as a table that a test can keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, cast

from ..browser.also_called import recorded_name
from ..browser.browser import Browser
from ..browser.clock import SteppedClock
from ..errors import UsageError
from ..fetch.browsers import BROWSERS, profile_named
from ..fetch.pairs import header_pairs
from ..fetch.profile import BrowserProfile
from ..fetch.response import SAFELISTED_RESPONSE_HEADERS
from ..fetch.trace import PreflightStored
from ..masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.table import Table

    from ..browser.argument_types import Credentials
    from ..browser.outcome import Outcome
    from ..fetch.pairs import HeadersInit
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse

API = "https://api.example/"
"""Where an app is asked when no URL is given."""

ALL_PROFILES = ("standard", *BROWSERS)
"""What `profile="all"` stands for."""

_ASKED = ("origin", "credentials", "headers", "method")
_CAME = ("verdict", "script sees")


@dataclass(frozen=True, slots=True, eq=False)
class MatrixRow:
    """One fetch of the table: who asked for what, in which browser, and the outcome.

    `headers` are the names that were set, `profile` is the browser's name.
    """

    origin: str
    method: str
    headers: tuple[str, ...]
    credentials: str
    outcome: Outcome
    profile: str = "standard"

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

    Prints as a table, under rich in colours: browsers in which a fetch comes out alike share a line. `profile` is the
    browser's name, or those of several, joined by commas.
    """

    def __init__(self, url: str, profile: str, rows: Iterable[MatrixRow]) -> None:
        self.url = url
        self.profile = profile
        self.rows = tuple(rows)
        self._has_several = len({row.profile for row in self.rows}) > 1

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[MatrixRow]:
        return iter(self.rows)

    def row(
        self,
        origin: str,
        method: str = "GET",
        headers: Iterable[str] = (),
        credentials: str | None = None,
        profile: str | None = None,
    ) -> MatrixRow:
        """The first row of that combination. Raises KeyError where none was asked for."""
        names = tuple(headers)
        browser = None if profile is None else recorded_name(profile)
        for row in self.rows:
            is_asked_for = (row.origin, row.method, row.headers) == (origin, method, names)
            if is_asked_for and credentials in (None, row.credentials) and browser in (None, row.profile):
                return row
        raise KeyError((origin, method, names, credentials, profile))

    def to_dict(self) -> dict[str, Any]:
        """The facts as JSON has them, for snapshots. The URL is not among them: a policy may move.

        Each row names its `profile` where there are several.
        """
        rows = [row.to_dict() | ({"profile": row.profile} if self._has_several else {}) for row in self.rows]
        return {"profile": self.profile, "rows": rows}

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
        lines = _text_table([self._columns, *(cells for cells, _ in self._lines())])
        return "\n".join((f"{mask_text(self.url)} ({self.profile})", *lines))

    def __repr__(self) -> str:
        readable = sum(row.outcome.allowed for row in self.rows)
        return f"<Matrix {mask_text(self.url)} {self.profile}: {readable} of {len(self.rows)} readable>"

    def __rich__(self) -> Table:
        from rich.table import Column, Table
        from rich.text import Text

        columns = [Column(name, overflow="fold") for name in self._columns]
        table = Table(*columns, title=Text(f"{mask_text(self.url)} ({self.profile})"))
        for cells, row in self._lines():
            style = "green" if row.outcome.allowed else "red"
            # Text, never markup: what a server wrote in brackets stays in brackets.
            named = zip(self._columns, cells, strict=True)
            table.add_row(*(Text(cell, style if name == "verdict" else "") for name, cell in named))
        return table

    @property
    def _columns(self) -> tuple[str, ...]:
        return (*_ASKED, *(("browser",) if self._has_several else ()), *_CAME)

    def _lines(self) -> Iterator[tuple[tuple[str, ...], MatrixRow]]:
        """The cells of each line, and a row that it tells: browsers in which a fetch comes out alike share it."""
        for rows in _of_one_fetch_each(self.rows):
            by_what_came: dict[tuple[str, ...], list[MatrixRow]] = {}
            for row in rows:
                by_what_came.setdefault(_what_came(row), []).append(row)
            for came, alike in by_what_came.items():
                names = "all" if len(alike) == len(rows) else ", ".join(row.profile for row in alike)
                yield (*_what_was_asked(alike[0]), *((names,) if self._has_several else ()), *came), alike[0]


def matrix(
    target: Any,
    *,
    origins: Iterable[str],
    methods: Iterable[str] = ("GET",),
    headers: Iterable[HeadersInit | str] = ((),),
    credentials: Iterable[str] = ("same-origin",),
    url: str | None = None,
    profile: str | BrowserProfile | Iterable[str | BrowserProfile] = "standard",
) -> Matrix:
    """Fetch `url` from a page of each origin, in every combination, each with a browser that remembers nothing.

    `target` is an app (then `url` defaults to https://api.example/), anything else that a Browser can mount, a Browser
    (its network is used, not its memory), or a URL on the live network. `origins` may hold "null": a sandboxed page.
    Each of `headers` is a set of headers (a mapping, pairs, or one name). `profile` is a browser, a list of them, or
    "all": the standard and each recorded browser. Every request is really sent, once for each browser.
    """
    if isinstance(target, str):
        if url is not None:
            raise UsageError(f"matrix({target!r}) asks the live network; url= is for apps")
        target, url = None, target
    elif url is None:
        url = API
    network = _Network(target if isinstance(target, Browser) else Browser(target))
    origins, methods = _several("origins", origins), _several("methods", methods)
    profiles = _profiles(profile)
    try:
        rows = [
            _row(network, url, name, profiles[name], origin, method, _header_pairs(fields), each)
            for origin, each, fields, method, name in product(
                origins, _several("credentials", credentials), list(headers), methods, profiles
            )
        ]
    finally:
        if network.browser is not target:
            network.browser.close()
    return Matrix(url, ", ".join(profiles), rows)


class _Network:
    """What a browser reaches, for other browsers to reach."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        return self.browser.send(request)


def _row(
    network: _Network,
    url: str,
    name: str,
    profile: BrowserProfile,
    origin: str,
    method: str,
    headers: list[tuple[str, str]],
    credentials: str,
) -> MatrixRow:
    with Browser(network, profile=profile, clock=SteppedClock()) as browser:
        sandboxed = origin == "null"
        page = browser.page("https://sandboxed.example/" if sandboxed else origin, sandboxed=sandboxed)
        outcome = page.fetch(url, method=method, headers=headers, credentials=cast("Credentials", credentials))
    return MatrixRow(origin, method, tuple(header for header, _ in headers), credentials, outcome, name)


def _profiles(given: str | BrowserProfile | Iterable[str | BrowserProfile]) -> dict[str, BrowserProfile]:
    """The browsers that are meant, by their names, in the order in which they were named."""
    each_given = [given] if isinstance(given, str | BrowserProfile) else list(given)
    profiles: dict[str, BrowserProfile] = {}
    for each in each_given:
        if isinstance(each, str):
            names = [name for part in each.split(",") for name in _names_meant(part)]
            profiles |= {name: profile_named(name) for name in names}
        elif profiles.setdefault(each.name, each) != each:
            raise UsageError(f"two of the profiles are called {each.name!r}: give one another name, by changed()")
    if not profiles:
        raise UsageError("profile is empty; give a browser, a list of them, or 'all'")
    return profiles


def _names_meant(given: str) -> tuple[str, ...]:
    name = recorded_name(given)
    return ALL_PROFILES if name == "all" else (name,)


def _several(name: str, given: Iterable[str]) -> list[str]:
    if isinstance(given, str):
        raise UsageError(f"{name} is {given!r}; give a list of them")
    return list(given)


def _header_pairs(headers: HeadersInit | str) -> list[tuple[str, str]]:
    if isinstance(headers, str):
        return [(headers, "application/json" if headers.lower() == "content-type" else "1")]
    return header_pairs(headers)


def _of_one_fetch_each(rows: Iterable[MatrixRow]) -> list[list[MatrixRow]]:
    """The rows that stand together for one fetch in several browsers."""
    groups: list[list[MatrixRow]] = []
    for row in rows:
        is_of_the_last = bool(groups) and groups[-1][0].key == row.key
        if is_of_the_last and row.profile not in [other.profile for other in groups[-1]]:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _what_was_asked(row: MatrixRow) -> tuple[str, ...]:
    return row.origin, row.credentials, ", ".join(row.headers), row.method


def _what_came(row: MatrixRow) -> tuple[str, ...]:
    facts = row.to_dict()
    verdict = facts["verdict"] + (f": {facts['reason']}" if facts["reason"] else "")
    sees = " ".join(map(str, filter(None, (facts["status"], *facts["exposed"]))))
    return verdict, sees


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
    browser = f", in {row['profile']}" if "profile" in row else ""
    return f"{row['method']} from {row['origin']}{headers}, credentials {row['credentials']}{browser}"
