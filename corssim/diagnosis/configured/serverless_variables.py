"""`${self:…}` of serverless.yml: what stands elsewhere in the same file. Other variables stay as they are written.

https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern

if TYPE_CHECKING:
    import re

    from .trees import Tree

_SELF: Final = lazy_pattern(r"\$\{self:([\w.\-]{1,200})(?:\s*,\s*([^${}\n]{0,200}))?\}")
_MOST: Final = 500
"""Variables of one place, those in what they stand for too."""
_LONGEST: Final = 10_000


def resolved(tree: Tree, whole: Tree) -> Tree:
    """A place with its variables replaced by what the whole file has for them."""
    return _Resolver(whole).of(tree)


class _Resolver:
    def __init__(self, whole: Tree) -> None:
        self._whole, self._left = whole, _MOST

    def of(self, tree: Tree, depth: int = 0) -> Tree:
        if depth > _DEEPEST:
            return tree
        if isinstance(tree, dict):
            return {key: self.of(value, depth + 1) for key, value in tree.items()}
        if isinstance(tree, list):
            return [self.of(value, depth + 1) for value in tree]
        alone = _SELF.fullmatch(tree.strip())
        if alone is not None:
            found = self._found(alone, depth)
            return tree if found is None else found

        def inside(variable: re.Match[str]) -> str:
            found = self._found(variable, depth)
            return found if isinstance(found, str) else variable[0]

        return _SELF.sub(inside, tree)[:_LONGEST]

    def _found(self, variable: re.Match[str], depth: int) -> Tree | None:
        """What a variable stands for; None where the file does not tell."""
        self._left -= 1
        if self._left < 0:
            return None
        tree: Tree | None = self._whole
        for name in variable[1].split("."):
            tree = tree.get(name) if isinstance(tree, dict) else None
        if tree is None:
            return None if variable[2] is None else variable[2].strip().strip("'\"")
        return self.of(tree, depth + 1)


_DEEPEST: Final = 40
