"""Requests. https://fetch.spec.whatwg.org/#requests"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..enums import StrEnum
from ..origin import same_origin, same_site, url_origin
from ..records import as_function, field, record
from .request_hops import upgraded_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..origin import Origin
    from ..url import URL
    from .body import Body
    from .environment import Environment
    from .header_list import HeaderList
    from .kept_resources import Remembered
    from .ports import StoredResponse
    from .request_hops import Hops
    from .response import StoredRequest
    from .wire import Headers


class RequestMode(StrEnum):
    """https://fetch.spec.whatwg.org/#concept-request-mode"""

    SAME_ORIGIN = "same-origin"
    CORS = "cors"
    NO_CORS = "no-cors"
    NAVIGATE = "navigate"
    WEBSOCKET = "websocket"


class CredentialsMode(StrEnum):
    """https://fetch.spec.whatwg.org/#concept-request-credentials-mode"""

    OMIT = "omit"
    SAME_ORIGIN = "same-origin"
    INCLUDE = "include"


class CacheMode(StrEnum):
    """https://fetch.spec.whatwg.org/#concept-request-cache-mode"""

    DEFAULT = "default"
    NO_STORE = "no-store"
    RELOAD = "reload"
    NO_CACHE = "no-cache"
    FORCE_CACHE = "force-cache"
    ONLY_IF_CACHED = "only-if-cached"


class RedirectMode(StrEnum):
    """https://fetch.spec.whatwg.org/#concept-request-redirect-mode"""

    FOLLOW = "follow"
    ERROR = "error"
    MANUAL = "manual"


class ResponseTainting(StrEnum):
    """https://fetch.spec.whatwg.org/#concept-request-response-tainting"""

    BASIC = "basic"
    CORS = "cors"
    OPAQUE = "opaque"


RedirectTaint = Literal["same-origin", "same-site", "cross-site"]

_NAVIGATION_DESTINATIONS = frozenset({"document", "embed", "frame", "iframe", "object"})
_SCRIPT_LIKE_DESTINATIONS = frozenset(
    {"audioworklet", "paintworklet", "script", "serviceworker", "sharedworker", "worker"}
)


