"""What stands around a layer in code, and may answer in its place: what runs before it, outside of it, or without it.

Order decides in every framework. What is known to hand on is listed; anything else in front of a layer is a doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .go import around_go
from .rust import around_rust
from .scripts import around_scripts

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_LAYERS: Final[dict[str, Callable[[str], list[str]]]] = {
    "cors()": around_scripts,
    "Go": around_go,
    "Rust": around_rust,
}


def doubts_around(text: str, layer: str) -> list[str]:
    """What stands around a layer of this name in a text without comments."""
    around = _OF_LAYERS.get(layer)
    return [] if around is None else around(text)
