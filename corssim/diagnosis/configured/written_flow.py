"""A function that sets headers itself, statement by statement, for a preflight and for a request with an Origin.

A confident answer is given only where each condition that decides about a header, or ends before one, is of a kind
that is known; else it is named. Statements that say nothing of CORS, end nothing and set no status are harmless.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ...patterns import lazy_pattern
from ...records import replace
from .around.blocks import opened_at
from .model import REFLECTED, Grant
from .origin_conditions import EVERYBODY, NOBODY, Asked, asked_by, both, opposite, split
from .request_names import ASKS, METHOD, ORIGIN, TEXT, named_alike
from .scan import balanced, strings_in
from .statements import NotTold, Statement, statements
from .written_headers import grant_of_headers, written_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import On

_MOST_WAYS: Final = 40
_MOST_HEADERS: Final = 100
_MOST_BLOCKS: Final = 1000
_LONGEST: Final = 60_000
_COMPARED: Final = (
    lazy_pattern(rf"{METHOD}\s*(?P<equal>[!=]==?)\s*['\"](?P<name>\w+)['\"]"),
    lazy_pattern(rf"['\"](?P<name>\w+)['\"]\s*(?P<equal>[!=]==?)\s*{METHOD}"),
    lazy_pattern(rf"['\"](?P<name>\w+)['\"]\.equals(?:IgnoreCase)?\(\s*{METHOD}\s*\)"),
    lazy_pattern(rf"{METHOD}\.equals(?:IgnoreCase)?\(\s*['\"](?P<name>\w+)['\"]\s*\)"),
)
_NEW_ANSWER: Final = lazy_pattern(
    r"return\s+(?:new\s+(?:Next)?Response|(?:Next)?Response\.(?:json|redirect|rewrite|next))\s*\((?![^;]{0,200}headers)"
)
"""An answer that is made where it is returned: headers that another one was given are not on it."""
_OVER_A_LIST: Final = lazy_pattern(
    r"for\s*(?:_\s*,\s*(?P<go>\w+)\s*:=\s*range\s+(?P<range>\w+)|\(\s*(?:const|let|var)\s+(?P<name>\w+)\s+of\s+(?P<of>\w+)\s*\))"
)
_HEADER: Final = lazy_pattern(r"(?i)Access-Control-(?:Allow|Expose|Max)")
_TAKES_AWAY: Final = lazy_pattern(r"(?i)remove|delete|\.del\(|unset|\bclear\b")
_ADDS: Final = lazy_pattern(r"(?i)\b(?:append|add|addHeader|AppendHeader)\s*\(|,\s*false\s*\)")
_LEAVES: Final = lazy_pattern(r"(?:return|exit|die|throw|break|continue|panic)\b")
_HANDS_ON: Final = lazy_pattern(
    r"\bnext\s*\(|\.ServeHTTP\s*\(|\.Next\s*\(|\bdoFilter\s*\(|\bhandler\s*\(|\$next\s*\(|\bproceed\s*\("
)
_STATUS: Final = lazy_pattern(
    r"\b(?:sendStatus|status|writeHead|http_response_code|WriteHeader|AbortWithStatus(?:JSON)?|SendStatus|Status|setStatus"
    r"|NoContent|JSON|Error)\s*\(\s*(?:[\w.\"' ]+,\s*)*"
    r"(?P<number>\d{3}|(?:http|fiber)\.Status\w+|HttpStatus\.\w+|HttpServletResponse\.SC_\w+)"
    r"|\b(?:statusCode|status|StatusCode)\s*[:=]\s*(?P<set>\d{3})|HTTP/1\.[01] (?P<line>\d{3})"
)
_SUCCESS: Final = lazy_pattern(
    r"Status(?:OK|NoContent|Accepted)|SC_(?:OK|NO_CONTENT|ACCEPTED)|HttpStatus\.(?:OK|NO_CONTENT|ACCEPTED)"
)
_BLOCK_OF_A_FUNCTION: Final = lazy_pattern(
    r"\s*(?:\}\s*)?(?:else\s+)?(?:if|for|foreach|while|switch|catch|try|else|finally|do|select|with|unless|elseif)\b"
)


class _Way(NamedTuple):
    """A way through the function: for whom, with which headers; whether it ended, was handed on, and how it answers.

    `under` is the first condition on it that is not known.
    """

    asked: Asked
    pairs: tuple[tuple[str, str], ...] = ()
    ended: bool = False
    handed_on: bool = False
    status: int = 200
    under: str = ""


class Flow(NamedTuple):
    """What a function sends: its grants, the status of preflights, whether it answers them itself, and doubts."""

    grants: tuple[Grant, ...] = ()
    status: int = 200
    answers: bool = False
    doubts: tuple[str, ...] = ()
    begins: int = 0


def flow_of(code: str) -> Flow | None:
    """What the one function that sets all CORS headers of a code without comments sends; None where there are several,
    or where they stand in a table that is sent elsewhere."""
    begins = _function_of(code)
    if begins is None:
        return None
    body = balanced(code, begins - 1) if begins else code.replace("<?php", "", 1)
    if len(body) > _LONGEST or _HEADER.search(body) is None:
        return None
    body = named_alike(body)
    try:
        steps = statements(body)
        runs = [_Runs(code, is_preflight=is_preflight) for is_preflight in (True, False)]
        told = [_told(each, steps, is_preflight=each is runs[0]) for each in runs]
    except _Odd as odd:
        return Flow(doubts=(str(odd),), begins=begins)
    except NotTold:
        return None
    of_preflights, of_requests = tuple(_grants(told[0], "preflights")), tuple(_grants(told[1], "requests"))
    with_headers = [way for way in told[0] if _names_origin(way)]
    statuses = {way.status for way in with_headers}
    doubts = ("statuses that differ",) if len({each < 300 for each in statuses}) > 1 else ()
    if [replace(each, on="all") for each in of_preflights] == [replace(each, on="all") for each in of_requests]:
        grants: tuple[Grant, ...] = tuple(replace(each, on="all") for each in of_requests)
    else:
        grants = (*of_preflights, *of_requests)
    if not grants:
        return None
    status = min(statuses, default=200)
    answers = (
        runs[0].tells_preflights and bool(with_headers) and all(way.ended and not way.handed_on for way in with_headers)
    )
    return Flow(grants, status, answers or status >= 300, doubts, begins)


class _Odd(Exception):
    """What stands in a function and is not known."""


def _function_of(code: str) -> int | None:
    """Where the body of the one function begins that sets all the headers; 0 for a script of PHP; None for others."""
    places = [header.start() for header in islice(_HEADER.finditer(code), _MOST_HEADERS + 1)]
    if len(places) > _MOST_HEADERS:
        return None
    opened = opened_at(code, places)
    if sum(map(len, opened)) > _MOST_BLOCKS:
        return None
    found = {max((each + 1 for each in blocks if _is_of_a_function(code, each)), default=0) for blocks in opened}
    if len(found) != 1:
        return None
    begins = found.pop()
    return begins if begins or "<?php" in code else None


def _is_of_a_function(code: str, brace: int) -> bool:
    head = _head_of(code[max(0, brace - 300) : brace])
    if head.count(")") > head.count("(") or head.rstrip().endswith(("=", ":", ",", "(", "[", "else", "return")):
        return False
    return _BLOCK_OF_A_FUNCTION.match(head) is None and (")" in head or "=>" in head)


def _head_of(before: str) -> str:
    """What stands in front of a block in its own line, or lines where a bracket is open."""
    lines = re.split(r"[;{}]", before)[-1].replace("<?php", "").splitlines() or [""]
    head = lines.pop()
    while lines and (head.count(")") > head.count("(") or not head.strip()):
        head = f"{lines.pop()} {head}"
    return head


def _told(runs: _Runs, steps: Sequence[Statement], *, is_preflight: bool) -> list[_Way]:
    """The ways through the function, those under conditions that are not known having come to the same."""
    ways = runs.run(steps, [_Way(EVERYBODY)])
    unsure = [way for way in ways if way.under]
    if unsure and len({(way.pairs, way.status < 300) for way in ways if way.asked != NOBODY}) > 1:
        for one in unsure:
            for other in ways:
                alike = one.pairs == other.pairs and (not is_preflight or (one.status < 300) == (other.status < 300))
                if other is not one and not alike and both(one.asked, other.asked) != NOBODY:
                    raise _Odd(f"the condition {one.under[:50]}")
    return list(dict.fromkeys(way._replace(under="") for way in ways))


class _Runs:
    def __init__(self, code: str, *, is_preflight: bool) -> None:
        self._code = code
        self._is_preflight = is_preflight
        self.tells_preflights = False

    def run(self, steps: Sequence[Statement], ways: list[_Way]) -> list[_Way]:
        for step in steps:
            if len(ways) > _MOST_WAYS:
                raise _Odd("many conditions")
            done = [way for way in ways if way.ended]
            for way in ways:
                if not way.ended:
                    done += self._step(step, way)
            ways = done
        return ways

    def _step(self, step: Statement, way: _Way) -> list[_Way]:
        if step.condition is not None:
            return self._branch(step, way)
        if step.head is not None:
            if step.head in ("try", ""):
                return self.run(step.body, [way])
            over = _OVER_A_LIST.fullmatch(step.head)
            if over is not None and (once := _once(step, over)) is not None:
                return self.run(once, [way])
            if step.head.startswith("catch") or step.head == "finally":
                return [way]
            if _HEADER.search(step.text) is not None or (not way.pairs and _LEAVES.search(step.text) is not None):
                raise _Odd(" ".join(step.head.split())[:50])
            if self._is_preflight and (_STATUS.search(step.text) is not None):
                raise _Odd(" ".join(step.head.split())[:50])
            return [way]
        return self._simple(step.text, way)

    def _branch(self, step: Statement, way: _Way) -> list[_Way]:
        condition = step.condition or ""
        begun, _, rest = condition.rpartition(";")
        if begun:  # what Go reads before it asks
            alias = re.fullmatch(rf"\s*(\w+)\s*:=\s*{ORIGIN}\s*", begun)
            condition = rest if alias is None else re.sub(rf"\b{alias[1]}\b", ORIGIN, rest)
            if alias is not None:
                step = step._replace(body=tuple(_renamed(each, alias[1]) for each in step.body))
        asked = self._asks(condition)
        if asked is None:
            under = way.under or " ".join(condition.split())
            return [
                *self.run(step.body, [way._replace(under=under)]),
                *self.run(step.other, [way._replace(under=under)]),
            ]
        found: list[_Way] = []
        for where, then in ((asked, step.body), (opposite(asked), step.other)):
            if (met := both(way.asked, where)) != NOBODY:
                found += self.run(then, [way._replace(asked=met)])
        return found

    def _asks(self, condition: str) -> Asked | None:
        self.tells_preflights = self.tells_preflights or METHOD in condition or ASKS in condition

        def compared(found: re.Match[str]) -> str:
            if found["name"].upper() != found["name"]:
                holds = False  # methods are compared by case
            elif found["name"] == "OPTIONS":
                holds = self._is_preflight
            elif self._is_preflight:
                holds = False
            else:
                return found[0]
            return str(holds != (found.groupdict().get("equal") or "").startswith("!")).lower()

        for pattern in _COMPARED:
            condition = pattern.sub(compared, condition)
        asks = "true" if self._is_preflight else "false"
        condition = re.sub(rf"(?:isset|!\s*empty)\(\s*{ASKS}\s*\)|{ASKS}", asks, condition)
        return asked_by(condition, ORIGIN, self._list_of) if len(condition) < 2000 else None

    def _list_of(self, name: str) -> tuple[str, ...] | None:
        """The texts of a list that stands there, or is given to this name once, and does not grow."""
        if name[:1] == "[":
            inner = name[1:-1]
        else:
            of = re.escape(name)
            made = [
                *re.finditer(
                    rf"(?<![\w$.]){of}(?:\s*:[^=\n]{{1,40}})?\s*:?=(?!=)\s*(?:array\s*|new\s+Set\s*|\[\]string\s*|map\[string\](?:bool|struct\{{\}})\s*)?\(?\s*(?=[\[({{])",
                    self._code,
                )
            ]
            grows = re.search(
                rf"(?<![\w$]){of}\s*(?:\[\s*\]\s*=|\[[^\]]+\]\s*=(?!=)|\.(?:push|append|add|concat|unshift)\b|\+=)",
                self._code,
            )
            if len(made) != 1 or grows is not None:
                return None
            if len(re.findall(rf"(?<![\w$.]){of}\s*(?:\s*:[^=\n]{{1,40}})?:?=(?!=)", self._code)) != 1:
                return None
            inner = balanced(self._code, made[0].end())
        if re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|[\s,:]|\btrue\b|\{\}", "", inner):
            return None
        return tuple(strings_in(inner))

    def _simple(self, text: str, way: _Way) -> list[_Way]:
        if _HEADER.search(text) is not None:
            return self._sets(text, way)
        return [self._after(text, way)]

    def _after(self, text: str, way: _Way) -> _Way:
        """The way behind a statement: whether it ended there, was handed on, and with which status."""
        status = _status_of(text)
        way = way if status is None else way._replace(status=status)
        if _HANDS_ON.search(text) is not None and re.search(r"=>|\bfunction\b|\bfunc\b", text) is None:
            way = way._replace(handed_on=True)
        way = way if _NEW_ANSWER.match(text) is None else way._replace(pairs=())
        return way._replace(ended=True) if _LEAVES.match(text) is not None else way

    def _sets(self, text: str, way: _Way) -> list[_Way]:
        if re.search(r"=>\s*\{|\bfunction\b|\bfunc\(", text) is not None:
            raise _Odd("a function inside it")
        chosen = _CHOSEN.search(text)
        if (
            chosen is not None
            and len(parts := split(chosen["value"], r"\?(?![.?])")) == 2
            and len(ways := split(parts[1], r":")) == 2
        ):
            asked = self._asks(parts[0].strip())
            if asked is None:
                raise _Odd(f"the condition {' '.join(parts[0].split())[:50]}")
            found: list[_Way] = []
            for where, value in ((asked, ways[0]), (opposite(asked), ways[1])):
                if (met := both(way.asked, where)) != NOBODY:
                    instead = text[: chosen.start("value")] + value.strip() + text[chosen.end("value") :]
                    found += self._sets(instead, way._replace(asked=met))
            return found
        if _TAKES_AWAY.search(re.sub(TEXT, "''", text)) is not None:
            raise _Odd(" ".join(text.split())[:50])
        pairs = list(way.pairs)
        for name, value in written_headers(text):
            if _ADDS.search(text) is None:
                pairs = [each for each in pairs if each[0].lower() != name.lower()]
            value = self._value(value)
            if (
                name.lower().endswith("credentials")
                and value.lower() == "true"
                and re.search(r"['\"]T(?:rue|RUE)['\"]", text)
            ):
                value = "no"  # it is compared by case
            if value:
                pairs.append((name, value))
        return [
            self._after(re.sub(TEXT, "''", text) if "HTTP/" not in text else text, way._replace(pairs=tuple(pairs)))
        ]

    def _value(self, value: str) -> str:
        """A value, where it is a name of a text, or a place in a list."""
        bare = value.strip("()")
        if bare in ("", "null", "undefined", "''", '""'):
            return ""
        if not value.startswith("("):
            return value
        place = re.fullmatch(r"(\$?\w+)\[(\d+)\]?", bare)
        if place is not None and (listed := self._list_of(place[1])) is not None and int(place[2]) < len(listed):
            return listed[int(place[2])]
        if re.fullmatch(r"\$?\w+", bare) is not None and bare not in (ORIGIN, ASKS):
            texts = re.findall(rf"(?<![\w$.]){re.escape(bare)}\s*(?::\s*string\s*)?:?=(?!=)\s*({TEXT})?", self._code)
            if len(texts) == 1 and texts[0]:
                return str(texts[0][1:-1])
        if re.fullmatch(r"\$?\w*[oO]rigin\w*", bare) is not None and bare != ORIGIN:
            raise _Odd(f"{bare}, which is not told to be the request's,")
        return "(access-control-request-headers)" if bare == ASKS else value


def _once(loop: Statement, over: re.Match[str]) -> tuple[Statement, ...] | None:
    """What a loop over a list does that compares each of it with the request's Origin, as for the whole list."""
    name, of = over["go"] or over["name"], over["range"] or over["of"]
    if len(loop.body) != 1 or loop.body[0].condition is None or loop.body[0].other:
        return None
    asks = loop.body[0]
    compared = rf"\s*(?:{ORIGIN}\s*={{2,3}}\s*{name}|{name}\s*={{2,3}}\s*{ORIGIN})\s*"
    if re.fullmatch(compared, asks.condition or "") is None:
        return None
    body = tuple(_renamed(each, name) for each in asks.body if each.text.strip() != "break")
    return (asks._replace(condition=f"{of}.includes({ORIGIN})", body=body),)


