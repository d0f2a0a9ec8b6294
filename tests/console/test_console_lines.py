"""What console lines are made of, beyond what the recordings show."""

from __future__ import annotations

import pytest

from corssim import Browser, BrowserProfile, MockServer
from corssim.console import chromium_texts, console_lines, firefox_texts, webkit_texts
from corssim.console.template import Template
from corssim.diagnosis.console_lines.read import read_console
from corssim.fetch.browsers.chromium import CHROMIUM
from corssim.fetch.browsers.firefox import FIREFOX
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.browsers.webkit import WEBKIT
from corssim.fetch.reasons import Reason
from corssim.fetch.wire import FailureKind, NetworkFailure

API, PAGE = "https://api.example/x", "https://app.example/"
FAILED = "Failed to load resource: net::ERR_FAILED"
REACHABLE = {"Access-Control-Allow-Origin": "*"}
CREDENTIALED = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}


def blocked(profile: object, acao: str = "https://other.example", **fetch: object) -> list[str]:
    server = MockServer().route("*", headers={"Access-Control-Allow-Origin": acao})
    page = Browser(server, profile=profile).page(PAGE)  # type: ignore[arg-type]
    return page.fetch(API, **fetch).console  # type: ignore[arg-type]


def test_the_standard_has_no_console() -> None:
    assert blocked(STANDARD) == []


@pytest.mark.parametrize("profile", [CHROMIUM, FIREFOX, WEBKIT], ids=lambda profile: profile.name)
def test_the_wording_follows_the_profiles_field_and_not_its_name(profile: BrowserProfile) -> None:
    renamed = profile.changed("name", "mine")
    assert blocked(renamed) == blocked(profile) != []


@pytest.mark.parametrize("profile", [CHROMIUM, FIREFOX, WEBKIT], ids=lambda profile: profile.name)
@pytest.mark.parametrize(
    "hostile",
    ["\x1b[31mred", "a\x00b", "a\x9bb", "a\x7fb"],
    ids=["escape sequence", "null", "C1 control", "delete"],
)
def test_control_characters_of_a_server_are_not_printed(profile: object, hostile: str) -> None:
    server = MockServer().route("*", "OPTIONS", headers={**REACHABLE, "Access-Control-Allow-Methods": f"PUT {hostile}"})
    server.route("*", "GET", headers={"Access-Control-Allow-Origin": hostile})
    page = Browser(server, profile=profile).page(PAGE)  # type: ignore[arg-type]
    lines = page.fetch(API, method="PUT").console + page.fetch(API).console
    assert lines
    assert all(line.isprintable() for line in lines)


def test_a_header_value_without_end_gives_a_line_with_one() -> None:
    assert max(map(len, blocked(CHROMIUM, "x" * 100_000))) < 5_000


def test_a_worker_of_chromium_tells_no_failed_loads() -> None:
    page = Browser(MockServer(), profile="chromium").page(PAGE)
    assert page.fetch(API).console[1:] == [FAILED]
    assert len(page.worker().fetch(API).console) == 1


def test_a_page_that_reads_headers_is_told_which_are_not_exposed() -> None:
    server = MockServer().route(
        "*", headers={**REACHABLE, "ETag": "1", "X-A": "1", "Access-Control-Expose-Headers": "x-a"}
    )
    names = ["ETag", "X-A", "Content-Length", "Set-Cookie"]
    page = Browser(server, profile="chromium").page(PAGE)
    of_xhr, of_fetch = page.xhr(API), page.fetch(API)
    assert console_lines(of_xhr.trace, CHROMIUM, headers_read=names) == [
        'Refused to get unsafe header "ETag"',
        'Refused to get unsafe header "Set-Cookie"',
    ]
    assert console_lines(of_fetch.trace, CHROMIUM, headers_read=names) == []
    assert console_lines(of_xhr.trace, WEBKIT, headers_read=names) == []


@pytest.mark.parametrize(
    ("fail", "error"),
    [
        ("dns", "ERR_NAME_NOT_RESOLVED"),
        ("timeout", "ERR_TIMED_OUT"),
        ("malformed", "ERR_INVALID_HTTP_RESPONSE"),
        ("tls", "ERR_CERT_AUTHORITY_INVALID"),
        ("refused", "ERR_CONNECTION_REFUSED"),
        ("offline", "ERR_INTERNET_DISCONNECTED"),
        ("unreachable", "ERR_FAILED"),
        ("too-large", "ERR_RESPONSE_HEADERS_TOO_BIG"),
    ],
)
def test_chromium_names_what_the_network_did(fail: str, error: str) -> None:
    server = MockServer().route("*", fail=fail)  # type: ignore[arg-type]
    assert Browser(server, profile="chromium").page(PAGE).fetch(API).console == [
        f"Failed to load resource: net::{error}"
    ]


