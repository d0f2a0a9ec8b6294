"""The browser's half of CORS: give it a page, a request and a server; it does what a browser does and says why."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .browser.browser import AsyncBrowser, Browser
    from .browser.outcome import Exchange, Outcome, ScriptResponse, Verdict
    from .browser.page import Page
    from .errors import CorssimError, FetchBlocked, InvalidRequest, InvalidURL, UsageError
    from .fetch.body import Blob, FormData, FormUrlEncoded
    from .fetch.profile import BrowserProfile
    from .fetch.reasons import Blocked, Reason
    from .fetch.settings import BrowserSettings
    from .origin import Origin
    from .server.cors_policy import CorsPolicy
    from .server.mock import MockResponse, MockServer

__version__ = "0.1.0"

_HOMES = {
    "AsyncBrowser": ".browser.browser",
    "Blob": ".fetch.body",
    "Blocked": ".fetch.reasons",
    "Browser": ".browser.browser",
    "BrowserProfile": ".fetch.profile",
    "BrowserSettings": ".fetch.settings",
    "CorsPolicy": ".server.cors_policy",
    "CorssimError": ".errors",
    "Exchange": ".browser.outcome",
    "FetchBlocked": ".errors",
    "FormData": ".fetch.body",
    "FormUrlEncoded": ".fetch.body",
    "InvalidRequest": ".errors",
    "InvalidURL": ".errors",
    "MockResponse": ".server.mock",
    "MockServer": ".server.mock",
    "Origin": ".origin",
    "Outcome": ".browser.outcome",
    "Page": ".browser.page",
    "Reason": ".fetch.reasons",
    "ScriptResponse": ".browser.outcome",
    "UsageError": ".errors",
    "Verdict": ".browser.outcome",
}

__all__ = [
    "AsyncBrowser",
    "Blob",
    "Blocked",
    "Browser",
    "BrowserProfile",
    "BrowserSettings",
    "CorsPolicy",
    "CorssimError",
    "Exchange",
    "FetchBlocked",
    "FormData",
    "FormUrlEncoded",
    "InvalidRequest",
    "InvalidURL",
    "MockResponse",
    "MockServer",
    "Origin",
    "Outcome",
    "Page",
    "Reason",
    "ScriptResponse",
    "UsageError",
    "Verdict",
    "__version__",
]


def __getattr__(name: str) -> Any:
    # Each name is imported when it is first asked for, so that a test run which uses none pays for none.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
