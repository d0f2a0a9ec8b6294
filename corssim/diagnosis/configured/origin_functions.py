"""Functions of JavaScript that say which origins are allowed: by a callback, or by what they return.

Each statement of one has to be of a kind that is known; of another the function's answer is not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ...patterns import lazy_pattern
from .code_values import Names, defined, items_of, names_of
from .model import REFLECTED
from .origin_conditions import EVERYBODY, NOBODY, Asked, asked_by, both, either, opposite, split
from .scan import balanced
from .statements import NotTold, Statement, statements

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST: Final = 20_000
_MOST_WAYS: Final = 64
_IDENTIFIER: Final = lazy_pattern(r"[A-Za-z_$][\w$]*")
_HEAD: Final = lazy_pattern(
    r"(?:async\s+)?(?:function\b\s*[\w$]*\s*)?(?=\()|(?:async\s+)?(?P<alone>[A-Za-z_$][\w$]*)\s*=>"
)
_BODY: Final = lazy_pattern(r"\s*(?::[^={}]*)?(?:=>)?\s*")
_DECLARED: Final = lazy_pattern(r"(?:const|let|var)\s+(?P<name>[\w$]+)\s*(?::[^=;]{1,60})?=\s*(?P<value>.*)", re.DOTALL)
_SAYS: Final = lazy_pattern(r"(?:console|logger|log|this\.logger|winston)\s*(?:\.\s*\w+\s*)?\(")
_ERROR: Final = lazy_pattern(r"(?:new\s+)?\w*Error\s*\(|['\"`]")
_OF_A_CONTEXT: Final = (
    r"\b{name}\.(?:get\(\s*['\"][oO]rigin['\"]\s*\)|(?:request\.)?headers?\.origin\b|(?:request\.)?headers?\[['\"]origin['\"]\]"
    r"|req\.header\(\s*['\"][oO]rigin['\"]\s*\))"
)


class _Way(NamedTuple):
    """For whom a way through the function is, and whether it let them pass; None where it has not said so yet."""

    asked: Asked
    passes: bool | None = None


def decided(text: str, function: str, *, asks: str = "") -> Names:
    """Those whom a function lets pass. `asks`: what one is given that says so by what it returns, the origin or a
    context of the request; one that asks for neither calls back."""
    try:
        read = _Function(text, function, asks=asks)
        passes = read.passes()
        if read.computed and ((passes.everybody and read.refuses) or passes.patterns):
            raise NotTold
    except NotTold:
        return Names(computed=("a function",))
    if passes.everybody:
        return Names((REFLECTED,))
    nobody = () if passes.patterns or read.computed else ("(nobody)",)
    return Names(passes.texts or nobody, passes.patterns, read.computed)


class _Function:
    def __init__(self, text: str, function: str, *, asks: str) -> None:
        self._text = text
        self._returns = bool(asks)
        self._aliases: dict[str, str] = {}
        self._is_unsure = False
        self.refuses = True
        self._computed: list[str] = []  # of lists of which a part stands there
        named = _IDENTIFIER.fullmatch(function)
        if named is not None:
            made = re.search(rf"\bfunction\s+{re.escape(function)}\s*(?=\()", text)
            if made is None:
                raise NotTold
            function = text[made.start() :]
        head = _HEAD.match(function)
        if head is None or len(function) > 1_000_000:
            raise NotTold
        given = head["alone"] or balanced(function, head.end())
        behind = head.end() if head["alone"] else head.end() + len(given) + 2
        parameters = [] if not given.strip() else [each.partition(":")[0].strip(" ?") for each in items_of(given)]
        if any(_IDENTIFIER.fullmatch(each) is None for each in parameters[:2]):
            raise NotTold
        begins = _BODY.match(function, behind)
        at = behind if begins is None else begins.end()
        self._callback = parameters[1] if len(parameters) > 1 and not asks else ""
        if not asks and not self._callback:
            raise NotTold
        origin = parameters[0] if parameters else ""
        self._body = balanced(function, at) if function[at : at + 1] == "{" else ""
        self._value = "" if self._body else function[at:].strip()
        if len(self._body) + len(self._value) > _LONGEST:
            raise NotTold
        if asks == "context":
            context = _OF_A_CONTEXT.format(name=re.escape(origin))
            self._body, self._value = (re.sub(context, "_origin_", each) for each in (self._body, self._value))
            named_so = re.search(r"\b(?:const|let|var)\s+(\w+)\s*=\s*_origin_\s*(?:;|\n|$)", self._body)
            if named_so is not None:
                self._body = self._body.replace(named_so[0], "")
            self._origin = (
                r"_origin_" if named_so is None else rf"(?:_origin_|(?<![\w$.]){re.escape(named_so[1])}(?![\w$]))"
            )
        else:
            name = rf"(?<![\w$.]){re.escape(origin)}(?![\w$])!?"
            self._origin = rf"(?:String\(\s*{name}\s*\)|{name})" if origin else r"(?!)"

    @property
    def computed(self) -> tuple[str, ...]:
        """What is on its lists that only the running program knows."""
        return tuple(dict.fromkeys(self._computed))

    def passes(self) -> Asked:
        """Those who are let pass. Raises `NotTold`."""
        if not self._body:
            ways = self._said(self._value, EVERYBODY) if not self._callback else self._called(self._value, EVERYBODY)
        else:
            ways = self._run(statements(self._body), [_Way(EVERYBODY)])
        allowed = NOBODY
        self.refuses = any(not way.passes and way.asked != NOBODY for way in ways)
        if self._is_unsure and len({way.passes for way in ways}) != 1:
            raise NotTold
        for way in ways:
            if way.passes is None and not self._returns and way.asked != NOBODY:
                raise NotTold  # it never says
            if way.passes:
                allowed = either(allowed, way.asked)
        return allowed

    def _run(self, steps: Sequence[Statement], ways: list[_Way]) -> list[_Way]:
        for step in steps:
            if len(ways) > _MOST_WAYS:
                raise NotTold
            done = [way for way in ways if way.passes is not None]
            going = [way for way in ways if way.passes is None]
            for way in going:
                done += self._step(step, way.asked)
            ways = done
        return ways

    def _step(self, step: Statement, asked: Asked) -> list[_Way]:
        if step.condition is not None:
            ways = []
            try:
                holds = self._asks(step.condition)
            except NotTold:
                self._is_unsure = True  # then both ways have to come to the same
                return [*self._run(step.body, [_Way(asked)]), *self._run(step.other, [_Way(asked)])]
            for where, then in ((holds, step.body), (opposite(holds), step.other)):
                if (met := both(asked, where)) != NOBODY:
                    ways += self._run(then, [_Way(met)])
            return ways
        text = step.text
        if step.head is not None or len(text) > _LONGEST:
            raise NotTold
        declared = _DECLARED.fullmatch(text)
        if declared is not None:
            if declared["value"][:1] not in "['\"/" and not declared["value"].startswith("new "):
                self._aliases[declared["name"]] = declared["value"].strip()
            return [_Way(asked)]
        if _SAYS.match(text) is not None:
            return [_Way(asked)]
        if text.startswith("throw"):
            return [_Way(asked, False)]
        returned = re.match(r"return\b\s*", text)
        value = text if returned is None else text[returned.end() :]
        if self._callback:
            if returned is not None and not value:
                raise NotTold
            return self._called(value, asked)
        if returned is None:
            raise NotTold
        return self._said(value, asked)

    def _called(self, call: str, asked: Asked) -> list[_Way]:
        """What a call of the callback says: an error or none, and who passes."""
        choice = split(call, r"\?(?![.?])")
        if len(choice) == 2 and len(both_ways := split(choice[1], r":")) == 2:
            holds = self._asks(choice[0])
            return [
                *self._called(both_ways[0].strip(), both(asked, holds)),
                *self._called(both_ways[1].strip(), both(asked, opposite(holds))),
            ]
        found = re.match(rf"{re.escape(self._callback)}\s*(?=\()", call)
        if found is None:
            raise NotTold
        inner = balanced(call, found.end())
        if call[found.end() + len(inner) + 2 :].strip():
            raise NotTold
        given = list(items_of(inner))
        if given and given[0] not in ("null", "undefined", "false", "''", '""'):
            if _ERROR.match(given[0]) is None:
                raise NotTold
            return [_Way(asked, False)]
        return self._said(given[1] if len(given) > 1 else "false", asked)

    def _said(self, value: str, asked: Asked) -> list[_Way]:
        """What a value says of those for whom it is given."""
        value = value.strip().rstrip(";").strip()
        while value[:1] == "(" and len(inner := balanced(value, 0)) == len(value) - 2:
            value = inner.strip()
        choice = split(value, r"\?(?![.?])")
        if len(choice) == 2 and len(parts := split(choice[1], r":")) == 2:
            holds = self._asks(choice[0])
            return [
                *self._said(parts[0], both(asked, holds)),
                *self._said(parts[1], both(asked, opposite(holds))),
            ]
        if asked == NOBODY:
            return []
        if value in ("false", "null", "undefined", "''", '""', ""):
            return [_Way(asked, False)]
        if value == "true" and not self._returns:
            return [_Way(asked, True)]
        if re.fullmatch(self._origin, value) is not None:
            return [_Way(asked, True)]
        if (self._returns and value[:1] in "'\"`") or _IDENTIFIER.fullmatch(value) is None:
            # a text for whoever asks: of those on a list alone it is the same as their own
            fixed = value[1:-1] if value[:1] in "'\"`" and value[-1:] == value[:1] else None
            if fixed is not None and "://" in fixed and "${" not in fixed:
                return [
                    _Way(both(asked, Asked(False, (fixed,))), True),
                    _Way(both(asked, opposite(Asked(False, (fixed,)))), False),
                ]
        if self._returns:
            raise NotTold
        holds = self._asks(value)
        return [_Way(both(asked, holds), True), _Way(both(asked, opposite(holds)), False)]

    def _asks(self, condition: str) -> Asked:
        for name, value in self._aliases.items():
            there = re.compile(rf"(?<![\w$.]){re.escape(name)}(?![\w$])")
            condition = f"({value})".join(there.split(condition))
        if len(condition) > _LONGEST:
            raise NotTold
        asked = asked_by(condition, self._origin, self._list_of)
        if asked is None:
            raise NotTold
        return asked

    def _list_of(self, name: str) -> tuple[str, ...] | None:
        """The texts of a list that stands there or has this name; None where they are not told."""
        name = name.removeprefix("new Set(").removesuffix(")")
        for of in (self._body, self._text):
            if not defined(of, name).lstrip().startswith(("[", "new Set([")):
                continue
            value = defined(of, name)
            if value.startswith("new Set("):
                if re.search(rf"(?<![\w$.]){re.escape(name)}\s*\.\s*(?:add|delete|clear)\b", self._text):
                    return None
                name = balanced(value, len("new Set"))
            names = names_of(of, name)
            self._computed += names.computed
            return names.texts
        return None
