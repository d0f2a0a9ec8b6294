"""Whether a block is what the server's owner wants, as far as scenarios and answers tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.header_list import get
from ..fetch.request import CredentialsMode
from ..origin import host_is_loopback, same_site
from ..serialized_origin import check_serialized_origin
from ..url import parse_url

if TYPE_CHECKING:
    from ..browser.outcome import Outcome
    from ..fetch.request import Request


def why_rightly_blocked(outcome: Outcome, *, meant: bool) -> str:
    """Why it is right that this is blocked, and what it would give away to allow it; "" where nothing says so."""
    request = outcome.request
    if outcome.blocked is None or request is None:
        return ""
    host = request.url.host or ""
    if meant:
        does = "" if request.method in ("GET", "HEAD") else f" send {request.method} requests and"
        who = "every website" if request.origin.is_opaque else request.origin.serialized
        return (
            f"Rightly blocked: that is what is expected here. To allow it would let {who}{does} read what {host} "
            "answers."
        )
    if not request.origin.is_opaque:
        return _of_another_site(outcome, request, host)
    started = getattr(outcome.trace[0], "page", "")
    if started.startswith("file:") or not _trusts_others(outcome, request):
        return ""
    return (
        "Rightly blocked, as far as the answers tell: they name whom they allow, and a page with an opaque origin can "
        "be anybody's. To allow it would let every website read them."
    )


def _of_another_site(outcome: Outcome, request: Request, host: str) -> str:
    """Credentials of another site's page, of a server that gives them to pages that it names."""
    origin = request.origin
    if (
        request.credentials_mode is not CredentialsMode.INCLUDE
        or same_site(origin, request.url)
        or host_is_loopback(origin.host)
        or not _trusts_others(outcome, request, with_credentials=True)
    ):
        return ""
    return (
        f"Rightly blocked, as far as the answers tell: {host} names the pages that may read what it answers to the "
        f"user's cookies, and {origin.serialized} is none of them. To allow it would give that page the user's data."
    )


def _trusts_others(outcome: Outcome, request: Request, *, with_credentials: bool = False) -> bool:
    """Whether an answer allows an origin of another site than the page's: not this page in another spelling."""
    for exchange in outcome.exchanges:
        headers = () if exchange.response is None else exchange.response.headers
        allowed = get(headers, "Access-Control-Allow-Origin")
        if allowed is None or allowed == "null" or check_serialized_origin(allowed) is not None:
            continue
        if with_credentials and get(headers, "Access-Control-Allow-Credentials") != "true":
            continue
        parsed = parse_url(allowed)
        if parsed is not None and (request.origin.is_opaque or not same_site(request.origin, parsed)):
            return True
    return False
