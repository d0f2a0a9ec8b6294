"""What of a server's own settings goes when a snippet comes: left beside it, the old lines win or are sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...records import replace
from .quoting import in_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import ServerChange, Snippet

_GENERAL: Final = (
    "It takes the place of what sets the headers today: of two CORS layers in one program one answers every preflight, "
    "and a header that two programs send fails."
)

_IN_PLACE: Final = {
    "nginx": "Its `if` takes the place of one that answers OPTIONS today, and stands above other returns.",
    "caddy": "What answers OPTIONS today goes too.",
    "haproxy": "Above the other http-request lines, of which the first that answers counts, and in place of the "
    "http-response and http-after-response lines that set Access-Control-… today: later ones win.",
    "traefik": "Its accessControl… lines of today go, accessControlAllowOriginListRegex too: what that matches is "
    "let in.",
    "php": "Take the header('Access-Control-…') lines out that are there: a later one wins over these.",
}

_SAID_ALREADY: Final = frozenset(
    {
        *("apache", "envoy", "istio", "iis", "ingress-nginx", "kong"),
        *("starlette", "fastapi", "django", "flask", "spring"),
        *("s3", "gcs", "azure-blob", "api-gateway", "lambda-url"),
    }
)
"""Whose own note says it: their headers take the place of others, or their rules stand beside those that are there."""

_MIRRORING: Final = frozenset({"express", "nestjs", "fastify", "koa", "hono"})
"""Whose snippet then lists no headers: it goes on to allow those that are asked for."""

_MAY_MIRROR: Final = (
    "Its answer lists just the headers that were asked for, as one does that mirrors them or that shows its list in "
    "part: what its settings allow beside them has to stay."
)


def in_place_of_today(snippet: Snippet, change: ServerChange) -> Snippet:
    """The snippet with what to take out, where answers have CORS headers today."""
    notes = [snippet.note]
    if change.replaces and snippet.software not in _SAID_ALREADY:
        notes.append(_IN_PLACE.get(snippet.software, _GENERAL))
    if change.mirrors and not (change.mirrors == "does" and snippet.software in _MIRRORING):
        notes.append(_MAY_MIRROR)
    notes += _of_origins(snippet, change)
    return replace(snippet, note=" ".join(notes)) if len(notes) > 1 else snippet


def _of_origins(snippet: Snippet, change: ServerChange) -> Iterator[str]:
    """What becomes of origins that are allowed today without being named, and of the page beside them."""
    left_out = [
        each for each in change.origin_patterns if each not in snippet.text and in_script(each) not in snippet.text
    ]
    if left_out and not change.any_origin:
        yield f"What its expressions allow today is not in it and has to stay beside it: {', '.join(left_out)}."
    if change.reflects:
        yield (
            "Today whoever asks is allowed with credentials, so that any site reads what its visitors may: of those "
            f"this allows {', '.join(change.allow_origins)} alone with credentials. Name each other page that "
            "needs them."
        )
    elif change.joins:
        yield f"{change.page} may send the user's cookies too, as those that the expressions allow may."
