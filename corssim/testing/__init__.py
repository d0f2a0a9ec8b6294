"""CORS as part of a test suite: fixtures, assertions that explain themselves, policies as tables, a transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..exported_names import exported_names

if TYPE_CHECKING:
    from ..browser.clock import SteppedClock as SteppedClock
    from ..server.infer import infer as infer
    from ..server.inferred_policy import InferredPolicy as InferredPolicy
    from ..server.lint import Finding as Finding, Severity as Severity, lint as lint
    from .assertions import (
        OutcomeAssertionError as OutcomeAssertionError,
        assert_blocked as assert_blocked,
        assert_not_preflighted as assert_not_preflighted,
        assert_preflighted as assert_preflighted,
        assert_readable as assert_readable,
    )
    from .browsers import (
        AsyncBrowserFactory as AsyncBrowserFactory,
        AsyncSteppedBrowser as AsyncSteppedBrowser,
        BrowserFactory as BrowserFactory,
        SteppedBrowser as SteppedBrowser,
    )
    from .matrix import Matrix as Matrix, MatrixRow as MatrixRow, matrix as matrix
    from .page_transport import PageTransport as PageTransport

# Each name is imported when it is first asked for: pytest loads the plugin beside this file in every run.
__all__, __getattr__, __dir__ = exported_names(
    __name__,
    {
        "..browser.clock": ("SteppedClock",),
        "..server.infer": ("infer",),
        "..server.inferred_policy": ("InferredPolicy",),
        "..server.lint": ("Finding", "Severity", "lint"),
        ".assertions": (
            "OutcomeAssertionError",
            "assert_blocked",
            "assert_not_preflighted",
            "assert_preflighted",
            "assert_readable",
        ),
        ".browsers": ("AsyncBrowserFactory", "AsyncSteppedBrowser", "BrowserFactory", "SteppedBrowser"),
        ".matrix": ("Matrix", "MatrixRow", "matrix"),
        ".page_transport": ("PageTransport",),
    },
)
