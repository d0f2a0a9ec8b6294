"""What is told of HTTP authentication without a prompt, in a sentence each."""

from __future__ import annotations

from ..fetch.authentication_events import AuthenticationAdded, AuthenticationChallenged

_SOURCES = {"url": "the user in the URL", "entry": "what the server took before"}
_NOT_ANSWERED: dict[str, str] = {
    "unknown-scheme": "in a way that browsers have no answer to by themselves: script has to bring it",
    "negotiate": (
        "with Negotiate: a browser answers that by itself to the hosts that its user's settings name, which are not "
        "known here"
    ),
    "ntlm": (
        "with NTLM's second message: a browser answers that, which is not computed here, so what comes then is not "
        "known"
    ),
    "refused": "again: what was sent is not taken",
    "own-authorization": "though script has set Authorization itself, which counts, and the 401 is returned",
    "without-credentials": "but the request goes without credentials: nothing is sent by itself",
    "cors": "but of a cross-origin request with CORS: it is not answered by itself",
    "nothing-known": (
        "and nothing is known for it: a browser may ask the user for a name and a password now; the 401 is what script "
        'gets after "Cancel"'
    ),
}


def told(event: AuthenticationAdded | AuthenticationChallenged) -> str:
    """The sentence for an event."""
    return _added(event) if isinstance(event, AuthenticationAdded) else _challenged(event)


def _added(event: AuthenticationAdded) -> str:
    """Where the browser's own Authorization comes from."""
    return f"the browser adds Authorization: {_SOURCES[event.source]}"


def _challenged(event: AuthenticationChallenged) -> str:
    """What comes of a 401 with WWW-Authenticate."""
    if event.source:
        return f"the server asks for authentication: asked again with {_SOURCES[event.source]}"
    because: str = event.because or "nothing-known"
    if because == "unknown-scheme" and "negotiate" in event.received.lower():
        because = "negotiate"
    return f"the server asks for authentication, {_NOT_ANSWERED[because]}"
