"""What a trace tells of http: what became https before it was sent, and what was let through as it was."""

from __future__ import annotations

from ..records import NamedTuple


class URLUpgraded(NamedTuple):
    """http became https before anything was sent.

    `because`: upgrade-insecure-requests, mixed-content, strict-transport-security or https-first.
    """

    url: str
    upgraded: str
    because: str


class HTTPSFirstGaveUp(NamedTuple):
    """A page that was tried over https did not come, or came with an error: `url`, which is http, is asked for."""

    tried: str
    url: str


class HTTPSFirstExcepted(NamedTuple):
    """The host of this http URL is not tried over https again for some time."""

    url: str


class MixedContentExempted(NamedTuple):
    """An insecure request of a secure page was let through, because it goes to a local network."""

    url: str


class InsecureFormLetThrough(NamedTuple):
    """The user was asked about a form that goes over http, and goes on."""

    url: str