@pytest.mark.parametrize(
    ("detail", "error"),
    [
        ("certificate verify failed: unable to get local issuer certificate", "ERR_CERT_AUTHORITY_INVALID"),
        ("certificate verify failed: certificate has expired", "ERR_CERT_DATE_INVALID"),
        (
            "certificate verify failed: Hostname mismatch",
            "ERR_CERT_COMMON_NAME_INVALID",
        ),
        ("the server does not speak TLS on this port", "ERR_CONNECTION_CLOSED"),
    ],
    ids=["issuer", "expired", "another name", "no TLS"],
)
def test_chromium_names_what_is_wrong_with_a_certificate(detail: str, error: str) -> None:
    class Failing(MockServer):
        def answer(self, request: object, *, timeout: float | None = None) -> NetworkFailure:
            return NetworkFailure(FailureKind.TLS, detail)

    assert Browser(Failing(), profile="chromium").page(PAGE).fetch(API).console == [
        f"Failed to load resource: net::{error}"
    ]


@pytest.mark.parametrize(("truncate", "body", "lines"), [(True, "x", 1), (False, "xx", 0)], ids=["cut off", "too long"])
def test_chromium_tells_of_a_body_cut_off_and_not_of_one_that_nobody_read_on(
    truncate: bool, body: str, lines: int
) -> None:
    server = MockServer().route("*", headers=REACHABLE, truncate=truncate, body=body)
    console = Browser(server, profile="chromium", max_body=1).page(PAGE).fetch(API).console
    assert console == ["Failed to load resource: net::ERR_CONTENT_LENGTH_MISMATCH"] * lines


@pytest.mark.parametrize(
    ("method", "refused", "said"),
    [
        ("PUT", "GET", "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed)."),
        ("POST", "GET", "CORS request did not succeed). Status code: (null)."),
        ("PATCH", "GET", "CORS request did not succeed). Status code: (null)."),
        ("PUT", "OPTIONS", "CORS request did not succeed). Status code: (null)."),
    ],
    ids=["PUT", "POST", "PATCH", "the preflight of a PUT"],
)
def test_firefox_takes_a_put_that_was_hung_up_on_for_an_answer(method: str, refused: str, said: str) -> None:
    allowing = {**REACHABLE, "Access-Control-Allow-Methods": "PUT, PATCH"}
    server = MockServer()
    if refused != "OPTIONS":
        server.route("*", "OPTIONS", headers=allowing)
    server.route("*", fail="reset")
    [line] = Browser(server, profile="firefox").page(PAGE).fetch(API, method=method).console
    assert line.endswith(f"(Reason: {said}")


def test_a_trace_without_a_beginning_has_no_lines() -> None:
    assert console_lines([], CHROMIUM) == []


@pytest.mark.parametrize("texts", [chromium_texts, firefox_texts, webkit_texts], ids=lambda texts: texts.__name__)
def test_no_two_lines_of_a_browser_have_the_same_text(texts: object) -> None:
    written = [template.text for template in texts.TEMPLATES]  # type: ignore[attr-defined]
    assert len(written) == len(set(written))


@pytest.mark.parametrize(
    ("text", "line", "fields"),
    [
        ("Content at {url}.", "Content at https://a/b.", {"url": "https://a/b"}),
        ("Content at {url}.", "Content at https://a/b", {"url": "https://a/b"}),
        ("Content at {url}.", "Content at https://a/b.c. More", {"url": "https://a/b.c"}),
        ("It is ‘{value}’, so", "It is 'a 'b' c', so", {"value": "a 'b' c"}),
        ("{url} and {url} again", "https://a and https://a again", {"url": "https://a"}),
    ],
    ids=["full stop", "full stop lost", "dots in the URL", "quotes in the value", "the same field twice"],
)
def test_a_template_reads_what_it_prints(text: str, line: str, fields: dict[str, str]) -> None:
    found = Template(text).compile({}).match(line)
    assert found is not None
    assert found.groupdict() == fields


@pytest.mark.parametrize(
    ("text", "line"),
    [("net::ERR_A", "net::ERR_AB"), ("{url} and {url} again", "https://a and https://b again")],
    ids=["a longer word", "two URLs for one"],
)
def test_a_template_does_not_read_another_line(text: str, line: str) -> None:
    assert Template(text).compile({}).match(line) is None


def printed(
    profile: object, url: str, element: str, *, page: dict[str, str] | None = None, **answer: object
) -> list[str]:
    server = MockServer().route("*", **answer)  # type: ignore[arg-type]
    document = Browser(server, profile=profile).page(PAGE, page or {})  # type: ignore[arg-type]
    return document.load(element, url).console  # type: ignore[arg-type]


