"""The quota of keepalive bodies counts what is in flight for the same page."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from corssim import AsyncBrowser, Browser, Reason
from corssim.fetch.wire import WireRequest, WireResponse

SIZE = 40_000


class Slow:
    """Answers once `number` requests are there, or `enough` is said."""

    def __init__(self, number: int) -> None:
        self.arrived = 0
        self.number = number
        self.enough = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        self.arrived += 1
        if self.arrived >= self.number:
            self.enough.set()
        await self.enough.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def posts(browser: AsyncBrowser, slow: Slow, *sizes: int, pages: int = 1, **options: Any) -> list[Any]:
    """Several fetches at once, each with a body of a size; the page takes turns."""
    opened = [browser.page("https://app.example/") for _ in range(pages)]
    options = {"keepalive": True} | options

    async def one(number: int, size: int) -> Any:
        outcome = await opened[number % pages].fetch("/x", method="POST", body="b" * size, **options)
        slow.enough.set()
        return outcome.reason

    return list(await asyncio.gather(*(one(number, size) for number, size in enumerate(sizes))))


@pytest.mark.parametrize(
    ("sizes", "pages", "options", "refused"),
    [
        pytest.param((SIZE, SIZE), 1, {}, 1, id="two of a page"),
        pytest.param((SIZE, 65536 - SIZE), 1, {}, 0, id="exactly the quota"),
        pytest.param((SIZE, 65537 - SIZE), 1, {}, 1, id="a byte over it"),
        pytest.param((SIZE, SIZE), 2, {}, 0, id="two pages"),
        pytest.param((SIZE, SIZE), 1, {"keepalive": False}, 0, id="no keepalive"),
    ],
)
def test_bodies_in_flight_count(sizes: tuple[int, ...], pages: int, options: Any, refused: int) -> None:
    async def run() -> list[Any]:
        slow = Slow(len(sizes))
        async with AsyncBrowser(slow) as browser:
            return await posts(browser, slow, *sizes, pages=pages, **options)

    reasons = asyncio.run(run())
    assert reasons.count(Reason.KEEPALIVE_BODY_TOO_LARGE) == refused
    assert reasons.count(None) == len(sizes) - refused


def test_what_has_ended_counts_no_more() -> None:
    async def run() -> list[Any]:
        slow = Slow(1)
        async with AsyncBrowser(slow) as browser:
            page = browser.page("https://app.example/")
            reasons = [
                (await page.fetch("/x", method="POST", body="b" * SIZE, keepalive=True)).reason for _ in range(3)
            ]
            waits = asyncio.ensure_future(page.fetch("/x", method="POST", body="b" * SIZE, keepalive=True))
            await asyncio.sleep(0)
            waits.cancel()
            await asyncio.gather(waits, return_exceptions=True)
            assert browser.user_agent.keepalive_in_flight == []
            return reasons

    assert asyncio.run(run()) == [None] * 3


def test_threads_share_the_quota() -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Waiting:
        def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse:
            inside.set()
            assert go_on.wait(10)
            return WireResponse(200, "OK", ())

    page = Browser(Waiting()).page("https://app.example/")
    reasons: list[Any] = []
    first = threading.Thread(
        target=lambda: reasons.append(page.fetch("/x", method="POST", body="b" * SIZE, keepalive=True).reason)
    )
    first.start()
    assert inside.wait(10)
    second = page.fetch("/x", method="POST", body="b" * SIZE, keepalive=True)
    go_on.set()
    first.join(10)
    assert (reasons, second.reason) == ([None], Reason.KEEPALIVE_BODY_TOO_LARGE)
    assert second.blocked is not None
    assert second.blocked.detail == f"{SIZE} bytes of other keepalive bodies of the page are in flight"
