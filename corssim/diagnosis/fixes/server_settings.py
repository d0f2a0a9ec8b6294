"""A fix as settings of servers' CORS support: what each allows already stays, and what was asked for comes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...errors import UsageError
from ...fetch.header_list import get
from ...fetch.reasons import Stage
from ...fetch.request import CredentialsMode
from ...fetch.trace import Exchanged, ExchangeKind
from ...origin import url_origin
from ...patterns import lazy_pattern
from ...serialized_origin import check_serialized_origin
from ...url import parse_url
from ..cors_headers import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from ..snippets import ServerChange
from .changes import SetHeader, SetStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...browser.outcome import Outcome
    from ...fetch.wire import Headers
    from ...server.app_middleware import AppPolicy
    from .changes import Change, Changes

_TOKEN = lazy_pattern(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_SECONDS = lazy_pattern(r"[0-9]{1,9}$")
_EXPOSE, _MAX_AGE = "Access-Control-Expose-Headers", "Access-Control-Max-Age"
_CORS_HEADERS = (ALLOW_ORIGIN, ALLOW_CREDENTIALS, ALLOW_METHODS, ALLOW_HEADERS, _EXPOSE, _MAX_AGE)


def server_changes_of(
    changes: Changes, replay: Outcome, before: Outcome | None = None, app: AppPolicy | None = None
) -> tuple[ServerChange, ...]:
    """What each server that the changes are about should allow, in their order.

    `before` is the outcome that the changes mend: its answers show what is allowed today; `app` is what the server's
    own middleware allows. None for changes that are not about CORS, or where the page's origin is one that no
    configuration should hold: one that is opaque, or that a redirect has made so.
    """
    request = replay.request
    about_cors = [change for change in changes if _is_about_cors(change)]
    if request is None or request.origin.is_opaque or not about_cors:
        return ()
    servers = dict.fromkeys(_server_of(change.where.url) for change in about_cors)  # type: ignore[union-attr]
    found = (_server_change(server, replay, before or replay, app) for server in servers)
    return tuple(change for change in found if change is not None)


def _is_about_cors(change: Change) -> bool:
    match change:
        case SetHeader():
            return change.name.startswith("Access-Control-")
        case SetStatus():
            return change.where.stage is Stage.PREFLIGHT
    return False


def _server_of(url: str) -> str:
    parsed = parse_url(url)
    return "" if parsed is None else url_origin(parsed).serialized


def _server_change(server: str, replay: Outcome, before: Outcome, app: AppPolicy | None) -> ServerChange | None:
    request = replay.request
    assert request is not None
    page = request.origin.serialized
    made = _exchanged(replay, server)
    if any(get(event.request.headers, "Origin") == "null" for event in made):
        return None
    asked = [event.request.headers for event in made if event.kind is ExchangeKind.PREFLIGHT]
    today = [event.response.headers for event in _exchanged(before, server) if event.response is not None]
    allowed = _AllowedToday(page, today, app)
    with_credentials = request.credentials_mode is CredentialsMode.INCLUDE
    # Expressions that are allowed credentials stand on one list with the page; where any page was, this one stays so.
    joins = not with_credentials and app is not None and app.credentials and bool(app.patterns or app.reflects)
    if with_credentials or joins:
        allowed.credentialed[page] = None
    else:
        allowed.public[page] = None
    lists = {
        "methods": _names(
            [*_values(today, ALLOW_METHODS), *_values(asked, "Access-Control-Request-Method")],
            already=() if app is None else app.methods,
            case_matters=True,
        ),
        "headers": _names(
            [*_values(today, ALLOW_HEADERS), *_values(asked, "Access-Control-Request-Headers")],
            already=() if app is None else app.headers,
        ),
        "expose": _names(_values(today, _EXPOSE), already=() if app is None else app.expose),
    }
    ages = [int(age) for headers in today if (age := get(headers, _MAX_AGE)) and _SECONDS.match(age)]
    if app is not None and app.max_age is not None:
        ages.append(app.max_age)
    credentialed = tuple(allowed.credentialed)
    public = tuple(origin for origin in allowed.public if origin not in allowed.credentialed)
    public_origins: tuple[str, ...] | Literal["*"] = "*" if allowed.everybody else public
    if credentialed and not public_origins:
        # `*` alone would be read as a name.
        lists = {name: () if names == ("*",) else names for name, names in lists.items()}
    path = next((event.request.url for event in made), "").removeprefix(server).partition("?")[0]
    try:
        return ServerChange(
            allow_origins=credentialed or (() if allowed.everybody else public),
            allow_credentials=bool(credentialed),
            public_origins=public_origins if credentialed or allowed.everybody else (),
            origin_patterns=() if app is None else app.patterns,
            **lists,
            max_age=ages[0] if ages else None,
            any_header=app is not None and app.any_header,
            mirrors="" if app is not None else _mirrors(_exchanged(before, server)),
            replaces=_replaced(today, app),
            server=server,
            path=path,
            page=page,
            joins=joins,
            reflects=app is not None and app.reflects,
        )
    except UsageError:
        # A host with characters that could break out of a configuration file.
        return None


def _replaced(today: Sequence[Headers], app: AppPolicy | None) -> tuple[str, ...]:
    """The CORS headers that answers have; a framework's layer gives none to origins that it does not list."""
    has_layer = app is not None and bool(app.framework) and app.has_middleware
    sent = tuple(name for name in _CORS_HEADERS if any(get(headers, name) is not None for headers in today))
    return sent or ((ALLOW_ORIGIN,) if has_layer else ())


