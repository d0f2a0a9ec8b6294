"""Starting an ASGI app up once and shutting it down once (https://asgi.readthedocs.io/en/latest/specs/lifespan.html)."""

from __future__ import annotations

import asyncio
from typing import Any

from ...fetch.wire import FailureKind, NetworkFailure
from .failures import one_line

_SHUTDOWN = 5.0  # seconds an app may take to shut down


class Lifespan:
    """An app's lifespan, in a task of the asyncio loop that first asks. Other loops (trio) go without it.

    An app that raises instead of answering has none, which is fine; one that reports a failed startup refuses all
    connections, as its server would not have come up.
    """

    def __init__(self, app: Any, app_errors: list[BaseException]) -> None:
        self._app = app
        self._app_errors = app_errors
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.state: dict[str, Any] = {}

    async def startup(self) -> NetworkFailure | None:
        """Wait until the app is up; the failure if it does not come up."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return None
        if self._loop is not loop:
            self._loop = loop
            self._failure: NetworkFailure | None = None
            self._unstarted = True
            self._up, self._ending = asyncio.Event(), asyncio.Event()
            self.state = {}
            self._task = loop.create_task(self._run())
        await self._up.wait()
        return self._failure

    async def shutdown(self) -> None:
        """Let the app shut down, within a bound. Nothing to do if it never started in this loop."""
        task, self._task = self._task, None
        if task is None or self._loop is not asyncio.get_running_loop():
            return
        self._loop = None
        self._ending.set()
        await asyncio.wait([task], timeout=_SHUTDOWN)
        task.cancel()
        await asyncio.wait([task], timeout=_SHUTDOWN)

    async def _run(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await self._app(scope, self._receive, self._send)
        except (Exception, SystemExit) as error:
            if self._failure is not None or self._up.is_set():
                self._app_errors.append(error)
        finally:
            self._up.set()

    async def _receive(self) -> dict[str, Any]:
        if self._unstarted:
            self._unstarted = False
            return {"type": "lifespan.startup"}
        await self._ending.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "lifespan.startup.failed":
            said = str(message.get("message", "")).strip().rpartition("\n")[2]
            detail = "the app's startup failed" + (f": {said}" if said else "")
            self._failure = NetworkFailure(FailureKind.REFUSED, one_line(detail))
        elif kind not in ("lifespan.startup.complete", "lifespan.shutdown.complete", "lifespan.shutdown.failed"):
            raise RuntimeError(f"the app sent {kind!r} in its lifespan")
        self._up.set()
