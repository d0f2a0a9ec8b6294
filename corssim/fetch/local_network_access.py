"""Local Network Access: a page asks the user before it reaches a network more private than its own.

https://wicg.github.io/local-network-access/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import is_potentially_trustworthy, same_origin
from ..url import parse_url
from .address_space import AddressSpace, address_of, address_space, is_local_name, literal_address, space_of
from .environment import EnvironmentKind
from .reasons import Blocked, Reason, blocked_request
from .trace import AddressHidden, LocalNetworkAccessChecked

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..url import URL
    from .environment import Environment
    from .fetch_params import FetchParams
    from .request import Request
    from .rules import LocalNetworkRules
    from .trace import AccessState

_ANCHOR = "https://wicg.github.io/local-network-access/#local-network-access-check"


def local_network_access_check(params: FetchParams, *, is_preflighted: bool) -> Blocked | None:
    """Refuse, or leave pending, what leads from a more public network into a more private one, where that is looked at.

    https://wicg.github.io/local-network-access/#local-network-access-check
    """
    request, rules = params.request, params.profile.local_network
    if request.destination == "document":
        return None
    if request.mode == "websocket" and not rules.checks_web_sockets:
        return None
    if rules.data_pages == "unchecked" and request.client.top_level.url.scheme == "data":
        return None
    url, client = request.current_url, request.client
    user_agent, look_up = params.user_agent, params.user_agent.address_of
    if same_origin(request.origin, url) and is_potentially_trustworthy(url):
        return None
    if user_agent.seen_addresses and user_agent.is_behind_a_proxy(url.host or ""):
        params.trace.append(AddressHidden(request.shown_url))
        return None
    target = space_of(url, look_up)
    wanted = request.target_address_space
    if wanted not in ("", "unknown") and wanted != target:
        return _refused(request, Reason.LOCAL_NETWORK_ACCESS_ADDRESS_SPACE_MISMATCH, target, wanted)
    if target == "public":
        return None  # as most are: whatever the page's own is, nothing is more public
    own = client_address_space(client, rules, look_up)
    if not target.is_less_public_than(own):
        return None
    state, refused = _decide(params, target, own)
    address, port = address_of(url, look_up) or "", url.effective_port
    assert port is not None  # only URLs of http and https lead there
    params.trace.append(
        LocalNetworkAccessChecked(
            url=request.shown_url,
            address=address,
            port=port,
            own_space=own,
            target_space=target,
            state=state,
            top_level_url=client.top_level.url.href,
            client_url=url_of_what_asks(client),
            is_secure_context=client.is_secure_context,
            is_preflighted=is_preflighted,
            in_another_origins_frame=not same_origin(client.origin, client.top_level.origin),
        )
    )
    return refused


def is_local_network_request(params: FetchParams) -> bool:
    """Report whether a request leads into a more private network, where that is looked at. https://wicg.github.io/local-network-access/#local-network-request"""
    rules, look_up = params.profile.local_network, params.user_agent.address_of
    if rules.access == "off":
        return False
    target = space_of(params.request.current_url, look_up)
    return target != "public" and target.is_less_public_than(
        client_address_space(params.request.client, rules, look_up)
    )


def _decide(params: FetchParams, target: AddressSpace, own: AddressSpace) -> tuple[AccessState, Blocked | None]:
    request, rules = params.request, params.profile.local_network
    if own is not AddressSpace.PUBLIC and not rules.local_to_loopback:
        return "unchecked", None
    is_insecure_data = rules.data_pages == "insecure" and request.client.top_level.url.scheme == "data"
    if rules.needs_a_secure_context and (is_insecure_data or not request.client.is_secure_context):
        return "denied", _refused(request, Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT, target, own)
    from .permissions_policy import is_allowed_to_use  # here, because few fetches get this far

    permission = "loopback-network" if target is AddressSpace.LOOPBACK else "local-network"
    if not is_allowed_to_use(permission, request.client, rules):
        return "denied", _refused(
            request, Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY, target, own, header=permission
        )
    decided = params.user_agent.permissions.get(permission, "prompt")
    if request.client.top_level_origin.is_opaque and not rules.keeps_decisions_for_opaque_pages:
        decided = "prompt"
    match decided:
        case "granted":
            return "granted", None
        case "denied":
            return "denied", _refused(request, Reason.LOCAL_NETWORK_ACCESS_DENIED, target, own, header=permission)
        case _:
            return "prompt", _refused(request, Reason.LOCAL_NETWORK_ACCESS_PENDING, target, own, header=permission)


def _refused(
    request: Request, reason: Reason, target: AddressSpace, compared_with: str, *, header: str = ""
) -> Blocked:
    return blocked_request(
        request,
        reason,
        _ANCHOR,
        url=request.shown_url,
        subject=target.value,
        compared_with=str(compared_with),
        detail=header,
    )


def client_address_space(
    client: Environment, rules: LocalNetworkRules, look_up: Callable[[str], str | None]
) -> AddressSpace:
    """The space of a page: that of the address it came from, or of what created it.

    https://wicg.github.io/local-network-access/#policy-container-ip-address-space
    """
    if rules.treats_as_public_address and _is_treated_as_public(client):
        return AddressSpace.PUBLIC
    if client.url.is_local and client.container is not None:
        return client_address_space(client.container, rules, look_up)
    return space_of(url_of_the_address(client), look_up)


def url_of_the_address(client: Environment) -> URL:
    """The URL whose host a page has its address from: its own, or that of what created it."""
    if client.url.is_local and client.container is not None:
        return url_of_the_address(client.container)
    if client.url.scheme == "blob":
        return parse_url(client.url.path) or client.url
    return client.url


def url_of_what_asks(client: Environment) -> str:
    """The URL of a page, or of the one that wrote it as srcdoc."""
    if client.url.scheme == "about" and client.container is not None:
        return url_of_what_asks(client.container)
    return client.url.href


def _is_treated_as_public(client: Environment) -> bool:
    """Report whether a policy of the page gives its privilege away. https://wicg.github.io/private-network-access/#csp"""
    csp_list = client.policy_container.csp_list
    if not csp_list:
        return False
    from .content_security_policy import Disposition  # here, because few pages have a policy

    return any(
        policy.directive("treat-as-public-address") is not None and policy.disposition is Disposition.ENFORCE
        for policy in csp_list
    )


def is_exempt_from_mixed_content(request: Request, rules: LocalNetworkRules) -> bool:
    """Report whether an insecure request is let through because it surely goes to a local network.

    https://wicg.github.io/local-network-access/#integration-with-mixed-content
    """
    if rules.access == "off" or not rules.exempts_local_hosts_from_mixed_content:
        return False
    if request.client.kind is EnvironmentKind.WORKER:
        return False
    if request.target_address_space not in ("", "unknown"):
        return request.target_address_space != AddressSpace.PUBLIC
    url = request.current_url
    literal = literal_address(url)
    if literal is not None:
        return address_space(literal) is not AddressSpace.PUBLIC
    return is_local_name(url.host or "")
