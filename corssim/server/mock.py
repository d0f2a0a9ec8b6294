"""`MockServer`: a server in memory that answers by rules, without a network and without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from ..errors import UsageError
from ..fetch.header_list import lowercase_names
from ..fetch.wire import FailureKind, Headers, NetworkFailure, WireRequest, WireResponse, reason_phrase
from ..latest import Latest
from ..patterns import lazy_pattern
from ..records import field, record
from ..url import require_url
from .messages import header_value

if TYPE_CHECKING:
    from .cors_policy import CorsPolicy

Fail = Literal["refused", "reset", "timeout", "dns", "tls", "malformed", "unreachable", "offline", "too-large"]
HeadersLike = Mapping[str, str] | Iterable[tuple[str, str]]

_FAILURES: dict[str, NetworkFailure] = {
    "refused": NetworkFailure(FailureKind.REFUSED, "the server refused the connection"),
    "reset": NetworkFailure(FailureKind.RESET, "the server closed the connection without a response"),
    "timeout": NetworkFailure(FailureKind.TIMEOUT, "the server did not answer in time"),
    "dns": NetworkFailure(FailureKind.DNS, "the name of the server does not resolve"),
    "tls": NetworkFailure(FailureKind.TLS, "certificate verify failed: self-signed certificate"),
    "malformed": NetworkFailure(FailureKind.MALFORMED, "the answer is not valid HTTP"),
    "unreachable": NetworkFailure(FailureKind.OTHER, "the server is unreachable"),
    "offline": NetworkFailure(FailureKind.OFFLINE, "the network is unreachable"),
    "too-large": NetworkFailure(FailureKind.TOO_LARGE, "the response headers are over 256 KiB"),
}

_TEMPLATE = lazy_pattern(r"\{(origin|acrh|acrm)\}")
_REFLECTED = {
    "origin": "origin",
    "acrh": "access-control-request-headers",
    "acrm": "access-control-request-method",
}
MAX_REQUESTS = 10_000
_TRUNCATED_BY = 100  # bytes that Content-Length promises beyond the body


@record(frozen=True)
class MockResponse:
    """What a rule answers. Header values may hold `{origin}`, `{acrh}` and `{acrm}`.

    Status 101 takes the handshake of a WebSocket.

    `delay` is in seconds and never waited for: a delay over the request's timeout is a timeout. `fail` is a
    network failure in place of a response: refused, reset, timeout, dns, tls, malformed, unreachable, offline (no
    network at all), or too-large (headers beyond what browsers take). `truncate` ends the
    connection before Content-Length is reached.
    """

    status: int = 200
    headers: HeadersLike = ()
    body: bytes | str = b""
    delay: float = 0.0
    fail: Fail | None = None
    truncate: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.status, int):
            raise UsageError(f"status is {self.status!r:.80}; give a number, such as 200")
        if not 200 <= self.status <= 999 and self.status != 101:
            raise UsageError(f"status {self.status!r} is no final HTTP status (200 to 999), nor 101 for a WebSocket")
        if self.fail is not None and self.fail not in _FAILURES:
            raise UsageError(f"fail={self.fail!r} is not known; it can be {', '.join(_FAILURES)}")
        object.__setattr__(self, "headers", _pairs(self.headers))
        if isinstance(self.body, str):
            object.__setattr__(self, "body", self.body.encode())


Respond = Callable[[WireRequest], MockResponse | None]


@record()
class Rule:
    """One rule of a `MockServer`. `url` is a whole URL, a path for every origin, or (with `policy`) an origin."""

    url: str
    method: str
    response: MockResponse
    times: int | None = None
    respond: Respond | None = None
    policy: CorsPolicy | None = None
    whole_origin: bool = False
    used: int = field(default=0, init=False)
    _to_everyone: tuple[MockResponse, WireResponse] | None = field(default=None, init=False, repr=False, compare=False)

    def matches(self, request: WireRequest) -> bool:
        """Is this rule the request's, and not used up?"""
        if self.times is not None and self.used >= self.times:
            return False
        if self.method != "*" and self.method != request.method:
            # The policy answers the preflights for the methods of its rule.
            if self.policy is None or not request.is_preflight:
                return False
            if header_value(request, _REFLECTED["acrm"]) != self.method:
                return False
        if self.url == "*":
            return True
        compared = request.url
        if self.whole_origin or self.url.startswith("/"):
            scheme, _, rest = request.url.partition("://")
            authority, _, path = rest.partition("/")
            if self.whole_origin:
                return self.url == f"{scheme}://{authority}/"
            compared = f"/{path}"
        return self.url == (compared if "?" in self.url else compared.partition("?")[0])


