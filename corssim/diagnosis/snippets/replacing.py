"""What of a server's own settings goes when a snippet comes: left beside it, the old lines win or are sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...records import replace

if TYPE_CHECKING:
    from .model import ServerChange, Snippet

_GENERAL: Final = "It takes the place of what sets the headers today: sent twice, they fail."

_IN_PLACE: Final = {
    "nginx": "Its `if` takes the place of one that answers OPTIONS today, and stands above other returns.",
    "caddy": "What answers OPTIONS today goes too.",
    "haproxy": "Above the other http-request lines, of which the first that answers counts, and in place of the "
    "http-response and http-after-response lines that set Access-Control-… today: later ones win.",
    "php": "Take the header('Access-Control-…') lines out that are there: a later one wins over these.",
}

_SAID_ALREADY: Final = frozenset(
    {
        *("apache", "traefik", "envoy", "iis", "ingress-nginx", "kong"),
        *("starlette", "fastapi", "django", "flask", "spring"),
        *("s3", "gcs", "azure-blob", "api-gateway", "lambda-url"),
        *("vite", "webpack", "angular", "create-react-app", "next-rewrites"),
    }
)
"""Whose own note says it: their headers take the place of others, or their rules stand beside those that are there."""


def in_place_of_today(snippet: Snippet, change: ServerChange) -> Snippet:
    """The snippet with what to take out, where answers have CORS headers today."""
    if not change.replaces or snippet.software in _SAID_ALREADY:
        return snippet
    return replace(snippet, note=f"{snippet.note} {_IN_PLACE.get(snippet.software, _GENERAL)}")
