"""The function: recorded exchanges in, what becomes of them out. It reads no file, no clock and no network."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from ..origin import url_origin
from ..url import parse_url
from .recorded import requests_of
from .rows import sessions_of
from .session import results_of
from .sharing import kinds_of
from .tables import RESULTS, conformed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..fetch.profile import BrowserProfile
    from .change import Change
    from .recorded import Recorded
    from .session import Result
    from .sharing import Kind

PROFILES = ("chromium", "firefox", "webkit")
"""The browsers that are asked where nobody says which."""


def replay(table: pa.Table, change: Change, profiles: Iterable[str | BrowserProfile] = PROFILES) -> pa.Table:
    """What becomes of recorded exchanges under a change: a row a request and browser, by session, `seq` and browser.

    `table` has the columns of `EXCHANGES` (those that it lacks are taken as not told), `profiles` are names of browsers
    or `BrowserProfile`s; the result has those of `RESULTS`. Sessions are independent of each other, and each is gone
    through in order by a new browser: so tables may be cut between sessions, and nothing else comes out.
    Raises `UsageError` for a browser that there is not, `pa.ArrowInvalid` for columns of another kind.
    """
    browsers = list(profiles)
    known = _known_under(msgspec.json.encode(change.table))
    told: list[tuple[Any, ...]] = []
    for session_id, rows in sessions_of(conformed(table)):
        requests = requests_of(rows)
        kinds = kinds_of(requests, change)
        by_browser = [
            (_name(profile), results_of(requests, change, profile, kinds, known.setdefault(profile, {})))
            for profile in browsers
        ]
        for at, recorded in enumerate(requests):
            call, seq = recorded.call, recorded.row.seq
            tail = (*_ends(recorded), call.method, call.credentials, call.unsafe_headers, recorded.row.source)
            told += [(session_id, seq, name, *results[at], *tail) for name, results in by_browser]
    columns = zip(*told, strict=True) if told else [()] * len(RESULTS)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, RESULTS, strict=True)]
    return pa.table(arrays, schema=RESULTS)


@lru_cache(maxsize=4)
def _known_under(change: bytes) -> dict[str | BrowserProfile, dict[Kind, Result]]:
    """What came of kinds of requests under a change, by browser: worked out once in a process."""
    return {}


def _name(profile: str | BrowserProfile) -> str:
    return profile if isinstance(profile, str) else profile.name


def _ends(recorded: Recorded) -> tuple[str | None, str]:
    """The origins of the page and of the server."""
    table = recorded.call.page
    page = None if table is None else "null" if table.sandboxed else _origin(table.url)
    return page, _origin(recorded.server or recorded.row.url)


@lru_cache(maxsize=4096)
def _origin(url: str) -> str:
    parsed = parse_url(url)
    return "" if parsed is None else url_origin(parsed).serialized
