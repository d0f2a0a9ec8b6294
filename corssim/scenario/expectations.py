"""What a scenario expected of a step, held against what came."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from ..masking import mask_body, mask_header
from .model import Expectations, SentTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..browser.outcome import Exchange, Outcome


_NO_VALUES = ("none", "any value", "no such header")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that came out otherwise: `what` was compared, in the words of the file's keys."""

    what: str
    expected: str
    got: str

    def shown(self, *, show_credentials: bool = False) -> Mismatch:
        """As it may be shown, by the name of the header or by what stands in the texts."""
        if show_credentials:
            return self
        of_header = re.fullmatch(r"(?:.*\.)?headers\.(.*)", self.what)
        if of_header is None:
            return Mismatch(self.what, mask_body(self.expected), mask_body(self.got))
        expected, got = (
            text if text in _NO_VALUES else mask_header(of_header[1], text) for text in (self.expected, self.got)
        )
        return Mismatch(self.what, expected, got)

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, got {self.got}"


def mismatches(expect: Expectations, outcome: Outcome | None, thrown: str | None) -> list[Mismatch]:
    """Everything that is not as expected. `thrown` is the message of the TypeError that the API threw, if it did."""
    return list(_mismatches(expect, outcome, thrown))


def _mismatches(expect: Expectations, outcome: Outcome | None, thrown: str | None) -> Iterator[Mismatch]:
    if expect.throws is not UNSET:
        if thrown is None or expect.throws.lower() not in thrown.lower():
            yield Mismatch("throws", repr(expect.throws), "nothing thrown" if thrown is None else repr(thrown))
    elif thrown is not None:
        yield Mismatch("throws", "nothing", repr(thrown))
    if outcome is None:
        return
    seen: dict[str, Any] = {
        "verdict": outcome.verdict.value,
        "reason": "" if outcome.reason is None else outcome.reason.value,
        "reached_server": outcome.reached_server,
        "timing_allowed": outcome.timing_allowed,
        "returned": outcome.returned,
    }
    if expect.verdict is not UNSET and expect.reason is UNSET and expect.verdict != seen["verdict"]:
        # The reason tells the reader more than the bare verdict does.
        seen["verdict"] += f" ({seen['reason']})" if seen["reason"] else ""
    for name, got in seen.items():
        wanted = getattr(expect, name)
        if wanted is not UNSET and wanted != got:
            yield Mismatch(name, _shown(wanted), _shown(got))
    if expect.sent is not UNSET:
        yield from _of_sent(expect.sent, outcome.exchanges)
    yield from _of_response(expect, outcome)
    if expect.console is not UNSET:
        yield from _of_console(expect.console, outcome.console)


def _of_sent(expected: list[str | SentTable], exchanges: list[Exchange]) -> Iterator[Mismatch]:
    wanted = [entry if isinstance(entry, str) else entry.request for entry in expected]
    got = [f"{exchange.request.method} {exchange.request.url}" for exchange in exchanges]
    if wanted != got:
        yield Mismatch("sent", _listed(wanted), _listed(got))
        return
    for number, (entry, exchange) in enumerate(zip(expected, exchanges, strict=True), start=1):
        if isinstance(entry, SentTable):
            for name, value in entry.headers.items():
                yield from _of_header(f"sent[{number}].headers.{name}", value, exchange.request.header(name))


def _of_response(expect: Expectations, outcome: Outcome) -> Iterator[Mismatch]:
    response = outcome.response
    for name in ("type", "status", "url", "redirected"):
        wanted = getattr(expect, name)
        if wanted is UNSET:
            continue
        got = None if response is None else getattr(response, name)
        if wanted != got:
            yield Mismatch(name, _shown(wanted), "no response" if response is None else _shown(got))
    if expect.body is not UNSET:
        body = None if response is None else response.body.decode("utf-8", "replace")
        if body != expect.body:
            yield Mismatch("body", _shown(expect.body), "no response" if body is None else _shown(body))
    if expect.headers is not UNSET:
        for name, value in expect.headers.items():
            yield from _of_header(f"headers.{name}", value, None if response is None else response.header(name))


def _of_header(what: str, expected: str | bool, got: str | None) -> Iterator[Mismatch]:
    """`true`: there, whatever its value; `false`: not there."""
    is_as_expected = (got is not None) is expected if isinstance(expected, bool) else got == expected
    if not is_as_expected:
        wanted = _shown(expected) if isinstance(expected, str) else "any value" if expected else "no such header"
        yield Mismatch(what, wanted, "no such header" if got is None else _shown(got))


def _of_console(expected: list[str], lines: list[str]) -> Iterator[Mismatch]:
    """Each expected text stands in some line; an empty list expects an empty console."""
    if not expected and lines:
        yield Mismatch("console", "nothing printed", _listed(lines))
    for text in expected:
        if not any(text in line for line in lines):
            yield Mismatch("console", f"a line with {text!r}", _listed(lines))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value in ("", None):
        return "none"
    return str(value) if isinstance(value, int) else f"{value!s}"


def _listed(lines: list[str]) -> str:
    return "; ".join(lines) if lines else "nothing"
