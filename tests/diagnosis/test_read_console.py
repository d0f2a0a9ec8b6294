"""Reading console lines back: every recorded template, whole pastes, hostile text, and the commands offered."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim import Browser
from corssim.cli.main import build_parser
from corssim.console import chromium_texts, firefox_texts, webkit_texts
from corssim.diagnosis.console_lines import table
from corssim.diagnosis.console_lines.read import LONGEST_PASTE, read_console
from corssim.diagnosis.console_lines.reading import UNKNOWN, ConsoleReading
from corssim.diagnosis.console_lines.topics import NOTES, nearest_topic
from corssim.diagnosis.explanations import entry_named
from corssim.fetch.reasons import Reason, Stage

from ..conformance import replay as replaying

if TYPE_CHECKING:
    from corssim.diagnosis.console_lines.table import Wording

TESTS = Path(__file__).parents[1]

# --- every template -------------------------------------------------------------------------------------------------

_FILLED = {
    "Expected meta<URL>": "Expected metadata:",  # the URL there is an artefact of how the list was made
    "<URL>": "https://api.example/x",
    "<ORIGIN>": "https://app.example",
    "<KIND>": "fetch",
    "<VALUE>": "https://other.example",
    "<NAME>": "x-a",
    "<METHOD>": "PUT",
    "<N>": "404",
    "<REASON>": "Not Found",
    "<SCHEME>": "ftp",
    "<DIRECTIVE>": "connect-src 'self'",
    "<MIME>": "text/plain",
    "<TOKEN>": "P@T",
}


def _templates() -> list[tuple[str, str, str]]:
    found, browser = [], ""
    for line in (TESTS / "data" / "browser-truth" / "console-templates.txt").read_text().splitlines():
        if heading := re.match(r"== (\w+)", line):
            browser = heading[1]
        elif row := re.match(r"\[(.*?)\] (.*)$", line):
            found.append((browser, row[1], ast.literal_eval(row[2])))
    return found


TEMPLATES = _templates()


def _instance(template: str, *, optional: bool = True) -> str:
    text = re.sub(r"\[( [^\[\]]*)\]", r"\1" if optional else "", template)
    for placeholder, value in _FILLED.items():
        text = text.replace(placeholder, value)
    return text


_REPEATS = "it only says that something failed; the line beside it says why"
NOT_ABOUT_A_BLOCK = {
    ("chromium", "Failed to load resource: net::ERR_FAILED"): _REPEATS,
    ("chromium", "Failed to load resource: the server responded"): "an error status blocks nothing",
    ("chromium", "Refused to get unsafe header"): "script asked for a header that is not exposed",
    ("chromium", "Refused to set unsafe header"): "the header is left out, the request goes on",
    ("chromium", "A preload for"): "the fetch is made anew",
    ("chromium", "Connecting to '<URL>' violates"): "report-only",
    ("chromium", "Mixed Content:"): "upgraded, or let through",
    ("firefox", "Cross-Origin Request Warning"): "a warning of what will be",
    ("firefox", "Content-Security-Policy: (Report-Only"): "report-only",
    ("firefox", "Content-Security-Policy: Upgrading"): "upgraded",
    ("firefox", "downloadable font"): _REPEATS,
    ("firefox", "Attempt to set a forbidden header"): "the header is left out, the request goes on",
    ("firefox", "Synchronous XMLHttpRequest"): "about the page's script",
    ("firefox", "Firefox can’t establish"): _REPEATS,
    ("firefox", "The character encoding"): "about a document",
    ("firefox", "This page is in Quirks Mode"): "about a document",
    ("firefox", "The script from"): "it was loaded",
    ("firefox", "Mixed Content: Upgrading"): "upgraded",
    ("firefox", "Loading failed for the <script>"): _REPEATS,
    ("firefox", "Module source URI"): _REPEATS,
    ("firefox", "<script> source URI"): _REPEATS,
    ("firefox", "Referrer Policy"): "the Referer is shorter",
    ("firefox", "The hash contained"): "the attribute is ignored",
    ("firefox", "Cookie “"): "a cookie is refused, not a fetch",
    ("firefox", "XML Parsing Error"): "script gets the text",
    ("webkit", "CONSOLE JS ERROR Fetch API cannot load <URL> due"): _REPEATS,
    ("webkit", "CONSOLE JS ERROR XMLHttpRequest cannot load"): _REPEATS,
    ("webkit", "CONSOLE JS ERROR EventSource cannot load"): _REPEATS,
    ("webkit", "CONSOLE SECURITY ERROR Cannot load image"): _REPEATS,
    ("webkit", "CONSOLE JS ERROR Cross-origin script load denied"): _REPEATS,
    ("webkit", "CONSOLE SECURITY ERROR Not allowed to request resource"): _REPEATS,
    ("webkit", "CONSOLE NETWORK ERROR Beacon API cannot load <URL> Not allowed"): _REPEATS,
    ("webkit", "CONSOLE JS ERROR Refused to set unsafe header"): "the header is left out, the request goes on",
    ("webkit", "CONSOLE SECURITY ERROR [Report Only]"): "report-only",
    ("webkit", "CONSOLE SECURITY WARN The page at"): "upgraded, or let through",
    ("webkit", "CONSOLE JS WARN ArrayBuffer"): "about the page's script",
}
"""Templates, by how they begin, that tell of no reason, and why."""

BY_TAG = {
    "AllowOriginMismatch": Reason.ALLOW_ORIGIN_MISMATCH,
    "CorsDisabledScheme": Reason.REDIRECT_SCHEME_NOT_HTTP,
    "HeaderDisallowedByPreflightResponse": Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
    "InvalidAllowCredentials": Reason.ALLOW_CREDENTIALS_NOT_TRUE,
    "InvalidAllowHeadersPreflightResponse": Reason.ALLOW_HEADERS_UNPARSABLE,
    "InvalidAllowMethodsPreflightResponse": Reason.ALLOW_METHODS_UNPARSABLE,
    "InvalidAllowOriginValue": Reason.ALLOW_ORIGIN_INVALID,
    "MethodDisallowedByPreflightResponse": Reason.METHOD_DISALLOWED_BY_PREFLIGHT,
    "MissingAllowOriginHeader": Reason.ALLOW_ORIGIN_MISSING,
    "MultipleAllowOriginValues": Reason.ALLOW_ORIGIN_MULTIPLE,
    "PreflightDisallowedRedirect": Reason.PREFLIGHT_REDIRECTED,
    "PreflightInvalidStatus": Reason.PREFLIGHT_STATUS_NOT_OK,
    "RedirectContainsCredentials": Reason.REDIRECT_WITH_CREDENTIALS_IN_URL,
    "WildcardOriginNotAllowed": Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
    "CORSAllowOriginNotMatchingOrigin": Reason.ALLOW_ORIGIN_MISMATCH,
    "CORSDidNotSucceed2": Reason.NETWORK_FAILURE,
    "CORSExternalRedirectNotAllowed": Reason.PREFLIGHT_REDIRECTED,
    "CORSInvalidAllowHeader": Reason.ALLOW_HEADERS_UNPARSABLE,
    "CORSInvalidAllowMethod": Reason.ALLOW_METHODS_UNPARSABLE,
    "CORSMethodNotFound": Reason.METHOD_DISALLOWED_BY_PREFLIGHT,
    "CORSMissingAllowCredentials": Reason.ALLOW_CREDENTIALS_NOT_TRUE,
    "CORSMissingAllowHeaderFromPreflight2": Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
    "CORSMissingAllowOrigin2": Reason.ALLOW_ORIGIN_MISSING,
    "CORSMultipleAllowOriginNotAllowed": Reason.ALLOW_ORIGIN_MULTIPLE,
    "CORSNotSupportingCredentials": Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
    "CORSPreflightDidNotSucceed3": Reason.PREFLIGHT_STATUS_NOT_OK,
    "CORSRequestNotHttp": Reason.SCHEME_NOT_HTTP,
}
"""The browsers' own names of what went wrong."""


