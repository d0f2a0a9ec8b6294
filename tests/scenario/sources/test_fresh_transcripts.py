"""Transcripts as tools print and people paste them: HTTP/2 and 3, interim answers, proxies, tables in many tongues."""

from __future__ import annotations

import tomllib

import pytest

from corssim.scenario.run import run_scenario
from corssim.scenario.sources import UnreadableSource, read_source
from corssim.scenario.sources.reading import default_page_for

from .meaning import INPUTS

TRANSCRIPTS = {
    each["name"]: each
    for each in tomllib.loads((INPUTS / "fresh-transcripts.toml").read_text(encoding="utf-8"))["transcript"]
}


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_transcript_means(name: str) -> None:
    told = TRANSCRIPTS[name]
    reading = read_source(told["text"])
    page = "(none) " if reading.page is None else reading.page.url
    reading = reading if reading.page is not None else reading.with_page(default_page_for(reading.url))
    outcome = run_scenario(reading.scenario(), "chromium").steps[0].outcome
    assert outcome is not None
    verdict = f"{outcome.verdict.value} {outcome.reason.value if outcome.reason is not None else ''}".strip()
    assert f"{reading.method} {reading.url} {reading.credentials} from {page} -> {verdict}" == told["means"]
    assert ", ".join(f"{rule.method} {rule.status}" for rule in reading.rules) == told["answers"]
    assert "; ".join(reading.missing) == told.get("missing", "")
    assert not reading.further


def test_words_around_an_exchange_are_no_exchange() -> None:
    text = "Problem: it does not work\n\n" + TRANSCRIPTS["curl v windows"]["text"] + "\nVersion: 1.2\n"
    assert read_source(text).url == "http://localhost:5000/api"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_of_curl_is_plain_unless_lines_of_tls_follow(scheme: str) -> None:
    tls = "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n" if scheme == "https" else ""
    text = f"* Connected to api.example (192.0.2.1) port 8080\n{tls}> GET /x HTTP/1.1\n> Host: api.example:8080\n>\n"
    reading = read_source(f"{text}< HTTP/1.1 200 OK\n")
    assert reading.url == f"{scheme}://api.example:8080/x"
    assert "url.scheme" not in [guess.what for guess in reading.guessed]


def test_two_panels_under_their_titles_are_two_exchanges() -> None:
    panel = TRANSCRIPTS["firefox raw, the answer first"]["text"]
    first, second = (read_source(panel + panel.replace("/a.woff2", "/b.woff2")), read_source(panel))
    assert (first.url, [each.url for each in first.further]) == ("https://fonts.w.example/b.woff2", [second.url])


def test_an_answer_that_curl_prints_to_both_streams_has_each_header_once() -> None:
    headers = ["HTTP/1.1 200 OK", "access-control-allow-origin: *", "access-control-allow-credentials: true"]
    doubled = "\n".join(f"   < {line}\n   {line}" for line in headers)
    reading = read_source(f"   * Mark bundle as not supporting multiuse\n{doubled}\n")
    outcome = run_scenario(reading.with_page(default_page_for(reading.url)).scenario(), "chromium").steps[0].outcome
    assert outcome is not None
    assert (outcome.verdict.value, len(reading.rules), reading.further) == ("readable", 1, ())


@pytest.mark.parametrize("gap", ["", "\n"], ids=["right below", "below an empty line"])
def test_headers_below_a_command_are_an_answer_though_its_status_line_is_cut(gap: str) -> None:
    command = "curl -D - -X OPTIONS -H 'Origin: http://app.example:8080' http://api.example:4000/user\n"
    reading = read_source(f"{command}{gap}    Vary: Origin\n    Content-Length: 0\n    Date: today\n")
    outcome = run_scenario(reading.scenario(), "chromium").steps[0].outcome
    assert outcome is not None
    assert outcome.reason is not None
    assert outcome.reason.value == "allow-origin-missing"
    assert "status" in [guess.what for guess in reading.guessed]


NGINX = '192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "{} HTTP/1.1" {} 157 "https://app.example/" "Mozilla/5.0"'


@pytest.mark.parametrize(
    ("log", "says"),
    [
        (f"{NGINX.format('OPTIONS /a', 405)}\n{NGINX.format('POST /a', 200)}", "its 405 to OPTIONS stops a preflight"),
        ('INFO:     127.0.0.1:54321 - "OPTIONS /items HTTP/1.1" 400 Bad Request', "its 400 to OPTIONS"),
        ('[27/Nov/2023 10:00:00] "POST /api/login/ HTTP/1.1" 200 0', "which has no headers; paste what curl -i"),
        ('127.0.0.1 - - [27/Nov/2023 10:00:00] "POST /api/login HTTP/1.1" 401 -', "which has no headers; paste"),
    ],
)
def test_a_log_of_a_server_is_told_as_one(log: str, says: str) -> None:
    with pytest.raises(UnreadableSource, match="is a server's log") as raised:
        read_source(log)
    assert says in str(raised.value)


def test_a_request_that_failed_has_no_answer() -> None:
    text = """
    Request URL: https://api.example/a
    Request Method: POST
    Status Code: (failed)net::ERR_FAILED
    Provisional headers are shown
    Content-Type: application/json
    Referer: https://app.example/
    """
    with pytest.raises(
        UnreadableSource, match=r"the request failed, \(failed\)net::ERR_FAILED; its line in the console"
    ):
        read_source(text)


def test_what_firefox_shows_in_place_of_a_status_is_a_failure() -> None:
    text = "POST\nhttps://api.example/graphql\nStatus\nCORS Missing Allow Origin\nVersionHTTP/2\n\nAccept\n\t*/*\n"
    with pytest.raises(UnreadableSource, match="the request failed, CORS Missing Allow Origin"):
        read_source(text)


def test_a_listing_of_a_tool_has_words_for_headers_and_says_that_those_of_the_answer_are_missing() -> None:
    reading = read_source("URL: https://api.example/login\nDuration: 21 s\n\nRequest Method: GET\n Status: 200 (OK)\n")
    assert (reading.method, reading.missing) == ("GET", ("the headers of the answer are not in there",))
