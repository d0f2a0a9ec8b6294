"""The browsers that can be driven, each started only when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ..network import Network
    from .driver import Driver

BROWSERS = ("chromium", "firefox", "webkit")


async def launch(
    browser: str, folder: Path, network: Network, third_party_cookies: str = "allow", language: Path | None = None
) -> Driver:
    """Start one of them with a new profile in a folder; Firefox in the language of a pack, if one is given."""
    match browser:
        case "chromium":
            from .chromium import Chromium

            return await Chromium.launch(folder, network, third_party_cookies)
        case "firefox":
            from .firefox import Firefox

            return await Firefox.launch(folder, network, third_party_cookies, language)
        case _:
            from .webkit import WebKit

            return await WebKit.launch(folder, third_party_cookies)
