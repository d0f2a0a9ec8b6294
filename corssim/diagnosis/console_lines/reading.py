"""What a console line says once it is read, and the command that makes the same happen again."""

from __future__ import annotations

import shlex
from typing import Any, Final

from corssim.fetch.reasons import Reason, Stage
from corssim.origin import url_origin
from corssim.url import parse_url

from ...patterns import lazy_pattern
from ...records import as_dict, record, replace

UNKNOWN: Final = "unknown"
"""The browser of a line that no browser is known to print."""

STAND_IN_HEADER: Final = "Content-Type: application/json"
"""Has a GET preflighted, where a line about a preflight names neither method nor header: it changes nothing."""

BROWSERS: Final = ("chromium", "firefox", "webkit")
"""The browsers that `corssim check` can be."""

_API_FLAGS: Final = {
    "XMLHttpRequest": "xhr",
    "EventSource": "event_source",
    "sendBeacon": "send_beacon",
    "WebSocket": "web_socket",
    "form": "submit_form",
}
_ELEMENTS: Final = frozenset({"img", "script", "module", "stylesheet", "font", "audio", "video", "preload", "iframe"})
_BY_THE_CORS_CHECK: Final = frozenset(
    {
        Reason.ALLOW_ORIGIN_MISSING,
        Reason.ALLOW_ORIGIN_MISMATCH,
        Reason.ALLOW_ORIGIN_MULTIPLE,
        Reason.ALLOW_ORIGIN_INVALID,
        Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Reason.ALLOW_CREDENTIALS_NOT_TRUE,
    }
)
_OF_CREDENTIALS: Final = frozenset({Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, Reason.ALLOW_CREDENTIALS_NOT_TRUE})
_WITHOUT_CORS: Final = frozenset(
    {
        Reason.CROSS_ORIGIN_RESOURCE_POLICY,
        Reason.OPAQUE_RESPONSE_BLOCKING,
        Reason.NO_CORS_REDIRECT_MODE,
        Reason.OPAQUE_RESPONSE,
    }
)
# These come of what the page's own headers say, which no request brings along.
_OF_THE_PAGE: Final = frozenset({Reason.CONTENT_SECURITY_POLICY, Reason.EMBEDDER_POLICY})
_FLAGS: Final = {
    Reason.REDIRECT_MODE_ERROR: ("--redirect", "error"),
    Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE: ("--mode", "same-origin"),
    Reason.NO_CORS_REDIRECT_MODE: ("--redirect", "manual"),
}
_HEADER_VALUES: Final = {
    # A value that takes a preflight, where the name alone would not.
    "accept": '"unsafe"',
    "accept-language": '"unsafe"',
    "authorization": "Bearer TOKEN",
    "content-language": '"unsafe"',
    "content-type": "application/json",
    "range": "bytes=0-1,2-3",
}
_EXAMPLE_PAGE: Final = "https://app.example"
_EXAMPLE_HEADERS: Final = lazy_pattern(r"(?m)^( {4}Access-Control-Allow-Headers: ).+$")
_EXAMPLE_METHODS: Final = lazy_pattern(r"(?m)^( {4}Access-Control-Allow-Methods: ).+$")
_APP_ORIGIN: Final = lazy_pattern(r"(?!file:|data:|blob:|about:)[a-z][a-z0-9+.-]*://[^/?#\s]+")  # as webviews have them
_OPAQUE_PAGE: Final = "data:text/html,"
_UNKNOWN_PAGE: Final = "PAGE"
_UNKNOWN_METHOD: Final = "METHOD"
_SIMPLE: Final = ("GET", "HEAD", "POST")


