"""What a block means, whose fault it is, and what to change: fixes proven by replay, and what only looks like CORS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..exported_names import exported_names

if TYPE_CHECKING:
    from .after_the_prompt import Following as Following, what_follows as what_follows
    from .fixes.changes import (
        RequestChange as RequestChange,
        RequestChangeKind as RequestChangeKind,
        SetHeader as SetHeader,
        SetStatus as SetStatus,
        Where as Where,
    )
    from .fixes.fix import Fix as Fix, NoFix as NoFix
    from .fixes.search import fix as fix
    from .signs.recognise import symptoms as symptoms
    from .signs.symptom import Symptom as Symptom, SymptomCode as SymptomCode

# Imported when first asked for: the explanations beside them need no engine.
__all__, __getattr__, __dir__ = exported_names(
    __name__,
    {
        ".after_the_prompt": ("Following", "what_follows"),
        ".fixes.changes": ("RequestChange", "RequestChangeKind", "SetHeader", "SetStatus", "Where"),
        ".fixes.fix": ("Fix", "NoFix"),
        ".fixes.search": ("fix",),
        ".signs.recognise": ("symptoms",),
        ".signs.symptom": ("Symptom", "SymptomCode"),
    },
)
