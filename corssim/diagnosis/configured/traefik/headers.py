"""Traefik's headers middleware, as its source has it.

https://github.com/traefik/traefik/blob/master/pkg/middlewares/headers/header.go , and as it was until version 3.6:
https://github.com/traefik/traefik/blob/v3.6.0/pkg/middlewares/headers/header.go
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ....records import record
from ..model import searched
from ..replies import NotTold, Reply
from ..trees import names_in, text_of
from .settings import flag

if TYPE_CHECKING:
    from ..asked import Asked
    from ..trees import Tree
    from .settings import Middleware

BY_VERSION: Final = "the version of Traefik, of `*` with credentials,"
"""It sent `*` as it is, and sends what is asked for since 2026. https://github.com/traefik/traefik/pull/13368"""
TO_BE_FILLED: Final = lazy_pattern(r"\$\{?[A-Za-z_({]|\{\{|<[A-Za-z_]|^!|^%|__\w+__|^\[")
_OF_CORS: Final = (
    *("accesscontrolallowcredentials", "accesscontrolallowheaders", "accesscontrolallowmethods"),
    *("accesscontrolalloworiginlist", "accesscontrolalloworiginlistregex", "accesscontrolexposeheaders"),
    *("accesscontrolmaxage", "addvaryheader"),
)
_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_LEFT_TO_IT: Final = ("access-control-allow-origin", "access-control-allow-credentials")


@record(frozen=True, kw_only=True)
class Headers:
    """The options of a headers middleware that are of CORS, and headers that it sets or (with "") takes away."""

    origins: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    credentials: bool = False
    credentials_text: str = ""
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    max_age: str = ""
    adds_vary: bool = False
    of_requests: tuple[tuple[str, str], ...] = ()
    of_answers: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def is_of_cors(self) -> bool:
        """Whether any option of CORS is set: preflights are then answered here."""
        lists = (*self.origins, *self.patterns, *self.methods, *self.headers, *self.expose)
        return bool(lists) or self.credentials or self.adds_vary or self.max_age not in ("", "0")


def headers_of(middleware: Middleware) -> Headers:
    """What a middleware sends."""
    given = middleware.headers
    credentials = flag(given.get("accesscontrolallowcredentials", ""))
    unread = [key for key in given if key.startswith("accesscontrol") and key not in _OF_CORS]
    unread += [
        f"{key}: {value}"
        for key in ("customresponseheaders", "customrequestheaders")
        if (value := text_of(given.get(key, "")))  # as version 1 had it
    ]

    def names(key: str) -> tuple[str, ...]:
        value = given.get(key, "")
        # A list holds each value as it is; an expression in it may have a comma.
        return tuple(map(text_of, value)) if isinstance(value, list) else names_in(value)

    return Headers(
        origins=names("accesscontrolalloworiginlist"),
        patterns=names("accesscontrolalloworiginlistregex"),
        credentials=credentials is True,
        credentials_text=text_of(given.get("accesscontrolallowcredentials", "")) if credentials is None else "",
        methods=names("accesscontrolallowmethods"),
        headers=names("accesscontrolallowheaders"),
        expose=names("accesscontrolexposeheaders"),
        max_age=text_of(given.get("accesscontrolmaxage", "")),
        adds_vary=flag(given.get("addvaryheader", "")) is True,
        of_requests=_pairs(given.get("customrequestheaders", "")),
        of_answers=_pairs(given.get("customresponseheaders", "")),
        unread=tuple(unread),
    )


def _pairs(tree: Tree) -> tuple[tuple[str, str], ...]:
    return tuple((name, text_of(value)) for name, value in tree.items()) if isinstance(tree, dict) else ()


def preflight_reply(options: Headers, asked: Asked) -> Reply:
    """What it answers to a preflight itself: processCorsHeaders. Raises `NotTold`."""
    origin = get(asked.headers, "Origin") or ""
    headers = [("Access-Control-Allow-Credentials", "true")] if options.credentials else []
    if options.headers:
        headers.append(("Access-Control-Allow-Headers", ",".join(options.headers)))
    if options.methods:
        headers.append(("Access-Control-Allow-Methods", ",".join(options.methods)))
    if (allowed := _allowed(options, origin)) is not None:
        headers.append((_ALLOW_ORIGIN, allowed))
    headers.append(("Access-Control-Max-Age", options.max_age or "0"))
    return Reply(status=200, headers=tuple(headers), by_version=_by_version(options))


def take_away(options: Headers, asked: Asked) -> None:
    """What it changes of a request: modifyCustomRequestHeaders."""
    for name, value in options.of_requests:
        asked.headers = [pair for pair in asked.headers if pair[0].lower() != name.lower()]
        if value:
            asked.headers.append((name, value))


def modified(reply: Reply, options: Headers, asked: Asked) -> Reply:
    """An answer with what it sets on it: PostRequestModifyResponseHeaders. Raises `NotTold`.

    A program behind a middleware with allowed origins is taken to leave them, and credentials, to it.
    """
    is_set: list[tuple[str, str | None]] = [(name, value or None) for name, value in options.of_answers]
    allowed = _allowed(options, get(asked.headers, "Origin") or "")
    if allowed is not None:
        is_set.append((_ALLOW_ORIGIN, allowed))
    if options.credentials:
        is_set.append(("Access-Control-Allow-Credentials", "true"))
    if options.expose:
        is_set.append(("Access-Control-Expose-Headers", ",".join(options.expose)))
    last = {name.lower(): (name, value) for name, value in is_set}
    kept = [pair for pair in reply.headers if pair[0].lower() not in last]
    hidden = {*reply.hidden, *last, *(_LEFT_TO_IT if options.origins or options.patterns else ())}
    return Reply(
        status=reply.status,
        headers=(*kept, *((name, value) for name, value in last.values() if value is not None)),
        by_program=reply.by_program,
        hidden=frozenset(hidden),
        doubt=reply.doubt,
        by_version=reply.by_version or _by_version(options),
    )


def _allowed(options: Headers, origin: str) -> str | None:
    """The origin that is sent: matchOrigin."""
    if options.credentials_text:
        raise NotTold(f"accessControlAllowCredentials: {options.credentials_text}"[:60])
    if options.unread:
        raise NotTold(options.unread[0][:60])
    for item in options.origins:
        if item in (origin, "*"):
            return item
    if any(searched(pattern, origin) is not None for pattern in options.patterns):
        return origin
    for item in (*options.origins, *options.patterns):
        if TO_BE_FILLED.search(item.removesuffix("$")) is not None:
            raise NotTold(f"{item[:60]}, a place to be filled in,")
    return None


def _by_version(options: Headers) -> str:
    stars = (*options.origins, *options.methods, *options.headers)
    return BY_VERSION if options.credentials and "*" in stars else ""
