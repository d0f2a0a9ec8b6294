"""The plugin, as a test run of somebody else's has it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from corssim.fetch.browsers import recorded_browsers
from corssim.testing import plugin

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

ROOT = Path(__file__).parents[2]
USING = """
import pytest
from the_app import app, silent
API = {"https://api.example": app}
URL = "https://api.example/items"
"""


def test_fixture_gives_browsers_on_apps(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
def test_it(browser):
    page = browser(mounts=API).page()
    assert page.url == "https://app.example/"
    assert page.fetch(URL, method="PUT").allowed
    assert not browser(mounts=API).page("https://other.example/").fetch(URL).allowed
"""
    )
    result.assert_outcomes(passed=1)


def test_default_clock_stands_still_until_it_is_advanced(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
def test_it(browser):
    b = browser(mounts=API)
    now = b.clock()
    sent = lambda: [each.request.method for each in b.page().fetch(URL, method="PUT").exchanges]
    assert sent() == ["OPTIONS", "PUT"]
    assert sent() == ["PUT"]
    assert b.clock() == now
    b.clock.advance(61)
    assert sent() == ["OPTIONS", "PUT"]
"""
    )
    result.assert_outcomes(passed=1)


def test_browsers_are_closed_at_the_end_of_their_test(run_tests: Run) -> None:
    result = run_tests(
        """
from corssim import MockServer

class Transport:
    closed = 0
    def handle_request(self, request):
        raise NotImplementedError
    def close(self):
        Transport.closed += 1

def test_open(browser):
    browser(Transport()); browser(Transport())
    assert Transport.closed == 0

def test_closed_since():
    assert Transport.closed == 2
"""
    )
    result.assert_outcomes(passed=2)


def test_marker_sets_page_and_profile_and_the_nearest_decides(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
pytestmark = pytest.mark.cors(page="https://other.example/", profile="firefox")

def test_module_marker(browser):
    b = browser(mounts=API)
    assert (b.page().url, b.profile.name) == ("https://other.example/", "firefox")

@pytest.mark.cors(profile="webkit")
def test_nearest(browser):
    b = browser(mounts=API)
    assert (b.page().url, b.profile.name) == ("https://other.example/", "webkit")

@pytest.mark.cors(profile="webkit")
def test_argument_beats_marker(browser):
    assert browser(mounts=API, profile="chromium").profile.name == "chromium"
"""
    )
    result.assert_outcomes(passed=3)


def test_marker_with_an_unknown_argument_is_a_mistake_told(run_tests: Run) -> None:
    result = run_tests("import pytest\n@pytest.mark.cors(browser='x')\ndef test_it(browser): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_it*: the marker cors takes page= and profile= alone*"])


PROFILE_TESTS = (
    USING
    + """
def test_it(browser):
    print("ran as", browser(mounts=API).profile.name)

@pytest.mark.cors(profile="webkit")
def test_pinned(browser):
    print("pinned to", browser(mounts=API).profile.name)

def test_without_a_browser():
    pass
"""
)


def test_one_profile_changes_no_ids(run_tests: Run) -> None:
    result = run_tests(PROFILE_TESTS, "-v", "-s", "--cors-profile", "firefox")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["corssim: firefox", "*test_it ran as firefox", "*test_pinned pinned to webkit"])


def test_all_runs_each_test_in_each_browser_but_not_the_pinned_ones(run_tests: Run) -> None:
    result = run_tests(PROFILE_TESTS, "-v", "-s", "--cors-profile", "all")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines([f"*test_it[[]{name}[]] ran as {name}" for name in plugin.PROFILES])


def test_several_profiles_by_comma_or_repeated(run_tests: Run) -> None:
    result = run_tests(PROFILE_TESTS, "--cors-profile", "firefox,webkit", "--cors-profile", "firefox")
    result.assert_outcomes(passed=4)


def test_browsers_by_whatever_name(run_tests: Run) -> None:
    result = run_tests(PROFILE_TESTS, "-v", "--cors-profile", "Chrome,safari,edge")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["corssim: chromium, webkit"])


def test_a_test_may_parametrise_the_profile_itself(run_tests: Run) -> None:
    text = (
        USING
        + """
@pytest.mark.parametrize("cors_profile", ["webkit", "ie11"])
def test_it(browser, cors_profile):
    assert browser(mounts=API).profile.name == cors_profile
"""
    )
    run_tests(text, "--cors-profile", "all").assert_outcomes(passed=2)


def test_unknown_profile_is_a_usage_error(run_tests: Run) -> None:
    result = run_tests(PROFILE_TESTS, "--cors-profile", "netscape")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--cors-profile: 'netscape' is no browser; there are standard, chromium* and all"])


def test_profiles_are_those_there_are() -> None:
    assert ("standard", *recorded_browsers()) == plugin.PROFILES


