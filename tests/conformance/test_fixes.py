"""Fixes for what the browsers blocked: one for each case that a server could allow, proven twice, and no larger."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from corssim import Outcome, Verdict
from corssim.diagnosis import Fix, NoFix, SetHeader, fix
from corssim.diagnosis.fixes.replay import recording_of, replayed

from .mended import replay_with
from .replay import BROWSERS, CaseServer, all_cases, records, replay

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_FIX = {
    "the network failed": [
        "check-net-closed",
        "check-net-http-to-tls",
        "check-net-refused-preflight",
        "check-net-tls-to-http",
        "preflight-net-close-actual",
        "preflight-net-close-xhr",
    ],
    "may not ask for http://": [
        "mixed-beacon",
        "mixed-eventsource",
        "mixed-fetch",
        "mixed-fetch-own-http",
        "mixed-fetch-put",
        "mixed-localhost",
        "mixed-xhr",
        "origin-https-to-localhost",
        "origin-scheme-https-to-http",
        "wire-referrer-downgrade",
    ],
    "own Content-Security-Policy": [
        "csp-connect-none",
        "csp-connect-self",
        "csp-connect-self-beacon",
        "csp-connect-self-no-cors",
        "csp-connect-self-xhr",
        "csp-script-inline-only",
    ],
    "http and https servers only": [
        "mode-scheme-about-blank",
        "mode-scheme-about-config",
        "mode-scheme-blob-foreign",
        "mode-scheme-ftp",
        "mode-scheme-javascript",
        "mode-scheme-mailto",
        "mode-scheme-no-cors-about-blank",
        "mode-scheme-no-cors-file",
        "mode-scheme-no-cors-ftp",
        "mode-scheme-view-source",
        "mode-scheme-wss",
    ],
    "which is no CORS matter": [
        "element-link-stylesheet-404",
        "element-module-script-404",
        "element-script-404",
        "eventsource-204",
        "eventsource-500",
    ],
    "only the server knows where they should lead": ["redirect-loop"],
    "not those that the integrity attribute names": ["mode-integrity-cors-no-acao"],
    "is no image": ["orb-img-real-text-html-doctype-html-p-hi", "orb-img-real-text-plain-a-1"],
    "no header makes a script of a page": ["orb-script-real-text-html-doctype-html-p-hi"],
    "64 KiB at most": ["beacon-big"],
    "Mend the 500 first": ["check-xhr-status-500-no-acao", "preflight-status-500"],
    "Mend the 503 first": ["check-status-503-no-acao", "check-xhr-status-503-no-acao", "preflight-status-503"],
    "Vary: Origin with every answer": [
        "httpcache-img-then-fetch",
        "httpcache-img-then-img-anonymous",
        "httpcache-preload-no-crossorigin-then-fetch",
        "httpcache-sandbox-then-normal",
        "httpcache-two-origins-same-site-no-vary",
    ],
}
"""Every recorded case that is blocked or fails and has no fix, under words of the reason that is stated for it."""

OPAQUE_FOR_GOOD = ("reads the answer to a beacon", "of another origin is shown to the user")
"""What is stated of beacons, forms and frames, which no page reads."""


@cache
def unreadable(profile: str) -> list[tuple[str, int, Outcome, list[Fix] | NoFix]]:
    """Every step of every recorded case that ends unreadable: case id, index, outcome, fixes."""
    found = []
    for case_id in records(profile):
        for index, step in enumerate(replay(all_cases()[case_id], profile).steps):
            if step.outcome is not None and not step.outcome.allowed:
                found.append((case_id, index, step.outcome, fix(step.outcome)))
    return found


def all_fixes(profile: str) -> Iterator[tuple[str, int, Outcome, Fix]]:
    for case_id, index, outcome, fixes in unreadable(profile):
        for each in fixes:
            yield case_id, index, outcome, each


@pytest.mark.parametrize("profile", BROWSERS)
def test_every_recorded_block_has_a_fix_or_a_stated_reason(profile: str) -> None:
    stated = {case_id: words for words, case_ids in NO_FIX.items() for case_id in case_ids}
    unexplained = []
    for case_id, index, outcome, fixes in unreadable(profile):
        if fixes:
            continue
        assert isinstance(fixes, NoFix)
        words = [stated.get(case_id, "?"), *(OPAQUE_FOR_GOOD if outcome.verdict is Verdict.OPAQUE else ())]
        if not any(word.lower() in fixes.text.lower() for word in words):
            unexplained.append((case_id, index, fixes.text))
    assert unexplained == []


def test_the_list_of_cases_without_fix_is_exact() -> None:
    stated = {case_id for case_ids in NO_FIX.values() for case_id in case_ids}
    without = {
        case_id
        for profile in BROWSERS
        for case_id, _, outcome, fixes in unreadable(profile)
        if not fixes and (outcome.verdict is not Verdict.OPAQUE or case_id in stated)
    }
    assert without == stated


NOT_SEEN_TO_THE_END = {("redirect-api-other-api-last-only", "GET https://other.test/1")}
"""The fix lets the redirect through, and what lies behind it leads on, without CORS."""


def _works(profile: str, case_id: str, index: int, each: Fix) -> bool:
    mended = replay_with(all_cases()[case_id], profile, index, each.changes).outcome
    return mended is not None and mended.verdict is each.outcome.verdict


@pytest.mark.parametrize("profile", BROWSERS)
def test_a_fix_works_on_the_rules_of_its_case_or_says_from_where_on_nothing_was_seen(profile: str) -> None:
    failed = [
        (case_id, each.verified_up_to)
        for case_id, index, _, each in all_fixes(profile)
        if not _works(profile, case_id, index, each)
    ]
    assert set(failed) == NOT_SEEN_TO_THE_END


@pytest.mark.parametrize("profile", BROWSERS)
def test_a_fix_that_asked_for_what_was_not_seen_works_on_the_rules_of_its_case(profile: str) -> None:
    failed, asked = [], 0
    for case_id, index, outcome, without in unreadable(profile):
        if not any(each.verified_up_to for each in without):
            continue
        for each in fix(outcome, ask=CaseServer(all_cases()[case_id]).answer):
            asked += bool(each.asked)
            if not _works(profile, case_id, index, each):
                failed.append((case_id, index, each.summary()))
    assert failed == []
    assert asked > 10


@pytest.mark.parametrize("profile", BROWSERS)
def test_every_fix_reads_as_allowed_and_needs_each_of_its_changes(profile: str) -> None:
    for case_id, _, outcome, each in all_fixes(profile):
        stopped_without_cors = outcome.verdict is not Verdict.OPAQUE and outcome.trace[0].mode == "no-cors"
        wanted = {Verdict.READABLE, Verdict.OPAQUE} if stopped_without_cors else {Verdict.READABLE}
        assert each.verified
        assert each.outcome.verdict in wanted, case_id
        recording = recording_of(outcome)
        assert recording is not None
        for change in each.changes:
            without = replayed(recording, tuple(other for other in each.changes if other != change))
            assert without is None or without.outcome.verdict not in wanted, (case_id, change)


@pytest.mark.parametrize("profile", BROWSERS)
def test_no_fix_allows_more_than_the_page_without_saying_so(profile: str) -> None:
    for case_id, _, _, each in all_fixes(profile):
        request = each.outcome.request
        assert request is not None
        set_headers = [change for change in each.changes if isinstance(change, SetHeader)]
        allowed = {(c.where.url, c.value) for c in set_headers if c.name == "Access-Control-Allow-Origin"}
        granted = {c.where.url for c in set_headers if c.name == "Access-Control-Allow-Credentials"}
        origins = {value for _, value in allowed}
        assert origins <= {request.origin.serialized, "*", "null"}, case_id
        assert not any(value == "*" and url in granted for url, value in allowed), case_id
        assert "*" not in origins or request.credentials_mode != "include", case_id
        if origins & {"*", "null"}:
            assert each.danger, case_id
