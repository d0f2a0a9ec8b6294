"""The server of a case: plain HTTP and TLS on loopback, answering by the case's rules and keeping what arrived.

What comes in is bounded in size and time; a client that exceeds them is hung up on.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import http
import re
import time
from collections import Counter
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..fetch.wire import WireRequest
from ..url import require_url
from .connections import accept_all
from .mocked import Mocked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .case import Case
    from .mocked import Names
    from .network import Network

_NOT_KEPT = re.compile(
    r"user-agent|accept-language|accept-encoding|connection|priority|sec-ch-.*|upgrade-insecure-requests|te|dnt|sec-gpc",
    re.IGNORECASE,
)
_BODY_LIMIT = 400
_LONGEST_BODY = 16 * 1024 * 1024  # bytes
_ARRIVES_WITHIN = 30.0  # seconds for a request that has begun
_WITHOUT_BODY = (101, 204, 304)
_TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True)
class Arrived:
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True)
class Answer:
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    truncate: bool = False
    reason: str | None = None

    def to_bytes(self, method: str) -> bytes:
        if self.reason is not None:
            reason = self.reason
        else:
            reason = http.HTTPStatus(self.status).phrase if self.status in set(http.HTTPStatus) else "Custom"
        lines = [f"HTTP/1.1 {self.status} {reason}", *(f"{name}: {value}" for name, value in self.headers)]
        has_length = any(name.lower() == "content-length" for name, _ in self.headers)
        if not has_length and self.status not in _WITHOUT_BODY:
            lines.append(f"Content-Length: {len(self.body) + (100 if self.truncate else 0)}")
        head = "\r\n".join(lines) + "\r\n\r\n"
        body = b"" if method == "HEAD" or self.status in _WITHOUT_BODY else self.body
        return _to_wire(head) + body


def _to_wire(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


@dataclass
class CaseOnLoopback:
    """Serves one case after the other. While a document is opened, its URLs answer with what `opening` has.

    `names` are those that a scenario's hosts have here, where they are not their own.
    """

    names: Names | None = None
    opening: dict[str, Answer] = field(default_factory=dict)
    wire: list[dict[str, Any]] = field(default_factory=list)
    step: int = 0
    busy: int = 0  # requests being answered
    last: float = 0.0  # monotonic time of the last request or answer
    _mocked: Mocked | None = None
    _rules: list[dict[str, Any]] = field(default_factory=list)
    _used: Counter[int] = field(default_factory=Counter)
    _connections: set[asyncio.StreamWriter] = field(default_factory=set)

    def begin(self, case: Case) -> None:
        self.opening, self.wire, self.step = {}, [], 0
        self._mocked = Mocked(case["rules"], self.names) if "rules" in case else None
        self._rules, self._used = case.get("server", []), Counter()
        self._hang_up()

    def _hang_up(self) -> None:
        for writer in list(self._connections):
            writer.transport.abort()

    @asynccontextmanager
    async def listening(self, network: Network) -> AsyncIterator[None]:
        accepting = [
            asyncio.create_task(accept_all(listener, network.context, self._serve)) for listener in network.listeners
        ]
        try:
            yield
        finally:
            for task in accepting:
                task.cancel()
            await asyncio.gather(*accepting, return_exceptions=True)
            self._hang_up()

    async def quiet(self, seconds: float, at_most: float = 3.0) -> None:
        """Wait until nothing was asked for so long."""
        end = time.monotonic() + at_most
        while time.monotonic() < end and (self.busy or time.monotonic() - self.last < seconds):
            await asyncio.sleep(0.01)

    async def asked(self, before: int, at_most: float) -> None:
        """Wait until one more request than `before` has arrived."""
        end = time.monotonic() + at_most
        while len(self.wire) <= before and time.monotonic() < end:
            await asyncio.sleep(0.01)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, scheme: str) -> None:
        self._connections.add(writer)
        try:
            while (request := await _read(reader, scheme)) is not None:
                self.busy += 1
                try:
                    if not await self._answer(request, writer):
                        break
                finally:
                    self.busy -= 1
                    self.last = time.monotonic()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            self._connections.discard(writer)
            with suppress(Exception):
                writer.close()

    async def _answer(self, request: Arrived, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False: the connection ends with it."""
        self.last = time.monotonic()
        if urlsplit(request.url).path == "/favicon.ico":
            writer.write(Answer(404).to_bytes(request.method))
            return True
        if answer := self.opening.get(request.url):
            writer.write(answer.to_bytes(request.method))
            await writer.drain()
            return True
        self._keep(request)
        if self._mocked is not None:
            asked = WireRequest(request.method, request.url, tuple(request.headers), request.body)
            return await self._mocked.answer(asked, writer)
        rule = self._rule_for(request)
        if rule is None:
            writer.write(Answer(404).to_bytes(request.method))
            return True
        if rule.get("delay_ms"):
            await asyncio.sleep(rule["delay_ms"] / 1000)
        if rule.get("close"):
            return False
        if "raw" in rule:
            writer.write(rule["raw"].encode("latin-1"))
            await writer.drain()
            return bool(rule.get("keep"))
        if rule.get("websocket"):
            writer.write(_opening_of_a_web_socket(rule, request))
            await writer.drain()
            return False
        answer = _answer_of(rule, request)
        writer.write(answer.to_bytes(request.method))
        await writer.drain()
        return not answer.truncate

    def _rule_for(self, request: Arrived) -> dict[str, Any] | None:
        for number, rule in enumerate(self._rules):
            url = request.url if "?" in rule["url"] else request.url.partition("?")[0]
            if rule["method"] not in ("*", request.method) or require_url(rule["url"]).href != url:
                continue
            if "times" in rule and self._used[number] >= rule["times"]:
                continue
            self._used[number] += 1
            return rule
        return None

    def _keep(self, request: Arrived) -> None:
        kept: dict[str, Any] = {
            "method": request.method,
            "url": request.url,
            "headers": [[name, value] for name, value in request.headers if not _NOT_KEPT.fullmatch(name)],
            "step": self.step,
        }
        if request.body:
            kept["body"] = request.body.decode("utf-8", "replace")[:_BODY_LIMIT]
        self.wire.append(kept)