def _renamed(step: Statement, name: str) -> Statement:
    def of(text: str) -> str:
        return re.sub(rf"\b{name}\b", ORIGIN, text)

    return Statement(
        of(step.text),
        None if step.condition is None else of(step.condition),
        tuple(_renamed(each, name) for each in step.body),
        tuple(_renamed(each, name) for each in step.other),
        step.head,
    )


_CHOSEN: Final = lazy_pattern(
    r"(?i)['\"]Access-Control-Allow-(?:Origin|Credentials)['\"]\s*\]?\s*[,=:]\s*(?P<value>[^;]*\?(?![.?])[^;]*:[^;]*?)(?=\)\s*;?\s*$|;?\s*$)"
)


def _status_of(text: str) -> int | None:
    found = _STATUS.search(text)
    if found is None:
        return None
    told = found["number"] or found["set"] or found["line"]
    if told.isdecimal():
        return int(told)
    return 204 if _SUCCESS.search(told) is not None else 400


def _names_origin(way: _Way) -> bool:
    return any(name.lower().endswith("allow-origin") for name, _ in way.pairs)


def _grants(ways: Sequence[_Way], on: On) -> list[Grant]:
    """A grant for each way that says whom it allows."""
    found = []
    for way in ways:
        if not _names_origin(way):
            continue
        grant = grant_of_headers("the code", way.pairs, on=on)
        if grant.origins == (REFLECTED,):
            if not way.asked.everybody:
                grant = replace(grant, origins=way.asked.texts, patterns=way.asked.patterns)
        else:
            grant = replace(grant, only_for=way.asked.expressions, is_fixed=len(grant.origins) == 1)
        found.append(grant)
    return found
