"""`corssim origin` and `corssim explain`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from corssim.fetch.reasons import Reason

from .running import corssim

if TYPE_CHECKING:
    from pathlib import Path

LINE = (
    "Access to fetch at 'https://api.example/items' from origin 'https://app.example' has been blocked by CORS policy: "
    "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response."
)


@pytest.mark.parametrize(
    ("a", "b", "origin", "site", "because"),
    [
        ("https://a.example/x", "https://a.example:443/y", True, True, "scheme, host and port are equal"),
        (
            "https://a.example",
            "http://a.example",
            False,
            False,
            "the scheme (https, http) and the port (443, 80) differ",
        ),
        ("https://a.b.example", "https://c.b.example", False, True, "the host (a.b.example, c.b.example) differs"),
        ("http://localhost:1", "http://localhost:2", False, True, "the port (1, 2) differs"),
        ("http://localhost", "http://127.0.0.1", False, False, "the host (localhost, 127.0.0.1) differs"),
        ("https://a.github.io", "https://b.github.io", False, False, "the host (a.github.io, b.github.io) differs"),
        ("data:,a", "data:,a", False, False, "an opaque origin (null) is the same as no other"),
    ],
)
def test_two_urls_are_compared(a: str, b: str, origin: bool, site: bool, because: str) -> None:
    ran = corssim("origin", a, b, "--json")
    document = json.loads(ran.out)
    assert ran.status == 0
    assert (document["same_origin"], document["same_site"]) == (origin, site)
    assert document["same_origin_because"] == because
    text = corssim("origin", a, b).out
    assert f"same origin  {'yes' if origin else 'no'}: " in text
    assert f"same site    {'yes' if site else 'no'}: " in text


def test_one_url_is_told_with_what_is_wrong_with_it_as_a_header() -> None:
    document = json.loads(corssim("origin", "https://me:secret@API.example:443/x", "--json").out)
    assert (document["origin"], document["port"]) == ("https://api.example", 443)
    assert document["registrable_domain"] == "api.example"
    assert document["is_serialized_origin"] is False
    assert "secret" not in json.dumps(document)
    assert "write https://api.example" in corssim("origin", "https://api.example/").out


def test_an_opaque_origin_is_told() -> None:
    assert "An opaque origin" in corssim("origin", "data:,hello").out


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_explained(reason: Reason) -> None:
    ran = corssim("explain", reason.value)
    assert ran.status == 0
    assert ran.out.startswith(reason.value)
    assert max(map(len, ran.out.splitlines())) <= 80
    document = json.loads(corssim("explain", reason.value, "--json").out)
    assert list(document) == [
        "reason",
        "title",
        "anchor",
        "who_can_mend_it",
        "explanation",
        "on_the_server",
        "fix",
        "myths",
        "related",
    ]


def test_the_list_has_reasons_and_topics() -> None:
    text = corssim("explain").out
    assert "  allow-origin-missing  " in text
    assert "  preflight-cache  " in text
    document = json.loads(corssim("explain", "--json").out)
    assert {entry["reason"] for entry in document["reasons"]} == set(Reason)
    assert {"topic", "title"} == set(document["topics"][0])


def test_a_topic_is_explained() -> None:
    assert corssim("explain", "simple", "request").out.startswith("simple-request")
    document = json.loads(corssim("explain", "Vary", "--json").out)
    assert list(document) == ["topic", "title", "text", "anchor", "related"]


def test_a_console_line_is_read_back_from_an_argument_and_from_a_paste() -> None:
    for ran in (corssim("explain", LINE), corssim("explain", "-", stdin=f"at foo.js:1\n{LINE}\n    at bar.js:2\n")):
        assert ran.status == 0
        assert "said by      chromium" in ran.out
        assert "method-disallowed-by-preflight" in ran.out
        assert "corssim check https://api.example/items --page" in ran.out
    document = json.loads(corssim("explain", LINE, "--json").out)
    assert document["reason"] == "method-disallowed-by-preflight"
    (reading,) = document["readings"]
    assert reading["method"] == "PUT"
    assert reading["explanation"]["reason"] == "method-disallowed-by-preflight"


def test_the_command_it_offers_can_be_run() -> None:
    import shlex

    reading = json.loads(corssim("explain", LINE, "--json").out)["readings"][0]
    name, *arguments = shlex.split(reading["check"])
    assert name == "corssim"
    assert corssim(*arguments, "--dry-run").status == 0


def test_an_unknown_line_gets_an_honest_answer() -> None:
    ran = corssim("explain", "the CORS thing was blocked again by something on the server")
    assert ran.status == 0
    assert ran.out.count("This line is not one that corssim knows") == 1


SCRIPT_ERRORS = {
    "Uncaught (in promise) TypeError: Failed to fetch": "chromium",
    "TypeError: NetworkError when attempting to fetch resource.": "firefox",
    "TypeError: Load failed": "webkit",
    "AxiosError: Network Error": "unknown",
    "NetworkError: Failed to execute 'send' on 'XMLHttpRequest': Failed to load 'https://api.example/x'.": "chromium",
}


@pytest.mark.parametrize("thrown", SCRIPT_ERRORS)
def test_what_script_throws_says_nothing_and_that_is_said(thrown: str) -> None:
    ran = corssim("explain", thrown)
    assert ran.status == 0
    assert "This is all that script is told" in ran.out
    assert "failed-to-fetch" in ran.out
    assert "No browser" not in ran.out
    document = json.loads(corssim("explain", "-", "--json", stdin=f"> npm start\n{thrown}\n    at main.js:4\n").out)
    (reading,) = document["readings"]
    assert (document["topic"], reading["browser"]) == ("failed-to-fetch", SCRIPT_ERRORS[thrown])


def test_a_call_that_is_wrong_sent_nothing() -> None:
    ran = corssim("explain", "TypeError: Failed to execute 'fetch' on 'Window': 'TRACE' HTTP method is unsupported.")
    assert "The call itself was refused and nothing was sent" in ran.out


FIX_OF_LINE = {
    "the page's origin": (LINE, "      Access-Control-Allow-Methods: PUT\n"),
    "the header": (
        (
            "Access to fetch at 'https://api.example/x' from origin 'http://localhost:3000' has been blocked by CORS "
            "policy: Request header field x-a is not allowed by Access-Control-Allow-Headers in preflight response."
        ),
        "      Access-Control-Allow-Headers: x-a\n",
    ),
    "the page": (
        (
            "Access to fetch at 'https://api.example/x' from origin 'http://localhost:3000' has been blocked by CORS "
            "policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        ),
        "      Access-Control-Allow-Origin: http://localhost:3000\n",
    ),
    "no origin of its own": (
        (
            "Access to fetch at 'https://api.example/x' from origin 'null' has been blocked by CORS "
            "policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        ),
        "      Access-Control-Allow-Origin: https://app.example\n",
    ),
}


@pytest.mark.parametrize("name", FIX_OF_LINE)
def test_the_fix_is_that_of_the_pasted_line(name: str) -> None:
    pasted, line = FIX_OF_LINE[name]
    assert line in corssim("explain", pasted).out
    fix = json.loads(corssim("explain", "--json", pasted).out)["readings"][0]["explanation"]["fix"]
    assert f"{line.strip()}\n" in fix


def test_a_page_that_the_line_does_not_name_is_for_the_reader_to_fill_in() -> None:
    pasted = (
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
        "https://api.example/x. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200."
    )
    out = corssim("explain", pasted).out
    assert "--page PAGE" in out
    assert "PAGE is the page's URL, as the address bar shows it." in out


@pytest.mark.parametrize(
    ("columns", "width"),
    [("60", 60), ("20", 40), ("400", 100), ("0", 80), ("wide", 80), ("", 80), ("²", 80), ("9" * 5000, 100)],
    ids=["60", "too few", "too many", "none", "a word", "empty", "a superscript", "a long number"],
)
def test_a_report_is_as_wide_as_columns_says(columns: str, width: int) -> None:
    longest = max(map(len, corssim("explain", "preflight", variables={"COLUMNS": columns}).out.splitlines()))
    assert width - 12 < longest <= width


@pytest.mark.parametrize("pasted", ["", " \n\n"], ids=["nothing", "blanks"])
def test_nothing_pasted_is_a_mistake(pasted: str) -> None:
    ran = corssim("explain", "-", stdin=pasted)
    assert (ran.status, ran.out) == (2, "")
    assert (
        ran.err == "corssim: error: standard input is empty: paste what the console said, or a server's configuration\n"
    )


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["text", "JSON"])
@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            "Fetch API cannot load https://u:S3cret@api.example/x?token=S3cret due to access control checks.",
            id="webkit",
        ),
        pytest.param(
            "Access to fetch at 'https://api.example/x?access_token=S3cret' from origin 'https://app.example' has been "
            "blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            id="chromium",
        ),
    ],
)
def test_a_secret_in_a_pasted_line_is_not_repeated(line: str, flags: tuple[str, ...]) -> None:
    ran = corssim("explain", line, *flags)
    assert ran.status == 0
    assert "api.example/x?" in ran.out
    assert "S3cret" not in ran.out


def test_a_paste_without_any_such_line_is_a_mistake() -> None:
    ran = corssim("explain", "-", stdin="hello\n")
    assert ran.status in (0, 2)


def test_a_reason_is_explained_in_korean_too() -> None:
    ran = corssim("explain", "allow-origin-missing", "--lang", "ko")
    assert ran.status == 0
    for part in (
        "누가 읽어도 되는지 응답에 적혀 있지 않다",
        "고치는 방법",
        "Access-Control-Allow-Origin: https://app.example",
    ):
        assert part in ran.out
    assert corssim("explain", "allow-origin-missing", variables={"LANG": "ko_KR.UTF-8"}).out == ran.out
    assert "누가 읽어도" in corssim("explain", "--lang", "ko").out


@pytest.mark.parametrize(
    ("settings", "request_", "says_mended"),
    [
        ('CORS_ALLOWED_ORIGINS = ["https://other.example"]\n', "GET", False),
        ("CORS_ALLOW_ALL_ORIGINS = True\n", "GET with credentials", False),
        ('CORS_ALLOWED_ORIGINS = ["https://other.example/"]\n', "GET", True),
    ],
    ids=["another origin", "everybody", "an origin that matches no page"],
)
def test_code_says_for_which_request_it_is(settings: str, request_: str, says_mended: bool, tmp_path: Path) -> None:
    path = tmp_path / "settings.py"
    path.write_text(settings)
    ran = corssim("explain", str(path), "--page", "https://app.example")
    text = " ".join(ran.out.split())
    assert f"The code is for {request_} from https://app.example" in text
    assert ("put them in mended" in text) == says_mended
    document = json.loads(corssim("explain", str(path), "--page", "https://app.example", "--json").out)
    assert document["code_for"] == {"page": "https://app.example", "request": request_, "page_gets_it": True}
    assert "https://app.example" in document["configurations"][0]["text"]


THROWS = """
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
of = dict(allow_origins=["https://app.example"], allow_methods=["*"], allow_headers=["*"], allow_credentials=True)
app.add_middleware(CORSMiddleware, **of)

