"""An exchange of the one kind where the other is wanted: async from sync, sync from async."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ...fetch.wire import FailureKind, NetworkFailure
from .exchange import app_errors_of, connections_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ...fetch.wire import AddressWanted, HostAddress, WireRequest, WireResponse
    from .exchange import AsyncConnections, AsyncExchange, Connections, SyncExchange

T = TypeVar("T")

_GRACE = 0.1  # seconds more than the exchange in the thread has, so that it can say how far it came


class ThreadedExchange:
    """A blocking exchange, run in a worker thread for an event loop. A thread that is late is left behind."""

    def __init__(self, inner: SyncExchange) -> None:
        self._inner = inner

    @property
    def app_errors(self) -> list[BaseException]:
        return app_errors_of(self._inner)

    async def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure:
        import anyio
        import anyio.to_thread

        call = partial(self._inner.exchange, request, timeout=timeout, max_body=max_body)
        with anyio.move_on_after(None if timeout is None else timeout + _GRACE):
            return await anyio.to_thread.run_sync(call, abandon_on_cancel=True)
        return NetworkFailure(FailureKind.TIMEOUT, f"no response within {timeout:g} s")

    async def locate(self, wanted: AddressWanted) -> HostAddress | None:
        import anyio.to_thread

        connections: Connections | None = connections_of(self._inner)
        if connections is None:
            return None
        return await anyio.to_thread.run_sync(connections.locate, wanted, abandon_on_cancel=True)

    async def abandon(self, url: str) -> None:
        connections: Connections | None = connections_of(self._inner)
        if connections is not None:
            connections.abandon(url)

    async def aclose(self) -> None:
        self._inner.close()


class LoopedExchange:
    """An async exchange on an event loop of its own, for blocking callers.

    The loop lives as long as the exchange and runs only during one. It runs in the calling thread, or in a worker
    thread where the calling one already runs a loop. Exchanges wait for each other.
    """

    def __init__(self, inner: AsyncExchange) -> None:
        self._inner = inner
        self._turn = threading.Lock()
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        # Whoever forgets to close leaves no open loop behind.
        self._finalizer = weakref.finalize(self, _close_quietly, self._runner)

    @property
    def app_errors(self) -> list[BaseException]:
        return app_errors_of(self._inner)

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> WireResponse | NetworkFailure:
        if not self._turn.acquire(timeout=-1 if timeout is None else timeout):
            return NetworkFailure(FailureKind.TIMEOUT, f"another exchange was in the way for {timeout:g} s")
        try:
            call = self._inner.exchange(request, timeout=timeout, max_body=max_body)
            return outside_any_loop(partial(self._runner.run, call, context=contextvars.copy_context()))
        finally:
            self._turn.release()

    def locate(self, wanted: AddressWanted) -> HostAddress | None:
        connections: AsyncConnections | None = connections_of(self._inner)
        return None if connections is None else self._run(connections.locate(wanted))

    def abandon(self, url: str) -> None:
        connections: AsyncConnections | None = connections_of(self._inner)
        if connections is not None:
            self._run(connections.abandon(url))

    def _run(self, call: Coroutine[Any, Any, T]) -> T:
        with self._turn:
            return outside_any_loop(partial(self._runner.run, call, context=contextvars.copy_context()))

    def close(self) -> None:
        if self._finalizer.detach() is None:
            return
        with self._turn:
            try:
                outside_any_loop(partial(self._runner.run, self._inner.aclose()))
            finally:
                _close_quietly(self._runner)


def outside_any_loop(call: Callable[[], T]) -> T:
    """Call where no event loop is running: here, or else in a worker thread that is waited for."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    outcome: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(call())
        except BaseException as error:
            errors.append(error)

    worker = threading.Thread(target=work, name="corssim-exchange", daemon=True)
    worker.start()
    worker.join()
    if errors:
        raise errors[0]
    return outcome[0]


def _close_quietly(runner: asyncio.Runner) -> None:
    with contextlib.suppress(Exception):
        outside_any_loop(runner.close)
