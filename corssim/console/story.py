"""What a trace tells that console lines are made of. Nothing is decided here: it is read off the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.authentication_events import AuthenticationChallenged
from ..fetch.cookie_events import CookiesConsidered, CookieSet
from ..fetch.header_list import get
from ..fetch.mime_type import extract_mime_type
from ..fetch.page_events import FoundInDocument, PreloadConsidered, ReportsGoNowhere
from ..fetch.reasons import OF_TYPES, Reason, Stage
from ..fetch.referrer import parse_referrer_policy
from ..fetch.rules.redirects import REDIRECT_STATUSES
from ..fetch.trace import (
    CheckFailed,
    Exchanged,
    ExchangeKind,
    FetchStarted,
    HTTPCacheAnswered,
    LoadedInTheBackground,
    LocalNetworkAccessChecked,
    Redirected,
    ResponseFiltered,
    TaintingSet,
    WildcardCoveredAuthorization,
)
from ..fetch.upgrade_events import HTTPSFirstExcepted, HTTPSFirstGaveUp, MixedContentExempted, URLUpgraded
from ..records import NamedTuple, field, record
from ..url import parse_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..fetch.events import Event
    from ..fetch.mime_type import MIMEType
    from ..fetch.reasons import Blocked
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse


_OF_LOCAL_NETWORKS = frozenset(
    {
        Reason.LOCAL_NETWORK_ACCESS_PENDING,
        Reason.LOCAL_NETWORK_ACCESS_DENIED,
        Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT,
        Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY,
    }
)


class Asked(NamedTuple):
    """A URL that was asked for, or would have been (`is_refused`: a redirect there was not followed), and the referrer
    policy for it.
    """

    url: str
    referrer_policy: str
    upgrade: URLUpgraded | None = None
    is_refused: bool = False


@record()
class Story:
    """One fetch as its console tells it. `response` is the last that came, of a preflight too; `url` where it went."""

    started: FetchStarted
    url: str
    blocked: Blocked | None = None
    reported: list[Blocked] = field(default_factory=list)
    missing_integrity: list[Blocked] = field(default_factory=list)  # reported, too
    response: WireResponse | None = None
    failure: NetworkFailure | None = None
    failed_in_preflight: bool = False
    tainting: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[WireResponse] = field(default_factory=list)
    answered_by_cache: list[str] = field(default_factory=list)  # URLs
    found_in_document: bool = False
    found_opaque: bool = False
    filtered: str = ""
    hidden: tuple[str, ...] = ()
    was_redirected: bool = False
    request: WireRequest | None = None
    exchanged_url: str = ""
    answered_url: str = ""  # of the last exchange that was no preflight
    preload: PreloadConsidered | None = None
    reports_go_nowhere: tuple[str, ...] = ()  # of these policies of the page of a new frame
    upgrades: list[URLUpgraded] = field(default_factory=list)
    wildcards_covered_authorization: list[str] = field(default_factory=list)
    https_first: list[URLUpgraded | HTTPSFirstGaveUp | HTTPSFirstExcepted] = field(default_factory=list)
    cookies_and_reports: list[CookieSet | CookiesConsidered | Blocked] = field(default_factory=list)  # in their order
    exempted: bool = False
    local_network: list[LocalNetworkAccessChecked] = field(default_factory=list)
    moved_to: str = ""  # where the last redirect that was there for good, or an upgrade, led
    challenge: str | None = None  # what the last 401 asked for, and was not given
    is_in_the_background: bool = False
    in_the_background: list[Sequence[Event]] = field(default_factory=list)  # what was loaded anew
    font_family: str = ""  # of a font, if it is known: no fetch tells it

    @property
    def is_of_a_page_over_https(self) -> bool:
        """Report whether the page, or the one on top of a frame without a URL of its own, came over https."""
        of_a_frame = self.started.page.startswith("about:") and self.started.top_level_url.startswith("https:")
        return self.started.page.removeprefix("blob:").startswith("https:") or of_a_frame

    @property
    def upgraded(self) -> URLUpgraded | None:
        """The last upgrade to https."""
        return self.upgrades[-1] if self.upgrades else None

    @property
    def loads_insecure_content(self) -> bool:
        """Report whether an image, audio or video of a page over https came over http."""
        return (
            (self.blocked is None or self.blocked.reason in _OF_LOCAL_NETWORKS)
            and self.is_of_a_page_over_https
            and self.url.startswith("http:")
            and self.started.destination in ("image", "audio", "video")
        )

    @property
    def came_insecurely(self) -> bool:
        """Report whether such a thing was asked for over http at first, whatever then stopped it."""
        started = self.started
        return (
            started.destination in ("image", "audio", "video")
            and self.is_of_a_page_over_https
            and started.url.startswith("http:")
            and (self.upgraded is None or (self.was_redirected and self.asked[0].url.startswith("http:")))
            and self.request is not None
        )

    @property
    def is_of_an_element(self) -> bool:
        """Report whether an element of the page asked, and no script that waits for what comes of it."""
        return self.started.destination != ""

    @property
    def has_insecure_action(self) -> bool:
        """Report whether a page over https submits a form whose action says http."""
        started = self.started
        return started.api == "form" and started.page.startswith("https:") and started.url.startswith("http:")

    @property
    def targets_insecure_form(self) -> bool:
        """Report whether such a form is not upgraded by a policy of the page."""
        return self.has_insecure_action and (
            self.upgraded is None or self.upgraded.because != "upgrade-insecure-requests"
        )

    @property
    def form_action(self) -> str:
        """The URL that a form was submitted to, without the fields that a GET puts into its query."""
        return without_query(self.started.url) if self.started.method == "GET" else self.started.url

    @property
    def is_readable(self) -> bool:
        """Report whether script got the response."""
        return self.blocked is None and self.failure is None and self.filtered in ("basic", "cors")

    @property
    def mime_type(self) -> MIMEType | None:
        """The last response's MIME type."""
        return extract_mime_type(self.headers("Content-Type"))

    def headers(self, name: str) -> list[str]:
        """The last response's header lines of this name."""
        if self.response is None:
            return []
        return [value for each, value in self.response.headers if each.lower() == name.lower()]

    @property
    def ends_at_a_redirect(self) -> bool:
        """Report whether the fetch was blocked at a redirect that it would have followed."""
        blocked = self.blocked
        return (
            blocked is not None
            and blocked.stage in (Stage.REDIRECT, Stage.PREFLIGHT)
            and self.started.redirect == "follow"
            and self.response is not None
            and self.response.status in REDIRECT_STATUSES
            and self.answers[-1:] == [self.response]
        )

    @property
    def url_exchanged(self) -> str:
        """Where the last request went, with the fragment that it had in the browser."""
        without, mark, fragment = self.url.partition("#")
        if without != self.exchanged_url:
            _, mark, fragment = self.started.url.partition("#")
        return self.exchanged_url + mark + fragment if self.exchanged_url else ""

    @property
    def is_refused_strictly(self) -> bool:
        """Report whether what was refused for its type came with X-Content-Type-Options."""
        by_nosniff = self.blocked is not None and self.blocked.reason is Reason.NOSNIFF
        return by_nosniff or bool(self.headers("X-Content-Type-Options"))

    @property
    def is_module_of_another_type(self) -> bool:
        """Report whether what came for a module, whether it was let in or not, says that it is no script."""
        return self.started.api == "module" and self.is_script_of_another_type

    @property
    def is_script_of_another_type(self) -> bool:
        """Report whether what came for a script of any kind says that it is none."""
        mime_type = self.mime_type
        return (
            self.started.destination == "script"
            and self.response is not None
            and self.answers[-1:] == [self.response]
            and self.response.status not in REDIRECT_STATUSES
            and (mime_type is None or not mime_type.is_javascript)
        )

    @property
    def location(self) -> str:
        """Where the last response redirects to, resolved; empty where it does not."""
        header = get(self.response.headers, "Location") if self.response is not None else None
        base = parse_url(self.url)
        target = parse_url(header, base) if header is not None and base is not None else None
        if target is None:
            return ""
        _, mark, fragment = self.url.partition("#")
        return target.href if "#" in target.href else target.href + mark + fragment

    @property
    def body(self) -> bytes:
        """What came, or had been preloaded."""
        if self.response is not None:
            return self.response.body
        return self.preload.body if self.preload is not None else b""

    def _mime_type_told(self, mime_type: MIMEType | None) -> str:
        """The essence of a type; of what had been preloaded, that which it was refused for."""
        if self.response is None and self.blocked is not None and self.blocked.reason in OF_TYPES:
            return self.blocked.subject
        return mime_type.essence if mime_type is not None else ""

    def facts(self) -> dict[str, str]:
        """The fields that every browser's lines have."""
        blocked, response = self.blocked, self.response
        location = self.location
        target = parse_url(location)
        mime_type = self.mime_type
        here = parse_url(self.url)
        return {
            "url": blocked.url if blocked is not None and blocked.url else self.url,
            "requested_url": self.started.url,
            "page": self.started.page,
            "family": self.font_family,
            "origin": self.started.origin,
            "sent_origin": blocked.origin if blocked is not None else self.started.origin,
            "method": blocked.subject if blocked is not None else self.started.method,
            "header_name": blocked.subject if blocked is not None else "",
            "port": blocked.subject if blocked is not None else "",
            "scheme": self.url.partition(":")[0],
            "host": here.host if here is not None and here.host else "",
            "value": (blocked.received or "") if blocked is not None else "",
            "status": str(response.status) if response is not None else "",
            "status_text": response.reason if response is not None else "",
            "location": target.without_credentials().href if target is not None else location,
            "location_with_credentials": location,
            "mime_type": self._mime_type_told(mime_type),
        }


