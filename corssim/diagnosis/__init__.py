"""What a block means, whose fault it is, and what to change: fixes proven by replay, and what only looks like CORS."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fixes.changes import RequestChange, RequestChangeKind, SetHeader, SetStatus, Where
    from .fixes.fix import Fix, NoFix
    from .fixes.search import fix
    from .signs.recognise import symptoms
    from .signs.symptom import Symptom, SymptomCode

_HOMES = {
    "Fix": ".fixes.fix",
    "NoFix": ".fixes.fix",
    "RequestChange": ".fixes.changes",
    "RequestChangeKind": ".fixes.changes",
    "SetHeader": ".fixes.changes",
    "SetStatus": ".fixes.changes",
    "Symptom": ".signs.symptom",
    "SymptomCode": ".signs.symptom",
    "Where": ".fixes.changes",
    "fix": ".fixes.search",
    "symptoms": ".signs.recognise",
}

__all__ = [
    "Fix",
    "NoFix",
    "RequestChange",
    "RequestChangeKind",
    "SetHeader",
    "SetStatus",
    "Symptom",
    "SymptomCode",
    "Where",
    "fix",
    "symptoms",
]


def __getattr__(name: str) -> Any:
    # Imported when first asked for: the explanations beside them need no engine.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
