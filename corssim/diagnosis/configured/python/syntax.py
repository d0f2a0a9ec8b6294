"""Python as syntax, a piece of a program too."""

from __future__ import annotations

import ast
import textwrap
from typing import Final

from ....patterns import lazy_pattern


def parsed(text: str) -> ast.Module | None:
    """The text as syntax, a piece that is set in too; None where it is none."""
    left_out = _LEFT_OUT.sub("", text)
    for piece in (text, textwrap.dedent(text), f"if True:\n{text}", left_out, textwrap.dedent(left_out)):
        try:
            return ast.parse(piece)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


_LEFT_OUT: Final = lazy_pattern(r"(?m)^[^\S\n]*(?:\.{2,}|…)[^\S\n]*,?[^\S\n]*$")
"""Lines that stand for what is left out."""
