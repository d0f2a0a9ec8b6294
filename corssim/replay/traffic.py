"""Made-up traffic to size machines with: sessions as pages of the web have them, the same for the same seed.

The shares follow what the HTTP Archive's Web Almanac tells of pages: some seventy requests a page of which most are
images and scripts, half of them from elsewhere (https://almanac.httparchive.org/en/2024/page-weight,
https://almanac.httparchive.org/en/2024/third-parties). They are rounded, and no more than plausible.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import UsageError
from .har_tables import har_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

_START = datetime(2026, 1, 5, 9, tzinfo=UTC)
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
_FRONTENDS = tuple(f"https://{name}.example" for name in ("shop", "app", "admin", "docs", "m.shop", "partner"))
_KINDS = (
    ("image", "image/webp", 34),
    ("script", "text/javascript", 22),
    ("style", "text/css", 7),
    ("font", "font/woff2", 5),
    ("api", "application/json", 26),
    ("beacon", "text/plain", 6),
)
_SESSION = (20, 180)  # requests, fewest and most
Pairs = list[tuple[str, str]]


def sessions(exchanges: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    """HAR documents, a session each, of so many entries in all (preflights among them)."""
    left = exchanges
    number = 0
    while left > 0:
        chance = random.Random(f"{seed} {number}")
        entries = _entries(chance, number, min(left, chance.randint(*_SESSION)))
        left -= len(entries)
        number += 1
        yield {"log": {"version": "1.2", "creator": {"name": "corssim", "version": "1"}, "entries": entries}}


def write_traffic(target: str, exchanges: int, seed: int = 0) -> int:
    """Write HAR files into a folder, or a table of exchanges where `target` ends with .parquet; how many files."""
    try:
        if target.endswith(".parquet"):
            return _write_table(target, exchanges, seed)
        os.makedirs(target, exist_ok=True)
        count = 0
        for count, document in enumerate(sessions(exchanges, seed), 1):
            folder = os.path.join(target, f"{count // 1000:04}")
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"session-{count:07}.har"), "wb") as file:
                file.write(msgspec.json.encode(document))
        return count
    except OSError as error:
        raise UsageError(f"-o: {target} cannot be written: {error.strerror or error}") from error


def sessions_as_tables(exchanges: int, seed: int = 0) -> Iterator[Any]:
    """The same sessions as tables of exchanges."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "session.har")
        for count, document in enumerate(sessions(exchanges, seed), 1):
            with open(path, "wb") as file:
                file.write(msgspec.json.encode(document))
            yield from har_tables(path, f"session-{count:07}")


def _write_table(target: str, exchanges: int, seed: int) -> int:
    import pyarrow.parquet as pq

    from .tables import EXCHANGES

    with pq.ParquetWriter(target, EXCHANGES, compression="zstd") as writer:
        waiting: list[Any] = []
        for table in sessions_as_tables(exchanges, seed):
            waiting.append(table)
            if len(waiting) >= 80:
                _write(writer, waiting)
        _write(writer, waiting)
    return 1


def _write(writer: Any, tables: list[Any]) -> None:
    import pyarrow as pa

    if tables:
        writer.write_table(pa.concat_tables(tables))
        tables.clear()


def _entries(chance: random.Random, number: int, most: int) -> list[dict[str, Any]]:
    page = chance.choices(_FRONTENDS, (30, 25, 6, 14, 18, 7))[0]
    login = f"sid={chance.getrandbits(32):x}"
    at = _START + timedelta(seconds=number * 7)
    entries: list[dict[str, Any]] = []
    weights = [weight for *_, weight in _KINDS]
    while len(entries) < most:
        at += timedelta(milliseconds=chance.randint(3, 900))
        kind, media_type, _ = chance.choices(_KINDS, weights)[0]
        made = _api(chance, page, login, at) if kind == "api" else [_resource(chance, page, at, kind, media_type)]
        entries += made[: most - len(entries)] if len(made) == 1 or most - len(entries) > 1 else []
        if len(made) > 1 and most - len(entries) == 1:
            entries.append(_resource(chance, page, at, "image", "image/webp"))
    return entries