@record(eq=False)
class Request:
    """A request on its way. Fields are the standard's; defaults are its initial values.

    `referrer` is "no-referrer", "client" or a URL. Not the standard's: `api` is what script used to make it, for
    explanations only, as are `refused_header_names` and `sends_array_buffer`; `hops` (what it has been through),
    `sends_page_origin`, `has_lost_its_origin` (whatever its redirect-taint), `synchronous`,
    `announces_credentials` (a preflight for a request with credentials),
    `has_storage_access` (the server asked for its unpartitioned cookies), `tried_over_https` (http URLs), `repeats`
    (the request of a cached redirect that it followed, with `repeated_conditions`), `remembered` (what its page has of
    the last load), `validates` (what is in the HTTP cache where cached redirects led) and `replaces_what_is_stale` (a
    load in the background) serve deviations of browsers.
    """

    url_list: list[URL]
    client: Environment
    origin: Origin
    method: str = "GET"
    header_list: HeaderList = field(default_factory=list)
    unsafe_request: bool = False
    use_url_credentials: bool = False
    body: Body | None = None
    initiator_type: str = "other"
    destination: str = ""
    referrer: URL | Literal["no-referrer", "client"] = "client"
    referrer_policy: str = ""
    mode: RequestMode = RequestMode.NO_CORS
    use_cors_preflight: bool = False
    credentials_mode: CredentialsMode = CredentialsMode.SAME_ORIGIN
    cache_mode: CacheMode = CacheMode.DEFAULT
    prevent_no_cache_cache_control_header_modification: bool = False
    redirect_mode: RedirectMode = RedirectMode.FOLLOW
    integrity_metadata: str = ""
    keepalive: bool = False
    synchronous: bool = False
    top_level_navigation_initiator_origin: Origin | None = None
    redirect_count: int = 0
    response_tainting: ResponseTainting = ResponseTainting.BASIC
    timing_allow_failed: bool = False
    sends_page_origin: bool = False
    has_lost_its_origin: bool = False
    is_preflight: bool = False
    hops: Hops = ()
    user_activated: bool = False
    announces_credentials: bool = False
    activated_storage_access: bool = False
    tried_over_https: tuple[str, ...] = ()
    target_address_space: str = ""
    api: str = "fetch"
    repeats: StoredRequest | None = None
    repeated_conditions: Headers = ()
    remembered: Remembered | None = None
    validates: StoredResponse | None = None
    replaces_what_is_stale: bool = False
    refused_header_names: list[str] = field(default_factory=list)
    sends_array_buffer: bool = False
    current_url: URL = field(init=False, repr=False)
    """The last of the URL list. https://fetch.spec.whatwg.org/#concept-request-current-url"""

    def __post_init__(self) -> None:
        self.current_url = self.url_list[-1]

    def go_on_to(self, url: URL) -> None:
        """Append to the URL list."""
        self.url_list.append(url)
        self.current_url = url

    def rewrite_current_url(self, url: URL) -> None:
        """Have another URL in the place of the current one."""
        self.url_list[-1] = self.current_url = url

    def go_back(self) -> None:
        """Remove the last of the URL list."""
        del self.url_list[-1]
        self.current_url = self.url_list[-1]

    @property
    def shown_url(self) -> str:
        """The current URL as its API has it: with ws: or wss: for a WebSocket."""
        href = self.current_url.href
        return f"ws{href.removeprefix('http')}" if self.mode == "websocket" else href

    @property
    def url(self) -> URL:
        """https://fetch.spec.whatwg.org/#concept-request-url"""
        return self.url_list[0]

    @property
    def urls_sent(self) -> list[URL]:
        """The URL list without the URL that an internal redirect upgraded before it was sent."""
        at = upgraded_at(self.hops) if self.hops else None
        return self.url_list if at is None else self.url_list[:at] + self.url_list[at + 1 :]

    @property
    def is_navigation(self) -> bool:
        """https://fetch.spec.whatwg.org/#navigation-request"""
        return self.destination in _NAVIGATION_DESTINATIONS

    @property
    def is_top_level_navigation(self) -> bool:
        return self.destination == "document"

    @property
    def is_browser_initiated(self) -> bool:
        """Report whether the user asked for this, from the address bar: no page did."""
        return self.user_activated and self.top_level_navigation_initiator_origin is None and self.is_navigation

    @property
    def is_script_like(self) -> bool:
        """https://fetch.spec.whatwg.org/#request-destination-script-like"""
        return self.destination in _SCRIPT_LIKE_DESTINATIONS

    @property
    def redirect_taint(self) -> RedirectTaint:
        """How far redirects led away from the request's origin. https://fetch.spec.whatwg.org/#concept-request-tainted-origin"""
        return self.redirect_taint_if(same_site)

    def redirect_taint_if(self, are_same_site: Callable[[Origin, Origin], bool]) -> RedirectTaint:
        """The redirect-taint, if this is what tells sites apart."""
        if len(self.url_list) == 1:
            return "same-origin"
        taint: RedirectTaint = "same-origin"
        upgraded = upgraded_at(self.hops)
        last = url_origin(self.url)
        for index, url in enumerate(self.url_list[1:]):
            origin = url_origin(url)
            if index == upgraded:
                # An internal redirect. The URL that a server's redirect led to before it has counted.
                last = origin
                continue
            if not are_same_site(origin, last) and not are_same_site(self.origin, last):
                return "cross-site"
            if not same_origin(origin, last) and not same_origin(self.origin, last):
                taint = "same-site"
            last = origin
        return taint

    @property
    def is_own_throughout(self) -> bool:
        """Report whether it never left its origin, as far as its URLs tell."""
        return all(same_origin(url, self.origin) for url in self.url_list)

    def serialize_origin(self) -> str:
        """What Origin says: "null" once redirects tainted it. https://fetch.spec.whatwg.org/#serializing-a-request-origin"""
        if len(self.url_list) == 1 or self.sends_page_origin:
            return self.origin.serialized
        return (
            self.origin.serialized if self.redirect_taint == "same-origin" and not self.has_lost_its_origin else "null"
        )


new_request = as_function(Request)
