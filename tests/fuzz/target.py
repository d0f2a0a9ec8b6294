"""A target: a check, the texts to begin with, and the words that its kind of text is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corssim.errors import CorssimError


class Target(NamedTuple):
    """`check` raises whatever is wrong. `is_bytes`: each character of a text is a byte, as in headers.

    `longest` is how many characters a text may have where its cost is measured.
    """

    check: Callable[[str], object]
    seeds: Sequence[str]
    words: Sequence[str]
    is_bytes: bool
    longest: int


_SPELLED = {"\\n": "\n", "\\r\\n": "\r\n", "\\t": "\t"}
TARGETS: dict[str, Target] = {}


def target(
    name: str, *seeds: str, words: str = "", is_bytes: bool = False, longest: int = 60_000
) -> Callable[[Callable[[str], object]], Callable[[str], object]]:
    """Make the check that follows a target. `words` are apart by spaces."""

    def register(check: Callable[[str], object]) -> Callable[[str], object]:
        TARGETS[name] = Target(check, seeds, [_SPELLED.get(word, word) for word in words.split()], is_bytes, longest)
        return check

    return register


def is_one_line(error: CorssimError) -> None:
    """A user's mistake is told in one line."""
    assert str(error).strip()
    assert "\n" not in str(error)
