"""How fast HAR files are decoded and made again, in time of one processor. Run on demand:

pytest tests/benchmarks/bench_har.py -p no:xdist -q -s
"""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import httpx
import pytest

from corssim.scenario.sources.har import open_archive
from corssim.scenario.sources.har_exchanges import exchanges_of
from corssim.scenario.sources.har_replay import Replay

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDED = Path(__file__).parents[1] / "data" / "inputs" / "har" / "chrome-111-preflight-json-no-pages.har"
REQUESTS = 5_000
URLS = 500


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A request and its preflight as Chrome recorded them, many times over, at many URLs."""
    text = RECORDED.read_text(encoding="utf-8")
    document = json.loads(text)
    entries = []
    for number in range(REQUESTS):
        of_url = text.replace("log.example/list", f"log.example/list{number % URLS}")
        entries += json.loads(of_url)["log"]["entries"]
    document["log"]["entries"] = entries
    path = tmp_path_factory.mktemp("har") / "large.har"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the processor that the fastest run took."""
    taken = []
    for _ in range(times):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return min(taken)


def test_decoding(archive: Path) -> None:
    def decode() -> None:
        with open_archive(str(archive)) as opened:
            for _ in opened:
                pass

    rate = archive.stat().st_size / best_of(3, decode) / 1e6
    print(f"\ndecoded: {rate:.0f} MB/s")
    assert rate >= 100


def test_making_again(archive: Path) -> None:
    with open_archive(str(archive)) as opened:
        recorded = list(exchanges_of(opened))
    exchanges = sum(1 + (each.preflight is not None) for each in recorded)

    def make_again() -> None:
        replay = Replay("chromium")
        for each in recorded:
            assert replay.make(each) is not None

    def by_httpx() -> None:
        with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:
            for _ in range(exchanges):
                client.post("https://log.example/list", content=b"[]")

    ours, theirs = best_of(3, make_again), best_of(1, by_httpx)
    print(f"\nmade again: {exchanges / ours:.0f} exchanges/s; httpx's MockTransport: {exchanges / theirs:.0f}/s")
    assert exchanges / ours >= 8_000