def story_of(trace: Sequence[Event]) -> Story | None:
    """Read a trace; None for one without a beginning."""
    if not trace or not isinstance(trace[0], FetchStarted):
        return None
    story = Story(trace[0], trace[0].url, asked=[Asked(trace[0].url, trace[0].referrer_policy)])
    for event in trace:
        match event:
            case CheckFailed(blocked=blocked, enforced=True):
                story.blocked = blocked
            case CheckFailed(blocked=blocked):
                is_of_csp = blocked.reason is Reason.CONTENT_SECURITY_POLICY
                told = story.reported if is_of_csp else story.missing_integrity
                if blocked not in told:
                    told.append(blocked)
                    story.cookies_and_reports += [blocked] if is_of_csp else []
            case Exchanged(kind=kind, request=request, response=response, failure=failure):
                story.request, story.exchanged_url = request, request.url
                story.response, story.failure = response, failure
                story.failed_in_preflight = failure is not None and kind is ExchangeKind.PREFLIGHT
                story.answered_url = story.answered_url if kind is ExchangeKind.PREFLIGHT else request.url
                if response is not None:
                    story.answers.append(response)
            case HTTPCacheAnswered(url=url, response=response):
                story.exchanged_url = story.answered_url = url
                story.response, story.failure = response, None
                story.answers.append(response)
                story.answered_by_cache.append(url)
            case Redirected(location=location, referrer_policy=policy):
                is_for_good = story.response is not None and story.response.status in (301, 308)
                story.url, story.was_redirected = location, True
                story.moved_to = location if is_for_good else story.moved_to
                del story.answers[-1:]  # none was there where the browser itself redirected
                story.asked.append(Asked(location, policy))
            case URLUpgraded(upgraded=upgraded, because="https-first"):
                story.url = upgraded
                story.https_first.append(event)
            case URLUpgraded(upgraded=upgraded):
                story.url = story.moved_to = upgraded
                story.upgrades.append(event)
                story.asked[-1] = story.asked[-1]._replace(url=upgraded, upgrade=event)
            case HTTPSFirstGaveUp(url=url):
                story.url, story.failure, story.response = url, None, None
                story.https_first.append(event)
            case HTTPSFirstExcepted():
                story.https_first.append(event)
            case CookieSet() | CookiesConsidered():
                story.cookies_and_reports.append(event)
            case TaintingSet(tainting=tainting):
                story.tainting = tainting
            case ResponseFiltered(type=kind_of_response, hidden=hidden):
                story.filtered, story.hidden = kind_of_response, hidden
            case PreloadConsidered():
                story.preload = event
            case FoundInDocument(type=type_found):
                story.found_in_document, story.found_opaque = True, type_found == "opaque"
            case LoadedInTheBackground(trace=loaded):
                story.in_the_background.append(loaded)
            case ReportsGoNowhere(policies=policies):
                story.reports_go_nowhere = policies
            case MixedContentExempted():
                story.exempted = True
            case AuthenticationChallenged(received=received, source=source):
                story.challenge = received if not source else None
            case LocalNetworkAccessChecked():
                story.local_network.append(event)
            case WildcardCoveredAuthorization(url=url):
                story.wildcards_covered_authorization.append(url)
            case _:
                pass
    if story.ends_at_a_redirect and story.response is not None and story.location:
        policy = parse_referrer_policy(story.response.headers)
        story.asked.append(Asked(story.location, policy or story.asked[-1].referrer_policy, is_refused=True))
    return story


def without_query(url: str) -> str:
    """The URL of a form as its page has it: before fields came into the query; the fragment stays."""
    where, mark, fragment = url.partition("#")
    return where.partition("?")[0] + mark + fragment
