"""Statements of languages with braces, in order: what is asked, what runs then, and what runs whatever is asked."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ...patterns import lazy_pattern
from .scan import balanced

MOST: Final = 2000
"""Statements that are told of one text; what has more is not told."""
_DEEPEST: Final = 20


class Statement(NamedTuple):
    """One statement. Of a condition: what it asks, what runs where it holds, and what where it does not.

    Of a loop, a switch or a block with a word in front, `head` is what stands in front, `body` what is in it.
    """

    text: str
    condition: str | None = None
    body: tuple[Statement, ...] = ()
    other: tuple[Statement, ...] = ()
    head: str | None = None


class NotTold(Exception):
    """A text that is not made of statements of these kinds."""


_SPACE: Final = lazy_pattern(r"[\s;]*")
_IF: Final = lazy_pattern(r"if\b\s*")
_ELSE: Final = lazy_pattern(r"\s*\belse\s*(?=if\b|\{|[^\s{])|\s*\belse(?=if\b)")
_BLOCK: Final = lazy_pattern(
    r"(?:(?P<word>for|foreach|while|switch|do|try|with|unless|catch|finally|select|defer|case|default)\b)(?P<head>[^{};]*)(?=\{)"
)
_FUNCTION: Final = lazy_pattern(
    r"(?:(?:export|default|public|private|protected|internal|static|async|override|final|suspend|pub)\s+)*"
    r"(?:function|func|fun|fn|def|class|interface|type|enum|namespace|module)\b[^{};=]*(?=\{)"
)
_TOKEN: Final = lazy_pattern(
    r"(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?P<opens>[(\[{])|(?P<closes>[)\]}])"
    r"|(?P<ends>;)|(?P<line>\n)"
)
_GOES_ON_BEHIND: Final = lazy_pattern(r"(?:[=+*/%&|?:,.<>!(-]|\b(?:return|await|new|in|of|and|or|not))\s*$")
_GOES_ON_BEFORE: Final = lazy_pattern(r"\s*(?:[.?:&|+*%=,)\]]|<[^<]|-(?!-)|/(?![/*]))")


def statements(code: str, depth: int = 0) -> tuple[Statement, ...]:
    """The statements of a piece of code without comments. Raises `NotTold`."""
    found: list[Statement] = []
    at = _end(_SPACE, code, 0)
    while at < len(code):
        if len(found) >= MOST or depth > _DEEPEST:
            raise NotTold
        statement, end = _one(code, at, depth)
        found.append(statement)
        if end <= at:
            raise NotTold
        at = _end(_SPACE, code, end)
    return tuple(found)


def _end(pattern: re.Pattern[str], code: str, at: int) -> int:
    found = pattern.match(code, at)
    return at if found is None else found.end()


def _one(code: str, at: int, depth: int) -> tuple[Statement, int]:
    """The statement that begins at a place, and where it ends."""
    asks = _IF.match(code, at)
    if asks is not None:
        return _condition(code, at, asks.end(), depth)
    if code[at] == "{":
        inner = balanced(code, at)
        return Statement(code[at : at + len(inner) + 2], None, statements(inner, depth + 1), (), ""), at + len(
            inner
        ) + 2
    block = _BLOCK.match(code, at)
    if block is not None:
        inner = balanced(code, block.end())
        end = block.end() + len(inner) + 2
        return Statement(code[at:end], None, statements(inner, depth + 1), (), block[0].strip()), end
    function = _FUNCTION.match(code, at)
    if function is not None:
        end = function.end() + len(balanced(code, function.end())) + 2
        return Statement(code[at:end]), end
    end = _end_of_simple(code, at)
    return Statement(code[at:end].rstrip("; \t\r\n")), end


def _condition(code: str, begins: int, at: int, depth: int) -> tuple[Statement, int]:
    if code[at : at + 1] == "(":
        condition = balanced(code, at)
        end = at + len(condition) + 2
        rest = re.compile(r"[^\S\n]*(?:&&|\|\||[=!<>]=)").match(code, end)
        if rest is not None:  # a bracket of the condition's own, as in Go
            brace = _brace(code, end)
            condition, end = code[at:brace], brace
    else:
        brace = _brace(code, at)
        condition, end = code[at:brace], brace
    body, end = _branch(code, end, depth)
    other: tuple[Statement, ...] = ()
    following = _ELSE.match(code, _end(_ENDED, code, end) if code[end : end + 1] == ";" else end)
    if following is not None:
        other, end = _branch(code, following.end(), depth)
    return Statement(code[begins:end], " ".join(condition.split()), body, other), end


_ENDED: Final = lazy_pattern(r";(?=\s*else\b)")


def _brace(code: str, at: int) -> int:
    """Where the block of a condition without brackets begins."""
    while (token := _TOKEN.search(code, at)) is not None and token["opens"] != "{":
        at = token.end()
        if token["opens"]:
            at = token.start() + len(balanced(code, token.start())) + 2
        elif token["closes"]:
            break
    if token is None or token["opens"] != "{":
        raise NotTold
    return token.start()


def _branch(code: str, at: int, depth: int) -> tuple[tuple[Statement, ...], int]:
    """What runs under a condition: a block, or one statement."""
    at = _end(_WHITE, code, at)
    if at >= len(code) or depth > _DEEPEST:
        raise NotTold
    if code[at] == "{":
        inner = balanced(code, at)
        return statements(inner, depth + 1), at + len(inner) + 2
    if code[at] == ":":  # PHP's other way to write it
        raise NotTold
    if code[at] == ";":
        return (), at + 1
    statement, end = _one(code, at, depth + 1)
    return (statement,), end


_WHITE: Final = lazy_pattern(r"\s*")


def _end_of_simple(code: str, at: int) -> int:
    begins = at
    while (token := _TOKEN.search(code, at)) is not None:
        if token["closes"]:
            return token.start() if token.start() > begins else token.end()
        if token["ends"]:
            return token.end()
        if token["line"]:
            so_far = code[begins : token.start()]
            if _GOES_ON_BEHIND.search(so_far[-60:]) is None and _GOES_ON_BEFORE.match(code, token.end()) is None:
                return token.end()
            at = token.end()
        elif token["opens"]:
            at = token.start() + len(balanced(code, token.start())) + 2
        else:
            at = token.end()
    return len(code)
