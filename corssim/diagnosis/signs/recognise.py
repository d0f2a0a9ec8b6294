"""Recognising symptoms: what looks like CORS and is something else, named before the check that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .evidence import evidence_of
from .header_slips import HEADER_SLIPS
from .misspelled import MISSPELLED
from .other_causes import OTHER_CAUSES
from .page_headers import PAGE_HEADERS
from .preflight_answers import PREFLIGHT_ANSWERS
from .symptom import SymptomCode
from .whose_answer import WHOSE_ANSWER

if TYPE_CHECKING:
    from ...browser.outcome import Outcome
    from .symptom import Symptom

_S = SymptomCode
_OF_ANOTHERS_ANSWER = frozenset(
    {
        *(_S.GATEWAY_ANSWERED, _S.SERVER_FAILED, _S.SERVER_REFUSED, _S.HTML_ANSWERED, _S.ANOTHER_PROGRAM_ANSWERED),
        *(_S.PREFLIGHT_NEEDS_LOGIN, _S.PREFLIGHT_REFUSED, _S.PREFLIGHT_NOT_HANDLED, _S.PREFLIGHT_SERVER_FAILED),
        *(_S.PREFLIGHT_REDIRECTED, _S.PREFLIGHT_REDIRECTED_BY_SLASH, _S.PREFLIGHT_REDIRECTED_TO_HTTPS),
        *(_S.PREFLIGHT_REDIRECTED_TO_LOGIN, _S.PREFLIGHT_REDIRECTED_TO_HTTP, _S.PREFLIGHT_TURNED_DOWN),
        *(_S.LOGIN_PAGE_ANSWERED, _S.CREDENTIALS_NOT_ASKED_FOR, _S.NULL_ORIGIN_AFTER_REDIRECT, _S.ORIGIN_NOT_LISTED),
        *(_S.HEADERS_ON_PREFLIGHT_ONLY, _S.HEADERS_NOT_ON_PREFLIGHT, _S.HEADERS_NOT_ON_REDIRECT),
        _S.SHARED_CACHE_ANSWERED,
    }
)
"""What would be said of the server's own answer, and is beside the point where it is known whose answer it was."""

_TELLS_ALL = (_S.REDIRECTED_TO_LOGIN, _S.INTERSTITIAL, _S.FIREWALL_ANSWERED, _S.BUCKET_WITHOUT_CORS, _S.CACHED_ANSWER)
_TELLS_ENOUGH = frozenset(
    {
        *(_S.LOGIN_PAGE_ANSWERED, _S.HTML_ANSWERED, _S.ANOTHER_PROGRAM_ANSWERED, _S.ORIGIN_NOT_LISTED),
        *(_S.GATEWAY_ANSWERED, _S.SERVER_FAILED, _S.SERVER_REFUSED),
    }
)
_SLIPS_OF_PLACE = frozenset({_S.HEADERS_ON_PREFLIGHT_ONLY, _S.HEADERS_NOT_ON_PREFLIGHT})


def symptoms(outcome: Outcome) -> list[Symptom]:
    """The symptoms of an outcome, the most telling first; none where nothing of the kind shows.

    One that script can read may have some: a header that stays hidden, a cookie that was not sent.
    """
    evidence = evidence_of(outcome)
    if evidence is None:
        return []
    found: dict[SymptomCode, Symptom] = {}
    for recognise in (*WHOSE_ANSWER, *PREFLIGHT_ANSWERS, *OTHER_CAUSES, *HEADER_SLIPS, *MISSPELLED, *PAGE_HEADERS):
        symptom = recognise(evidence)
        # What an answer says of itself goes before what its status says.
        if symptom is not None:
            found.setdefault(symptom.code, symptom)
    beside_the_point = _beside_the_point(found)
    return sorted(
        (symptom for code, symptom in found.items() if code not in beside_the_point), key=lambda symptom: symptom.order
    )


def _beside_the_point(found: dict[SymptomCode, Symptom]) -> frozenset[SymptomCode]:
    """What says less, or something else, than a more telling symptom of the same answer."""
    for code in _TELLS_ALL:
        if code in found:
            return _OF_ANOTHERS_ANSWER - {code}
    return _SLIPS_OF_PLACE if _TELLS_ENOUGH & found.keys() else frozenset()
