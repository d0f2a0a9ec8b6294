"""The text of a lighttpd configuration: its blocks, their conditions, and what each of them sets.

https://redmine.lighttpd.net/projects/lighttpd/wiki/Docs_Configuration
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, cast

from ....patterns import lazy_pattern
from ....records import field, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN: Final = lazy_pattern(
    r"(?P<blank>\s+|#[^\n]*)|(?P<string>\"(?:[^\"\\]|\\.)*\"|'[^']*')|(?P<field>\$[A-Z_]+\s*\[\s*\"[^\"]*\"\s*\])"
    r"|(?P<sign>\+=|=>|=~|!~|==|!=|=\^|=\$|[=(){},+])|(?P<word>[\w.-]+)",
    re.DOTALL,
)
_MOST_TOKENS: Final = 50_000
_DEEPEST: Final = 20

Operator = Literal["==", "!=", "=~", "!~", "=^", "=$"]
Value = str | tuple[tuple[str, "Value"], ...]
"""A text, or the pairs of a list: the key of an item that has none is ""."""


class UnreadText(Exception):
    """What stands in a configuration where its grammar has no place for it, or what only the machine knows."""


class Condition(NamedTuple):
    """`$HTTP["url"] =~ "^/api/"`: what is compared, in small letters, how, and with what."""

    field: str
    operator: Operator
    value: str


@record(eq=False)
class Block:
    """A block: its condition (None: the whole file, or what is left over), and what is set in it, by names.

    `parent` is the block around it, `before` those of the chain whose `else` it is. A condition has one block in each
    other: where it comes again, that goes on.
    """

    condition: Condition | None = None
    parent: Block | None = None
    before: tuple[Block, ...] = ()
    settings: dict[str, Value] = field(default_factory=dict)

    def inherited(self, name: str) -> Value | None:
        """What the nearest block sets by this name, this one or one around it."""
        block: Block | None = self
        while block is not None:
            if name in block.settings:
                return block.settings[name]
            block = block.parent
        return None


def blocks_of(text: str) -> list[Block]:
    """The blocks in the order of the text, that of the whole file first. Raises `UnreadText`."""
    return _Reader(text).blocks()


class _Token(NamedTuple):
    kind: str
    text: str


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    for _ in range(_MOST_TOKENS):
        if at >= len(text):
            return
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise UnreadText(text[at : at + 40].partition("\n")[0])
        at = found.end()
        if found.lastgroup != "blank":
            yield _Token(found.lastgroup, found[0])
    raise UnreadText("more than can be read")


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = [*_tokens(text), _Token("end", "")]
        self._at = 0
        self._variables: dict[str, Value] = {}
        self._blocks: list[Block] = [Block()]
        self._within: dict[Block, list[Block]] = {self._blocks[0]: []}

    def blocks(self) -> list[Block]:
        self._statements(self._blocks[0], 0)
        if self._next.kind != "end":
            raise UnreadText(self._next.text)
        return self._blocks

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> str:
        token = self._next
        if texts and (token.kind == "string" or token.text not in texts):
            raise UnreadText(token.text[:60])
        self._at += 1
        return token.text

    def _statements(self, block: Block, depth: int) -> None:
        chain: tuple[Block, ...] = ()
        if depth > _DEEPEST:
            raise UnreadText("blocks in blocks in blocks")
        while self._next.kind in ("word", "field"):
            if self._next.kind == "word" and self._next.text in ("else", "elseif", "elsif"):
                self._take()
                if self._next.text == "if":
                    self._take()
                if not chain:
                    raise UnreadText("else")
                chain = (*chain, self._block(block, chain, depth))
            elif self._next.kind == "field":
                chain = (self._block(block, (), depth),)
            else:
                chain = ()
                self._setting(block)

    def _block(self, parent: Block, before: tuple[Block, ...], depth: int) -> Block:
        condition = None
        if self._next.kind == "field":
            of, name = re.findall(r"[\w-]+", self._take())[:2]
            operator = cast("Operator", self._take("==", "!=", "=~", "!~", "=^", "=$"))
            value = self._value(parent)
            if not isinstance(value, str):
                raise UnreadText(name)
            condition = Condition(f"{of} {name}".lower(), operator, value)
        made = next((each for each in self._within[parent] if each.condition == condition), None)
        if made is None or condition is None:
            made = Block(condition, parent, before)
            self._blocks.append(made)
            self._within[parent].append(made)
            self._within[made] = []
        elif before:
            raise UnreadText("else of a condition that had its block before: lighttpd refuses it")
        self._take("{")
        self._statements(made, depth + 1)
        self._take("}")
        return made

    def _setting(self, block: Block) -> None:
        name = self._take()
        if name in ("include", "include_shell"):
            raise UnreadText(f"{name} {self._take()}")
        operator = self._take("=", "+=")
        value = self._value(block)
        if operator == "+=":
            before = self._variables.get(name) if name.startswith("var.") else block.inherited(name)
            value = value if before is None else _joined(before, value)
        if name.startswith("var."):
            self._variables[name] = value
        elif operator == "=" and name in block.settings:
            raise UnreadText(f"{name} twice in one block: lighttpd refuses it")
        else:
            block.settings[name] = value

    def _value(self, block: Block, depth: int = 0) -> Value:
        value = self._term(block, depth)
        while self._next == _Token("sign", "+"):
            self._take()
            value = _joined(value, self._term(block, depth))
        return value

    def _term(self, block: Block, depth: int) -> Value:
        token = self._next
        if depth > _DEEPEST:
            raise UnreadText("lists in lists in lists")
        if token.kind == "string":
            self._take()
            return _unquoted(token.text)
        if token.kind == "word":
            self._take()
            if token.text.startswith(("env.", "var.")) or "." in token.text:
                known = self._variables.get(token.text) or block.inherited(token.text)
                if known is None:
                    raise UnreadText(token.text)
                return known
            return token.text
        self._take("(")
        pairs: list[tuple[str, Value]] = []
        while self._next.text != ")" or self._next.kind == "string":
            value = self._value(block, depth + 1)
            if self._next == _Token("sign", "=>") and isinstance(value, str):
                self._take()
                pairs.append((value, self._value(block, depth + 1)))
            else:
                pairs.append(("", value))
            if self._next != _Token("sign", ","):
                break
            self._take()
        self._take(")")
        return tuple(pairs)


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return inner if text[0] == "'" else re.sub(r"\\([\"\\])", r"\1", inner)


def _joined(one: Value, other: Value) -> Value:
    if isinstance(one, str) and isinstance(other, str):
        return one + other
    if isinstance(one, tuple) and isinstance(other, tuple):
        twice = next((key for key, _ in other if key and key in dict(one)), None)
        if twice is not None:
            raise UnreadText(f"+= of {twice}, which is there: lighttpd refuses it")
        return (*one, *other)
    raise UnreadText("a text and a list, joined")


def pairs_of(settings: Mapping[str, Value], name: str) -> tuple[tuple[str, str], ...] | None:
    """The pairs of a list of texts; None where it is not set. Raises `UnreadText` for what is none."""
    given = settings.get(name)
    if given is None:
        return None
    found = [(key, value) for key, value in given if isinstance(value, str)] if isinstance(given, tuple) else []
    if isinstance(given, str) or len(found) < len(given):
        raise UnreadText(name)
    return tuple(found)
