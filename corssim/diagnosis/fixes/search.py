"""The smallest changes that make a fetch readable, each proven by making the fetch again with them applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...browser.outcome import Verdict
from ...fetch.reasons import Reason
from ..signs.recognise import symptoms
from .changes import merged
from .changes_of_the_page import beginnings, mended_by_page, without_response_headers
from .changes_of_the_server import mended_by_server
from .fix import NoFix
from .no_fix import why_no_fix
from .replay import recording_of, replayed
from .worth import as_fix, recommended_first

if TYPE_CHECKING:
    from ...browser.outcome import Outcome
    from .changes import Change, Changes
    from .fix import Fix
    from .replay import Ask, Recording, Replay

_ROUNDS_A_HOP = 8
_DECIDED_BY_THE_USER = frozenset({Reason.INSECURE_FORM_PENDING, Reason.INSECURE_FORM_DENIED})
"""No answer has a part in it, and script would read none: there is nothing to prove by making the fetch again."""
_Found = tuple["Changes", "Replay"]


def fix(outcome: Outcome, *, ask: Ask | None = None, whoever_answered: bool = False) -> list[Fix] | NoFix:
    """Fixes for an outcome that script cannot read, the first one recommended; or why there is none.

    Each was replayed: with the same profile and page, and a server that answers as recorded but for the changes.
    What the page wanted counts: a load without CORS that was blocked is mended when it loads, be it opaque.

    A fix is one of the answer that was meant: where a login, a page put before the site, an error or a stored answer
    came in its place, the symptom's remedy is all there is, unless `whoever_answered` asks for what this answer lacks.

    What the browser never got to ask has no recorded answer: `Fix.verified_up_to` tells where that begins. With
    `ask` (such as `Browser.send` or `MockServer.answer`) these requests are made for the proof, if their method is
    GET, HEAD or OPTIONS; they go without the browser's cookies.
    """
    if outcome.allowed:
        return NoFix("Script can read this response: there is nothing to mend.")
    remedy = next((symptom.remedy for symptom in symptoms(outcome) if symptom.remedy), "")
    if remedy and not whoever_answered:
        return NoFix(remedy)
    recording = None if outcome.reason in _DECIDED_BY_THE_USER else recording_of(outcome, ask)
    if recording is None:
        return NoFix(why_no_fix(outcome))
    stuck: list[_Found] = []
    found = _all_fixes(outcome, recording, stuck)
    if found:
        return found
    if not stuck:
        return NoFix("Made again in a fresh browser, this fetch is allowed: what stopped it was kept in the browser.")
    changes, replay = stuck[0]
    return NoFix(_so_far(changes) + why_no_fix(replay.outcome))


def _so_far(changes: Changes) -> str:
    """What would have to be mended first, where that alone is not enough."""
    text = "; ".join(str(change) for change in changes)
    return f"{text[:1].upper()}{text[1:]}; that is needed, and not enough. " if text else ""


def _all_fixes(outcome: Outcome, recording: Recording, stuck: list[_Found]) -> list[Fix]:
    """One fix a way of searching, in the order in which to recommend them."""
    fixes: dict[frozenset[Change], Fix] = {}
    meaningless = without_response_headers(recording)
    for prefer, start in (
        ("server", meaningless),
        ("page", meaningless),
        *(("server", (*meaningless, *start)) for start in beginnings(outcome, recording)),
    ):
        found = _search(outcome, recording, prefer, start, stuck)
        if found is not None:
            changes, replay = found
            fixes.setdefault(frozenset(changes), as_fix(changes, replay, outcome))
    return recommended_first(list(fixes.values()))


def _search(outcome: Outcome, recording: Recording, prefer: str, start: Changes, stuck: list[_Found]) -> _Found | None:
    """Mend one failed check after the other until the fetch is as wanted, then leave out what it does not need."""
    changes, before = start, None
    rounds = hops = 0
    while rounds <= _ROUNDS_A_HOP * hops:
        rounds += 1
        replay = replayed(recording, changes)
        if replay is None:
            # The API refuses such a request: the last change is none that can be made.
            stuck.extend((before,) if before else ())
            return None
        # With each redirect that is let through, more lies ahead.
        hops = max(hops, 1 if replay.outcome.request is None else len(replay.outcome.request.url_list))
        if _as_wanted(replay.outcome, outcome):
            return _minimised(changes, replay, recording, outcome) if changes else None
        step = _next_change(replay.outcome, recording, changes, prefer)
        if not step:
            stuck.append((changes, replay))
            return None
        before = (changes, replay)
        changes = merged(changes, step)
    return None


def _next_change(current: Outcome, recording: Recording, changes: Changes, prefer: str) -> Changes:
    by_server, by_page = mended_by_server(current), mended_by_page(current, recording)
    offers = (by_page, by_server) if prefer == "page" else (by_server, by_page)
    return next((offer for offer in offers if offer and merged(changes, offer) != changes), ())


def _as_wanted(now: Outcome, before: Outcome) -> bool:
    """Readable; or, where a fetch without CORS was stopped, no longer stopped."""
    if now.allowed:
        return True
    was_stopped = before.verdict in (Verdict.BLOCKED, Verdict.FAILED)
    asked_without_cors = before.request is not None and before.request.mode == "no-cors"
    return was_stopped and asked_without_cors and now.verdict is Verdict.OPAQUE


def _minimised(changes: Changes, replay: Replay, recording: Recording, outcome: Outcome) -> _Found:
    """Try to leave each change out; keep to what is needed."""
    for change in changes:
        fewer = tuple(other for other in changes if other != change)
        without = replayed(recording, fewer) if fewer else None
        if without is not None and _as_wanted(without.outcome, outcome):
            changes, replay = fewer, without
    return changes, replay
