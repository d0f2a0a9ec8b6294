"""What came of a fetch: the verdict with its evidence, and what script sees."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, overload

from ..enums import StrEnum
from ..errors import FetchBlocked
from ..fetch.header_list import get, sort_and_combine
from ..fetch.reasons import Blocked, Reason
from ..fetch.request_hops import url_before_rewriting
from ..fetch.response import ResponseType, without_empty_repeats
from ..fetch.trace import Exchanged, ExchangeKind
from ..fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse
from ..records import NamedTuple, as_function, field, record

if TYPE_CHECKING:
    from ..fetch.events import Trace
    from ..fetch.profile import BrowserProfile
    from ..fetch.request import Request
    from ..fetch.response import Response
    from .call import Call


class Verdict(StrEnum):
    """How a fetch ended for script. Pending: it did not, the browser asks the user first, and nothing has been sent."""

    READABLE = "readable"
    OPAQUE = "opaque"
    BLOCKED = "blocked"
    FAILED = "failed"
    PENDING = "pending"


_FAILURES = {
    FailureKind.REFUSED: Reason.CONNECTION_REFUSED,
    FailureKind.DNS: Reason.DNS_FAILURE,
    FailureKind.TLS: Reason.TLS_FAILURE,
    FailureKind.TIMEOUT: Reason.TIMEOUT,
    FailureKind.RESET: Reason.CONNECTION_RESET,
    FailureKind.MALFORMED: Reason.MALFORMED_RESPONSE,
    FailureKind.TOO_LARGE: Reason.RESPONSE_TOO_LARGE,
}
_FAILED_AFTER_SENDING = frozenset(
    {FailureKind.RESET, FailureKind.TIMEOUT, FailureKind.MALFORMED, FailureKind.TOO_LARGE}
)

_WITHOUT_A_BLOCK = {
    Reason.HTTP_ERROR_STATUS: Verdict.FAILED,
    Reason.NOT_AN_IMAGE: Verdict.FAILED,
    Reason.NOT_A_FONT: Verdict.FAILED,
    Reason.EVENT_SOURCE_STATUS: Verdict.FAILED,
    Reason.EVENT_SOURCE_TYPE: Verdict.FAILED,
    Reason.WEB_SOCKET_REFUSED: Verdict.FAILED,
    Reason.LOCAL_NETWORK_ACCESS_PENDING: Verdict.PENDING,
    Reason.INSECURE_FORM_PENDING: Verdict.PENDING,
}
"""What stopped a fetch without blocking it."""


class SeenHeaders(list[tuple[str, str]]):
    """(name, value) pairs, and by name what `headers.get(name)` gives in script: `headers["X-Total"]`, in any case.

    A name that script does not see raises KeyError.
    """

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, key: slice, /) -> list[tuple[str, str]]: ...
    @overload
    def __getitem__(self, key: str, /) -> str: ...
    def __getitem__(self, key: SupportsIndex | slice | str, /) -> tuple[str, str] | list[tuple[str, str]] | str:
        if not isinstance(key, str):
            return super().__getitem__(key)
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def get(self, name: str, default: str | None = None) -> str | None:
        """The values of a header joined by a comma, or the default."""
        value = get(self, name)
        return default if value is None else value


@record(frozen=True)
class ScriptResponse:
    """A Response object as script sees it. `headers` are (name, value) pairs, lower case, sorted and combined, and
    answer `headers["x-total"]`, too.

    `body` is what could be read; `body_failure` says why it ended early: then `text()` and `json()` raise ValueError.
    https://fetch.spec.whatwg.org/#response-class
    """

    type: str
    status: int
    status_text: str
    url: str
    redirected: bool
    headers: SeenHeaders
    body: bytes
    body_failure: NetworkFailure | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status <= 299

    def header(self, name: str) -> str | None:
        """One header's value as `response.headers.get(name)` gives it, None where script does not see it."""
        return get(self.headers, name)

    def text(self) -> str:
        """The body as UTF-8 text. https://fetch.spec.whatwg.org/#dom-body-text"""
        if self.body_failure is not None:
            raise ValueError(f"the body ended early: {self.body_failure.detail or self.body_failure.kind}")
        return self.body.decode("utf-8", "replace").removeprefix("\ufeff")

    def json(self) -> Any:
        """The body as JSON; raises ValueError where it is none. https://fetch.spec.whatwg.org/#dom-body-json"""
        import json  # here, because it takes a while to import

        return json.loads(self.text())


