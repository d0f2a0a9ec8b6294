"""Insecure requests of secure pages: which become https, and which are blocked. https://w3c.github.io/webappsec-mixed-content/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..origin import is_potentially_trustworthy, same_origin
from ..records import replace
from .environment import EnvironmentKind
from .local_network_access import is_exempt_from_mixed_content
from .reasons import Blocked, Reason, Stage
from .remembered_loads import is_validated_in_another_mode
from .request import CredentialsMode
from .request_hops import Hop, upgraded_at

if TYPE_CHECKING:
    from ..url import URL
    from .environment import Environment
    from .events import Trace
    from .fetch_params import FetchParams
    from .profile import BrowserProfile
    from .request import Request
    from .response import Response
    from .rules import MixedContentRules

_UPGRADEABLE = frozenset({"image", "audio", "video"})
_ANCHOR = "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"


def upgrade_insecure_request(request: Request, profile: BrowserProfile, trace: Trace) -> None:
    """Turn http into https where the page's policies, or what becomes of mixed content, say so."""
    if request.current_url.scheme == "http":
        upgrade_request_to_a_potentially_trustworthy_url(request, profile.mixed_content, trace)
        upgrade_mixed_content_request(request, profile, trace)


def upgrade_request_to_a_potentially_trustworthy_url(request: Request, rules: MixedContentRules, trace: Trace) -> None:
    """Turn http into https where the page's CSP says upgrade-insecure-requests.

    https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request
    """
    if request.current_url.scheme != "http" or not _is_told_to_upgrade(request, rules):
        return
    if rules.upgrades_come_late and request.mode == "same-origin" and _is_of_a_worker(request):
        return
    if request.destination == "document" and request.initiator_type != "form":
        return
    if _is_no_concern_of_upgrades(request, rules):
        return
    if request.is_navigation and request.redirect_count > 0 and not rules.redirected_navigations_are_upgraded:
        return
    is_trusted = is_potentially_trustworthy(request.current_url) and not rules.localhost_is_mixed
    if is_trusted and not _is_upgraded_whatever_it_is(request, rules):
        return
    upgrade_scheme(request, rules, trace, "upgrade-insecure-requests")


def _is_no_concern_of_upgrades(request: Request, rules: MixedContentRules) -> bool:
    """Report whether a fetch outlives its page, where those stay as they are."""
    return request.api == "fetch" and request.keepalive and not rules.keepalive_fetches_are_upgraded


def _is_told_to_upgrade(request: Request, rules: MixedContentRules) -> bool:
    page = request.client.container if rules.workers_upgrade_as_their_page_does and _is_of_a_worker(request) else None
    return says_to_upgrade(page or request.client)


def _is_of_a_worker(request: Request) -> bool:
    return request.client.kind is EnvironmentKind.WORKER


def says_to_upgrade(client: Environment) -> bool:
    """Report whether a policy of the page says upgrade-insecure-requests."""
    csp_list = client.policy_container.csp_list
    if not csp_list:
        return False
    from .content_security_policy import upgrade_insecure_requests  # here, because few pages have a policy

    return upgrade_insecure_requests(csp_list)


def is_upgradeable(request: Request) -> bool:
    """Report whether this is mixed content of the kind that is upgraded. https://w3c.github.io/webappsec-mixed-content/#category-upgradeable"""
    is_of_the_kind = request.current_url.scheme == "http" and request.destination in _UPGRADEABLE
    return is_of_the_kind and request.client.prohibits_mixed_content


def upgrade_mixed_content_request(request: Request, profile: BrowserProfile, trace: Trace) -> None:
    """Turn http into https for images, audio and video of a secure page.

    https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm
    """
    url, rules = request.current_url, profile.mixed_content
    if is_exempt_from_mixed_content(request, profile.local_network):
        return
    if not is_upgradeable(request):
        return
    is_local = (url.host_is_ip and not rules.upgrades_images_of_ip_addresses) or is_potentially_trustworthy(url)
    first = request.urls_sent[0]
    may_be_upgraded = first.scheme == "https" or not first.host_is_ip  # what is at an address may lead anywhere
    if is_local and not (may_be_upgraded and _is_upgraded_whatever_it_is(request, rules)):
        return
    upgrade_scheme(request, rules, trace, "mixed-content")


def _is_upgraded_whatever_it_is(request: Request, rules: MixedContentRules) -> bool:
    """Report whether a redirect led here, after which a host that could be trusted is upgraded like others."""
    return request.redirect_count > 0 and rules.redirects_to_any_host_are_upgraded


def upgrade_scheme(request: Request, rules: MixedContentRules, trace: Trace, because: str) -> None:
    """Turn the current URL's http into https, and tell why."""
    from .upgrade_events import URLUpgraded  # here and below, because most URLs are https

    url = request.current_url
    upgraded = url.with_scheme("https")
    trace.append(URLUpgraded(url.href, upgraded.href, because))
    if rules.upgraded_loads_have_no_credentials and _was_to_have_same_origin_credentials(request):
        request.credentials_mode = CredentialsMode.OMIT
    if rules.upgrades_come_late and _leads_back_to_another_origin(request, upgraded):
        request.has_lost_its_origin = True
    if request.initiator_type == "form" and request.redirect_count == 0:
        # A form's action is upgraded before the navigation begins.
        request.rewrite_current_url(upgraded)
    elif rules.upgrades_are_redirects:
        # An internal redirect: the URL list grows, and what was cross-origin stays so.
        request.hops += (_hop(request, "internal-redirect", upgraded),)
        request.go_on_to(upgraded)
    else:
        request.hops += (_hop(request, "rewriting", upgraded),)
        request.rewrite_current_url(upgraded)