def test_chromium_names_the_type_of_what_is_no_module() -> None:
    (line,) = printed(CHROMIUM, API, "module", headers={**REACHABLE, "Content-Type": "text/html"})
    assert line.startswith("Failed to load module script: Expected a JavaScript-or-Wasm module script")
    assert 'MIME type of "text/html"' in line


def test_chromium_calls_no_upgrade_a_redirect() -> None:
    server = MockServer().route("*", status=404)
    page = Browser(server, profile=CHROMIUM).page(PAGE, {"Content-Security-Policy": "upgrade-insecure-requests"})
    first, *_ = page.fetch("http://api.example/x", method="PUT").console
    assert first.startswith(f"Access to fetch at '{API}' from origin")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param({"status": 404, "headers": {"Content-Type": "x/x"}}, "after sniff: status code", id="an error"),
        pytest.param({"status": 206}, "response status is 206 and not first partial response", id="a later part"),
        pytest.param({"headers": {"Content-Type": "x/x"}, "body": "not a script"}, "Javascript validation", id="text"),
    ],
)
def test_firefox_says_why_an_opaque_response_is_blocked(answer: dict[str, object], why: str) -> None:
    assert f"Reason: “{why}" in printed(FIREFOX, API, "img", **answer)[0]


def test_firefox_names_the_url_that_an_image_was_upgraded_to() -> None:
    upgraded, refused = printed(
        FIREFOX, "http://api.example/x", "img", page={"Cross-Origin-Embedder-Policy": "require-corp"}
    )
    assert "‘http://api.example/x’" in upgraded
    assert f"“{API}”" in refused


def test_webkit_says_that_a_handshake_was_not_accepted() -> None:
    refused = Browser(MockServer().route("*", status=403), profile=WEBKIT).page(PAGE).web_socket("wss://api.example/w")
    (line,) = refused.console
    assert line.endswith("'wss://api.example/w' failed: The server did not accept the WebSocket handshake.")
    (read,) = read_console(line)
    assert (read.browser, read.reason, read.url) == ("webkit", Reason.WEB_SOCKET_REFUSED, "wss://api.example/w")


def test_a_redirect_of_the_browser_itself_has_no_answer() -> None:
    server = MockServer().route("*", headers=REACHABLE | {"Strict-Transport-Security": "max-age=600"})
    page = Browser(server, profile="chromium").page("http://app.test/")
    page.fetch("https://api.test/")
    upgraded = page.fetch("http://api.test/")
    assert (upgraded.allowed, upgraded.console) == (True, [])


@pytest.mark.parametrize(
    ("top", "frame", "named"),
    [
        (PAGE, None, PAGE),
        (PAGE, "https://widget.test/f", PAGE),
        ("http://plain.test/", "https://widget.test/f", "https://widget.test/f"),
    ],
    ids=["a page", "a frame of a secure page", "a secure frame of another page"],
)
def test_chromium_names_the_outermost_page_that_mixes_content(top: str, frame: str | None, named: str) -> None:
    page = Browser(MockServer(), profile="chromium").page(top)
    (said,) = (page if frame is None else page.frame(frame)).fetch("http://api.example/x").console
    assert said.startswith(f"Mixed Content: The page at '{named}' was loaded over HTTPS, but requested an insecure ")


def test_chromium_says_that_a_socket_needs_wss() -> None:
    outcome = Browser(MockServer(), profile="chromium").page(PAGE).web_socket("ws://api.example/x")
    (said,) = outcome.console
    assert said.startswith(f"Mixed Content: The page at '{PAGE}' was loaded over HTTPS, but attempted to connect to ")
    assert said.endswith("the insecure WebSocket endpoint 'ws://api.example/x'. This request has been blocked; this "
                         "endpoint must be available over WSS.")  # fmt: skip


LOCAL, GRANTED = "https://nas.example/x", {"local-network": "granted"}


@pytest.mark.parametrize(
    ("through", "permissions", "said"),
    [
        ("fetch", GRANTED, []),
        (
            "xhr",
            GRANTED,
            ["Local Network Access detected: top-level site “(empty)”, initiator “https://app.example/w.js”"],
        ),
        ("xhr", {}, ["Local Network Access permission required: top-level site “(empty)”"]),
    ],
    ids=["fetch", "XMLHttpRequest", "XMLHttpRequest before the user has decided"],
)
def test_firefox_knows_no_page_of_a_worker(through: str, permissions: dict[str, str], said: list[str]) -> None:
    server = MockServer().route("*", headers=REACHABLE)
    browser = Browser(server, profile=FIREFOX, permissions=permissions, addresses={"nas.example": "10.0.0.2"})
    lines = getattr(browser.page(PAGE).worker("w.js"), through)(LOCAL).console
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))


