"""What a snippet lost when it was cut out of its program: the class around it, brackets behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ....patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_CLOSES = {"(": ")", "[": "]", "{": "}"}
_IN_TEMPLATE = lazy_pattern(r"\\.|\$\{|`", re.DOTALL)
_TOKEN = lazy_pattern(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|\\.|\$\{|[()\[\]{}`]", re.DOTALL)


def as_they_may_have_been(text: str) -> Iterator[str]:
    """The text as a whole program, one guess after the other."""
    yield from _in_their_holder(text)
    if (closed := _closed(text)) is not None:
        yield closed
        yield from _in_their_holder(closed)


def breaks_off_in_options(root: Node, guess: str, text: str) -> bool:
    """Report whether brackets that the guess closed hold what may have gone on: options, a list, arguments. A
    function's body may go on too, and nothing in it that was said before becomes another for it."""
    bare = text.rstrip().rstrip(",")
    added = guess[guess.index(bare) + len(bare) :]
    end = len(guess.encode())
    for number, mark in enumerate(reversed(added)):
        token = root.descendant_for_byte_range(end - number - 1, end - number)
        if mark not in ")]}" or token is None or token.parent is None:
            continue
        holder = token.parent
        if holder.type in ("object", "array") and not _is_of_functions(holder):
            return True
        if holder.type == "arguments" and not (text.rstrip()[-1:] in ("}", ")", ";") or _ends_in_a_function(holder)):
            return True
    return False


def _ends_in_a_function(arguments: Node) -> bool:
    last = arguments.named_children[-1] if arguments.named_children else None
    return last is not None and last.type in ("function_expression", "arrow_function")


def _is_of_functions(node: Node) -> bool:
    last = node.named_children[-1] if node.named_children else None
    return last is not None and last.type == "method_definition"


def _in_their_holder(text: str) -> Iterator[str]:
    """Members that were cut out of their class, or of their object. No line gets another number."""
    yield f"class Pasted {{{text}\n}}"
    yield f"({{{text}\n}})"


def _closed(text: str) -> str | None:
    """The text with the brackets that it breaks off before, without a comma at its end; None if it is not so."""
    open_ones: list[str] = []
    at = 0
    while (token := (_IN_TEMPLATE if open_ones[-1:] == ["`"] else _TOKEN).search(text, at)) is not None:
        mark, at = token[0], token.end()
        if open_ones[-1:] == ["`"]:
            if mark == "`":
                open_ones.pop()
            elif mark == "${":
                open_ones.append("}")
        elif mark == "`":
            open_ones.append("`")
        elif mark in _CLOSES or mark == "${":
            open_ones.append(_CLOSES[mark[-1]])
        elif mark in ")]}" and (not open_ones or open_ones.pop() != mark):
            return None
    bare = text.rstrip().rstrip(",")
    if open_ones and len(bare) < len(text.rstrip()):
        return None
    if "`" in open_ones or (not open_ones and len(bare) == len(text.rstrip())):
        return None
    return f"{bare}\n{''.join(reversed(open_ones))}"
