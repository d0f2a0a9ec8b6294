"""Which answers open a WebSocket. https://www.rfc-editor.org/rfc/rfc6455#section-4.1"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corssim import Browser
from corssim.fetch.request import Request
from corssim.fetch.response import Response
from corssim.fetch.web_socket import handshake_failure
from corssim.url import require_url

if TYPE_CHECKING:
    from collections.abc import Mapping

# The example of https://www.rfc-editor.org/rfc/rfc6455#section-1.3
KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
OPENS = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": ACCEPT}
NO_UPGRADE, NO_CONNECTION = "the answer has no Upgrade: websocket", "the answer has no Connection: Upgrade"
NOT_ITS_KEY = "Sec-WebSocket-Accept does not answer the key of the request"
NONE_CHOSEN = "the server chose none of the subprotocols that were asked for"


def not_asked_for(name: str) -> str:
    return f"the server chose the subprotocol {name!r}, which was not asked for"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ({}, ""),
        ({"Upgrade": "WebSocket"}, ""),
        ({"Upgrade": None}, NO_UPGRADE),
        ({"Upgrade": "h2c"}, NO_UPGRADE),
        ({"Connection": "keep-alive, upgrade"}, ""),
        ({"Connection": None}, NO_CONNECTION),
        ({"Connection": "keep-alive"}, NO_CONNECTION),
        ({"Connection": "upgraded"}, NO_CONNECTION),
        ({"Sec-WebSocket-Accept": f" {ACCEPT} "}, ""),
        ({"Sec-WebSocket-Accept": None}, NOT_ITS_KEY),
        ({"Sec-WebSocket-Accept": ACCEPT.lower()}, NOT_ITS_KEY),
        ({"Sec-WebSocket-Protocol": "chat"}, not_asked_for("chat")),
        ({"Sec-WebSocket-Protocol": ""}, not_asked_for("")),
    ],
)
def test_what_opens_it(answer: dict[str, str | None], failure: str) -> None:
    assert failure_of(OPENS | answer) == failure


@pytest.mark.parametrize(
    ("asked", "chosen", "failure"),
    [
        ("chat", "chat", ""),
        ("chat, v2", "v2", ""),
        ("chat, v2", "V2", not_asked_for("V2")),
        ("chat, v2", "chat, v2", not_asked_for("chat, v2")),
        ("chat", "", not_asked_for("")),
        ("chat", None, NONE_CHOSEN),
    ],
)
def test_which_subprotocol_may_be_chosen(asked: str, chosen: str | None, failure: str) -> None:
    assert failure_of({**OPENS, "Sec-WebSocket-Protocol": chosen}, asked=asked) == failure


@pytest.mark.parametrize("status", [100, 102, 200, 401])
def test_no_other_status_opens_it(status: int) -> None:
    assert failure_of(OPENS, status) == f"the server answered {status}, not 101 Switching Protocols"


def failure_of(answer: Mapping[str, str | None], status: int = 101, asked: str | None = None) -> str:
    page = Browser().page("https://app.example/")
    asking = [("Sec-WebSocket-Key", KEY), *([("Sec-WebSocket-Protocol", asked)] if asked else [])]
    request = Request([require_url("https://api.example/")], page.environment, page.origin, header_list=asking)
    headers = [(name, value) for name, value in answer.items() if value is not None]
    return handshake_failure(request, Response(status=status, header_list=headers))
