"""Many fetches at once: how many are under way, in which order, and from when on their time runs."""

from __future__ import annotations

import asyncio

import pytest

from corssim import AsyncBrowser
from corssim.browser.transports.turns import AN_ORIGIN, IN_ALL, Turns


async def _run(turns: Turns, origins: list[str]) -> tuple[list[int], dict[str, int], int]:
    """Which request came to its turn in which order, and the most that were under way, by origin and in all."""
    order: list[int] = []
    under_way: list[str] = []
    most: dict[str, int] = {}
    most_in_all = 0

    async def request(number: int, origin: str) -> None:
        nonlocal most_in_all
        async with turns.turn(origin):
            order.append(number)
            under_way.append(origin)
            most[origin] = max(most.get(origin, 0), under_way.count(origin))
            most_in_all = max(most_in_all, len(under_way))
            for _ in range(3):
                await asyncio.sleep(0)
            under_way.remove(origin)

    await asyncio.gather(*(request(number, origin) for number, origin in enumerate(origins)))
    return order, most, most_in_all


def test_six_at_once_to_an_origin_in_order() -> None:
    order, most, _ = asyncio.run(_run(Turns(AN_ORIGIN), ["https://a.example"] * 100))
    assert order == list(range(100))
    assert most == {"https://a.example": 6}


def test_an_origin_does_not_wait_for_another() -> None:
    order, most, in_all = asyncio.run(_run(Turns(AN_ORIGIN), ["https://a.example"] * 50 + ["https://b.example"] * 6))
    assert set(order[:12]) == {*range(6), *range(50, 56)}
    assert most == {"https://a.example": 6, "https://b.example": 6}
    assert in_all == 12


def test_there_is_a_bound_in_all() -> None:
    origins = [f"https://{number % 100}.example" for number in range(600)]
    assert asyncio.run(_run(Turns(AN_ORIGIN), origins))[2] == IN_ALL


def test_nothing_is_kept_of_origins_that_wait_for_nothing() -> None:
    turns = Turns(AN_ORIGIN)

    async def cancelled() -> None:
        async with turns.turn("https://a.example"):
            for _ in range(3):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.001), Turns(0).turn("https://b.example"):
                        raise AssertionError("there was no turn")

    asyncio.run(cancelled())
    asyncio.run(_run(turns, ["https://a.example", "https://b.example"]))
    assert turns.is_empty


async def _serve(answers_after: float) -> tuple[asyncio.Server, list[int]]:
    connections: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(answers_after)
                writer.write(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0), connections


def test_what_waits_for_a_connection_has_time_left() -> None:
    """Forty-eight fetches of 0.4 s, six at a time, take 3.2 s: longer than each of them may last."""

    async def fetch_all() -> tuple[list[bool], int]:
        server, connections = await _serve(0.4)
        port = server.sockets[0].getsockname()[1]
        async with server, AsyncBrowser(timeout=2.5) as browser:
            page = browser.page("http://localhost:3000/")
            outcomes = await asyncio.gather(*(page.fetch(f"http://127.0.0.1:{port}/{n}") for n in range(48)))
        return [outcome.allowed for outcome in outcomes], len(connections)

    allowed, connections = asyncio.run(fetch_all())
    assert all(allowed)
    assert connections == AN_ORIGIN
