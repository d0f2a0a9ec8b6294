"""A scenario's servers on a real connection: what the simulation's server answers, as bytes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

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


class Names(Protocol):
    """For servers that are reached by other names than the scenario's: what arrives in its own, answers in those."""

    def request(self, request: WireRequest, /) -> WireRequest: ...

    def response(self, response: WireResponse, url: str, /) -> WireResponse: ...


class Mocked:
    """Answers by the rules of one scenario, given as JSON holds them."""

    def __init__(self, rules: Sequence[dict[str, Any]], names: Names | None = None) -> None:
        self._server = mock_server([msgspec.convert(rule, RuleTable) for rule in rules])
        self._names = names

    async def answer(self, request: WireRequest, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False: the connection ends with it."""
        asked = request if self._names is None else self._names.request(request)
        answer, delay = self._server.delayed_answer(asked)
        await asyncio.sleep(delay)
        if isinstance(answer, NetworkFailure):
            writer.write(_AS_BYTES.get(answer.kind, b""))
            return False
        if self._names is not None:
            answer = self._names.response(answer, request.url)
        writer.write(as_bytes(answer))
        await writer.drain()
        if answer.status == 101:
            await asyncio.sleep(_SOCKETS_STAY_OPEN)
        return answer.status != 101 and answer.body_failure is None


def as_bytes(response: WireResponse) -> bytes:
    """A response on the wire of HTTP/1.1."""
    lines = [f"HTTP/1.1 {response.status} {response.reason}", *(f"{name}: {value}" for name, value in response.headers)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + response.body
