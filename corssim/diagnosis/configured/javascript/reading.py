"""A server in JavaScript or TypeScript, read: its text once, then one request after the other followed through it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..express import OF_NO_SCRIPT
from ..model import Configured
from ..replies import Branch, NotTold, Reply
from .described import described
from .machine import RunsLong
from .program import Program
from .serving import Nothing
from .statements import Statements

if TYPE_CHECKING:
    from ....fetch.wire import WireRequest
    from .compiler import Run

_LEFT_OUT: Final = lazy_pattern(r"(?m)(?<![,{(\[\s])(?=\s*\n[^\S\n]*(?:\.\.\.|\u2026)[^\S\n]*$)")
"""The end of a statement, with a line of dots behind it."""
_MOST_RUNS: Final = 60  # of one request, by what is supposed


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
            except Nothing:
                if not supposed:
                    raise
                return Reply(doubt=unknown), program  # it serves only where something holds that is not known
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
def script_of(text: str, whole: bool = True) -> Script | None:
    """The text compiled; None where it is no script (one that is not `whole` may have slips and gaps)."""
    from .syntax import tree_of

    root = tree_of(text if whole else _LEFT_OUT.sub(";", text), whole=whole)
    if root is None:
        return None
    return Script(Statements().program(root))


def read_cors_script(text: str) -> Configured | None:
    """A program that calls a package for CORS, or a piece of one. Where it can't be read, nothing is known of it."""
    if OF_NO_SCRIPT.search(text) is not None:
        return None
    found = read_script(text, whole=False)
    if found is not None or _OF_OTHERS.search(text) is not None:
        return found
    return (
        Configured(kind="the package cors", software="express", grants=(), not_understood=("what is no whole program",))
        if _CALLED.search(text) is not None
        else None
    )


_OF_OTHERS: Final = lazy_pattern(
    r"(?m)^\s*(?:def|package|using|use|fn|fun|from \w+ import|require '|<\?php)\b|\bend\s*$|::"
)
_CALLED: Final = lazy_pattern(r"\.(?:use|all|options|register|enableCors)\s*\(")


def read_script(text: str, *, whole: bool = True) -> Configured | None:
    """What a program allows; None where it is none of JavaScript, or nothing of it answers."""
    if OF_NO_SCRIPT.search(text) is not None:
        return None
    try:
        script = script_of(text, whole)
        if script is None:
            return None
        return described(script, text)
    except Nothing:
        return _of_a_page(text) if whole else None
    except NotTold:
        return None


_ASKS: Final = lazy_pattern(r"(?:\bfetch|\baxios(?:\.\w+)?|\$\.ajax|\.setRequestHeader)\s*\(")
_ANSWERS: Final = lazy_pattern(
    r"\bResponse\b|\b(?:res|response|reply|ctx|event|server|app)\s*[.(]|\b(?:source|key|proxy|statusCode|devServer)\b"
)


def _of_a_page(text: str) -> Configured | None:
    """A script of a page's, which sets headers of a request: no server answers with them. None for another one."""
    if _ASKS.search(text) is None or _ANSWERS.search(text) is not None:
        return None
    doubt = "a request that a page makes, whose headers are on no answer,"
    return Configured(kind="headers that are written out", software="", grants=(), not_understood=(doubt,))
