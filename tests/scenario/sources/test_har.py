"""HAR files: each input gives what it means, and hostile ones end in one line."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from corssim.scenario.sources import UnreadableSource
from corssim.scenario.sources.har import open_archive
from corssim.scenario.sources.har_exchanges import Recorded, exchanges_of
from corssim.scenario.sources.har_replay import Replay
from corssim.scenario.what_if import Changes

from .meaning import INPUTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Row(NamedTuple):
    """One request: page, method, URL, mode, credentials; the recorded status and block; the preflight's status; what
    Chromium, Firefox and WebKit make of it, in one word where they agree."""

    page: str | None
    request: str
    mode: str = "cors"
    credentials: str = "same-origin"
    status: int = 200
    blocked: bool | None = False
    preflight: int | None = None
    comes_to: str = "readable"
    needs_preflight: bool = False


ARCHIVES = {
    "charles-4.2.7-script.har": [
        Row("https://www.app.example/", "GET https://cdn.example/s/modules/dist/app.min.js", "no-cors", "include",
            comes_to="opaque"),
    ],
    "chrome-104-aborted-but-answered.har": [
        Row("https://app.example/", "HEAD https://app.example/api/methods/head"),
        Row("https://app.example/", "GET https://app.example/api/status/204", status=204),
    ],
    "chrome-111-preflight-json-no-pages.har": [
        Row("https://www.app.example/", "POST https://log.example/list", preflight=200, needs_preflight=True),
    ],
    "chrome-114-beacon-ping.har": [
        Row("https://app.example/", "POST https://beacon.example/metrics", "no-cors", "include", comes_to="opaque"),
    ],
    "chrome-114-internet-disconnected.har": [
        Row("https://www.app.example/", "GET https://www.app.example/", "navigate", "include", 0, comes_to="not known"),
    ],
    "chrome-95-font-from-memory-cache.har": [
        # WebKit fetches fonts without CORS.
        Row("https://app.example/", "GET https://cdn.example/assets/fonts/book.woff2",
            comes_to="readable readable opaque"),
    ],
    "chrome-95-star-with-acac.har": [
        Row("http://localhost:3000/",
            "GET https://api.example/prod/items/list?page=1&limit=20&searchTerm=&year=2021&month=Oct"),
    ],
    "chrome-95-token-post-set-cookie.har": [
        Row("http://localhost:3000/", "POST https://auth.example/oauth/token", needs_preflight=True),
    ],
    "chrome-98-cookies-h3-preflight-h2.har": [
        Row("https://www.media.example/", "POST https://log.media.example/log?format=json&hasfast=true&authuser=0",
            credentials="include", preflight=200, needs_preflight=True),
    ],
    "edge-126-blocked-400-without-acao.har": [
        Row("http://localhost:5173/", "POST https://api.example/prod/signup", status=400, blocked=True, preflight=204,
            comes_to="blocked", needs_preflight=True),
    ],
    "fiddler-5-post-json.har": [Row("http://intranet.example/", "POST http://intranet.example/svc/json/GetMenu")],
    "firefox-111-s3-list.har": [Row("https://app.example/", "GET https://s3.example/bucket?delimiter=/&prefix=")],
    "firefox-47-har-1.1-bad-certificate.har": [
        Row("http://localhost:8888/", "GET https://expired.example/style.css", "no-cors", "include", 0, None,
            comes_to="not known"),
    ],
    "firefox-93-crossorigin-script-and-post-h3.har": [
        Row("https://docs.app.example/", "GET https://cdn.example/js/lux.js?id=1"),
        Row("https://docs.app.example/",
            "POST https://stats.example/j/collect?v=1&t=pageview&dl=https%3A%2F%2Fdocs.app.example%2Fen-US%2Fdocs"),
    ],
    "ie11-har-1.1-cookies-object.har": [
        Row("http://pages.example/", "GET http://pages.example/app/scripts/require.js", "no-cors", "include"),
    ],
    "insomnia-2023.5-put-403.har": [
        Row(None, "PUT http://localhost:8080/users/5", status=403, comes_to="not known", needs_preflight=True),
        Row(None, "GET http://localhost:8080/users/1", status=0, blocked=None, comes_to="not known",
            needs_preflight=True),
    ],
    "mitmproxy-grpc-web-post.har": [
        Row("https://www.app.example/", "POST https://rpc.example/$rpc/pkg.v1.Service/Call", needs_preflight=True),
    ],
    "playwright-1.23-redirect-chain.har": [
        Row(None, "GET https://app.example/", "navigate", "include", 301, comes_to="not known"),
    ],
    "safari-16.3-s3-list.har": [Row("https://app.example/", "GET https://s3.example/bucket?delimiter=/&prefix=")],
}  # fmt: skip


def row_of(recorded: Recorded, comes_to: str) -> Row:
    reading = recorded.reading
    return Row(
        recorded.page,
        f"{reading.method} {recorded.entry.url}",
        reading.mode,
        reading.credentials,
        recorded.status,
        recorded.blocked,
        None if recorded.preflight is None else recorded.preflight.status,
        comes_to,
        recorded.needs_preflight,
    )


def judged(path: str) -> list[Row]:
    replays = [Replay(name) for name in ("chromium", "firefox", "webkit")]
    rows = []
    with open_archive(path) as archive:
        for recorded in exchanges_of(archive):
            outcomes = [replay.make(recorded) for replay in replays]
            verdicts = ["not known" if outcome is None else outcome.verdict.value for outcome in outcomes]
            rows.append(row_of(recorded, verdicts[0] if len(set(verdicts)) == 1 else " ".join(verdicts)))
    return rows


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_gives_what_it_means(name: str) -> None:
    assert judged(str(INPUTS / "har" / name)) == ARCHIVES[name]


def test_every_archive_has_its_rows() -> None:
    assert {path.name for path in (INPUTS / "har").iterdir()} == {*ARCHIVES}


def test_a_navigation_is_one_exchange_with_its_redirects() -> None:
    with open_archive(str(INPUTS / "har" / "playwright-1.23-redirect-chain.har")) as archive:
        (navigation,) = exchanges_of(archive)
    assert [hop.url for hop in navigation.hops] == ["http://www.app.example/", "https://www.app.example/"]


def test_gzip_and_a_byte_order_mark(tmp_path: Path) -> None:
    name = "edge-126-blocked-400-without-acao.har"
    content = (INPUTS / "har" / name).read_bytes()
    (tmp_path / "a.har.gz").write_bytes(gzip.compress(content))
    (tmp_path / "b.har").write_bytes(b"\xef\xbb\xbf" + content)
    assert judged(str(tmp_path / "a.har.gz")) == judged(str(tmp_path / "b.har")) == ARCHIVES[name]


def entry(
    method: str, url: str, status: int, sent: dict[str, str], came: dict[str, str], **more: Any
) -> dict[str, Any]:
    def pairs(headers: dict[str, str]) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in headers.items()]

    request = {"method": method, "url": url, "headers": pairs(sent)}
    return {"request": request, "response": {"status": status, "headers": pairs(came)}}


def archive_of(tmp_path: Path, *entries: dict[str, Any], creator: str = "WebInspector") -> str:
    path = tmp_path / "made.har"
    path.write_text(json.dumps({"log": {"creator": {"name": creator}, "entries": entries}}), encoding="utf-8")
    return str(path)


ORIGIN = {"Origin": "https://app.example"}
ASKS = {**ORIGIN, "Access-Control-Request-Method": "PUT"}
ALLOWS = {"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Allow-Methods": "PUT"}


def test_a_preflight_that_failed_stands_alone(tmp_path: Path) -> None:
    (row,) = judged(archive_of(tmp_path, entry("OPTIONS", "https://api.example/x", 403, ASKS, {})))
    assert row.request == "PUT https://api.example/x"
    assert (row.status, row.blocked, row.preflight, row.comes_to) == (0, True, 403, "blocked")


def test_a_preflight_that_passed_decides_nothing_alone(tmp_path: Path) -> None:
    (row,) = judged(archive_of(tmp_path, entry("OPTIONS", "https://api.example/x", 204, ASKS, ALLOWS)))
    assert (row.blocked, row.preflight, row.comes_to) == (None, 204, "not known")


def test_preflights_go_to_the_nearest_request_that_they_were_made_for(tmp_path: Path) -> None:
    preflights = [entry("OPTIONS", "https://api.example/x", status, ASKS, ALLOWS) for status in (204, 403)]
    put = entry("PUT", "https://api.example/x", 200, ORIGIN, ALLOWS)
    post = entry("POST", "https://api.example/x", 200, ORIGIN, ALLOWS)
    rows = judged(archive_of(tmp_path, put, preflights[0], post, preflights[1], put))
    assert [(row.request.split()[0], row.preflight) for row in rows] == [("PUT", 204), ("POST", None), ("PUT", 403)]


def test_the_preflight_cache_counts(tmp_path: Path) -> None:
    allows = {**ALLOWS, "Access-Control-Max-Age": "600"}
    preflight = entry("OPTIONS", "https://api.example/x", 204, ASKS, allows)
    put = entry("PUT", "https://api.example/x", 200, ORIGIN, ALLOWS)
    path = archive_of(tmp_path, preflight, put, put)
    replay = Replay("chromium")
    with open_archive(path) as archive:
        outcomes = [replay.make(recorded) for recorded in exchanges_of(archive)]
    sent = [[exchange.request.method for exchange in outcome.exchanges] for outcome in outcomes if outcome is not None]
    assert sent == [["OPTIONS", "PUT"], ["PUT"]]


def test_a_fetch_follows_the_recorded_redirects(tmp_path: Path) -> None:
    away = {"Location": "https://b.example/y", "Access-Control-Allow-Origin": "*"}
    first = entry("GET", "https://a.example/x", 302, ORIGIN, away)
    (row,) = judged(archive_of(tmp_path, first, entry("GET", "https://b.example/y", 200, {"Origin": "null"}, {})))
    assert (row.request, row.comes_to) == ("GET https://a.example/x", "blocked")


@pytest.mark.parametrize(
    ("error", "status", "blocked"),
    [
        ("net::ERR_FAILED", 0, True),
        ("net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin", 0, True),
        ("net::ERR_CONNECTION_REFUSED", 0, False),
        ("net::ERR_CERT_AUTHORITY_INVALID", 0, False),
        ("net::ERR_ABORTED", 200, False),
        ("", 0, None),
        ("[Errno 60] Connect call failed ('192.0.2.7', 80)", 0, None),
        ("XMLHttpRequest cannot load https://api.example/x due to access control checks.", 0, True),
        ("NS_ERROR_DOM_BAD_URI", 0, True),
        ("", 302, None),
    ],
)
def test_what_the_recording_shows(tmp_path: Path, error: str, status: int, blocked: bool | None) -> None:
    made = entry("GET", "https://api.example/x", status, ORIGIN, {})
    made["response"]["_error"] = error
    (row,) = judged(archive_of(tmp_path, made))
    assert row.blocked is blocked


ALLOWED = {"Access-Control-Allow-Origin": "https://app.example"}
STORAGE_ACCESS = ORIGIN | {"Sec-Fetch-Storage-Access": "none"}


@pytest.mark.parametrize(
    ("creator", "headers", "answer", "blocked"),
    [
        pytest.param("WebInspector", ORIGIN, {}, False, id="Chrome would say that it failed"),
        pytest.param("Playwright", ORIGIN, {}, False, id="and so would Playwright"),
        pytest.param("Firefox", ORIGIN, {}, None, id="Firefox records the answers of blocked requests as any other"),
        pytest.param("mitmproxy", ORIGIN, {}, None, id="a proxy sees answers alone"),
        pytest.param("mitmproxy", ORIGIN, ALLOWED, False, id="an answer that lets the page read it"),
        pytest.param("Firefox", ORIGIN, {"Access-Control-Allow-Origin": "*"}, False, id="everybody"),
        pytest.param("Firefox", STORAGE_ACCESS, {"Access-Control-Allow-Origin": "*"}, None, id="with credentials not"),
        pytest.param("Firefox", {"Referer": "https://api.example/"}, {}, False, id="the page's own origin"),
    ],
)
def test_a_recording_shows_no_more_than_its_exporter_knows(
    tmp_path: Path, creator: str, headers: dict[str, str], answer: dict[str, str], blocked: bool | None
) -> None:
    made = entry("GET", "https://api.example/x", 200, headers, answer)
    (row,) = judged(archive_of(tmp_path, made, creator=creator))
    assert row.blocked is blocked


def test_where_a_redirect_came_to_is_what_the_recording_shows(tmp_path: Path) -> None:
    first = entry("GET", "https://api.example/x", 302, ORIGIN, ALLOWED | {"Location": "/y"})
    second = entry("GET", "https://api.example/y", 0, ORIGIN, {})
    second["response"]["_error"] = "net::ERR_FAILED"
    (row,) = judged(archive_of(tmp_path, first, second))
    assert row.blocked is True


REFERER = {"Referer": "https://app.example/"}
COMPLETE = REFERER | {"Accept-Encoding": "gzip", "User-Agent": "Mozilla/5.0"}


@pytest.mark.parametrize(
    ("creator", "headers", "answer", "type_of_resource", "mode", "comes_to"),
    [
        pytest.param("chrome-har", REFERER, {}, "", "no-cors", "opaque", id="an answer that cors would have stopped"),
        pytest.param("chrome-har", REFERER, ALLOWED, "", "cors", "readable", id="an answer that cors lets through"),
        pytest.param("chrome-har", REFERER, {}, "xhr", "cors", "blocked", id="XMLHttpRequest knows no other mode"),
        pytest.param("Playwright", REFERER, {"_error": "net::ERR_ABORTED"}, "", "no-cors", "opaque", id="not read on"),
        pytest.param("unknown", REFERER, {}, "", "cors", "blocked", id="an exporter that writes what failed too"),
        pytest.param("Fiddler", COMPLETE, ALLOWED, "", "no-cors", "opaque", id="all headers, and no Origin"),
    ],
)
def test_a_mode_that_no_header_tells(
    tmp_path: Path, creator: str, headers: dict[str, str], answer: dict[str, str], type_of_resource: str, mode: str,
    comes_to: str,
) -> None:  # fmt: skip
    made = entry("GET", "https://api.example/x", 200, headers, answer | {"Content-Type": "application/x-any"})
    made["_resourceType"] = type_of_resource
    made["response"]["_error"] = answer.get("_error")
    (row,) = judged(archive_of(tmp_path, made, creator=creator))
    assert (row.mode, row.comes_to) == (mode, comes_to)


REVALIDATED = ORIGIN | {"If-None-Match": "1", "User-Agent": "Mozilla/5.0"}
IMAGE = {"Accept": "image/webp,*/*;q=0.8", "Referer": "https://app.example/", "Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("headers", "status", "answer", "content", "comes_to"),
    [
        pytest.param(IMAGE | {"If-None-Match": "1"}, 304, {}, {"mimeType": "image/webp"}, "opaque", id="revalidated"),
        pytest.param(REVALIDATED, 304, ALLOWED, {}, "readable", id="revalidated and allowed"),
        pytest.param(REVALIDATED, 304, {}, {}, "not known", id="what was stored may allow it"),
        pytest.param(ORIGIN | {"If-None-Match": "1"}, 304, {}, {}, "blocked", id="asked by script itself"),
        pytest.param(
            IMAGE | {"If-Range": '"1"', "Range": "bytes=4-"}, 206, {"Content-Range": "bytes 4-5/6"},
            {"mimeType": "image/png"}, "opaque", id="the rest of what was stored",
        ),
        pytest.param(
            IMAGE, 200, {"Content-Type": "image/gif"},
            {"mimeType": "image/gif", "text": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"},
            "opaque", id="base64 that does not say so",
        ),
    ],
)  # fmt: skip
def test_an_answer_of_which_the_browser_had_a_part(
    tmp_path: Path, headers: dict[str, str], status: int, answer: dict[str, str], content: dict[str, str], comes_to: str
) -> None:
    made = entry("GET", "https://api.example/x", status, headers, answer)
    made["response"]["content"] = content
    (row,) = judged(archive_of(tmp_path, made))
    assert row.comes_to == comes_to


def test_a_navigation_of_no_page_is_not_across_origins(tmp_path: Path) -> None:
    accept = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    with open_archive(archive_of(tmp_path, entry("GET", "https://app.example/", 200, accept, {}))) as archive:
        (recorded,) = exchanges_of(archive)
    assert recorded.page is None
    assert not recorded.is_cross_origin


@pytest.mark.parametrize("reason", ["HSTS", "Delegate", "HttpsUpgrades"])
def test_a_redirect_inside_the_browser_is_no_answer_of_a_server(tmp_path: Path, reason: str) -> None:
    inside = {"Location": "https://api.example/x", "Non-Authoritative-Reason": reason}
    there = entry("GET", "http://api.example/x", 307, ORIGIN, inside)
    led = entry("GET", "https://api.example/x", 200, ORIGIN, {"Access-Control-Allow-Origin": "https://app.example"})
    path = archive_of(tmp_path, there, led)
    (row,) = judged(path)
    assert row == Row("https://app.example/", "GET https://api.example/x")
    with open_archive(path) as archive:
        (recorded,) = exchanges_of(archive)
    assert recorded.led_from is not None
    assert recorded.led_from.redirected_inside == reason
    assert [row.comes_to for row in judged(archive_of(tmp_path, there))] == ["not known"]


def test_a_redirect_of_a_server_is_one_all_the_same(tmp_path: Path) -> None:
    moved = entry("GET", "http://api.example/x", 307, ORIGIN, {"Location": "https://api.example/x"})
    led = entry("GET", "https://api.example/x", 200, {}, {"Access-Control-Allow-Origin": "*"})
    assert [row.comes_to for row in judged(archive_of(tmp_path, moved, led))] == ["blocked"]


def test_what_the_browser_asks_for_by_itself_is_of_no_page(tmp_path: Path) -> None:
    own = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"}
    with open_archive(archive_of(tmp_path, entry("GET", "https://update.example/", 200, own, {}))) as archive:
        (recorded,) = exchanges_of(archive, page="https://app.example/")
    assert recorded.page is None
    assert not recorded.is_cross_origin
    assert Replay("chromium").make(recorded) is None


def test_what_an_extension_may_read_is_not_known(tmp_path: Path) -> None:
    origin = {"Origin": "chrome-extension://abcdefgh"}
    allowing = {"Access-Control-Allow-Origin": "*"}
    path = archive_of(
        tmp_path,
        entry("GET", "https://api.example/", 200, origin, {}),
        entry("GET", "https://api.example/b", 200, origin, allowing),
    )
    assert [row.comes_to for row in judged(path)] == ["not known", "readable"]


PAGE = {"Referer": "https://app.example/"}


@pytest.mark.parametrize(
    ("sent", "status", "came", "comes_to"),
    [
        ({"Accept": "image/*"}, 200, {"Content-Type": "image/svg+xml"}, "opaque"),
        ({"Accept": "image/*"}, 200, {"Content-Type": "text/html"}, "not known"),
        ({"Accept": "image/*"}, 200, {"Content-Type": "text/html", "Content-Length": "0"}, "failed"),
        ({"Accept": "image/*"}, 204, {}, "failed"),
        ({"Range": "bytes=0-"}, 206, {"Content-Type": "video/mp4", "Content-Range": "bytes 0-9/10"}, "not in firefox"),
        ({"Range": "bytes=5-"}, 206, {"Content-Type": "video/mp4", "Content-Range": "bytes 5-9/10"}, "not known"),
    ],
)
def test_bodies_that_are_not_in_the_recording_decide_nothing(
    tmp_path: Path, sent: dict[str, str], status: int, came: dict[str, str], comes_to: str
) -> None:
    path = archive_of(tmp_path, entry("GET", "https://cdn.example/x", status, {**PAGE, **sent}, came))
    verdicts = {"not in firefox": "opaque not known opaque"}.get(comes_to, comes_to)
    assert [row.comes_to for row in judged(path)] == [verdicts]


def test_a_redirect_that_the_browser_has_in_its_cache_is_not_answered_twice(tmp_path: Path) -> None:
    moved = entry("GET", "https://app.example/dir", 301, PAGE, {"Location": "/dir/", "Cache-Control": "max-age=600"})
    there = entry("GET", "https://app.example/dir/", 200, PAGE, {"Content-Type": "text/css"})
    rows = judged(archive_of(tmp_path, moved, there, moved, there))
    assert [row.comes_to for row in rows] == ["readable", "readable"]


HOSTILE = {
    "empty": (b"", "is empty"),
    "no JSON": (b"hello", "is no HAR file"),
    "cut in the middle": (b'{"log": {"entries": [{"request": {"method": "GET"', "is no HAR file"),
    "another JSON": (b'{"name": "x"}', "is no HAR file"),
    "entries that are no list": (b'{"log": {"entries": {}}}', "is no HAR file"),
    "an entry that is no object": (b'{"log": {"entries": [7]}}', "entry 0 cannot be read"),
    "deep nesting": (b'{"log": {"entries": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}}", "is no HAR file"),
    "damaged gzip": (b"\x1f\x8b" + b"x" * 50, "is gzip that breaks off or is damaged"),
    "not UTF-8": ('{"log": {"entries": [{"request": {"url": "ä"}}]}}'.encode("latin-1"), ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_one_line(name: str, tmp_path: Path) -> None:
    content, message = HOSTILE[name]
    path = tmp_path / "hostile.har"
    path.write_bytes(content)
    with pytest.raises(UnreadableSource) as caught, open_archive(str(path)) as archive:
        list(exchanges_of(archive))
    assert message in str(caught.value)
    assert "hostile.har" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bomb_ends_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corssim.scenario.sources import har_packed

    monkeypatch.setattr(har_packed, "LARGEST", 1_000_000)
    path = tmp_path / "bomb.har.gz"
    path.write_bytes(gzip.compress(b" " * 5_000_000))
    with pytest.raises(UnreadableSource, match="unpacks to more than 1000000 bytes"):
        open_archive(str(path))


def test_what_packs_as_only_bombs_do_is_not_unpacked_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corssim.scenario.sources import har_packed

    monkeypatch.setattr(har_packed, "_ALLOWED", 1_000_000)
    path = tmp_path / "bomb.har.gz"
    path.write_bytes(gzip.compress(b"[" * 20_000_000))
    with pytest.raises(UnreadableSource, match="unpacks to more than 500 times its size"):
        open_archive(str(path))


def test_long_bodies_are_left_out(tmp_path: Path) -> None:
    made = entry("GET", "https://api.example/x", 200, ORIGIN, {"Access-Control-Allow-Origin": "*"})
    made["response"]["content"] = {"mimeType": "text/plain", "encoding": "base64", "text": "A" * 10_000_000}
    with open_archive(archive_of(tmp_path, made)) as archive:
        assert archive.entry(0).answer_body == b""


ODD = {
    "a javascript: URL": {"request": {"method": "GET", "url": "javascript:alert(1)", "headers": []}},
    "a data: URL": {"request": {"method": "GET", "url": "data:text/plain,x", "headers": []}},
    "numbers and nulls": {"request": {"method": None, "url": 7, "headers": None}, "response": None},
    "a URL that does not parse": {"request": {"method": "GET", "url": "https://[::1", "headers": []}},
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_entry_ends_nothing(name: str, tmp_path: Path) -> None:
    rows = judged(archive_of(tmp_path, ODD[name], entry("GET", "https://api.example/x", 200, ORIGIN, ALLOWS)))
    assert (rows[-1].request, rows[-1].comes_to) == ("GET https://api.example/x", "readable")


def test_control_characters_and_line_breaks_in_headers_split_nothing(tmp_path: Path) -> None:
    came = {"Access-Control-Allow-Origin": "*\r\nX-Injected: 1\x1b[31m"}
    (row,) = judged(archive_of(tmp_path, entry("GET", "https://api.example/x", 200, ORIGIN, came)))
    assert row.comes_to == "blocked"


def _zipped(text: str, *names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, text)
    return content.getvalue()


PACKED: dict[str, Callable[[str], bytes]] = {
    "a zip, as Playwright writes it": lambda text: _zipped(text, "har.har"),
    "UTF-16, as PowerShell writes it": lambda text: text.encode("utf-16"),
    "UTF-16 the other way round": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-8 with its mark": lambda text: text.encode("utf-8-sig"),
    "with line ends and zeros behind it": lambda text: text.encode() + b"\r\n\0\0",
    "without the log around it": lambda text: json.dumps(json.loads(text)["log"]).encode(),
    "with pages that are no list": lambda text: text.replace('"pages":', '"pages": {}, "_pages":', 1).encode(),
}


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_is_read_as_it_is_packed(name: str, tmp_path: Path) -> None:
    text = (INPUTS / "har" / "edge-126-blocked-400-without-acao.har").read_text(encoding="utf-8")
    path = tmp_path / "a.har"
    path.write_bytes(PACKED[name](text))
    with open_archive(str(path)) as archive:
        assert [entry.method for entry in archive] == ["POST", "OPTIONS"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_zipped("{}", "a.har", "b.har"), "a zip with 2 .har files in it; unpack it, and give one"),
        (_zipped("{}", "a.txt"), "a zip with 0 .har files in it"),
        (_zipped("{}" * 99, "a.har")[:60], "a zip that breaks off or is damaged"),
        (b"\x28\xb5\x2f\xfd....", "is packed; unpack it first (zstd -d"),
        ("{".encode("utf-16") + b"\x00", "is no HAR file: Input data was truncated"),
    ],
    ids=["two in a zip", "none in a zip", "a zip cut off", "zstd", "UTF-16 cut off"],
)
def test_what_is_packed_otherwise_is_one_line(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(content)
    with pytest.raises(UnreadableSource) as caught:
        open_archive(str(path)).close()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("method", "allows", "comes_to"),
    [
        pytest.param("GET", ALLOWED, "not known", id="a preflight that nobody made"),
        pytest.param("PUT", ALLOWED, "not known", id="one that was made, and did not ask for the header"),
        pytest.param("GET", {}, "blocked", id="an answer that blocks in any case"),
    ],
)
def test_a_header_more_asks_what_is_not_in_the_recording(
    tmp_path: Path, method: str, allows: dict[str, str], comes_to: str
) -> None:
    replay = Replay("chromium", Changes(add_headers=(("traceparent", "00-1"),)))
    with open_archive(archive_of(tmp_path, entry(method, "https://api.example/x", 200, ORIGIN, allows))) as archive:
        (recorded,) = exchanges_of(archive)
        outcome = replay.make(recorded)
    assert ("not known" if outcome is None else outcome.verdict.value) == comes_to
