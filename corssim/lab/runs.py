"""Runs: a scenario's pages and servers on ports of loopback, driven by the lab's page, and what came of it."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from itertools import count
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..report.html_markup import Shown
from ..scenario import run_scenario
from ..verify.comparison import compared
from ..verify.connections import accept_all
from ..verify.from_scenario import case_of
from ..verify.network import Listener
from ..verify.server import CaseOnLoopback
from . import by_hand
from .on_this_machine import OnThisMachine
from .origins import Here, Names
from .ports import KeptPorts, RunsPorts
from .prediction import read
from .under_its_own_names import otherwise
from .window import OPENS_AT, documents, opens

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ..fetch.profile import BrowserProfile
    from ..scenario import Scenario, ScenarioResult
    from .authority import Authority
    from .under_its_own_names import Line

_MOST_RUNS = 4
_MOST_OPENED = 12  # origins, before a run
_LASTS = 120.0  # seconds
_LASTS_WHILE_ASKED = 600.0  # with somebody who reads what the browser says of certificates
_QUIET = 0.15
_ON_LOCALHOST = ("upgrades.strict_transport_security_of", "nobody")
"""Chromium and Firefox take no Strict-Transport-Security from names under localhost, WebKit from nobody here."""


class Run:
    """One scenario in one browser, once.

    With `kept` it is run over https where the scenario says so; with `names_kept`, its hosts have that in their names
    in place of the run, and the browser is to open each origin before.
    """

    def __init__(
        self,
        text: str,
        profile: str | BrowserProfile,
        *,
        lab: str,
        plain_names: bool = False,
        kept: KeptPorts | None = None,
        names_kept: str = "",
    ) -> None:
        self.id = secrets.token_hex(3)
        self._lab, self._is_secure, self._asks = lab, kept is not None, bool(names_kept)
        self._tasks: list[asyncio.Task[None]] = []
        self._ports = RunsPorts(kept)
        try:
            scenario = read(text)
            self._own = run_scenario(scenario, profile)
            faults = case_of(self._own)["faults"]
            if names_kept:
                by_hand.check(self._own)
            closed = {host for host, fault in faults.items() if fault == "refused"}
            if failing := faults.keys() - closed:
                raise UsageError(f"no server of this machine fails as {min(failing)} does: `corssim verify` can")
            self.names = Names(
                names_kept or self.id, self._ports, are_plain=plain_names, are_secure=self._is_secure, closed=closed
            )
            self._here = OnThisMachine(names=self.names)
            profile = self._own.profile.changed(*_ON_LOCALHOST)
            self._predicted = run_scenario(scenario, profile, changes=self._here)
            self._case = case_of(self._predicted)
            self._otherwise = self._what_is_otherwise(scenario, profile)
        except BaseException:
            self.close()
            raise
        self._server = CaseOnLoopback(self._here)
        self._server.begin(self._case)

    def start(self, context: ssl.SSLContext | None = None) -> None:
        """Begin to listen, on the running event loop; `context` is for what speaks TLS."""
        context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        for listener in self._ports.listeners:
            self._tasks.append(asyncio.create_task(accept_all(listener, context, self._server._serve)))
        self._server.opening = opens((each.here for each in self._opened()), self._lab)

    def told(self) -> dict[str, Any]:
        """What the page is to do: what to open before, and step by step; `on` is the URL of the page that does it."""
        pages: list[Any] = []
        steps = []
        for index, step in enumerate(self._case["steps"]):
            on = step.get("on")
            if on is not None and on not in pages:
                pages.append(on)
            where = {"on": "", "page": -1} if on is None else {"on": on["url"], "page": pages.index(on)}
            steps.append({**step, **where, "number": index})
        before = [{"url": each.here + OPENS_AT, "origin": each.there} for each in self._opened()]
        return {"id": self.id, "steps": steps, "opens": before}

    async def begin_step(self, index: int) -> bool:
        """Serve the page of this step to who asks for it now; False where there is no such step."""
        if not 0 <= index < len(self._case["steps"]):
            return False
        await self._server.quiet(_QUIET)
        self._server.step = index
        self._server.opening = documents(self._case["steps"][index].get("on", self._case["page"]), self._lab)
        return True

    def page_is_open(self) -> None:
        """From now on the page's URL answers as the scenario says."""
        self._server.opening = {}

    async def compare(self, seen: list[dict[str, Any]]) -> dict[str, Any]:
        """The comparison with what the page's script saw, in the scenario's own names.

        A line is `{"level", "what", "predicted", "real", "agrees", "note", "own", "by"}`: `own` is what is predicted
        under the scenario's own names where that is something else, and `by` what compares it, "https" or "verify".
        """
        await self._server.quiet(_QUIET)
        count = len(self._case["steps"])
        seen = (seen + [{"outcome": "timeout"}] * count)[:count]
        steps = compared(self._predicted.steps, self._case["steps"], {"steps": seen, "wire": self._server.wire})
        shown = Shown(False)

        def told(text: str) -> str:
            return shown.masked(self.names.back(text))

        def line(number: int, line: Any) -> dict[str, Any]:
            own, by = self._otherwise.get((number, line.level, line.what), ("", ""))
            return {
                "level": line.level,
                "what": line.what,
                "predicted": told(line.predicted),
                "real": told(line.real),
                "agrees": line.agrees or not line.counts,
                "note": line.note,
                "own": told(own),
                "by": by,
            }

        return {
            "agrees": not any(step.differences for step in steps),
            "steps": [
                {"number": step.number, "lines": [line(step.number, one) for one in step.lines]} for step in steps
            ],
        }

    @property
    def stays(self) -> bool:
        """Does something of it stay in the browser that opening its origins does not make it forget."""
        return self._asks and by_hand.stays(self._predicted)

    @property
    def lasts(self) -> float:
        """Seconds after which it ends by itself."""
        return _LASTS_WHILE_ASKED if self._asks else _LASTS

    def close(self) -> None:
        """End what it listens with."""
        for task in self._tasks:
            task.cancel()
        self._ports.close()

    def _opened(self) -> list[Here]:
        return list(self.names.origins())[:_MOST_OPENED] if self._asks else []

    def _what_is_otherwise(self, scenario: Scenario, profile: str | BrowserProfile) -> dict[Line, tuple[str, str]]:
        found = self._compared_with_its_own(self._predicted, self._here)
        if not found:
            return {}
        left = found.keys()
        if not self._is_secure:
            numbers: dict[Hashable, int] = {}
            free = count(50_000)

            def port_of(key: Hashable, /, *, is_closed: bool = False) -> int:
                return numbers.setdefault(key, next(free))

            secure = OnThisMachine(names=Names(self.id, port_of, are_secure=True))
            left = self._compared_with_its_own(run_scenario(scenario, profile, changes=secure), secure).keys()
        return {line: (own, "verify" if line in left else "https") for line, own in found.items()}

    def _compared_with_its_own(self, predicted: ScenarioResult, here: OnThisMachine) -> dict[Line, str]:
        return otherwise(self._own.steps, predicted.steps, case_of(predicted)["steps"], here.text)


