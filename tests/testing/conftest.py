"""Running pytest inside pytest, with the plugin as an installation has it."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]

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
    """Run a test module's text with these arguments, in a process of its own where asked."""
    loaded = any(each.name == "corssim" for each in entry_points(group="pytest11"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run(text: str, *arguments: str, subprocess: bool = False, asyncio: bool = False) -> pytest.RunResult:
        pytester.makepyfile(the_app=APP, test_it=text)
        flags: list[Any] = [] if loaded else ["-p", "corssim.testing.plugin"]
        flags += ["-p", "no:cacheprovider", "--strict-markers", "-W", "error"]
        flags += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # the outer run has imported it
        flags += [] if asyncio else ["-p", "no:asyncio"]
        command = (*flags, *arguments)
        return pytester.runpytest_subprocess(*command) if subprocess else pytester.runpytest_inprocess(*command)

    return run