def _is_not_about_a_block(browser: str, template: str, reading: ConsoleReading) -> bool:
    begins = any(name == browser and template.startswith(text) for name, text in NOT_ABOUT_A_BLOCK)
    return begins and reading.reason is None


@pytest.mark.parametrize("optional", [True, False], ids=["with optional parts", "without"])
@pytest.mark.parametrize(
    ("browser", "tag", "template"),
    TEMPLATES,
    ids=[f"{browser} {index}" for index, (browser, *_) in enumerate(TEMPLATES)],
)
def test_every_template_is_read_back(browser: str, tag: str, template: str, optional: bool) -> None:
    readings = read_console(_instance(template, optional=optional))
    assert len(readings) == 1
    (reading,) = readings
    assert reading.browser == browser
    if reading.reason is None:
        assert _is_not_about_a_block(browser, template, reading)
        assert reading.note
    else:
        expected = BY_TAG.get(tag.removeprefix("Preflight")) or BY_TAG.get(tag)
        if tag == "CorsDisabledScheme" and not optional:
            expected = Reason.SCHEME_NOT_HTTP  # it is the page's own URL: nothing was redirected
        assert expected in (None, reading.reason)
        assert reading.stage is not None
        assert tag.startswith("Preflight") <= (reading.stage is Stage.PREFLIGHT)


