"""What if, on one request: what today's browsers make of it now, and from another page or with other answers."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..browser.drivers import run as drive
from ..fetch.browsers import BROWSERS
from ..fetch.methods import is_safe_method
from ..fetch.wire import FailureKind, NetworkFailure, WireResponse
from .fetch_flags import fetch_of
from .given_answers import target_of, undecided
from .session import open_page
from .what_comes import Came, came
from .what_if import changes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..browser.outcome import Outcome
    from ..browser.page import Page
    from ..browser.transports import Connections
    from ..fetch.wire import WireRequest
    from .environment import Environment
    from .shared_answers import Answer, Recording
    from .what_comes import Change

_HELD_BACK = "The {} would be sent then, and was not: what its answer says is not known (--yes sends it)."


def asks_what_if(arguments: argparse.Namespace) -> bool:
    """Report whether the flags change anything: answers, headers, or the page that what was pasted tells."""
    return changes_of(arguments) is not None or arguments.page_told is not None


def what_if(
    arguments: argparse.Namespace, environment: Environment, recording: Recording, connections: Connections | None
) -> list[Change] | None:
    """What each browser makes of it now, and with what the flags change; None where they change nothing.

    Now is from the page that was pasted, where the flags give another.
    """
    if not asks_what_if(arguments):
        return None
    told = []
    for name in BROWSERS:
        trial = _Trial(arguments, environment, recording, connections)
        recording.start(name)
        now = trial.now(name)
        recording.start(name, called=f"{name} then")
        told.append((name, now, trial.then(name)))
    return told


class _Trial:
    """One browser's two attempts."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        environment: Environment,
        recording: Recording,
        connections: Connections | None,
    ) -> None:
        self._arguments, self._environment = arguments, environment
        self._recording, self._connections = recording, connections
        self._changes = changes_of(arguments)
        self._held_back: set[str] = set()

    def now(self, browser: str) -> Came:
        arguments, moved_from = self._arguments, self._arguments.page_told
        if moved_from is not None:
            arguments = argparse.Namespace(**{**vars(arguments), "page": moved_from})
        send = self._recording.send if moved_from is None else self._send_if_harmless
        outcome = self._made(arguments, browser, fetch_of(arguments, self._environment), send)
        return self._came(outcome, is_known=not undecided(arguments, outcome))

    def then(self, browser: str) -> Came:
        changes = self._changes
        fetch = fetch_of(self._arguments, self._environment, changes)
        send = self._send_if_harmless if changes is None else changes.answers(self._send_if_harmless)
        outcome = self._made(self._arguments, browser, fetch, send)
        # What a policy allows does not hang on the answers.
        by_policy = changes is not None and changes.policy is not None
        return self._came(outcome, is_known=by_policy or not undecided(self._arguments, outcome), by_policy=by_policy)

    def _made(
        self,
        arguments: argparse.Namespace,
        browser: str,
        fetch: Callable[[Page[Outcome]], Outcome],
        send: Callable[[WireRequest], Answer],
    ) -> Outcome:
        self._held_back.clear()
        return fetch(
            open_page(arguments, browser, lambda fetching: drive(fetching, send, connections=self._connections))
        )

    def _came(self, outcome: Outcome, *, is_known: bool, by_policy: bool = False) -> Came:
        if self._held_back and not by_policy:
            unknown = came(None, show_credentials=False)
            return unknown._replace(why=_HELD_BACK.format(", ".join(sorted(self._held_back))))
        return came(outcome if is_known else None, show_credentials=self._arguments.show_credentials)

    def _send_if_harmless(self, request: WireRequest) -> Answer:
        """A request with side effects that the page does not send now is not sent for a guess."""
        recording, arguments = self._recording, self._arguments
        is_plain = request.is_preflight or is_safe_method(request.method)
        if arguments.yes or target_of(arguments) is not None or is_plain or recording.was_sent(request):
            return recording.send(request)
        self._held_back.add(request.method)
        if self._changes is not None and self._changes.policy is not None:
            return WireResponse(200, "OK", ())
        return NetworkFailure(FailureKind.OTHER, "not sent")
