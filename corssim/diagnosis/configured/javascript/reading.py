"""A server in JavaScript or TypeScript, read: its text once, then one request after the other followed through it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ..express import OF_NO_SCRIPT
from ..replies import Branch, NotTold, Reply
from .described import described
from .machine import RunsLong
from .program import Program
from .serving import Nothing
from .statements import Statements

if TYPE_CHECKING:
    from ....fetch.wire import WireRequest
    from ..model import Configured
    from .compiler import Run

_MOST_RUNS: Final = 24  # of one request, by what is supposed


class Script:
    """The compiled text, and what it answers."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._is_long = False
        self.answers: dict[WireRequest, tuple[Reply, Program | None]] = {}

    def __call__(self, request: WireRequest) -> Reply:
        return self.followed(request)[0]

    def followed(self, request: WireRequest) -> tuple[Reply, Program | None]:
        """The answer to a request, and the last run that gave it."""
        if request not in self.answers:
            self.answers[request] = self._followed(request)
        return self.answers[request]

    def _followed(self, request: WireRequest) -> tuple[Reply, Program | None]:
        if self._is_long:
            return Reply(doubt=str(RunsLong())), None
        found: dict[Reply, Program] = {}
        left: list[tuple[bool, ...]] = [()]
        unknown, runs = "", 0
        while left:
            supposed, runs = left.pop(), runs + 1
            program = Program(request, _origin_of(request), supposed)
            try:
                found[program.run(self._run)] = program
            except Branch as branch:
                unknown = unknown or str(branch)
                if runs > _MOST_RUNS:
                    return Reply(doubt=unknown), program
                left += [(*supposed, False), (*supposed, True)]
            except NotTold as told:
                self._is_long = isinstance(told, RunsLong)
                return Reply(doubt=str(told)), program
            except RecursionError:
                return Reply(doubt="a program with calls inside calls"), program
        last = next(reversed(found.values()), None)
        if last is None or len(found) == 1:
            return next(iter(found.items()), (Reply(doubt=unknown), None))
        for program in found.values():
            last.compared |= program.compared
            last.tested |= program.tested
        return Reply(doubt=unknown), last


def _origin_of(request: WireRequest) -> str:
    from ....fetch.header_list import get

    return get(request.headers, "Origin") or ""


@lru_cache(maxsize=8)
def script_of(text: str) -> Script | None:
    """The text compiled; None where it is no script."""
    from .syntax import tree_of

    root = tree_of(text)
    if root is None:
        return None
    return Script(Statements().program(root))


def read_script(text: str) -> Configured | None:
    """What a program allows; None where it is none of JavaScript, or nothing of it answers."""
    if OF_NO_SCRIPT.search(text) is not None:
        return None
    try:
        script = script_of(text)
        if script is None:
            return None
        return described(script, text)
    except (Nothing, NotTold):
        return None
