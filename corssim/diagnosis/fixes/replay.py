"""Making a fetch again with changes applied: a server of the recorded answers, asked as the page asked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, get_args

from ...browser.browser import Browser
from ...browser.page import Page
from ...errors import CorssimError
from ...fetch.body import Blob, FormData, FormUrlEncoded
from ...fetch.header_list import get
from ...fetch.local_network_access import url_of_the_address
from ...fetch.methods import is_safe_method
from ...fetch.permissions import PermissionName
from ...fetch.trace import (
    Exchanged,
    ExchangeKind,
    HTTPCacheAnswered,
    LocalNetworkAccessChecked,
    PreflightConsidered,
)
from ...fetch.wire import NetworkFailure, WireRequest, WireResponse
from ...records import field, record, replace
from ...url import parse_url
from .changes import (
    Change,
    Changes,
    RequestChangeKind,
    SetHeader,
    SetStatus,
    request_changes,
    server_changes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...browser.outcome import Outcome
    from ...fetch.environment import Environment
    from ...fetch.profile import BrowserProfile
    from .changes import RequestChange

    Ask = Callable[[WireRequest], WireResponse | NetworkFailure]

_ALL_GRANTED = dict.fromkeys(get_args(PermissionName), "granted")
_ADDRESS_IN = {"local": "192.168.0.1", "loopback": "127.0.0.1"}
_Key = tuple[bool, str, str]
_GIF = b"GIF89a" + bytes.fromhex("01000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
_OF_USE_TO = {
    "img": ("image/gif", _GIF),
    "script": ("text/javascript", b""),
    "module": ("text/javascript", b""),
    "stylesheet": ("text/css", b""),
    "EventSource": ("text/event-stream", b""),
}


def place_of(url: str) -> str:
    """A URL as it crosses the network: without fragment and credentials."""
    parsed = parse_url(url)
    return url if parsed is None else parsed.without_credentials_and_fragment().href


@record(frozen=True, eq=False)
class Recording:
    """What an outcome tells about its fetch: who asked for what, and each answer of the servers, in order.

    `covered` are URLs whose preflight was not made because the preflight cache had its answer, `addresses` where hosts
    of local networks were seen. `permissions` are what the user decides when it is made again: what got as far as to be
    answered had been let into the network where it was. `ask` sends what the browser did not get to ask, unless it has
    side effects (`asks_all`: that, too); `asked` keeps the answers.
    """

    call: str
    url: str
    arguments: dict[str, Any]
    environment: Environment
    profile: BrowserProfile
    api: str
    answers: dict[_Key, list[WireResponse | NetworkFailure]] = field(default_factory=dict)
    covered: frozenset[str] = frozenset()
    body_sent: bytes = b""
    addresses: dict[str, str] = field(default_factory=dict)
    permissions: dict[str, str] = field(default_factory=lambda: dict(_ALL_GRANTED))
    ask: Ask | None = None
    asks_all: bool = False
    asked: dict[WireRequest, WireResponse | NetworkFailure] = field(default_factory=dict)


def recording_of(outcome: Outcome, ask: Ask | None = None) -> Recording | None:
    """What is needed to make the outcome's fetch again, or None where no script asked for it in a way that is kept."""
    request, call = outcome.request, outcome.call
    if request is None or call is None:
        return None
    answers: dict[_Key, list[WireResponse | NetworkFailure]] = {}
    covered: set[str] = set()
    addresses: dict[str, str] = {}
    last: list[WireResponse | NetworkFailure] = []
    body_sent = b""
    for event in outcome.trace:
        match event:
            case Exchanged():
                key = (event.kind is ExchangeKind.PREFLIGHT, event.request.method, event.request.url)
                answer = event.response or event.failure
                if answer is not None:
                    last = answers.setdefault(key, [])
                    last.append(answer)
                if event.kind is ExchangeKind.ACTUAL:
                    body_sent = event.request.body or body_sent
            case HTTPCacheAnswered(how="validated"):
                last[-1] = event.response
            case HTTPCacheAnswered():
                answers.setdefault((False, "GET", event.url), []).append(event.response)
            case LocalNetworkAccessChecked():
                addresses |= _addresses(event, request.client)
            case PreflightConsidered(needed=False) if event.because:
                covered.add(place_of(event.url))
    return Recording(
        call=call.method,
        url=call.url,
        arguments=dict(call.arguments),
        environment=request.client,
        profile=outcome.profile,
        api=request.api,
        answers=answers,
        covered=frozenset(covered),
        body_sent=body_sent,
        addresses=addresses,
        ask=ask,
    )


def _addresses(check: LocalNetworkAccessChecked, client: Environment) -> dict[str, str]:
    """Where the hosts of the check are: the server's address, and one of the page's network."""
    pairs = (
        (parse_url(check.url), check.address),
        (url_of_the_address(client), _ADDRESS_IN.get(check.own_space, "")),
    )
    return {url.host: address for url, address in pairs if url is not None and url.host and address}


