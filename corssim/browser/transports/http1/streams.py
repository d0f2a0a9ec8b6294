"""Connections whose HTTP/1 answers are read as a browser reads them, put under the pool of httpx or httpx2.

To the strict parser above an answer is said again: its length or its chunks, and no more. What it says of itself is
kept in `head`. A request whose headers that parser would not send is spelled, and written as it was meant.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from ....patterns import lazy_pattern
from ..bounds import Deadline
from .answer import Answer
from .http2_heads import PREFACE, HeadsOfHTTP2

if TYPE_CHECKING:
    from ....fetch.rules import AnswerRules
    from .head import Head

_REQUEST_LINE = lazy_pattern(rb"([!-~]+) [!-~]+ HTTP/1\.1\r\n")
_DEFAULT_PORTS = (80, 443)
_TOKEN = os.urandom(16).hex().encode()  # as `secrets` makes them
_SPELLED = lazy_pattern(_TOKEN + rb"-((?:[0-9a-f]{2})*)-")
_NOT_SENT_AS_IT_IS = lazy_pattern(rb"[\0-\x08\x0a-\x1f\x7f]|^[ \t]|[ \t]\Z")


def spelled(value: bytes) -> bytes:
    """A header's value in letters that every library sends."""
    return value if _NOT_SENT_AS_IT_IS.search(value) is None else b"%b-%b-" % (_TOKEN, value.hex().encode())


def read_as_browsers(transport: Any, rules: AnswerRules, backend: type[ReadingBackend | AsyncReadingBackend]) -> bool:
    """Have a network transport's answers read by `rules`; report whether its requests may be spelled.

    Transports that have no connections are left alone.
    """
    pool = getattr(transport, "_pool", None)
    inner = getattr(pool, "_network_backend", None)
    if pool is None or inner is None:
        return False
    if not is_in_place(inner, backend):
        pool._network_backend = backend(inner, rules)
    return not getattr(pool, "_http2", False)


def retire_connections(transport: Any) -> None:
    """Have a network transport open a connection for its next request, whatever it has."""
    backend = getattr(getattr(transport, "_pool", None), "_network_backend", None)
    while backend is not None:
        if isinstance(backend, _Backend):
            backend.retire()
        backend = getattr(backend, "_backend", None)


def is_in_place(backend: Any, kind: type) -> bool:
    """Is one of the backends, each around another, of this kind?"""
    while backend is not None:
        if isinstance(backend, kind):
            return True
        backend = getattr(backend, "_backend", None)
    return False


class DroppedConnection(Exception):
    """A connection that had carried others before was gone before anything of this answer came."""


class _Connection:
    """What passes over one connection, request by request."""

    def __init__(
        self, rules: AnswerRules, all_of_them: WeakSet[_Connection], *, is_secure: bool, on_default_port: bool
    ) -> None:
        all_of_them.add(self)
        self._all_of_them = all_of_them
        self._rules, self._is_secure, self._on_default_port = rules, is_secure, on_default_port
        self._answer: Answer | None = None
        self._http2: HeadsOfHTTP2 | None = None
        self.is_retired = False
        self._served = 0
        self._said: list[str] = []  # what was said of this answer: "head", "last", "end"

    @property
    def head(self) -> Head | None:
        """That of the answer that came last; None where no HTTP/1 is spoken."""
        return None if self._answer is None else self._answer.head

    @property
    def is_spoiled(self) -> bool:
        """Whether more came than belongs to the answers, or it was retired: no other request may go out here."""
        return self.is_retired or (self._answer is not None and self._answer.leftover)

    @property
    def is_used(self) -> bool:
        """Whether it has carried others before this request, of whose answer nothing has come."""
        return self._served > 1 and self._answer is not None and self._answer.nothing_came

    def secured(self) -> _Connection:
        """The same, under TLS."""
        return _Connection(self._rules, self._all_of_them, is_secure=True, on_default_port=self._on_default_port)

    def to_write(self, data: bytes, timeout: float | None) -> bytes:
        """What is written for it; the beginning of a request is noticed, and told to the `Deadline` that it goes by."""
        data = self._written(data)
        carries_a_request = self._answer is not None or (self._http2 is not None and not data.startswith(PREFACE))
        if carries_a_request and isinstance(timeout, Deadline):
            timeout.request_began = True
        return data

    def _written(self, data: bytes) -> bytes:
        if self._http2 is not None or (self._answer is not None and not self._answer.is_complete):
            return data
        if data.startswith(PREFACE):
            self._http2 = HeadsOfHTTP2()
            return data
        request = _REQUEST_LINE.match(data)
        if request is None or request[1] == b"CONNECT":
            self._answer = None
            return data
        self._said = []
        self._served += 1
        self._answer = Answer(
            request[1].decode(), self._rules, is_secure=self._is_secure, on_default_port=self._on_default_port
        )
        return _SPELLED.sub(lambda found: bytes.fromhex(found[1].decode()), data) if _TOKEN in data else data

    def to_pass_on(self, data: bytes) -> bytes:
        """What the parser above is told of these bytes; b"": nothing yet. Raises MalformedAnswer, HeadTooLarge."""
        answer = self._answer
        if self._http2 is not None:
            self._http2.feed(data)
        if answer is None:
            return data
        body = answer.feed(data)
        if self._rules.broken_chunks_fail_the_head and not self._said:
            self.raise_what_is_broken()
        if answer.head is None:
            return b""
        if answer.is_chunked and body:
            body = b"%x\r\n%b\r\n" % (len(body), body)
        return b"".join((self._first_time("head", _said_again(answer)), body, self._last_chunk(answer)))

    def at_the_end(self) -> bytes:
        """What the parser above is told when the connection has ended; b"": nothing but that."""
        answer = self._answer
        if answer is None:
            return b""
        if self.is_used:
            raise DroppedConnection("the server closed the connection without a response")
        answer.end()
        if answer.head is None:
            return b""
        last = self._first_time("last", answer.last)
        return b"".join((self._first_time("head", _said_again(answer)), last, self._last_chunk(answer)))

    def raise_if_dropped(self, error: Exception) -> None:
        """Raise DroppedConnection where reading failed because of that."""
        if self.is_used and type(error).__name__ == "ReadError":
            raise DroppedConnection("the connection was reset") from error

    def raise_what_is_broken(self) -> None:
        """Raise MalformedAnswer where the body can't be read on; what came before was passed on."""
        if self._answer is not None and self._answer.broken is not None:
            raise self._answer.broken

    def _last_chunk(self, answer: Answer) -> bytes:
        return self._first_time("end", b"0\r\n\r\n") if answer.is_chunked and answer.is_complete else b""

    def _first_time(self, what: str, said: bytes) -> bytes:
        if what in self._said:
            return b""
        self._said.append(what)
        return said


