"""What was decided and exchanged, in order. Reports are folds over these events; they decide nothing again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reasons import Blocked, Stage
    from .wire import NetworkFailure, WireRequest, WireResponse


class ExchangeKind(StrEnum):
    """What an HTTP exchange was for; `redirect` is the request that follows a redirect."""

    PREFLIGHT = "preflight"
    ACTUAL = "actual"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True)
class FetchStarted:
    """A page asked for a URL. `api` is what it asked with: fetch, XMLHttpRequest, img, script …; `page` is its URL.

    `header_names` are the request's as they were written, `refused_header_names` those that XMLHttpRequest may not set;
    `environment` is what runs the script: document, srcdoc or worker.
    """

    api: str
    method: str
    url: str
    origin: str
    mode: str
    credentials: str
    destination: str
    page: str
    header_names: tuple[str, ...] = ()
    refused_header_names: tuple[str, ...] = ()
    referrer_policy: str = ""
    redirect: str = "follow"
    synchronous: bool = False
    environment: str = "document"


@dataclass(frozen=True, slots=True)
class PreloadConsidered:
    """A preloaded response was there: used, even where it `was_error`, or not, `because` of mode or credentials mode."""

    url: str
    used: bool
    because: str = ""
    was_error: bool = False


@dataclass(frozen=True, slots=True)
class URLUpgraded:
    """http became https before anything was sent. `because`: upgrade-insecure-requests or mixed-content."""

    url: str
    upgraded: str
    because: str


@dataclass(frozen=True, slots=True)
class TaintingSet:
    """How the response will be shown to script: basic, cors or opaque."""

    tainting: str
    url: str
    origin: str


@dataclass(frozen=True, slots=True)
class PreflightConsidered:
    """Whether a preflight is made, because of which method, header names or flag; `cached` are those the cache covers."""

    url: str
    needed: bool
    because: tuple[str, ...]
    cached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreflightStored:
    """A preflight's answer went into the CORS-preflight cache for `max_age` seconds (0: it did not)."""

    url: str
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    max_age: int


@dataclass(frozen=True, slots=True)
class PreflightCacheCleared:
    """Entries for this URL and origin were removed because the fetch failed."""

    url: str


@dataclass(frozen=True, slots=True)
class CookiesConsidered:
    """Which cookies went along; `withheld` pairs a name with the rule that kept it back."""

    url: str
    included: bool
    sent: tuple[str, ...]
    withheld: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CookieSet:
    """A Set-Cookie of a response; `refused` says why it was not stored, empty where it was."""

    url: str
    name: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class HTTPCacheAnswered:
    """The HTTP cache gave the response; `how` is "local" (nothing sent) or "validated" (a 304 came)."""

    url: str
    how: str
    response: WireResponse


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One HTTP exchange: exactly one of `response` and `failure` is set."""

    kind: ExchangeKind
    request: WireRequest
    response: WireResponse | None
    failure: NetworkFailure | None = None


@dataclass(frozen=True, slots=True)
class CheckPassed:
    """A check that the response or request passed; `header` and `received` show by what, as in `Blocked`."""

    check: str
    url: str
    stage: Stage
    header: str = ""
    received: str | None = None
    compared_with: str = ""


@dataclass(frozen=True, slots=True)
class CheckFailed:
    """The check that ended the fetch, or (`enforced` false) one that a report-only policy would have ended it with."""

    blocked: Blocked
    enforced: bool = True


@dataclass(frozen=True, slots=True)
class Redirected:
    """A redirect was followed. `dropped` lists the request headers that did not go along."""

    status: int
    url: str
    location: str
    method: str
    method_after: str
    origin_after: str
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseFiltered:
    """What is left for script. `exposed` and `hidden` are header names, lower case."""

    type: str
    exposed: tuple[str, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WildcardCoveredAuthorization:
    """The browser let `*` in Allow-Headers cover Authorization, against the text."""

    url: str


Event = (
    FetchStarted
    | PreloadConsidered
    | URLUpgraded
    | TaintingSet
    | PreflightConsidered
    | PreflightStored
    | PreflightCacheCleared
    | CookiesConsidered
    | CookieSet
    | HTTPCacheAnswered
    | Exchanged
    | CheckPassed
    | CheckFailed
    | Redirected
    | ResponseFiltered
    | WildcardCoveredAuthorization
)

Trace = list[Event]
