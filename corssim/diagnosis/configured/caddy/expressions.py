"""The expressions of Caddy's matchers that compare placeholders with texts.

https://caddyserver.com/docs/caddyfile/matchers#expression
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..model import searched
from ..replies import NotTold

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPARED: Final = lazy_pattern(
    r"\s*(\{[\w.>-]+\})\s*(?:(==|!=)\s*([\"'])([^\"']*)\3|\.(matches|startsWith|endsWith|contains)\(\s*([\"'])(.*?)\6\s*\)"
    r"|in\s*\[([^\]]*)\])\s*"
)
_TEXT: Final = lazy_pattern(r"[\"']([^\"']*)[\"']")


def value_of_expression(text: str, expanded: Callable[[str], str]) -> bool:
    """Whether an expression holds. Raises `NotTold` for what is not of these."""
    if "(" in text.replace("matches(", "").replace("With(", "").replace("contains(", "") or (
        "&&" in text and "||" in text
    ):
        raise NotTold(text[:60])
    if "||" in text:
        return any(_compared(each, expanded) for each in text.split("||"))
    return all(_compared(each, expanded) for each in text.split("&&"))


def _compared(text: str, expanded: Callable[[str], str]) -> bool:
    found = _COMPARED.fullmatch(text)
    if found is None:
        raise NotTold(text[:60])
    value = expanded(found[1])
    if found[2]:
        return (value == found[4]) == (found[2] == "==")
    if found[5]:
        other = found[7]
        how = {
            "matches": lambda: searched(other, value) is not None,
            "startsWith": lambda: value.startswith(other),
            "endsWith": lambda: value.endswith(other),
            "contains": lambda: other in value,
        }
        return how[found[5]]()
    return value in _TEXT.findall(found[8])
