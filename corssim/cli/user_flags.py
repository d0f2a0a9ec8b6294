"""The flags that say what the browser's user has set and decided, and where hosts are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from ..errors import UsageError
from ..fetch.permissions import PermissionName

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..fetch.profile import BrowserProfile
    from ..fetch.settings import BrowserSettings
    from ..scenario import Scenario

_SETTINGS = ("third_party_cookies", "local_network_access", "https_first", "languages")
_AT = "nas.example=192.168.1.10"


def add_user_flags(parser: argparse.ArgumentParser) -> None:
    """Settings, permissions and addresses, by the names that `Browser` has for them."""
    add_permission(parser, "what the user has decided")
    parser.add_argument(
        "--resolve",
        action="append",
        default=[],
        metavar="HOST=ADDRESS",
        help="the IP address that a host is taken to be at, for the address space it is in; default: where it is "
        "connected to (repeatable)",
    )
    parser.add_argument(
        "--third-party-cookies",
        choices=("allow", "partition", "no-new", "block"),
        help="what the browser's user has set (default: as it ships; Debian's Chromium blocks)",
    )
    parser.add_argument("--local-network-access", choices=("ask", "off"), help="(default: as the browser ships)")
    parser.add_argument(
        "--https-first",
        choices=("on", "off"),
        help="whether visits and links to http pages try https first (default: as the browser ships)",
    )
    parser.add_argument(
        "--languages",
        metavar="LIST",
        help="the languages that pages are wanted in, as Accept-Language says them: de-DE,de,en (default: English)",
    )


def add_permission(parser: argparse.ArgumentParser, meaning: str) -> None:
    """What `permissions_of` reads."""
    parser.add_argument(
        "--permission",
        action="append",
        default=[],
        metavar="NAME=STATE",
        help=f"{meaning}: {' or '.join(get_args(PermissionName))}, granted or denied (repeatable)",
    )


def settings_of(arguments: argparse.Namespace) -> BrowserSettings:
    """What the flags say that the user has set. Raises `UsageError`."""
    from ..fetch.settings import BrowserSettings, languages_in  # here and below, because few commands set anything

    return BrowserSettings(
        third_party_cookies=arguments.third_party_cookies,
        local_network_access=arguments.local_network_access,
        https_first=None if arguments.https_first is None else arguments.https_first == "on",
        languages=None if arguments.languages is None else languages_in(arguments.languages),
    )


def profile_as_set(profile: BrowserProfile, arguments: argparse.Namespace) -> BrowserProfile:
    """The profile of a browser whose user has set what the flags say. Raises `UsageError`."""
    if all(getattr(arguments, name) is None for name in _SETTINGS):
        return profile
    from ..fetch.settings import with_settings

    return with_settings(profile, settings_of(arguments))


def permissions_of(arguments: argparse.Namespace) -> dict[str, str]:
    """What `--permission` says. Raises `UsageError`."""
    if not arguments.permission:
        return {}
    from ..browser.surroundings import checked_permissions

    return checked_permissions(_pairs("--permission", arguments.permission, "loopback-network=granted"))


def addresses_of(arguments: argparse.Namespace) -> Callable[[str], str | None]:
    """What `--resolve` says. Raises `UsageError`."""
    from ..browser.surroundings import address_lookup

    return address_lookup(_pairs("--resolve", arguments.resolve, _AT))


def of_the_user(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the flags say, by the names that scenario files have for it; what they leave open is not in it."""
    settings = settings_of(arguments)
    told: dict[str, Any] = {
        "third_party_cookies": settings.third_party_cookies,
        "local_network_access": settings.local_network_access,
        "https_first": settings.https_first,
        "languages": ",".join(settings.languages or ()) or None,
        "permissions": permissions_of(arguments) or None,
        "addresses": _pairs("--resolve", arguments.resolve, _AT) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def as_the_user_has_it(scenario: Scenario, arguments: argparse.Namespace) -> Scenario:
    """The scenario with the flags in place of what its file says of the user. Raises `UsageError`."""
    from msgspec.structs import replace

    from ..fetch.settings import BrowserSettings

    settings, told = settings_of(arguments), scenario.settings
    changed = BrowserSettings(
        third_party_cookies=settings.third_party_cookies or told.third_party_cookies,
        local_network_access=settings.local_network_access or told.local_network_access,
        https_first=told.https_first if settings.https_first is None else settings.https_first,
        languages=settings.languages or told.languages,
    )
    addresses = _pairs("--resolve", arguments.resolve, _AT)
    return replace(
        scenario,
        settings=changed,
        permissions={**scenario.permissions, **permissions_of(arguments)},
        addresses={**scenario.addresses, **addresses},
    )


def _pairs(flag: str, given: list[str], such_as: str) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            raise UsageError(f"{flag}: {text!r:.60} is no pair such as {such_as}")
        pairs[name] = value
    return pairs
