"""Apache's rewriting, as far as it answers a request, hands it on, or sets a variable.

https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html#rewriterule
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..model import groups_of, matches
from ..replies import NotTold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .expressions import Seen
    from .sections import Line

_OF_INTEREST: Final = frozenset(("R", "REDIRECT", "F", "FORBIDDEN", "G", "GONE", "E", "ENV", "P", "PROXY"))
_NUMBER: Final = lazy_pattern(r"[1-5]\d\d")


class Rewriting:
    """The rules of a request. `hands_on`: a rule has handed it on to a program behind."""

    def __init__(self, seen: Seen, supposing: Callable[[str], bool]) -> None:
        self._seen, self._supposing = seen, supposing
        self.hands_on = False
        self._groups: Sequence[str] = ()

    def status(self, lines: Sequence[Line], *, in_a_folder: bool) -> int | None:
        """The status that a rule answers with; None where none does. Raises `NotTold` for a redirect."""
        engines = [line.words[-1].lower() for line in lines if line.words[0].lower() == "rewriteengine"]
        if engines[-1:] == ["off"]:
            return None
        conditions: list[list[str]] = []
        for line in lines:
            name = line.words[0].lower()
            if name == "rewritecond":
                conditions.append(line.words[1:])
            elif name == "rewriterule" and len(line.words) > 2:
                held, conditions = conditions, []
                flags = _flags(line.words)
                is_of_interest = not _OF_INTEREST.isdisjoint(flag for flag, _ in flags)
                path = self._seen.path.lstrip("/") if in_a_folder else self._seen.path
                if not is_of_interest or not self._is_found(line.words[1], path):
                    continue
                if not self._all_hold(held, leads_away=any(flag[0] in ("R", "REDIRECT") for flag in flags)):
                    continue
                status = self._done(line, flags)
                if status is not None or self.hands_on:
                    return status
                if any(flag[0] in ("L", "LAST", "END") for flag in flags):
                    return None
        return None

    def _is_found(self, pattern: str, path: str) -> bool:
        turned = pattern.startswith("!")
        return matches(pattern.removeprefix("!"), path) != turned

    def _done(self, line: Line, flags: list[tuple[str, str]]) -> int | None:
        status: int | None = None
        for name, value in flags:
            if name in ("E", "ENV"):
                variable, _, text = value.partition(":")
                if variable.startswith("!"):
                    self._seen.environment.pop(variable[1:], None)
                else:
                    self._seen.environment[variable] = self._expanded(text)
            elif name in ("P", "PROXY"):
                self.hands_on = True
            elif name in ("F", "FORBIDDEN"):
                status = 403
            elif name in ("G", "GONE"):
                status = 410
            elif name in ("R", "REDIRECT"):
                status = int(value) if _NUMBER.fullmatch(value) else 302
        if status is not None and 300 <= status < 400 and self._seen.wire.method != "OPTIONS":
            raise NotTold(" ".join(line.words)[:60])
        if status == 200:
            self._seen.environment["\0rewritten"] = "1"
        return status

    def _expanded(self, text: str) -> str:
        text = re.sub(r"%(\d)", lambda found: "".join(self._groups[int(found[1]) : int(found[1]) + 1]), text)
        return self._seen.expanded(text)

    def _all_hold(self, conditions: list[list[str]], *, leads_away: bool) -> bool:
        either = False
        for words in conditions:
            if len(words) < 2:
                continue
            options = words[2].strip("[]").upper().split(",") if len(words) > 2 else []
            value = self._condition(words, ignores_case="NC" in options or "NOCASE" in options, leads_away=leads_away)
            value, either = value or either, False
            if "OR" in options or "ORNEXT" in options:
                either = value
                continue
            if not value:
                return False
        return True

    def _condition(self, words: list[str], *, ignores_case: bool, leads_away: bool) -> bool:
        test, pattern = words[0], words[1]
        turned = pattern.startswith("!")
        pattern = pattern.removeprefix("!")
        try:
            given = self._expanded(test)
        except NotTold:
            if leads_away and not re.search(r"(?i)origin|cookie", test):
                return False  # robots, other hosts and files that are missing
            return self._supposing(" ".join(words)[:60])
        if pattern.startswith("-"):
            return False if leads_away else self._supposing(" ".join(words)[:60])
        if pattern.startswith("="):
            other = pattern[1:].strip('"')
            return ((given.lower() == other.lower()) if ignores_case else (given == other)) != turned
        found = groups_of(pattern, given, ignores_case=ignores_case)
        if found is not None and not turned:
            self._groups = found
        return (found is not None) != turned


def _flags(words: list[str]) -> list[tuple[str, str]]:
    last = words[-1]
    if len(words) < 4 or not last.startswith("["):
        return []
    flags = [each.strip().partition("=") for each in last.strip("[]").split(",")]
    return [(name.upper(), value) for name, _, value in flags]
