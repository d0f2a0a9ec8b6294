"""The package @adonisjs/cors: `config/cors.ts` of an AdonisJS project.

https://docs.adonisjs.com/guides/security/cors ; what it answers was read in its middleware.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...fetch.header_list import get
from ...patterns import lazy_pattern
from ...records import record
from .code_values import Names, defined, keys_of, names_of, setting, value_at
from .model import REFLECTED, Configured, Grant, Mistake
from .replies import Reply
from .scan import balanced, without_comments

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...fetch.wire import WireRequest

ADONIS_SIGN: Final = r"@adonisjs/cors|@ioc:Adonis/Core/Cors"
_DEFINED: Final = lazy_pattern(r"\bdefineConfig\s*(?=\()")
_TYPED: Final = lazy_pattern(r"\b(?:const|let|var)\s+\w+\s*:\s*CorsConfig\s*=\s*(?=\{)")
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE")
_TAKEN: Final = ("enabled", "origin", "methods", "headers", "exposeHeaders", "credentials", "maxAge")
_MAX_AGE: Final = "90"
_SHOWN_ANYWAY: Final = frozenset(
    {"cache-control", "content-language", "content-type", "expires", "last-modified", "pragma"}
)


@record(frozen=True, kw_only=True)
class _Settings:
    """`origins` hold `{origin}` for whoever asks and `*`, `headers` is None where whatever is asked for is allowed."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...] | None
    expose: tuple[str, ...]
    credentials: bool
    max_age: str | None


def read_adonis(text: str) -> Configured | None:
    """What the package allows; None where it is not given its settings here."""
    text = without_comments(text)
    if (call := _DEFINED.search(text)) is not None:
        options = balanced(text, call.end()).strip() or "{}"
    elif (typed := _TYPED.search(text)) is not None:
        options = value_at(text, typed.end())
    else:
        return None
    options = defined(text, options)
    keys = keys_of(options) if options.startswith("{") else None
    if keys is None:
        return _not_known(" ".join(options.split())[:60])
    given = {key: defined(text, setting(options, key) or "") for key in keys}
    unread = next((key for key in keys if key not in _TAKEN), None)
    if unread is not None:
        return _not_known(unread)
    if given.get("enabled") == "false":
        return Configured(kind="AdonisJS", software="", grants=())
    of_flags = ((key, given.get(key, "true")) for key in ("enabled", "credentials"))
    if (
        odd := next((f"{key}: {value}" for key, value in of_flags if value not in ("true", "false")), None)
    ) is not None:
        return _not_known(odd[:60])
    lists = {key: _listed(text, given.get(key, default)) for key, default in _LISTS.items()}
    unknown = [each for names in lists.values() for each in names.computed]
    if unknown:
        return _not_known(unknown[0][:60])
    expose, max_age = lists["exposeHeaders"].texts, given.get("maxAge", _MAX_AGE)
    starred = given.get("origin", "").startswith("[") and "*" in names_of(text, given["origin"]).texts
    return _configured(
        _Settings(
            origins=lists["origin"].texts,
            methods=lists["methods"].texts if "methods" in given else _METHODS,
            headers=None if REFLECTED in lists["headers"].texts else lists["headers"].texts,
            expose=() if _SHOWN_ANYWAY.issuperset(map(str.lower, expose)) else expose,
            credentials=given.get("credentials", "true") == "true",
            max_age=max_age if re.fullmatch("[1-9][0-9]*", max_age) else None,
        ),
        (_STARRED,) if starred else (),
    )


_LISTS: Final = {"origin": "true", "methods": "[]", "headers": "true", "exposeHeaders": "[]"}


def _listed(text: str, value: str) -> Names:
    """A list, or a text with commas; true stands for whatever is asked, false for nothing."""
    if value == "true":
        return Names((REFLECTED,))
    if value in ("false", "[]", "''", '""'):
        return Names()
    names = names_of(text, value)
    if value.startswith("[") or names.computed:
        return names._replace(texts=tuple(each for each in names.texts if each != "*"))  # a text as any other, there
    return Names(tuple(value[1:-1].split(",")))


_STARRED: Final = Mistake(
    "origin-never-matches",
    "the package: `*` in a list of origins is a text as any other, which no page's origin is.",
    "origin: '*', or true",
)


def _configured(settings: _Settings, mistakes: tuple[Mistake, ...]) -> Configured:
    origins = settings.origins
    if "*" in origins and settings.credentials:
        origins = (REFLECTED,)
    grant = Grant(
        where="the package",
        origins=origins or ("(nobody)",),
        credentials=settings.credentials,
        methods=settings.methods,
        headers=settings.headers or None,
        any_header=settings.headers is None,
        expose=settings.expose or None,
        max_age=settings.max_age,
    )
    return Configured(kind="AdonisJS", software="", grants=(grant,), mistakes=mistakes, replies=_replies(settings))


def _replies(settings: _Settings) -> Callable[[WireRequest], Reply]:
    """The middleware: preflights are answered with 204, without any CORS header where something is not listed."""

    def replies(request: WireRequest) -> Reply:
        allowed = _allowed(settings, get(request.headers, "Origin"))
        if allowed is None or (request.method == "OPTIONS" and not _lists_what_is_asked(settings, request)):
            return Reply(status=204 if request.method == "OPTIONS" else 200)
        headers = [("Access-Control-Allow-Origin", allowed)]
        if settings.credentials:
            headers.append(("Access-Control-Allow-Credentials", "true"))
        if settings.expose:
            headers.append(("Access-Control-Expose-Headers", ",".join(settings.expose).lower()))
        if request.method != "OPTIONS":
            return Reply(status=200, headers=tuple(headers))
        asked = _asked(request) if settings.headers is None else list(settings.headers)
        headers.append(("Access-Control-Allow-Methods", ",".join(settings.methods)))
        headers.append(("Access-Control-Allow-Headers", ",".join(asked).lower()))
        if settings.max_age is not None:
            headers.append(("Access-Control-Max-Age", settings.max_age))
        return Reply(status=204, headers=tuple(headers))

    return replies


def _allowed(settings: _Settings, origin: str | None) -> str | None:
    if origin is None:
        return None
    if REFLECTED in settings.origins or origin in settings.origins:
        return origin
    if settings.origins == ("*",):
        return origin if settings.credentials else "*"
    return None


def _asked(request: WireRequest) -> list[str]:
    return [name.strip() for name in (get(request.headers, "Access-Control-Request-Headers") or "").split(",") if name]


def _lists_what_is_asked(settings: _Settings, request: WireRequest) -> bool:
    if get(request.headers, "Access-Control-Request-Method") not in settings.methods:
        return False
    listed = None if settings.headers is None else {name.lower() for name in settings.headers}
    return listed is None or all(name.lower() in listed or name == "origin" for name in _asked(request))


def _not_known(doubt: str) -> Configured:
    return Configured(kind="AdonisJS", software="", grants=(), not_understood=(doubt,))
