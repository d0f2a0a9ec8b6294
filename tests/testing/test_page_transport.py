"""Clients of httpx and httpx2 as script on a page."""

from __future__ import annotations

import gzip
import importlib
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from corssim import AsyncBrowser, Browser, CorsPolicy, FetchBlocked, MockServer, UsageError
from corssim.testing import PageTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

API = "https://api.example"
PAGE = "https://app.example/"
POLICY = CorsPolicy(
    allow_origins=["https://app.example"],
    allow_methods=["PUT"],
    allow_headers=["content-type", "authorization"],
    allow_credentials=True,
    expose_headers=["X-Total"],
)


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Any:
    return importlib.import_module(request.param)


@pytest.fixture
def server() -> MockServer:
    server = MockServer()
    headers = {"X-Total": "3", "X-Hidden": "1", "Set-Cookie": "id=1; Secure; SameSite=None"}
    server.route(f"{API}/items", policy=POLICY, headers=headers, body='{"a": 1}')
    server.route(f"{API}/moved", status=307, policy=POLICY, headers={"Location": "/items"})
    server.route(f"{API}/gone", status=404, policy=POLICY, body="no such thing")
    server.route(f"{API}/shut", body="secret")
    return server


@pytest.fixture
def browser(server: MockServer) -> Iterator[Browser]:
    with Browser(server) as browser:
        yield browser


def sent(server: MockServer, number: int = -1) -> dict[str, str]:
    return {name.lower(): value for name, value in server.requests[number].headers}


def test_script_sees_the_exposed_headers_alone(library: Any, browser: Browser) -> None:
    with library.Client(transport=PageTransport(browser.page(PAGE)), base_url=API) as client:
        response = client.get("/items")
        assert isinstance(response, library.Response)
        assert (response.status_code, response.reason_phrase, response.json()) == (200, "OK", {"a": 1})
        assert response.headers["x-total"] == "3"
        assert "x-hidden" not in response.headers
        assert not client.cookies
        assert response.extensions["corssim_outcome"].allowed


def test_what_clients_add_unasked_is_not_sent(library: Any, server: MockServer, browser: Browser) -> None:
    with library.Client(transport=PageTransport(browser.page(PAGE)), base_url=API, cookies={"mine": "1"}) as client:
        client.get("/items")
    assert [request.method for request in server.requests] == ["GET"]
    headers = sent(server)
    assert headers["origin"] == "https://app.example"
    assert headers["user-agent"] == browser.profile.user_agent
    assert "cookie" not in headers
    assert "connection" not in headers


def test_what_the_program_sets_counts(library: Any, server: MockServer, browser: Browser) -> None:
    with library.Client(transport=PageTransport(browser.page(PAGE)), base_url=API, auth=("u", "p")) as client:
        assert client.put("/items", json={"q": 1}).status_code == 200
    assert [request.method for request in server.requests] == ["OPTIONS", "PUT"]
    assert sent(server, 0)["access-control-request-headers"] == "authorization,content-type"
    assert server.requests[1].body in (b'{"q":1}', b'{"q": 1}')


def test_user_agent_of_ones_own_is_a_header_of_script(library: Any, browser: Browser) -> None:
    with (
        library.Client(transport=PageTransport(browser.page(PAGE)), headers={"User-Agent": "mine"}) as client,
        pytest.raises(library.TransportError, match="header-disallowed-by-preflight"),
    ):
        client.get(f"{API}/items")


def test_block_is_the_librarys_error_and_ours_with_the_outcome(library: Any, browser: Browser) -> None:
    with library.Client(transport=PageTransport(browser.page(PAGE)), base_url=API) as client:
        with pytest.raises(library.TransportError) as caught:
            client.get("/shut?token=secret")
        error = caught.value
        assert isinstance(error, FetchBlocked)
        assert error.outcome.reason == "allow-origin-missing"
        assert error.request.url.path == "/shut"
        assert str(error) == f"GET {API}/shut from {PAGE}: standard: blocked (allow-origin-missing)"
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))