def _resource(chance: random.Random, page: str, at: datetime, kind: str, media_type: str) -> dict[str, Any]:
    is_own = chance.random() < 0.45
    host = page if is_own else f"https://{chance.choice(('cdn', 'static', 'fonts', 'tags', 'images'))}.cdn.example"
    path = f"{host}/{kind}/{chance.randint(1, 400)}"
    answer: Pairs = [("Content-Type", media_type), ("Date", at.strftime("%a, %d %b %Y %H:%M:%S GMT"))]
    answer += [
        ("ETag", f'"{chance.getrandbits(48):x}"'),
        ("Server", "cdn"),
        ("X-Request-Id", f"{chance.getrandbits(64):x}"),
    ]
    if chance.random() < 0.8:
        answer.append(
            ("Cache-Control", chance.choice(("public, max-age=31536000, immutable", "max-age=3600", "no-cache")))
        )
    request: Pairs = [("User-Agent", _AGENT), ("Accept", "*/*"), ("Accept-Language", "en"), ("Referer", page + "/")]
    mode = "cors" if kind == "font" else "no-cors"
    site = "same-origin" if is_own else "cross-site"
    destination = "empty" if kind == "beacon" else kind
    request += [("Sec-Fetch-Mode", mode), ("Sec-Fetch-Site", site), ("Sec-Fetch-Dest", destination)]
    if kind == "font" and not is_own:
        request.append(("Origin", page))
        answer.append(("Access-Control-Allow-Origin", "*"))
    status = chance.choices((200, 404, 500), (96, 3, 1))[0]
    method, told = ("POST", "ping") if kind == "beacon" else ("GET", {"style": "stylesheet"}.get(kind, kind))
    return _entry(at, method, path, request, status, answer, told)


def _api(chance: random.Random, page: str, login: str, at: datetime) -> list[dict[str, Any]]:
    """A call of an API, with its preflight where it needs one and none was asked just now."""
    name = chance.choices(("api", "search", "auth", "events"), (60, 20, 10, 10))[0]
    url = f"https://{name}.example/v1/{chance.choice(('items', 'users', 'orders', 'prices'))}/{chance.randint(1, 300)}"
    method = chance.choices(("GET", "POST", "PUT", "DELETE"), (62, 28, 7, 3))[0]
    unsafe = method in ("PUT", "DELETE") or chance.random() < 0.35
    asks_credentials = name == "auth"
    allowed = page if asks_credentials or chance.random() < 0.3 else "*"
    cors: Pairs = [("Access-Control-Allow-Origin", allowed)]
    cors += [("Access-Control-Allow-Credentials", "true")] if asks_credentials else []
    base: Pairs = [("User-Agent", _AGENT), ("Accept", "*/*"), ("Referer", page + "/"), ("Origin", page)]
    base += [("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "empty")]
    entries = []
    if unsafe and chance.random() < 0.6:
        asked: Pairs = [("Access-Control-Request-Method", method)]
        asked.append(("Access-Control-Request-Headers", "authorization,content-type"))
        answer: Pairs = [*cors, ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")]
        answer += [("Access-Control-Allow-Headers", "authorization, content-type"), ("Access-Control-Max-Age", "600")]
        entries.append(_entry(at, "OPTIONS", url, base + asked, 204, answer, "preflight"))
    own: Pairs = [("Content-Type", "application/json"), ("Authorization", "Bearer made-up")] if unsafe else []
    own += [("Cookie", login)] if asks_credentials else []
    answer = [
        *cors,
        ("Content-Type", "application/json"),
        ("Vary", "Origin"),
        ("X-Request-Id", f"{chance.getrandbits(64):x}"),
    ]
    answer.append(("Cache-Control", chance.choice(("no-store", "private, max-age=0", "max-age=60"))))
    status = chance.choices((200, 201, 401, 404, 500), (86, 6, 3, 3, 2))[0]
    entries.append(_entry(at, method, url, base + own, status, answer, "fetch"))
    return entries


def _entry(
    at: datetime, method: str, url: str, request: Pairs, status: int, answer: Pairs, kind: str
) -> dict[str, Any]:
    return {
        "startedDateTime": at.isoformat(),
        "_resourceType": kind,
        "request": {"method": method, "url": url, "headers": _headers(request)},
        "response": {"status": status, "headers": _headers(answer), "content": {"size": 0, "mimeType": ""}},
    }


def _headers(pairs: Pairs) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
