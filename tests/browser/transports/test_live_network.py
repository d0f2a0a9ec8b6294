"""The live network: real sockets on loopback, servers that behave and servers that do not."""

from __future__ import annotations

import contextlib
import datetime
import gc
import gzip
import os
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from corssim.browser.transports import NetworkOptions, sync_exchange
from corssim.browser.transports.network import route_of
from corssim.errors import UsageError
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    request = Request(scope, receive)
    headers = b"\n".join(name + b": " + value for name, value in scope["headers"])
    start = f"{scope['method']} {scope['raw_path'].decode()}?{scope['query_string'].decode()}\n".encode()
    await Response(start + headers + b"\n\n" + await request.body())(scope, receive, send)


async def cookies(_: Request) -> Response:
    response = PlainTextResponse("cookies")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


async def away(_: Request) -> Response:
    return RedirectResponse("https://elsewhere.example/")


APP = Starlette(
    routes=[
        Route("/cookies", cookies),
        Route("/away", away),
        Mount("/", echo),
    ]
)


@contextlib.contextmanager
def served(**options: Any) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(APP, log_level="critical", ws="none", lifespan="off", http="h11", **options)
    server = uvicorn.Server(config)
    up = threading.Event()

    async def startup(sockets: Any = None) -> None:
        await type(server).startup(server, sockets)
        up.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    assert up.wait(10)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    with served() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def secure(authority: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("server") / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(path)
    with served(ssl_certfile=str(path), ssl_keyfile=str(path)) as port:
        yield f"https://127.0.0.1:{port}"


def get(url: str, *headers: tuple[str, str], method: str = "GET", body: bytes | None = None) -> WireRequest:
    return WireRequest(method, url, headers, body)


def test_exactly_our_request_arrives(carry: Any, plain: str) -> None:
    url = f"{plain}/a|b?'q"
    answer = carry(None, get(url, ("X-One", "1"), ("Accept", "*/*"), method="patch", body=b"data"))
    host = plain.removeprefix("http://")
    assert answer.body.decode() == (f"patch /a|b?'q\nhost: {host}\nx-one: 1\naccept: */*\ncontent-length: 4\n\ndata")


@pytest.mark.parametrize("length", [60_000, 70_000, 300_000])
def test_urls_as_long_as_browsers_take_arrive_whole(carry: Any, raw_server: Any, length: int) -> None:
    server = raw_server(OK)
    target = "/a|b?" + "x" * length
    assert carry(None, get(server.url[:-1] + target)).body == b"ok"
    assert server.received[0].startswith(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % (target.encode(), server.port))


def test_several_set_cookie_lines_stay_apart(carry: Any, plain: str) -> None:
    answer = carry(None, get(f"{plain}/cookies"))
    lines = [value.partition(";")[0] for name, value in answer.headers if name == "set-cookie"]
    assert lines == ["a=1", "b=2"]


def test_redirects_are_not_followed(carry: Any, plain: str) -> None:
    answer = carry(None, get(f"{plain}/away"))
    assert (answer.status, answer.reason) == (307, "Temporary Redirect")


def test_a_connection_is_used_again(carry: Any, plain: str) -> None:
    answers = carry(None, *(get(f"{plain}/{count}") for count in range(3)))
    assert [answer.body.split(b"\n")[0] for answer in answers] == [b"GET /0?", b"GET /1?", b"GET /2?"]


def test_https_with_the_right_authority(carry: Any, secure: str, bundle: str) -> None:
    answer = carry(None, get(f"{secure}/x"), network=NetworkOptions(verify=bundle))
    assert answer.body.startswith(b"GET /x?\n")


def test_a_host_with_a_last_dot_has_the_certificate_of_the_host(
    carry: Any, raw_server: Any, tls_context: Any, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **options: Any) -> Any:
        known = host in ("app.example.", b"app.example.", "app.example", b"app.example")
        return real("127.0.0.1" if known else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    server = raw_server(OK, tls_context("app.example"))
    answer = carry(None, get(f"https://app.example.:{server.port}/"), network=NetworkOptions(verify=bundle))
    assert answer.body == b"ok"
    assert server.received[0].lower().startswith(b"get / http/1.1\r\nhost: app.example.:")


def test_a_context_of_the_callers_own_is_taken_as_it_is(carry: Any, secure: str, authority: Any) -> None:
    context = httpx.create_ssl_context()
    authority.configure_trust(context)
    assert carry(None, get(f"{secure}/x"), network=NetworkOptions(verify=context)).status == 200


def test_a_certificate_is_not_looked_at_when_told_so(carry: Any, secure: str) -> None:
    assert carry(None, get(f"{secure}/x"), network=NetworkOptions(verify=False)).status == 200


def test_a_certificate_of_an_unknown_authority_is_refused(carry: Any, secure: str) -> None:
    answer = carry(None, get(f"{secure}/x"))
    assert answer == NetworkFailure(
        FailureKind.TLS, "certificate verify failed: unable to get local issuer certificate", nothing_sent=True
    )


@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        pytest.param(["other.example"], {}, "IP address mismatch, certificate is not valid for '127.0.0.1'", id="host"),
        pytest.param(
            ["127.0.0.1"],
            {"not_after": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
            "certificate has expired",
            id="expired",
        ),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(
    carry: Any, raw_server: Any, tls_context: Any, bundle: str, names: list[str], options: Any, said: str
) -> None:
    server = raw_server(OK, tls_context(*names, **options))
    answer = carry(None, get(server.url), network=NetworkOptions(verify=bundle))
    assert answer == NetworkFailure(FailureKind.TLS, f"certificate verify failed: {said}", nothing_sent=True)


def test_tls_to_a_server_without_tls(carry: Any, plain: str) -> None:
    answer = carry(None, get(plain.replace("http:", "https:") + "/"))
    assert answer == NetworkFailure(FailureKind.TLS, "the server does not speak TLS on this port", nothing_sent=True)


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\n"], ids=["before the answer", "in the head"])
def test_tls_that_breaks_after_its_handshake_is_a_lost_connection(
    carry: Any, raw_server: Any, tls_context: Any, bundle: str, before: bytes
) -> None:
    def break_it(connection: socket.socket) -> None:
        connection.sendall(before)
        with socket.socket(fileno=os.dup(connection.fileno())) as below:
            below.sendall(b"nobody has encrypted this\r\n")

    server = raw_server(break_it, tls_context("127.0.0.1"))
    answer = carry(None, get(server.url), network=NetworkOptions(verify=bundle))
    assert answer == NetworkFailure(FailureKind.RESET, "the connection was reset", nothing_sent=False)


def test_a_client_certificate_is_shown(
    carry: Any, raw_server: Any, tls_context: Any, authority: Any, bundle: str, tmp_path: Any
) -> None:
    import ssl

    certificate = tmp_path / "client.pem"
    authority.issue_cert("client@app.example").private_key_and_cert_chain_pem.write_to_path(certificate)
    context = tls_context("127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    server = raw_server(OK, context)
    path = str(certificate)
    for verify, cert in ((bundle, path), (bundle, (path, path)), (False, path)):
        assert carry(None, get(server.url), network=NetworkOptions(verify=verify, cert=cert)).status == 200
    assert not isinstance(carry(None, get(server.url), network=NetworkOptions(verify=bundle)), WireResponse)


def test_nobody_listens(carry: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answer = carry(None, get(f"http://127.0.0.1:{port}/"))
    assert answer == NetworkFailure(FailureKind.REFUSED, f"127.0.0.1:{port} refused the connection", nothing_sent=True)


def test_a_name_that_does_not_resolve(carry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **options: Any) -> Any:
        if host in ("no-such-host.invalid", b"no-such-host.invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    answer = carry(None, get("http://no-such-host.invalid/"))
    assert answer == NetworkFailure(
        FailureKind.DNS, "the name of no-such-host.invalid does not resolve", nothing_sent=True
    )


def test_a_name_with_too_long_a_label(carry: Any) -> None:
    assert carry(None, get(f"http://{'a' * 64}.example/")).kind is FailureKind.DNS


NO_ANSWER = "the server closed the connection without a response"
NO_HTTP = "the answer is not valid HTTP"


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    ("answer", "kind", "detail"),
    [
        pytest.param(b"", FailureKind.RESET, NO_ANSWER, id="closed at once"),
        pytest.param(reset, FailureKind.RESET, "the connection was reset", id="reset"),
        pytest.param(b"SSH-2.0-OpenSSH_9.0\r\n\r\n", FailureKind.MALFORMED, NO_HTTP, id="not HTTP"),
        pytest.param(b"HTTP/1.1 2OO OK\r\n\r\n", FailureKind.MALFORMED, NO_HTTP, id="bad status"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            FailureKind.MALFORMED,
            NO_HTTP,
            id="two lengths",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nX-A: \0\r\n\r\n",
            FailureKind.MALFORMED,
            NO_HTTP,
            id="NUL in a header",
        ),
        pytest.param(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            FailureKind.MALFORMED,
            NO_HTTP,
            id="unasked upgrade",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1_000_000 + b"\r\n\r\n",
            FailureKind.TOO_LARGE,
            "the response headers are over 256 KiB",
            id="a megabyte of headers",
        ),
    ],
)
def test_no_response(carry: Any, raw_server: Any, answer: Any, kind: FailureKind, detail: str) -> None:
    failure = carry(None, get(raw_server(answer).url))
    assert failure.kind is kind
    assert failure.detail.startswith(detail)
    assert failure.detail.isprintable()


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        pytest.param(b"Content-Length: 9\r\n\r\nhalf", b"half", id="fewer bytes than Content-Length says"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", b"half", id="no last chunk"),
    ],
)
def test_a_body_that_stops_early(carry: Any, raw_server: Any, sent: bytes, body: bytes) -> None:
    answer = carry(None, get(raw_server(b"HTTP/1.1 200 OK\r\n" + sent).url))
    assert (answer.status, answer.body) == (200, body)
    assert answer.body_failure == NetworkFailure(FailureKind.RESET, "the connection closed before the end of the body")


def test_a_reset_in_the_body(carry: Any, raw_server: Any) -> None:
    def handler(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        reset(connection)

    answer = carry(None, get(raw_server(handler).url))
    assert (answer.body_failure if isinstance(answer, WireResponse) else answer).kind is FailureKind.RESET


def test_early_hints_are_passed_over(carry: Any, raw_server: Any) -> None:
    answer = carry(None, get(raw_server(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK).url))
    assert (answer.status, answer.body) == (200, b"ok")


def test_a_gzip_bomb_is_cut_at_the_bound(carry: Any, raw_server: Any) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    answer = carry(None, get(raw_server(head.encode() + bomb).url), max_body=100_000)
    assert answer.body == b"\0" * 100_000
    assert answer.body_failure == NetworkFailure(FailureKind.TOO_LARGE, "the body is over 100000 bytes")


def drip(first: bytes) -> Callable[[socket.socket], None]:
    """Send a byte now and then until the client goes."""

    def handler(connection: socket.socket) -> None:
        connection.sendall(first)
        pause = threading.Event()
        for _ in range(200):
            connection.sendall(b"x")
            pause.wait(0.02)

    return handler


def test_a_body_that_drips_ends_with_the_time(carry: Any, raw_server: Any) -> None:
    server = raw_server(drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"))
    answer = carry(None, get(server.url), timeout=0.2)
    assert answer.status == 200
    assert answer.body.startswith(b"x")
    assert answer.body_failure == NetworkFailure(FailureKind.TIMEOUT, "the body did not end within 0.2 s")


def test_headers_that_drip_end_with_the_time(carry: Any, raw_server: Any) -> None:
    answer = carry(None, get(raw_server(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")).url), timeout=0.2)
    assert answer == NetworkFailure(FailureKind.TIMEOUT, "no response within 0.2 s")


def test_silence_ends_with_the_time(carry: Any, raw_server: Any) -> None:
    def silent(connection: socket.socket) -> None:
        connection.recv(1)

    answer = carry(None, get(raw_server(silent).url), timeout=0.1)
    assert answer == NetworkFailure(FailureKind.TIMEOUT, "no response within 0.1 s")


def test_a_server_that_does_not_read_ends_with_the_time(carry: Any, raw_server: Any) -> None:
    done = threading.Event()

    def deaf(_: socket.socket) -> None:
        done.wait(5)

    body = b"x" * 30_000_000
    try:
        answer = carry(None, get(raw_server(deaf).url, method="POST", body=body), timeout=0.3)
    finally:
        done.set()
    assert answer.kind is FailureKind.TIMEOUT


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_a_network_transport_of_the_callers_own_keeps_to_the_deadline(
    carry: Any, raw_server: Any, plain: str, library: Any
) -> None:
    def transport() -> Any:
        return library.HTTPTransport() if carry.kind == "sync" else library.AsyncHTTPTransport()

    assert carry(transport(), get(f"{plain}/x")).status == 200
    server = raw_server(drip(b"HTTP/1.1 200 OK\r\nX-Slow: "))
    assert carry(transport(), get(server.url), timeout=0.2).kind is FailureKind.TIMEOUT


def test_a_deadline_stream_lets_other_users_timeouts_through(raw_server: Any) -> None:
    with httpx.HTTPTransport() as transport:
        sync_exchange(transport)
        with httpx.Client(transport=transport, timeout=5.0) as client:
            assert client.get(raw_server(OK).url).text == "ok"


def test_unix_sockets_and_connection_retries_keep_working(tmp_path: Any) -> None:
    path = str(tmp_path / "server.sock")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(OK)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    exchange = sync_exchange(httpx.HTTPTransport(uds=path))
    answer = exchange.exchange(get("http://api.example/"), timeout=5, max_body=10)
    exchange.close()
    thread.join(5)
    listener.close()
    assert isinstance(answer, WireResponse)
    assert answer.body == b"ok"
    retrying = sync_exchange(httpx.HTTPTransport(retries=1))
    assert retrying.exchange(get("http://127.0.0.1:9/"), timeout=5, max_body=10).kind is FailureKind.REFUSED
    retrying.close()


def test_a_proxy_gets_the_whole_url(carry: Any, raw_server: Any) -> None:
    proxy = raw_server(OK)
    network = NetworkOptions(proxy=proxy.url)
    assert carry(None, get("http://api.example/x?y"), network=network).body == b"ok"
    assert proxy.received[0].startswith(b"GET http://api.example/x?y HTTP/1.1\r\nHost: api.example\r\n")


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", FailureKind.OTHER, "the proxy failed: 403 Forbidden"),
        (b"", FailureKind.RESET, NO_ANSWER),
    ],
    ids=["refuses the tunnel", "closes"],
)
def test_a_proxy_that_does_not_let_through(
    carry: Any, raw_server: Any, answer: bytes, kind: FailureKind, said: str
) -> None:
    failure = carry(None, get("https://api.example/"), network=NetworkOptions(proxy=raw_server(answer).url))
    assert failure == NetworkFailure(kind, said, nothing_sent=True)


def test_a_proxy_that_is_not_there(carry: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    failure = carry(None, get("http://api.example/"), network=NetworkOptions(proxy=url))
    assert failure == NetworkFailure(FailureKind.REFUSED, "the proxy refused the connection", nothing_sent=True)


@pytest.mark.parametrize(
    ("environment", "trust_env", "url", "proxy"),
    [
        ({"http_proxy": "http://p:1"}, False, "http://a.example/", None),
        ({"http_proxy": "http://p:1"}, True, "http://a.example/", "http://p:1"),
        ({"http_proxy": "http://p:1"}, True, "https://a.example/", None),
        ({"all_proxy": "p:1"}, True, "https://a.example/", "http://p:1"),
        ({"http_proxy": "http://p:1", "no_proxy": "a.example"}, True, "http://a.example:8000/", None),
    ],
    ids=["not asked for", "http", "only for http", "for all, without a scheme", "not for this host"],
)
def test_proxies_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], trust_env: bool, url: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert route_of(url, NetworkOptions(trust_env=trust_env))[1] == proxy


def test_a_proxy_in_the_environment_that_can_not_be_used(carry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", "gopher://p:1")
    failure = carry(None, get("http://a.example/"), network=NetworkOptions(trust_env=True))
    assert failure.kind is FailureKind.OTHER
    assert failure.detail.startswith("the network can't be used as set up")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"verify": "/no/such/bundle.pem"}, "verify: '/no/such/bundle.pem' is no CA bundle"),
        ({"verify": __file__}, "is no CA bundle"),
        ({"cert": "/no/such/client.pem"}, "cert: '/no/such/client.pem' can't be loaded"),
        ({"cert": (__file__, __file__)}, "can't be loaded"),
        ({"timeout": 0}, "timeout: 0 is not a number of seconds above 0"),
        ({"timeout": float("nan")}, "timeout: nan is not"),
        ({"proxy": "localhost:8080"}, "proxy: 'localhost:8080' is no URL of a proxy"),
        ({"proxy": "ftp://p:1"}, "proxy: 'ftp://p:1' is no URL of a proxy"),
        ({"proxy": "no url"}, "proxy: 'no url' is no URL of a proxy"),
    ],
)
def test_options_that_can_not_work(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        NetworkOptions(**options)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("options", "missing"), [({"http2": True}, "h2"), ({"proxy": "socks5://p:1"}, "socksio")], ids=["h2", "socksio"]
)
def test_options_that_want_a_package(monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], missing: str) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=f"the package {missing} is not installed"):
        NetworkOptions(**options)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    NetworkOptions(**options)


def test_a_directory_of_authorities_is_a_bundle_too(carry: Any, secure: str, tmp_path: Any) -> None:
    answer = carry(None, get(f"{secure}/x"), network=NetworkOptions(verify=str(tmp_path)))
    assert answer.kind is FailureKind.TLS


def test_http2_is_spoken_when_asked_for(carry: Any, raw_server: Any, tls_context: Any, bundle: str) -> None:
    chosen: list[str | None] = []

    def note(connection: Any) -> None:
        chosen.append(connection.selected_alpn_protocol())

    context = tls_context("127.0.0.1")
    context.set_alpn_protocols(["h2", "http/1.1"])
    server = raw_server(note, context)
    for http2 in (False, True):
        carry(None, get(server.url), network=NetworkOptions(verify=bundle, http2=http2))
    assert chosen == ["http/1.1", "h2"]


def test_an_exchange_nobody_closes_leaves_no_socket_open(plain: str) -> None:
    exchange = sync_exchange(None)
    assert isinstance(exchange.exchange(get(f"{plain}/x"), timeout=5, max_body=1000), WireResponse)
    del exchange
    gc.collect()  # an open socket would warn here, and warnings are errors
