"""What the command line, or pytest's configuration, says of the user of the fixtures' browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ..browser.surroundings import checked_permissions
from ..errors import UsageError
from ..fetch.settings import BrowserSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_SWITCH = {"": None, "on": True, "off": False}


def browser_options(settings: Mapping[str, Any], permissions: Iterable[str]) -> dict[str, Any]:
    """The arguments `settings` and `permissions` of a Browser.

    `settings` are those of `BrowserSettings` by name, "" for as the browser ships, `https_first` "on" or "off"; of two
    decisions about one permission the later is it. Raises `pytest.UsageError`.
    """
    try:
        values = {name: value or None for name, value in settings.items()}
        return {
            "settings": BrowserSettings(**values | {"https_first": _switched(settings.get("https_first", ""))}),
            "permissions": checked_permissions(dict(map(_decided, permissions))),
        }
    except UsageError as error:
        raise pytest.UsageError(f"corssim: {error}") from None


def _switched(text: str) -> bool | None:
    if text not in _SWITCH:
        raise UsageError(f"https_first is {text!r:.60}; it can be 'on', 'off'")
    return _SWITCH[text]


def _decided(text: str) -> tuple[str, str]:
    name, equals, state = text.partition("=")
    if not (name and equals and state):
        raise UsageError(f"permissions: {text!r:.60} is no pair such as loopback-network=granted")
    return name.strip(), state.strip()
