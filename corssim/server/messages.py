"""What servers read off a request and write on a response."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..fetch.wire import WireRequest


def header_value(request: WireRequest, lower_name: str) -> str | None:
    """A request header's lines, joined by a comma and a space; None when there is none."""
    values = [value for name, value in request.headers if name.lower() == lower_name]
    return ", ".join(values) if values else None
