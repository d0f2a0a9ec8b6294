"""Recognising symptoms: what looks like CORS and is something else, named before the check that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .evidence import evidence_of
from .header_slips import HEADER_SLIPS
from .other_causes import SURROUNDINGS

if TYPE_CHECKING:
    from ...browser.outcome import Outcome
    from .symptom import Symptom


def symptoms(outcome: Outcome) -> list[Symptom]:
    """The symptoms of an outcome, the most telling first; none where nothing of the kind shows."""
    evidence = evidence_of(outcome)
    if evidence is None:
        return []
    found = [symptom for recognise in (*SURROUNDINGS, *HEADER_SLIPS) if (symptom := recognise(evidence)) is not None]
    return sorted(found, key=lambda symptom: symptom.order)