def test_a_version_of_a_browser_is_a_profile(run_tests: Run) -> None:
    text = """
def test_it(browser):
    assert browser().profile.version == "156"
"""
    run_tests(text, "--cors-profile", "chrome-156").assert_outcomes(passed=1)


THE_USERS = (
    USING
    + """
from corssim.fetch.settings import BrowserSettings

LOCAL = {"http://127.0.0.1": app}

def told(browser):
    outcome = browser.page().fetch("http://127.0.0.1/items")
    return f"{browser.profile.cookies.third_party} {outcome.verdict}"

def test_sync(browser):
    print("told", told(browser(mounts=LOCAL)))

def test_own(browser):
    own = {"settings": BrowserSettings(third_party_cookies="no-new"), "permissions": {}}
    print("own", told(browser(mounts=LOCAL, **own)))

def test_async(async_browser):
    import asyncio

    async def told():
        made = async_browser(mounts=LOCAL)
        outcome = await made.page().fetch("http://127.0.0.1/items")
        return f"{made.profile.cookies.third_party} {outcome.verdict}"

    print("async", asyncio.run(told()))
"""
)
THE_USERS_OPTIONS = {
    "nothing said": ([], "", "partition pending"),
    "flags": (["--cors-third-party-cookies=block", "--cors-local-network-access=off"], "", "block readable"),
    "a permission": (["--cors-permission=loopback-network=granted"], "", "partition readable"),
    "a denied permission": (["--cors-permission=loopback-network=denied"], "", "partition blocked"),
    "the configuration": (
        [],
        "cors_third_party_cookies = block\ncors_permission =\n  loopback-network=granted\n  local-network=denied",
        "block readable",
    ),
    "a setting of the configuration": ([], "cors_local_network_access = off", "partition readable"),
    "flags before the configuration": (
        ["--cors-third-party-cookies=allow", "--cors-permission=loopback-network=denied"],
        "cors_third_party_cookies = block\ncors_permission = loopback-network=granted",
        "allow blocked",
    ),
}


@pytest.mark.parametrize(("flags", "lines", "told"), THE_USERS_OPTIONS.values(), ids=THE_USERS_OPTIONS)
def test_what_the_user_has_set_and_decided(
    run_tests: Run, pytester: pytest.Pytester, flags: list[str], lines: str, told: str
) -> None:
    pytester.makeini(f"[pytest]\n{lines}\n")
    result = run_tests(THE_USERS, "-s", "--cors-profile", "firefox", *flags)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines([f"*told {told}*", "*own no-new pending*", f"*async {told}*"])


VISITING = (
    USING
    + """
SHOP = "shop.example.com/items"

def test_visit(browser):
    visited = browser(mounts={"http://shop.example.com": app, "https://shop.example.com": app}).visit(f"http://{SHOP}")
    print("at", visited.url)
"""
)


@pytest.mark.parametrize(
    ("profile", "flags", "line", "scheme"),
    [
        ("webkit", [], "", "http"),
        ("webkit", ["--cors-https-first=on"], "", "https"),
        ("webkit", [], "cors_https_first = on", "https"),
        ("chromium", ["--cors-https-first=off"], "cors_https_first = on", "http"),
    ],
    ids=["as it ships", "a flag", "the configuration", "a flag before the configuration"],
)
def test_whether_visits_try_https_first(
    run_tests: Run, pytester: pytest.Pytester, profile: str, flags: list[str], line: str, scheme: str
) -> None:
    pytester.makeini(f"[pytest]\n{line}\n")
    result = run_tests(VISITING, "-s", "--cors-profile", profile, *flags)
    result.stdout.fnmatch_lines([f"*at {scheme}://shop.example.com/items*"])


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("--cors-https-first=true", "*https_first is 'true'; it can be 'on', 'off'*"),
        ("--cors-third-party-cookies=some", "*third_party_cookies is 'some'; it can be 'allow'*"),
        ("--cors-local-network-access=on", "*local_network_access is 'on'; it can be 'ask', 'off'*"),
        ("--cors-permission=camera=granted", "*permissions: there is no 'camera'; there are *loopback-network*"),
        ("--cors-permission=loopback-network=yes", "*permissions: loopback-network is 'yes'; it can be *"),
        ("--cors-permission=granted", "*'granted' is no pair such as loopback-network=granted*"),
    ],
)
def test_what_no_user_can_set_is_a_usage_error(run_tests: Run, flag: str, said: str) -> None:
    result = run_tests(THE_USERS, flag)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_failing_assertion_prints_timeline_and_fix(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
def test_it(browser):
    page = browser(mounts={"https://api.example": silent}).page()
    assert page.fetch(URL).allowed
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *where False = <Outcome blocked, reason='allow-origin-missing'*",
            "*corssim: GET https://api.example/items from https://app.example/ -*",
            "BLOCKED GET https://api.example/items from https://app.example",
            "*Access-Control-Allow-Origin*(absent)",
            "*fix*Access-Control-Allow-Origin: https://app.example*",
        ]
    )


