"""Symptoms of spelling: a header by another name, an entry of a list in other letters, `null` for an origin."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...fetch.reasons import Reason
from ..cors_headers import ALLOW_METHODS, ALLOW_ORIGIN, RESPONSE_HEADERS_OF_CORS
from ..list_entries import is_a_slip_for
from ..plain_text import shown
from .symptom import Symptom, SymptomCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from .evidence import Evidence

_NEAR = 0.85  # of difflib's ratio
_REAL_NAMES = RESPONSE_HEADERS_OF_CORS | {
    "access-control-request-method",
    "access-control-request-headers",
    "access-control-allow-private-network",
    "timing-allow-origin",
    "allow",
    "origin",
}
_LISTS = (Reason.METHOD_DISALLOWED_BY_PREFLIGHT, Reason.HEADER_DISALLOWED_BY_PREFLIGHT)


def misspelled_header(evidence: Evidence) -> Symptom | None:
    """A header that is missing, beside one whose name is nearly the same."""
    blocked = evidence.blocked
    if blocked is None or evidence.response is None or not blocked.header.startswith("Access-Control-Allow-"):
        return None
    if evidence.header(blocked.header) is not None:
        return None
    names = [name for name, _ in evidence.response.headers if name.lower() not in _REAL_NAMES]
    given = next((name for name in names if _is_near(name, blocked.header)), None)
    if given is None:
        return None
    return Symptom(
        SymptomCode.MISSPELLED_HEADER,
        f"{shown(given, 60)} is not {blocked.header}",
        f"The answer of {shown(blocked.url)} has {shown(given, 60)}, of which browsers know nothing. The header is "
        f"called {blocked.header}.",
    )


def _is_near(name: str, header: str) -> bool:
    given, wanted = name.lower().replace("_", "-"), header.lower()
    shortened = given.count("-") > 0 and wanted.endswith(f"-{given}")
    return shortened or bool(get_close_matches(given, (wanted,), cutoff=_NEAR))


def null_allowed(evidence: Evidence) -> Symptom | None:
    """`null`, where a page with an origin of its own asks."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason is not Reason.ALLOW_ORIGIN_MISMATCH or blocked.received != "null":
        return None
    return Symptom(
        SymptomCode.NULL_ALLOWED,
        "The server allows null, which is not this page",
        f"The server answers {ALLOW_ORIGIN}: null. That is what browsers say for pages without an origin of their own "
        f"(files, sandboxed frames), and any site can make one of these. It is not {shown(blocked.compared_with)}: "
        "name the origins that may ask.",
    )


def mistyped_entry(evidence: Evidence) -> Symptom | None:
    """A method or a header that is listed in other letters: `put`, `'PUT'`, `X_Token`."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason not in _LISTS or not blocked.received:
        return None
    entries = [entry.strip() for entry in blocked.received.split(",")]
    if blocked.header == ALLOW_METHODS and blocked.subject.upper() in entries:
        return Symptom(
            SymptomCode.MISTYPED_ENTRY,
            f"{shown(blocked.subject, 60)} is not {shown(blocked.subject.upper(), 60)}",
            f"The page asks with {shown(blocked.subject, 60)}, and {ALLOW_METHODS} lists "
            f"{shown(blocked.subject.upper(), 60)}. Methods are compared with their case, and browsers put only "
            "DELETE, GET, HEAD, OPTIONS, POST and PUT in capitals by themselves: write it in capitals in the page.",
        )
    joined = next((each for each in entries if "|" in each and blocked.subject in map(str.strip, each.split("|"))), "")
    if joined:
        return Symptom(
            SymptomCode.MISTYPED_ENTRY,
            f"{shown(joined, 60)} is one entry",
            f'{blocked.header} lists "{shown(joined, 60)}", which is read as one name: commas separate entries.',
        )
    entry = next((each for each in entries if is_a_slip_for(each, blocked.subject)), None)
    if entry is None:
        return None
    case = " Methods are compared with their case." if blocked.header == ALLOW_METHODS else ""
    return Symptom(
        SymptomCode.MISTYPED_ENTRY,
        f"{shown(entry, 60)} is not {shown(blocked.subject, 60)}",
        f'{blocked.header} lists "{shown(entry, 60)}", and {shown(blocked.subject, 60)} was asked for: the two are not '
        f"the same.{case} Write it as it is asked for.",
    )


MISSPELLED: tuple[Callable[[Evidence], Symptom | None], ...] = (misspelled_header, null_allowed, mistyped_entry)