@record(frozen=True, kw_only=True)
class ConsoleReading:
    """One thing that a console says. What a line does not tell is empty (`status`: None).

    `browser` is chromium, firefox, webkit, edge (before it was a Chromium), jsdom or `UNKNOWN`. `is_known` tells
    whether the sentence is known; of one that is not, what could still be read is given. `reason` is why the fetch was
    blocked; `alternatives` are the other reasons for which this browser prints the same. Where no fetch was
    blocked, or the line is unknown, `topic` names what it is about and `note` says it in a sentence; a line about local
    networks has a topic beside its reason. `header` is
    the response header that decided, `value` what it held, `header_name` the request header that was refused, `api`
    what asked (fetch, XMLHttpRequest, img …). `also` are lines that only repeat that it failed.
    """

    text: str
    browser: str
    reason: Reason | None = None
    stage: Stage | None = None
    alternatives: tuple[Reason, ...] = ()
    topic: str = ""
    note: str = ""
    url: str = ""
    requested_url: str = ""
    location: str = ""
    origin: str = ""
    page: str = ""
    method: str = ""
    header_name: str = ""
    header: str = ""
    value: str = ""
    directive: str = ""
    mime_type: str = ""
    status: int | None = None
    api: str = ""
    also: tuple[str, ...] = ()
    is_known: bool = True

    def replaced(self, **changes: Any) -> ConsoleReading:
        """The same with other values."""
        return replace(self, **changes)

    def check_command(self) -> str | None:
        """The `corssim check` command that makes this happen again, quoted for a shell; None where no request can.

        It repeats what was read. `PAGE` stands for a page that the line does not name and `METHOD` for a method that it
        does not; where any preflighted request does, it is a GET with a header that has it preflighted.
        """
        url = self.requested_url or self.url
        if (
            parse_url(url) is None
            or (self.reason is None and not self.topic.startswith("preflight"))
            or self.reason in _OF_THE_PAGE
        ):
            return None
        words = ["corssim", "check", url, "--page", self._page()]
        if self.api and self.api != "fetch":
            words += ["--api", _API_FLAGS.get(self.api, self.api)]
        if self._method() not in ("", "GET"):
            words += ["-X", self._method()]
        if self._is_preflighted_without_saying_why():
            words += ["-H", STAND_IN_HEADER]
        if self.header_name and self.reason is Reason.HEADER_DISALLOWED_BY_PREFLIGHT:
            words += ["-H", f"{self.header_name}: {_HEADER_VALUES.get(self.header_name.lower(), '1')}"]
        if self.reason in _OF_CREDENTIALS:
            words += ["--credentials", "include"]
        words += self._mode()
        if self.browser in BROWSERS:
            words += ["--browser", self.browser]
        return shlex.join(words)

    def fix_in(self, text: str) -> str:
        """An explanation's fix with what this line names in place of the examples in it."""
        page = parse_url(self.page or self.origin)
        if page is not None and page.is_http:
            text = text.replace(_EXAMPLE_PAGE, url_origin(page).serialized)
        elif page is not None and _APP_ORIGIN.fullmatch(self.page or self.origin):
            text = text.replace(_EXAMPLE_PAGE, self.page or self.origin)
        if self.reason is Reason.HEADER_DISALLOWED_BY_PREFLIGHT and self.header_name:
            text = _EXAMPLE_HEADERS.sub(lambda found: found[1] + self.header_name.lower(), text)
        if self.reason is Reason.METHOD_DISALLOWED_BY_PREFLIGHT and self.method:
            text = _EXAMPLE_METHODS.sub(lambda found: found[1] + self.method, text)
        return text

    def as_dict(self) -> dict[str, Any]:
        """The reading for JSON: all fields, and the command under `check`."""
        fields = as_dict(self)
        fields |= {"reason": self.reason and self.reason.value, "stage": self.stage and self.stage.value}
        fields |= {"alternatives": [reason.value for reason in self.alternatives], "also": list(self.also)}
        return fields | {"check": self.check_command()}

    def _page(self) -> str:
        if self.origin == "null":
            url = parse_url(self.url)
            # To pages of other opaque origins Chromium says "Not allowed to load local resource".
            folder = parse_url(".", url) if url is not None and url.scheme == "file" else None
            return folder.href if folder is not None else _OPAQUE_PAGE
        return self.page or self.origin or _UNKNOWN_PAGE

    def _method(self) -> str:
        is_unsaid = self.reason is Reason.METHOD_DISALLOWED_BY_PREFLIGHT and self._asks_by_script()
        return self.method or (_UNKNOWN_METHOD if is_unsaid else "")

    def _is_preflighted_without_saying_why(self) -> bool:
        is_preflighted = self.stage is Stage.PREFLIGHT and self.reason is not Reason.HEADER_DISALLOWED_BY_PREFLIGHT
        return is_preflighted and self._method() in ("", *_SIMPLE) and self._asks_by_script()

    def _asks_by_script(self) -> bool:
        return self.api in ("", "fetch", "XMLHttpRequest")

    def _mode(self) -> list[str]:
        words: list[str] = []
        if self.reason in _WITHOUT_CORS and self.api in ("", "fetch"):
            words += ["--mode", "no-cors"]
        if self.reason in _BY_THE_CORS_CHECK and self.api in _ELEMENTS:
            # Else an element asks without CORS.
            words += ["--mode", "cors"]
        if self.reason is not None:
            words += _FLAGS.get(self.reason, ())
        return words
