"""What a block means, whose fault it is, and what to change: fixes proven by replay, and what only looks like CORS."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .changes import RequestChange, RequestChangeKind, SetHeader, SetStatus, Where
    from .fixes import Fix, NoFix
    from .fixing import fix
    from .recognising import symptoms
    from .symptom import Symptom, SymptomCode

_HOMES = {
    "Fix": ".fixes",
    "NoFix": ".fixes",
    "RequestChange": ".changes",
    "RequestChangeKind": ".changes",
    "SetHeader": ".changes",
    "SetStatus": ".changes",
    "Symptom": ".symptom",
    "SymptomCode": ".symptom",
    "Where": ".changes",
    "fix": ".fixing",
    "symptoms": ".recognising",
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