class MockServer:
    """A server that answers by rules, the first match first; what no rule matches gets a 404 without CORS headers.

    Requests that arrive are in `requests`, in order; of more than `MAX_REQUESTS` the last. It can be a browser's
    transport or be mounted at origins, sync and async alike.
    """

    def __init__(self) -> None:
        self.requests: list[WireRequest] = Latest(MAX_REQUESTS)
        self._rules: list[Rule] = []

    @classmethod
    def from_policy(
        cls, policy: CorsPolicy, *, origin: str | None = None, headers: HeadersLike = (), body: bytes | str = b""
    ) -> MockServer:
        """A server that behaves by a policy, at every URL or at those of one origin."""
        server = cls()
        server.policy(origin or "*", policy, headers=headers, body=body)
        return server

    def route(
        self,
        url: str,
        method: str = "*",
        status: int = 200,
        headers: HeadersLike = (),
        body: bytes | str = b"",
        *,
        times: int | None = None,
        delay: float = 0.0,
        fail: Fail | None = None,
        truncate: bool = False,
        respond: Respond | None = None,
        policy: CorsPolicy | None = None,
    ) -> MockServer:
        """Add a rule and return the server. Raises `UsageError` or `InvalidURL` for a rule that can't be.

        `url` is a whole URL, or a path that counts at every origin, or `*`; its query counts only if it has one.
        `method` is compared as it is written, `*` is any. `times`: how often the rule matches before the ones after
        it do. `respond` makes the answer from the request; when it returns None the next rules are asked.
        `policy` adds its CORS headers to the answer, and answers the preflights for this rule.
        """
        if not isinstance(method, str):
            raise UsageError(f"method is {method!r:.80}; give a str, such as 'PUT', or '*' for any")
        answer = MockResponse(status, headers, body, delay, fail, truncate)
        self._rules.append(Rule(_rule_url(url), method, answer, times, respond, policy))
        return self

    def policy(
        self,
        origin: str,
        policy: CorsPolicy,
        *,
        status: int = 200,
        headers: HeadersLike = (),
        body: bytes | str = b"",
    ) -> MockServer:
        """Let a policy answer for all URLs of an origin (`*`: of all origins). Returns the server."""
        answer = MockResponse(status, headers, body)
        if origin == "*":
            self._rules.append(Rule("*", "*", answer, policy=policy))
            return self
        url = require_url(origin)
        if not url.is_http or url.path != "/" or url.query is not None or url.includes_credentials:
            raise UsageError(f"{origin!r} is no origin of a server, such as https://api.example")
        self._rules.append(Rule(url.without_fragment().href, "*", answer, policy=policy, whole_origin=True))
        return self

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        """What this server answers to a request. `timeout` is what the answers' delays are compared with."""
        answer, delay = self.delayed_answer(request)
        if timeout is not None and delay > timeout:
            return NetworkFailure(FailureKind.TIMEOUT, f"no response within {timeout:g} s")
        return answer

    def delayed_answer(self, request: WireRequest) -> tuple[WireResponse | NetworkFailure, float]:
        """What this server answers to a request, and after how many seconds, for those who wait. Nothing waits here."""
        self.requests.append(request)
        for rule in self._rules:
            is_there = rule.url == "*" or rule.url in request.url  # else it has nothing to compare
            if is_there and rule.matches(request):
                response = rule.response if rule.respond is None else rule.respond(request)
                if response is not None:
                    rule.used += 1
                    answer = _answer(request, rule, response)
                    return answer, response.delay if isinstance(answer, WireResponse) else 0.0
        return _sent(request, MockResponse(404), ()), 0.0


