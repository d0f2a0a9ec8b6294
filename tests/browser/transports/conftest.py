"""Exchanges of both kinds behind one call, and servers on loopback that misbehave as told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme

from corssim.browser.transports import NetworkOptions, app_errors_of, async_exchange, sync_exchange
from corssim.fetch.wire import NetworkFailure, WireRequest, WireResponse

Answer = WireResponse | NetworkFailure


class Carrier:
    """Sends requests through one exchange, sync or async, and knows what the app behind it raised."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.app_errors: list[BaseException] = []

    def __call__(
        self,
        target: Any,
        *requests: WireRequest,
        timeout: float | None = 5.0,
        max_body: int = 10**6,
        mounts: dict[str, Any] | None = None,
        network: NetworkOptions | None = None,
    ) -> Any:
        """The answer; several in a list for several requests."""
        bounds: dict[str, Any] = {"timeout": timeout, "max_body": max_body}

        async def carry() -> list[Answer]:
            exchange = async_exchange(target, mounts=mounts, network=network)
            try:
                return [await exchange.exchange(request, **bounds) for request in requests]
            finally:
                self.app_errors = app_errors_of(exchange)
                await exchange.aclose()

        if self.kind == "async":
            answers = asyncio.run(carry())
        else:
            exchange = sync_exchange(target, mounts=mounts, network=network)
            try:
                answers = [exchange.exchange(request, **bounds) for request in requests]
            finally:
                self.app_errors = app_errors_of(exchange)
                exchange.close()
        return answers[0] if len(requests) == 1 else answers


@pytest.fixture(params=["sync", "async"])
def carry(request: pytest.FixtureRequest) -> Carrier:
    return Carrier(request.param)


Handler = Callable[[socket.socket], None]


class RawServer:
    """Answers each connection by a function. `received` are the request heads, in order."""

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None) -> None:
        self.received: list[bytes] = []
        self.stopping = threading.Event()
        self._handler = handler
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(5)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                connection.settimeout(5)
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                with connection:
                    self.received.append(head_of(connection))
                    self._handler(connection)

    def stop(self) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            pass
        self._thread.join(5)
        self._listener.close()


def head_of(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        data = connection.recv(65536)
        if not data:
            break
        head += data
    return head


@pytest.fixture
def raw_server() -> Iterator[Callable[..., RawServer]]:
    servers: list[RawServer] = []

    def serve(answer: bytes | Handler, tls: ssl.SSLContext | None = None) -> RawServer:
        handler = answer if callable(answer) else lambda connection: connection.sendall(answer)
        servers.append(RawServer(handler, tls))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a CA bundle with the tests' authority."""
    path = tmp_path_factory.mktemp("tls") / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="session")
def tls_context(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """A server's context with a certificate for these names."""
    return lambda *names, **options: server_context(authority.issue_cert(*names, **options))


@pytest.fixture
def stranger_context() -> ssl.SSLContext:
    """The context of a server whose certificate nobody here knows the issuer of."""
    return server_context(trustme.CA().issue_cert("127.0.0.1"))