def test_the_list_has_all_templates_and_each_exception_is_one_of_them() -> None:
    assert len(TEMPLATES) == 211
    unused = [
        (browser, text)
        for browser, text in NOT_ABOUT_A_BLOCK
        if not any(name == browser and template.startswith(text) for name, _, template in TEMPLATES)
    ]
    assert unused == []


def test_topics_of_lines_lead_to_an_explanation() -> None:
    for note, topic in NOTES.values():
        assert note.endswith(".")
        assert topic == "" or entry_named(topic)


# --- recorded lines, read back to the reason that corssim gives the same case ---------------------------------------

OTHER_REASON = {
    "chromium": {
        ("check-net-truncated", 0): "the response is readable, though its body ends early",
        ("preflight-status-307-no-location", 0): "told as a status; a redirect without a target is none",
    },
    "firefox": {},
    "webkit": {("mode-scheme-no-cors-ftp", 0): "told as mixed content"},
}
"""Steps whose lines say another reason than the outcome has, and why. There is no other."""


@pytest.mark.parametrize("browser", replaying.BROWSERS)
def test_recorded_lines_are_read_back_to_the_reason_of_their_case(browser: str) -> None:
    recorded, other, read = replaying.records(browser), set(), 0
    for name, case in replaying.all_cases().items():
        if name not in recorded or not any(step.get("console") for step in recorded[name]["steps"]):
            continue
        for index, step in enumerate(replaying.replay(case, browser).steps):
            lines = recorded[name]["steps"][index].get("console", [])
            readings = [reading for reading in read_console("\n".join(lines)) if reading.reason is not None]
            if not lines or not readings or step.outcome is None:
                continue
            read += 1
            main = readings[0]
            assert main.browser == browser
            if step.outcome.reason not in (main.reason, *main.alternatives):
                other.add((name, index))
    assert read > 340
    assert other == set(OTHER_REASON[browser])


# --- what is pulled out ---------------------------------------------------------------------------------------------

X, APP = "https://api.example/x", "https://app.example"
_ACCESS = f"Access to fetch at '{X}' from origin '{APP}' has been blocked by CORS policy: "


