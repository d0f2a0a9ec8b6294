"""One table of cases through Browser and AsyncBrowser, over MockServer and mock transports: equal traces."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest

from corssim import AsyncBrowser, Blob, Browser, FormData, MockServer
from corssim.fetch.wire import NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from corssim import Outcome

APP, API, OTHER = "https://app.example/", "https://api.example/x", "https://other.test/x"
OPEN = {
    "Access-Control-Allow-Origin": "{origin}",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "{acrm}",
    "Access-Control-Allow-Headers": "{acrh}",
    "Access-Control-Expose-Headers": "X-Seen",
}


def server() -> MockServer:
    made = MockServer()
    made.route("/closed", body="secret")
    made.route("/star", headers={"Access-Control-Allow-Origin": "*"})
    made.route("/refuses", "OPTIONS", 403, {"Access-Control-Allow-Origin": "*"})
    made.route("/away", status=302, headers={**OPEN, "Location": OTHER})
    made.route("/home", status=307, headers={**OPEN, "Location": APP + "x"})
    made.route("/loop", status=302, headers={**OPEN, "Location": "/loop"})
    made.route("/cached", headers={**OPEN, "Cache-Control": "max-age=60", "ETag": '"1"'})
    made.route("/cookie", headers=[*OPEN.items(), ("Set-Cookie", "a=1; SameSite=None; Secure"), ("Set-Cookie", "b=2")])
    made.route("/error", status=500, headers=OPEN, body="broken")
    made.route("/empty", status=204, headers=OPEN)
    made.route("/script", headers={"Content-Type": "text/javascript"}, body="0")
    made.route("/csp", headers={"Content-Security-Policy": "connect-src 'self'"})
    made.route("/gone", fail="refused")
    made.route("/reset", fail="reset")
    made.route("*", headers={**OPEN, "X-Seen": "1", "X-Hidden": "1"}, body="hello")
    return made


def fetch(url: str, **options: Any) -> Any:
    return lambda page: page.fetch(
        url, **{key: value() if callable(value) else value for key, value in options.items()}
    )


def at(path: str) -> str:
    return f"https://api.example/{path}"


CASES = {
    "same origin": fetch("/x"),
    "simple cors": fetch(API),
    "cors with credentials": fetch(API, credentials="include"),
    "no headers": fetch(at("closed")),
    "star with credentials": fetch(at("star"), credentials="include"),
    "no-cors": fetch(at("closed"), mode="no-cors"),
    "mode same-origin": fetch(API, mode="same-origin"),
    "put": fetch(API, method="PUT", body="x"),
    "patch in lower case": fetch(API, method="patch"),
    "custom headers": fetch(API, headers=[("X-B", "1"), ("X-A", "2"), ("x-b", "3")]),
    "refused preflight": fetch(at("refuses"), method="DELETE"),
    "json": fetch(API, method="POST", body=lambda: Blob("{}", "application/json")),
    "form data": fetch(API, method="POST", body=lambda: FormData({"a": "1", "f": b"x"})),
    "stream": fetch(API, method="POST", body=lambda: iter([b"a", b"b"])),
    "head": fetch(API, method="HEAD"),
    "redirect away": fetch(at("away")),
    "preflighted redirect": fetch(at("away"), method="PUT"),
    "redirect home": fetch(at("home"), method="PUT", headers={"Authorization": "x"}),
    "redirect loop": fetch(at("loop")),
    "redirect by hand": fetch("/away", redirect="manual"),
    "redirect as an error": fetch("/away", redirect="error"),
    "cached": fetch(at("cached")),
    "reload": fetch(at("cached"), cache="reload"),
    "set cookie": fetch(at("cookie"), credentials="include"),
    "error status": fetch(at("error")),
    "no content": fetch(at("empty")),
    "mixed content": fetch("http://api.example/x"),
    "bad port": fetch("https://api.example:25/"),
    "data url": fetch("data:text/plain,x"),
    "integrity": fetch(API, integrity="sha256-AAAA"),
    "xhr": lambda page: page.xhr(API, with_credentials=True, upload_listener=True, method="POST", body="x"),
    "script": lambda page: page.load("script", at("script")),
    "image": lambda page: page.load("img", API, "anonymous"),
    "frame": lambda page: page.load("iframe", API),
    "beacon": lambda page: page.send_beacon(API, "x", "application/json"),
    "event source": lambda page: page.event_source(API),
    "form": lambda page: page.submit_form(API, fields={"a": "1"}),
    "worker": lambda page: page.worker().fetch(API),
    "sandboxed frame": lambda page: page.frame(srcdoc=True, sandboxed=True).fetch(API, method="PUT"),
}
FAILING = {"connection refused": fetch(at("gone")), "connection reset": fetch(at("reset"), method="PUT")}


def mock_transport(library: Any) -> Any:
    """The same server behind a library's MockTransport, which sync and async clients share."""
    rules = server()

    def handle(request: Any) -> Any:
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        answer = rules.answer(WireRequest(request.method, str(request.url), headers, request.content or None))
        if isinstance(answer, NetworkFailure):
            raise library.ConnectError(answer.detail)
        assert isinstance(answer, WireResponse)
        return library.Response(answer.status, headers=list(answer.headers), content=answer.body)

    return library.MockTransport(handle)


