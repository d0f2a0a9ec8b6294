"""The strings that a page's APIs take, as types: an editor lists them, and a type checker knows what is mistyped."""

from __future__ import annotations

from typing import Literal

Mode = Literal["cors", "no-cors", "same-origin", "navigate"]
Credentials = Literal["omit", "same-origin", "include"]
Redirect = Literal["follow", "error", "manual"]
Cache = Literal["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]
ReferrerPolicyName = Literal[
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]
Element = Literal["img", "script", "module", "stylesheet", "font", "video", "audio", "iframe", "preload"]
ProfileName = Literal["standard", "chromium", "chromium-156", "firefox", "firefox-153", "webkit", "webkit-2.50", "ie11"]
"""A browser's name is its newest version that was recorded."""
