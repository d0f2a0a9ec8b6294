"""A doubt that is about some paths alone."""

from __future__ import annotations


class AtPath(str):
    """Words for a doubt, and an expression of the paths that it is about."""

    __slots__ = ("path",)
    path: str

    def __new__(cls, words: str, path: str) -> AtPath:
        """The doubt with its words as its text."""
        doubt = super().__new__(cls, words)
        doubt.path = path
        return doubt
