"""A scenario's servers on a real connection: what the simulation's server answers, as bytes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from ..fetch.wire import FailureKind, NetworkFailure
from ..scenario.model import RuleTable
from ..scenario.servers import mock_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..fetch.wire import WireRequest, WireResponse

_TOO_LARGE = 2 * 1024 * 1024  # bytes of headers: more than any browser takes
_SOCKETS_STAY_OPEN = 2.0  # seconds
_AS_BYTES = {
    FailureKind.MALFORMED: b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    FailureKind.TOO_LARGE: b"HTTP/1.1 200 OK\r\nX-Large: " + b"x" * _TOO_LARGE + b"\r\nContent-Length: 0\r\n\r\n",
}


class Mocked:
    """Answers by the rules of one scenario, given as JSON holds them."""

    def __init__(self, rules: Sequence[dict[str, Any]]) -> None:
        self._server = mock_server([msgspec.convert(rule, RuleTable) for rule in rules])

    async def answer(self, request: WireRequest, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False: the connection ends with it."""
        answer, delay = self._server.delayed_answer(request)
        await asyncio.sleep(delay)
        if isinstance(answer, NetworkFailure):
            writer.write(_AS_BYTES.get(answer.kind, b""))
            return False
        writer.write(as_bytes(answer))
        await writer.drain()
        if answer.status == 101:
            await asyncio.sleep(_SOCKETS_STAY_OPEN)
        return answer.status != 101 and answer.body_failure is None


def as_bytes(response: WireResponse) -> bytes:
    """A response on the wire of HTTP/1.1."""
    lines = [f"HTTP/1.1 {response.status} {response.reason}", *(f"{name}: {value}" for name, value in response.headers)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + response.body
