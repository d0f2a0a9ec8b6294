"""What a request says to caches itself, in Cache-Control and Pragma. https://httpwg.org/specs/rfc9111.html#cache-request-directive"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header_list import SAY_SOMETHING_TO_CACHES, get
from .header_values import get_decode_and_split_value

if TYPE_CHECKING:
    from collections.abc import Set

    from .wire import Headers


def says_to_caches(headers: Headers, own_names: Set[str], directives: Set[str]) -> bool:
    """Report whether one of these directives stands in those headers that the request had of its own."""
    if not directives:
        return False
    names = SAY_SOMETHING_TO_CACHES if "no-cache" in directives else {"cache-control"}
    said = (get(headers, name) for name in names & own_names)
    return any(part.lower() in directives for value in said if value for part in get_decode_and_split_value(value))
