"""What the recorder asks of a browser, and the connection over which Chromium and Firefox are asked."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import websockets

from .errors import DriverError

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

    from ..case import Case

ANSWERS_WITHIN = 45.0  # seconds


class Driver(Protocol):
    version: str

    async def begin(self, case: Case) -> None:
        """A new top-level page for a case; caches and cookies are empty."""

    async def end(self) -> None:
        """Forget the page and all that was stored."""

    async def navigate(self, url: str) -> None:
        """Load a document in the page, and wait until it is there."""

    async def evaluate(self, expression: str) -> Any:
        """What the expression, or the promise it gives, comes to in the page; JSON only."""

    async def start(self, expression: str) -> None:
        """Evaluate without waiting: what it does may end the document."""

    async def decide(self, decision: str) -> str:
        """The user answers what the browser asks: "goes-on" or "goes-back". What it showed him, "" for nothing."""

    async def console(self) -> list[str]:
        """The lines that the console has shown since it was asked last."""

    async def close(self) -> None: ...


class Commands:
    """Commands and answers over a WebSocket, as the DevTools protocol and WebDriver BiDi both have them."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @classmethod
    async def connect(cls, url: str) -> Commands:
        return cls(await websockets.connect(url, max_size=None, proxy=None, open_timeout=ANSWERS_WITHIN))

    async def send(
        self, method: str, params: Mapping[str, Any] | None = None, *, at_most: float = ANSWERS_WITHIN, **more: Any
    ) -> dict[str, Any]:
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params or {}, **more}))
        try:
            message = await asyncio.wait_for(answer, at_most)
        except TimeoutError:
            raise DriverError(f"{method} was not answered within {at_most:g} s") from None
        finally:
            self._waiting.pop(number, None)
        if "error" in message:
            raise DriverError(f"{method}: {message.get('message') or message['error']}")
        result: dict[str, Any] = message["result"]
        return result

    async def _read(self) -> None:
        with suppress(websockets.ConnectionClosed):
            async for text in self._socket:
                message = json.loads(text)
                if "id" not in message or message["id"] is None:
                    self.events.put_nowait(message)
                elif (waiting := self._waiting.get(message["id"])) is not None and not waiting.done():
                    waiting.set_result(message)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(DriverError("the browser closed the connection"))

    async def close(self) -> None:
        self._reader.cancel()
        await self._socket.close()


class BrowserProcess:
    """A browser that says on its standard error where it listens."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self._process = process
        self.url = url

    @classmethod
    async def start(cls, command: Sequence[str], says: re.Pattern[str]) -> BrowserProcess:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stderr is not None
        async with asyncio.timeout(60):
            async for line in process.stderr:
                if found := says.search(line.decode(errors="replace")):
                    asyncio.create_task(_drain(process.stderr))  # noqa: RUF006
                    return cls(process, found.group(1))
        raise DriverError(f"{Path(command[0]).name} ended at once")

    async def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(1 << 16):
        pass
