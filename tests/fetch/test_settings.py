"""What a person can set in a browser, and what it changes."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import BrowserSettings
from corssim.errors import UsageError
from corssim.fetch.browsers import PROFILE_NAMES, profile_named
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.settings import languages_in, with_settings


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"third_party_cookies": "no"}, "third_party_cookies is 'no'; it can be 'allow', 'partition', 'no-new', "),
        ({"third_party_cookies": True}, "third_party_cookies is True; it can be"),
        ({"local_network_access": "on"}, "local_network_access is 'on'; it can be 'ask', 'off', None"),
        ({"https_first": 1}, "https_first is 1; it can be True, False, None"),
        ({"https_first": "no"}, "https_first is 'no'; it can be"),
        ({"languages": "de"}, "languages is 'de'; it can be a tuple of tags"),
        ({"languages": ()}, r"languages is \(\); it can be a tuple of tags"),
        ({"languages": ("de", "")}, "languages is"),
        ({"languages": ("de_DE",)}, "languages is"),
        ({"languages": ("de-DE;q=0.5",)}, "languages is"),
        ({"languages": (1,)}, "languages is"),
    ],
)  # fmt: skip
def test_what_is_no_setting(given: Any, told: str) -> None:
    with pytest.raises(UsageError, match=f"^{told}"):
        BrowserSettings(**given)


def test_only_settings_are_settings() -> None:
    with pytest.raises(UsageError, match=r"^settings is \{'https_first': True\}: give BrowserSettings"):
        with_settings(STANDARD, {"https_first": True})  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "de,", "de,,en", "de en", "d3", "abcdefghi", "de-abcdefghi"])
def test_what_is_no_list_of_languages(text: str) -> None:
    with pytest.raises(UsageError, match=r"^languages is"):
        languages_in(text)


def test_a_list_of_languages() -> None:
    assert languages_in("de-DE, de ,abcdefgh-abcd1234-1") == ("de-DE", "de", "abcdefgh-abcd1234-1")


@pytest.mark.parametrize(
    ("settings", "rule", "value"),
    [
        ({"third_party_cookies": "block"}, "cookies.third_party", "block"),
        ({"local_network_access": "ask"}, "local_network.access", "ask"),
        ({"https_first": True}, "upgrades.https_first", "visits-and-links"),
        ({"languages": ("de-DE", "en")}, "languages.accepted", "de-DE,en"),
        ({"languages": ["de"]}, "languages.accepted", "de"),
    ],
)
def test_what_a_setting_changes(settings: Any, rule: str, value: str) -> None:
    assert with_settings(STANDARD, BrowserSettings(**settings)) == STANDARD.changed(rule, value)


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_what_is_not_set_stays_as_the_browser_ships(name: str) -> None:
    profile = profile_named(name)
    assert with_settings(profile, BrowserSettings()) == profile


@pytest.mark.parametrize(
    ("name", "on"), [("standard", "visits-and-links"), ("chromium", "visits-and-links"), ("firefox", "links")]
)
def test_https_first_stays_as_the_browser_has_it_where_it_has_it(name: str, on: str) -> None:
    profile = profile_named(name)
    assert with_settings(profile, BrowserSettings(https_first=True)).upgrades.https_first == on
    assert with_settings(profile, BrowserSettings(https_first=False)).upgrades.https_first == "no"