def _answer(request: WireRequest, rule: Rule, response: MockResponse) -> WireResponse | NetworkFailure:
    if rule._to_everyone is not None and rule._to_everyone[0] is response and request.method != "HEAD":
        return rule._to_everyone[1]
    if response.fail is not None:
        return _FAILURES[response.fail]
    if response.status == 101 and header_value(request, "sec-websocket-key") is None:
        return _FAILURES["malformed"]
    if rule.policy is None:
        answer = _sent(request, response, ())
        if rule.respond is None and _is_for_everyone(request, response):
            rule._to_everyone = response, answer
        return answer
    preflight = rule.policy.answer_preflight(request)
    return _sent(request, response, rule.policy.headers_for(request)) if preflight is None else preflight


def _is_for_everyone(request: WireRequest, response: MockResponse) -> bool:
    """Report whether nothing of the request is in the answer that was made for it."""
    return request.method != "HEAD" and response.status != 101 and not _has_templates(_pairs(response.headers))


def _sent(request: WireRequest, response: MockResponse, added: Headers) -> WireResponse:
    body = response.body if isinstance(response.body, bytes) else response.body.encode()
    headers = [*filled_in(response.headers, request), *added]
    names = lowercase_names(headers)
    if response.status == 101:
        headers += [header for header in _switching(request) if header[0].lower() not in names]
    elif names.isdisjoint(("content-length", "transfer-encoding")) and response.status not in (204, 304):
        promised = len(body) + (_TRUNCATED_BY if response.truncate else 0)
        headers.append(("Content-Length", str(promised)))
    bodyless = request.method == "HEAD" or response.status in (204, 304)
    cut = NetworkFailure(FailureKind.RESET, "the connection closed before the end of the body")
    return WireResponse(
        response.status,
        reason_phrase(response.status),
        tuple(headers),
        b"" if bodyless else body,
        cut if response.truncate and not bodyless else None,
    )


def _switching(request: WireRequest) -> Headers:
    """What takes a WebSocket's handshake: the answer to its key, and the first of the subprotocols asked for."""
    from ..fetch.web_socket import accept_of  # here, because few servers have one

    headers = [("Upgrade", "websocket"), ("Connection", "Upgrade")]
    headers.append(("Sec-WebSocket-Accept", accept_of(header_value(request, "sec-websocket-key") or "")))
    if (asked := header_value(request, "sec-websocket-protocol")) is not None:
        headers.append(("Sec-WebSocket-Protocol", asked.partition(",")[0].strip()))
    return tuple(headers)


def filled_in(headers: HeadersLike, request: WireRequest) -> Headers:
    """Fill in header templates; a header whose template has nothing in the request to reflect is left out."""
    pairs = _pairs(headers)
    if not _has_templates(pairs):
        return pairs
    filled = [(name, _reflection(template, request)) for name, template in pairs]
    return tuple([(name, value) for name, value in filled if value is not None])


def _has_templates(pairs: Headers) -> bool:
    return any("{" in value for _, value in pairs)


def _reflection(template: str, request: WireRequest) -> str | None:
    values = {key: header_value(request, _REFLECTED[key]) for key in _TEMPLATE.findall(template)}
    if None in values.values():
        return None
    return _TEMPLATE.sub(lambda found: values[found[1]] or "", template)


def _rule_url(url: str) -> str:
    if url == "*":
        return url
    if url.startswith("/"):
        parsed = require_url(f"http://path.invalid{url}").without_fragment()
        return parsed.href.removeprefix("http://path.invalid")
    whole = require_url(url)
    if not whole.is_http or whole.includes_credentials:
        raise UsageError(f"{url!r} is no URL that a server can answer for: give http:// or https://, or a path")
    return whole.without_fragment().href


def _pairs(headers: HeadersLike) -> Headers:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return tuple([(name, on_the_wire(value)) for name, value in pairs])


def on_the_wire(value: str) -> str:
    """The value's bytes, each a character: those of Latin-1, or of UTF-8 where it has more than that."""
    if value.isascii() or max(value) <= "\xff":
        return value
    return value.encode().decode("latin-1")
