"""The syntax tree of a snippet, by tree-sitter: TypeScript with JSX, of which JavaScript is a part."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING

from ..reading import UnreadableSource
from .pasted import as_they_may_have_been, breaks_off_in_options

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_SHORT = 8 * 1024  # bytes, of which the parser makes anything in a moment
_MOST_SECONDS = 1.0  # of the processor: of what is no script each piece takes the parser longer than the one before
_PIECE = 1024  # bytes that it is given at once


def parse(text: str, name: str) -> Node:
    """The root of the tree. What the parser could not take stands in it as errors.

    Raises `UnreadableSource` where most of it is no script.
    """
    import tree_sitter
    import tree_sitter_typescript

    source = text.encode("utf-8", "replace")
    grammars = (tree_sitter_typescript.language_tsx(), tree_sitter_typescript.language_typescript())
    parsers = [tree_sitter.Parser(tree_sitter.Language(grammar)) for grammar in grammars]
    roots = []
    for parser in parsers:
        if len(source) > _SHORT and not _is_parsed_in_time(parser, source):
            raise UnreadableSource(f"{name} takes too long to be read as script; paste the call alone")
        root = parser.parse(source).root_node
        if not root.has_error:
            return root
        roots.append(root)
    for guess in as_they_may_have_been(text) if len(source) <= _SHORT else ():
        for parser in parsers:
            root = parser.parse(guess.encode("utf-8", "replace")).root_node
            if not root.has_error and not breaks_off_in_options(root, guess, text):
                return root
    root = min(roots, key=_size_of_errors)
    if _size_of_errors(root) * 2 > len(source) or not any(child.type != "ERROR" for child in root.children):
        row = _first_error(root)
        raise UnreadableSource(
            f"{name} is no URL, no command and no script (line {row + 1}); paste a curl command, or a call such as "
            "fetch('https://…') with all its brackets"
        )
    return root


def script_of(text: str, *, whole: bool = False) -> Node | None:
    """The root of the tree of a text that is script from its beginning to its end; None for another one.

    Unless it has to be `whole`, slips and gaps may be in it, which stand in the tree as errors.
    """
    import tree_sitter
    import tree_sitter_typescript

    source = text.encode("utf-8", "replace")
    roots: list[Node] = []
    for grammar in (tree_sitter_typescript.language_typescript(), tree_sitter_typescript.language_tsx()):
        parser = tree_sitter.Parser(tree_sitter.Language(grammar))
        if len(source) > _SHORT and not _is_parsed_in_time(parser, source):
            break
        root = parser.parse(source).root_node
        if not root.has_error:
            return root
        roots.append(root)
    if whole or not roots or roots[0].type != "program":
        return None
    return roots[0] if _size_of_errors(roots[0]) * 5 <= len(source) else None


def _is_parsed_in_time(parser: Parser, source: bytes) -> bool:
    """Have the parser try: the end of the text alone stops it. Its tree is of no use: its nodes ask for more."""
    until = thread_time() + _MOST_SECONDS
    parser.parse(lambda offset, _: source[offset : offset + _PIECE] if thread_time() < until else b"")
    return thread_time() < until


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
