"""The pytest plugin: browsers as fixtures, the marker `cors`, and failing tests that say why and what to change.

pytest loads it in every run, so nothing is imported here but pytest; the fixtures import what they need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from .browsers import AsyncBrowserFactory, BrowserFactory

PROFILES = ("standard", "chromium", "firefox", "webkit")
"""What `--cors-profile all` stands for."""

PAGE = "https://app.example/"
"""The page of `browser(...).page()` where the marker names none."""

SHORT_NAMES = ("browser", "async_browser")

_profiles = pytest.StashKey[list[str]]()
_outcomes = pytest.StashKey[list[Any]]()
_opened = pytest.StashKey[list[Any]]()
_options = pytest.StashKey[dict[str, Any]]()

_SETTINGS = {
    "third_party_cookies": "allow, partition, no-new or block",
    "local_network_access": "ask or off",
    "https_first": "on or off",
}

_MARKER = "cors(page='https://app.example/', profile='standard'): defaults of the fixtures browser and async_browser"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("corssim", "CORS, as browsers enforce it")
    group.addoption(
        "--scenarios",
        action="append",
        metavar="DIR",
        default=[],
        help="run the scenario files (*.toml) in a folder, an item each; several browsers of --cors-profile run each",
    )
    group.addoption(
        "--cors-profile",
        action="append",
        metavar="NAME",
        default=[],
        help="the browser that the fixtures simulate: standard, chromium, firefox, webkit; "
        "several (or all) run each test in each",
    )
    for name, values in _SETTINGS.items():
        meaning = f"what the user of the fixtures' browsers has set: {values} (default: as the browser ships)"
        group.addoption(_flag(name), metavar="VALUE", default="", help=meaning)
        parser.addini(f"cors_{name}", meaning, default="")
    meaning = "what that user has decided: loopback-network or local-network, granted, denied or prompt (repeatable)"
    group.addoption("--cors-permission", action="append", metavar="NAME=STATE", default=[], help=meaning)
    parser.addini("cors_permission", "NAME=STATE a line: " + meaning, type="linelist", default=[])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)
    profiles: list[str] = []
    for name in [_meant(each) for given in config.getoption("--cors-profile") for each in given.split(",")]:
        profiles += PROFILES if name == "all" else (name,)
    profiles = config.stash.setdefault(_profiles, list(dict.fromkeys(profiles)))
    config.stash[_options] = _options_of_the_user(config)
    if given := config.getoption("--scenarios"):
        from .scenario_files import ScenarioCollector, find_paths

        paths = find_paths(config, given)
        # Nothing but the scenarios, unless tests are named beside them.
        config.args[:] = [*(config.args if config.args_source is config.ArgsSource.ARGS else ()), *paths]
        config.pluginmanager.register(ScenarioCollector(paths, profiles), "corssim-scenarios")
    # Browser drivers for pytest name their fixtures so, too: theirs stay what they were.
    plugins = config.pluginmanager.get_plugins()
    if not any(name in getattr(plugin, "__dict__", ()) for plugin in plugins for name in SHORT_NAMES):
        from . import short_names

        config.pluginmanager.register(short_names, "corssim-short-names")


def _options_of_the_user(config: pytest.Config) -> dict[str, Any]:
    """The arguments that each browser of the fixtures gets unless the test gives its own; the command line decides."""
    settings = {name: config.getoption(_flag(name)) or config.getini(f"cors_{name}") for name in _SETTINGS}
    permissions = [*config.getini("cors_permission"), *config.getoption("--cors-permission")]
    if not any(settings.values()) and not permissions:
        return {}
    from .user_options import browser_options

    return browser_options(settings, permissions)


def _flag(setting: str) -> str:
    return f"--cors-{setting.replace('_', '-')}"


def _meant(name: str) -> str:
    """The profile that a name means, or `all`; chrome, edge and safari have stand-ins."""
    from ..browser.also_called import recorded_name
    from ..errors import UsageError
    from ..fetch.browsers import profile_named

    meant = recorded_name(name)
    if meant != "all":
        try:
            profile_named(meant)
        except UsageError as error:
            raise pytest.UsageError(f"--cors-profile: {error} and all") from None
    return meant


def pytest_report_header(config: pytest.Config) -> list[str]:
    profiles = config.stash[_profiles]
    lines = [f"corssim: {', '.join(profiles)}"] if profiles else []
    if not config.pluginmanager.has_plugin("corssim-short-names"):
        lines.append("corssim: another plugin has a fixture `browser`; corssim's are cors_browser, async_cors_browser")
    return lines


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    profiles = metafunc.config.stash[_profiles]
    if len(profiles) < 2 or "cors_profile" not in metafunc.fixturenames:
        return
    if "profile" in _marked(metafunc.definition):
        return
    if not any("cors_profile" in str(marker.args[:1]) for marker in metafunc.definition.iter_markers("parametrize")):
        metafunc.parametrize("cors_profile", profiles, indirect=True)


@pytest.fixture
def cors_profile(request: pytest.FixtureRequest) -> str:
    """The name of the browser that this test's browsers simulate."""
    if hasattr(request, "param"):
        return str(request.param)
    profiles = request.config.stash[_profiles]
    marked = _marked(request.node).get("profile")
    return marked or (profiles[0] if profiles else "standard")


@pytest.fixture
def cors_browser(request: pytest.FixtureRequest, cors_profile: str) -> Iterator[BrowserFactory]:
    """The fixture `browser` under a name that no other plugin has."""
    from .browsers import BrowserFactory

    factory = BrowserFactory(**_defaults(request, cors_profile))
    yield factory
    factory.close()


@pytest.fixture
def async_cors_browser(request: pytest.FixtureRequest, cors_profile: str) -> Iterator[AsyncBrowserFactory]:
    """The fixture `async_browser` under a name that no other plugin has."""
    from .browsers import AsyncBrowserFactory

    factory = AsyncBrowserFactory(**_defaults(request, cors_profile))
    yield factory
    factory.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and call.excinfo is not None:
        import sys

        # Without it no fetch was made in this process, and there is nothing to tell.
        if "corssim.browser.outcome" in sys.modules:
            from .failures import failure_sections

            outcomes: list[Any] = item.stash.get(_outcomes, [])
            opened: list[Any] = item.stash.get(_opened, [])
            _add_sections(report, failure_sections(call.excinfo, outcomes, opened))
    return report


def _add_sections(report: pytest.TestReport, sections: list[tuple[str, str]]) -> None:
    """Add to what failed, so that every reporter has it, JUnit's XML too; beside it, where that is not an exception."""
    add = getattr(report.longrepr, "addsection", None)
    for name, text in sections:
        if add is None:
            report.sections.append((name, text))
        else:
            add(name, text)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    if op == "==" and any(type(side).__module__ == "corssim.testing.matrix" for side in (left, right)):
        from .matrix import comparison

        return comparison(left, right)
    return None


def _defaults(request: pytest.FixtureRequest, profile: str) -> dict[str, Any]:
    stash = request.node.stash
    page = _marked(request.node).get("page", PAGE)
    return {
        "profile": profile,
        "page": page,
        "options": request.config.stash[_options],
        "outcomes": stash.setdefault(_outcomes, []),
        "opened": stash.setdefault(_opened, []),
    }


def _marked(node: Any) -> dict[str, Any]:
    """What the markers `cors` say, the nearest deciding."""
    marked: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("cors"))):
        if marker.args or marker.kwargs.keys() - {"page", "profile"}:
            raise pytest.UsageError(f"{node.nodeid}: the marker cors takes page= and profile= alone")
        marked |= marker.kwargs
    return marked
