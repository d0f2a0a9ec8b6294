"""What a request has been through, hop by hop, and what browsers remember of it: folds over the hops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..origin import same_origin
from ..records import NamedTuple
from .header_list import get

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..origin import Origin
    from ..url import URL
    from .request import Request


class Hop(NamedTuple):
    """One step from a URL to the next, with the request as it was before.

    A server's redirect, or an upgrade to https before anything was sent: that is an internal redirect in some browsers,
    in others the URL is rewritten in its place. `from_cache`: the redirect came out of the HTTP cache, unasked;
    `is_permanent`: its status was 301 or 308.
    """

    by: Literal["redirect", "internal-redirect", "rewriting"]
    url: URL
    location: URL
    method: str
    header_list: tuple[tuple[str, str], ...]
    was_preflighted: bool = False
    from_cache: bool = False
    is_permanent: bool = False
    referrer_policy: str = ""
    referrer: URL | Literal["no-referrer", "client"] = "client"


Hops = tuple[Hop, ...]
PERMANENT_REDIRECTS = frozenset({301, 308})


def _redirects(hops: Sequence[Hop]) -> Iterator[Hop]:
    return (hop for hop in hops if hop.by == "redirect")


def before_redirects(hops: Sequence[Hop]) -> Hop | None:
    """The hop that shows the request as it was before the first redirect; None if there was no redirect."""
    if not hops:
        return None  # as is most often so
    return next(_redirects(hops), None)


def last_redirect(hops: Sequence[Hop]) -> Hop | None:
    """The latest redirect, None if there was none."""
    if not hops:
        return None
    return next(_redirects(hops[::-1]), None)


def was_preflighted(hops: Sequence[Hop]) -> bool:
    """Report whether the request that the latest redirect answered was not simple, by a preflight or a cached one."""
    last = last_redirect(hops)
    return last is not None and last.was_preflighted


def content_type_left_behind(hops: Sequence[Hop], header_list: Sequence[tuple[str, str]]) -> str | None:
    """The Content-Type that the request had before a redirect turned it into a GET, and has no more."""
    first = before_redirects(hops)
    if first is None or get(header_list, "Content-Type") is not None:
        return None
    return get(first.header_list, "Content-Type")


def upgraded_at(hops: Sequence[Hop]) -> int | None:
    """Where in the URL list stands the URL that an internal redirect upgraded last; None if none did."""
    if not hops:
        return None
    # The URL list grows with each hop but a rewriting.
    growing = [hop.by for hop in hops if hop.by != "rewriting"]
    return max((at for at, by in enumerate(growing) if by == "internal-redirect"), default=None)


def url_before_rewriting(hops: Sequence[Hop]) -> URL | None:
    """The URL that was upgraded in its place last, None if none was."""
    if not hops:
        return None
    return next((hop.url for hop in hops[::-1] if hop.by == "rewriting"), None)


def was_led_to_another_origin(hops: Sequence[Hop]) -> bool:
    """Report whether a redirect has named a URL of another origin, before that was upgraded or not."""
    return any(not same_origin(hop.url, hop.location) for hop in _redirects(hops))


def was_led_on_for_good(request: Request) -> bool:
    """Report whether the first permanent redirect on the way over http came over the network, not out of the cache."""
    permanent = (hop for hop in _redirects(request.hops) if hop.is_permanent and hop.url.scheme == "http")
    first = next(permanent, None)
    return first is not None and not first.from_cache and request.current_url.scheme == "http"


def was_led_past_the_http_cache(hops: Sequence[Hop], origin: Origin, credentials_mode: str) -> bool:
    """Report whether the latest redirect came over the network, or led to where other credentials go than before."""
    last = last_redirect(hops)
    if last is None:
        return False
    loses_its_credentials = (
        credentials_mode == "same-origin" and same_origin(origin, last.url) and not same_origin(origin, last.location)
    )
    return not last.from_cache or loses_its_credentials
