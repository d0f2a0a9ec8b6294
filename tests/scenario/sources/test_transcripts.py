"""Transcripts: each input gives the exchange that it shows, and what a browser makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from corssim.scenario.run import run_scenario
from corssim.scenario.sources import UnreadableSource, is_transcript, read_source
from corssim.scenario.sources.reading import Reading, default_page_for
from corssim.scenario.sources.transcript import exchanges_of

from .meaning import INPUTS, text_of

if TYPE_CHECKING:
    from pathlib import Path


class Shows(NamedTuple):
    """`asks` is the method and the URL of the request, `answers` the status of each answer by method, `comes_to` the
    verdict and the reason."""

    asks: str
    answers: dict[str, int]
    comes_to: str
    page: str | None = None
    guesses: frozenset[str] = frozenset()
    headers: tuple[str, ...] = ()


_A_PREFLIGHT = frozenset({"response", "credentials"})
_NO_REQUEST = frozenset({"page", "method"})

TRANSCRIPTS = {
    "answer-headers-duplicate-acao.txt": Shows(
        "GET https://api.example/", {"*": 200}, "blocked allow-origin-multiple",
        guesses=_NO_REQUEST | {"url", "mode", "credentials"},
    ),
    "answer-headers-joined-values.txt": Shows(
        "POST https://api.example/", {"OPTIONS": 204, "*": 200}, "blocked allow-origin-multiple",
        guesses=_NO_REQUEST | _A_PREFLIGHT | {"preflight", "url", "status"}, headers=("content-type",),
    ),
    "chrome-general-and-raw-302.txt": Shows(
        "POST http://api.example", {"OPTIONS": 302, "*": 200}, "blocked allow-origin-missing",
        guesses=_NO_REQUEST | _A_PREFLIGHT,
    ),
    "chrome-parsed-no-acam-delete.txt": Shows(
        "POST http://localhost:8080/releveurs/delete/5", {"OPTIONS": 200, "*": 200}, "not known",
        guesses=_NO_REQUEST | _A_PREFLIGHT, headers=("content-type",),
    ),
    "chrome-parsed-no-space-401.txt": Shows(
        "POST http://localhost:9001/wp-json/wc/v2/products/batch?oauth_consumer_key=ck&oauth_nonce=x"
        "&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1494406156&oauth_version=1.0&oauth_signature=x%3D",
        {"OPTIONS": 401, "*": 200}, "blocked preflight-status-not-ok", "http://localhost:8080/",
        _A_PREFLIGHT | {"preflight"},
        ("content-type",),
    ),
    "chrome-parsed-no-space-522.txt": Shows(
        "GET https://proxy.example//http://www.site.example/Api.ashx?method=News", {"*": 522},
        "blocked allow-origin-missing", guesses=frozenset({"page", "mode", "credentials"}),
    ),
    "chrome-parsed-two-in-backticks-401-200.txt": Shows(
        "POST http://localhost:8080/rest/client/user", {"OPTIONS": 200, "*": 200}, "readable",
        guesses=_NO_REQUEST | _A_PREFLIGHT, headers=("content-type",),
    ),
    "curl-head-preflight-401-with-cors.txt": Shows(
        "GET http://localhost:9988/webdav/server", {"OPTIONS": 401, "*": 200}, "blocked preflight-status-not-ok",
        "http://localhost:8000/", _A_PREFLIGHT | {"headers"}, ("content-type",),
    ),
    "curl-i-204-no-origin.txt": Shows(
        "POST http://api.example/v1/chain/get_info", {"OPTIONS": 204, "*": 200}, "readable",
        guesses=_NO_REQUEST | _A_PREFLIGHT, headers=("content-type",),
    ),
    "curl-i-two-preflights-401-204.txt": Shows(
        "POST http://10.7.7.31:5984/_session", {"OPTIONS": 204, "*": 200}, "readable", "http://10.23.5.1:8080/",
        _A_PREFLIGHT,
    ),
    "curl-k-i-401-star.txt": Shows(
        "GET https://joe.example:8443/2013/card", {"*": 401}, "readable",
        guesses=frozenset({"page", "mode", "credentials"}),
    ),
    "curl-v-301-http-to-https.txt": Shows(
        "GET http://api.example/", {"*": 301}, "blocked allow-origin-missing",
        guesses=frozenset({"page", "mode", "credentials", "CORS headers"}),
    ),
    "curl-v-401-star-and-credentials.txt": Shows(
        "POST https://api.example/api/v1/apikey", {"OPTIONS": 401, "*": 200}, "blocked preflight-status-not-ok",
        guesses=_NO_REQUEST | _A_PREFLIGHT | {"url.scheme"}, headers=("content-type",),
    ),
    "curl-v-h2-401-answer-only.txt": Shows(
        "GET https://api.example/", {"OPTIONS": 401, "*": 200}, "blocked preflight-status-not-ok",
        guesses=_NO_REQUEST | _A_PREFLIGHT | {"preflight", "url", "headers"}, headers=("authorization",),
    ),
    "curl-v-h2-404-preflight.txt": Shows(
        "GET https://board.example/", {"OPTIONS": 404, "*": 200}, "blocked preflight-status-not-ok",
        "https://app.example/", _A_PREFLIGHT | {"preflight"}, ("spring-signature", "spring-version"),
    ),
    "curl-v-h2-tls-noise-204.txt": Shows(
        "POST https://paste.example/", {"OPTIONS": 204, "*": 200}, "readable",
        guesses=_NO_REQUEST | _A_PREFLIGHT, headers=("content-type",),
    ),
    "curl-verbose-get-with-preflight-headers.txt": Shows(
        "GET http://localhost:2703/Travellers/version", {"*": 200}, "readable", "http://localhost:2702/",
        frozenset({"mode", "credentials"}),
    ),
    "firefox-raw-elided-200-without-cors.txt": Shows(
        "GET http://pages.example/", {"OPTIONS": 200, "*": 200}, "blocked allow-origin-missing", "http://localhost/",
        _A_PREFLIGHT | {"url.scheme"}, ("user-agent",),
    ),
    "httpie-preflight-200.txt": Shows(
        "GET http://localhost:8888/v1/buckets/default/collections/tasks/records", {"OPTIONS": 200, "*": 200},
        "readable", "http://0.0.0.0:8080/", _A_PREFLIGHT, ("authorization", "content-type"),
    ),
    "raw-firefox-3.6-preflight-405.txt": Shows(
        "POST http://10.1.2.50:8002/publish/?id=123", {"OPTIONS": 405, "*": 200}, "blocked allow-origin-missing",
        "http://10.1.2.50/", _A_PREFLIGHT | {"url.scheme"},
    ),
}  # fmt: skip


def outcome_of(reading: Reading) -> str:
    """What the answers of a reading come to."""
    placed = reading if reading.page is not None else reading.with_page(default_page_for(reading.url))
    outcome = run_scenario(placed.scenario()).steps[0].outcome
    assert outcome is not None
    if outcome.allowed and reading.missing:
        return "not known"
    return f"{outcome.verdict} {outcome.reason or ''}".strip()


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_transcript_gives_what_it_shows(name: str) -> None:
    shows = TRANSCRIPTS[name]
    reading = read_source(text_of(f"http/{name}"))
    assert reading.kind == "transcript"
    assert f"{reading.method} {reading.url}" == shows.asks
    assert (None if reading.page is None else reading.page.url) == shows.page
    assert {rule.method: rule.status for rule in reading.rules} == shows.answers
    headers = getattr(reading.step, "headers", None)
    assert tuple(name.lower() for name in dict(headers or {})) == shows.headers
    guessed = {guess.what for guess in reading.guessed if not guess.what.startswith(("headers.", "api"))}
    assert guessed == shows.guesses
    assert outcome_of(reading) == shows.comes_to


def test_every_transcript_has_a_row() -> None:
    assert {path.name for path in (INPUTS / "http").iterdir()} == {*TRANSCRIPTS}


def test_other_exchanges_stand_beside_the_one_that_decides() -> None:
    two = read_source(text_of("http/curl-i-two-preflights-401-204.txt"))
    assert [outcome_of(each) for each in two.further] == ["blocked preflight-status-not-ok"]
    before = read_source(text_of("http/chrome-parsed-two-in-backticks-401-200.txt")).further
    assert [outcome_of(each) for each in before] == ["blocked preflight-status-not-ok"]


def test_requests_without_their_first_lines_are_preflights_by_what_they_ask_for() -> None:
    sent = "> Access-Control-Request-Method: {}\n> Access-Control-Request-Headers: x-a\n>\n"
    reading = read_source(
        f"I tried PUT\n\n{sent.format('PUT')}< HTTP/1.1 400 Bad Request\n< Server: s\n\n"
        f"and POST\n\n{sent.format('POST')}"
        "< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: https://b.example\n< Access-Control-Allow-Headers: X-A\n"
    )
    told = [(each.method, outcome_of(each)) for each in (reading, *reading.further)]
    assert told == [("POST", "readable"), ("PUT", "blocked allow-origin-missing")]


def test_headers_that_a_preflight_asked_for_tell_it_though_its_first_lines_are_cut() -> None:
    reading = read_source(
        "Access-Control-Request-Headers: x-a\nOrigin: https://b.example\nUser-Agent: Mozilla/5.0\n\nHTTP/1.1 204 No\n"
        "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PATCH\n"
    )
    assert (reading.method, outcome_of(reading)) == ("PATCH", "blocked header-disallowed-by-preflight")
    assert "preflight" not in [guess.what for guess in reading.guessed]


@pytest.mark.parametrize(
    ("titles", "url"),
    [
        (
            ("Sample CORS response", "Sample CORS POST request", "Sample CORS POST response"),
            "https://api.example/v1/items",
        ),
        (("Response", "Actual request", "Response"), "https://api.example/v1/items"),
    ],
    ids=["headings that name the method", "headings that do not"],
)
@pytest.mark.parametrize(
    ("origin", "is_of_it"), [("https://app.example", True), ("https://b.example", False)], ids=["its page", "another's"]
)
def test_a_request_without_its_first_line_is_what_the_preflight_above_it_asked_for(
    titles: tuple[str, ...], url: str, origin: str, is_of_it: bool
) -> None:
    allowed = "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Headers: content-type"
    host = "Host: api.example\nOrigin: "
    reading = read_source(
        f"Request URL: {url}\nRequest Method: OPTIONS\n\n{host}https://app.example\n"
        "Access-Control-Request-Method: POST\nAccess-Control-Request-Headers: content-type\n\n"
        f"{titles[0]}\n\n{allowed}\n\n{titles[1]}\n\n{host}{origin}\nContent-Type: application/json\n\n"
        f"{titles[2]}\n\n{allowed}\nContent-Type: application/json\n"
    )
    assert (reading.method, reading.url == url) == ("POST", is_of_it)


def test_what_a_preflight_is_taken_to_have_asked_for_is_not_told_as_left_out() -> None:
    reading = read_source("$ curl -i -X OPTIONS https://api.example/x\nHTTP/1.1 204 No Content\nAllow: POST\n")
    assert "Access-Control-Request-Method" not in reading.passed_over


def test_of_answers_without_their_requests_none_is_passed_over() -> None:
    answer = "HTTP/1.1 200 OK\nContent-Type: application/xml\n"
    reading = read_source(
        f"before:\n```\n{answer}Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET\n```\n"
        f"after:\n```\n{answer}```\n"
    )
    assert [outcome_of(each) for each in (reading, *reading.further)] == ["blocked allow-origin-missing", "readable"]


@pytest.mark.parametrize(
    ("sent", "is_guessed"),
    [
        ("$ curl -i https://a.example/x\n", True),
        ("> GET /x HTTP/2\n> Host: a.example\n> User-Agent: curl/8.1\n>\n", True),
        ("$ curl -i https://a.example/x -H 'Origin: https://b.example'\n", False),
        ("GET /x HTTP/1.1\nHost: a.example\nUser-Agent: Mozilla/5.0\nReferer: https://b.example/\n\n", False),
    ],
    ids=["curl's command", "what curl sent", "with an Origin", "a browser's"],
)
def test_what_a_tool_got_without_an_origin_may_lack_headers_that_pages_get(sent: str, is_guessed: bool) -> None:
    reading = read_source(f"{sent}HTTP/1.1 200 OK\nServer: nginx\n")
    assert ("CORS headers" in [guess.what for guess in reading.guessed]) is is_guessed


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_curl_tells_of_which_scheme_a_stream_of_http_2_is(scheme: str) -> None:
    reading = read_source(
        f"* Connected to api.example (192.0.2.1) port 8080\n* using HTTP/2\n"
        f"* [HTTP/2] [1] OPENED stream for {scheme}://api.example:8080/x\n* [HTTP/2] [1] [:scheme: {scheme}]\n"
        "> GET /x HTTP/2\n> Host: api.example:8080\n>\n< HTTP/2 200\n< server: s\n"
    )
    assert reading.url == f"{scheme}://api.example:8080/x"


@pytest.mark.parametrize("behind", ["", '\nStarted OPTIONS "/x" for 127.0.0.1\n  Parameters: {"a"=>"b"}\n'])
def test_a_command_with_a_log_of_the_server_behind_it_has_no_answer(behind: str) -> None:
    from corssim.scenario.sources.transcript import read_transcript

    with pytest.raises(UnreadableSource, match="no answer is in the text"):
        read_transcript(f"curl -i http://a.example/x -H 'Origin: http://b.example' -X OPTIONS\n{behind}")


def test_what_a_proxy_answers_in_the_place_of_a_server_is_no_answer() -> None:
    from corssim.scenario.sources.transcript import read_transcript

    text = "> CONNECT a.example:443 HTTP/1.1\n> Host: a.example:443\n>\n< HTTP/1.1 {}\n< Server: p\n<\n"
    with pytest.raises(UnreadableSource, match="the request failed, a proxy refused the tunnel with 403"):
        read_transcript(text.format("403 Forbidden"))
    asked_again = text.format("407 Proxy Authentication Required") + text.format("200 OK")
    reading = read_source(f"{asked_again}> GET /x HTTP/1.1\n> Host: a.example\n>\n< HTTP/1.1 200 OK\n< Server: s\n")
    assert (reading.url, reading.rules[0].status) == ("https://a.example/x", 200)


def test_a_method_may_have_words_beside_it_and_an_exchange_that_failed_another_behind_it() -> None:
    reading = read_source(
        "before:\n```\nRequest Method: OPTIONS (preflight)\nStatus: (failed)\n```\nafter:\n```\n"
        "Request Method: OPTIONS (preflight)\nStatus: 204 No Content\nResponse Headers:\n"
        "  access-control-allow-origin: http://b.example\n  access-control-allow-methods: GET, PUT\n```\n"
    )
    assert [(rule.method, rule.status) for rule in reading.rules] == [("OPTIONS", 204), ("*", 200)]
    assert (reading.method, reading.further) == ("GET", ())


@pytest.mark.parametrize("browser", ["chromium", "firefox", "webkit"])
@pytest.mark.parametrize("name", ["curl-head-preflight-401-with-cors.txt", "curl-v-h2-401-answer-only.txt"])
def test_a_preflight_of_get_that_is_stopped_is_so_in_every_browser(name: str, browser: str) -> None:
    reading = read_source(text_of(f"http/{name}"))
    placed = reading if reading.page is not None else reading.with_page(default_page_for(reading.url))
    outcome = run_scenario(placed.scenario(), browser).steps[0].outcome
    assert outcome is not None
    assert str(outcome.reason) == "preflight-status-not-ok"


def test_words_with_colons_alone_are_no_exchange() -> None:
    from corssim.scenario.sources.transcript import read_transcript

    log = (
        "info: Microsoft.AspNetCore.Hosting.Diagnostics[1]\n      Request starting HTTP/1.1 OPTIONS http://a.example/x\n"
        "info: Microsoft.AspNetCore.Cors.Infrastructure.CorsService[5]\n      CORS policy execution failed.\n"
    )
    with pytest.raises(UnreadableSource, match="no answer is in the text"):
        read_transcript(log)


def test_lines_of_the_console_are_named_where_there_is_no_answer() -> None:
    from corssim.scenario.sources.transcript import read_transcript

    with pytest.raises(UnreadableSource, match="`corssim explain` reads the console's lines"):
        read_transcript("GEThttps://a.example/x\n[HTTP/2 200 OK 9ms]\nCross-Origin Request Blocked: The Same Origin\n")


def test_a_message_of_a_program_is_no_header_of_the_answer() -> None:
    reading = read_source(
        "$ wget -S -O - http://a.example\n  HTTP/1.1 502 Bad Gateway\n"
        "wget: server returned error: HTTP/1.1 502 Bad Gateway\n"
    )
    assert (outcome_of(reading), reading.missing) == ("not known", ("the headers of the answer are not in there",))


LISTED = """1.  General

    1.  **Request URL:**

        https://a.example/x
    2.  **Request Method:**

        OPTIONS
    3.  **Status Code:**

        200 OK
