"""Inferring a policy from answers. A generator: it yields requests, is sent answers, and does no I/O of its own.

The requests are GETs and OPTIONS as a browser would write them, and not fetches of a page: what a server would allow
a PUT is asked by its preflight, and the PUT is never sent.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

from ..errors import UsageError
from ..fetch.header_list import Failure, extract_token_list, get
from ..fetch.response import is_ok_status
from ..fetch.wire import NetworkFailure, WireRequest, WireResponse
from ..serialized_origin import check_serialized_origin
from ..url import require_url
from .inferred_policy import AllowedLookAlike, AnyOrigin, InferredPolicy
from .look_alikes import BEHIND_LOCAL_NAMES, OUTSIDERS, STRANGER, LookAlikeKind, candidates, look_alikes, plainest
from .probes import Answer, Probes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_REQUESTS = 100
"""Requests that inferring a policy takes at most, unless told otherwise."""

APP_URL = "https://api.example/"
"""Where an app is asked when no URL is given."""

_ORIGINS_COPIED = 2  # allowed origins of which look-alikes are made: other lists of the same server are compared alike

METHODS = ("PUT", "PATCH", "DELETE")
HEADERS = ("content-type", "authorization", "x-requested-with")
INVENTED_METHOD = "CORSSIM"
INVENTED_HEADER = "x-corssim-invented"

Probing = Generator[WireRequest, "WireResponse | NetworkFailure", InferredPolicy]


def infer(
    target: Any,
    url: str | None = None,
    *,
    origins: Iterable[str] = (),
    methods: Iterable[str] = METHODS,
    headers: Iterable[str] = HEADERS,
    sent_along: Sequence[tuple[str, str]] = (),
    max_requests: int = MAX_REQUESTS,
) -> InferredPolicy:
    """Ask a server of one's own which policy it shows, with `max_requests` requests (GET and OPTIONS) at most.

    `target` is a URL, or what a Browser can mount: an app, a transport, a MockServer; then `url` says where in it.
    `origins` are those it should allow: look-alikes are made of the ones that it does. Without them, likely ones are
    tried. `sent_along` are headers of every request but preflights, such as a Cookie
    of a login. Raises UsageError for what cannot be asked.
    """
    # The network is the one thing of the browser's that a server's room uses: it knows neither pages nor policies.
    from ..browser.transports import NetworkOptions, sync_exchange

    if isinstance(target, str):
        if url is not None:
            raise UsageError(f"infer({target!r}) asks the live network; url= is for apps")
        target, url = None, target
    probes = probing(
        url or APP_URL,
        origins=origins,
        methods=methods,
        headers=headers,
        sent_along=sent_along,
        max_requests=max_requests,
    )
    network = NetworkOptions()
    exchange = sync_exchange(target, network=network)
    try:
        request = next(probes)
        while True:
            request = probes.send(exchange.exchange(request, timeout=network.timeout, max_body=_MAX_BODY))
    except StopIteration as stop:
        policy: InferredPolicy = stop.value
        return policy
    finally:
        probes.close()
        exchange.close()


_MAX_BODY = 64 * 1024  # bytes; nobody looks at the bodies


def probing(
    url: str,
    *,
    origins: Iterable[str] = (),
    methods: Iterable[str] = METHODS,
    headers: Iterable[str] = HEADERS,
    sent_along: Sequence[tuple[str, str]] = (),
    max_requests: int = MAX_REQUESTS,
) -> Probing:
    """The requests that show a policy, the most telling first; each is sent the answer, a network failure too."""
    parsed = require_url(url)
    if not parsed.is_http:
        raise UsageError(f"{url!r} is no http(s) URL")
    if max_requests < 1:
        raise UsageError(f"max_requests is {max_requests}; at least 1 is needed")
    asked = list(dict.fromkeys(origins))
    for origin in asked:
        problem = check_serialized_origin(origin)
        if problem is not None:
            raise UsageError(f"origins: {problem.message}")
    probes = Probes(parsed.without_credentials_and_fragment().href, max_requests, sent_along)
    return _infer(probes, asked or candidates(url), list(methods), [name.lower() for name in headers])


def _infer(probes: Probes, origins: Sequence[str], methods: Sequence[str], headers: Sequence[str]) -> Probing:
    allowed = yield from _allowed_origins(probes, origins)
    if not allowed and probes.answers and not any(answer.allow_origin for answer in probes.answers):
        # GET may be no method of this URL, and an error page without CORS headers says nothing of the policy.
        probes.method_of_origin_probes = "OPTIONS"
        allowed = yield from _allowed_origins(probes, origins)
    stranger = yield from probes.ask_origin(STRANGER)
    null = yield from probes.ask_origin("null")
    any_origin = AnyOrigin.NO
    if stranger is not None and stranger.allowed:
        any_origin = AnyOrigin.WILDCARD if stranger.wildcard else AnyOrigin.REFLECTED
    by_cookie = False
    if stranger is not None and stranger.wildcard and stranger.allow_credentials:
        # Some servers say `*`, and reflect the origin as soon as a cookie comes along.
        with_cookie = yield from probes.ask(STRANGER, cookie=True)
        by_cookie = with_cookie is not None and with_cookie.credentialed
        any_origin = AnyOrigin.REFLECTED if by_cookie else any_origin
    alike: list[AllowedLookAlike] = []
    if any_origin is AnyOrigin.NO:
        alike = yield from _allowed_look_alikes(probes, list(allowed)[:_ORIGINS_COPIED])
    origin_answers = list(probes.answers)
    by_default = STRANGER if any_origin is not AnyOrigin.NO else "null" if null and null.allowed else origins[0]
    reference = next(iter(allowed), by_default)
    known = _Preflights(probes, reference, credentials=any(a.credentialed for a in origin_answers))
    yield from known.ask_all(methods, headers)
    allowing = [answer for answer in probes.answers if answer.allowed]
    return InferredPolicy(
        url=probes.url,
        requests=probes.sent,
        any_origin=any_origin,
        origins=tuple(allowed),
        refused_origins=tuple(origin for origin in origins if origin not in allowed),
        null=null is not None and null.allowed and not null.wildcard,
        null_credentials=null is not None and null.credentialed,
        look_alikes=tuple(alike),
        credentials=any(answer.credentialed for answer in origin_answers),
        credentials_beside_wildcard=not by_cookie and any(a.wildcard and a.allow_credentials for a in probes.answers),
        methods=tuple(known.methods),
        any_method=known.any_method,
        headers=tuple(known.headers),
        any_header=known.any_header,
        exposed=_exposed(origin_answers),
        max_age=known.max_age,
        varies=_varies(origin_answers) if allowing else None,
        odd_origins=tuple(probes.odd),
        by_preflight_alone=probes.method_of_origin_probes == "OPTIONS",
        failure=probes.failure,
        left_out=tuple(probes.left_out),
        statuses=tuple(probes.statuses),
        unanswered=0 if probes.failure else probes.unanswered,
    )


def _allowed_origins(
    probes: Probes, origins: Iterable[str]
) -> Generator[WireRequest, WireResponse | NetworkFailure, dict[str, Answer]]:
    allowed: dict[str, Answer] = {}
    for origin in origins:
        answer = yield from probes.ask_origin(origin)
        if answer is not None and answer.allowed:
            allowed[origin] = answer
    return allowed


_LOCAL: Final = frozenset({LookAlikeKind.LOCALHOST, LookAlikeKind.PRIVATE_ADDRESS})


def _allowed_look_alikes(
    probes: Probes, origins: Sequence[str]
) -> Generator[WireRequest, WireResponse | NetworkFailure, list[AllowedLookAlike]]:
    """What else is allowed beside these origins: of each kind one is enough."""
    found: dict[LookAlikeKind, AllowedLookAlike] = {}
    asked = set(origins)
    of_each = [(origin, each) for origin in origins for each in look_alikes(origin)]
    for of, each in (*of_each, *(("", outsider) for outsider in OUTSIDERS), *BEHIND_LOCAL_NAMES):
        if (of, each) in BEHIND_LOCAL_NAMES and not found.keys() & _LOCAL:
            break
        told_already = each.kind is LookAlikeKind.SPECIAL_CHARACTER and LookAlikeKind.PREFIX in found
        if told_already or each.kind in found or each.origin in asked:
            continue
        asked.add(each.origin)
        answer = yield from probes.ask_origin(each.origin)
        if answer is not None and answer.allowed:
            found[each.kind] = AllowedLookAlike(each.kind, each.origin, of, answer.credentialed)
    return plainest(list(found.values()))


class _Preflights:
    """What preflights from one origin may ask for."""

    def __init__(self, probes: Probes, origin: str, *, credentials: bool) -> None:
        self._probes = probes
        self._origin = origin
        self._credentials = credentials
        self.methods: list[str] = []
        self.headers: list[str] = []
        self.any_method = False
        self.any_header = False
        self.max_age: str | None = None

    def ask_all(
        self, methods: Iterable[str], headers: Iterable[str]
    ) -> Generator[WireRequest, WireResponse | NetworkFailure, None]:
        """An invented name first of each: where that is allowed, `*` or a reflection allows the others."""
        for method in (INVENTED_METHOD, *methods):
            answer = yield from self._probes.ask(self._origin, preflight_for=method)
            listed = self._listed(answer, "Access-Control-Allow-Methods")
            if method == INVENTED_METHOD:
                self.any_method = self._allows(listed, method)
            _add(self.methods, [name for name in listed if name != INVENTED_METHOD])
            if self._allows(listed, method):
                _add(self.methods, [method] if method != INVENTED_METHOD else [])
        for header in (INVENTED_HEADER, *headers):
            answer = yield from self._probes.ask(self._origin, preflight_for="GET", header=header)
            listed = [name.lower() for name in self._listed(answer, "Access-Control-Allow-Headers")]
            if header == INVENTED_HEADER:
                self.any_header = self._allows(listed, header)
            _add(self.headers, [name for name in listed if name != INVENTED_HEADER])
            if header not in (INVENTED_HEADER, "authorization") and self._allows(listed, header):
                _add(self.headers, [header])

    def _allows(self, listed: list[str], name: str) -> bool:
        return name in listed or ("*" in listed and not self._credentials)

    def _listed(self, answer: Answer | None, name: str) -> list[str]:
        """The names in a preflight's answer that a browser would act on."""
        if answer is None or not answer.allowed or not is_ok_status(answer.response.status):
            return []
        max_age = get(answer.response.headers, "Access-Control-Max-Age")
        if max_age is not None:
            self.max_age = max_age
        listed = extract_token_list(list(answer.response.headers), name)
        return [] if listed is None or isinstance(listed, Failure) else listed


def _add(names: list[str], more: Iterable[str]) -> None:
    names += [name for name in dict.fromkeys(more) if name not in names]


def _exposed(answers: Iterable[Answer]) -> tuple[str, ...]:
    for answer in answers:
        if answer.allowed:
            names = extract_token_list(list(answer.response.headers), "Access-Control-Expose-Headers")
            if names and not isinstance(names, Failure):
                return tuple(names)
    return ()


def _varies(answers: Sequence[Answer]) -> bool | None:
    """Whether every answer says that it depends on the origin; None where none does depend on it."""
    if len({answer.allow_origin for answer in answers}) < 2:
        return None
    return all(answer.varies for answer in answers)