@pytest.mark.parametrize(
    ("fail", "name"),
    [
        ("refused", "ConnectError"),
        ("dns", "ConnectError"),
        ("tls", "ConnectError"),
        ("timeout", "TimeoutException"),
        ("reset", "ReadError"),
        ("malformed", "RemoteProtocolError"),
    ],
)
def test_failing_network_is_the_error_that_clients_know(library: Any, fail: Any, name: str) -> None:
    server = MockServer().route("*", fail=fail)
    with Browser(server) as browser, library.Client(transport=PageTransport(browser.page(PAGE))) as client:
        with pytest.raises(getattr(library, name)) as caught:
            client.get(f"{API}/items")
        assert caught.value.outcome.verdict == "failed"


def test_body_that_ends_early_fails_when_it_is_read(library: Any) -> None:
    server = MockServer().route("*", policy=CorsPolicy(allow_origins="*"), body="half", truncate=True)
    with Browser(server) as browser, library.Client(transport=PageTransport(browser.page(PAGE))) as client:
        request = client.build_request("GET", f"{API}/")
        response = client.send(request, stream=True)
        assert response.status_code == 200
        with pytest.raises(library.ReadError, match="the body ended early"):
            response.read()


def test_page_follows_redirects_and_the_client_sees_where_they_end(library: Any, browser: Browser) -> None:
    for follow in (True, False):
        transport = PageTransport(browser.page(PAGE))
        with library.Client(transport=transport, base_url=API, follow_redirects=follow) as client:
            response = client.get("/moved")
            assert (response.status_code, response.history) == (200, [])
            assert response.extensions["corssim_outcome"].response.redirected


def test_error_status_is_a_response(library: Any, browser: Browser) -> None:
    with library.Client(transport=PageTransport(browser.page(PAGE)), base_url=API) as client:
        response = client.get("/gone")
        assert (response.status_code, response.text) == (404, "no such thing")


def test_cookies_are_the_browsers(library: Any, server: MockServer, browser: Browser) -> None:
    page = browser.page(PAGE)
    with library.Client(transport=PageTransport(page, credentials="include"), base_url=API) as client:
        client.get("/items")
        assert "cookie" not in sent(server)
        client.get("/items")
        assert sent(server)["cookie"] == "id=1"
    page.fetch(f"{API}/items", credentials="include")
    assert sent(server)["cookie"] == "id=1"


def test_compressed_body_arrives_decoded(library: Any) -> None:
    server = MockServer().route(f"{PAGE}packed", headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"unpacked"))
    with Browser(server) as browser, library.Client(transport=PageTransport(browser.page(PAGE))) as client:
        response = client.get(f"{PAGE}packed")
        assert response.text == "unpacked"
        assert "content-encoding" not in response.headers


def test_bodies_are_read_whatever_they_are_made_of(library: Any, server: MockServer) -> None:
    server = MockServer.from_policy(CorsPolicy(allow_origins="*", allow_headers="*"))
    with Browser(server) as browser, library.Client(transport=PageTransport(browser.page(PAGE))) as client:
        client.post(f"{API}/", content=iter([b"a", b"b"]))
        assert server.requests[-1].body == b"ab"
        client.post(f"{API}/", data={"a": "1"})
        assert server.requests[-1].body == b"a=1"
        client.post(f"{API}/", files={"f": b"content"})
        assert b"content" in (server.requests[-1].body or b"")


@pytest.mark.anyio
async def test_async_client_on_a_page_of_an_async_browser(library: Any, server: MockServer) -> None:
    async with AsyncBrowser(server) as browser:
        transport = PageTransport(browser.page(PAGE))
        async with library.AsyncClient(transport=transport, base_url=API) as client:
            assert (await client.put("/items", json=1)).json() == {"a": 1}
            with pytest.raises(library.TransportError) as caught:
                await client.get("/shut")
            assert caught.value.outcome.reason == "allow-origin-missing"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_page_of_the_wrong_kind_is_a_mistake_told(library: Any, server: MockServer) -> None:
    with Browser(server) as browser:
        async with library.AsyncClient(transport=PageTransport(browser.page(PAGE))) as client:
            with pytest.raises(UsageError, match="belongs to a Browser: give its PageTransport to a Client"):
                await client.get(API)
    async with AsyncBrowser(server) as async_browser:
        client = library.Client(transport=PageTransport(async_browser.page(PAGE)))
        with pytest.raises(UsageError, match="belongs to an AsyncBrowser"):
            client.get(API)