def test_variables_that_cannot_be_looked_at_do_not_end_the_run(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
class Lazy:
    @property
    def __class__(self):
        raise LookupError("not configured")

def test_it(browser):
    lazy, outcome = Lazy(), browser(mounts=API).page("https://other.example/").fetch(URL)
    raise ValueError(outcome.reason)
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*corssim: GET*", "BLOCKED*"])


def test_fix_is_told_as_code_of_the_framework_that_answered(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
from corssim import MockServer
def test_known(browser):
    assert browser(mounts={"https://api.example": silent}).page().fetch(URL, method="PUT").allowed
def test_unknown(browser):
    assert browser(mounts={"https://api.example": MockServer()}).page().fetch(URL, method="PATCH").allowed
"""
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["  in code    Starlette: CORSMiddleware*", "    app.add_middleware(", "        allow_methods=*PUT*"]
    )
    assert result.stdout.str().count("in code") == 1


def test_a_layer_that_is_there_is_replaced_even_where_it_sends_nothing(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
def test_it(browser):
    assert browser(mounts=API).page("https://not-listed.example/").fetch(URL).allowed
"""
    )
    result.assert_outcomes(failed=1)
    assert "In place of the CORSMiddleware that is there." in " ".join(result.stdout.str().split())


def test_where_nothing_is_mounted_is_said(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
import socket
@pytest.fixture
def deaf():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # nobody listens
        yield f"http://127.0.0.1:{held.getsockname()[1]}/x"
def test_it(browser, deaf):
    assert browser(mounts=API).page().fetch(deaf).allowed
def test_elsewhere(browser):
    from corssim import MockServer
    server = MockServer().route("*", fail="dns")
    assert browser(mounts={**API, "all://": server}).page().fetch("https://nowhere.example/x").allowed
"""
    )
    result.assert_outcomes(failed=2)
    assert result.stdout.str().count("Nothing is mounted at ") == 1
    result.stdout.fnmatch_lines(
        ["  mounts     Nothing is mounted at http://127.0.0.1:*: the network itself was asked."]
    )


def test_failure_tells_of_browsers_that_no_fixture_made(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
from corssim import Browser
def test_it():
    outcome = Browser(mounts={"https://api.example": silent}).page("https://app.example/").fetch(URL)
    assert outcome.response is not None
def test_raised():
    Browser(mounts={"https://api.example": silent}).page("https://app.example/").fetch(URL).raise_for_block()
"""
    )
    result.assert_outcomes(failed=2)
    assert result.stdout.str().count("BLOCKED GET https://api.example/items") == 2


def test_the_fetch_is_told_that_the_failed_assertion_is_about(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
def test_named(browser):
    page = browser(mounts={"https://api.example": silent}).page()
    named = page.fetch(URL + "/named")
    page.fetch(URL + "/later")
    assert named.allowed
def test_made_in_the_assertion(browser):
    page = browser(mounts={"https://api.example": silent}).page()
    before = page.fetch(URL + "/before")
    assert page.fetch(URL + "/asserted").allowed
"""
    )
    result.assert_outcomes(failed=2)
    told = [line.partition("https://api.example")[2] for line in result.outlines if line.startswith("BLOCKED ")]
    assert [path.partition(" ")[0] for path in told] == ["/items/named", "/items/asserted"]


def test_what_is_told_is_in_junits_xml_too(run_tests: Run, pytester: pytest.Pytester) -> None:
    result = run_tests(
        USING
        + """
def test_it(browser):
    assert browser(mounts={"https://api.example": silent}).page().fetch(URL).allowed
""",
        "--junit-xml=report.xml",
    )
    result.assert_outcomes(failed=1)
    report = ElementTree.parse(pytester.path / "report.xml").find(".//failure")
    assert report is not None
    assert "BLOCKED GET https://api.example/items" in str(report.text)
    assert "Set Access-Control-Allow-Origin: https://app.example" in str(report.text)


def test_failure_tells_what_the_app_raised(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
def test_it(browser):
    page = browser(mounts=API).page()
    assert page.fetch("https://api.example/boom").response.status == 200
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*corssim: the app raised*", "RuntimeError: the database is gone (*the_app.py:*)"])


def test_failing_helper_tells_it_once(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
from corssim.testing import assert_readable
def test_it(browser):
    assert_readable(browser(mounts={"https://api.example": silent}).page().fetch(URL))
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *script cannot read the response: allow-origin-missing"])
    assert result.stdout.str().count("BLOCKED GET") == 1


def test_of_many_fetches_the_last_unreadable_ones_are_told(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
def test_it(browser):
    page = browser(mounts={"https://api.example": silent, "https://good.example": app}).page()
    for number in range(5):
        page.fetch(f"{URL}?{number}")
    page.fetch("https://good.example/items")
    assert False
"""
    )
    told = [line for line in result.outlines if line.startswith(("BLOCKED", "READABLE"))]
    assert told == [f"BLOCKED GET https://api.example/items?{n} from https://app.example" for n in (2, 3, 4)]


def test_readable_fetch_is_told_where_there_is_no_other(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
def test_it(browser):
    assert browser(mounts=API).page().fetch(URL).response.header("X-Total") == "1"
"""
    )
    result.stdout.fnmatch_lines(["READABLE GET https://api.example/items from https://app.example"])


def test_passing_tests_and_other_failures_get_no_section(run_tests: Run) -> None:
    result = run_tests("import corssim\ndef test_good(browser): pass\ndef test_bad(): assert 1 == 2\n")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*corssim:*")


def test_changed_policy_shows_as_a_diff(run_tests: Run) -> None:
    result = run_tests(
        USING
        + """
from corssim.testing import matrix
def test_it():
    kept = matrix(app, url=URL, origins=["https://app.example"], methods=["GET", "PUT"]).to_dict()
    assert matrix(silent, url=URL, origins=["https://app.example"], methods=["GET", "PUT"]) == kept
"""
    )
    result.stdout.fnmatch_lines(
        [
            "E *the policy changed",
            "E *GET from https://app.example, credentials same-origin: verdict 'blocked', was 'readable'; *",
        ]
    )


def test_sections_survive_worker_processes(run_tests: Run) -> None:
    pytest.importorskip("xdist")
    text = (
        USING
        + """
@pytest.mark.parametrize("number", range(3))
def test_it(browser, number):
    assert browser(mounts={"https://api.example": silent}).page().fetch(URL).allowed
def test_transport_error(browser):
    import httpx
    from corssim.testing import PageTransport
    httpx.Client(transport=PageTransport(browser(mounts={"https://api.example": silent}).page())).get(URL)
"""
    )
    result = run_tests(text, "-n", "2", plugins=("xdist.plugin",), subprocess=True)
    result.assert_outcomes(failed=4)
    assert result.stdout.str().count("BLOCKED GET https://api.example/items from https://app.example") == 4


ASYNC_TEST = (
    USING
    + """
async def fetches(async_browser):
    b = async_browser(mounts=API)
    outcome = await b.page().fetch(URL, method="PUT")
    assert outcome.allowed
    b.clock.advance(61)
    assert len((await b.page().fetch(URL, method="PUT")).exchanges) == 2
    page = async_browser(mounts={"https://api.example": silent}).page()
    assert (await page.fetch(URL)).allowed
"""
)


def test_async_browser_under_anyio(run_tests: Run) -> None:
    text = (
        ASYNC_TEST
        + """
@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_it(async_browser):
    await fetches(async_browser)
"""
    )
    result = run_tests(text, plugins=("anyio.pytest_plugin",), subprocess=True)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["BLOCKED GET https://api.example/items from https://app.example"])
    result.stdout.no_fnmatch_line("*Error at teardown*")


def test_async_browser_under_pytest_asyncio(run_tests: Run) -> None:
    pytest.importorskip("pytest_asyncio")
    text = (
        ASYNC_TEST
        + """
@pytest.mark.asyncio
async def test_it(async_browser):
    await fetches(async_browser)
"""
    )
    flags = ("-o", "asyncio_default_fixture_loop_scope=function")
    result = run_tests(text, *flags, plugins=("pytest_asyncio.plugin",), subprocess=True)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["BLOCKED GET https://api.example/items from https://app.example"])


def test_fixture_of_another_plugin_keeps_its_name(run_tests: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        driver="import pytest\n@pytest.fixture(scope='session')\ndef browser():\n    return 'a real browser'\n"
    )
    text = """
def test_theirs(browser):
    assert browser == "a real browser"
def test_ours(cors_browser):
    assert cors_browser().page().url == "https://app.example/"
"""
    pytester.syspathinsert()
    result = run_tests(text, plugins=("driver",))
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["corssim: another plugin has a fixture `browser`; corssim's are cors_browser*"])


def test_installation_makes_it_a_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"corssim": plugin.__name__}


def test_unused_it_imports_neither_the_engine_nor_any_client() -> None:
    """A run that uses none of it pays for two small modules."""
    code = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport corssim.testing.plugin, corssim.testing.short_names\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.partition(".")[0] not in sys.stdlib_module_names}
    assert ours == {
        "corssim",
        "corssim.exported_names",
        "corssim.testing",
        "corssim.testing.plugin",
        "corssim.testing.short_names",
    }