def _only(text: str) -> ConsoleReading:
    (reading,) = read_console(text)
    return reading


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            _ACCESS
            + "The 'Access-Control-Allow-Origin' header has a value 'https://b' that is not equal to the supplied "
            "origin. Have the server send the header with a valid value.",
            {"url": X, "origin": APP, "value": "https://b", "header": "Access-Control-Allow-Origin", "api": "fetch"},
        ),
        (
            (
                f"Access to image at '{X}' (redirected from '{APP}/a') from origin 'null' has been blocked by CORS "
                "policy: No "
                "'Access-Control-Allow-Origin' header is present on the requested resource."
            ),
            {"url": X, "requested_url": APP + "/a", "origin": "null", "api": "img"},
        ),
        (
            _ACCESS + "Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response.",
            {"method": "PATCH"},
        ),
        (
            _ACCESS + "Request header field x-a is not allowed by Access-Control-Allow-Headers in preflight response.",
            {"header_name": "x-a", "header": "Access-Control-Allow-Headers", "stage": Stage.PREFLIGHT},
        ),
        (
            (
                f"Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {X}. "
                "(Reason: "
                "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 404. [Learn More]"
            ),
            {"url": X, "status": 404},
        ),
        (
            (
                f"Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {X}. "
                "(Reason: "
                "CORS header 'Access-Control-Allow-Origin' missing)."
            ),
            {"url": X, "status": None, "reason": Reason.ALLOW_ORIGIN_MISSING},
        ),
        (
            (
                f"Connecting to '{X}' violates the following Content Security Policy directive: \"connect-src 'self' "
                'b". The '
                "action has been blocked."
            ),
            {"url": X, "directive": "connect-src 'self' b", "reason": Reason.CONTENT_SECURITY_POLICY},
        ),
        (
            (
                f"[blocked] The page at {APP}/ requested insecure content from http://b/x. This content was blocked "
                "and must be "
                "served over HTTPS."
            ),
            {"page": APP + "/", "url": "http://b/x", "browser": "webkit"},
        ),
        (
            (
                f"Origin {APP} is not allowed by Access-Control-Allow-Origin. Status code: 403\n"
                f"XMLHttpRequest cannot load {X} due to access control checks."
            ),
            {"origin": APP, "url": X, "status": 403, "api": "XMLHttpRequest"},
        ),
        (
            (
                f"Cross-origin redirection to {X} denied by Cross-Origin Resource Sharing policy: redirection URL "
                f"https://u:p@api.example/x has credentials"
            ),
            {"location": X, "stage": Stage.REDIRECT},
        ),
        (f"GET {X} net::ERR_BLOCKED_BY_RESPONSE.NotSameSite 200 (OK)", {"url": X, "method": "GET"}),
    ],
    ids=[
        "value and origin",
        "redirected, opaque origin, image",
        "method",
        "header name",
        "status, Firefox",
        "older Firefox, straight quotes",
        "directive",
        "mixed content, Safari",
        "two lines of Safari",
        "redirect target",
        "network line of DevTools",
    ],
)
def test_fields_are_pulled_out(text: str, fields: dict[str, Any]) -> None:
    reading = _only(text)
    assert {name: getattr(reading, name) for name in fields} == fields


_PREFLIGHT_LINE = (
    _ACCESS + "Response to preflight request doesn't pass access control check: It does not have HTTP ok status."
)


@pytest.mark.parametrize(
    "text",
    [
        _PREFLIGHT_LINE,
        "app.js:12 " + _PREFLIGHT_LINE,
        "10:22:31.123 https://app.example/app.js:12:5 "
        + _PREFLIGHT_LINE
        + "\n    at load (app.js:12:5)\nload @ app.js:12",
        _PREFLIGHT_LINE.replace("'", "’"),
        _PREFLIGHT_LINE.replace(" ", "\n    "),
        "\n".join(_PREFLIGHT_LINE[at : at + 61] for at in range(0, len(_PREFLIGHT_LINE), 61)),
        "\x1b[31m" + _PREFLIGHT_LINE + "\x1b[0m",
        "> npm start\r\n\r\n" + _PREFLIGHT_LINE + "\r\nUncaught (in promise) TypeError: Failed to fetch\r\n",
    ],
    ids=[
        "bare",
        "file",
        "time and stack",
        "curly quotes",
        "wrapped",
        "cut by a terminal",
        "coloured",
        "in other output",
    ],
)
def test_a_line_is_found_in_whatever_stands_around_it(text: str) -> None:
    reading = _only(text)
    assert (reading.reason, reading.url, reading.origin) == (Reason.PREFLIGHT_STATUS_NOT_OK, X, APP)