class RecordedServer:
    """The servers as the recorded answers show them, with changes applied.

    What was never asked has no recorded answer. Where the recording can ask, requests of safe methods get the real
    one: `asked` lists them. Else a preflight gets a 404, so that all it needs shows up as a change (but where the
    preflight cache held its answer, it is allowed), and a request gets a plain 200 that is of use to what asks:
    `unseen` lists these.
    """

    def __init__(self, recording: Recording, changes: Changes = ()) -> None:
        self._recording = recording
        self._changes = server_changes(changes)
        self._used: Counter[_Key] = Counter()
        self.unseen: list[WireRequest] = []
        self.asked: list[WireRequest] = []

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        """The answer to one request of the replay."""
        preflight = request.is_preflight
        key = (preflight, request.method, request.url)
        recorded = self._recording.answers.get(key)
        if recorded:
            response = recorded[min(self._used[key], len(recorded) - 1)]
            self._used[key] += 1
        else:
            response = self._never_asked(request, preflight)
        if isinstance(response, NetworkFailure):
            return response
        mine = [change for change in self._changes if change.where.key == (preflight, request.url)]
        return with_changes(response, mine)

    def _never_asked(self, request: WireRequest, preflight: bool) -> WireResponse | NetworkFailure:
        covered = preflight and request.url in self._recording.covered
        answer = None if covered else self._asked_now(request)
        if answer is not None:
            self.asked.append(request)
            return answer
        if not preflight:
            self.unseen.append(request)
            content_type, body = _OF_USE_TO.get(self._recording.api, ("text/plain", b""))
            return WireResponse(200, "OK", (("Content-Type", content_type),), body)
        if covered:
            return WireResponse(204, "No Content", _allowing(request))
        self.unseen.append(request)
        return WireResponse(404, "Not Found", ())

    def _asked_now(self, request: WireRequest) -> WireResponse | NetworkFailure | None:
        """The answer to a request that the browser never made; None where it may not be made now."""
        ask, asked = self._recording.ask, self._recording.asked
        if ask is None or not (self._recording.asks_all or is_safe_method(request.method)):
            return None
        if request not in asked:
            asked[request] = ask(request)
        return asked[request]


def _allowing(preflight: WireRequest) -> tuple[tuple[str, str], ...]:
    asked = {
        "Access-Control-Allow-Origin": get(preflight.headers, "Origin"),
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": get(preflight.headers, "Access-Control-Request-Method"),
        "Access-Control-Allow-Headers": get(preflight.headers, "Access-Control-Request-Headers"),
    }
    return tuple((name, value) for name, value in asked.items() if value is not None)


def with_changes(response: WireResponse, changes: Sequence[Change]) -> WireResponse:
    """The response with its changes applied."""
    headers, status = list(response.headers), response.status
    for change in changes:
        match change:
            case SetHeader():
                headers = [*_without(headers, change.name), (change.name, change.value)]
            case SetStatus():
                status = change.status
    reason = response.reason if status == response.status else ""
    return response._replace(status=status, reason=reason, headers=tuple(headers))


def _without(headers: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    return [header for header in headers if header[0].lower() != name.lower()]


@record(frozen=True, eq=False)
class Replay:
    """A fetch made again: what came of it, the requests that have no known answer, and those asked for it now."""

    outcome: Outcome
    unseen: tuple[WireRequest, ...]
    asked: tuple[WireRequest, ...]


def replayed(recording: Recording, changes: Changes = ()) -> Replay | None:
    """Make the fetch again in a fresh browser of the same profile, with the changes applied; None where they make
    a request that the API refuses."""
    server = RecordedServer(recording, changes)
    browser = Browser(
        server,
        profile=recording.profile,
        clock=lambda: 0.0,
        permissions=recording.permissions,
        addresses=recording.addresses,
    )
    page = Page(browser, replace(recording.environment, preloads={}, loaded={}))
    url, arguments = _asked(recording, request_changes(changes))
    try:
        outcome: Outcome = getattr(page, recording.call)(url=url, **arguments)
    except CorssimError:
        return None
    return Replay(outcome, tuple(server.unseen), tuple(server.asked))


def _asked(recording: Recording, changes: Sequence[RequestChange]) -> tuple[str, dict[str, Any]]:
    """The call's URL and arguments with the changes applied. An iterator, used up, is replaced by what it gave."""
    url, arguments = recording.url, dict(recording.arguments)
    for name in ("body", "data"):
        if _is_stream(arguments.get(name)):
            arguments[name] = [recording.body_sent]
    for change in changes:
        match change.kind:
            case RequestChangeKind.URL:
                url = change.value
            case RequestChangeKind.DROP_HEADER:
                arguments["headers"] = _without(arguments["headers"], change.value)
            case RequestChangeKind.DROP_UPLOAD_LISTENER:
                arguments["upload_listener"] = False
            case RequestChangeKind.BUFFER_BODY:
                arguments["body"] = recording.body_sent
            case RequestChangeKind.KEEPALIVE:
                arguments["keepalive"] = False
            case RequestChangeKind.CREDENTIALS if "with_credentials" in arguments:
                arguments["with_credentials"] = False
            case _:
                arguments[change.kind.value] = change.value
    return url, arguments


def _is_stream(body: object) -> bool:
    return body is not None and not isinstance(
        body, str | bytes | bytearray | memoryview | Blob | FormData | FormUrlEncoded
    )
