"""Network backends, as the libraries below httpx and httpx2 define them, that keep to the deadline of an exchange.

Their own timeouts bound one read each: a server that sends a byte now and then is waited for without end. They bound
neither the look-up of a name nor all of its addresses together, and a TLS handshake that is cancelled leaves its
socket open. The `Deadline` comes in as the timeout; one that is none passes through, so that whoever else uses the
transport notices nothing.
"""

from __future__ import annotations

from typing import Any

from .bounds import Deadline
from .connecting import addresses_of, attempt_after, attempts, is_address, look_up, look_up_within
from .http1.streams import is_in_place

_WRITTEN_AT_ONCE = 64 * 1024
_CLOSING = 1.0  # seconds that closing a connection may take


def bound_blocking(transport: Any) -> None:
    """Let a blocking httpx or httpx2 network transport keep to deadlines. Others are left alone."""
    _put_in_place(transport, DeadlineBackend)


def bound_async(transport: Any) -> None:
    """`bound_blocking` for a transport of an event loop."""
    _put_in_place(transport, AsyncDeadlineBackend)


def _put_in_place(transport: Any, kind: type[DeadlineBackend | AsyncDeadlineBackend]) -> None:
    pool = getattr(transport, "_pool", None)
    backend = getattr(pool, "_network_backend", None)
    if pool is not None and backend is not None and not is_in_place(backend, kind):
        pool._network_backend = kind(backend)


def _left(timeout: float | None) -> float | None:
    return timeout.remaining() if isinstance(timeout, Deadline) else timeout


class DeadlineBackend:
    """A blocking backend whose streams keep to deadlines."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> DeadlineStream:
        if not isinstance(timeout, Deadline):
            return DeadlineStream(self._backend.connect_tcp(host, port, timeout=timeout, **options))
        found = [host] if is_address(host) else addresses_of(look_up_within(host, port, timeout.remaining()))
        tries = attempts(found, timeout)
        attempt = next(tries)
        while True:
            try:
                return DeadlineStream(self._backend.connect_tcp(attempt[0], port, timeout=attempt[1], **options))
            except Exception as error:
                following = attempt_after(error, tries)
                if following is None:
                    raise
                attempt = following

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


class AsyncDeadlineBackend:
    """A backend of an event loop. Whoever waits for it is cancelled in time; this leaves nothing behind then."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    async def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> ClosingStream:
        if not isinstance(timeout, Deadline):
            return ClosingStream(await self._backend.connect_tcp(host, port, timeout=timeout, **options))
        tries = attempts([host] if is_address(host) else await _addresses(host, port), timeout)
        attempt = next(tries)
        while True:
            try:
                return ClosingStream(await self._backend.connect_tcp(attempt[0], port, timeout=attempt[1], **options))
            except Exception as error:
                following = attempt_after(error, tries)
                if following is None:
                    raise
                attempt = following

    async def connect_unix_socket(self, path: str, timeout: float | None = None, **options: Any) -> ClosingStream:
        return ClosingStream(await self._backend.connect_unix_socket(path, timeout=timeout, **options))

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


async def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a name, looked up in a thread that is left behind when the caller is cancelled.

    Event loops look names up in threads that they wait for when they close.
    """
    import anyio
    import anyio.to_thread

    # A limit of its own: a thread that was left behind keeps nobody else waiting.
    limit = anyio.CapacityLimiter(1)
    found = await anyio.to_thread.run_sync(look_up, host, port, abandon_on_cancel=True, limiter=limit)
    return addresses_of(found)


class ClosingStream:
    """A connection that is closed where a TLS handshake on it ends early, by whatever."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.read, self.write, self.aclose = stream.read, stream.write, stream.aclose
        self.get_extra_info = stream.get_extra_info

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> ClosingStream:
        import anyio

        try:
            return SecuredStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except BaseException:
            with anyio.move_on_after(_CLOSING, shield=True):
                await self._stream.aclose()
            raise


class SecuredStream(ClosingStream):
    """A connection whose handshake is over: TLS that breaks from here on is a connection that was lost.

    The library below lets its errors pass as they are, which says no more than one in the handshake does.
    """

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self.read, self.write = _losing(stream.read, "ReadError"), _losing(stream.write, "WriteError")


def _losing(transfer: Any, error_name: str) -> Any:
    async def transferred(*given: Any, **options: Any) -> Any:
        import ssl

        try:
            return await transfer(*given, **options)
        except ssl.SSLError as error:
            import httpcore

            raise getattr(httpcore, error_name)(error) from error

    return transferred