def _mirrors(exchanges: Sequence[Exchanged]) -> Literal["", "may", "does"]:
    """Whether preflights were answered with just the headers that they asked for."""
    for event in exchanges:
        asked = get(event.request.headers, "Access-Control-Request-Headers")
        if event.response is None or asked is None or get(event.response.headers, ALLOW_HEADERS) != asked:
            continue
        varies = (get(event.response.headers, "Vary") or "").lower()
        return "does" if "access-control-request-headers" in varies else "may"
    return ""


class _AllowedToday:
    """Who may read today, in order: with the user's cookies, without, or everybody without."""

    def __init__(self, page: str, answers: Sequence[Headers], app: AppPolicy | None) -> None:
        self.credentialed: dict[str, None] = {}
        self.public: dict[str, None] = {}
        self.everybody = app is not None and app.any_origin
        for headers in answers:
            values = [value for name, value in headers if name.lower() == ALLOW_ORIGIN.lower()]
            if values == ["*"]:
                self.everybody = True
            elif len(values) == 1 and check_serialized_origin(values[0]) is None:
                with_credentials = get(headers, ALLOW_CREDENTIALS) == "true"
                (self.credentialed if with_credentials else self.public)[values[0]] = None
        for origin in () if app is None else app.origins:
            if check_serialized_origin(origin) is None:
                with_credentials = app is not None and app.credentials
                (self.credentialed if with_credentials else self.public)[origin] = None


def _exchanged(outcome: Outcome, server: str) -> list[Exchanged]:
    return [
        event for event in outcome.trace if isinstance(event, Exchanged) and _server_of(event.request.url) == server
    ]


def _values(of: Iterable[Headers], name: str) -> list[str | None]:
    return [get(headers, name) for headers in of]


def _names(values: Iterable[str | None], *, already: Iterable[str] = (), case_matters: bool = False) -> tuple[str, ...]:
    """The names in comma-separated values, each once, as it is first written."""
    found: dict[str, str] = {}
    for value in (*already, *values):
        for name in (token.strip() for token in (value or "").split(",")):
            if _TOKEN.fullmatch(name):
                found.setdefault(name if case_matters else name.lower(), name)
    return tuple(found.values())