def test_a_whole_console() -> None:
    readings = read_console(
        f"""Navigated to {APP}/
app.js:12 {_ACCESS}No 'Access-Control-Allow-Origin' header is present on the requested resource.
load @ app.js:12
api.example/x:1  Failed to load resource: net::ERR_FAILED
app.js:14 Uncaught (in promise) TypeError: Failed to fetch
    at load (app.js:14:3)
PUT https://api.example/y net::ERR_CONNECTION_REFUSED
app.js:20 {_ACCESS}No 'Access-Control-Allow-Origin' header is present on the requested resource.
some extension: the CORS headers of this page were rewritten
"""
    )
    assert [(reading.browser, reading.reason) for reading in readings] == [
        ("chromium", Reason.ALLOW_ORIGIN_MISSING),
        ("chromium", Reason.CONNECTION_REFUSED),
        ("chromium", Reason.ALLOW_ORIGIN_MISSING),
        (UNKNOWN, None),
    ]
    assert readings[0].also == ("Failed to load resource: net::ERR_FAILED",)
    # Lines that name no page are of the only page that others name.
    assert readings[1].page == APP


def test_two_failures_of_safari_keep_their_own_urls() -> None:
    said = "[Error] Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200"
    readings = read_console(
        "\n".join(f"{said}\n[Error] Fetch API cannot load {X}{n} due to access control checks." for n in (1, 2))
    )
    assert [reading.url for reading in readings] == [X + "1", X + "2"]


def test_a_file_that_safari_refuses_in_words_of_cors_is_told_by_its_scheme() -> None:
    reading = _only(
        "CONSOLE SECURITY ERROR Origin https://app.example is not allowed by Access-Control-Allow-Origin.\n"
        "CONSOLE SECURITY ERROR Cannot load image file:///tmp/a.png due to access control checks."
    )
    assert (reading.reason, reading.stage, reading.url) == (Reason.SCHEME_NOT_HTTP, Stage.REQUEST, "file:///tmp/a.png")


def test_a_repetition_that_comes_first_is_put_with_its_reason() -> None:
    reading = _only(
        f"Loading failed for the <script> with source “{X}”.\n"
        f"The resource from “{X}” was blocked due to MIME type (“text/html”) mismatch "
        "(X-Content-Type-Options: nosniff)."
    )
    assert (reading.reason, reading.api, len(reading.also)) == (Reason.NOSNIFF, "script", 1)


# --- unknown and hostile text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("the preflight cache made me do it", "preflight-cache"),
        ("something with Access-Control-Max-Age: 5", "preflight-cache"),
        ("my credentals are not sent", "credentials"),
        ("Segmentation fault (core dumped)", "cors"),
        ("", "cors"),
    ],
    ids=["two words", "header", "misspelt", "nothing near", "empty"],
)
def test_an_unknown_line_is_called_unknown_and_gets_the_nearest_topic(text: str, topic: str) -> None:
    reading = _only(text)
    assert not reading.is_known
    assert (reading.reason, reading.topic, reading.check_command()) == (None, topic, None)
    assert reading.note
    assert nearest_topic(text) == topic


HOSTILE = {
    "openings": "Access to fetch at '" * 20_000,
    "openings without an end": (_ACCESS + "The 'Access-Control-Allow-Origin' header has a value '") * 2_000,
    "a long word": "x" * 5_000_000,
    "line ends": "\n" * 300_000,
    "cut openings": "Access to fetch\n at 'htt\nps:" * 10_000,
    "quotes": "“" * 300_000,
    "straight quotes": "'" * 300_000,
    "quotes and URLs": '"https://a/ ' * 30_000,
    "a long URL": "Mixed Content: The page at '" + "a" * 400_000,
    "escape sequences": "\x1b[" * 100_000 + "\x1b]" * 100_000,
    "words": "CORS " * 60_000,
    "a repeated tail": "Failed integrity metadata check. a. " * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_bounded(text: str) -> None:
    readings = read_console(text)
    assert 1 <= len(readings) <= 220
    assert all(len(reading.text) <= 5_000 and reading.text.isprintable() for reading in readings)


def test_what_is_beyond_the_bound_is_not_read() -> None:
    assert not _only("x " * LONGEST_PASTE + _PREFLIGHT_LINE).is_known


def test_many_lines_give_a_bounded_number_of_readings() -> None:
    lines = "\n".join(f"Not allowed to load local resource: file:///{n}" for n in range(1_000))
    assert len(read_console(lines)) == 200


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.sampled_from([template for _, _, template in TEMPLATES]), st.text(max_size=300))
def test_no_text_crashes_the_reader(before: str, template: str, after: str) -> None:
    readings = read_console(before + _instance(template) + after)
    assert readings
    for reading in readings:
        assert reading.text.isprintable()
        assert reading.as_dict()["browser"] == reading.browser


