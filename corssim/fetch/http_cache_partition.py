"""Which part of the HTTP cache a request has to do with: what is stored in one is not found in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import Site, same_site
from .header_list import get

if TYPE_CHECKING:
    from collections.abc import Hashable, Set

    from .request import Request
    from .rules import HttpCacheRules


def http_cache_partition(
    request: Request,
    own_names: Set[str],
    rules: HttpCacheRules,
    *,
    include_credentials: bool,
    of_elements: bool = False,
) -> Hashable:
    """The part for a request with headers of these names, in lower case. https://fetch.spec.whatwg.org/#determine-the-http-cache-partition"""
    key: Hashable = request.client.network_partition_key if rules.is_partitioned else None
    beyond = _beyond_the_partition(
        request, own_names, rules, include_credentials=include_credentials, of_elements=of_elements
    )
    return (key, *beyond) if beyond else key


# Below: what browsers do beyond the text.


def partition_of_what_ends(
    request: Request, own_names: Set[str], rules: HttpCacheRules, *, include_credentials: bool
) -> Hashable:
    """That in which an unsafe method ends what is stored: by the text its own, in a browser the elements'."""
    of_elements = rules.ended_as_if_by_elements
    return http_cache_partition(
        request, own_names, rules, include_credentials=include_credentials, of_elements=of_elements
    )


def _beyond_the_partition(
    request: Request, own_names: Set[str], rules: HttpCacheRules, *, include_credentials: bool, of_elements: bool
) -> tuple[Hashable, ...]:
    """What a browser keeps apart within a partition."""
    beyond: list[Hashable] = []
    if rules.partitioned_by_frame and request.client.container is not None:
        beyond.append(Site(request.client.origin))
    if rules.keyed_by_credentials:
        beyond.append(include_credentials)
    if request.method == "HEAD" and rules.answers_head == "with-what-a-head-left":
        beyond.append("HEAD")
    if rules.partial_content == "by-range":
        beyond.append(get(request.header_list, "range") if "range" in own_names else None)
    if rules.keeps_apart == "elements":
        is_by_an_element = of_elements or request.destination != "" or request.api == "sendBeacon"
        beyond.append(is_by_an_element and not same_site(request.client.origin, request.current_url))
    elif rules.keeps_apart == "frames":
        beyond.append(request.destination == "iframe")
    return tuple(beyond)


def is_of_an_opaque_origin(request: Request) -> bool:
    """Report whether the page on top, or the frame that asks, has an opaque origin; files have one cache.

    What navigates will have another origin than the page that asked: of a frame only the page on top counts.
    """
    if request.destination == "document":
        return False
    client = request.client
    if client.container is None:
        return client.origin.is_opaque and client.url.scheme != "file"
    top = client.top_level
    if top.origin.is_opaque and top.url.scheme != "file":
        return True
    is_a_frame = client is not top and not request.is_navigation
    return is_a_frame and client.origin.is_opaque and client.url.scheme != "file"
