"""A server's change as the configuration of the software that people run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .amazon import cloudfront, s3
from .model import ServerChange, Snippet
from .other_frameworks import aspnet, express, spring
from .python_frameworks import django, fastapi, flask, starlette
from .web_servers import apache, caddy, nginx

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SOFTWARE", "ServerChange", "Snippet", "snippets_for"]

_WRITERS: Final[dict[str, Callable[[ServerChange], Snippet]]] = {
    writer.__name__: writer
    for writer in (
        starlette,
        fastapi,
        django,
        flask,
        express,
        nginx,
        apache,
        caddy,
        spring,
        aspnet,
        s3,
        cloudfront,
    )
}

SOFTWARE: Final = tuple(_WRITERS)
"""The names of the software that there are snippets for."""


def snippets_for(change: ServerChange) -> list[Snippet]:
    """The change written for each software, in the order of `SOFTWARE`."""
    return [writer(change) for writer in _WRITERS.values()]
