"""`corssim audit`: what it asks, when it asks first, and how it ends."""

from __future__ import annotations

import argparse
import io
import itertools
import json
from typing import TYPE_CHECKING

import pytest

from corssim import CorsPolicy, MockServer, UsageError
from corssim.browser.transports.network import LiveExchange
from corssim.cli import audit
from corssim.cli.environment import Environment
from corssim.server.infer import MAX_REQUESTS, probing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corssim.fetch.wire import NetworkFailure, WireRequest, WireResponse

GOOD = CorsPolicy(allow_origins=["https://app.shop.example"], max_age=60)
HOST = "https://api.shop.example/items"
Run = "Callable[..., tuple[int, str, str]]"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> MockServer:
    """In place of the live network."""
    server = MockServer()

    def exchange(self: object, request: WireRequest, **_: object) -> WireResponse | NetworkFailure:
        return server.answer(request)

    monkeypatch.setattr(LiveExchange, "exchange", exchange)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return server


@pytest.fixture
def run(server: MockServer) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str, typed: str | None = None) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        audit.add_arguments(parser)
        stdin = io.StringIO() if typed is None else Terminal(typed)
        environment = Environment(stdin=stdin, stdout=io.StringIO(), stderr=io.StringIO(), variables={})
        status = audit.run(parser.parse_args(arguments), environment)
        return status, environment.stdout.getvalue(), environment.stderr.getvalue()  # type: ignore[attr-defined]

    return run


