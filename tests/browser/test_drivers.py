"""The drivers: a generator advanced by hand, and by each of the two."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, MockServer
from corssim.browser.apis import fetching
from corssim.browser.drivers import run, run_async
from corssim.browser.requests.fetch import fetch_request
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from collections.abc import Generator

    from corssim import Outcome

APP, API = "https://app.example/", "https://api.example/x"
OK = WireResponse(200, "OK", (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "PUT")))
REQUEST = WireRequest("GET", API, ())


def started(**options: Any) -> Generator[WireRequest, Any, Outcome]:
    browser = Browser(MockServer())
    request = fetch_request(browser.page(APP).environment, browser.profile, API, **options)
    return fetching(browser.user_agent, request)


def test_by_hand() -> None:
    algorithm = started(method="PUT", headers={"X": "1"}, body=b"x")
    preflight = next(algorithm)
    assert (preflight.method, preflight.url, preflight.body) == ("OPTIONS", API, None)
    allowed = WireResponse(204, "", (*OK.headers, ("Access-Control-Allow-Headers", "x")))
    actual = algorithm.send(allowed)
    assert (actual.method, actual.body) == ("PUT", b"x")
    with pytest.raises(StopIteration) as stop:
        algorithm.send(OK)
    assert stop.value.value.allowed


def test_by_hand_a_failure_is_sent_in_like_a_response() -> None:
    algorithm = started()
    next(algorithm)
    with pytest.raises(StopIteration) as stop:
        algorithm.send(NetworkFailure(FailureKind.DNS))
    assert stop.value.value.reason == "dns-failure"


def test_an_algorithm_that_needs_no_network_asks_for_nothing() -> None:
    browser = Browser(MockServer())
    request = fetch_request(browser.page(APP).environment, browser.profile, "data:,x")

    def refuse(request: WireRequest) -> WireResponse:
        raise AssertionError(request)

    assert run(fetching(browser.user_agent, request), refuse).allowed


class Algorithm:
    """An algorithm of two requests that says how it ended."""

    def __init__(self, *, fails: bool = False) -> None:
        self.ended = "never started"
        self.fails = fails

    def run(self) -> Generator[WireRequest, WireResponse | NetworkFailure, str]:
        self.ended = "running"
        try:
            first = yield REQUEST
            second = yield REQUEST
            if self.fails:
                raise RuntimeError("in the algorithm")
            self.ended = "returned"
            assert isinstance(first, WireResponse)
            assert isinstance(second, WireResponse)
            return f"{first.status} {second.status}"
        except GeneratorExit:
            self.ended = "closed"
            raise


def drive(kind: str, algorithm: Algorithm, exchange: Any) -> str:
    if kind == "sync":
        return run(algorithm.run(), exchange)

    async def awaited(request: WireRequest) -> Any:
        await asyncio.sleep(0)
        return exchange(request)

    return asyncio.run(run_async(algorithm.run(), awaited))


KINDS = pytest.mark.parametrize("kind", ["sync", "async"])


@KINDS
def test_the_result_is_what_the_algorithm_returns(kind: str) -> None:
    answers = iter([WireResponse(200, "", ()), WireResponse(404, "", ())])
    algorithm = Algorithm()
    assert drive(kind, algorithm, lambda request: next(answers)) == "200 404"
    assert algorithm.ended == "returned"


@KINDS
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_an_error_of_the_exchange_passes_and_closes_the_algorithm(kind: str, error: type[BaseException]) -> None:
    def exchange(request: WireRequest) -> WireResponse:
        raise error

    algorithm = Algorithm()
    with pytest.raises(error):
        drive(kind, algorithm, exchange)
    assert algorithm.ended == "closed"


@KINDS
def test_an_error_of_the_algorithm_passes(kind: str) -> None:
    algorithm = Algorithm(fails=True)
    with pytest.raises(RuntimeError, match="in the algorithm"):
        drive(kind, algorithm, lambda request: OK)


def test_a_cancelled_fetch_closes_its_algorithm() -> None:
    algorithm = Algorithm()

    async def main() -> None:
        async def forever(request: WireRequest) -> WireResponse:
            await asyncio.Event().wait()
            raise AssertionError

        task = asyncio.ensure_future(run_async(algorithm.run(), forever))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert algorithm.ended == "closed"
