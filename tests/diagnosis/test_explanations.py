"""Every reason has an explanation that a reader can use, and every name in it leads somewhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st

from corssim.browser.browser import Browser
from corssim.diagnosis.explanations import (
    Explanation,
    Mender,
    Topic,
    all_explanations,
    all_topics,
    entry_named,
    explanation_of,
    find,
    topic_named,
)
from corssim.diagnosis.explanations.finding import CONCEPT_WORDS, HEADERS
from corssim.errors import UsageError
from corssim.fetch.reasons import Reason, Stage
from corssim.server.mock import MockServer

ENTRIES: list[Explanation | Topic] = [*all_explanations(), *all_topics()]
BY_NAME = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{type(entry).__name__}: {entry.name}")

# Looked up in the standard's source: the fragments that exist there, of those used here.
FETCH_FRAGMENTS = frozenset(
    {
        "bodies",
        "concept-cors-check",
        "concept-filtered-response-opaque",
        "concept-filtered-response-opaque-redirect",
        "concept-http-fetch",
        "concept-http-network-fetch",
        "concept-http-network-or-cache-fetch",
        "concept-http-redirect-fetch",
        "concept-main-fetch",
        "concept-network-error",
        "concept-request-mode",
        "concept-tao-check",
        "connections",
        "cookie-header",
        "cors-preflight-cache",
        "cors-preflight-fetch",
        "cors-protocol-and-credentials",
        "cors-protocol-and-http-caches",
        "cors-safelisted-request-header",
        "cors-safelisted-response-header-name",
        "cross-origin-resource-policy-check",
        "cross-origin-resource-policy-header",
        "data-urls",
        "http-cors-protocol",
        "http-new-header-syntax",
        "http-redirect-fetch",
        "main-fetch",
        "methods",
        "origin-header",
        "port-blocking",
        "resolve-an-origin",
        "scheme-fetch",
        "should-response-to-request-be-blocked-due-to-mime-type?",
        "x-content-type-options-header",
    }
)


def prose_of(entry: Explanation | Topic) -> list[str]:
    if isinstance(entry, Topic):
        return [entry.text]
    texts = [entry.plain, entry.fix]
    texts += [text for _, text in entry.executed]
    return texts + [text for myth in entry.myths for text in myth]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained(reason: Reason) -> None:
    assert explanation_of(reason).reason is reason


def test_all_explanations_come_in_the_order_of_the_reasons() -> None:
    assert [explanation.reason for explanation in all_explanations()] == list(Reason)


def test_codes_and_topics_do_not_collide() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)


@BY_NAME
def test_titles_fit_on_a_line(entry: Explanation | Topic) -> None:
    assert 0 < len(entry.title) <= 60
    assert not entry.title.endswith(".")


@BY_NAME
def test_related_names_lead_to_other_entries(entry: Explanation | Topic) -> None:
    assert entry.related
    assert len(set(entry.related)) == len(entry.related)
    for name in entry.related:
        assert entry_named(name) is not entry


@BY_NAME
def test_anchors_are_whole_urls_into_a_text_that_has_them(entry: Explanation | Topic) -> None:
    assert re.fullmatch(r"https://[a-z0-9.]+/[^\s]*", entry.anchor)
    page, _, fragment = entry.anchor.partition("#")
    if page == "https://fetch.spec.whatwg.org/":
        assert fragment in FETCH_FRAGMENTS


@BY_NAME
def test_the_tone_is_calm_and_the_text_whole(entry: Explanation | Topic) -> None:
    for text in prose_of(entry):
        assert text == text.strip("\n ")
        assert "  " not in re.sub(r"(?m)^    .*$", "", text)
        assert not re.search(r"!|\bsimply\b|\bobviously\b|\beasy\b", text)
        for line in text.split("\n"):
            assert line.startswith("    ") or re.search(r'^$|[.:?]"?$|^or |(on the server|with)$', line)


@pytest.mark.parametrize("explanation", all_explanations(), ids=lambda explanation: explanation.name)
def test_the_plain_text_has_two_to_five_sentences(explanation: Explanation) -> None:
    assert 2 <= len(re.findall(r"[.?](?=\s|$)", explanation.plain)) <= 5


@pytest.mark.parametrize("explanation", all_explanations(), ids=lambda explanation: explanation.name)
def test_what_a_server_can_mend_names_the_header_or_the_place(explanation: Explanation) -> None:
    assert explanation.fix
    if explanation.mender is Mender.NOBODY:
        assert "Nothing needs mending" in explanation.fix


@pytest.mark.parametrize("explanation", all_explanations(), ids=lambda explanation: explanation.name)
def test_no_fix_proposes_what_is_dangerous(explanation: Explanation) -> None:
    headers = re.findall(r"(?m)^    (\S+: .*)$", explanation.fix)
    assert "Access-Control-Allow-Origin: null" not in headers
    blocks = re.findall(r"(?m)(?:^    .*\n?)+", explanation.fix)
    for block in blocks:
        assert not ("Allow-Origin: *" in block and "Allow-Credentials" in block)


@pytest.mark.parametrize(
    ("headers", "fetch", "reason"),
    [
        pytest.param({}, {}, Reason.ALLOW_ORIGIN_MISSING, id="no Allow-Origin"),
        pytest.param(
            {"Access-Control-Allow-Origin": "https://other.example"},
            {},
            Reason.ALLOW_ORIGIN_MISMATCH,
            id="another origin",
        ),
        pytest.param(
            {"Access-Control-Allow-Origin": "https://app.example"},
            {"credentials": "include"},
            Reason.ALLOW_CREDENTIALS_NOT_TRUE,
            id="credentials not allowed",
        ),
    ],
)
@pytest.mark.parametrize(
    ("method", "stage", "executed"),
    [
        pytest.param("GET", Stage.ACTUAL, "has happened", id="on the answer"),
        pytest.param("PUT", Stage.PREFLIGHT, "has not carried it out", id="on the preflight"),
    ],
)
def test_whether_the_server_acted_agrees_with_what_was_sent(
    headers: dict[str, str], fetch: dict[str, str], reason: Reason, method: str, stage: Stage, executed: str
) -> None:
    server = MockServer()
    server.route("https://api.example/x", headers=headers)
    with Browser(server) as browser:
        outcome = browser.page("https://app.example/").fetch("https://api.example/x", method=method, **fetch)
    assert outcome.reason is reason
    assert outcome.blocked is not None
    assert outcome.blocked.stage is stage
    assert executed in explanation_of(reason).executed_at(outcome.blocked.stage)
    assert outcome.reached_server is (executed == "has happened")


def test_a_stage_without_a_sentence_of_its_own_gets_the_last() -> None:
    explanation = explanation_of(Reason.PREFLIGHT_REDIRECTED)
    assert explanation.executed_at(Stage.ACTUAL) == explanation.executed[-1][1]


# --- finding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [HEADERS, CONCEPT_WORDS], ids=["headers", "concepts"])
def test_every_word_leads_to_an_entry(words: dict[str, str]) -> None:
    for word, name in words.items():
        assert find(word).entry is entry_named(name)


@BY_NAME
def test_an_entry_is_found_by_its_own_name(entry: Explanation | Topic) -> None:
    assert find(entry.name).entry is entry


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Access-Control-Allow-Headers", "header-disallowed-by-preflight"),
        ("access-control-allow-origin:", "allow-origin-missing"),
        ("Access-Control-Expose-Headers", "exposed-headers"),
        ("Access-Control-Max-Age", "preflight-cache"),
        ("X-Content-Type-Options", "nosniff"),
        ("PREFLIGHT_REDIRECTED", "preflight-redirected"),
        ("simple request", "simple-request"),
        ("preflights", "preflight"),
        ("OPTIONS", "preflight"),
        ("same origin", "origin"),
        ("mixed content", "mixed-content"),
        ("Postman", "other-clients"),
        ("*", "wildcard"),
    ],
)
def test_words_people_use(word: str, name: str) -> None:
    assert find(word).entry is entry_named(name)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("preflght", "preflight"),
        ("Access-Control-Allow-Header", "header-disallowed-by-preflight"),
        ("allow-origin-mising", "allow-origin-missing"),
        ("credential mode", "credentials"),
    ],
)
def test_a_misspelt_word_gets_suggestions(word: str, near: str) -> None:
    found = find(word)
    assert found.entry is None
    assert near in found.suggestions


@pytest.mark.parametrize("word", ["", "   ", "zzzzzz", "\x1b[31m"])
def test_what_means_nothing_finds_nothing(word: str) -> None:
    assert find(word).entry is None
    assert find(word).suggestions == ()


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40))
def test_any_text_can_be_looked_up(word: str) -> None:
    found = find(word)
    assert all(entry_named(name) for name in found.suggestions)
    assert not (found.entry and found.suggestions)


def test_an_unknown_topic_names_the_nearest() -> None:
    assert topic_named("vary").title
    with pytest.raises(UsageError, match="preflight"):
        topic_named("preflihgt")
    with pytest.raises(UsageError, match="origin, same-site"):
        topic_named("qqqqqq")


def test_an_unknown_entry_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="neither a reason nor a topic"):
        entry_named("no-such-thing")