def _was_to_have_same_origin_credentials(request: Request) -> bool:
    """Report whether an element's or event source's load is of another origin until it is upgraded."""
    if request.redirect_count or request.credentials_mode != "same-origin":
        return False
    is_settled = _is_of_a_worker(request) or (request.mode == "cors" and request.api not in ("fetch", "XMLHttpRequest"))
    return is_settled and not same_origin(request.current_url, request.origin)


def _leads_back_to_another_origin(request: Request, upgraded: URL) -> bool:
    """Report whether a redirect led from another origin to itself but for the upgrade that is late."""
    if not request.redirect_count or not _is_upgraded_late(request):
        return False
    before = request.hops[-1].url
    return same_origin(before, upgraded) and not same_origin(before, request.origin)


def _is_upgraded_late(request: Request) -> bool:
    """Report whether its upgrades are known to its page alone, not where redirects are followed."""
    return request.mode == "cors" and (_is_of_a_worker(request) or not says_to_upgrade(request.client))


def urls_before_late_upgrades(request: Request, rules: MixedContentRules) -> list[URL] | None:
    """The URL list with the URLs to which redirects led, where they were upgraded late; None where none was."""
    if not rules.upgrades_come_late or not request.redirect_count or not _is_upgraded_late(request):
        return None
    led_to = [hop.location for hop in request.hops if hop.by == "redirect"]
    return [request.url, *led_to] if led_to != request.url_list[1:] else None


def is_foreign_by_an_upgrade(request: Request, rules: MixedContentRules) -> bool:
    """Report whether its own URL is another origin's by the way to it: an internal redirect, or a late upgrade."""
    return upgraded_at(request.hops) is not None or urls_before_late_upgrades(request, rules) is not None


def _hop(request: Request, by: Literal["internal-redirect", "rewriting"], upgraded: URL) -> Hop:
    headers = tuple(request.header_list)
    return Hop(by, request.current_url, upgraded, request.method, headers, referrer_policy=request.referrer_policy)


def needs_no_cors_headers(params: FetchParams, response: Response) -> bool:
    """Report whether nothing asks a response for CORS headers: because of upgrades, or because of where it leads.

    An internal redirect may have led home; a 304 may be about what was loaded in another mode; a page that upgrades
    may be taken to ask its own host, where that stays http because it need not be upgraded; and a redirect may be found
    to lead to mixed content before it is checked.
    """
    request, rules = params.request, params.profile.mixed_content
    return (
        (request.hops != () and led_home_by_an_upgrade(request))
        or (request.remembered is not None and is_validated_in_another_mode(request, response))
        or needs_no_cors_at_its_host(request, rules)
        or (rules.stops_redirects_before_their_cors_check and _leads_to_mixed_content(params, response))
    )


def _leads_to_mixed_content(params: FetchParams, response: Response) -> bool:
    """Report whether a redirect that would be followed leads to what is blocked as mixed content."""
    request, profile = params.request, params.profile
    if response.status not in profile.redirects.statuses or request.redirect_mode != "follow":
        return False
    from .location import location_url  # here, because most responses are no redirects

    location = location_url(response, request.current_url, profile)
    if isinstance(location, str) or location.scheme != "http":
        return False
    led_on = replace(request, url_list=[*request.url_list, location], redirect_count=request.redirect_count + 1)
    upgrade_insecure_request(led_on, profile, [])
    alone = params.beside(led_on)
    return should_fetching_request_be_blocked_as_mixed_content(alone) is not None


def needs_no_cors_at_its_host(request: Request, rules: MixedContentRules) -> bool:
    """Report whether a page that upgrades asks its own host, from the first URL on, where that stays http."""
    url, origin = request.current_url, request.client.origin
    if not rules.upgrading_pages_need_no_cors_at_their_host or url.scheme != "http" or origin.scheme != "http":
        return False
    if not origin.host == url.host == request.url.host or not is_potentially_trustworthy(url):
        return False
    return says_to_upgrade(request.client) and not _is_no_concern_of_upgrades(request, rules)


def led_home_by_an_upgrade(request: Request) -> bool:
    """Report whether an internal redirect led straight home."""
    return (
        request.hops != ()
        and upgraded_at(request.hops) is not None
        and len(request.urls_sent) == 1
        and same_origin(request.current_url, request.origin)
    )


def should_fetching_request_be_blocked_as_mixed_content(params: FetchParams) -> Blocked | None:
    """Block what is insecure and was not upgraded. https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"""
    request, rules = params.request, params.profile.mixed_content
    url = request.current_url
    if url.scheme != "http" or request.destination == "document" or not request.client.prohibits_mixed_content:
        return None
    if is_potentially_trustworthy(url) and not rules.localhost_is_mixed:
        return None
    if is_exempt_from_mixed_content(request, params.profile.local_network):
        from .upgrade_events import MixedContentExempted

        params.trace.append(MixedContentExempted(request.shown_url))
        return None
    is_loopback = is_potentially_trustworthy(url) and request.redirect_count == 0
    if request.destination in _UPGRADEABLE and is_loopback and rules.images_of_loopback_load:
        return None
    return Blocked(
        reason=Reason.MIXED_CONTENT,
        anchor=_ANCHOR,
        url=request.shown_url,
        stage=Stage.REQUEST,
        origin=request.origin.serialized,
        compared_with=request.client.url.href,
    )
