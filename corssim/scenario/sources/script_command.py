"""A command that runs script given on its line: node -e, deno eval and their kin."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from .shell_words import command_words

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = lazy_pattern(
    r"\s*(?:(?:[$#%>❯]|PS [^>\n]*>|[A-Za-z]:\\[^>\n]*>|[\w.@~:/-]+[$#%])\s+)?"
    r"(?:npx\s+(?:-\S+\s+)*)?(?:node|nodejs|deno|bun|tsx|ts-node)(?:\.exe)?\s"
)
_FLAGS = ("-e", "--eval", "-p", "--print", "-pe", "eval")


def script_in(text: str, define: Mapping[str, str]) -> str | None:
    """The script on the line; None where there is none. Raises `UnreadableSource` where a quote is not closed."""
    found = COMMAND.match(text)
    if found is None:
        return None
    words = command_words(text[found.end() - 1 :].lstrip(), define, [])
    for word, following in pairwise(words):
        if word in _FLAGS and following not in _FLAGS:
            return following
    return next((word.removeprefix("--eval=") for word in words if word.startswith("--eval=")), None)
