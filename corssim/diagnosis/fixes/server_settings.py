"""A fix as settings of a server's CORS support, for configuration snippets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...errors import UsageError
from ...fetch.header_list import get
from ...fetch.request import CredentialsMode
from ...fetch.trace import Exchanged, ExchangeKind
from ..cors_headers import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS
from ..snippets import ServerChange
from .changes import SetHeader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...browser.outcome import Outcome
    from ...fetch.wire import Headers
    from .changes import Changes

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_SECONDS = re.compile(r"[0-9]{1,9}$")


def server_change_of(changes: Changes, outcome: Outcome) -> ServerChange | None:
    """What a server should allow, read off the replay's `outcome`: what it allows already, and what was asked for.

    None where no change is about a CORS header, or where the page's origin is one that no snippet should hold.
    """
    request = outcome.request
    about_cors = any(isinstance(change, SetHeader) and change.name.startswith("Access-Control-") for change in changes)
    if request is None or request.origin.is_opaque or not about_cors:
        return None
    exchanges = [event for event in outcome.trace if isinstance(event, Exchanged)]
    asked = [event.request.headers for event in exchanges if event.kind is ExchangeKind.PREFLIGHT]
    answers = [event.response.headers for event in exchanges if event.response is not None]
    with_credentials = request.credentials_mode is CredentialsMode.INCLUDE
    allows_credentials = with_credentials or any(get(headers, ALLOW_CREDENTIALS) == "true" for headers in answers)
    max_ages = [age for headers in answers if (age := get(headers, "Access-Control-Max-Age")) and _SECONDS.match(age)]

    try:
        return ServerChange(
            allow_origin=request.origin.serialized,
            allow_credentials=allows_credentials,
            methods=_names(
                [*_values(answers, ALLOW_METHODS), *_values(asked, "Access-Control-Request-Method")],
                with_wildcard=not allows_credentials,
                case_matters=True,
            ),
            headers=_names(
                [*_values(answers, ALLOW_HEADERS), *_values(asked, "Access-Control-Request-Headers")],
                with_wildcard=not allows_credentials,
            ),
            expose=_names(
                _values(answers, "Access-Control-Expose-Headers"),
                with_wildcard=not allows_credentials,
            ),
            max_age=int(max_ages[0]) if max_ages else None,
        )
    except UsageError:
        # A host with characters that could break out of a configuration file.
        return None


def _values(of: Iterable[Headers], name: str) -> list[str | None]:
    return [get(headers, name) for headers in of]


def _names(values: Iterable[str | None], *, with_wildcard: bool, case_matters: bool = False) -> tuple[str, ...]:
    """The names in comma-separated values, each once, as it is first written."""
    found: dict[str, str] = {}
    for value in values:
        for name in (token.strip() for token in (value or "").split(",")):
            if _TOKEN.fullmatch(name) and (with_wildcard or name != "*"):
                found.setdefault(name if case_matters else name.lower(), name)
    return tuple(found.values())
