"""`corssim check` on real servers over loopback."""

from __future__ import annotations

import json
import re
import socket
import threading
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec
import pytest

from corssim.report.json_shape import CheckShape, ReportShape

from .running import corssim as run_corssim

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

PAGE = "http://app.test/"
ALL = ("--browser", "all")


def make_app(other: str) -> Any:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.responses import PlainTextResponse, RedirectResponse
    from starlette.routing import Route

    async def items(request: Any) -> Any:
        return PlainTextResponse("hello \x1b[31m[red]", headers={"X-Total": "3"})

    async def away(request: Any) -> Any:
        return RedirectResponse(f"{other}/items", 302)

    async def crash(request: Any) -> Any:
        return PlainTextResponse("boom", 500)

    methods = ["GET", "POST", "PUT", "DELETE"]
    cors = Middleware(
        CORSMiddleware, allow_origins=["http://app.test"], allow_methods=["GET", "PUT"], allow_headers=["X-Known"]
    )
    routes = [Route("/items", items, methods=methods), Route("/away", away), Route("/crash", crash)]
    return Starlette(routes=routes, middleware=[cors])


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """A server of Starlette with its CORSMiddleware; it redirects to itself under another name."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    config = uvicorn.Config(make_app(f"http://localhost:{port}"), log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def corssim(*words: str, **options: Any) -> Any:
    """Run it as before browsers asked about local networks: the servers of these tests are at loopback."""
    return run_corssim(words[0], "--local-network-access", "off", *words[1:], **options)


def check(url: str, *flags: str) -> tuple[int, dict[str, Any]]:
    ran = corssim("check", url, "--page", PAGE, "--json", *flags)
    assert ran.err == ""
    return ran.status, json.loads(ran.out)


def test_a_proof_asks_further_only_when_told_to(origin: str) -> None:
    flags = ("/away", "--page", "http://other.test/")
    status, document = check(origin + flags[0], *flags[1:])
    there = origin.replace("127.0.0.1", "localhost") + "/items"
    assert (status, document["fixes"][0]["verified_up_to"], document["fixes"][0]["asked"]) == (1, f"GET {there}", [])
    status, document = check(origin + flags[0], *flags[1:], "--prove")
    assert (status, document["fixes"][0]["verified_up_to"], document["fixes"][0]["asked"]) == (
        1,
        None,
        [f"GET {there}"],
    )
    told = corssim("check", origin + flags[0], *flags[1:]).out
    assert "is allowed. (--prove asks for it.)" in " ".join(told.split())
    told = corssim("check", origin + flags[0], *flags[1:], "--prove").out
    assert f"Asked for this proof: GET {there}. Verified: replayed" in " ".join(told.split())


def test_a_proof_is_nothing_for_a_dry_run() -> None:
    ran = corssim("check", "https://api.example/x", "--dry-run", "--prove")
    assert (ran.status, ran.out) == (2, "")
    assert "--prove sends requests; it does not go with --dry-run" in ran.err


CASES = {
    "allowed": ("/items", [], 0, "readable", None),
    "a preflight that allows": ("/items", ["-X", "PUT", "-H", "X-Known: 1"], 0, "readable", None),
    "blocked by origin": ("/items", ["--page", "http://other.test/"], 1, "blocked", "allow-origin-missing"),
    "blocked by the preflight's status": ("/items", ["-X", "DELETE"], 1, "blocked", "preflight-status-not-ok"),
    "a header that is not allowed": ("/items", ["-H", "X-Unknown: 1"], 1, "blocked", "preflight-status-not-ok"),
    "credentials that are not allowed": (
        "/items",
        ["--credentials", "include"],
        1,
        "blocked",
        "allow-credentials-not-true",
    ),
    "a redirect to another origin": ("/away", [], 1, "blocked", "allow-origin-missing"),
    "an error status is readable": ("/crash", [], 0, "readable", None),
    "opaque": ("/items", ["--mode", "no-cors"], 1, "opaque", "opaque-response"),
}


@pytest.mark.parametrize(("path", "flags", "status", "verdict", "reason"), CASES.values(), ids=CASES)
def test_a_real_server_is_checked(
    origin: str, path: str, flags: list[str], status: int, verdict: str, reason: str | None
) -> None:
    got, report = check(origin + path, *flags)
    assert (got, report["verdict"], report["reason"]) == (status, verdict, reason)
    assert report["exchanges"]


def test_the_text_of_a_check_is_a_report(origin: str) -> None:
    ran = corssim("check", f"{origin}/items", "--page", PAGE)
    assert ran.status == 0
    assert ran.out.startswith(f"READABLE GET {origin}/items from http://app.test\n")
    assert "\x1b" not in ran.out
    verbose = corssim("check", f"{origin}/items", "--page", PAGE, "-v").out
    assert "< server: uvicorn" in verbose.lower()


def test_a_blocked_check_ends_with_a_fix(origin: str) -> None:
    text = corssim("check", f"{origin}/items", "--page", "http://other.test/").out
    assert text.startswith("BLOCKED GET")
    assert "  fix        Set Access-Control-Allow-Origin: http://other.test" in text
    assert "Verified: replayed" in text


@pytest.mark.parametrize(
    ("browser", "status", "reason"),
    [("chromium", 0, None), ("firefox", 0, None), ("webkit", 3, "malformed-response")],
)
def test_an_answer_is_read_as_the_browser_reads_it(browser: str, status: int, reason: str | None) -> None:
    answer = b"HTTP/1.1 200 OK\nContent-Length: abc\nAccess-Control-Allow-Origin: *\n\nhello"
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        ran, report = check(f"http://127.0.0.1:{listener.getsockname()[1]}/", "--browser", browser)
    assert (ran, report["reason"]) == (status, reason)


READ_DIFFERENTLY = {
    "a length that is none: WebKit alone refuses it": (
        b"HTTP/1.1 200 OK\nContent-Length: abc\nAccess-Control-Allow-Origin: *\n\nhello",
        {"chromium": None, "firefox": None, "webkit": "malformed-response"},
    ),
    "two lengths: WebKit takes the last and waits for all of it": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\nAccess-Control-Allow-Origin: *\r\n\r\nhello",
        {"chromium": "malformed-response", "firefox": "malformed-response", "webkit": None},
    ),
    "a blank before a colon: Chromium alone takes the header": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nAccess-Control-Allow-Origin : *\r\n\r\nhello",
        {"chromium": None, "firefox": "allow-origin-missing", "webkit": "allow-origin-missing"},
    ),
    "no HTTP at all: Firefox alone takes it for a body": (
        b"hello",
        {"chromium": "malformed-response", "firefox": "allow-origin-missing", "webkit": "malformed-response"},
    ),
}


@pytest.mark.parametrize("piece", [1000, 1], ids=["at once", "byte by byte"])
@pytest.mark.parametrize("first", ["chromium", "firefox", "webkit"])
@pytest.mark.parametrize("answer", READ_DIFFERENTLY.values(), ids=READ_DIFFERENTLY)
def test_an_answer_that_is_sent_once_is_read_by_each_browser_for_itself(
    answer: tuple[bytes, dict[str, str | None]], first: str, piece: int
) -> None:
    raw, reasons = answer
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    asked.append(connection.recv(65536))
                    for start in range(0, len(raw), piece):
                        connection.sendall(raw[start : start + piece])

        threading.Thread(target=serve, daemon=True).start()
        browsers = ",".join(dict.fromkeys([first, *reasons]))
        _, report = check(f"http://127.0.0.1:{listener.getsockname()[1]}/", "--browser", browsers)
        listener.shutdown(socket.SHUT_RDWR)
    assert {name: each["reason"] for name, each in report["browsers"].items()} == reasons
    assert len(asked) == 1


def test_a_refused_connection_is_a_failure_of_the_network() -> None:
    with socket.socket() as deaf:  # bound, so that nobody else can listen there, and not listening
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        status, report = check(url)
        assert (status, report["verdict"], report["reason"]) == (3, "failed", "connection-refused")
        assert corssim("check", url).out.startswith("FAILED GET")


def test_a_bound_on_the_body_is_kept(origin: str) -> None:
    status, report = check(f"{origin}/items", "--max-body", "5")
    assert (report["response"]["body_size"], report["response"]["body_complete"]) == (5, False)
    assert status == 0


class CountingServer:
    """A server that counts what it is asked, and says what it was told to say."""

    def __init__(self, headers: dict[str, str], also: dict[str, str]) -> None:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        asked = self.asked = []  # type: list[str]

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                asked.append(self.command)
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(200)
                for name, value in (headers | (also if self.command == "OPTIONS" else {})).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_PUT = do_OPTIONS = do_POST = answer  # noqa: N815

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def counting() -> Iterator[CountingServer]:
    server = CountingServer(
        {"Access-Control-Allow-Origin": "*"},
        {"Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "*"},
    )
    yield server
    server.close()


def test_browsers_that_ask_alike_ask_once(counting: CountingServer) -> None:
    ran = corssim("check", counting.url, "--page", PAGE, *ALL, "-X", "PUT")
    assert counting.asked == ["OPTIONS", "PUT"]
    assert ran.status == 0
    assert "They agree." in ran.out


def test_whose_reading_of_an_answer_stands_for_all_is_told_where_a_proxy_is_on_the_way(
    counting: CountingServer,
) -> None:
    flags = ("--page", PAGE, "--browser", "firefox,webkit", "--local-network-access", "off")
    told = "Over a proxy or HTTP/2 an answer is read once: firefox's reading of it stands for all."
    through = corssim("check", "http://api.example/", "--proxy", counting.url, *flags)
    assert counting.asked == ["GET"]
    assert told in " ".join(through.out.split())
    assert told not in " ".join(corssim("check", counting.url, *flags).out.split())


def test_where_browsers_differ_a_table_tells_it(counting: CountingServer) -> None:
    flags = [
        "--page",
        PAGE,
        "--browser",
        "all",
        "--local-network-access",
        "off",
        "-X",
        "PUT",
        "-H",
        "Authorization: Bearer secret",
    ]
    ran = corssim("check", counting.url, *flags)
    assert counting.asked == ["OPTIONS", "PUT"]
    assert ran.status == 1
    lines = ran.out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.split()[:2] == ["browser", "verdict"])
    table = [line.split()[:2] for line in lines[start + 1 : start + 5]]
    assert table == [
        ["standard", "blocked"],
        ["chromium", "readable"],
        ["firefox", "readable"],
        ["webkit", "readable"],
    ]
    assert "chromium, firefox, webkit: `*` covers Authorization in this browser" in ran.out
    assert "secret" not in ran.out


def test_several_browsers_in_json(counting: CountingServer) -> None:
    _, document = check(counting.url, "--browser", "chromium", "--browser", "firefox")
    assert list(document["browsers"]) == ["chromium", "firefox"]
    assert [report["profile"] for report in document["reports"]] == ["chromium", "firefox"]
    assert counting.asked == ["GET"]


@pytest.mark.parametrize("browsers", [[], ["webkit"], ["chromium", "standard"]], ids=["none named", "one", "two"])
def test_data_of_a_check_has_one_shape(counting: CountingServer, browsers: list[str]) -> None:
    flags = [flag for name in browsers for flag in ("--browser", name)]
    _, document = check(f"curl {counting.url}", *flags)
    assert list(document["browsers"]) == (browsers or ["chromium", "firefox", "webkit"])
    assert document["profile"] == next(iter(document["browsers"]))
    assert set(document) - set(get_type_hints(CheckShape)) == set(get_type_hints(ReportShape))
    assert ("reports" in document) == (len(browsers) > 1)
    msgspec.convert(document, ReportShape, strict=True)
    msgspec.convert(document, CheckShape, strict=True)


def test_the_report_is_written_as_a_page_too(origin: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    ran = corssim("check", f"{origin}/items", "--page", PAGE, *ALL, "--html", str(path))
    assert (ran.status, ran.err) == (0, "")
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")
    ran = corssim("check", f"{origin}/items", "--html", str(tmp_path / "none" / "report.html"))
    assert ran.status == 2
    assert "report.html cannot be written: No such file or directory" in ran.err


def test_without_a_browser_the_answer_is_about_all_three(counting: CountingServer) -> None:
    ran = corssim("check", counting.url, "--page", PAGE, "-X", "PUT")
    assert counting.asked == ["OPTIONS", "PUT"]
    assert ran.status == 0
    assert ran.out.startswith(f"READABLE PUT {counting.url} from http://app.test\n")
    assert "  browsers   Chromium 156, Firefox 153 and WebKit 2.50 do the same." in ran.out
    assert ran.out.count("READABLE") == 1


def reported(text: str) -> list[str]:
    """The browsers that have a report of their own."""
    return re.findall(r"^\S.* \((chromium|firefox|webkit)\)$", text, re.MULTILINE)


def test_where_they_differ_a_table_stands_before_the_report_of_each(counting: CountingServer) -> None:
    # Chromium alone lets script set User-Agent without a preflight: it leaves it out.
    ran = corssim("check", counting.url, "--page", PAGE, "-H", "User-Agent: mine")
    assert ran.out.startswith("browser   verdict")
    assert reported(ran.out) == ["chromium", "firefox"]
    assert "do the same" not in ran.out
    assert counting.asked == ["GET", "OPTIONS"]


def test_a_post_is_never_sent_for_each_browser(counting: CountingServer) -> None:
    corssim("check", counting.url, "--page", PAGE, "-d", "a=1")
    assert counting.asked == ["POST"]


def test_data_of_a_check_says_what_each_browser_does(counting: CountingServer) -> None:
    _, document = check(counting.url, "-X", "PUT", "-H", "Authorization: t")
    assert document["verdict"] == "readable"
    assert document["browsers"] == {
        name: {"verdict": "readable", "reason": None} for name in ("chromium", "firefox", "webkit")
    }
    _, document = check(counting.url, "-X", "PUT", "-H", "Authorization: t", "--browser", "standard")
    assert (document["profile"], document["verdict"]) == ("standard", "blocked")
    assert document["browsers"] == {"standard": {"verdict": "blocked", "reason": document["reason"]}}


def test_a_plan_is_about_all_three_too() -> None:
    ran = corssim("check", "https://api.example/x", "--dry-run", "-X", "PUT")
    assert ran.out.count("DRY RUN") == 1
    assert ran.out.rstrip().endswith("Chromium 156, Firefox 153 and WebKit 2.50 do the same.")
    document = json.loads(corssim("check", "https://api.example/x", "--dry-run", "-X", "PUT", "--json").out)
    assert document["browsers"] == {
        name: {"verdict": None, "reason": None} for name in ("chromium", "firefox", "webkit")
    }


def test_a_plan_that_differs_is_told_for_each() -> None:
    ran = corssim("check", "https://api.example/x", "--dry-run", "-H", "User-Agent: mine")
    assert reported(ran.out) == ["chromium", "firefox"]
    document = json.loads(corssim("check", "ftp://api.example/x", "--dry-run", "--json").out)
    assert {each["reason"] for each in document["browsers"].values()} == {"scheme-not-http"}