TRANSPORTS = {
    "mock server": server,
    "httpx": lambda: mock_transport(httpx),
    "httpx2": lambda: mock_transport(httpx2),
}


def clock() -> float:
    return 1_800_000_000.0


def run_sync(transport: Any, calls: list[Any], profile: str) -> list[Outcome]:
    with Browser(transport, profile=profile, clock=clock) as browser:
        page = browser.visit(APP)
        return [page.navigation, *(call(page) for call in calls)]  # type: ignore[list-item]


def run_async(transport: Any, calls: list[Any], profile: str) -> list[Outcome]:
    async def main() -> list[Outcome]:
        async with AsyncBrowser(transport, profile=profile, clock=clock) as browser:
            page = await browser.visit(APP)
            return [page.navigation, *[await call(page) for call in calls]]  # type: ignore[list-item]

    return asyncio.run(main())


def told(outcome: Outcome) -> Any:
    """All that an outcome tells, events with their kind (they are tuples, which would be equal without)."""
    return (
        outcome.verdict,
        outcome.reason,
        outcome.blocked,
        outcome.failure,
        outcome.response,
        outcome.returned,
        [(type(event).__name__, event) for event in outcome.trace],
    )


@pytest.mark.parametrize("transport", TRANSPORTS.values(), ids=TRANSPORTS)
@pytest.mark.parametrize("name", [*CASES, *FAILING])
def test_sync_and_async_give_equal_traces(transport: Any, name: str) -> None:
    calls = [{**CASES, **FAILING}[name]] * 2
    for profile in ("standard", "firefox"):
        blocking = run_sync(transport(), calls, profile)
        awaited = run_async(transport(), calls, profile)
        assert [told(outcome) for outcome in blocking] == [told(outcome) for outcome in awaited]


def without_bytes(outcome: Outcome) -> Any:
    """What is decided, without the headers that httpx adds to a request and the reasons that it words itself."""
    events = [type(event).__name__ for event in outcome.trace]
    urls = [(str(exchange.kind), exchange.request.method, exchange.request.url) for exchange in outcome.exchanges]
    return outcome.verdict, outcome.reason, outcome.response, events, urls


@pytest.mark.parametrize("name", CASES)
def test_every_transport_gives_the_same_outcome(name: str) -> None:
    calls = [CASES[name]] * 2
    of_each = [[without_bytes(o) for o in run_sync(make(), calls, "standard")] for make in TRANSPORTS.values()]
    assert of_each[0] == of_each[1] == of_each[2]


def test_a_browser_s_cases_in_a_row_share_their_state_alike() -> None:
    calls = list(CASES.values())
    blocking, awaited = run_sync(server(), calls, "chromium"), run_async(server(), calls, "chromium")
    assert [told(outcome) for outcome in blocking] == [told(outcome) for outcome in awaited]


def test_an_async_browser_shows_what_apps_raised_and_closes() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("broken")

    async def main() -> None:
        browser = AsyncBrowser(mounts={"https://api.example": app, "all://": MockServer()})
        outcome = await browser.page(APP).fetch(API, mode="no-cors")
        assert outcome.exchanges[0].response is not None
        assert outcome.exchanges[0].response.status == 500
        assert [str(error) for error in browser.app_errors] == ["broken"]
        await browser.aclose()

    asyncio.run(main())


def test_fetches_of_one_async_browser_can_run_beside_each_other() -> None:
    async def main() -> list[Outcome]:
        async with AsyncBrowser(server(), clock=clock) as browser:
            page = browser.page(APP)
            return await asyncio.gather(*(page.fetch(at(f"{index}"), method="PUT") for index in range(10)))

    outcomes = asyncio.run(main())
    assert [outcome.response.url for outcome in outcomes if outcome.response] == [at(f"{index}") for index in range(10)]
