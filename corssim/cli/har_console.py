"""A browser's console, saved, beside what was predicted for each request: what it printed, and what it should have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..console.template import straightened
from ..errors import UsageError
from ..named_file import not_waiting
from ..patterns import lazy_pattern

if TYPE_CHECKING:
    from ..browser.outcome import Outcome

_LONGEST_LOG = 20_000_000  # characters of a console's log
_MOST_ROWS = 20_000  # lines that are looked at for what they mean
_LONGEST_LINE = 20_000
_IS_OF_A_POLICY = lazy_pattern(
    r"CORS|Cross-Origin|access control|Access-Control|[Bb]locked|Content Security Policy|Mixed Content"
)
_GOES_ON = lazy_pattern(r"[A-Za-z0-9/_?&=%#~+-]|\.\w")  # a URL that is longer than the one looked for


@dataclass
class _Row:
    """A line of the log. `reason` is why it says that a request was blocked, "" where it is no such line, `url` of
    which one ("": it does not say)."""

    text: str
    plain: str
    reason: str
    browser: str
    url: str
    is_taken: bool = False


@dataclass(frozen=True)
class Compared:
    """One request's lines. `predicted` is False where nothing was predicted, so that there is nothing to compare."""

    printed: list[str] = field(default_factory=list)
    not_printed: list[str] = field(default_factory=list)
    not_predicted: list[str] = field(default_factory=list)
    says: tuple[str, ...] = ()
    predicted: bool = False

    @property
    def agree(self) -> bool | None:
        """Whether the browser printed what was predicted; None where there is nothing to compare."""
        return not (self.not_printed or self.not_predicted) if self.predicted else None


class ConsoleLog:
    """The log, if any. Each line belongs to one request: the first for which it was predicted, or that failed."""

    def __init__(self, text: str | None = None) -> None:
        self._is_given = text is not None
        self._rows = [_row(line) for line in (text or "").splitlines()[:_MOST_ROWS] if line.strip()]
        named = [row.browser for row in self._rows if row.reason and row.browser]
        self.browser = max(named, key=named.count, default="")
        self.compared = self.differing = 0

    def __bool__(self) -> bool:
        return self._is_given

    def compare(self, url: str, outcome: Outcome | None) -> Compared:
        """The lines about a request, beside those that were predicted for it. `outcome` is None where none is known."""
        if not self._is_given:
            return Compared()
        rows = [row for row in self._rows if not row.is_taken and _is_about(row, url)]
        lines = [] if outcome is None else [line for line in outcome.console if _names(straightened(line), url)]
        printed, not_printed = [], []
        for line in lines:
            plain = straightened(line)
            found = next((row for row in rows if not row.is_taken and plain in row.plain), None)
            if found is None:
                not_printed.append(line)
            else:
                found.is_taken = True
                printed.append(found.text)
        says = _first_that_says_why(rows) if not printed and _failed(outcome) else []
        for row in says:
            row.is_taken = True
        compared = Compared(
            printed=printed + [row.text for row in says],
            not_printed=not_printed,
            not_predicted=[row.text for row in says if row.reason and outcome is not None],
            says=tuple(row.reason for row in says if row.reason),
            predicted=bool(lines or (outcome is not None and says)),
        )
        self.compared += compared.predicted
        self.differing += compared.agree is False
        return compared

    @property
    def left(self) -> list[str]:
        """Lines that say why a request was blocked, and that belong to none: those of their URL were to be readable, or
        are not in the recording."""
        return [row.text for row in self._rows if row.reason and not row.is_taken]

    def as_json(self) -> dict[str, Any]:
        """The counts."""
        return {
            "browser": self.browser or None,
            "compared": self.compared,
            "as_predicted": self.compared - self.differing,
            "of_no_request": len(self.left),
        }


def _failed(outcome: Outcome | None) -> bool:
    return outcome is None or outcome.blocked is not None or outcome.failure is not None


def _first_that_says_why(rows: list[_Row]) -> list[_Row]:
    """The lines up to the first that says why: what a browser printed of one failure."""
    for number, row in enumerate(rows):
        if row.reason:
            return rows[: number + 1]
    return rows[:1]


def _is_about(row: _Row, url: str) -> bool:
    """Report whether a line is about a request; the page's URL stands in many, as the place of the script."""
    return row.url == url if row.url else _names(row.plain, url)


def _names(text: str, url: str) -> bool:
    """Report whether a line names this very URL."""
    at = text.find(url)
    while at >= 0:
        if _GOES_ON.match(text, at + len(url)) is None:
            return True
        at = text.find(url, at + 1)
    return False


def _row(line: str) -> _Row:
    from ..diagnosis.console_lines.read import read_console

    text = line.strip()
    reason = browser = url = ""
    if _IS_OF_A_POLICY.search(text) is not None:
        reading = read_console(text[:_LONGEST_LINE])[0]
        if reading.is_known and reading.reason is not None:
            reason, url = reading.reason.value, reading.url or reading.requested_url
            browser = {"edge": "chromium", "unknown": ""}.get(reading.browser, reading.browser)
    return _Row(text, straightened(text), reason, browser, url)


def read_log(path: str | None) -> ConsoleLog:
    """The log of a file. Raises `UsageError`."""
    if path is None:
        return ConsoleLog()
    try:
        with open(path, encoding="utf-8", errors="replace", opener=not_waiting) as file:
            return ConsoleLog(file.read(_LONGEST_LOG))
    except OSError as error:
        raise UsageError(f"--console: {path} cannot be read: {error.strerror or error}") from error
