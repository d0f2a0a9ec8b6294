"""Bodies sent over HTTP/2 to a server that has answered meanwhile, or reset the stream: no more of them is sent.

The libraries below httpx and httpx2 wait for a window, which such a server never opens: a refusal of what is too large
came as a timeout. https://httpwg.org/specs/rfc9113.html#section-8.1-11
"""

from __future__ import annotations

from functools import partial
from typing import Any

from .broken_connections import http2_connections

_BEGINS = "http2.send_request_body.started"
_CANCEL = 8  # error code: what is left of the request is not wanted
_ENDS = frozenset({"StreamEnded", "StreamReset"})  # the library's events


def ending_with_the_answer(transport: Any, sent: Any) -> Any:
    """The request of a blocking transport, whose body ends where its answer does."""
    if sent.content:
        sent.extensions["trace"] = partial(_begins, transport, _send, _end)
    return sent


def ending_with_the_answer_async(transport: Any, sent: Any) -> Any:
    """The same for a transport of an event loop."""
    if sent.content:

        async def begins(name: str, info: dict[str, Any]) -> None:
            _begins(transport, _send_async, _end_async, name, info)

        sent.extensions["trace"] = begins
    return sent


def _begins(transport: Any, send: Any, end: Any, name: str, _: dict[str, Any]) -> None:
    """Where a body begins, let the connections send bodies as this module does."""
    if name == _BEGINS:
        for connection in http2_connections(transport):
            connection._send_stream_data = partial(send, connection)
            connection._send_end_stream = partial(end, connection)


def _send(connection: Any, request: Any, stream_id: int, data: bytes) -> None:
    while data and not _is_over(connection, stream_id):
        if (window := _window(connection, stream_id)) <= 0:
            connection._receive_events(request)
            continue
        connection._h2_state.send_data(stream_id, data[:window])
        connection._write_outgoing_data(request)
        data = data[window:]


async def _send_async(connection: Any, request: Any, stream_id: int, data: bytes) -> None:
    while data and not _is_over(connection, stream_id):
        if (window := _window(connection, stream_id)) <= 0:
            await connection._receive_events(request)
            continue
        connection._h2_state.send_data(stream_id, data[:window])
        await connection._write_outgoing_data(request)
        data = data[window:]


def _end(connection: Any, request: Any, stream_id: int) -> None:
    _end_of(connection, stream_id)
    connection._write_outgoing_data(request)


async def _end_async(connection: Any, request: Any, stream_id: int) -> None:
    _end_of(connection, stream_id)
    await connection._write_outgoing_data(request)


def _end_of(connection: Any, stream_id: int) -> None:
    if not _is_over(connection, stream_id):
        connection._h2_state.end_stream(stream_id)
    elif not _was_reset(connection, stream_id):
        connection._h2_state.reset_stream(stream_id, _CANCEL)


def _window(connection: Any, stream_id: int) -> int:
    state = connection._h2_state
    window: int = min(state.local_flow_control_window(stream_id), state.max_outbound_frame_size)
    return window


def _is_over(connection: Any, stream_id: int) -> bool:
    return not _ENDS.isdisjoint(_events(connection, stream_id))


def _was_reset(connection: Any, stream_id: int) -> bool:
    return "StreamReset" in _events(connection, stream_id)


def _events(connection: Any, stream_id: int) -> list[str]:
    return [type(event).__name__ for event in connection._events.get(stream_id, ())]
