"""A fix as settings of a server's CORS support, for configuration snippets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import UsageError
from ...fetch.header_list import get
from ...fetch.request import CredentialsMode
from ...fetch.trace import Exchanged, ExchangeKind
from ..snippets import ServerChange
from .changes import SetHeader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...browser.outcome import Outcome
    from .changes import Changes


def server_change_of(changes: Changes, outcome: Outcome) -> ServerChange | None:
    """What a server should allow, read off the replay's `outcome`: all that its preflights asked for.

    None where no change is about a CORS header, or where the page's origin is one that no snippet should hold.
    """
    request = outcome.request
    about_cors = any(isinstance(change, SetHeader) and change.name.startswith("Access-Control-") for change in changes)
    if request is None or request.origin.is_opaque or not about_cors:
        return None
    preflights = [
        event.request.headers
        for event in outcome.trace
        if isinstance(event, Exchanged) and event.kind is ExchangeKind.PREFLIGHT
    ]
    try:
        return ServerChange(
            allow_origin=request.origin.serialized,
            allow_credentials=request.credentials_mode is CredentialsMode.INCLUDE,
            methods=_tokens(get(headers, "Access-Control-Request-Method") for headers in preflights),
            headers=_tokens(get(headers, "Access-Control-Request-Headers") for headers in preflights),
        )
    except UsageError:
        # A host with characters that could break out of a configuration file.
        return None


def _tokens(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token for value in values if value for token in value.split(",")))
