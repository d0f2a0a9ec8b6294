"""The syntax tree of a snippet, by tree-sitter: TypeScript with JSX, of which JavaScript is a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reading import UnreadableSource

if TYPE_CHECKING:
    from tree_sitter import Node


def parse(text: str, name: str) -> Node:
    """The root of the tree. What the parser could not take stands in it as errors.

    Raises `UnreadableSource` where most of it is no script.
    """
    import tree_sitter
    import tree_sitter_typescript

    source = text.encode("utf-8", "replace")
    roots = []
    for language in (tree_sitter_typescript.language_tsx(), tree_sitter_typescript.language_typescript()):
        root = tree_sitter.Parser(tree_sitter.Language(language)).parse(source).root_node
        if not root.has_error:
            return root
        roots.append(root)
    root = min(roots, key=_size_of_errors)
    if _size_of_errors(root) * 2 > len(source) or not any(child.type != "ERROR" for child in root.children):
        row = _first_error(root)
        raise UnreadableSource(
            f"{name} is no URL, no command and no script (line {row + 1}); paste a curl command, or a call such as "
            "fetch('https://…') with all its brackets"
        )
    return root


def text_of_node(node: Node) -> str:
    """The source text."""
    return "" if node.text is None else node.text.decode("utf-8", "replace")


def _size_of_errors(root: Node) -> int:
    size, nodes = 0, [root]
    while nodes:
        node = nodes.pop()
        if node.type == "ERROR":
            size += node.end_byte - node.start_byte
        elif node.has_error:
            nodes += node.children
    return size


def _first_error(root: Node) -> int:
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if node.type == "ERROR" or node.is_missing:
            return int(node.start_point[0])
        if node.has_error:
            nodes += reversed(node.children)
    return 0
