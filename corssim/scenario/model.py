"""What a scenario file may hold. Field names are the keys of the file; arguments of the API have their Python names."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (msgspec reads the annotations)
from typing import Annotated, Any, ClassVar, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from ..browser.argument_types import ProfileName  # noqa: TC001  (msgspec reads the annotations)
from ..browser.browser import MAX_BODY
from ..fetch.browsers import PROFILE_NAMES
from ..fetch.settings import BrowserSettings, LocalNetworkAccess, ThirdPartyCookies
from ..server.mock import Fail  # noqa: TC001  (msgspec reads the annotations)

Headers = dict[str, str] | list[tuple[str, str]]
"""A table, or pairs where a name repeats."""

_Positive = Annotated[int, Meta(ge=1)]
_Seconds = Annotated[float, Meta(gt=0)]


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class FrameTable(_Table, frozen=True, kw_only=True):
    """A document in an iframe: its URL and headers, and what the element says (`allow`, the sandbox attribute)."""

    url: str
    headers: Headers = []
    allow: str = ""
    sandboxed: bool = False


class PageTable(_Table, frozen=True, kw_only=True):
    """A document: its URL, the headers that it came with, and whether it is sandboxed (then its origin is opaque).

    With `frame`, the step happens in a frame of it.
    """

    url: str
    headers: Headers = []
    sandboxed: bool = False
    frame: FrameTable | None = None


class PolicyTable(_Table, frozen=True, kw_only=True):
    """The arguments of `CorsPolicy`."""

    allow_origins: str | list[str] | UnsetType = UNSET
    allow_origin_regex: str | UnsetType = UNSET
    allow_methods: str | list[str] | UnsetType = UNSET
    allow_headers: str | list[str] | UnsetType = UNSET
    allow_credentials: bool | UnsetType = UNSET
    expose_headers: str | list[str] | UnsetType = UNSET
    max_age: int | UnsetType = UNSET
    vary: bool | UnsetType = UNSET
    preflight_status: int | UnsetType = UNSET


class BodyTable(_Table, frozen=True, kw_only=True):
    """A body that is more than text: exactly one of `text`, `blob`, `form_data`, `form_urlencoded` and `stream`.

    `repeat` says how often `text` stands there, `type` is a blob's.
    """

    text: str | UnsetType = UNSET
    repeat: _Positive = 1
    blob: str | UnsetType = UNSET
    type: str = ""
    form_data: dict[str, str] | list[tuple[str, str]] | UnsetType = UNSET
    form_urlencoded: dict[str, str] | list[tuple[str, str]] | UnsetType = UNSET
    stream: list[str] | UnsetType = UNSET


Body = str | BodyTable


class RuleTable(_Table, frozen=True, kw_only=True):
    """What the servers answer: by `url` (and `method`), or by `origin` and `policy`. The first match wins."""

    url: str | UnsetType = UNSET
    method: str = "*"
    status: Annotated[int, Meta(ge=200, le=599)] = 200
    web_socket: bool = False
    headers: Headers = []
    body: Body = ""
    delay: Annotated[float, Meta(ge=0)] = 0.0
    fail: Fail | None = None
    truncate: bool = False
    times: _Positive | None = None
    origin: str | UnsetType = UNSET
    policy: PolicyTable | UnsetType = UNSET


class SentTable(_Table, frozen=True, kw_only=True):
    """A request that should have been sent: "METHOD URL", and headers of it (`false`: it must not have that header)."""

    request: str
    headers: dict[str, str | bool] = {}


class Expectations(_Table, frozen=True, kw_only=True):
    """What should come of a step. Only what is given is compared."""

    verdict: Literal["readable", "opaque", "blocked", "failed", "pending"] | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    sent: list[str | SentTable] | UnsetType = UNSET
    type: Literal["basic", "cors", "default", "opaque", "opaqueredirect"] | UnsetType = UNSET
    status: int | UnsetType = UNSET
    url: str | UnsetType = UNSET
    redirected: bool | UnsetType = UNSET
    headers: dict[str, str | bool] | UnsetType = UNSET
    body: str | UnsetType = UNSET
    console: list[str] | UnsetType = UNSET
    reached_server: bool | UnsetType = UNSET
    timing_allowed: bool | UnsetType = UNSET
    returned: bool | UnsetType = UNSET
    throws: str | UnsetType = UNSET


_OF_THE_RESPONSE = frozenset({"reason", "type", "status", "url", "redirected", "headers", "body"})
"""What another verdict leaves no meaning to."""


class ExpectTable(Expectations, frozen=True, kw_only=True):
    """What should come of a step in every browser, and what comes otherwise in one of them."""

    standard: Expectations | UnsetType = UNSET
    chromium: Expectations | UnsetType = UNSET
    firefox: Expectations | UnsetType = UNSET
    webkit: Expectations | UnsetType = UNSET
    ie11: Expectations | UnsetType = UNSET

    def under(self, browser: str) -> Expectations:
        """What this browser should come to: its own table key by key, and what holds for all.

        A verdict of its own comes without the reason and the response that go with the verdict of the others.
        """
        own = getattr(self, browser, UNSET)
        given = {name: getattr(self, name) for name in Expectations.__struct_fields__}
        if isinstance(own, Expectations):
            if own.verdict is not UNSET:
                given |= dict.fromkeys(_OF_THE_RESPONSE, UNSET)
            given |= {name: value for name in given if (value := getattr(own, name)) is not UNSET}
        return Expectations(**given)

    def by_browser(self) -> dict[str, Expectations]:
        """The browsers that have a table of their own."""
        return {name: own for name in PROFILE_NAMES if isinstance(own := getattr(self, name), Expectations)}


class Step(_Table, frozen=True, kw_only=True):
    """One thing that happens. `page` is where, if not on the scenario's page; `expect` what should come of it."""

    action: ClassVar[str] = ""

    page: str | PageTable | UnsetType = UNSET
    expect: ExpectTable = ExpectTable()

    def arguments(self) -> dict[str, Any]:
        """What the file gives of the API's keyword arguments."""
        names = set(self.__struct_fields__) - {"page", "expect", self.action}
        return {name: value for name in sorted(names) if (value := getattr(self, name)) is not UNSET}


