"""Whether a text could be a script, without a parser: by its tokens and by which of them stand side by side.

It says no only to what cannot be one; where tokens alone do not tell, it says yes.
https://tc39.es/ecma262/#sec-ecmascript-language-lexical-grammar
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ..patterns import lazy_pattern
from ..records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = lazy_pattern(
    r"(?:[\s\ufeff]|//[^\n\r]*|/\*.*?\*/|<!--[^\n\r]*|(?:(?<=[\n\r])|\A)[\t ]*-->[^\n\r]*)*", re.DOTALL
)
_TOKEN = lazy_pattern(
    r"""(?P<word>[#]?[\w$]+|\.[0-9][\w$]*)
    |(?P<string>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<template>`[^`$\\]*`)
    |(?P<operator>[{}()\[\];,?:~.]|=>|\+\+|--|[=!]==?|/=?|[+\-*%&|^<>=!]+=?)""",
    re.VERBOSE | re.DOTALL,
)
_REGULAR_EXPRESSION = lazy_pattern(r"/(?:[^/\\\[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+/([\w$]*)")
_LONGEST = 1 << 18  # characters; a second of work or so
_FLAGS = lazy_pattern(r"[dgimsuvy]*")
_HASHBANG = lazy_pattern(r"(?:#![^\n\r]*)?")

_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_WORDS_BEFORE_AN_OPERAND = frozenset(
    {"abstract", "as", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default"}
    | {"delete", "do", "else", "export", "extends", "finally", "for", "from", "function", "get", "if", "import", "in"}
    | {"instanceof", "let", "new", "of", "return", "set", "static", "switch", "throw", "try", "typeof", "using", "var"}
    | {"void", "while", "with", "yield"}
)
_WORDS_AFTER_AN_OPERAND = frozenset({"as", "extends", "from", "in", "instanceof", "of"})
_NEVER_FIRST_WORDS = frozenset(
    {"break", "case", "catch", "continue", "default", "else", "export", "extends", "finally", "in", "instanceof"}
    | {"return"}
)
_MAY_BE_LAST = frozenset({")", "]", "}", ";", "++", "--"})
_MAY_BE_FIRST = frozenset("([{;+-!~")


class _Token(NamedTuple):
    kind: str
    text: str
    begins_a_line: bool

    @property
    def is_operand(self) -> bool:
        return self.kind != "operator"

    @property
    def needs_an_operator_before(self) -> bool:
        if self.kind == "word":
            return self.text not in _WORDS_AFTER_AN_OPERAND
        # A template may have a tag.
        return self.kind == "string" or self.kind == "regular expression" or self.text in ("!", "~")


class _Unclear(Exception):
    """Only a parser could go on from here."""


class _NoToken(Exception):
    """No token begins here."""


def has_the_tokens_of_a_script(text: str) -> bool:
    """Is there nothing about the tokens that no script has? A text of over 256 Ki characters is not looked at."""
    if len(text) > _LONGEST:
        return True
    try:
        tokens = list(_tokens(text))
    except _NoToken:
        return False
    except _Unclear:
        return True
    if not tokens:
        return True
    return _may_begin_and_end(tokens) and _is_balanced(tokens) and _goes_together(tokens)


def _tokens(text: str) -> Iterator[_Token]:
    hashbang = _HASHBANG.match(text)
    assert hashbang is not None  # it matches the empty string
    at, last = hashbang.end(), None
    while True:
        blank = _BLANK.match(text, at)
        assert blank is not None  # it matches the empty string
        at, begins_a_line = blank.end(), "\n" in blank[0] or "\r" in blank[0]
        if at == len(text):
            return
        if text.startswith("/*", at):
            raise _NoToken  # A comment without an end; the next one is not looked for to the end, too.
        if _may_begin_a_regular_expression(text[at], last):
            found = _REGULAR_EXPRESSION.match(text, at)
            if found is None:
                raise _NoToken if last is None or not last.is_operand else _Unclear
            if not _FLAGS.fullmatch(found[1]):
                raise _NoToken
            last = _Token("regular expression", found[0], begins_a_line)
        else:
            found = _TOKEN.match(text, at)
            if found is None:
                raise _Unclear if text[at] in "`\\" else _NoToken
            last = _Token(found.lastgroup or "", found[0], begins_a_line)
        yield last
        at = found.end()


def _may_begin_a_regular_expression(character: str, last: _Token | None) -> bool:
    if character != "/" or last is None:
        return character == "/"
    if last.text in (")", "}"):
        raise _Unclear  # after a condition or a block it would be one, after an expression a division
    if last.kind == "word":
        return last.text in _WORDS_BEFORE_AN_OPERAND
    return not last.is_operand and last.text not in ("]", "++", "--")


def _may_begin_and_end(tokens: list[_Token]) -> bool:
    first, last = tokens[0], tokens[-1]
    if first.text == "import":
        # A script has no import but the function.
        return len(tokens) > 1 and tokens[1].text == "("
    if first.text == "await" and len(tokens) > 1 and tokens[1].is_operand and not tokens[1].begins_a_line:
        return False
    if first.text in _NEVER_FIRST_WORDS or (not first.is_operand and not _MAY_BE_FIRST.issuperset(first.text)):
        return False
    return last.is_operand or last.text in _MAY_BE_LAST


def _is_balanced(tokens: list[_Token]) -> bool:
    expected: list[str] = []
    for token in tokens:
        if token.kind == "operator" and token.text in _CLOSED_BY:
            expected.append(_CLOSED_BY[token.text])
        elif token.text in (")", "]", "}") and (not expected or expected.pop() != token.text):
            return False
    return not expected


def _is_a_rule_set(before: _Token, after: _Token) -> bool:
    """Report whether a block follows an operand on its line, as in a style sheet; only a class has its body there."""
    follows = after.text == "{" and not after.begins_a_line
    return follows and before.is_operand and before.text not in _WORDS_BEFORE_AN_OPERAND


def _goes_together(tokens: list[_Token]) -> bool:
    """Is there an operator or a line break between any two operands, and none that belongs before its operand?"""
    if not any(token.text == "class" for token in tokens) and any(map(_is_a_rule_set, tokens, tokens[1:])):
        return False
    return not any(
        before.is_operand
        and before.text not in _WORDS_BEFORE_AN_OPERAND
        and not after.begins_a_line
        and after.needs_an_operator_before
        for before, after in pairwise(tokens)
    )
