"""The opening handshake of a WebSocket. https://www.rfc-editor.org/rfc/rfc6455#section-4"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1
from typing import TYPE_CHECKING

from .header_list import get

if TYPE_CHECKING:
    from .request import Request
    from .response import Response

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_of(key: str) -> str:
    """What a server that takes the handshake answers to its key. https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2"""
    return b64encode(sha1(key.encode() + _GUID, usedforsecurity=False).digest()).decode()


def handshake_failure(request: Request, response: Response) -> str:
    """Why an answer does not open the connection, in words; "" where it does.

    https://www.rfc-editor.org/rfc/rfc6455#section-4.1
    """
    if response.status != 101:
        return f"the server answered {response.status}, not 101 Switching Protocols"
    headers = response.header_list
    if (get(headers, "Upgrade") or "").lower() != "websocket":
        return "the answer has no Upgrade: websocket"
    if "upgrade" not in (get(headers, "Connection") or "").lower().replace(" ", "").split(","):
        return "the answer has no Connection: Upgrade"
    key = get(request.header_list, "Sec-WebSocket-Key") or ""
    if (get(headers, "Sec-WebSocket-Accept") or "").strip() != accept_of(key):
        return "Sec-WebSocket-Accept does not answer the key of the request"
    asked = get(request.header_list, "Sec-WebSocket-Protocol")
    chosen = get(headers, "Sec-WebSocket-Protocol")
    if chosen is not None and (asked is None or chosen not in asked.split(", ")):
        return f"the server chose the subprotocol {chosen!r:.60}, which was not asked for"
    if asked is not None and chosen is None:
        return "the server chose none of the subprotocols that were asked for"
    return ""
