"""Whole-exchange deadlines for blocking sockets.

httpx's timeouts bound one read each: a server that sends a byte now and then is waited for without end. The stream
below asks the `Deadline` that comes in as the timeout for what is left of it, at every read and write.
"""

from __future__ import annotations

from typing import Any

from .bounds import Deadline

_WRITTEN_AT_ONCE = 64 * 1024


def bound_blocking_reads(transport: Any) -> None:
    """Let a blocking httpx or httpx2 network transport keep to deadlines. Others are left alone.

    A timeout that is no `Deadline` passes through, so that whoever else uses the transport notices nothing.
    """
    pool = getattr(transport, "_pool", None)
    backend = getattr(pool, "_network_backend", None)
    if pool is not None and backend is not None and not isinstance(backend, DeadlineBackend):
        pool._network_backend = DeadlineBackend(backend)


def _left(timeout: float | None) -> float | None:
    return timeout.remaining() if isinstance(timeout, Deadline) else timeout


class DeadlineBackend:
    """A network backend, as the library below httpx defines them, whose streams keep to deadlines."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> DeadlineStream:
        return DeadlineStream(self._backend.connect_tcp(host, port, timeout=_left(timeout), **options))

    def connect_unix_socket(self, path: str, timeout: float | None = None, **options: Any) -> DeadlineStream:
        return DeadlineStream(self._backend.connect_unix_socket(path, timeout=_left(timeout), **options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class DeadlineStream:
    """A connection whose single reads and writes never outlast the whole exchange."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(max_bytes, timeout=_left(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITTEN_AT_ONCE):
            self._stream.write(buffer[start : start + _WRITTEN_AT_ONCE], timeout=_left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> DeadlineStream:
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
