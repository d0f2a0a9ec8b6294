"""What a server answers to one request as its configuration tells, and what it leaves to the program behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...fetch.header_list import get
from ...fetch.reasons import Reason
from ...fetch.wire import WireRequest, WireResponse
from ...patterns import lazy_pattern
from ...records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ...browser.outcome import Exchange, Outcome

    Replies = Callable[[WireRequest], "Reply"]

_MOST_UNKNOWN: Final = 4  # conditions of one request of which the text does not tell whether they hold


class NotTold(Exception):
    """Something that decides an answer and that the text does not tell."""


class Branch(Exception):
    """A condition of which nothing is told, and nothing has been supposed yet."""


@record(frozen=True, kw_only=True)
class Reply:
    """An answer, as far as a configuration tells. `headers` are those that the server itself sends.

    `status`: None where what stands behind decides. `by_program`: a program behind answers, and all of its headers are
    handed on but the `hidden` ones (in small letters). `doubt` is what stands in the configuration, decides the answer
    and is not known. `unknown` are headers that may be there, in small letters, each with the text that decides it.
    `assumed` are headers, by their names in small letters, whose values are not told: those that
    stand there allow the most; with each what decides it.
    """

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    by_program: bool = False
    hidden: frozenset[str] = frozenset()
    doubt: str = ""
    by_version: str = ""
    unknown: tuple[tuple[str, str], ...] = ()
    assumed: tuple[tuple[str, str], ...] = ()

    def response(self, *, is_preflight: bool) -> WireResponse:
        """The answer where a program behind sends no CORS header and answers preflights 404."""
        passes = 404 if is_preflight else 200
        status = passes if self.status is None else self.status
        return WireResponse(status, "", self.headers, b"" if is_preflight or status >= 400 else b"{}")


_LONGEST: Final = 10_000


def bounded(text: str) -> str:
    """A value that variables were put into. Raises `NotTold` where it has grown out of hand."""
    if len(text) > _LONGEST:
        raise NotTold("a value that grows")
    return text


def supposing(answered: Callable[[list[bool]], Reply]) -> Reply:
    """The answer, where it is the same whether those conditions hold of which nothing is told; else a doubt.

    `answered` is given what to suppose of them, in the order in which it
    comes to them, and raises `Branch` at the next.
    """
    found: dict[Reply, None] = {}
    left: list[tuple[bool, ...]] = [()]
    unknown = ""
    while left:
        supposed = left.pop()
        try:
            found[answered(list(supposed))] = None
        except Branch as branch:
            unknown = unknown or str(branch)
            if len(supposed) >= _MOST_UNKNOWN:
                return Reply(doubt=unknown)
            left += [(*supposed, False), (*supposed, True)]
        except NotTold as told:
            return Reply(doubt=str(told))
    return next(iter(found)) if len(found) == 1 else Reply(doubt=unknown)


def of_all(found: set[Reply], what: str) -> Reply:
    """What several places that may be meant answer alike."""
    return found.pop() if len(found) == 1 else Reply(doubt=f"more than one {what}")


_CURED_BY: Final[dict[Reason, str]] = {
    Reason.ALLOW_ORIGIN_MISSING: "Access-Control-Allow-Origin",
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: "Access-Control-Allow-Credentials",
    Reason.METHOD_DISALLOWED_BY_PREFLIGHT: "Access-Control-Allow-Methods",
    Reason.HEADER_DISALLOWED_BY_PREFLIGHT: "Access-Control-Allow-Headers",
}
"""The header with which a program behind would have made of a block a pass, where the server sends none of its own."""


_BY_A_STAR: Final = (
    *(Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, Reason.METHOD_DISALLOWED_BY_PREFLIGHT),
    Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
)


def left_open(replies: Replies, outcome: Outcome, *, is_of_preflights_alone: bool) -> str:
    """What the verdict hangs on that is not in the configuration; "" where that decides it.

    One that `is_of_preflights_alone` leaves the headers of other answers to whatever stands there.
    """
    given = [
        replies(WireRequest(each.request.method or "GET", each.request.url or "", tuple(each.request.headers)))
        for each in outcome.exchanges
    ]
    doubt = next((each.doubt for each in given if each.doubt), "")
    if doubt:
        return f"{doubt} stands in it, and may change what is answered"
    filled = [name for each, reply in zip(outcome.exchanges, given, strict=True) for name in _to_be_filled(each, reply)]
    if filled:
        return f"{filled[0]} holds a place to be filled in, and what comes there is not in the text"
    if given and (decides := _of_unknown(given[-1], outcome)):
        return decides
    if outcome.allowed:
        return _assumed(given, outcome) or _sent_twice(given, outcome)
    if not given or outcome.reason is None:
        return ""
    last, reason = given[-1], outcome.reason
    if last.by_version and reason in _BY_A_STAR:
        return f"{last.by_version} decides"
    is_preflight = outcome.exchanges[-1].kind == "preflight"
    if last.status is None and is_preflight and reason is Reason.PREFLIGHT_STATUS_NOT_OK:
        return "the program behind answers the preflight"
    name = _CURED_BY.get(reason, "")
    adds = last.by_program or (last.status is None and (is_preflight or is_of_preflights_alone))
    if not adds or not name or name.lower() in last.hidden:
        return ""
    origin = "Access-Control-Allow-Origin"
    if get(last.headers, origin) is not None and origin.lower() not in last.hidden:
        return ""  # a program that sends another of them sends this one too: two values
    lists = reason in (Reason.METHOD_DISALLOWED_BY_PREFLIGHT, Reason.HEADER_DISALLOWED_BY_PREFLIGHT)
    if not lists and get(last.headers, name) is not None:
        return ""  # a second value would not mend it
    return f"the program behind may send {name} itself"


def _of_unknown(reply: Reply, outcome: Outcome) -> str:
    """A header whose value the running program decides, and the verdict with it."""
    origin, credentials = "access-control-allow-origin", "access-control-allow-credentials"
    unknown = dict(reply.unknown)
    wants = outcome.request is not None and outcome.request.credentials_mode == "include"
    if outcome.allowed:
        decisive = next((each for each in (origin, *((credentials,) if wants else ())) if each in unknown), "")
    else:
        decisive = _CURED_BY.get(outcome.reason, "").lower() if outcome.reason is not None else ""
        if decisive == origin and wants and credentials not in unknown and get(reply.headers, credentials) != "true":
            return ""  # which would be blocked then, too
        if outcome.reason is Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS:
            decisive = origin
    return (
        f"{decisive}, which {unknown[decisive]} decides: only the running server knows" if decisive in unknown else ""
    )


_SAFELISTED: Final = ("GET", "HEAD", "POST", None)


def _assumed(given: Sequence[Reply], outcome: Outcome) -> str:
    """What decides a value without which it would not pass, and is not told."""
    has_credentials = outcome.request is not None and outcome.request.credentials_mode == "include"
    for exchange, reply in zip(outcome.exchanges, given, strict=True):
        asked = {name.lower(): value for name, value in exchange.request.headers}
        matters = {
            ":status": exchange.kind == "preflight",
            "access-control-allow-origin": True,
            "access-control-allow-credentials": has_credentials,
            "access-control-allow-methods": asked.get("access-control-request-method") not in _SAFELISTED,
            "access-control-allow-headers": "access-control-request-headers" in asked,
        }
        for name, what in reply.assumed:
            if name == ":status" and matters[name]:
                return f"nothing in it shows that the preflight is answered: {what} has to do so, with 2xx"
            if matters.get(name):
                return f"{what} decides {name.title()}, and only the running server knows it"
    return ""


_PLACE: Final = lazy_pattern(r"[\[\]<>{}$%]|^__")


def _to_be_filled(exchange: Exchange, reply: Reply) -> Iterator[str]:
    """Headers with a value such as `<your origin>` or `${ORIGIN}`."""
    asked = [value for _, value in exchange.request.headers]
    for name, value in reply.headers:
        if name.lower() in _DECIDE and value not in asked and _PLACE.search(value) is not None:
            yield name


_DECIDE: Final = ("access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers")


def _sent_twice(given: Sequence[Reply], outcome: Outcome) -> str:
    names = ["Access-Control-Allow-Origin"]
    if outcome.request is not None and outcome.request.credentials_mode == "include":
        names.append("Access-Control-Allow-Credentials")
    for reply in given:
        for name in names:
            if reply.by_program and name.lower() not in reply.hidden and get(reply.headers, name) is not None:
                return f"readable unless the program behind sends {name} too: two values are blocked"
    return ""
