"""A configuration of Spring's in code: read, followed request by request, and described by what it allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.wire import WireRequest
from ....patterns import lazy_pattern
from ....records import replace
from ..model import Configured
from ..replies import Branch, NotTold, Reply, supposing
from .describing import described
from .following import Runs
from .java import read_java
from .kotlin import is_kotlin, read_kotlin
from .syntax import NotParsed

if TYPE_CHECKING:
    from .tree import Program

SPRING_SIGN: Final = (
    r"@CrossOrigin|llowedOrigin|applyPermitDefaultValues|\.addMapping\s*\("
    r"|\bdoFilter(?:Internal)?\s*\(|\bWebFilterChain\b|\bCorsConfiguration(?:Source)?\s*\(|\bnew\s+Cors(?:Web)?Filter\b"
    r"|\bCorsRegistry\b|\bpreHandle\s*\(|\bCorsConfigurationSource\b"
)
_OF_CORS: Final = lazy_pattern(
    r"(?i)cors|origin|allowed|Access-Control|\bFilter|security|authoriz|matchers|permitall|csrf|session|@Bean|HttpBasic"
)
_SOCKET: Final = lazy_pattern(r"\baddEndpoint\s*\(|\.addHandler\s*\(")
_PROGRAM: Final = lazy_pattern(
    r"@CrossOrigin\b|\bCors(?:Registry|Configuration|Filter)\b|\bHttpSecurity\b|\bdoFilter|\.addMapping\s*\("
    r"|(?m:^\s*(?:import|package)\s+[\w.]+;?\s*$)"
)
_MOST_SUPPOSED: Final = 8
_PAGE: Final = "https://page.example"


def read_spring(text: str) -> Configured | None:
    """What the program answers; None where nothing in it is about CORS."""
    try:
        program = read_kotlin(text) if is_kotlin(text) else read_java(text)
    except NotParsed as told:
        return _not_known(str(told)) if _PROGRAM.search(text) is not None else None
    except ImportError:
        return _not_known("a program, whose parser is not installed")
    runs = Runs(program)
    try:
        found = _described(runs)
    except (NotTold, Branch) as told:
        return _not_known(str(told)) if _OF_CORS.search(text) is not None else None
    except RecursionError:
        return _not_known("what goes too deep to be followed")
    doubts = tuple(each[:60] for each in program.odd if _OF_CORS.search(each))
    if found is None and doubts and _PROGRAM.search(text) is not None:
        return _not_known(doubts[0])
    if found is None:
        socket = _SOCKET.search(text)
        return None if socket is None else _not_known(f"{socket[0]}…) of a WebSocket")
    return _configured(runs, found, (*_in_part(program), *doubts))


def _described(runs: Runs) -> Configured | None:
    """What it allows where nothing is supposed, or else where no condition holds of which nothing is told, or each."""
    for supposed in ((), (False,) * _MOST_SUPPOSED):
        try:
            return described(runs.application(supposed))
        except (NotTold, Branch):
            continue
    return described(runs.application((True,) * _MOST_SUPPOSED))


def _not_known(what: str) -> Configured:
    return Configured(kind="Spring", software="spring", grants=(), not_understood=(what,))


def _configured(runs: Runs, found: Configured, doubts: tuple[str, ...]) -> Configured:

    def replies(wire: WireRequest) -> Reply:
        return supposing(lambda supposed: _decisive(runs.follow(wire, supposed)[0], bool(supposed)))

    def places(url: str) -> Configured:
        return replace(configured, places=None, is_silent=not _is_about(runs, url))

    configured = replace(
        found,
        replies=replies,
        not_understood=doubts,
        places=places,
        preflight_status=200,
    )
    return configured


def _decisive(reply: Reply, is_supposed: bool) -> Reply:
    """An answer, where something was supposed without what decides nothing: how long a preflight is kept."""
    if not is_supposed:
        return reply
    headers = tuple(each for each in reply.headers if each[0] not in ("Access-Control-Max-Age", "Vary"))
    return replace(reply, headers=headers)


def _in_part(program: Program) -> tuple[str, ...]:
    """What counts in some profiles, or under a condition, alone."""
    annotations = [
        each
        for of in program.everywhere()
        for those in (of.annotations, *(method.annotations for method in of.methods))
        for each in those
    ]
    told = (each.text for each in annotations if each.name == "Profile" or each.name.startswith("Conditional"))
    return tuple(told)[:1]


def _is_about(runs: Runs, url: str) -> bool:
    """Whether anything in the text decides about a URL."""
    asks = (("Origin", _PAGE), ("Access-Control-Request-Method", "GET"))
    for method, headers in (("GET", asks[:1]), ("OPTIONS", asks)):
        wire = WireRequest(method, url, headers)
        covered: list[bool] = []

        def follow(supposed: list[bool], wire: WireRequest = wire, covered: list[bool] = covered) -> Reply:
            reply, is_covered = runs.follow(wire, supposed)
            covered.append(is_covered)
            return reply

        if supposing(follow).doubt or any(covered):
            return True
    return False