@app.get("/a")
def a():
    raise ValueError
"""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('app.use(cors({ origin: "https://app.example", credentials: true }));', "this page gets all of these today"),
        ("app.use(cors(settings));", "none of these is known to be blocked"),
        (
            THROWS,
            "what is blocked is an error that the program answers without CORS headers",
        ),
    ],
    ids=["all is allowed", "nothing is known", "a program that throws"],
)
def test_why_there_is_no_code_is_said(settings: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "app.js"
    path.write_text(settings)
    assert said in " ".join(corssim("explain", str(path), "--page", "https://app.example").out.split())
    assert "No code" not in corssim("explain", str(path)).out


def test_what_only_the_running_server_knows_is_not_in_the_code_and_named(tmp_path: Path) -> None:
    path = tmp_path / "app.cs"
    path.write_text('app.UseCors(p => p.WithOrigins("https://other.example").WithHeaders(names).AllowAnyMethod());')
    told = " ".join(corssim("explain", str(path), "--page", "https://app.example").out.split())
    assert "What names allows today is not in it" in told


def test_settings_that_cannot_name_the_page_say_that_it_is_still_blocked(tmp_path: Path) -> None:
    path = tmp_path / "_headers"
    path.write_text("/*\n  Access-Control-Allow-Origin: https://other.example\n")
    command = ("explain", str(path), "--page", "https://app.example", "--for", "netlify")
    assert "https://app.example is still blocked" in " ".join(corssim(*command).out.split())
    assert json.loads(corssim(*command, "--json").out)["code_for"]["page_gets_it"] is False


def test_an_error_of_the_program_is_told_as_one_and_no_settings_are_written_for_it(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(THROWS)
    told = corssim("check", "https://api.example/a", "--page", "https://app.example", "--answers", str(path)).out
    assert "The server failed; the CORS line hides it." in told
    assert "answered with status 500" in " ".join(told.split())
    assert "in code" not in told
    assert "begins" not in told
