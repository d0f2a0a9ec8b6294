"""What a person has set in a browser: settings that change what it sends and what it blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from ..errors import UsageError
from ..patterns import lazy_pattern
from ..records import record

if TYPE_CHECKING:
    from .profile import BrowserProfile

ThirdPartyCookies = Literal["allow", "partition", "no-new", "block"]
LocalNetworkAccess = Literal["ask", "off"]

_LANGUAGE = lazy_pattern(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")

_RULES = {"third_party_cookies": "cookies.third_party", "local_network_access": "local_network.access"}
"""The rule that a setting changes."""


@record(frozen=True)
class BrowserSettings:
    """Settings of a browser; None is what the profile's browser ships.

    `third_party_cookies`: "allow", "partition" (a jar a top-level site), "no-new" (sent, but not taken anew) or
    "block". `local_network_access`: "ask" the user before a page reaches into a network more private than its own, or
    "off". `https_first`: visits and links to http pages try https first. `languages`: those that pages are wanted in,
    the most wanted first, such as ("de-DE", "de", "en"). Raises UsageError for other values.
    """

    third_party_cookies: ThirdPartyCookies | None = None
    local_network_access: LocalNetworkAccess | None = None
    https_first: bool | None = None
    languages: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _check("third_party_cookies", self.third_party_cookies, get_args(ThirdPartyCookies))
        _check("local_network_access", self.local_network_access, get_args(LocalNetworkAccess))
        _check("https_first", self.https_first, (True, False))
        if self.languages is not None:
            _check_languages(self.languages)


def languages_in(text: str) -> tuple[str, ...]:
    """The languages in a list such as "de-DE, de, en", as `BrowserSettings` takes them. Raises UsageError."""
    languages = tuple(tag.strip() for tag in text.split(","))
    if not all(map(_is_language, languages)):
        raise UsageError(f"languages is {text!r:.60}; it can be tags with commas between, such as 'de-DE,de,en'")
    return languages


def with_settings(profile: BrowserProfile, settings: BrowserSettings) -> BrowserProfile:
    """The profile of a browser in which a person has set this. Raises UsageError for what is no setting."""
    if not isinstance(settings, BrowserSettings):
        raise UsageError(f"settings is {settings!r:.60}: give BrowserSettings(...)")
    for name, path in _RULES.items():
        value = getattr(settings, name)
        if value is not None:
            profile = profile.changed(path, value)
    if settings.languages is not None:
        profile = profile.changed("languages.accepted", ",".join(settings.languages))
    if settings.https_first is False:
        profile = profile.changed("upgrades.https_first", "no")
    elif settings.https_first and profile.upgrades.https_first == "no":
        profile = profile.changed("upgrades.https_first", "visits-and-links")
    return profile


def _check_languages(languages: object) -> None:
    if isinstance(languages, tuple | list) and languages and all(map(_is_language, languages)):
        return
    raise UsageError(f"languages is {languages!r:.60}; it can be a tuple of tags such as ('de-DE', 'en'), or None")


def _is_language(tag: object) -> bool:
    return isinstance(tag, str) and _LANGUAGE.fullmatch(tag) is not None


def _check(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value is not None and not any(value is item or (isinstance(value, str) and value == item) for item in allowed):
        listed = ", ".join(repr(item) for item in (*allowed, None))
        raise UsageError(f"{name} is {value!r:.60}; it can be {listed}")
