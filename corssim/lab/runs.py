"""Runs: a scenario's pages and servers on free ports of loopback, driven by the lab's page, and what came of it."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import ssl
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..report.html_markup import Shown
from ..scenario import run_scenario
from ..url import require_url
from ..verify.comparison import compared
from ..verify.connections import accept_all
from ..verify.from_scenario import case_of
from ..verify.network import Listener
from ..verify.server import Answer, CaseOnLoopback
from .origins import Names
from .prediction import read

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ..fetch.profile import BrowserProfile

_MOST_PORTS = 8
_MOST_RUNS = 4
_LASTS = 120.0  # seconds
_QUIET = 0.15
_NOT_CACHED = ("Cache-Control", "no-store")
_DOCUMENT = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>corssim lab</title>
<body><p>The scenario’s page. It closes by itself.<script>%s</script>"""


class Run:
    """One scenario in one browser, once."""

    def __init__(self, text: str, profile: str | BrowserProfile, *, lab: str, plain_names: bool = False) -> None:
        self.id = secrets.token_hex(3)
        self._listeners: dict[Hashable, Listener] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._server = CaseOnLoopback()
        try:
            self.names = Names(self.id, self._port_of, are_plain=plain_names)
            self._predicted = run_scenario(self.names.scenario(read(text)), profile)
            self._case = case_of(self._predicted)
            for page in self._pages():
                if page.get("kind") == "iframe":
                    raise UsageError("a page in a frame is not opened here: `corssim verify` opens it")
        except BaseException:
            self.close()
            raise
        self._lab = lab
        self._server.begin(self._case)

    def start(self) -> None:
        """Begin to listen, on the running event loop."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # never used: everything is plain HTTP
        for listener in self._listeners.values():
            self._tasks.append(asyncio.create_task(accept_all(listener, context, self._server._serve)))

    def steps(self) -> list[dict[str, Any]]:
        """What the page is to do, step by step; `on` is the URL of the page that does it."""
        return [
            {**step, "on": step["on"]["url"] if "on" in step else "", "number": index}
            for index, step in enumerate(self._case["steps"])
        ]

    async def begin_step(self, index: int) -> None:
        """Serve the page of this step to who asks for it now."""
        await self._server.quiet(_QUIET)
        self._server.step = index
        page = self._case["steps"][index].get("on", self._case["page"])
        self._server.opening = {require_url(page["url"]).without_fragment().href: self._document(page)}

    def page_is_open(self) -> None:
        """From now on the page's URL answers as the scenario says."""
        self._server.opening = {}

    async def compare(self, seen: list[dict[str, Any]]) -> dict[str, Any]:
        """The comparison with what the page's script saw, in the scenario's own names."""
        await self._server.quiet(_QUIET)
        count = len(self._case["steps"])
        seen = (seen + [{"outcome": "timeout"}] * count)[:count]
        steps = compared(self._predicted.steps, self._case["steps"], {"steps": seen, "wire": self._server.wire})
        shown = Shown(False)

        def told(text: str) -> str:
            return shown.masked(self.names.back(text))

        return {
            "agrees": not any(step.differences for step in steps),
            "steps": [
                {
                    "number": step.number,
                    "lines": [
                        {
                            "level": line.level,
                            "what": line.what,
                            "predicted": told(line.predicted),
                            "real": told(line.real),
                            "agrees": line.agrees or not line.counts,
                            "note": line.note,
                        }
                        for line in step.lines
                    ],
                }
                for step in steps
            ],
        }

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for listener in self._listeners.values():
            listener.socket.close()

    def _pages(self) -> list[dict[str, Any]]:
        return [self._case["page"], *(step["on"] for step in self._case["steps"] if "on" in step)]

    def _document(self, page: dict[str, Any]) -> Answer:
        headers = [("Content-Type", "text/html; charset=utf-8"), _NOT_CACHED]
        headers += [(name, value) for name, value in page["headers"]]
        if page.get("sandbox") is True:
            headers.append(("Content-Security-Policy", "sandbox allow-scripts"))
        steps = files("corssim.verify").joinpath("steps.js").read_text("utf-8")
        runner = files(__package__).joinpath("page", "runner.js").read_text("utf-8")
        told = json.dumps({"lab": self._lab}).replace("<", "\\u003c")
        script = f"{steps}\nconst TOLD = {told};\n{runner}".replace("</script", "<\\/script")
        body = _DOCUMENT % script
        return Answer(200, tuple(headers), body.encode())

    def _port_of(self, port: Hashable) -> int:
        if port not in self._listeners:
            if len(self._listeners) >= _MOST_PORTS:
                raise UsageError(f"a scenario has at most {_MOST_PORTS} ports here")
            self._listeners[port] = Listener(socket.create_server(("127.0.0.1", 0)), "http")
        number: int = self._listeners[port].socket.getsockname()[1]
        return number


class Runs:
    """Those that are going on: a few at a time, each for a while."""

    def __init__(self, lab: str) -> None:
        self._lab = lab
        self._runs: dict[str, Run] = {}

    def new(self, text: str, profile: str | BrowserProfile, *, plain_names: bool = False) -> Run:
        """Start one; the oldest gives way. Raises `UsageError` for a scenario that cannot be run here."""
        while len(self._runs) >= _MOST_RUNS:
            self.end(next(iter(self._runs)))
        run = Run(text, profile, lab=self._lab, plain_names=plain_names)
        self._runs[run.id] = run
        run.start()
        asyncio.get_running_loop().call_later(_LASTS, self.end, run.id)
        return run

    def get(self, name: str) -> Run | None:
        return self._runs.get(name)

    def end(self, name: str) -> None:
        if (run := self._runs.pop(name, None)) is not None:
            run.close()