2.  Response Headers

    1.  **access-control-allow-headers:**

        Content-Type
    2.  **access-control-allow-origin:**

        *
3.  Request Headers

    1.  **access-control-request-headers:**

        authorization
    2.  **access-control-request-method:**

        POST
    3.  **origin:**

        https://b.example
"""


@pytest.mark.parametrize(
    "text",
    [
        LISTED,
        (
            "1. Request URL: https://a.example/x\n2. Request Method: OPTIONS\n3. Status Code: 200 OK\n"
            "1. Response Headers\n1. access-control-allow-origin: *\n"
            "1. Request Headers\n1. access-control-request-headers: authorization\n"
            "1. access-control-request-method: POST\n1. origin: https://b.example\n"
        ),
    ],
    ids=["values on lines of their own", "values beside their names"],
)
def test_tables_that_came_to_lists_where_they_were_pasted(text: str) -> None:
    reading = read_source(text)
    assert (reading.method, reading.url, outcome_of(reading)) == (
        "POST", "https://a.example/x", "blocked header-disallowed-by-preflight",
    )  # fmt: skip


FORMS = {
    "an image, which no script asked for": (
        ("General:\nRequest URL: https://a.example/x.png\nRequest Method: GET\nStatus Code: 200 OK\n\n"
         "Response Headers:\nContent-Type: image/png\n\nRequest Headers:\nReferer: https://b.example/\n"),
        "GET https://a.example/x.png", "opaque opaque-response",
    ),
    "a script's request of an image": (
        ("Request URL: https://a.example/x.png\nRequest Method: GET\nStatus Code: 200 OK\nResponse Headers\n"
         "Content-Type: image/png\nRequest Headers\nOrigin: https://b.example\nReferer: https://b.example/\n"),
        "GET https://a.example/x.png", "blocked allow-origin-missing",
    ),
    "a request without its version": (
        ("```http\nDELETE /x/{id}\nHost: a.example\nOrigin: https://b.example\n```\n**Response:**\n```http\n"
         "HTTP/1.1 204 No Content\nServer: s\n```\n"),
        "DELETE https://a.example/x/{id}", "blocked allow-origin-missing",
    ),
    "arrows between names and values": (
        ("Access-Control-Allow-Methods \u2192GET, POST\nAccess-Control-Allow-Origin \u2192https://b.example\n"
         "Content-Type \u2192application/json\n"),
        "POST https://api.example/", "readable",
    ),
    "an object under the title of headers": (
        ("Request: /items\nStatus: 200\nLatency: 120 ms\nResponse Body\n{\"items\":[]}\nResponse Headers\n"
         "{\"Content-Type\":\"application/json\",\"Access-Control-Allow-Origin\":\"*\"}\nLogs\n"),
        "GET https://api.example/", "readable",
    ),
    "quoted in a reply, and indented there": (
        ("> It looks like this:\n>\n>     $ curl -i -X OPTIONS https://a.example/x -H \"Origin: https://b.example\" "
         "-H \"Access-Control-Request-Method: DELETE\"\n>     HTTP/2 200\n"
         ">     access-control-allow-origin: https://b.example\n"
         ">     access-control-allow-methods: GET\n>\n> any ideas?\n"),
        "DELETE https://a.example/x", "blocked method-disallowed-by-preflight",
    ),
    "a command in a container": (
        ("   ```sh\n   kubectl -n ns exec deploy/client -- curl -i http://a.example:8000/x \\\n"
         "    -H 'Origin: http://b.example'\n   ```\n   Example output:\n   ```console\n"
         "   < HTTP/1.1 200 OK\n   < access-control-allow-origin: *\n   ```\n"),
        "GET http://a.example:8000/x", "readable",
    ),
    "a command behind a prompt in brackets": (
        ("[user@host ~]# curl -v http://a.example/x -H 'Origin: http://b.example' --http2-prior-knowledge\n"
         "> GET /x HTTP/2\n> Host: a.example\n> Origin: http://b.example\n>\n"
         "< HTTP/2 200\n< access-control-allow-origin: *\n<\n"),
        "GET http://a.example/x", "readable",
    ),
    "the preflight and the request of curl -v": (
        ("$ curl -v -X OPTIONS https://a.example/x -H 'Origin: https://b.example' "
         "-H 'Access-Control-Request-Method: PUT'\n"
         "< HTTP/2 204\n< access-control-allow-origin: https://b.example\n< access-control-allow-methods: PUT\n<\n"
         "$ curl -v -X PUT https://a.example/x -H 'Origin: https://b.example' -d @f -H 'Content-Type: text/plain'\n"
         "< HTTP/2 200\n< content-type: text/plain\n<\nok\n"),
        "PUT https://a.example/x", "blocked allow-origin-missing",
    ),
    "a request that needs a preflight, without one": (
        ("$ curl -i https://a.example/x -H 'Origin: https://b.example' -H 'Authorization: Bearer t'\n"
         "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n"),
        "GET https://a.example/x", "not known",
    ),
    "without a preflight, but blocked in any case": (
        ("$ curl -i https://a.example/x -H 'Origin: https://b.example' -H 'Authorization: Bearer t'\n"
         "HTTP/1.1 200 OK\nServer: nginx\n"),
        "GET https://a.example/x", "blocked allow-origin-missing",
    ),
    "names and values in lines of their own": (
        ("Request URL:\nhttps://a.example/x\nRequest Method:\nGET\nStatus Code:\n200 OK\nResponse Headers\n"
         "access-control-allow-origin:\nhttps://b.example\nRequest Headers\norigin:\nhttps://b.example\n"),
        "GET https://a.example/x", "readable",
    ),
    "Safari's summary": (
        ("Summary\nURL: https://a.example/x\nStatus: 200\nSource: Network\nAddress: 192.0.2.1:443\n\n"
         "Request\n:method: GET\n:scheme: https\n:authority: a.example\n:path: /x\nOrigin: https://b.example\n\n"
         "Response\n:status: 200\nServer: nginx\n"),
        "GET https://a.example/x", "blocked allow-origin-missing",
    ),
    "an interim answer before the answer": (
        ("> POST /x HTTP/1.1\n> Host: a.example\n> Origin: https://b.example\n>\n< HTTP/1.1 100 Continue\n<\n"
         "< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: https://b.example\n<\n"),
        "POST https://a.example/x", "readable",
    ),
    "a chain of redirects of curl -iL": (
        ("$ curl -iL https://a.example/x -H 'Origin: https://b.example'\n"
         "HTTP/1.1 302 Found\nLocation: /y\nAccess-Control-Allow-Origin: *\n\n"
         "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n"),
        "GET https://a.example/x", "readable",
    ),
    "a prompt with an environment, a user and a folder": (
        ("(base) ada@host dir % curl -i http://a.example/x -H 'Origin: http://b.example'\nHTTP/1.1 200 OK\n"
         "Access-Control-Allow-Origin: *\n"),
        "GET http://a.example/x", "readable",
    ),
    "a prompt of zsh behind a body": (
        ("\u279c  ~ curl -i https://a.example/y\nHTTP/1.1 200 OK\nServer: s\n\n{}\u279c  ~ curl -i https://a.example/x\n"
         "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n"),
        "GET https://a.example/x", "readable",
    ),
    "a command in a sentence": (
        ("With `curl -i -X OPTIONS https://a.example/x -H 'Origin: https://b.example'` I get:\n```\n"
         "HTTP/2 200\naccess-control-allow-origin: https://b.example\naccess-control-allow-methods: PUT\n```\n"),
        "PUT https://a.example/x", "readable",
    ),
    "times before each line": (
        ("10:00:00.1 $ curl -v https://a.example/x\n10:00:00.2 > GET /x HTTP/1.1\n10:00:00.2 > Host: a.example\n"
         "10:00:00.2 > Origin: https://b.example\n10:00:00.2 >\n10:00:00.3 < HTTP/1.1 200 OK\n"
         "10:00:00.3 < Access-Control-Allow-Origin: *\n10:00:00.3 <\n"),
        "GET https://a.example/x", "readable",
    ),
    "a name of a program before each line": (
        "".join(f"api-1  | {line}\n" for line in (
            "GET /x HTTP/1.1", "Host: a.example", "Origin: https://b.example", "", "HTTP/1.1 200 OK", "Server: s")),
        "GET https://a.example/x", "blocked allow-origin-missing",
    ),
    "lines of curl in the comments of a shell": (
        ("curl -v -H 'Origin: https://b.example' https://a.example/x\n\n# It says:\n# < HTTP/1.1 200 OK\n"
         "# < access-control-allow-origin: *\n"),
        "GET https://a.example/x", "readable",
    ),
    "a quote of a header beside a table": (
        ("Request URL:https://a.example/x\nRequest Method:OPTIONS\nStatus Code:200 OK\n\nRequest Headers\n"
         "Access-Control-Request-Method:PUT\nOrigin:https://b.example\n\n"
         "> Access-Control-Request-Method: PUT tells the server what follows\n\nResponse Headers\n"
         "Access-Control-Allow-Origin:*\nAccess-Control-Allow-Methods: PUT\n"),
        "PUT https://a.example/x", "readable",
    ),
    "a request that asks for no method, beside an answer that lists some": (
        ("Access-Control-Allow-Methods: GET, POST\nAccess-Control-Allow-Origin: https://b.example\n"
         "Provisional headers are shown\nContent-Type: multipart/form-data; boundary=x\nOrigin: https://b.example\n"
         "x-operation: 1\n"),
        "POST https://api.example/", "not known",
    ),
    "an answer in the comments of a shell": (
        ("curl -I -H 'Origin: https://b.example' https://a.example/x\n# HTTP/1.1 200 OK\n"
         "# access-control-allow-origin: *\n"),
        "HEAD https://a.example/x", "readable",
    ),
    "marks as HTML writes them": (
        ("&gt; GET /x HTTP/1.1\n&gt; Host: a.example\n&gt; Origin: https://b.example\n&gt;\n&lt; HTTP/1.1 200 OK\n"
         "&lt; access-control-allow-origin: *\n"),
        "GET https://a.example/x", "readable",
    ),
    "a blank line behind each line": (
        ("GET /x HTTP/1.1\n\nHost: a.example\n\nOrigin: https://b.example\n\nHTTP/1.1 200 OK\n\nServer: s\n\n"
         "Access-Control-Allow-Origin: *\n"),
        "GET https://a.example/x", "readable",
    ),
    "tables of Markdown, a status before its URL": (
        ("- **Method**: OPTIONS\n- **Status Code**: 204\n- **URL**: https://a.example/x\n\n## Request Headers\n\n"
         "| **Request Headers (2)** | |\n| --- | --- |\n| **origin** | https://b.example |\n"
         "| **access-control-request-method** | PUT |\n\n## Response Headers\n\n| --- | --- |\n"
         "| **access-control-allow-origin** | * |\n| **access-control-allow-methods** | GET |\n"),
        "PUT https://a.example/x", "blocked method-disallowed-by-preflight",
    ),
    "Firefox's copy of all headers": (
        ('{"GET": {"scheme": "https", "host": "a.example", "filename": "/x", "query": {"q": "1"}}}\n'
         '{"Status": "200", "Version": "HTTP/2"}\n'
         '{"Response Headers (99 B)": {"headers": [{"name": "access-control-allow-origin", "value": "*"}]}}\n'
         '{"Request Headers (99 B)": {"headers": [{"name": "Origin", "value": "https://b.example"}]}}'),
        "GET https://a.example/x?q=1", "readable",
    ),
    "what Python's http.client prints": (
        ("send: b'GET /x HTTP/1.1\\r\\nHost: a.example\\r\\nOrigin: https://b.example\\r\\n\\r\\n'\n"
         "reply: 'HTTP/1.1 200 OK\\r\\n'\nheader: Access-Control-Allow-Origin: *\n"),
        "GET https://a.example/x", "readable",
    ),
    "the headers of PowerShell as a table": (
        ("PS C:\\> (iwr https://a.example/x -Headers @{Origin='https://b.example'}).Headers\n\nKey                    "
         "     Value\n---                         -----\nAccess-Control-Allow-Origin {https://b.example}\n"
         "Date                        {today}\n"),
        "GET https://a.example/x", "readable",
    ),
    "the line of a console beside an answer alone": (
        ("Access to fetch at 'https://a.example/x' from origin 'https://b.example' has been blocked by CORS policy: No "
         "'Access-Control-Allow-Origin' header is present on the requested resource.\n\nHTTP/1.1 200 OK\nServer: s\n"),
        "GET https://a.example/x", "blocked allow-origin-missing",
    ),
    "what -Lv shows of the redirect": (
        ("$ curl -Lv https://a.example/x -H 'Origin: https://b.example'\n> GET /x HTTP/1.1\n> Host: a.example\n"
         "> Origin: https://b.example\n>\n< HTTP/1.1 302 Found\n< Location: /y\n<\n"
         "* Issue another request to this URL: 'https://a.example/y'\n> GET /y HTTP/1.1\n> Host: a.example\n>\n"
         "< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: *\n<\n"),
        "GET https://a.example/x", "blocked allow-origin-missing",
    ),
    "a browser's page is not told, but an origin is allowed": (
        ("$ curl -i https://a.example/x\nHTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://b.example\n"),
        "GET https://a.example/x", "readable",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_transcripts(name: str) -> None:
    text, asks, comes_to = FORMS[name]
    reading = read_source(text)
    assert f"{reading.method} {reading.url}" == asks
    assert outcome_of(reading) == comes_to


def test_both_streams_of_curl_one_behind_the_other_count_once() -> None:
    head = "HTTP/1.1 200 OK\nServer: s\n{}Access-Control-Allow-Origin: *\n\n"
    marked = "".join(f"< {line}\n" for line in head.format("...\n").split("\n")[:-1])
    plain = head.format("Vary: Origin\n")
    reading = read_source(f"> GET /x HTTP/1.1\n> Host: a.example\n>\n{marked}{plain}{{}}\n")
    assert (reading.further, outcome_of(reading)) == ((), "readable")


def test_what_was_sent_counts_before_what_the_command_says() -> None:
    reading = read_source(
        "$ curl -v http://a.example/ -H 'Origin: http://b.example'\n> GET /hello HTTP/1.1\n> Host: a.example\n"
        "> Origin: http://b.example\n>\n< HTTP/1.1 200 OK\n< Server: s\n"
    )
    assert reading.url == "http://a.example/hello"
    assert [guess.why for guess in reading.guessed if guess.what == "url"] == [
        "the command asks for http://a.example/, and the lines of what was sent tell this"
    ]


def test_what_was_sent_counts_before_the_headers_of_the_command_too() -> None:
    reading = read_source(
        "curl -v -X OPTIONS http://a.example/x -H 'Origin: http://b.example' -H 'Access-Control-Request-Method: GET'\n"
        "> OPTIONS /x HTTP/1.1\n> Host: a.example\n> Origin: http://c.example\n> Access-Control-Request-Method: PUTx\n"
        "> Access-Control-Request-Method: PUT\n>\n< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: *\n"
        "< Access-Control-Allow-Methods: PUT\n"
    )
    assert (reading.method, outcome_of(reading)) == ("PUT", "readable")
    told = {guess.what: guess.why for guess in reading.guessed}
    assert told["headers.origin"].startswith("the command says http://b.example, and the lines")
    assert told["headers.access-control-request-method"].startswith("the command says GET, and")


def test_a_host_that_is_a_placeholder_is_no_url(tmp_path: Path) -> None:
    from tests.cli.running import corssim

    path = tmp_path / "answers.txt"
    path.write_text("> GET /x HTTP/1.1\n> Host: <ip>\n>\n< HTTP/1.1 200 OK\n< Server: s\n", encoding="utf-8")
    assert "is no URL, as where a name stands in for a host" in corssim("check", "--answers", str(path)).err


WITHOUT_CORS = "HTTP/1.1 {}\nServer: s\n"
ASKED = "-H 'Origin: https://b.example'"
PREFLIGHT = f"-X OPTIONS {ASKED} -H 'Access-Control-Request-Method: PUT'"


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        (f"$ curl -i https://a.example/x\n{WITHOUT_CORS.format('200 OK')}", "no Origin was sent"),
        (f"$ curl -i -X OPTIONS https://a.example/x\n{WITHOUT_CORS.format('405 No')}", "no Origin was sent"),
        (
            f"$ curl -i -X OPTIONS {ASKED} https://a.example/x\n{WITHOUT_CORS.format('405 No')}",
            "no Access-Control-Request-Method was sent",
        ),
        (WITHOUT_CORS.format("200 OK"), "the request is not in there"),
        (f"$ curl -i {ASKED} https://a.example/x\n{WITHOUT_CORS.format('200 OK')}...\n", "headers of the answer"),
        (f"$ curl -i {ASKED} https://a.example/x | grep -i server\nServer: s\n", "headers of the answer"),
        (f"$ curl -i {PREFLIGHT} https://a.example/x\n{WITHOUT_CORS.format('405 No')}...\n", ""),
        (f"$ curl -i {ASKED} https://a.example/x\n{WITHOUT_CORS.format('200 OK')}", ""),
        ("$ curl -i http://a.example/\nHTTP/1.1 301 Moved\nLocation: https://a.example/\n", ""),
    ],
    ids=[
        "without an Origin", "OPTIONS without an Origin", "OPTIONS that is no preflight", "an answer alone",
        "headers cut", "headers filtered", "a status that stops it though headers are cut", "asked as a page does",
        "a redirect to https:",
    ],
)  # fmt: skip
def test_what_a_page_would_perhaps_get_otherwise_is_not_known(text: str, is_open: str) -> None:
    from corssim.cli.given_answers import undecided_by

    reading = read_source(text)
    placed = reading if reading.page is not None else reading.with_page(default_page_for(reading.url))
    outcome = run_scenario(placed.scenario()).steps[0].outcome
    assert outcome is not None
    assert not outcome.allowed
    assert "; ".join(undecided_by(reading.rules, reading.missing, outcome, None)).startswith(is_open)
    assert bool(undecided_by(reading.rules, reading.missing, outcome, None)) is bool(is_open)


def test_answers_that_a_program_printed_one_below_the_other_are_not_one() -> None:
    answer = "Content-Type: text/html\nAccess-Control-Allow-Origin: *\n"
    reading = read_source(f"Headers for GET /:\n{answer}\n\nHeaders for OPTIONS /:\n{answer}\n")
    assert [outcome_of(each) for each in (reading, *reading.further)] == ["readable", "readable"]
    assert outcome_of(read_source("Access-Control-Allow-Origin : *\n\nAccess-Control-Allow-Origin : b\n")) == (
        "blocked allow-origin-multiple"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Access-Control-Allow-Headers: ['Origin', 'X-A']\n",
        "Request Method: https://a.example\nStatus Code: 204\nVary: Origin\n",
    ],
    ids=["names that no header has", "a method that is none"],
)
def test_what_no_request_can_have_is_not_asked_for(text: str, tmp_path: Path) -> None:
    from tests.cli.running import corssim

    path = tmp_path / "answers.txt"
    path.write_text(text, encoding="utf-8")
    assert corssim("check", "--answers", str(path)).err == ""


def test_a_host_in_capitals_is_the_same(tmp_path: Path) -> None:
    from tests.cli.running import corssim

    path = tmp_path / "answers.txt"
    path.write_text("GET http://A.Example/x HTTP/1.1\nOrigin: http://b.example\n\nHTTP/1.1 200 OK\n"
                    "Access-Control-Allow-Origin: *\n", encoding="utf-8")  # fmt: skip
    told = corssim("check", "--answers", str(path)).out
    assert "READABLE GET" in told


def test_an_answer_to_head_has_no_body(tmp_path: Path) -> None:
    from tests.cli.running import corssim

    path = tmp_path / "answers.txt"
    path.write_text(f"$ curl -I {ASKED} https://a.example/x\nHTTP/2 200\naccess-control-allow-origin: *\n")
    assert "no body" in corssim("check", "--answers", str(path)).out


@pytest.mark.parametrize("text", ["> GET / HTTP/1.1\n> Host: a.example\n", "Request URL: https://a.example/"])
def test_a_transcript_without_an_answer_is_one_line(text: str) -> None:
    from corssim.scenario.sources.transcript import read_transcript

    with pytest.raises(UnreadableSource, match="no answer is in the text"):
        read_transcript(text)


@pytest.mark.parametrize(
    "text",
    ["HTTP/1.1 200 OK\nA: b\n\nx" + " " * 20_000 + "y", "HTTP/1.1 200 OK\nA: b\n" + " \n" * 20_000 + "y"],
    ids=["blanks in a line", "blank lines"],
)
def test_blanks_without_end_are_passed_over(text: str) -> None:
    assert is_transcript(text)
    assert [exchange.status for exchange in exchanges_of(text)] == [200]


def test_blank_lines_alone_are_no_transcript() -> None:
    assert not is_transcript(" \n" * 20_000)


@pytest.mark.parametrize("blank", ["<", "< "], ids=["a mark alone", "a mark and a blank"])
def test_what_stands_behind_the_marked_end_of_headers_is_no_header(blank: str) -> None:
    text = (
        "> GET /x HTTP/1.1\n> Host: api.example\n> Origin: https://app.example\n>\n"
        f"< HTTP/1.1 200 OK\n< Content-Type: text/plain\n{blank}\nAccess-Control-Allow-Origin: *\ntoken: a\n"
    )
    rule = read_source(text).rules[-1]
    assert rule.headers == [("Content-Type", "text/plain")]
