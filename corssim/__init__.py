"""The browser's half of CORS: give it a page, a request and a server; it does what a browser does and says why."""

from __future__ import annotations

from .exported_names import exported_names

TYPE_CHECKING = False  # what a command starts with has no other use for `typing`
if TYPE_CHECKING:
    from .browser.browser import AsyncBrowser as AsyncBrowser, Browser as Browser
    from .browser.outcome import (
        Exchange as Exchange,
        Outcome as Outcome,
        ScriptResponse as ScriptResponse,
        Verdict as Verdict,
    )
    from .browser.page import Page as Page
    from .errors import (
        CorssimError as CorssimError,
        FetchBlocked as FetchBlocked,
        InvalidRequest as InvalidRequest,
        InvalidURL as InvalidURL,
        UsageError as UsageError,
    )
    from .fetch.body import Blob as Blob, FormData as FormData, FormUrlEncoded as FormUrlEncoded
    from .fetch.profile import BrowserProfile as BrowserProfile
    from .fetch.reasons import Blocked as Blocked, Reason as Reason
    from .fetch.settings import BrowserSettings as BrowserSettings
    from .origin import Origin as Origin
    from .server.cors_policy import CorsPolicy as CorsPolicy
    from .server.mock import MockResponse as MockResponse, MockServer as MockServer

__version__ = "0.1.0"
# Each name is imported when it is first asked for, so that a test run which uses none pays for none.
__all__, __getattr__, __dir__ = exported_names(
    __name__,
    {
        ".browser.browser": ("AsyncBrowser", "Browser"),
        ".browser.outcome": ("Exchange", "Outcome", "ScriptResponse", "Verdict"),
        ".browser.page": ("Page",),
        ".errors": ("CorssimError", "FetchBlocked", "InvalidRequest", "InvalidURL", "UsageError"),
        ".fetch.body": ("Blob", "FormData", "FormUrlEncoded"),
        ".fetch.profile": ("BrowserProfile",),
        ".fetch.reasons": ("Blocked", "Reason"),
        ".fetch.settings": ("BrowserSettings",),
        ".origin": ("Origin",),
        ".server.cors_policy": ("CorsPolicy",),
        ".server.mock": ("MockResponse", "MockServer"),
    },
)
__all__.append("__version__")
