"""Connection-Allowlist: the URLs that a document may connect to, whatever asks. https://wicg.github.io/connection-allowlists/

Chromium enforces it at the network: frames and beacons are held to it as fetches are, and no redirect is followed. The
page's list says nothing of its dedicated workers, which have policies of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..origin import same_origin
from ..patterns import lazy_pattern
from .reasons import Blocked, Reason, Stage, blocked_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..url import URL
    from .environment import Environment
    from .fetch_params import FetchParams

HEADER = "Connection-Allowlist"
_ANCHOR = "https://wicg.github.io/connection-allowlists/"
_INNER_LIST = lazy_pattern(r"\s*\(([^()]*)\)")
_ITEM = lazy_pattern(r'"([^"]*)"|([^\s"]+)')
_PATTERN = lazy_pattern(r"([a-z*]+)://([^/:?#{}()]+)(?::([0-9*]*))?(/[^?#{}()]*)?")


def parse_connection_allowlist(headers: Iterable[tuple[str, str]]) -> tuple[str, ...] | None:
    """What a document may connect to: `response-origin` and URL patterns. None: it has no list, and may anywhere."""
    value = next((value for name, value in headers if name.lower() == HEADER.lower()), None)
    if value is None:
        return None
    listed = _INNER_LIST.match(value)
    return () if listed is None else tuple(quoted or token for quoted, token in _ITEM.findall(listed[1]))


def should_request_be_blocked_by_connection_allowlist(params: FetchParams) -> Blocked | None:
    """Refuse what the list does not have, and every redirect."""
    request = params.request
    allowlist = request.client.policy_container.connection_allowlist
    if allowlist is None or request.destination == "document" or not request.current_url.is_http:
        return None
    is_redirected = request.redirect_count > 0
    if not is_redirected and any(_matches(item, request.current_url, request.client) for item in allowlist):
        return None
    return blocked_request(
        request,
        Reason.CONNECTION_ALLOWLIST,
        _ANCHOR,
        stage=Stage.REQUEST,
        header=HEADER,
        received=" ".join(allowlist),
        subject="redirect" if is_redirected else "URL",
    )


def _matches(item: str, url: URL, client: Environment) -> bool:
    if item == "response-origin":
        return same_origin(client.csp_self_origin, url)
    pattern = _PATTERN.fullmatch(item)
    if pattern is None:
        return False  # a URL pattern that is none, or of a syntax beyond wildcards
    scheme, host, port, path = pattern.groups()
    wanted_port = {None: "", "80": "" if scheme == "http" else "80", "443": "" if scheme == "https" else "443"}
    own_port = "" if url.port is None else str(url.port)
    pairs = (
        (scheme, url.scheme),
        (host, url.host or ""),
        (wanted_port.get(port, port) or "", own_port),
        (path or "*", url.path),
    )
    return all(_fits(wanted, own) for wanted, own in pairs)


def _fits(wanted: str, own: str) -> bool:
    """Report whether a text is what is wanted, where each `*` stands for any characters."""
    beginning, *parts = map(re.escape, wanted.split("*"))
    # Each part where it comes first, and never again: a page may write as many stars as it likes.
    between = "".join(f"(?>.*?{part})" for part in parts[:-1])
    return re.fullmatch(beginning + between + "".join(f".*{part}" for part in parts[-1:]), own, re.DOTALL) is not None
