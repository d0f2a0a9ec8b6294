"""What a page was asked to do, so that it can be asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..records import NamedTuple, as_function

if TYPE_CHECKING:
    from collections.abc import Mapping


class Call(NamedTuple):
    """One call of a page's method: its name, the URL, and the other arguments by name."""

    method: str
    url: str
    arguments: Mapping[str, Any]


new_call = as_function(Call)
