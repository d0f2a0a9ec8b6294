"""A text that an expression is for, to ask with: the first of its alternatives, without what may be left out."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from .model import matches

_LONGEST: Final = 1000
_MOST_GROUPS: Final = 50
_GROUP: Final = lazy_pattern(r"(?<!\\)\((?:\?:)?(?P<inner>(?:[^()\\]|\\.)*)\)(?P<times>[?*+]|\{\d[\d,]*\})?")
_CLASS: Final = lazy_pattern(r"(?<!\\)\[(?P<inner>(?:[^\]\\]|\\.)+)\](?P<times>[?*+]|\{\d[\d,]*\})?")
_SIGN: Final = lazy_pattern(r"(?P<sign>\\[dwS]|(?<!\\)\.)(?P<times>[?*+]|\{\d[\d,]*\})")


def example_of_expression(expression: str) -> str | None:
    """Such a text; None where none is found."""
    text = re.sub(r"^\(\?i\)", "", expression)
    if len(text) > _LONGEST or re.search(r"\(\?(?!:)", text) is not None:
        return None
    for _ in range(_MOST_GROUPS):
        plainer = _GROUP.sub(_of_group, text, count=1)
        if plainer == text:
            break
        text = plainer
    text = _CLASS.sub(_of_class, text.partition("|")[0])
    text = _SIGN.sub(_of_sign, text).replace("\\d", "8").replace("\\w", "a")
    # A letter that may be left out is kept: https? is https.
    text = re.sub(r"(?<!\\)\?|[\^$]", "", text)
    text = re.sub(r"\\(.)", r"\1", text)
    return text if text and matches(expression, text) else None


def _of_group(found: re.Match[str]) -> str:
    return "" if found["times"] in ("?", "*") else found["inner"].partition("|")[0]


def _of_class(found: re.Match[str]) -> str:
    if found["times"] in ("?", "*"):
        return ""
    return "8" if "0-9" in found["inner"] and "a-z" not in found["inner"].lower() else "a"


def _of_sign(found: re.Match[str]) -> str:
    if found["times"] in ("?", "*") and found["sign"] != ".":
        return ""
    return "8" if found["sign"] == "\\d" else "app"
