"""CORS as part of a test suite: fixtures, assertions that explain themselves, policies as tables, a transport."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..browser.clock import SteppedClock
    from ..server.infer import infer
    from ..server.inferred_policy import InferredPolicy
    from ..server.lint import Finding, Severity, lint
    from .assertions import (
        OutcomeAssertionError,
        assert_blocked,
        assert_not_preflighted,
        assert_preflighted,
        assert_readable,
    )
    from .browsers import AsyncBrowserFactory, AsyncSteppedBrowser, BrowserFactory, SteppedBrowser
    from .matrix import Matrix, MatrixRow, matrix
    from .page_transport import PageTransport

_HOMES = {
    "AsyncBrowserFactory": ".browsers",
    "AsyncSteppedBrowser": ".browsers",
    "BrowserFactory": ".browsers",
    "Finding": "..server.lint",
    "InferredPolicy": "..server.inferred_policy",
    "Matrix": ".matrix",
    "MatrixRow": ".matrix",
    "OutcomeAssertionError": ".assertions",
    "PageTransport": ".page_transport",
    "Severity": "..server.lint",
    "SteppedBrowser": ".browsers",
    "SteppedClock": "..browser.clock",
    "assert_blocked": ".assertions",
    "assert_not_preflighted": ".assertions",
    "assert_preflighted": ".assertions",
    "assert_readable": ".assertions",
    "infer": "..server.infer",
    "lint": "..server.lint",
    "matrix": ".matrix",
}

__all__ = [
    "AsyncBrowserFactory",
    "AsyncSteppedBrowser",
    "BrowserFactory",
    "Finding",
    "InferredPolicy",
    "Matrix",
    "MatrixRow",
    "OutcomeAssertionError",
    "PageTransport",
    "Severity",
    "SteppedBrowser",
    "SteppedClock",
    "assert_blocked",
    "assert_not_preflighted",
    "assert_preflighted",
    "assert_readable",
    "infer",
    "lint",
    "matrix",
]


def __getattr__(name: str) -> Any:
    # Each name is imported when it is first asked for: pytest loads the plugin beside this file in every run.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