@pytest.mark.parametrize(
    "schemes",
    [
        "http, data, isolated-app, chrome-extension, chrome, https, chrome-untrusted",
        "http, data, chrome, chrome-extension, https",
        "a.b+c, http",
    ],
)
@pytest.mark.parametrize("behind", ["", " (anonymous) @ app.js:3", "\nFailed to load resource: net::ERR_FAILED"])
def test_a_list_of_schemes_is_quoted_to_its_end(schemes: str, behind: str) -> None:
    line = (
        "Access to fetch at 'foo:x' from origin 'https://app.example' has been blocked by CORS policy: Cross origin "
        f"requests are only supported for protocol schemes: {schemes}."
    )
    (reading,) = read_console(line + behind)
    assert (reading.text, reading.reason) == (line, Reason.SCHEME_NOT_HTTP)


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (
            _ACCESS + "Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response.",
            f"corssim check {X} --page {APP} -X PATCH --browser chromium",
        ),
        (
            _ACCESS + "Request header field x-a is not allowed by Access-Control-Allow-Headers in preflight response.",
            f"corssim check {X} --page {APP} -H 'x-a: 1' --browser chromium",
        ),
        (
            _ACCESS + "Request header field content-type is not allowed by Access-Control-Allow-Headers in preflight "
            "response.",
            f"corssim check {X} --page {APP} -H 'content-type: application/json' --browser chromium",
        ),
        (
            _PREFLIGHT_LINE,
            f"corssim check {X} --page {APP} -H 'Content-Type: application/json' --browser chromium",
        ),
        (
            (
                f"Access to XMLHttpRequest at '{X}' from origin 'null' has been blocked by CORS policy: The value of "
                "the "
                "'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the "
                "request's "
                "credentials mode is 'include'."
            ),
            f"corssim check {X} --page data:text/html, --api xhr --credentials include --browser chromium",
        ),
        (
            (
                "Access to script at 'file:///C:/app/js/main.js' from origin 'null' has been blocked by CORS policy: "
                "Cross origin requests are only supported for protocol schemes: http, isolated-app, chrome."
            ),
            ("corssim check file:///C:/app/js/main.js --page file:///C:/app/js/ --api module --browser chromium"),
        ),
        (
            "Blocked loading mixed active content “http://api.example/x?a=1&b='2'”",
            "corssim check 'http://api.example/x?a=1&b='\"'\"'2'\"'\"'' --page PAGE --browser firefox",
        ),
        (
            (
                f"Access to script at '{X}' from origin '{APP}' has been blocked by CORS policy: No "
                "'Access-Control-Allow-Origin' header is present on the requested resource."
            ),
            f"corssim check {X} --page {APP} --api script --mode cors --browser chromium",
        ),
        (
            f"CONSOLE SECURITY ERROR Not allowed to follow a redirection while loading {X}",
            f"corssim check {X} --page PAGE --redirect error --browser webkit",
        ),
        (
            (
                f"Connecting to '{X}' violates the following Content Security Policy directive: \"a\". The action has "
                "been blocked."
            ),
            None,
        ),
        ("Failed to load resource: net::ERR_UNSAFE_PORT", None),
        (f"Failed to load resource: the server responded with a status of 404 (Not Found) {X}", None),
    ],
    ids=[
        "method",
        "header",
        "content type",
        "preflight of an unknown method",
        "opaque page, credentials",
        "a file's neighbour",
        "quoting",
        "script",
        "redirect",
        "the page's policy",
        "no URL",
        "nothing blocked",
    ],
)
def test_the_command_that_makes_it_happen_again(text: str, command: str | None) -> None:
    assert _only(text).check_command() == command


