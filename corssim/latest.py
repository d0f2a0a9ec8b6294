"""A list that keeps what came last: what is gathered while a browser lives must not fill the memory."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


class Latest(list[T]):
    """A list to which `append` adds; above `most` items the first ones go."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def append(self, item: T, /) -> None:
        list.append(self, item)
        if len(self) > self.most:
            del self[: -self.most]
