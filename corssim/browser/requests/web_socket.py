"""Requests of new WebSocket(): the opening handshake. https://websockets.spec.whatwg.org/"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1
from typing import TYPE_CHECKING

from ...errors import InvalidRequest
from ...fetch.header_list import is_header_name
from ...fetch.request import CacheMode, CredentialsMode, RedirectMode, Request, RequestMode
from .given import parsed_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...fetch.environment import Environment
    from ...fetch.profile import BrowserProfile

_AS_HTTP = {"ws": "http", "wss": "https"}


def web_socket_request(
    environment: Environment, profile: BrowserProfile, url: str, protocols: str | Iterable[str] = ()
) -> Request:
    """What `new WebSocket(url, protocols)` makes. Raises InvalidRequest where that throws.

    https://websockets.spec.whatwg.org/#dom-websocket-websocket and
    https://websockets.spec.whatwg.org/#concept-websocket-establish
    """
    parsed = parsed_url(environment, profile, url)
    scheme = _AS_HTTP.get(parsed.scheme, parsed.scheme)
    if scheme not in ("http", "https"):
        raise InvalidRequest(f"a WebSocket connects to ws: and wss: URLs, not {parsed.scheme}:")
    if parsed.fragment is not None:
        raise InvalidRequest(f"the URL of a WebSocket has no fragment: {parsed.without_fragment()}")
    asked = _checked_protocols(protocols)
    request = Request(
        url_list=[parsed.with_scheme(scheme)],
        client=environment,
        origin=environment.origin,
        header_list=[
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", _key(f"{environment.url} {parsed} {asked}")),
            ("Sec-WebSocket-Version", "13"),
        ],
        mode=RequestMode.WEBSOCKET,
        credentials_mode=CredentialsMode.INCLUDE,
        cache_mode=CacheMode.NO_STORE,
        referrer="no-referrer",
        redirect_mode=RedirectMode.ERROR,
        api="WebSocket",
    )
    if profile.web_sockets.accept_anything:
        request.header_list.insert(0, ("Accept", "*/*"))
    if asked:
        request.header_list.append(("Sec-WebSocket-Protocol", ", ".join(asked)))
    request.header_list.append(("Sec-WebSocket-Extensions", "permessage-deflate"))
    return request


def _checked_protocols(protocols: str | Iterable[str]) -> list[str]:
    asked = [protocols] if isinstance(protocols, str) else list(protocols)
    for protocol in asked:
        if not isinstance(protocol, str) or not is_header_name(protocol):
            raise InvalidRequest(f"{protocol!r:.60} is no subprotocol: a subprotocol is a token such as 'chat'")
    if len({protocol.lower() for protocol in asked}) < len(asked):
        raise InvalidRequest("a subprotocol is asked for twice")
    return asked


def _key(seed: str) -> str:
    """Sixteen bytes in base64. Browsers take random ones; the same handshake is the same here."""
    return b64encode(sha1(seed.encode(), usedforsecurity=False).digest()[:16]).decode()
