"""Rules of Traefik's routers: which requests they are for.

https://doc.traefik.io/traefik/routing/routers/#rule ; version 2 and 3 by what is written:
https://doc.traefik.io/traefik/migrate/v2-to-v3-details/#rule-syntax-changes
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from urllib.parse import parse_qs

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ..example_texts import example_of_expression
from ..model import searched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..asked import Asked

_TOKEN: Final = lazy_pattern(
    r"\s*(?:(?P<name>[A-Za-z]+)\s*\(|(?P<raw>`[^`]*`)|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<sign>&&|\|\||[!(),]))"
)
_BRACES: Final = lazy_pattern(r"\{([^{}:]*)(?::((?:[^{}]|\{[^{}]*\})*))?\}")
_DEEPEST: Final = 50
_MOST_TOKENS: Final = 2_000
_UNKNOWN_PLACE: Final = lazy_pattern(r"\$\{|\{\{|<[A-Za-z_]|\$\(|%\w")
"""A place to be filled in, whose text decides what a rule is for."""
_BROWSERS_OWN: Final = ("user-agent", "cookie", "referer", "accept")


class Matcher(NamedTuple):
    """A matcher of a rule and what it is given."""

    name: str
    values: tuple[str, ...]


class Both(NamedTuple):
    left: Rule
    right: Rule


class Either(NamedTuple):
    left: Rule
    right: Rule


class Not(NamedTuple):
    of: Rule


Rule: TypeAlias = "Matcher | Both | Either | Not"


class UnreadRule(Exception):
    """A rule that is none of version 2 or 3."""


def rule_of(text: str) -> Rule:
    """A rule. Raises `UnreadRule`."""
    parser = _Parser(text)
    rule = parser.either(0)
    if parser.next is not None:
        raise UnreadRule(text)
    return rule


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split()
        self.next = next(self._tokens, None)

    def _split(self) -> Iterator[tuple[str, str]]:
        text = self._text.rstrip()
        at, count = 0, 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            count += 1
            if token is None or count > _MOST_TOKENS:
                raise UnreadRule(self._text)
            at, kind = token.end(), str(token.lastgroup)
            written = token[kind]
            if kind in ("raw", "quoted"):
                written = written[1:-1] if kind == "raw" else re.sub(r"\\(.)", r"\1", written[1:-1])
                kind = "value"
            yield kind, written

    def _take(self) -> tuple[str, str]:
        taken, self.next = self.next, next(self._tokens, None)
        if taken is None:
            raise UnreadRule(self._text)
        return taken

    def either(self, depth: int) -> Rule:
        """Terms between `||`, which binds less than `&&`."""
        rule = self._both(depth)
        while self.next == ("sign", "||"):
            self._take()
            rule = Either(rule, self._both(depth))
        return rule

    def _both(self, depth: int) -> Rule:
        rule = self._one(depth)
        while self.next == ("sign", "&&"):
            self._take()
            rule = Both(rule, self._one(depth))
        return rule

    def _one(self, depth: int) -> Rule:
        if depth > _DEEPEST:
            raise UnreadRule(self._text)
        kind, written = self._take()
        if (kind, written) == ("sign", "!"):
            return Not(self._one(depth + 1))
        if (kind, written) == ("sign", "("):
            rule = self.either(depth + 1)
            self._expect(")")
            return rule
        if kind != "name":
            raise UnreadRule(self._text)
        values = []
        while True:
            kind, value = self._take()
            if kind == "value":
                values.append(value)
            elif (kind, value) == ("sign", ")"):
                return Matcher(written.lower(), tuple(values))
            elif (kind, value) != ("sign", ","):
                raise UnreadRule(self._text)

    def _expect(self, sign: str) -> None:
        if self._take() != ("sign", sign):
            raise UnreadRule(self._text)


def matchers_in(rule: Rule) -> Iterator[Matcher]:
    """The matchers of a rule that stand under no `!`."""
    if isinstance(rule, Matcher):
        yield rule
    elif isinstance(rule, Both | Either):
        yield from matchers_in(rule.left)
        yield from matchers_in(rule.right)


def is_for(rule: Rule, asked: Asked) -> bool:
    """Whether a rule is for a request. Raises `Branch` where nothing tells."""
    match rule:
        case Both():
            return is_for(rule.left, asked) and is_for(rule.right, asked)
        case Either():
            return is_for(rule.left, asked) or is_for(rule.right, asked)
        case Not():
            return not is_for(rule.of, asked)
    told = _MATCHERS.get(rule.name)
    what = f"{rule.name}({', '.join(rule.values)})"
    if told is None or not rule.values:
        return asked.supposes(what)
    if rule.name not in ("host", "hostheader") and any(_UNKNOWN_PLACE.search(value) for value in rule.values):
        return asked.supposes(what)
    found = told(rule.values, asked)
    return asked.supposes(what) if found is None else found


def _host(values: tuple[str, ...], asked: Asked) -> bool:
    return any(value == "*" or _is_host(value.lower().rstrip("."), asked.host) for value in values)


def _is_host(value: str, host: str) -> bool:
    return value.partition(".")[2] == host.partition(".")[2] if value.startswith("*.") else value == host


def _host_expression(values: tuple[str, ...], asked: Asked) -> bool:
    return any(searched(_expression(value, ends=True), asked.host) is not None for value in values)


def _expression(value: str, *, ends: bool) -> str:
    """An expression; version 2 has it in braces behind a name, in a text that counts as it is."""
    if "{" not in value or (_BRACES.search(value) is None):
        return value
    if any(re.fullmatch(r"\d*,?\d*", found[1]) for found in _BRACES.finditer(value)):
        return value  # so often
    text, at = "^", 0
    for found in _BRACES.finditer(value):
        text += re.escape(value[at : found.start()]) + f"(?:{found[2] or '[^/]+'})"
        at = found.end()
    return text + re.escape(value[at:]) + ("$" if ends else "")


def _path(values: tuple[str, ...], asked: Asked) -> bool:
    return any(
        searched(_expression(value, ends=True), asked.path) is not None if "{" in value else value == asked.path
        for value in values
    )


def _path_prefix(values: tuple[str, ...], asked: Asked) -> bool:
    return any(
        searched(_expression(value, ends=False), asked.path) is not None
        if "{" in value
        else asked.path.startswith(value)
        for value in values
    )


def _path_expression(values: tuple[str, ...], asked: Asked) -> bool:
    return any(searched(value, asked.path) is not None for value in values)


def _method(values: tuple[str, ...], asked: Asked) -> bool:
    return asked.method in [value.upper() for value in values]


def _header(values: tuple[str, ...], asked: Asked) -> bool | None:
    if len(values) != 2 or values[0].lower() in _BROWSERS_OWN:
        return None
    return get(asked.headers, values[0]) == values[1]


def _header_expression(values: tuple[str, ...], asked: Asked) -> bool | None:
    if len(values) != 2 or values[0].lower() in _BROWSERS_OWN:
        return None
    given = get(asked.headers, values[0])
    return given is not None and searched(values[1], given) is not None


def _query(values: tuple[str, ...], asked: Asked) -> bool | None:
    if any("{" in value for value in values):
        return None
    if len(values) == 1:
        name, _, value = values[0].partition("=")
        values = (name, value)
    given = parse_qs(asked.query, keep_blank_values=True)
    return len(values) == 2 and values[1] in given.get(values[0], [])


_MATCHERS: Final[dict[str, Callable[[tuple[str, ...], Asked], bool | None]]] = {
    "host": _host,
    "hostheader": _host,
    "hostregexp": _host_expression,
    "path": _path,
    "pathprefix": _path_prefix,
    "pathregexp": _path_expression,
    "method": _method,
    "header": _header,
    "headers": _header,
    "headerregexp": _header_expression,
    "headersregexp": _header_expression,
    "query": _query,
}


def hosts_of(rule: Rule) -> list[str]:
    """Hosts that a rule is for; one of those that an expression is for."""
    found = []
    for matcher in matchers_in(rule):
        if matcher.name in ("host", "hostheader"):
            found += [value.lower().replace("*", "any") for value in matcher.values]
        elif matcher.name == "hostregexp":
            examples = (example_of_expression(_expression(value, ends=True)) for value in matcher.values)
            found += [each for each in examples if each is not None]
    return found


def path_of(rule: Rule) -> str:
    """A path that a rule is for; "" where it says nothing of paths."""
    for matcher in matchers_in(rule):
        plain = [value for value in matcher.values if "{" not in value and value.startswith("/")]
        if matcher.name == "path" and plain:
            return plain[0]
        if matcher.name == "pathprefix" and plain:
            return f"{plain[0].rstrip('/')}/items"
        if matcher.name in ("pathregexp", "pathprefix", "path") and matcher.values:
            text = example_of_expression(_expression(matcher.values[0], ends=False)) or ""
            return text if text.startswith("/") else ""
    return ""
