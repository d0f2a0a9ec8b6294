"""What was decided and exchanged, in order. Reports are folds over these events; they decide nothing again.

Events are named tuples: immutable, and made a dozen times in each fetch at a quarter of a frozen dataclass's cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..enums import StrEnum
from ..records import NamedTuple, as_function

if TYPE_CHECKING:
    from .events import Event
    from .reasons import Blocked, Stage
    from .wire import NetworkFailure, WireRequest, WireResponse


class ExchangeKind(StrEnum):
    """What an HTTP exchange was for; `redirect` is the request that follows a redirect."""

    PREFLIGHT = "preflight"
    ACTUAL = "actual"
    REDIRECT = "redirect"


class FetchStarted(NamedTuple):
    """A page asked for a URL. `api` is what it asked with: fetch, XMLHttpRequest, img, script …; `page` is its URL.

    `header_names` are the request's as they were written, `refused_header_names` those that XMLHttpRequest may not set;
    `environment` is what runs the script: document, srcdoc or worker; `document` the URL of a worker's page,
    `top_level_url` that of the top-level page. `sends_array_buffer`: no view of one; `page_upgrades`: by its policy.
    """

    api: str
    method: str
    url: str
    origin: str
    mode: str
    credentials: str
    destination: str
    page: str
    header_names: tuple[str, ...]
    refused_header_names: tuple[str, ...]
    referrer_policy: str
    redirect: str
    synchronous: bool
    environment: str
    document: str
    top_level_url: str
    keepalive: bool
    integrity: str
    sends_array_buffer: bool
    page_upgrades: bool


class LoadedInTheBackground(NamedTuple):
    """What was used stale was loaded anew: what was decided and exchanged there."""

    trace: tuple[Event, ...]


class AddressHidden(NamedTuple):
    """A proxy is on the way to this URL, so that its address space is not known."""

    url: str


AccessState = Literal["granted", "denied", "prompt", "unchecked"]
"""What the user has decided about a network ("prompt": nothing yet); unchecked is what browsers ask nobody about."""


class LocalNetworkAccessChecked(NamedTuple):
    """A page reaches into a network more private than its own. `address` is "" where it is not known."""

    url: str
    address: str
    port: int
    own_space: str
    target_space: str
    state: AccessState
    top_level_url: str
    client_url: str
    is_secure_context: bool
    is_preflighted: bool
    in_another_origins_frame: bool


class TaintingSet(NamedTuple):
    """How the response will be shown to script: basic, cors or opaque."""

    tainting: str
    url: str
    origin: str


class PreflightConsidered(NamedTuple):
    """Whether a preflight is made, because of which method, header names or flag; `cached` are covered already."""

    url: str
    needed: bool
    because: tuple[str, ...]
    cached: tuple[str, ...] = ()


class PreflightStored(NamedTuple):
    """A preflight's answer went into the CORS-preflight cache for `max_age` seconds (0: it did not)."""

    url: str
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    max_age: int


class PreflightCacheCleared(NamedTuple):
    """Entries for this URL and origin were removed because the fetch failed."""

    url: str


class HTTPCacheAnswered(NamedTuple):
    """The HTTP cache gave the response; `how` is "local" (nothing sent) or "validated" (a 304 came).

    `stored_for` is the Origin of the request that it was stored for, None where that had none.
    """

    url: str
    how: str
    response: WireResponse
    stored_for: str | None = None


class Exchanged(NamedTuple):
    """One HTTP exchange: exactly one of `response` and `failure` is set."""

    kind: ExchangeKind
    request: WireRequest
    response: WireResponse | None
    failure: NetworkFailure | None = None


class CheckPassed(NamedTuple):
    """A check that the response or request passed; `header` and `received` show by what, as in `Blocked`."""

    check: str
    url: str
    stage: Stage
    header: str = ""
    received: str | None = None
    compared_with: str = ""


class CheckFailed(NamedTuple):
    """The check that ended the fetch, or (`enforced` false) one that a report-only policy would have ended it with."""

    blocked: Blocked
    enforced: bool = True


class Redirected(NamedTuple):
    """A redirect was followed. `dropped` lists the request headers that did not go along.

    `referrer_policy` is the one that holds from there on, "" for the default.
    """

    status: int
    url: str
    location: str
    method: str
    method_after: str
    origin_after: str
    dropped: tuple[str, ...] = ()
    referrer_policy: str = ""


class ResponseFiltered(NamedTuple):
    """What is left for script. `exposed` and `hidden` are header names, lower case."""

    type: str
    exposed: tuple[str, ...]
    hidden: tuple[str, ...]


class WildcardCoveredAuthorization(NamedTuple):
    """The browser let `*` in Allow-Headers cover Authorization, against the text."""

    url: str


# What nearly each fetch tells.
fetch_started = as_function(FetchStarted)
tainting_set = as_function(TaintingSet)
preflight_considered = as_function(PreflightConsidered)
preflight_stored = as_function(PreflightStored)
exchanged = as_function(Exchanged)
check_passed = as_function(CheckPassed)
response_filtered = as_function(ResponseFiltered)
