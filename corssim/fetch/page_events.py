"""What a trace tells of a page: what it had loaded before, and what its frames begin with."""

from __future__ import annotations

from ..records import NamedTuple


class PreloadConsidered(NamedTuple):
    """A preloaded response was there: used, even if it `was_error`, or not, `because` of what sets the request apart.

    `never_came`: the error was the network's. `url` is that which was preloaded where it is not used, `body` what had
    come, `type` how far script may look into it.
    """

    url: str
    used: bool
    because: str = ""
    was_error: bool = False
    body: bytes = b""
    type: str = ""
    never_came: bool = False


class FoundInDocument(NamedTuple):
    """The document had the resource already: nothing is fetched. `element` says of which kind it is, `type` how far
    script may look into it, as a response's type does.
    """

    url: str
    element: str
    type: str = ""


class ReportsGoNowhere(NamedTuple):
    """A new frame begins with policies of its page that only report, and do not say whom to: `policies` in full."""

    policies: tuple[str, ...]