class Message(NamedTuple):
    """One side of an HTTP exchange as it crossed the network: a request, or a response (then `status` is set)."""

    headers: list[tuple[str, str]]
    body: bytes
    method: str = ""
    url: str = ""
    status: int = 0
    reason: str = ""

    def header(self, name: str) -> str | None:
        """A header's values joined by a comma, or None."""
        return get(self.headers, name)


class Exchange(NamedTuple):
    """One HTTP exchange. `kind` is preflight, actual or redirect; `response` is None where the network failed."""

    kind: ExchangeKind
    request: Message
    response: Message | None
    failure: NetworkFailure | None


FrameEvent = Literal["load", "error", "nothing"]


@record(frozen=True, eq=False, slots=False)
class Outcome:
    """A fetch that ended: the verdict, the reason, what script sees, every exchange and every decision.

    `blocked` is the check that failed, with its evidence; `failure` what the network did; `timing_allowed` the TAO
    check (None: script finds no timing at all).
    `returned` is what sendBeacon() returned, `errors_readable` whether a script's errors reach window.onerror
    unmuted, `frame_event` what an iframe, or the one that a form was submitted into, fires ("load" for an error page
    too); they are None for other APIs. `call` is what the page was asked to do, where it can be asked again, `fetched`
    what the algorithms came to, None for a network error.
    """

    verdict: Verdict
    reason: Reason | None
    fetched: Response | None = field(repr=False)
    trace: Trace
    profile: BrowserProfile
    blocked: Blocked | None = None
    failure: NetworkFailure | None = None
    timing_allowed: bool | None = False
    returned: bool | None = None
    errors_readable: bool | None = None
    frame_event: FrameEvent | None = None
    from_preload: bool = False
    request: Request | None = field(default=None, repr=False)
    call: Call | None = field(default=None, repr=False)

    @cached_property
    def response(self) -> ScriptResponse | None:
        """The response as script sees it; None where it gets none."""
        if self.fetched is None or self.request is None:
            return None
        return _as_script_sees(self.request, self.fetched, self.profile)

    @property
    def frame_loads(self) -> bool | None:
        """Report whether the frame fires load; None for what is no frame."""
        return None if self.frame_event is None else self.frame_event == "load"

    @property
    def allowed(self) -> bool:
        """Report whether script can read the response."""
        return self.verdict is Verdict.READABLE

    @cached_property
    def exchanges(self) -> list[Exchange]:
        """Every HTTP exchange in order; answers from the HTTP cache are not among them."""
        return [_exchange(event) for event in self.trace if isinstance(event, Exchanged)]

    @property
    def reached_server(self) -> bool:
        """Report whether the actual request got to a server: then its side effects happened, blocked or not."""
        return any(
            event.kind is not ExchangeKind.PREFLIGHT
            and (
                event.failure is None
                or (event.failure.kind in _FAILED_AFTER_SENDING and not event.failure.nothing_sent)
            )
            for event in self.trace
            if isinstance(event, Exchanged)
        )

    @property
    def console(self) -> list[str]:
        """The lines that the profile's browser prints to its console, word for word."""
        from ..console import console_lines

        family = "" if self.call is None else self.call.arguments.get("family", "")
        return console_lines(self.trace, self.profile, font_family=family)

    def raise_for_block(self) -> Outcome:
        """Raise FetchBlocked unless script can read the response; else give the outcome itself."""
        if not self.allowed:
            told: str = import_module("..report.one_line", __package__).in_one_line(self)
            raise FetchBlocked(f"{self.profile.name}: {told}", outcome=self)
        return self

    # What tells of an outcome stands above it, and is loaded when it is asked for.

    def explain(self) -> str:
        """The whole report as plain text: the verdict, what happened, what was compared, and what to change."""
        advice = import_module("..report.advice", __package__).Advice(self)
        text: str = import_module("..report.terminal", __package__).plain_report(self, advice=advice)
        return text

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON types, as `corssim check --json` prints it. Credentials are masked."""
        advice = import_module("..report.advice", __package__).Advice(self)
        document: dict[str, Any] = import_module("..report.json_report", __package__).json_report(self, advice=advice)
        return document

    def to_html(self) -> str:
        """The report as one HTML page that needs nothing else. Credentials are masked."""
        advice = import_module("..report.advice", __package__).Advice(self)
        html = import_module("..report.html", __package__)
        page: str = html.html_report([self], title=f"corssim: {self.verdict}", advice=[advice])
        return page

    def __repr__(self) -> str:
        what = f", reason={self.reason.value!r}" if self.reason else ""
        status = f", status={self.response.status}" if self.response else ""
        return f"<Outcome {self.verdict.value}{what}{status}, profile={self.profile.name!r}>"


def _exchange(event: Exchanged) -> Exchange:
    request, response = event.request, event.response
    return Exchange(
        event.kind,
        _message_of_request(request),
        None if response is None else _message_of_response(response),
        event.failure,
    )


def _message_of_request(request: WireRequest) -> Message:
    return Message(list(request.headers), request.body or b"", request.method, request.url)


def _message_of_response(response: WireResponse) -> Message:
    return Message(list(response.headers), response.body, status=response.status, reason=response.reason)


_new_outcome = as_function(Outcome)


def outcome_of(
    request: Request,
    response: Response,
    trace: Trace,
    profile: BrowserProfile,
    call: Call | None = None,
    *,
    from_preload: bool = False,
) -> Outcome:
    """Read the verdict off a response. Nothing is decided here that the algorithms did not decide."""
    verdict, reason = _verdict_of(response)
    return _new_outcome(
        verdict,
        reason,
        None if response.is_network_error else response,
        trace,
        profile,
        response.blocked,
        response.failure,
        response.unfiltered.timing_allow_passed,
        from_preload=from_preload,
        request=request,
        call=call,
    )


_READABLE = Verdict.READABLE, None


def _verdict_of(response: Response) -> tuple[Verdict, Reason | None]:
    if response.blocked is not None:
        reason = response.blocked.reason
        return _WITHOUT_A_BLOCK.get(reason, Verdict.BLOCKED), reason
    if response.failure is not None:
        return Verdict.FAILED, _FAILURES.get(response.failure.kind, Reason.NETWORK_FAILURE)
    match response.type:
        case "opaque":
            return Verdict.OPAQUE, Reason.OPAQUE_RESPONSE
        case "opaqueredirect":
            return Verdict.OPAQUE, Reason.OPAQUE_REDIRECT
        case _:
            return _READABLE


def _as_script_sees(request: Request, response: Response, profile: BrowserProfile) -> ScriptResponse:
    last = response.url
    shown = last.without_fragment() if last is not None else None
    if shown and profile.responses.cross_origin_urls_hide_credentials and response.type is ResponseType.CORS:
        shown = shown.without_credentials()
    url = shown.href if shown else ""
    keeps_url = profile.mixed_content.upgraded_responses_keep_their_url and request.api != "XMLHttpRequest"
    rewritten = url_before_rewriting(request.hops) if keeps_url else None
    if rewritten is not None and len(response.url_list) == 1:
        url = rewritten.without_fragment().href
    header_list = response.header_list
    if profile.responses.drops_empty_repeated_headers:
        header_list = without_empty_repeats(header_list)
    headers = sort_and_combine(header_list)
    if (
        profile.schemes.xhr_spells_data_url_headers_as_written
        and request.api == "XMLHttpRequest"
        and url.startswith("data:")
    ):
        headers = list(response.header_list)
    return ScriptResponse(
        type=response.type,
        status=response.status,
        status_text=response.status_message,
        url=url,
        redirected=len(response.url_list) > 1 and response.type is not ResponseType.OPAQUE_REDIRECT,
        headers=SeenHeaders(headers),
        body=response.body or b"",
        body_failure=response.body_failure,
    )
