"""`corssim run`: scenarios, what is told of them, and apps at their origins."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .running import corssim

SCENARIOS = Path(__file__).parents[2] / "scenarios"

SCENARIO = """
title = "A PUT [bold]without[/bold] leave"
lesson = "It is asked for first."
page = "https://app.example/"

[[step]]
fetch = "https://api.example/"
method = "PUT"
expect.verdict = "{verdict}"

[[step]]
advance = 5

[[step]]
load = "img"
url = "https://api.example/a.png"

[[step]]
fetch = "https://api.example/"
method = "TRACE"
expect.throws = "TRACE"
"""
APP = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]})
    await send({"type": "http.response.body", "body": b"from the app"})

async def broken(scope, receive, send):
    raise RuntimeError("no such table")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.toml").write_text(SCENARIO.format(verdict="blocked"))
    (tmp_path / "wrong.toml").write_text(SCENARIO.format(verdict="readable"))
    return tmp_path


def test_all_that_pass_make_a_short_report(folder: Path) -> None:
    ran = corssim("run", str(folder / "good.toml"))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"{folder}\n  ✓ A PUT [bold]without[/bold] leave\n\n1 scenario: 1 passed\n"


def test_one_that_fails_is_told_with_its_story(folder: Path) -> None:
    ran = corssim("run", str(folder))
    assert ran.status == 1
    assert "  ✗ A PUT" in ran.out
    assert "step 1: fetch https://api.example/" in ran.out
    assert re.search(r"expected +got\n +verdict +readable +blocked \(allow-origin-missing\)\n", ran.out)
    assert "OPTIONS https://api.example/ → 404 Not Found" in ran.out
    assert "step 2" not in ran.out
    assert ran.out.endswith("2 scenarios: 1 passed, 1 failed\n")


def test_verbose_tells_the_lesson_and_every_step(folder: Path) -> None:
    text = corssim("run", "-v", str(folder / "good.toml")).out
    for part in ("It is asked for first.", "step 2: advance 5 s", "step 3: load img", "TypeError: script may not"):
        assert part in text


def test_a_terminal_gets_colour_and_no_markup(folder: Path) -> None:
    ran = corssim("run", str(folder), terminal=True)
    assert "[bold]without[/bold]" in ran.out
    assert "\x1b[" in ran.out


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["text", "JSON"])
def test_a_secret_in_the_url_of_a_step_is_masked_unless_it_is_asked_for(tmp_path: Path, flags: tuple[str, ...]) -> None:
    path = tmp_path / "x.toml"
    path.write_text(
        'title = "a"\npage = "https://app.example/"\n[[step]]\nfetch = "https://api.example/x?access_token=S3cret"\n'
        'expect.verdict = "readable"\n'
    )
    assert "S3cret" not in corssim("run", str(path), *flags).out
    assert "S3cret" in corssim("run", str(path), "--show-credentials", *flags).out


def test_the_json_document_has_a_stable_shape(folder: Path) -> None:
    ran = corssim("run", "--json", str(folder))
    document = json.loads(ran.out)
    assert ran.status == 1
    assert list(document) == ["passed", "summary", "scenarios"]
    assert document["summary"] == {"scenarios": 2, "passed": 1, "failed": 1}
    good, wrong = document["scenarios"]
    assert list(good) == ["path", "title", "profile", "passed", "steps", "app_errors"]
    assert list(good["steps"][0]) == ["action", "target", "passed", "mismatches", "thrown", "outcome"]
    assert good["steps"][0]["outcome"]["reason"] == "allow-origin-missing"
    assert good["steps"][2]["target"] == "img https://api.example/a.png"
    assert good["steps"][3]["thrown"] == "script may not use the method TRACE"
    (mismatch,) = wrong["steps"][0]["mismatches"]
    assert (mismatch["what"], mismatch["expected"]) == ("verdict", "readable")


def test_each_browser_that_is_asked_for_runs_it(folder: Path) -> None:
    text = corssim("run", str(folder / "good.toml"), "--browser", "chromium", "--browser", "webkit").out
    assert "leave (chromium)" in text
    assert "leave (webkit)" in text
    assert "2 scenarios: 2 passed" in text


@pytest.fixture
def app_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app_of_this_test.py").write_text(APP)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("app_module")
def test_an_app_answers_at_its_origin(tmp_path: Path) -> None:
    path = tmp_path / "app.toml"
    path.write_text(
        'title = "t"\npage = "https://app.example/"\n[[step]]\nfetch = "https://api.example/"\n'
        'expect.body = "from the app"\n'
    )
    assert corssim("run", str(path), "--app", "https://api.example=app_of_this_test:app").status == 0
    ran = corssim("run", str(path), "--app", "https://api.example=app_of_this_test:broken")
    assert ran.status == 1
    assert "the app raised RuntimeError: no such table" in ran.out
    ran = corssim("run", str(path), "--app", "https://api.example=app_of_this_test:none")
    assert ran.status == 2


def test_the_fetches_are_written_as_a_page_too(folder: Path) -> None:
    path = folder / "report.html"
    assert corssim("run", str(folder / "good.toml"), "--html", str(path)).status == 0
    assert "step 1, as standard" in path.read_text("utf-8")


def test_where_the_terminal_is_narrow_what_was_expected_stands_before_what_came(folder: Path) -> None:
    ran = corssim("run", str(folder / "wrong.toml"), variables={"COLUMNS": "40"})
    assert "verdict: expected readable, got" in ran.out


ONLY = {
    "a name": ("good", ["good.toml"]),
    "a pattern for the name": ("w*", ["wrong.toml"]),
    "a part of the path": ("deep/*", ["deep/third.toml"]),
    "with the suffix": ("*.toml", ["good.toml", "wrong.toml", "deep/third.toml"]),
}


@pytest.mark.parametrize(("glob", "names"), ONLY.values(), ids=ONLY)
def test_only_what_matches_is_run(folder: Path, glob: str, names: list[str]) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "third.toml").write_text(SCENARIO.format(verdict="blocked"))
    ran = corssim("run", "--json", "--only", glob, str(folder))
    ends = {each["path"].removeprefix(f"{folder}/") for each in json.loads(ran.out)["scenarios"]}
    assert ends == set(names)


def test_a_pattern_that_matches_nothing_is_a_mistake(folder: Path) -> None:
    ran = corssim("run", str(folder), "--only", "nothing*")
    assert ran.status == 2
    assert ran.err == "corssim: error: --only: no scenario matches nothing*; `corssim run --list` names them\n"


def test_a_list_runs_nothing(folder: Path) -> None:
    ran = corssim("run", "--list", str(folder))
    assert (ran.status, ran.err) == (0, "")
    assert "  good  A PUT [bold]without[/bold] leave\n  wrong  A PUT" in ran.out
    listed = json.loads(corssim("run", "--list", "--json", str(folder)).out)["scenarios"]
    assert [each["title"] for each in listed] == ["A PUT [bold]without[/bold] leave"] * 2


def test_a_lesson_tells_what_the_page_does_and_what_the_reason_means(folder: Path) -> None:
    ran = corssim("run", "--lesson", str(folder / "good.toml"))
    assert ran.status == 0
    for part in (
        "It is asked for first.",
        "on the page https://app.example/",
        '1. fetch("https://api.example/", {\n         method: "PUT",\n       })',
        "What it means:  The answer does not say who may read it.",
        "2. 5 seconds pass",
        '3. <img src="https://api.example/a.png">',
        "TypeError: script may not",
    ):
        assert part in ran.out


EMPHASIS = {
    "a word": ("may *read* it", "may read it"),
    "a word before a particle": ("*읽을* 수", "읽을 수"),
    "a few words": ("an *in between* thing", "an in between thing"),
    "a lone star": ("Allow-Origin: * lets https://*.example in", "Allow-Origin: * lets https://*.example in"),
    "a star in code": ("`*` and `*`", "`*` and `*`"),
}


@pytest.mark.parametrize(("written", "shown"), EMPHASIS.values(), ids=EMPHASIS)
def test_emphasis_is_bold_on_a_terminal_and_stars_of_their_own_stay(folder: Path, written: str, shown: str) -> None:
    path = folder / "good.toml"
    path.write_text(path.read_text().replace("It is asked for first.", written))
    assert f"    {shown}\n" in corssim("run", "--lesson", str(path)).out


def test_steps_wait_on_a_terminal_and_a_q_ends_them(folder: Path) -> None:
    path = str(folder / "good.toml")
    ran = corssim("run", "--step", path, stdin="\n\n\n\n", terminal=True, variables={"NO_COLOR": "1"})
    asked = ran.out.index("Press Enter to see what happens")
    assert ran.out.index('method: "PUT"') < asked < ran.out.index("BLOCKED PUT")
    assert ran.out.count("Press Enter") == 2
    ended = corssim("run", "--step", path, stdin="q\n", terminal=True, variables={"NO_COLOR": "1"})
    assert "BLOCKED PUT" not in ended.out
    assert ended.status == 0


def test_without_a_terminal_steps_do_not_wait(folder: Path) -> None:
    path = str(folder / "good.toml")
    assert corssim("run", "--step", path).out == corssim("run", "--lesson", path).out


def test_junit_has_a_case_a_run_and_the_mismatches(folder: Path) -> None:
    report = folder / "report.xml"
    ran = corssim("run", str(folder), "--browser", "chromium", "--browser", "firefox", "--junit", str(report))
    assert ran.status == 1
    root = ElementTree.parse(report).getroot()
    assert (root.get("tests"), root.get("failures")) == ("4", "2")
    names = [case.get("name") for case in root.iter("testcase")]
    assert names == ["good[chromium]", "good[firefox]", "wrong[chromium]", "wrong[firefox]"]
    failures = [failure.get("message") for failure in root.iter("failure")]
    assert failures[0] is not None
    assert failures[0].startswith("step 1: verdict: expected readable, got blocked")


def test_control_characters_reach_neither_xml_nor_terminal(tmp_path: Path) -> None:
    path = tmp_path / "bell.toml"
    path.write_text(
        'title = "a \\u0007 bell"\npage = "https://app.example/"\n[[server]]\nurl = "*"\nbody = "\\u001b[31m"\n'
        '[[step]]\nfetch = "/"\nexpect.body = "\\u0000"\n'
    )
    report = tmp_path / "report.xml"
    ran = corssim("run", "--lesson", str(path), "--junit", str(report))
    assert ran.status == 1
    assert "\x07" not in ran.out
    assert "\x1b" not in ran.out
    ElementTree.parse(report)


def test_a_file_that_cannot_be_written_is_told(folder: Path) -> None:
    ran = corssim("run", str(folder / "good.toml"), "--junit", str(folder / "none" / "x.xml"))
    assert ran.status == 2
    assert "--junit:" in ran.err


DIFFERENT = """
title = "Ports"
page = "https://app.example/"
[[server]]
url = "*"
[[step]]
fetch = "https://app.example:81/"
expect.verdict = "blocked"
expect.ie11.verdict = "readable"
"""


def test_browsers_that_differ_are_set_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "ports.toml").write_text(DIFFERENT)
    ran = corssim("run", str(tmp_path), "--browser", "chromium", "--browser", "ie11")
    assert ran.status == 0
    assert "Browsers differ in 1 of 1 scenario." in ran.out
    assert "step 1: fetch https://app.example:81/" in ran.out
    assert re.search(r"chromium +blocked +GET; allow-origin-missing\n +ie11 +readable +GET\n", ran.out)
    agreed = corssim("run", str(tmp_path), "--browser", "chromium", "--browser", "firefox")
    assert "Browsers agree in all of them." in agreed.out


@pytest.mark.parametrize(
    ("variables", "flags", "korean"),
    [
        ({}, [], False),
        ({"LANG": "ko_KR.UTF-8"}, [], True),
        ({"LC_ALL": "C", "LANG": "ko_KR.UTF-8"}, [], False),
        ({"LANG": "de_DE"}, [], False),
        ({"LANG": "en_US.UTF-8"}, ["--lang", "ko"], True),
        ({"LANG": "ko"}, ["--lang", "en"], False),
    ],
)
def test_the_language_is_asked_for_or_the_locales(
    tmp_path: Path, variables: dict[str, str], flags: list[str], korean: bool
) -> None:
    (tmp_path / "ports.toml").write_text(DIFFERENT)
    (tmp_path / "ports.ko.md").write_text("# 포트\n\n본문\n\n<!-- translates 000000000000 -->\n", "utf-8")
    ran = corssim("run", "--lesson", *flags, str(tmp_path), variables=variables)
    assert ("포트" in ran.out) is korean
    assert ("이 번역 이후에 영어 원문이 바뀌었습니다" in ran.out) is korean


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"from the host")

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_live_run_asks_the_host_and_leaves_the_files_servers_aside(tmp_path: Path) -> None:
    path = tmp_path / "live.toml"
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        path.write_text(
            f'title = "t"\npage = "http://127.0.0.1:{port}/"\n[[server]]\nurl = "*"\nbody = "from the file"\n'
            '[[step]]\nfetch = "/"\nexpect.body = "from the host"\n'
        )
        assert corssim("run", str(path)).status == 1
        assert corssim("run", "--live", str(path)).status == 0
        server.shutdown()
    assert corssim("run", "--live", str(path)).status == 3


def test_a_folder_gets_the_course_as_pages(folder: Path) -> None:
    site = folder / "deep" / "site"
    ran = corssim("run", str(folder / "good.toml"), "--html", str(site), "--lang", "ko")
    assert ran.status == 0
    written = {str(path.relative_to(site)) for path in site.rglob("*.html")}
    assert {"index.html", "en/index.html", f"ko/{folder.name}/good.html"} <= written
    assert 'lang="ko"' in (site / "index.html").read_text("utf-8")[:60]
    page = (site / "en" / folder.name / "good.html").read_text("utf-8")
    assert all(browser in page for browser in ("standard", "chromium", "firefox", "webkit"))
    assert corssim("run", str(folder / "good.toml"), "--html", str(site)).status == 0


def test_pages_leave_the_files_of_others_alone(folder: Path) -> None:
    (folder / "index.html").write_text("mine")
    ran = corssim("run", str(folder / "good.toml"), "--html", str(folder))
    assert ran.status == 2
    assert (folder / "index.html").read_text() == "mine"
    assert corssim("run", str(folder / "good.toml"), "--html", str(folder / "good.toml")).status == 2


@pytest.mark.parametrize(
    ("flags", "verdict"),
    [
        ((), "pending"),
        (("--permission", "loopback-network=denied"), "blocked"),
        (("--permission", "loopback-network=granted"), "readable"),
        (("--local-network-access", "off"), "readable"),
    ],
)
def test_what_the_user_has_decided_and_set_takes_the_place_of_the_files(flags: tuple[str, ...], verdict: str) -> None:
    name = str(SCENARIOS / "11-local-network" / "6-the-browser-asks.toml")
    document = json.loads(corssim("run", name, "--browser", "firefox", "--json", *flags).out)
    assert document["scenarios"][0]["steps"][0]["outcome"]["verdict"] == verdict


@pytest.mark.parametrize(
    ("browser", "flags", "sent"),
    [
        ("chromium", (), "https://shop.example.com/"),
        ("chromium", ("--https-first", "off"), "http://shop.example.com/"),
        ("webkit", (), "http://shop.example.com/"),
        ("webkit", ("--https-first", "on"), "https://shop.example.com/"),
    ],
)
def test_https_first_of_the_flags_takes_the_place_of_the_browsers(
    browser: str, flags: tuple[str, ...], sent: str
) -> None:
    name = str(SCENARIOS / "02-origins" / "9-upgraded.toml")
    document = json.loads(corssim("run", name, "--browser", browser, "--json", *flags).out)
    steps = document["scenarios"][0]["steps"]
    assert [each["request"]["url"] for each in steps[0]["outcome"]["exchanges"]] == [sent]


@pytest.mark.parametrize(
    ("told", "flags", "sent"),
    [
        ("", (), "en-US,en;q=0.9"),
        ('languages = "fr,de"\n', (), "fr,de;q=0.9"),
        ('languages = "fr,de"\n', ("--languages", "ja"), "ja"),
    ],
    ids=["as the browser ships", "of the file", "of the flags"],
)
def test_languages_of_the_flags_take_the_place_of_the_files(
    tmp_path: Path, told: str, flags: tuple[str, ...], sent: str
) -> None:
    path = tmp_path / "languages.toml"
    path.write_text(
        f'title = "Languages"\npage = "https://app.example/"\n{told}'
        '[[server]]\nurl = "/x"\n[[step]]\nfetch = "https://app.example/x"\n'
    )
    document = json.loads(corssim("run", str(path), "--browser", "firefox", "--json", *flags).out)
    (exchange,) = document["scenarios"][0]["steps"][0]["outcome"]["exchanges"]
    assert ["Accept-Language", sent] in exchange["request"]["headers"]


@pytest.mark.parametrize(("told", "flag", "sent"), [("true", "off", "http"), ("false", "on", "https")])
def test_https_first_of_the_flags_takes_the_place_of_the_files(tmp_path: Path, told: str, flag: str, sent: str) -> None:
    path = tmp_path / "link.toml"
    path.write_text(
        f'title = "A link"\npage = "https://app.example/"\nhttps_first = {told}\n'
        '[[server]]\nurl = "https://shop.example.com/"\n[[server]]\nurl = "http://shop.example.com/"\n'
        '[[step]]\nnavigate = "http://shop.example.com/"\n'
    )
    document = json.loads(corssim("run", str(path), "--browser", "chromium", "--json", "--https-first", flag).out)
    (exchange,) = document["scenarios"][0]["steps"][0]["outcome"]["exchanges"]
    assert exchange["request"]["url"] == f"{sent}://shop.example.com/"
