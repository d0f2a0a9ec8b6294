"""Code that sets headers, as it runs for a request of a page's: one that has an Origin."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ...patterns import lazy_pattern
from .scan import balanced

OF_REQUEST: Final = lazy_pattern(
    r"(?i)(?:headers?|get|request|req|_SERVER|env|META)\b[^\n;]{0,60}?(?:HTTP_ORIGIN|[\"'.]Origin\b|::ORIGIN|\.origin\b)"
)
_MOST: Final = 50
_IF: Final = lazy_pattern(r"\bif\b(?P<condition>[^\n{};]{1,200}(?:;[^\n{};]{1,100})?)\s*\{")
_ELSE: Final = lazy_pattern(r"\s*else\b(?P<condition>[^\n{};]{0,200})\s*\{")
_THERE: Final = lazy_pattern(
    r"(?P<not>!?)(?:(?:isset|empty)\()?(?P<what>[\w.$>\[\]'\"-]+(?:\([\"'][\w-]+[\"']\))?)\)?"
    r"(?P<compared>(?:!={1,2}|={2,3})(?:null|nil|undefined|\"\"|''))?"
)
_READING: Final = lazy_pattern(r"(?P<name>\w+):?=(?P<value>[^;]+);(?=(?P=name)\b)")


_SENT: Final = (
    r"(?:\$_SERVER\[[\"']HTTP_ORIGIN[\"']\]|\breq(?:uest)?\.headers\.origin\b"
    r"|\breq\.(?:get|header)\([\"'][oO]rigin[\"']\))"
)
_TEXT: Final = r"(?:'[^'\n]*'|\"[^\"\n]*\")"
_OR_ANOTHER: Final = lazy_pattern(
    rf"\(\s*(?P<what>{_SENT})\s*(?:\?\?|\?:|\|\|)\s*{_TEXT}\s*\)|(?P<bare>{_SENT})\s*(?:\?\?|\?:|\|\|)\s*{_TEXT}"
)
"""The request's Origin, with a text for where there is none."""


def with_an_origin(code: str) -> str:
    """The code without conditions that ask whether there is an Origin, and without what runs where there is none."""
    code = _OR_ANOTHER.sub(lambda found: found["what"] or found["bare"], code)
    for _ in range(_MOST):
        for branch in islice(_IF.finditer(code), _MOST):
            holds = _holds(branch["condition"], code)
            if holds is not None:
                code = _without(code, branch, holds=holds)
                break
        else:
            return code
    return code


def _without(code: str, branch: re.Match[str], *, holds: bool) -> str:
    block = balanced(code, branch.end() - 1)
    end = branch.end() + len(block) + 1
    other = ""
    while (more := _ELSE.match(code, end)) is not None:
        inner = balanced(code, more.end() - 1)
        other = other or (inner if not more["condition"].strip() else code[more.start() : more.end()] + inner + "}")
        end = more.end() + len(inner) + 1
    if ";" in branch["condition"]:  # what Go reads before it asks
        block = branch["condition"].partition(";")[0].lstrip() + "\n" + block
    return code[: branch.start()] + (block if holds else other.lstrip().removeprefix("else")) + code[end:]


def _holds(condition: str, code: str) -> bool | None:
    """Whether a condition asks if there is an Origin (then it holds) or if there is none; None for another."""
    bare = re.sub(r"\s", "", condition)
    read = _READING.match(bare)
    bare = bare[read.end() :] if read is not None else bare
    while bare[:1] == "(" and bare[-1:] == ")":
        bare = bare[1:-1]
    asked = _THERE.fullmatch(bare)
    if asked is None:
        return None
    what = asked["what"]
    if read is not None and read["name"] == what:
        of_request = OF_REQUEST.search(condition) is not None
    elif re.fullmatch(r"\$?\w+", what) is not None:
        assigned = re.findall(rf"(?<![\w$.>]){re.escape(what)}\b[^=\n;!<>]{{0,40}}=(?!=)([^\n;]*)", code)
        of_request = len(assigned) == 1 and OF_REQUEST.search(assigned[0]) is not None
    else:
        of_request = OF_REQUEST.search(what) is not None
    if not of_request:
        return None
    turned = (asked["compared"] or "").startswith("=") != bool(asked["not"])
    return turned == bare.lstrip("!").startswith("empty(")