def _run(command: str, case: Any) -> Reason | None:
    """What the command's flags say, done against the case's own server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    for flag in ("--page", "--api", "--credentials", "--mode", "--redirect", "--browser"):
        parser.add_argument(flag)
    parser.add_argument("-X", dest="method", default="GET")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    given_flags = parser.parse_args(shlex.split(command)[2:])
    page = Browser(replaying.CaseServer(case), profile=given_flags.browser).page(given_flags.page)
    headers = [tuple(header.split(": ", 1)) for header in given_flags.headers]
    if given_flags.api == "xhr":
        credentials = given_flags.credentials == "include"
        return page.xhr(
            given_flags.url, method=given_flags.method, headers=headers, with_credentials=credentials
        ).reason
    options = {name: getattr(given_flags, name) for name in ("credentials", "mode", "redirect")}
    options = {name: value for name, value in options.items() if value is not None}
    return page.fetch(given_flags.url, method=given_flags.method, headers=headers, **options).reason


@pytest.mark.parametrize(
    "row", [row for row in table.english() if row.part in ("line", "why")], ids=lambda row: row.template.text[:60]
)
def test_a_suggested_command_is_one_that_check_takes(row: Wording) -> None:
    parser = build_parser(only="check", alone=True)
    for reading in read_console(_example_of(row)):
        command = reading.check_command()
        if command is not None:
            parser.parse_args(shlex.split(command)[1:])


@pytest.mark.parametrize(
    "refused",
    ["has been rejected for invalid domain.", "has been rejected because there is an existing “secure” cookie."],
)
def test_a_cookie_that_was_refused_for_another_cause_is_not_said_to_be_for_same_site(refused: str) -> None:
    (reading,) = read_console(f"Cookie “sid” {refused}")
    assert (reading.topic, reading.browser) == ("cookies", "firefox")
    assert "SameSite" not in reading.note


_UNSAID = "with credentials `*` is a name like others, and the line does not say that there were credentials"
NOT_REPRODUCED = {
    "acah-cred-x-a-star": _UNSAID,
    "acah-cred-x-a-list-star": _UNSAID,
    "acam-cred-put-star-list": _UNSAID,
    "preflight-status-307-no-location": "told as a status; a redirect without a target is none",
}
"""Cases whose line leaves out what would take it to happen again. There is no other."""


def test_commands_for_recorded_lines_of_chromium_lead_to_the_same_reason() -> None:
    recorded, ran, other = replaying.records("chromium"), 0, set()
    for name, case in replaying.all_cases().items():
        if name not in recorded or len(case["steps"]) > 1 or case["steps"][0]["api"] not in ("fetch", "xhr"):
            continue
        lines = recorded[name]["steps"][0].get("console", [])
        for reading in read_console("\n".join(lines))[:1] if lines else []:
            command = reading.check_command()
            if command is None or "PAGE" in command:
                continue
            ran += 1
            got = _run(command, case)
            if got not in (reading.reason, *reading.alternatives):
                other.add(name)
    assert ran > 190
    assert other == set(NOT_REPRODUCED)


# --- every line that corssim prints is read back as the reason that printed it ----------------------------------------

_FACTS = {
    "url": X,
    "requested_url": X,
    "location": "https://b.example/",
    "location_with_credentials": "https://me:secret@b.example/",
    "page": APP + "/",
    "origin": APP,
    "sent_origin": APP,
    "host": "api.example",
    "port": "25",
    "code": "0x80070005",
    "kind": "fetch",
    "method": "PUT",
    "header_name": "x-a",
    "status": "500",
    "status_text": "",
    "status_code": " Status code: 500.",
    "value": "https://b.example",
    "token": "P@T",
    "detail": "Javascript validation failed",
    "mime_type": "text/html",
    "scheme": "ftp",
    "schemes": "data:",
    "directive": "connect-src 'self'",
    "effective_directive": "connect-src",
    "hash": "Jok2eyBcFs4y7UIAlCuLix4mLfxw2byfvHfElpmk8d8=",
    "algorithm": "sha256",
    "metadata": "sha256-xxxx",
    "content_length": "2",
    "expected_length": "2",
    "address_space": "local",
    "wanted_space": "loopback",
    "initiator": APP + "/frame",
    "address": "192.168.0.7",
    "via": "fetch",
    "secure": "True",
    "help_on_corp": "https://help.example/corp",
}
_BY_VALUE = {
    Reason.ALLOW_ORIGIN_MISMATCH: "https://b.example",
    Reason.ALLOW_ORIGIN_MULTIPLE: "*, *",
    Reason.ALLOW_ORIGIN_INVALID: "app.example",
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: "*",
}
_STATUS_CODE = {"chromium": "", "firefox": " Status code: 500.", "webkit": " Status code: 500"}
TEXTS = {"chromium": chromium_texts, "firefox": firefox_texts, "webkit": webkit_texts}
RULES = [
    (browser, index, rule, reason)
    for browser, texts in TEXTS.items()
    for index, rule in enumerate(texts.RULES)
    for reason in sorted(rule.reasons)
    if rule.templates  # of the others nothing is told: there the API throws
]
SAID_OTHERWISE = {
    # A header given twice has several values, whatever they are.
    ("firefox", Reason.ALLOW_ORIGIN_MISMATCH): {Reason.ALLOW_ORIGIN_MULTIPLE},
    ("firefox", Reason.ALLOW_ORIGIN_INVALID): {Reason.ALLOW_ORIGIN_MULTIPLE},
    # A redirect without a target is told as a status.
    ("chromium", Reason.PREFLIGHT_REDIRECTED): {Reason.PREFLIGHT_STATUS_NOT_OK},
    # An ftp: URL of a secure page is told as mixed content, a file of an element in words that name no URL.
    ("webkit", Reason.SCHEME_NOT_HTTP): {Reason.MIXED_CONTENT, Reason.ALLOW_ORIGIN_MISSING},
    # A redirect that is not followed is told as one to a scheme of its own.
    ("chromium", Reason.CONNECTION_ALLOWLIST): {Reason.REDIRECT_SCHEME_NOT_HTTP},
    # Only that it failed is told.
    ("chromium", Reason.REDIRECT_MODE_ERROR): {None},
}
"""What the lines of some rules say instead of their reason. There is no other."""


@pytest.mark.parametrize(
    ("browser", "index", "rule", "reason"),
    RULES,
    ids=[f"{browser} {index} {reason}" for browser, index, _, reason in RULES],
)
def test_the_lines_of_every_rule_are_read_back_to_its_reason(
    browser: str, index: int, rule: Any, reason: Reason
) -> None:
    facts = _FACTS | {"value": _BY_VALUE.get(reason, "P@T"), "status_code": _STATUS_CODE[browser]}
    if reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
        facts["redirected"] = f" (redirected from '{X}')"
    printed = [template.fill(facts) for template in rule.templates]
    readings = [reading for reading in read_console("\n".join(printed)) if reading.reason is not None]
    said = readings[0].reason if readings else None
    if not readings or reason not in (said, *readings[0].alternatives):
        assert said in SAID_OTHERWISE[browser, reason]
    assert {each.browser for each in readings} <= {browser}


@pytest.mark.parametrize("browser", TEXTS)
def test_every_printed_template_is_read_by_the_browser_that_prints_it(browser: str) -> None:
    for template in TEXTS[browser].TEMPLATES:
        facts = _FACTS | {"status_code": _STATUS_CODE[browser]}
        if template.reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
            facts["redirected"] = f" (redirected from '{X}')"
        (reading, *others) = read_console(template.fill(facts))
        assert reading.is_known, template.text
        assert others == []
        assert template.reason in (None, reading.reason, *reading.alternatives) or reading.value, template.text


# --- the table --------------------------------------------------------------------------------------------------------


def _example_of(row: Wording) -> str:
    facts = _FACTS | {
        "words": "Something",
        "address_space": "`local`",
        "help": "https://help.example/",
        "kind": "image",
    }
    facts |= {"detail": "Thing"} | ({"schemes": "http, data, chrome"} if row.browser == "chromium" else {})
    return row.template.fill(facts)


ROWS = [row for row in (*table.english(), *table.other_languages()) if row.part in ("line", "why") and not row.framed]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.browser} {row.language} {row.template.text[:60]}")
def test_each_row_of_the_table_says_what_it_means_wherever_it_stands(row: Wording) -> None:
    readings = read_console(_example_of(row))
    assert len(readings) == 1
    (reading,) = readings
    assert reading.is_known
    if row.template.reason is not None and not reading.value:
        assert row.template.reason in (reading.reason, *reading.alternatives)
    elif row.template.reason is None:
        assert reading.reason is None
    assert row.versions
    assert row.known_from
