"""What a trace tells of HTTP authentication: what the browser added by itself, and what became of a challenge."""

from __future__ import annotations

from typing import Literal

from ..records import NamedTuple

CredentialsSource = Literal["url", "entry"]
"""Where the browser has a name and a password from: the URL, or what a server took before."""

NotAnswered = Literal[
    "unknown-scheme", "ntlm", "refused", "own-authorization", "without-credentials", "cors", "nothing-known"
]
"""Why a challenge is not answered: it asks for a scheme without an answer; it is NTLM's second message, whose answer is
not computed; what was sent is refused; script has set Authorization; the request goes without credentials; it is a
cross-origin one with CORS; nothing is known, and there is nobody to ask.
"""


class AuthenticationAdded(NamedTuple):
    """The browser added Authorization by itself."""

    url: str
    source: CredentialsSource


class AuthenticationChallenged(NamedTuple):
    """A 401 asked for authentication (`received`: WWW-Authenticate), and `source` answers it.

    "": nothing does, `because`.
    """

    url: str
    received: str
    source: CredentialsSource | Literal[""]
    because: NotAnswered | Literal[""] = ""