def _said_again(answer: Answer) -> bytes:
    """A head with nothing in it but where the answer ends."""
    head = answer.head
    assert head is not None
    lines = [b"HTTP/1.1 %d " % (head.status if 100 <= head.status <= 999 else 200)]
    if head.status == 101:
        lines += [f"{name}: {value}".encode("latin-1") for name, value in head.headers if name.lower() == "upgrade"]
    elif answer.ends_with_connection:
        lines.append(b"Connection: close")
    if answer.is_chunked:
        lines.append(b"Transfer-Encoding: chunked")
    elif answer.length is not None:
        lines.append(b"Content-Length: %d" % answer.length)
    return b"\r\n".join((*lines, b"", b""))


class _Backend:
    """What the blocking backend and that of event loops share."""

    def __init__(self, backend: Any, rules: AnswerRules) -> None:
        self._backend, self._rules = backend, rules
        self._connections: WeakSet[_Connection] = WeakSet()

    def retire(self) -> None:
        """Let no further request go over the connections that there are."""
        for connection in list(self._connections):
            connection.is_retired = True

    def _connection_to(self, port: int) -> _Connection:
        return _Connection(self._rules, self._connections, is_secure=False, on_default_port=port in _DEFAULT_PORTS)


class ReadingBackend(_Backend):
    """A blocking network backend whose connections are read as a browser reads them."""

    def connect_tcp(self, host: str, port: int, **options: Any) -> ReadingStream:
        return ReadingStream(self._backend.connect_tcp(host, port, **options), self._connection_to(port))

    def connect_unix_socket(self, path: str, **options: Any) -> ReadingStream:
        return ReadingStream(self._backend.connect_unix_socket(path, **options), self._connection_to(80))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class ReadingStream:
    """One of its connections."""

    def __init__(self, stream: Any, connection: _Connection) -> None:
        self._stream, self._connection = stream, connection

    @property
    def head(self) -> Head | None:
        return self._connection.head

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._connection.raise_what_is_broken()
        while True:
            try:
                data = self._stream.read(max_bytes, timeout=timeout)
            except Exception as error:
                self._connection.raise_if_dropped(error)
                raise
            if not data:
                return self._connection.at_the_end()
            if told := self._connection.to_pass_on(data):
                return told
            self._connection.raise_what_is_broken()

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(self._connection.to_write(buffer, timeout), timeout=timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> ReadingStream:
        return ReadingStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._connection.secured())

    def get_extra_info(self, info: str) -> Any:
        return (info == "is_readable" and self._connection.is_spoiled) or self._stream.get_extra_info(info)


class AsyncReadingBackend(_Backend):
    """`ReadingBackend` for an event loop."""

    async def connect_tcp(self, host: str, port: int, **options: Any) -> AsyncReadingStream:
        return AsyncReadingStream(await self._backend.connect_tcp(host, port, **options), self._connection_to(port))

    async def connect_unix_socket(self, path: str, **options: Any) -> AsyncReadingStream:
        return AsyncReadingStream(await self._backend.connect_unix_socket(path, **options), self._connection_to(80))

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class AsyncReadingStream:
    """One of its connections."""

    def __init__(self, stream: Any, connection: _Connection) -> None:
        self._stream, self._connection = stream, connection

    @property
    def head(self) -> Head | None:
        return self._connection.head

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._connection.raise_what_is_broken()
        while True:
            try:
                data = await self._stream.read(max_bytes, timeout=timeout)
            except Exception as error:
                self._connection.raise_if_dropped(error)
                raise
            if not data:
                return self._connection.at_the_end()
            if told := self._connection.to_pass_on(data):
                return told
            self._connection.raise_what_is_broken()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(self._connection.to_write(buffer, timeout), timeout=timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncReadingStream:
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return AsyncReadingStream(stream, self._connection.secured())

    def get_extra_info(self, info: str) -> Any:
        return (info == "is_readable" and self._connection.is_spoiled) or self._stream.get_extra_info(info)
