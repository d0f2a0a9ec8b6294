"""The syntax tree of a program, by tree-sitter: TypeScript, with JSX or without, of which JavaScript is a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


def tree_of(text: str, *, whole: bool) -> Node | None:
    """The root of the tree; None where the text is not script, wholly or for the most of it, or there is no parser."""
    try:
        from ....scenario.sources.javascript.syntax import script_of
    except ImportError:
        return None
    return script_of(text, whole=whole)
