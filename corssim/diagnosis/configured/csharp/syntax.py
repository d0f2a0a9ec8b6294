"""The syntax tree of a text of C#, by tree-sitter."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser

_MOST_SECONDS: Final = 1.0  # of the processor: of what is no C# each piece takes the parser longer than the one before
_PIECE: Final = 1024
_SHOWN: Final = 60
_MOST_NODES: Final = 300_000


def parse(text: str) -> Node | None:
    """The root of the tree, with errors in it where the parser could not go on; None where there is no parser, or it
    takes too long."""
    try:
        import tree_sitter
        import tree_sitter_c_sharp
    except ImportError:  # under Pyodide
        return None
    source = text.encode("utf-8", "replace")
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c_sharp.language()))
    return parser.parse(source).root_node if _is_parsed_in_time(parser, source) else None


def _is_parsed_in_time(parser: Parser, source: bytes) -> bool:
    until = thread_time() + _MOST_SECONDS
    parser.parse(lambda offset, _: source[offset : offset + _PIECE] if thread_time() < until else b"")
    return thread_time() < until


def text_of(node: Node) -> str:
    """The source text."""
    return "" if node.text is None else node.text.decode("utf-8", "replace")


def shown(node: Node) -> str:
    """The source text in one line, cut short: how a doubt names what it is about."""
    return " ".join(text_of(node).split())[:_SHOWN]


def part(node: Node, name: str) -> Node | None:
    """The child of a field."""
    return node.child_by_field_name(name)


def name_of(node: Node) -> str:
    """What a declaration or a call is named; of `Get<T>` and `A.B` the last word alone."""
    named = part(node, "name")
    node = node if named is None else named
    while node.type in ("generic_name", "qualified_name", "member_access_expression", "alias_qualified_name"):
        last = part(node, "name") or next(iter(node.named_children), None)
        if last is None:
            break
        node = last
    return text_of(node)


def named(node: Node) -> list[Node]:
    """The children that are no punctuation and no comments."""
    return [child for child in node.named_children if child.type != "comment"]


def all_nodes(root: Node) -> Iterator[Node]:
    """A node and what is below it, in the order of the text."""
    left = [root]
    for _ in range(_MOST_NODES):
        if not left:
            return
        node = left.pop()
        yield node
        left += reversed(node.named_children)
