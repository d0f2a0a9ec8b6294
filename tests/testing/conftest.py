"""Running pytest inside pytest, with the plugin and no other that happens to be installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corssim.fetch.browsers import profile_named
from corssim.testing.plugin import PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
for _name in PROFILES:
    profile_named(_name)  # a run in here forgets what it was the first to import, of which others keep a part

APP = """
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

async def items(request):
    return JSONResponse(["a"])

async def boom(request):
    raise RuntimeError("the database is gone")

routes = [Route("/items", items, methods=["GET", "PUT"]), Route("/boom", boom)]
silent = Starlette(routes=routes)
app = Starlette(routes=routes)
app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=["PUT"], max_age=60)
"""


@pytest.fixture
def run_tests(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """Run a test module's text with these arguments and plugins, in a process of its own where asked."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # On CI pytest repeats whole messages in its summary; the runs in here are to look alike everywhere.
    for name in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)

    def run(text: str, *arguments: str, plugins: tuple[str, ...] = (), subprocess: bool = False) -> pytest.RunResult:
        pytester.makepyfile(the_app=APP, test_it=text)
        flags = ["-p", "no:cacheprovider", "--strict-markers", "-W", "error"]
        flags += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # the outer run has imported it
        for plugin in ("corssim.testing.plugin", *plugins):
            flags += ["-p", plugin]
        command = (*flags, *arguments)
        return pytester.runpytest_subprocess(*command) if subprocess else pytester.runpytest_inprocess(*command)

    return run
