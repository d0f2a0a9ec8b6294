"""What a person types: understood where one thing alone can be meant, refused with what to write where not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from corssim import UsageError
from corssim.cli.arguments import browsers, stand_ins
from corssim.cli.typed import typed_cookies, typed_page, typed_url

from .running import corssim

PAGES = {
    "localhost:3000": "http://localhost:3000",
    "127.0.0.1:8000/x": "http://127.0.0.1:8000/x",
    "[::1]:8000": "http://[::1]:8000",
    "192.168.1.20:8080": "http://192.168.1.20:8080",
    "localhost": "http://localhost",
    "app.localhost:5173/a?b#c": "http://app.localhost:5173/a?b#c",
    r"C:\x.html": "file:///C:/x.html",
    "c:/pages/x.html": "file:///c:/pages/x.html",
    "/home/me/x.html": "file:///home/me/x.html",
    "https://app.example": "https://app.example",
    "data:text/html,x": "data:text/html,x",
    "capacitor://localhost": "capacitor://localhost",
    "file:///x.html": "file:///x.html",
}


@pytest.mark.parametrize(("typed", "page"), PAGES.items(), ids=PAGES)
def test_a_page_is_understood(typed: str, page: str) -> None:
    assert typed_page(typed) == page


def test_a_page_in_this_folder_is_a_file() -> None:
    assert typed_page("./x.html") == (Path.cwd() / "x.html").as_uri()


@pytest.mark.parametrize("typed", ["app.example", "www.example.com/x", "app.example:8443"])
def test_a_page_without_a_scheme_that_could_be_either_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match=r"write https://.* or http://"):
        typed_page(typed)


SLIPS = {
    "localhost:x": r"'x' is no port; write http://localhost:PORT",
    "localhost:80a/x?y": "'80a' is no port",
    "app.example:443x": "'443x' is no port",
    "http//app.example": r"did you mean http://app\.example\?",
    "https/app.example": r"did you mean https://app\.example\?",
    "htps://app.example/x": r"did you mean https://app\.example/x\?",
    "htp://app.example": r"did you mean http://app\.example\?",
    "https:app.example/x": r"did you mean https://app\.example/x\?",
    "8000": r"it has no host; did you mean http://localhost:8000/\?",
    ":8000/x": r"it has no host; did you mean http://localhost:8000/x\?",
}


@pytest.mark.parametrize(("typed", "said"), SLIPS.items(), ids=SLIPS)
def test_a_slip_of_the_pen_is_refused_with_what_was_meant(typed: str, said: str) -> None:
    for read in (typed_page, lambda text: typed_url(text, None), lambda text: typed_url(text, "https://a.example/")):
        with pytest.raises(UsageError, match=said):
            read(typed)
    ran = corssim("origin", typed)
    assert ran.status == 2
    assert re.search(said, ran.err)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://api .example/", r"a space in its host; did you mean https://api\.example/\?"),
        ("https:// api.example/x", r"a space in its host; did you mean https://api\.example/x\?"),
        ("https://api.example/a b", "has a space in it; write %20"),
    ],
)
def test_a_space_in_a_url_is_said_to_be_there(typed: str, said: str) -> None:
    ran = corssim("check", typed, "--page", "https://app.example", "--dry-run")
    assert ran.status == 2
    assert re.search(said, ran.err)


@pytest.mark.parametrize(
    "text", ["https://api.example/x 200 OK", "https://api.example/x -H 'X-A: 1'", "https://a.example x()"]
)
def test_what_stands_beside_a_url_is_no_part_of_it(text: str) -> None:
    ran = corssim("check", text, "--page", "https://app.example", "--dry-run")
    assert ran.status == 2
    assert "a space in" not in ran.err


@pytest.mark.parametrize("typed", ["", " ", "mailto:me@a.example", "intranet:x", "view-source:https://a.example"])
def test_what_can_be_no_page_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match=r"--page: no page is at|--page is empty"):
        typed_page(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "about:blank",
        "blob:https://a.example/1",
        "app://.",
        "ftp://a.example/",
        "x-app://a/",
        "com.example.app://localhost",
    ],
)
def test_what_may_be_meant_is_left_as_it_is(typed: str) -> None:
    assert typed_page(typed) == typed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chek", "https://a.example"), "did you mean check?"),
        (("check", "https://a.example", "--mode", "CORS"), "did you mean cors?"),
        (("check", "https://a.example", "--api", "websocket"), "did you mean web_socket?"),
        (("check", "https://a.example", "-X", ""), "-X is empty"),
        (("new", "/"), "/ is a folder"),
        (("https://a.example/x",), "did you mean corssim check https://a.example/x?"),
        (("curl", "https://a.example/x"), "put the whole command in quotes"),
        (("check", "curl", "https://a.example/x"), "put the whole command in quotes"),
        (("help", "check"), "it is corssim check --help"),
        (("check", "https://a.example", "--page", "null"), "--sandboxed makes a page's origin null"),
    ],
    ids=[
        "a command",
        "a value in capitals",
        "a value",
        "an empty method",
        "a folder for a file",
        "a URL for a command",
        "another program for a command",
        "a command without quotes",
        "help",
        "an origin for a page",
    ],
)
def test_what_is_not_there_is_refused_with_what_is_near(arguments: tuple[str, ...], said: str) -> None:
    ran = corssim(*arguments)
    assert ran.status == 2
    assert said in ran.err


URLS = {
    "<https://a.example/x>": "https://a.example/x",
    "“https://a.example/x”": "https://a.example/x",
    "'https://a.example/x'": "https://a.example/x",
    "localhost:8000/x": "http://localhost:8000/x",
    "/items": "/items",
    "items": "items",
    "items.json?x=1": "items.json?x=1",
    "./api.example/x": "./api.example/x",
    "?page=2": "?page=2",
    "//api.example/x": "//api.example/x",
    "https://api.example/x": "https://api.example/x",
    "blob:https://app.example/1": "blob:https://app.example/1",
}


@pytest.mark.parametrize(("typed", "url"), URLS.items(), ids=URLS)
def test_what_is_asked_for_is_understood(typed: str, url: str) -> None:
    assert typed_url(typed, "https://app.example/") == url


@pytest.mark.parametrize("typed", ["api.example/x", "api.example.com", "api.test:8000/x"])
def test_a_host_is_not_taken_for_a_path(typed: str) -> None:
    with pytest.raises(UsageError, match=r"write https://.* or ./"):
        typed_url(typed, "https://app.example/")
    with pytest.raises(UsageError, match="write https://"):
        typed_url(typed, None)


COOKIES = {
    "a=1": ["a=1"],
    "a=1; Path=/x; Secure": ["a=1; Path=/x; Secure"],
    "a=1; b=2; c=3": ["a=1", "b=2", "c=3"],
}


@pytest.mark.parametrize(("typed", "cookies"), COOKIES.items(), ids=COOKIES)
def test_cookies_of_both_headers_are_understood(typed: str, cookies: list[str]) -> None:
    assert typed_cookies(typed) == cookies


NAMES = {
    ("Chromium",): ["chromium"],
    ("chrome",): ["chromium"],
    ("edge", "chromium"): ["chromium"],
    ("safari,firefox",): ["webkit", "firefox"],
    ("FIREFOX, chromium-156",): ["firefox", "chromium-156"],
    ("All",): ["standard", "chromium", "firefox", "webkit"],
}


@pytest.mark.parametrize(("typed", "profiles"), NAMES.items(), ids=map(",".join, NAMES))
def test_browsers_by_whatever_name(typed: tuple[str, ...], profiles: list[str]) -> None:
    assert browsers(list(typed)) == profiles


def test_a_browser_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="no browser"):
        browsers(["opera"])


def test_who_stands_for_a_browser_is_said() -> None:
    (safari,) = stand_ins(["safari"])
    assert safari.startswith("safari: webkit 2.50 stands for it.")
    assert "known to differ" in safari
    assert stand_ins(["webkit", "all"]) == []
    ran = corssim("check", "https://api.example/x", "--dry-run", "--browser", "chrome")
    assert "chrome: chromium 156 stands for it." in ran.err


def planned(*arguments: str) -> dict[str, list[tuple[str, str]]]:
    ran = corssim("check", "https://api.example/x", "--dry-run", "--json", "--browser", "standard", *arguments)
    document = json.loads(ran.out)
    return {request["method"]: request["headers"] for request in document["requests"]}


def test_flags_of_curl_mean_what_they_mean_there() -> None:
    sent = planned("-u", "me:secret", "--data-raw", "@a=1", "-s", "-i", "-L", "-b", "k=v", "--show-credentials")
    assert ["Authorization", "Basic bWU6c2VjcmV0"] in sent["POST"]
    assert "OPTIONS" in sent


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "x.json"), "-o saves nothing here"),
        (("-L", "--redirect", "error"), "-L follows redirects"),
        (("-u", "a:b", "--api", "img"), "-u goes with"),
        (("--credental", "include"), "did you mean --credentials?"),
        (("--heder", "x"), "did you mean --header?"),
        (("--html", "-", "--json"), "one of them can have it"),
        (("--origin", "https://a.example"), "did you mean --page?"),
        (("--method", "PUT"), "did you mean --request?"),
        (("--headers", "X-A: 1"), "did you mean --header?"),
        (("-I",), "did you mean --request HEAD?"),
        (("—page", "https://a.example"), "did you mean --page?"),
        (("-page", "https://a.example"), "did you mean --page?"),
        (("https://a.example",), "did you mean --page https://a.example?"),
        (("--html",), "expected one argument (see"),
    ],
)
def test_what_means_nothing_is_refused(arguments: tuple[str, ...], words: str) -> None:
    ran = corssim("check", "https://api.example/x", *arguments)
    assert ran.status == 2
    assert words in ran.err
    assert ran.err.count("\n") == 1


def test_a_page_of_html_can_go_to_standard_output() -> None:
    ran = corssim("check", "http://127.0.0.1:9/", "--html", "-", "--browser", "standard")
    assert ran.out.startswith("<!DOCTYPE html>")
    assert ran.out.count("</html>") == 1


@pytest.mark.parametrize("name", ["~", "~nobody", "~[:2]"])
def test_a_file_here_whose_name_has_a_tilde_is_nobodys_home(name: str) -> None:
    assert typed_page(f"./{name}") == (Path.cwd() / name).as_uri()


def test_a_server_of_this_machine_has_an_origin() -> None:
    ran = corssim("origin", "localhost:3000", "127.0.0.1:3000")
    assert ran.status == 0
    assert ran.out.startswith("http://localhost:3000")
