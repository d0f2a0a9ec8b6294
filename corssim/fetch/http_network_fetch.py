"""HTTP-network fetch: the one place where the algorithms reach out. https://fetch.spec.whatwg.org/#http-network-fetch"""

from __future__ import annotations

from collections.abc import Generator, Hashable, Set
from typing import TYPE_CHECKING, TypeVar

from ..origin import url_origin
from .header_list import received
from .methods import is_idempotent_method, is_safe_method
from .strict_transport_security import note_strict_transport_security, strict_transport_security_redirect
from .wire import AddressWanted, FailureKind, HostAddress, NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from .fetch_params import FetchParams
    from .rules import NetworkRules
    from .trace import ExchangeKind

from .trace import exchanged

T = TypeVar("T")

Fetching = Generator[WireRequest | AddressWanted, WireResponse | NetworkFailure | HostAddress | None, T]
"""An algorithm in progress: it yields an HTTP request, is sent what came of it, and returns its result.

Before a request it may ask where a host is; whoever does not know answers None.
"""


def http_network_fetch(
    params: FetchParams,
    request: WireRequest,
    kind: ExchangeKind,
    *,
    include_credentials: bool,
    force_new_connection: bool = False,
) -> Fetching[WireResponse | NetworkFailure]:
    """Send the request; try again where the browser does after a dropped connection. https://fetch.spec.whatwg.org/#concept-http-network-fetch"""
    if params.profile.upgrades.are_redirects and (redirect := strict_transport_security_redirect(params)) is not None:
        return redirect
    rules, idle = params.profile.network, params.user_agent.idle_connections
    if force_new_connection:
        request = request._replace(new_connection=True)
    # Where nothing comes of it, nobody keeps count of connections.
    counts = rules.retries_on_reused_connections != "never"
    connection = _connection_key(params, include_credentials) if counts else None
    retries = rules.retries_of_dropped_connections
    if retries and not is_safe_method(request.method):
        retries = 0
    while True:
        is_reused = False
        if connection in idle:
            is_reused = not request.new_connection
            idle.discard(connection)
        result = yield request
        if isinstance(result, WireResponse):
            params.trace.append(exchanged(kind, request, result))
            names = received(result.headers).lines.keys()
            if "strict-transport-security" in names:
                note_strict_transport_security(params, result)
            if counts and _is_kept_alive(result, names):
                idle.add(connection)
            if (refused := _why_it_is_no_answer(result, names, rules)) is not None:
                return NetworkFailure(FailureKind.OTHER, refused)
            if include_credentials and "set-cookie" in names:
                from .cookies import parse_and_store_response_set_cookie_headers  # here, because few answers set any

                parse_and_store_response_set_cookie_headers(params, result)
            return result
        assert isinstance(result, NetworkFailure)  # a request is not answered with an address
        params.trace.append(exchanged(kind, request, None, result))
        if not result.is_dropped_connection:
            return result
        # Whoever sent it may say so of a connection that was to be new: it counts once, or this had no end.
        is_reused = is_reused or (result.on_used_connection and not request.new_connection)
        if retries == 0 and not (is_reused and _is_tried_again(request.method, rules)):
            return result
        retries = max(0, retries - 1)
        request = request._replace(new_connection=True)


# Below: what browsers do beyond the text.


def _why_it_is_no_answer(response: WireResponse, names: Set[str], rules: NetworkRules) -> str | None:
    """Why a browser's network stack takes what came for no answer to anything; None where it does not.

    `names` are those of its headers, in lower case.
    """
    if response.status == 407 and rules.refuses_proxy_authentication_without_a_proxy:
        return "407 Proxy Authentication Required, and there is no proxy"
    if len(names) == len(response.headers):
        return None  # each was given once
    for name in rules.headers_that_may_not_differ:
        if len({value for key, value in response.headers if key.lower() == name}) > 1:
            return f"{name} was given twice, with different values"
    return None


def _is_tried_again(method: str, rules: NetworkRules) -> bool:
    """Report whether what a kept-alive connection was dropped on is sent on a new one."""
    match rules.retries_on_reused_connections:
        case "any-method":
            return True
        case "safe-methods":
            return is_safe_method(method)
        case "idempotent-methods":
            return is_idempotent_method(method)
        case _:
            return False


def _connection_key(params: FetchParams, include_credentials: bool) -> Hashable:
    """What requests that share connections have in common. https://fetch.spec.whatwg.org/#concept-connection"""
    request = params.request
    return request.client.network_partition_key, url_origin(request.current_url).serialized, include_credentials


def _is_kept_alive(response: WireResponse, names: Set[str]) -> bool:
    """Report whether the connection is left open for another request. https://httpwg.org/specs/rfc9112.html#persistent.connections"""
    if "connection" not in names:
        return response.body_failure is None
    return response.body_failure is None and not any(
        name.lower() == "connection" and value.strip().lower() == "close" for name, value in response.headers
    )
