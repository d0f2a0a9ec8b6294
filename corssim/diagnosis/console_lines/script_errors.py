"""The exceptions that script gets, which people paste for want of the console's line: they say little, and mean it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from corssim.diagnosis.console_lines.reading import UNKNOWN

_ANYTHING: Final = (
    "This is all that script is told, whatever went wrong: CORS, a policy, or a server that is down. The console's "
    "other lines say which, and so does `corssim check URL --page PAGE`."
)
_REFUSED: Final = "The call itself was refused and nothing was sent; the text says what is wrong with it."


class ScriptError(NamedTuple):
    """An exception's text: which browser throws it, and what can be said of it."""

    pattern: re.Pattern[str]
    browser: str
    note: str
    topic: str


def _error(text: str, browser: str, note: str = _ANYTHING, topic: str = "failed-to-fetch") -> ScriptError:
    return ScriptError(re.compile(text), browser, note, topic)


SCRIPT_ERRORS: Final = (
    _error(r"TypeError: Failed to fetch", "chromium"),
    _error(r"TypeError: NetworkError when attempting to fetch resource", "firefox"),
    _error(r"TypeError: Load failed", "webkit"),
    _error(r"NetworkError: Failed to execute 'send' on 'XMLHttpRequest'", "chromium"),
    _error(r"NetworkError: A network error occurred", "firefox"),
    _error(r"(?:AxiosError: |Error: )Network Error", UNKNOWN),
    _error(r"TypeError: Failed to (?:execute 'fetch' on|construct 'Request')", "chromium", _REFUSED, "methods"),
    _error(r"TypeError: Window\.fetch: ", "firefox", _REFUSED, "methods"),
)
"""The first that is found counts."""