def test_good_policy_ends_with_0(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("*", GOOD)
    status, out, _ = run(HOST, "--yes")
    assert status == 0
    assert out.splitlines()[:2] == [
        f"{HOST} ({len(server.requests)} requests)",
        "  origins     https://app.shop.example",
    ]
    assert out.splitlines()[-1] == "  nothing dangerous shows"


def test_dangerous_policy_ends_with_1_and_is_told(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("*", CorsPolicy(allow_origin_regex=".*", allow_credentials=True))
    status, out, _ = run(HOST, "--yes")
    assert status == 1
    assert "  error       Any origin is reflected, and credentials are allowed" in out
    assert "[any-origin-with-credentials]" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_notes_alone_end_with_0(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("*", CorsPolicy(allow_origins="*", max_age=90000))
    status, out, _ = run(HOST, "--yes")
    assert status == 0
    assert "max-age-above-cap" in out


def test_network_that_fails_ends_with_3(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.route("*", fail="refused")
    status, out, _ = run("http://127.0.0.1:8000/")
    assert (status, len(server.requests)) == (3, 1)
    assert "failed      the server refused the connection" in out


def test_json_holds_policy_and_findings(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("*", CorsPolicy(allow_origins=["null"]))
    status, out, _ = run(HOST, "--yes", "--json")
    document = json.loads(out)
    assert status == 1
    assert document["policy"]["null"] is True
    assert [(each["code"], each["severity"]) for each in document["findings"]] == [("null-allowed", "warning")]


def test_flags_say_what_is_asked(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("*", CorsPolicy(allow_origins=["https://a.example"], allow_methods=["PURGE"], allow_headers=["x-b"]))
    _, out, _ = run(HOST, "--yes", "--origin", "https://a.example", "-X", "PURGE", "-H", "X-B")
    assert "  origins     https://a.example" in out
    assert "  methods     PURGE" in out
    assert "  headers     x-b" in out


@pytest.mark.parametrize(("typed", "status"), [("y\n", 0), ("yes\n", 0), ("n\n", 2), ("\n", 2), ("", 2)])
def test_asks_before_it_asks_another_machine(
    run: Callable[..., tuple[int, str, str]], server: MockServer, typed: str, status: int
) -> None:
    server.policy("*", GOOD)
    ended, _, err = run(HOST, typed=typed)
    assert ended == status
    assert err.startswith(
        f"This sends up to {MAX_REQUESTS} requests (GET and OPTIONS) to api.shop.example, 5 a second."
    )
    assert bool(server.requests) is (status == 0)


def test_without_a_terminal_it_does_not_send(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    with pytest.raises(UsageError, match="Give --yes if the server is yours"):
        run(HOST)
    assert server.requests == []


@pytest.mark.parametrize(
    "arguments",
    [("http://localhost:8000/",), ("http://127.0.0.1/",), ("http://[::1]/",), (HOST, "--max-requests", "1")],
    ids=["localhost", "127.0.0.1", "::1", "one request"],
)
def test_does_not_ask_where_nobody_minds(
    run: Callable[..., tuple[int, str, str]], server: MockServer, arguments: tuple[str, ...]
) -> None:
    server.policy("*", CorsPolicy())
    status, _, err = run(*arguments)
    assert (status, err) == (4, "")
    assert server.requests


def test_bound_is_kept_and_told(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("*", GOOD)
    _, out, _ = run(HOST, "--yes", "--max-requests", "5")
    assert len(server.requests) == 5
    assert "left out" in out
    assert "probes, by --max-requests" in out


OPEN: dict[str, tuple[Callable[[], MockServer], tuple[str, ...], str]] = {
    "nothing is allowed": (lambda: MockServer().route("*"), (), "Name one with --origin"),
    "nothing but 401": (lambda: MockServer().route("*", status=401), (), "nothing but 401: a login is wanted"),
    "nothing but 404": (lambda: MockServer().route("*", status=404), (), "nothing but 404: look at the URL"),
    "nothing but redirects": (lambda: MockServer().route("*", status=302), (), "at the end of the redirects"),
    "not all was asked": (
        lambda: MockServer().policy("*", GOOD),
        ("--max-requests", "9", "--origin", "https://app.shop.example"),
        "were not asked",
    ),
    "not all was answered": (
        lambda: MockServer().route("*", policy=GOOD, times=20).route("*", fail="reset"),
        ("--origin", "https://app.shop.example"),
        "got no answer",
    ),
}


@pytest.mark.parametrize("name", OPEN)
def test_what_could_not_be_told_is_a_result_of_its_own(
    run: Callable[..., tuple[int, str, str]], server: MockServer, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, arguments, words = OPEN[name]
    monkeypatch.setattr(server, "answer", asked().answer)
    status, out, _ = run(HOST, "--yes", *arguments)
    assert status == 4
    text = " ".join(out.split())
    assert "open Could not tell." in text
    assert words in text
    assert "nothing dangerous shows" not in out
    monkeypatch.setattr(server, "answer", asked().answer)
    status, out, _ = run(HOST, "--yes", "--json", *arguments)
    assert words in json.loads(out)["could_not_tell"]


def test_a_fault_outdoes_what_could_not_be_told(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("*", CorsPolicy(allow_origin_regex=".*", allow_credentials=True))
    status, out, _ = run(HOST, "--yes", "--max-requests", "7")
    assert (status, "Could not tell" in out) == (1, False)


def test_headers_and_cookies_go_along_but_for_preflights(
    run: Callable[..., tuple[int, str, str]], server: MockServer
) -> None:
    server.policy("*", GOOD)
    run(HOST, "--yes", "-H", "X-Key: 1", "-H", "Authorization: Bearer t", "-b", "a=1", "--cookie", "b=2; Path=/")
    asked_for = set()
    for request in server.requests:
        sent = {name.lower(): value for name, value in request.headers}
        expected = (None, None) if request.method == "OPTIONS" else ("1", "a=1; b=2")
        assert (sent.get("x-key"), sent.get("cookie")) == expected
        asked_for.add(sent.get("access-control-request-headers"))
    assert {"x-key", "authorization"} <= asked_for


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-H", "Origin: https://a.example"), "--origin names one"),
        (("--cookie", "a"), "write it as NAME=VALUE"),
        (("--json", "--html", "-"), "one of them can have it"),
    ],
)
def test_what_cannot_be_meant_is_told(
    run: Callable[..., tuple[int, str, str]], server: MockServer, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        run(HOST, "--yes", *arguments)
    assert server.requests == []


def test_several_urls_and_the_worst_decides(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("https://good.shop.example/", GOOD)
    server.policy("https://bad.shop.example/", CorsPolicy(allow_origins=["null"]))
    urls = ("https://good.shop.example/", "https://bad.shop.example/", "https://silent.shop.example/")
    status, out, _ = run(*urls, "--yes")
    assert status == 1
    assert [line.partition(" ")[0] for line in out.splitlines() if line.startswith("https:")] == list(urls)
    status, out, _ = run(*urls, "--yes", "--json")
    assert [each["could_not_tell"] is None for each in json.loads(out)["audits"]] == [True, True, False]


def test_statuses_are_shown(run: Callable[..., tuple[int, str, str]], server: MockServer) -> None:
    server.policy("*", GOOD)
    _, out, _ = run(HOST, "--yes")
    assert "  statuses    GET 200, OPTIONS 204, OPTIONS 200" in out or "  statuses    GET 200, OPTIONS" in out


def test_a_page_and_sarif_are_written(
    run: Callable[..., tuple[int, str, str]], server: MockServer, tmp_path: Path
) -> None:
    server.policy("*", CorsPolicy(allow_origins=["null", "https://app.shop.example"]))
    run(HOST, "--yes", "--html", str(tmp_path / "a.html"), "--sarif", str(tmp_path / "a.sarif"))
    page = (tmp_path / "a.html").read_text()
    assert "null-allowed" in page
    assert "FAULTY" in page
    (sarif,) = json.loads((tmp_path / "a.sarif").read_text())["runs"]
    assert [(each["ruleId"], each["level"]) for each in sarif["results"]] == [("null-allowed", "warning")]
    assert sarif["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "The origin null is allowed"
    assert sarif["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == HOST


@pytest.mark.parametrize("flag", ["--html", "--sarif"])
def test_a_dash_is_standard_output(run: Callable[..., tuple[int, str, str]], server: MockServer, flag: str) -> None:
    server.route("*", status=401)
    status, out, _ = run(HOST, "--yes", flag, "-")
    assert status == 4
    assert out.startswith("<!DOCTYPE html>" if flag == "--html" else "{")
    assert "Could not tell" in out or "COULD NOT TELL" in out


def test_a_file_that_cannot_be_written_is_told(
    run: Callable[..., tuple[int, str, str]], server: MockServer, tmp_path: Path
) -> None:
    server.policy("*", GOOD)
    with pytest.raises(UsageError, match=r"--html: .* cannot be written"):
        run(HOST, "--yes", "--html", str(tmp_path))


@pytest.mark.parametrize("rate", ["0", "-1", "fast", "100000"])
def test_rate_is_a_number_of_requests(run: Callable[..., tuple[int, str, str]], rate: str) -> None:
    with pytest.raises(UsageError, match=r"--rate: .* is no number of requests a second"):
        run(HOST, "--rate", rate)


def test_requests_keep_their_distance() -> None:
    """A clock of its own: sending takes 0.05 s, and now and then longer than the interval."""
    now, sent = [0.0], []
    takes = iter([0.05, 0.05, 0.5, 0.05] * 20)
    server = MockServer.from_policy(GOOD)

    def send(request: WireRequest) -> WireResponse | NetworkFailure:
        sent.append(now[0])
        now[0] += next(takes)
        return server.answer(request)

    def sleep(seconds: float) -> None:
        now[0] += seconds

    audit.paced(probing(HOST), send, interval=0.2, clock=lambda: now[0], sleep=sleep)
    assert len(sent) > 10
    assert min(later - earlier for earlier, later in itertools.pairwise(sent)) >= 0.2 - 1e-9
    assert sent[0] == 0.0
