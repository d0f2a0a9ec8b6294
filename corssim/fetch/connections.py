"""Connections: where they lead is looked at before anything is sent. https://fetch.spec.whatwg.org/#connections"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import is_potentially_trustworthy, same_origin
from .address_space import AddressSpace, is_local_name, is_loopback_name, space_of
from .local_network_access import url_of_the_address
from .wire import AddressWanted, HostAddress

if TYPE_CHECKING:
    from typing import Literal

    from ..url import URL
    from .fetch_params import FetchParams
    from .http_network_fetch import Fetching


def look_where_it_leads(params: FetchParams) -> Fetching[None]:
    """See the address of the host that the request goes to and, if that one is not public, of its page's.

    What is told of hosts, and what was seen before, is not looked at again.
    """
    request, rules = params.request, params.profile.local_network
    url = request.current_url
    if request.mode == "websocket" and not rules.checks_web_sockets:
        return
    if same_origin(request.origin, url) and is_potentially_trustworthy(url):
        return
    yield from _see_address(params, url, "connection")
    if request.destination != "document" and space_of(url, params.user_agent.address_of) is not AddressSpace.PUBLIC:
        yield from _see_address(params, url_of_the_address(request.client), "name")


def _see_address(params: FetchParams, url: URL, by: Literal["connection", "name"]) -> Fetching[None]:
    """Ask for the address of a URL's host, and remember it for all who fetch later. A connection that is opened for it
    is the one that the next request is sent on. https://fetch.spec.whatwg.org/#concept-connection-obtain"""
    host, user_agent = url.host, params.user_agent
    if not host or url.host_is_ip or is_loopback_name(host) or is_local_name(host):
        return
    if host in user_agent.seen_addresses or user_agent.address_of(host) is not None:
        return
    found = yield AddressWanted(url.without_credentials_and_fragment().href, by)
    if isinstance(found, HostAddress) and (found.address is not None or found.behind_a_proxy):
        user_agent.seen_addresses[host] = found.address
