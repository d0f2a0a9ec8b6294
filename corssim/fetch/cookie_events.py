"""What a trace tells of cookies: which went along, what became of those that came, and a server that asked for them."""

from __future__ import annotations

from ..records import NamedTuple


class CookiesConsidered(NamedTuple):
    """Which cookies went along; `withheld` pairs a name with the rule that kept it back."""

    url: str
    included: bool
    sent: tuple[str, ...]
    withheld: tuple[tuple[str, str], ...] = ()


class CookieSet(NamedTuple):
    """A Set-Cookie of a response; `refused` says why it was not stored (by which `rule`), empty where it was.

    `is_foreign`: it was stored for this top-level site alone, without having asked for it. `has_unknown_same_site`: its
    SameSite is none of those that there are.
    """

    url: str
    name: str
    refused: str
    rule: str
    is_foreign: bool
    has_unknown_same_site: bool


class StorageAccessActivated(NamedTuple):
    """The server asked for its unpartitioned cookies (Activate-Storage-Access): it is asked again, with them."""

    url: str
    received: str
