"""The syntax tree of a program, by tree-sitter: TypeScript, with JSX or without, of which JavaScript is a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


def tree_of(text: str) -> Node | None:
    """The root of the tree; None where the text is not wholly script, or its parser is not there."""
    try:
        from ....scenario.sources.javascript.syntax import whole_script
    except ImportError:
        return None
    return whole_script(text)
