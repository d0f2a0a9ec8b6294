"""Recorded traffic under another policy: which requests break. One pure function on Arrow tables, and what runs it.

Read `replaying` first (the function), then `session` (one browser that goes through one session, before and after) and
`change` (what is changed). `har_tables` makes tables of HAR files, `runs` replays much on one machine (`tasks` by
`workers`), `spark` and `ray` hand the same function to engines. Needs the extra `replay` (pyarrow, duckdb).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .change import Change, read_change
    from .replaying import replay
    from .tables import EXCHANGES, RESULTS

_HOMES = {
    "Change": ".change",
    "EXCHANGES": ".tables",
    "RESULTS": ".tables",
    "read_change": ".change",
    "replay": ".replaying",
}

__all__ = ["EXCHANGES", "RESULTS", "Change", "read_change", "replay"]


def __getattr__(name: str) -> Any:
    # Imported when first asked for: pyarrow takes its time, and is an extra.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
