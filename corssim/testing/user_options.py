"""What the command line, or pytest's configuration, says of the user of the fixtures' browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ..browser.surroundings import checked_permissions
from ..errors import UsageError
from ..fetch.settings import BrowserSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def browser_options(settings: Mapping[str, Any], permissions: Iterable[str]) -> dict[str, Any]:
    """The arguments `settings` and `permissions` of a Browser.

    `settings` are those of `BrowserSettings` by name, "" for as the browser ships; of two decisions about one
    permission the later is it. Raises `pytest.UsageError`.
    """
    try:
        return {
            "settings": BrowserSettings(**{name: value or None for name, value in settings.items()}),
            "permissions": checked_permissions(dict(map(_decided, permissions))),
        }
    except UsageError as error:
        raise pytest.UsageError(f"corssim: {error}") from None


def _decided(text: str) -> tuple[str, str]:
    name, equals, state = text.partition("=")
    if not (name and equals and state):
        raise UsageError(f"permissions: {text!r:.60} is no pair such as loopback-network=granted")
    return name.strip(), state.strip()
