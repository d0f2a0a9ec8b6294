"""The syntax tree of a text that may be cut out of a program, by tree-sitter, in bounded time."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from .tree import Odd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Language, Node

_PIECE: Final = 1024  # bytes that the parser is given at once
_MOST_SECONDS: Final = 1.0  # of the processor
_DEEPEST: Final = 120  # nodes inside each other
_SHORT: Final = 20_000
_LONGEST: Final = 200_000
_LEFT_OUT: Final = lazy_pattern(r"(?m)^[^\S\n]*\.\.\.+[^\S\n]*;?[^\S\n]*$")


class NotParsed(Exception):
    """A text that is no program, or takes too long."""


def parse(text: str, language: Language, wraps: Iterable[str]) -> Node:
    """The root of the tree: of the text as it is, or as the part of a program that it may be.

    Raises `NotParsed` where it takes too long, or goes too deep.
    """
    import tree_sitter

    if len(text) > _LONGEST:
        raise NotParsed("a program of such length")
    text = _LEFT_OUT.sub("", text)  # what is left out is not told: as a comment
    parser = tree_sitter.Parser(language)
    best: tuple[int, Node] | None = None
    for wrap in wraps if len(text) <= _SHORT else ("%s",):
        source = wrap.replace("%s", text).encode("utf-8", "replace")
        until = thread_time() + _MOST_SECONDS

        def piece(offset: int, _: object, source: bytes = source, until: float = until) -> bytes:
            return source[offset : offset + _PIECE] if thread_time() < until else b""

        if len(source) > _SHORT:
            parser.parse(piece)
            if thread_time() >= until:
                raise NotParsed("what takes too long to be parsed")
        root = parser.parse(source).root_node
        errors = sum(node.end_byte - node.start_byte + 1 for node in errors_of(root))
        if best is None or errors < best[0]:
            best = (errors, root)
        if not errors:
            break
    assert best is not None
    if _depth(best[1]) > _DEEPEST:
        raise NotParsed("what goes too deep to be followed")
    return best[1]


def _depth(root: Node) -> int:
    deepest, level = 0, [root]
    while level and deepest <= _DEEPEST:
        level = [child for node in level for child in node.named_children]
        deepest += 1
    return deepest


def errors_of(root: Node) -> Iterator[Node]:
    """The parts that the parser could not take."""
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if node.type == "ERROR" or node.is_missing:
            yield node
        elif node.has_error:
            nodes += node.children


def text_of(node: Node | None) -> str:
    """The source text."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def shown(node: Node | None, longest: int = 60) -> str:
    """The source text in one line, as it is named to people."""
    text = " ".join(text_of(node).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def odd(node: Node | None) -> Odd:
    """A part that is not understood."""
    return Odd(shown(node))
