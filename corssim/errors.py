"""The errors a caller of corssim can cause or ask for. A blocked fetch is a value, not one of these."""

from __future__ import annotations

TYPE_CHECKING = False  # what a command starts with has no other use for `typing`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class CorssimError(Exception):
    """Everything corssim raises on purpose."""


class InvalidRequest(CorssimError, TypeError):
    """The request can't be built: where a page's `new Request()` or `fetch()` throws a TypeError."""


class InvalidURL(CorssimError, ValueError):
    """The text does not parse as a URL. The message is one line with the reason."""


class UsageError(CorssimError):
    """A mistake in what the user wrote: the message says what, where, and what to do instead."""


class FetchBlocked(CorssimError):
    """What `outcome.raise_for_block()` raises. `outcome` is the whole outcome, its trace included."""

    def __init__(self, message: str, *, outcome: Any) -> None:
        super().__init__(message)
        self.outcome = outcome

    def __reduce__(self) -> tuple[Callable[..., FetchBlocked], tuple[str, Any]]:
        return _restore_fetch_blocked, (str(self), self.outcome)


def _restore_fetch_blocked(message: str, outcome: Any) -> FetchBlocked:
    """Unpickle (errors cross process borders in parallel test runs)."""
    return FetchBlocked(message, outcome=outcome)