# --- other people's tools ------------------------------------------------------------------------------------------


def test_app_under_a_generated_client(browser: Browser) -> None:
    """What openapi-generators write: a class that takes an httpx client's arguments."""
    import httpx

    class GeneratedClient:
        def __init__(self, base_url: str, **httpx_args: Any) -> None:
            self._client = httpx.Client(base_url=base_url, headers={"Accept": "application/json"}, **httpx_args)

        def get_items(self) -> Any:
            response = self._client.request(method="get", url="/items", params={"page": 1})
            response.raise_for_status()
            return response.json()

    client = GeneratedClient(API, transport=PageTransport(browser.page(PAGE)))
    assert client.get_items() == {"a": 1}


def test_test_client_of_starlette_as_a_page() -> None:
    testclient = pytest.importorskip("starlette.testclient")
    from starlette.applications import Starlette
    from starlette.middleware.cors import CORSMiddleware
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def items(request: Any) -> JSONResponse:
        return JSONResponse(dict(request.headers))

    app = Starlette(routes=[Route("/items", items)])
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])
    for origin, readable in (("https://app.example/", True), ("https://other.example/", False)):
        with testclient.TestClient(app, base_url=API) as client, Browser(mounts={API: app}) as browser:
            client._transport = PageTransport(browser.page(origin))
            if readable:
                assert client.get("/items").json()["user-agent"] == browser.profile.user_agent
            else:
                with pytest.raises(FetchBlocked):
                    client.get("/items")


def test_transport_of_a_test_client_can_be_mounted() -> None:
    testclient = pytest.importorskip("starlette.testclient")
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("hello"))])
    with testclient.TestClient(app) as client, Browser(mounts={API: client._transport}) as browser:
        outcome = browser.page(PAGE).fetch(API, mode="no-cors")
        assert (outcome.verdict, outcome.exchanges[0].response.body) == ("opaque", b"hello")


def test_mocks_by_respx_answer_underneath() -> None:
    respx = pytest.importorskip("respx")
    import httpx

    with respx.mock() as router, Browser() as browser:
        router.options(f"{API}/items").respond(
            204, headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}
        )
        put = router.put(f"{API}/items").respond(200, json=["a"], headers={"Access-Control-Allow-Origin": "*"})
        router.get(f"{API}/shut").respond(200)
        with httpx.Client(transport=PageTransport(browser.page(PAGE)), base_url=API) as client:
            assert client.put("/items").json() == ["a"]
            assert put.calls.last.request.headers["origin"] == "https://app.example"
            with pytest.raises(httpx.TransportError):
                client.get("/shut")


@pytest.mark.anyio
async def test_mocks_by_respx_answer_underneath_async() -> None:
    respx = pytest.importorskip("respx")
    import httpx

    with respx.mock() as router:
        router.get(f"{API}/items").respond(200, json=["a"], headers={"Access-Control-Allow-Origin": "*"})
        async with AsyncBrowser() as browser:
            client = httpx.AsyncClient(transport=PageTransport(browser.page(PAGE)), base_url=API)
            assert (await client.get("/items")).json() == ["a"]


def test_mocks_by_pytest_httpx_answer_underneath(request: pytest.FixtureRequest) -> None:
    pytest.importorskip("pytest_httpx")
    import httpx

    httpx_mock = request.getfixturevalue("httpx_mock")
    httpx_mock.add_response(url=f"{API}/items", json=["a"], headers={"Access-Control-Allow-Origin": "*"})
    httpx_mock.add_response(url=f"{API}/shut", text="secret")
    with Browser() as browser, httpx.Client(transport=PageTransport(browser.page(PAGE)), base_url=API) as client:
        assert client.get("/items").json() == ["a"]
        with pytest.raises(FetchBlocked):
            client.get("/shut")
    assert [each.headers["origin"] for each in httpx_mock.get_requests()] == ["https://app.example"] * 2
