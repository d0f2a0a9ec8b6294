"""A sign: what in an answer shows whose answer it was, and what to do about it. Data, with its words."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from ....fetch.header_list import get
from ....records import record

if TYPE_CHECKING:
    from ....fetch.wire import WireResponse


class SignKind(StrEnum):
    """What an answer turns out to be."""

    INTERSTITIAL = "interstitial"
    """A page for people, put before the site: a tunnel's warning, a challenge for bots."""
    FIREWALL = "firewall"
    """A firewall's refusal."""
    LOGIN = "login"
    """A program in front asks for a login or a key."""
    NO_ROUTE = "no-route"
    """A gateway, a CDN or a web server that has no such method here."""
    CORS_REFUSED = "cors-refused"
    """A framework's CORS support refuses what was asked."""
    BUCKET = "bucket"
    """A storage bucket, whose CORS settings are its own."""
    NOT_RUNNING = "not-running"
    """A platform or a gateway answers, for an app that does not."""
    FAILED = "failed"
    """The app, or what runs it, failed and says at what."""
    REFUSED = "refused"
    """The app refuses for a reason of its own, which its answer names."""


@record(frozen=True, slots=False)
class Sign:
    """How one program's answer is known, and what it means.

    All that is given has to be there: `statuses`; `headers`, each name with an expression for its value ("" for any);
    `body`, an expression for its text. `preflight` is True where only a preflight is answered so, False where none
    is. `who` reads after "an answer of", `what` is a sentence of what it means, `remedy` of what to do. `source` says
    where the sign is known from.
    """

    kind: SignKind
    who: str
    what: str
    remedy: str
    source: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    statuses: frozenset[int] = frozenset()
    preflight: bool | None = None

    def is_on(self, response: WireResponse, *, at_preflight: bool) -> bool:
        """Report whether an answer bears this sign."""
        if self.statuses and response.status not in self.statuses:
            return False
        if self.preflight is not None and self.preflight is not at_preflight:
            return False
        for name, expression in self.headers:
            value = get(response.headers, name)
            if value is None or not re.search(expression, value, re.IGNORECASE):
                return False
        return not self.body or self.is_in(text_of(response))

    def is_in(self, text: str) -> bool:
        """Report whether a body's text bears this sign, False where the sign is in no body."""
        return bool(self.body) and self._body.search(text) is not None

    @cached_property
    def _body(self) -> re.Pattern[str]:
        return re.compile(self.body, re.IGNORECASE)


_LOOKED_AT = 8192  # bytes of a body


def text_of(response: WireResponse) -> str:
    """The beginning of a body as text."""
    return response.body[:_LOOKED_AT].decode("utf-8", "replace")