_Credentials = Literal["omit", "same-origin", "include"]
_Cache = Literal["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]


class FetchStep(Step, frozen=True, kw_only=True):
    """fetch(url, init)"""

    action: ClassVar[str] = "fetch"

    fetch: str
    method: str | UnsetType = UNSET
    headers: Headers | UnsetType = UNSET
    body: Body | UnsetType = UNSET
    mode: Literal["cors", "no-cors", "same-origin", "navigate"] | UnsetType = UNSET
    credentials: _Credentials | UnsetType = UNSET
    redirect: Literal["follow", "error", "manual"] | UnsetType = UNSET
    cache: _Cache | UnsetType = UNSET
    referrer: str | UnsetType = UNSET
    referrer_policy: str | UnsetType = UNSET
    integrity: str | UnsetType = UNSET
    keepalive: bool | UnsetType = UNSET
    target_address_space: str | UnsetType = UNSET


class XHRStep(Step, frozen=True, kw_only=True):
    """XMLHttpRequest"""

    action: ClassVar[str] = "xhr"

    xhr: str
    method: str | UnsetType = UNSET
    headers: Headers | UnsetType = UNSET
    body: Body | UnsetType = UNSET
    with_credentials: bool | UnsetType = UNSET
    upload_listener: bool | UnsetType = UNSET
    synchronous: bool | UnsetType = UNSET


class LoadStep(Step, frozen=True, kw_only=True):
    """An element that points to a URL."""

    action: ClassVar[str] = "load"

    load: Literal["img", "script", "module", "stylesheet", "font", "video", "audio", "iframe", "preload"]
    url: str
    crossorigin: str | UnsetType = UNSET
    as_: Literal["fetch", "font", "image", "script", "style", "track"] | UnsetType = UNSET
    integrity: str | UnsetType = UNSET
    referrer_policy: str | UnsetType = UNSET
    family: str | UnsetType = UNSET


class SendBeaconStep(Step, frozen=True, kw_only=True):
    """navigator.sendBeacon(url, data)"""

    action: ClassVar[str] = "send_beacon"

    send_beacon: str
    data: Body | UnsetType = UNSET
    content_type: str | UnsetType = UNSET


class EventSourceStep(Step, frozen=True, kw_only=True):
    """new EventSource(url)"""

    action: ClassVar[str] = "event_source"

    event_source: str
    with_credentials: bool | UnsetType = UNSET


class SubmitFormStep(Step, frozen=True, kw_only=True):
    """A form that is submitted: a navigation."""

    action: ClassVar[str] = "submit_form"

    submit_form: str
    method: str | UnsetType = UNSET
    fields: dict[str, str] | list[tuple[str, str]] | UnsetType = UNSET
    enctype: Literal["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"] | UnsetType = UNSET
    target: Literal["_self", "iframe"] | UnsetType = UNSET


class WebSocketStep(Step, frozen=True, kw_only=True):
    """new WebSocket(url, protocols): its handshake"""

    action: ClassVar[str] = "web_socket"

    web_socket: str
    protocols: list[str] | UnsetType = UNSET


class NavigateStep(Step, frozen=True, kw_only=True):
    """A link of the page that is followed. Later steps of the page happen on the page that it led to."""

    action: ClassVar[str] = "navigate"

    navigate: str


class VisitStep(Step, frozen=True, kw_only=True):
    """A URL typed into the address bar. Later steps of the page happen on the page that it led to."""

    action: ClassVar[str] = "visit"

    visit: str


class AdvanceStep(_Table, frozen=True, kw_only=True):
    """Time that passes, in seconds. Nobody waits."""

    action: ClassVar[str] = "advance"

    advance: _Seconds


AnyStep = (
    FetchStep
    | XHRStep
    | LoadStep
    | SendBeaconStep
    | EventSourceStep
    | SubmitFormStep
    | WebSocketStep
    | NavigateStep
    | VisitStep
    | AdvanceStep
)

STEPS: dict[str, type[AnyStep]] = {step.action: step for step in get_args(AnyStep)}
"""The kinds of step by the key that makes one."""


class ScenarioTable(_Table, frozen=True, kw_only=True):
    """The top of a file, `server` and `step` left out. `timeout` (seconds) and `max_body` (bytes) are the browser's.

    `third_party_cookies`, `local_network_access`, `https_first` and `languages` ("de-DE,de,en") are what its user has
    set (see `BrowserSettings`; None is as it ships), `permissions` what the user has decided, `addresses` where hosts
    are.
    """

    title: str
    page: str | PageTable
    lesson: str = ""
    browser: ProfileName = "standard"
    third_party_cookies: ThirdPartyCookies | None = None
    local_network_access: LocalNetworkAccess | None = None
    https_first: bool | None = None
    languages: str | None = None
    timeout: _Seconds = 30.0
    max_body: _Positive = MAX_BODY
    permissions: dict[str, Literal["granted", "denied", "prompt"]] = {}
    addresses: dict[str, str] = {}


class Scenario(Struct, frozen=True, kw_only=True):
    """A scenario as read. `path` is the file's name as it was given, "" for one made from text."""

    title: str
    page: PageTable
    lesson: str
    browser: str
    rules: tuple[RuleTable, ...]
    steps: tuple[AnyStep, ...]
    settings: BrowserSettings = BrowserSettings()
    timeout: float = 30.0
    max_body: int = MAX_BODY
    permissions: Mapping[str, str] = {}
    addresses: Mapping[str, str] = {}
    path: str = ""