async def _answer_a_probe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    async with asyncio.timeout(_QUIET * 20):
        await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n")
    writer.close()


class Runs:
    """Those that are going on: a few at a time, each for a while; over https one at a time."""

    def __init__(self, lab: str, authority: Authority | None = None) -> None:
        self._lab = lab
        self._runs: dict[str, Run] = {}
        self._context = None if authority is None else authority.context()
        self._kept = None if authority is None else KeptPorts()
        self._names_kept = secrets.token_hex(3)
        self._probed: asyncio.Task[None] | None = None
        self._probe_port = 0

    def probe_port(self) -> int:
        """Where a browser that trusts the lab's authority finds any name under localhost over https; 0: nowhere."""
        if self._kept is not None and self._context is not None and self._probed is None:
            listener = Listener(self._kept.lend("probe"), None)
            self._probe_port = listener.socket.getsockname()[1]
            self._probed = asyncio.create_task(accept_all(listener, self._context, _answer_a_probe))
        return self._probe_port

    def new(
        self, text: str, profile: str | BrowserProfile, *, plain_names: bool = False, is_trusted: bool = False
    ) -> Run:
        """Start one; the oldest gives way. Raises `UsageError` for a scenario that cannot be run here.

        `is_trusted`: the browser trusts the lab's authority, and nobody has to accept a certificate by hand.
        """
        while len(self._runs) >= (_MOST_RUNS if self._kept is None else 1):
            self.end(next(iter(self._runs)))
        names_kept = "" if self._kept is None or is_trusted else self._names_kept
        run = Run(text, profile, lab=self._lab, plain_names=plain_names, kept=self._kept, names_kept=names_kept)
        self._runs[run.id] = run
        run.start(self._context)
        asyncio.get_running_loop().call_later(run.lasts, self.end, run.id)
        return run

    def get(self, name: str) -> Run | None:
        return self._runs.get(name)

    def end(self, name: str) -> None:
        if (run := self._runs.pop(name, None)) is not None:
            run.close()
            if run.stays:
                self._names_kept = secrets.token_hex(3)