def test_firefox_says_nothing_of_a_local_network_that_its_cache_answers_for() -> None:
    server = MockServer().route("*", headers=REACHABLE | {"Cache-Control": "max-age=600"})
    browser = Browser(server, profile=FIREFOX, permissions=GRANTED, addresses={"nas.example": "10.0.0.2"})
    page = browser.page(PAGE)
    assert [len(page.fetch(LOCAL).console) for _ in range(2)] == [1, 0]


def test_firefox_waits_for_the_user_after_a_redirect_without_a_word_of_failure() -> None:
    server = MockServer().route(API, status=302, headers=REACHABLE | {"Location": LOCAL})
    (said,) = Browser(server, profile=FIREFOX, addresses={"nas.example": "10.0.0.2"}).page(PAGE).fetch(API).console
    assert said.startswith("Local Network Access permission required")


@pytest.mark.parametrize(("through", "withheld"), [(API, ["l", "s"]), (PAGE + "next", [])], ids=["away", "at home"])
def test_firefox_names_the_cookies_that_a_redirect_kept_back(through: str, withheld: list[str]) -> None:
    server = MockServer().route(PAGE + "start", status=302, headers={"Location": through})
    server.route(through, status=302, headers=CREDENTIALED | {"Location": PAGE + "end"})
    cookies = [f"{name}=1; SameSite={kind}; Secure" for name, kind in (("l", "Lax"), ("s", "Strict"), ("n", "None"))]
    server.route(PAGE, headers=[("Set-Cookie", cookie) for cookie in cookies])
    server.route("*", headers=CREDENTIALED)
    browser = Browser(server, profile=FIREFOX)
    browser.visit(PAGE)
    lines = browser.page(PAGE).load("img", PAGE + "start").console
    told = [line.split("“")[1].partition("”")[0] for line in lines if "because of a cross-site redirect" in line]
    assert told == withheld


def test_chromium_says_no_more_of_a_frame_that_a_policy_forbids_than_its_origin() -> None:
    page = Browser(MockServer(), profile="chromium").page(PAGE, {"Content-Security-Policy": "frame-src 'none'"})
    (said,) = page.load("iframe", "https://api.example/secret").console
    assert said.startswith("Framing 'https://api.example/' violates ")
    assert said.endswith("The request has been blocked.\n")


AT = {"nas.example": "10.0.0.2", "loop.example": "127.0.0.1"}


def test_firefox_names_the_page_that_wrote_a_srcdoc() -> None:
    page = Browser(MockServer(), profile=FIREFOX, addresses=AT).page(PAGE).frame(srcdoc=True)
    assert f"initiator “{PAGE}”, " in page.fetch(LOCAL).console[0]


def test_firefox_tells_of_a_local_network_where_a_fetch_ended_alone() -> None:
    server = MockServer().route(LOCAL, status=302, headers=REACHABLE | {"Location": API})
    server.route("*", headers=REACHABLE)
    page = Browser(server, profile=FIREFOX, permissions=GRANTED, addresses=AT).page(PAGE)
    assert (page.fetch(LOCAL).console, len(page.fetch(LOCAL + "2").console)) == ([], 1)


@pytest.mark.parametrize(
    ("permissions", "told"),
    [
        ({}, [":0"]),
        ({"loopback-network": "denied"}, [":0"]),
        ({"loopback-network": "granted"}, [":0", "127.0.0.1:443"]),
    ],
    ids=["undecided", "denied", "granted"],
)
def test_firefox_asks_for_this_machine_over_tls_before_there_is_a_connection(
    permissions: dict[str, str], told: list[str]
) -> None:
    server = MockServer().route("*", headers=REACHABLE)
    page = Browser(server, profile=FIREFOX, permissions=permissions, addresses=AT).page(PAGE)
    frame = page.frame("https://widget.test/", allow="loopback-network")
    lines = [line for line in frame.fetch("https://loop.example/x").console if "Local Network" in line]
    assert [line.partition("” (")[2].partition(")")[0] for line in lines] == told
    assert all(read_console(line)[0].is_known for line in lines)


@pytest.mark.parametrize("element", ["script", "module"])
def test_firefox_does_not_call_a_script_failed_that_waits_for_the_user(element: str) -> None:
    (said,) = Browser(MockServer(), profile=FIREFOX, addresses=AT).page(PAGE).load(element, LOCAL).console
    assert said.startswith("Local Network Access permission required")


def test_firefox_names_a_font_by_its_family_if_it_is_told() -> None:
    server = MockServer().route("*", status=404, headers=REACHABLE)
    page = Browser(server, profile=FIREFOX).page(PAGE)
    assert page.load("font", API).console == []
    (line,) = page.load("font", API, family="Inter").console
    assert line == (
        'downloadable font: download failed (font-family: "Inter" style:normal weight:400 stretch:100 src index:0): '
        f"status=2147746065 source: {API}"
    )
