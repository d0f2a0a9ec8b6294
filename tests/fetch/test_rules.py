"""Sets of rules, and profiles made of them: what they refuse, what equals what, what they cost."""

from __future__ import annotations

import copy
import pickle
import re
import subprocess
import sys
from typing import Any

import pytest

from corssim import Browser, BrowserProfile, MockServer, UsageError
from corssim.fetch.browsers import BROWSERS, PROFILE_NAMES, profile_named, recorded_browsers, versions_of
from corssim.fetch.browsers.chromium import CHROMIUM, CHROMIUM_156
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.rules import CookieRules, HttpCacheRules, PreflightCacheRules, RedirectRules, ReferrerRules, Rules
from corssim.fetch.rules.rule_set import _is_a, _is_as_written, _meaning

ALL = [STANDARD, *recorded_browsers().values(), profile_named("ie11")]


@pytest.mark.parametrize("path", STANDARD.paths())
def test_every_default_is_a_value_that_the_rule_can_have(path: str) -> None:
    assert STANDARD.changed(path, STANDARD.rule(path)) == STANDARD


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param(
            "cookies.third_party", "blok", "'allow' or 'partition' or 'no-new' or 'block'", id="not in a small set"
        ),
        pytest.param(
            "cookies.third_party", True, "'allow' or 'partition' or 'no-new' or 'block'", id="of another type"
        ),
        pytest.param("cookies.third-party", "block", "did you mean 'third_party'", id="nearly a rule"),
        pytest.param("cookies.zzz", "block", "there are read_as, ", id="no rule at all"),
        pytest.param("cookeis.third_party", "block", "'cookeis.third_party' is no rule", id="no set"),
        pytest.param("third_party", "block", "'third_party' is no rule", id="a rule without its set"),
        pytest.param("name.x", "block", "name holds none", id="what is no set"),
        pytest.param("", "block", "'' is no rule", id="nothing"),
        pytest.param("cookies", RedirectRules(), "CookieRules", id="another set"),
        pytest.param("redirects.statuses", {309}, "a frozenset of int", id="a set that can be changed"),
        pytest.param("redirects.statuses", frozenset({"309"}), "a frozenset of int", id="a set of something else"),
        pytest.param("preflight_cache.max_age_limit", "10", "int", id="a number as text"),
        pytest.param("preflight_cache.max_age_limit", True, "int", id="a truth value for a number"),
        pytest.param("preflight_cache.longest_url", 1.5, "int or None", id="a fraction"),
        pytest.param("preflight_cache.bypassed_by", frozenset({"nostore"}), "'no-store'", id="in a set of a small set"),
        pytest.param("referrers.none_from", frozenset({("page", "fetch")}), "a pair of", id="in a set of pairs"),
        pytest.param("cookies.lax_by_default", 1, "True or False", id="a number for a truth value"),
        pytest.param("console", "opera", "'chromium'", id="whose console"),
        pytest.param("authentication.challenge_order", "basic", "can be a tuple of str", id="a text for a tuple"),
    ],
)
def test_what_is_no_rule_and_no_value_is_a_usage_error_that_says_what_is(path: str, value: object, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        STANDARD.changed(path, value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rules_are_checked_when_they_are_made() -> None:
    wrong: dict[str, Any] = {"empty_location": "folowed"}
    with pytest.raises(UsageError, match="'followed' or 'returned' or 'refused'"):
        RedirectRules(**wrong)
    with pytest.raises(UsageError, match="did you mean 'cookies'"):
        BrowserProfile(cookie=CookieRules())


def test_a_changed_profile_is_another_one() -> None:
    blocking = CHROMIUM.changed("cookies.third_party", "block")
    assert blocking.cookies == CHROMIUM.cookies.changed("third_party", "block")
    assert (blocking.redirects, blocking.name, blocking.version) == (CHROMIUM.redirects, "chromium", "156")
    assert CHROMIUM.cookies.third_party == "allow"
    assert blocking.changed("cookies.third_party", "allow") == CHROMIUM


def test_a_profile_of_ones_own_is_taken_by_a_browser() -> None:
    mine = BrowserProfile(name="mine", redirects=RedirectRules(empty_location="returned"))
    server = MockServer().route("*", status=302, headers={"Location": ""})
    outcome = Browser(server, profile=mine).page("https://app.example/").fetch("/x")
    assert outcome.response is not None
    assert outcome.response.status == 302


def test_rules_cannot_be_changed_in_place() -> None:
    rules = RedirectRules()
    with pytest.raises(AttributeError, match=r"changed\('empty_location'"):
        rules.empty_location = "refused"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del rules.empty_location
    assert rules == RedirectRules()


def test_rules_are_equal_if_they_say_the_same() -> None:
    assert RedirectRules(empty_location="followed") == RedirectRules()
    assert hash(RedirectRules(empty_location="followed")) == hash(RedirectRules())
    assert RedirectRules(empty_location="refused") != RedirectRules()
    assert PreflightCacheRules() != HttpCacheRules()
    assert len(set(ALL)) == len(ALL)


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name)
def test_profiles_are_copied_and_pickled(profile: BrowserProfile) -> None:
    assert copy.deepcopy(profile) == profile == pickle.loads(pickle.dumps(profile))


def test_the_repr_tells_where_rules_leave_the_text() -> None:
    assert repr(RedirectRules()) == "RedirectRules()"
    assert repr(ReferrerRules(loopback_is_a_downgrade=True)) == "ReferrerRules(loopback_is_a_downgrade=True)"
    assert repr(CHROMIUM) == "<BrowserProfile chromium 156>"
    assert repr(STANDARD) == "<BrowserProfile standard>"


def test_a_name_is_the_newest_version_and_may_name_one() -> None:
    assert profile_named("chromium") is CHROMIUM is versions_of("chromium")[-1]
    assert profile_named("chromium-156") is CHROMIUM_156
    for name in BROWSERS:
        assert [profile_named(f"{name}-{each.version}") for each in versions_of(name)] == list(versions_of(name))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("netscape", "'netscape' is no browser; there are standard, chromium, firefox, webkit, ie11"),
        ("chromium-1", "there are chromium, chromium-156"),
        ("chromium-", "there are chromium, chromium-156"),
        ("ie11-8", "there are ie11"),
        ("", "'' is no browser"),
    ],
)
def test_a_name_that_there_is_not_is_a_usage_error_that_lists_those_there_are(name: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        profile_named(name)
    assert said in str(caught.value)


def test_only_the_browser_that_is_asked_for_is_imported() -> None:
    code = (
        "import sys; from corssim.fetch.browsers import profile_named; profile_named('firefox');"
        "print(sorted(name.rpartition('.')[2] for name in sys.modules if name.startswith('corssim.fetch.browsers.')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['firefox']"


def test_every_name_has_a_profile() -> None:
    assert tuple(profile_named(name).name for name in PROFILE_NAMES) == PROFILE_NAMES


ODD = [
    "",
    ", ",
    "a', 'b",
    "not such a value",
    7,
    -1.5,
    None,
    True,
    frozenset(),
    frozenset({"x', 'y"}),
    frozenset({7}),
    (),
]


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name)
def test_the_text_of_a_plain_annotation_tells_that_it_has_the_value(profile: BrowserProfile) -> None:
    sets = [profile, *(each for name in profile.names() if isinstance(each := getattr(profile, name), Rules))]
    annotated = [
        (getattr(each, name), text, type(each).__module__)
        for each in sets
        for name, text in type(each).__annotations__.items()
    ]
    named = r"\w+Rules|\w+Directive|CacheMode|LoadKind|PartialContent|Literal\['[^[]*'\]"
    plain = re.compile(rf"(frozenset\[|tuple\[)?(bool|int|float|str|{named})(, \.\.\.)?\]?( \| None)?")
    looked_at = [each for each in annotated if plain.fullmatch(each[1].replace('"', "'"))]
    assert [each for each in looked_at if not _is_as_written(*each)] == []
    assert len(looked_at) > 0.9 * len(annotated)


def test_what_the_text_of_an_annotation_tells_of_a_value_is_so() -> None:
    """A value is looked for in the annotation's text before that is evaluated, never to another end."""
    used = {repr(value): value for profile in ALL for path in STANDARD.paths() for value in [profile.rule(path)]}
    told = 0
    for rules in [
        BrowserProfile,
        *(type(default) for default in BrowserProfile.by_the_text.values() if isinstance(default, Rules)),
    ]:
        for annotation in set(rules.__annotations__.values()):
            wanted = _meaning(annotation, rules.__module__)
            for value in (*ODD, *used.values()):
                if _is_as_written(value, annotation, rules.__module__):
                    told += 1
                    assert _is_a(value, wanted), (rules.__name__, annotation, value)
    assert told > 1000
