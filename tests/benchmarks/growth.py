"""What servers, pages and files choose the length of, and what each costs at ten times the length.

`python -m tests.benchmarks.growth [PART OF A NAME…]` prints milliseconds at 10, 100, 1,000 and 10,000;
`test_growth.py` counts lines that are executed, at two lengths.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corssim import Browser, MockResponse, MockServer
from corssim.cli.environment import Environment
from corssim.cli.main import main as corssim
from corssim.diagnosis.console_lines.read import read_console
from corssim.masking import mask_body, mask_header, mask_text
from corssim.report.advice import Advice
from corssim.report.html import html_report
from corssim.report.json_report import json_report
from corssim.report.lines import folded
from corssim.report.terminal import report_lines
from corssim.scenario.load import parse_scenario
from corssim.scenario.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Callable

Work = "Callable[[], object]"
PAGE, API = "https://app.example/", "https://api.example/x"
ALLOWED = [
    ("Access-Control-Allow-Origin", "https://app.example"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "PUT"),
    ("Access-Control-Allow-Headers", "x-a"),
]
PROFILES = ("standard", "chromium", "firefox", "webkit")
"""Each kind is measured in one of them, in turn."""
_TIME_UP = 20.0  # seconds after which a longer one is not tried


class Kind(NamedTuple):
    """`make(n)` gives the work on n of them; what it is made of does not count. `least`: the n that is tested first."""

    make: Callable[[int], Callable[[], object]]
    least: int = 30


KINDS: dict[str, Kind] = {}


def _pairs(name: str, value: str, n: int) -> list[tuple[str, str]]:
    return [(name.replace("{}", str(i)), value.replace("{}", str(i))) for i in range(n)]


def _joined(value: str, n: int, by: str = ", ") -> str:
    return by.join(value.replace("{}", str(i)) for i in range(n))


def _fetching(
    answered: list[tuple[str, str]] | None = None,
    *,
    body: str = "",
    url: str = API,
    page: list[tuple[str, str]] | None = None,
    load: str = "",
    times: int = 2,
    **given: Any,
) -> Callable[[str], Any]:
    def work(profile: str) -> Any:
        server = MockServer().route("*", headers=[*ALLOWED, *(answered or ())], body=body)
        document = Browser(server, profile=profile).page(PAGE, headers=page or ())
        for _ in range(times):
            outcome = document.load(load, url) if load else document.fetch(url, **given)
        return outcome

    return work


def _told(work: Callable[[str], Any]) -> Callable[[], object]:
    outcome = work("chromium")

    def tell() -> object:
        advice = Advice(outcome)
        lines = [line.plain() for line in report_lines(outcome, verbose=True, advice=advice, columns=80)]
        page = html_report([outcome], title="x", advice=[advice])
        return lines, json.dumps(json_report(outcome, advice=advice)), page, outcome.console

    return tell


def _fetched(name: str, make: Callable[[int], Callable[[str], Any]], *, least: int = 30, told: bool = False) -> None:
    in_turn = PROFILES[len(KINDS) % len(PROFILES)]
    KINDS[name] = Kind(lambda n: lambda: make(n)(in_turn), least)
    if told:
        KINDS[f"{name}, told"] = Kind(lambda n: _told(make(n)))


_fetched(
    "request headers",
    lambda n: _fetching(
        [("Access-Control-Allow-Headers", _joined("x-{}", n)), ("Access-Control-Max-Age", "60")],
        headers=_pairs("X-{}", "v", n),
    ),
    told=True,
)
_fetched("request headers that are refused", lambda n: _fetching(headers=_pairs("X-{}", "v", n)), told=True)
_fetched("one request header again and again", lambda n: _fetching(headers=_pairs("X-A", "v", n)))


def _answered(name: str, value: str, **given: Any) -> None:
    """A header of answers: as many lines of it, and one line with as many values."""
    _fetched(f"{name} lines", lambda n: _fetching(_pairs(name, value, n), **given))
    _fetched(f"{name} list", lambda n: _fetching([(name, _joined(value, n))], **given), least=100)


for _name in ("Allow-Origin", "Allow-Methods", "Allow-Headers", "Max-Age", "Expose-Headers"):
    _answered(f"Access-Control-{_name}", "a{}", method="PUT", headers={"x-a": "1"})
for _name, _value in {
    "Vary": "X-{}",
    "Connection": "x-{}",
    "Cache-Control": "a{}=1",
    "Link": "<https://a.example/{}>; rel=preload; as=fetch",
    "Set-Cookie": "n{}=v; Secure; SameSite=None",
    "Content-Type": "text/html;charset=a{}",
    "Content-Security-Policy": "default-src https://a{}.example",
    "Permissions-Policy": "a{}=(self)",
    "Timing-Allow-Origin": "https://a{}.example",
    "WWW-Authenticate": 'Basic realm="{}"',
    "Strict-Transport-Security": "max-age={}",
    "X-Content-Type-Options": "nosniff",
    "Content-Encoding": "x{}",
    "X-{}": "v",
}.items():
    _answered(_name, _value, credentials="include")
_fetched("headers that are told", lambda n: _fetching(_pairs("Set-Cookie", "n{}=v", n)), told=True)
_fetched("headers of an image", lambda n: _fetching(_pairs("X-{}", "v", n), load="img"))
_fetched(
    "sources of a policy",
    lambda n: _fetching(page=[("Content-Security-Policy", "connect-src " + _joined("https://a{}.example", n, " "))]),
)
_fetched("directives of a policy", lambda n: _fetching(page=[("Content-Security-Policy", _joined("a{} b", n, ";"))]))
_fetched(
    "policies of a page",
    lambda n: _fetching(page=_pairs("Content-Security-Policy", "default-src https://a{}.example *", n)),
)
_fetched("permissions policies of a page", lambda n: _fetching(page=_pairs("Permissions-Policy", "a{}=(self)", n)))
_fetched(
    "members of a permissions policy",
    lambda n: _fetching(page=[("Permissions-Policy", "a=(" + _joined('"https://a{}.example"', n, " ") + ")")]),
)
_fetched("integrity metadata", lambda n: _fetching(integrity=_joined("sha256-{}", n, " ")), told=True)
_fetched(
    "white space in Range",
    lambda n: _fetching(headers={"Range": "bytes" + " " * n + "=" + " " * n + "0" * n + " " * n + "-"}),
)
_fetched("parameters of a query", lambda n: _fetching(url=API + "?" + _joined("token{}=a", n, "&")), told=True)
_fetched("segments of a path", lambda n: _fetching(url=API + "/a" * n))
_fetched(
    "members of JSON",
    lambda n: _fetching([("Content-Type", "application/json")], body="[" + _joined('{"token": "{}"}', n) + "]"),
)


def _sequence(
    name: str, answer: Callable[[int], list[tuple[str, str]]], asked: Callable[[int], dict[str, Any]]
) -> None:
    """n fetches on one browser; what each is answered with, and what it asks."""
    in_turn = PROFILES[len(KINDS) % len(PROFILES)]

    def make(n: int) -> Callable[[], object]:
        def work() -> None:
            numbers = count()
            server = MockServer().route(
                "*", respond=lambda _: MockResponse(200, [*ALLOWED, *answer(next(numbers))], "x")
            )
            page = Browser(server, profile=in_turn).page(PAGE)
            for number in range(n):
                page.fetch(**asked(number))

        return work

    KINDS[name] = Kind(make, 10)


_sequence(
    "fetches of variants of a URL",
    lambda i: [("Vary", "X-A"), ("Cache-Control", "max-age=60")],
    lambda i: {"url": API, "headers": {"X-A": str(i)}},
)
_sequence(
    "fetches of preflighted URLs",
    lambda i: [("Access-Control-Max-Age", "60")],
    lambda i: {"url": f"{API}{i}", "method": "PUT"},
)
_sequence(
    "fetches of hosts over https alone",
    lambda i: [("Strict-Transport-Security", "max-age=60")],
    lambda i: {"url": f"https://h{i}.example/"},
)
_sequence(
    "fetches of sites with cookies",
    lambda i: [("Set-Cookie", f"n{i}=1; Secure; SameSite=None")],
    lambda i: {"url": f"https://s{i}.example/", "credentials": "include"},
)


def _redirects(n: int) -> Callable[[], object]:
    """As many fetches, each redirected four times."""

    def work() -> None:
        numbers = count(1)

        def answer(_: object) -> MockResponse:
            at = next(numbers)
            return MockResponse(307 if at % 5 else 200, [*ALLOWED, ("Location", f"/{at}")])

        page = Browser(MockServer().route("*", respond=answer)).page(PAGE)
        for _ in range(n):
            page.fetch(API)

    return work


KINDS["redirects"] = Kind(_redirects, 3)


def _text(name: str, unit: str, work: Callable[[str], object], least: int = 30) -> None:
    KINDS[name] = Kind(lambda n: lambda: work(unit.replace("{}", "1") * n), least)


_text("mask_header: cookies", "n{}=v; ", lambda text: mask_header("Cookie", text))
_text("mask_header: equals signs", "=", lambda text: mask_header("Cookie", text))
_text("mask_header: challenges", 'Basic realm="a", ', lambda text: mask_header("WWW-Authenticate", text))
_text("mask_text: parameters", "?token=a&b=%3Ftoken%3Da", mask_text)
_text("mask_text: header lines", "X-Api-Key: a\n", mask_text)
_text("mask_body: fields", "token=a&", mask_body)
_text("folding: words", "ab ", lambda text: folded([(text, "")], columns=80), 300)
_text("folding: one word", "a", lambda text: folded([(text, "")], columns=80), 1000)
_text("folding: one wide word", "界", lambda text: folded([(text, "")], columns=80), 300)
_text(
    "console lines",
    "Access to fetch at 'https://api.example/{}' from origin 'https://app.example' has been blocked by CORS policy: "
    "No 'Access-Control-Allow-Origin' header is present on the requested resource.\n",
    read_console,
    10,
)
_text("console lines that are none", "what is this\n", read_console)
_text("a curl command's words", " -H 'X-A: \"b\"'", lambda text: read_source("curl https://api.example/" + text))
_text("a curl command's quotes", "'\\''", lambda text: read_source("curl https://api.example/ -d '" + text + "'"))
_text("a curl command's double quotes", '\\"', lambda text: read_source('curl https://api.example/ -d "' + text + '"'))
_text(
    "members of a fetch call",
    "'X-A': 'b', ",
    lambda text: read_source("fetch('https://api.example/', {headers: {" + text + "}})"),
)
_text(
    "header lines of a transcript",
    "< X-A: b\n",
    lambda text: read_source(
        "> GET / HTTP/1.1\n> Host: api.example\n> Origin: https://app.example\n>\n< HTTP/1.1 200 OK\n" + text + "<\n"
    ),
)
_text(
    "servers of a scenario",
    '[[server]]\nurl = "https://a.example/"\n',
    lambda text: parse_scenario(
        'title = "a"\npage = "https://app.example/"\n' + text + '[[step]]\nfetch = "https://a.example/"\n'
    ),
    30,
)
_text(
    "steps of a scenario",
    '[[step]]\nfetch = "https://a.example/"\n',
    lambda text: parse_scenario('title = "a"\npage = "https://app.example/"\n' + text),
    30,
)


def _archive(n: int) -> Callable[[], object]:
    def entry(number: int) -> dict[str, Any]:
        headers = [{"name": "Origin", "value": "https://app.example"}]
        asked = {"method": "GET", "url": f"https://api.example/{number}", "httpVersion": "HTTP/1.1", "headers": headers}
        answered = {
            "status": 200,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": [],
            "content": {"size": 0, "mimeType": ""},
        }
        more = {"queryString": [], "cookies": [], "headersSize": -1, "bodySize": -1}
        return {
            "startedDateTime": "2024-01-01T00:00:00.000Z",
            "time": 1,
            "_resourceType": "fetch",
            "request": asked | more,
            "response": answered | more | {"redirectURL": ""},
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
        }

    log = {
        "version": "1.2",
        "creator": {"name": "x", "version": "1"},
        "pages": [],
        "entries": [entry(i) for i in range(n)],
    }
    text = json.dumps({"log": log})

    def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.har")
            path.write_text(text)
            out = io.StringIO()
            corssim(["har", str(path)], Environment(io.StringIO(), out, out, {}))

    return work


KINDS["entries of an archive"] = Kind(_archive, 5)


def executed_lines(work: Callable[[], object]) -> int:
    """Lines of Python that the work executes: the same on every machine, however busy."""
    lines = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return lines


def main() -> None:
    chosen = [name for name in KINDS if not sys.argv[1:] or any(part in name for part in sys.argv[1:])]
    print(f"{'milliseconds at':50}" + "".join(f"{n:>10,}" for n in (10, 100, 1_000, 10_000)))
    for name in chosen:
        print(f"{name:50}", end="", flush=True)
        for n in (10, 100, 1_000, 10_000):
            work = KINDS[name].make(n)
            started = time.process_time()
            work()
            took = time.process_time() - started
            print(f"{took * 1000:10.1f}", end="", flush=True)
            if took > _TIME_UP / 10:
                break
        print()


if __name__ == "__main__":
    main()