def _opening_of_a_web_socket(rule: dict[str, Any], request: Arrived) -> bytes:
    """The answer that opens it, and the frame that closes it again. https://datatracker.ietf.org/doc/html/rfc6455#section-4.2.2"""
    key = (request.header("sec-websocket-key") or "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
    own = [(name, value) for name, value in rule.get("headers", []) if name.lower().startswith("sec-websocket-")]
    headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept), *own]
    return Answer(101, tuple(headers)).to_bytes("HEAD") + b"\x88\x00"


def _answer_of(rule: dict[str, Any], request: Arrived) -> Answer:
    asked = {
        "origin": request.header("origin"),
        "acrh": request.header("access-control-request-headers"),
        "acrm": request.header("access-control-request-method"),
    }
    headers = []
    for name, template in rule.get("headers", []):
        named = [key for key in asked if "{" + key + "}" in template]
        if any(asked[key] is None for key in named):
            continue
        for key in named:
            template = template.replace("{" + key + "}", asked[key])
        headers.append((name, template))
    body = base64.b64decode(rule["body_b64"]) if "body_b64" in rule else rule.get("body", "").encode()
    return Answer(rule.get("status", 200), tuple(headers), body, rule.get("truncate", False))


async def _read(reader: asyncio.StreamReader, scheme: str) -> Arrived | None:
    """The next request of a connection; None where it ends or is no HTTP."""
    start = await reader.readexactly(1)
    if start == _TLS_HANDSHAKE:
        return None
    async with asyncio.timeout(_ARRIVES_WITHIN):
        return await _read_rest(reader, scheme, start)


async def _read_rest(reader: asyncio.StreamReader, scheme: str, start: bytes) -> Arrived | None:
    head = start + await reader.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = []
    for line in lines:
        name, _, value = line.partition(":")
        headers.append((name, value.strip(" \t")))
    by_name = {name.lower(): value for name, value in headers}
    body = b""
    if by_name.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            if len(body) + size > _LONGEST_BODY:
                return None
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    elif length := int(by_name.get("content-length", 0)):
        if length > _LONGEST_BODY:
            return None
        body = await reader.readexactly(length)
    return Arrived(method, f"{scheme}://{by_name.get('host', '')}{target}", headers, body)
