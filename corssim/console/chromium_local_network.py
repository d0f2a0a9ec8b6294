"""Chromium's lines about local networks. Its texts are facts, as recorded of version 156."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.reasons import Reason, Stage
from .template import Template

if TYPE_CHECKING:
    from .story import Story

_ACCESS = "Access to {kind} at '{url}'{redirected} from origin '{origin}' has been blocked by CORS policy: "

_DENIED = Template(
    _ACCESS + "Permission was denied for this request to access the `{address_space}` address space.",
    Reason.LOCAL_NETWORK_ACCESS_DENIED,
    Stage.REQUEST,
    topic="local-network",
    alternatives=(Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY,),
)
ACCESS = {
    Reason.LOCAL_NETWORK_ACCESS_DENIED: _DENIED,
    Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY: _DENIED,
    Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT: Template(
        _ACCESS + "The request client is not a secure context and the resource is in more-private address space "
        "`{address_space}`.",
        Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT,
        Stage.REQUEST,
        topic="local-network",
    ),
    Reason.LOCAL_NETWORK_ACCESS_ADDRESS_SPACE_MISMATCH: Template(
        _ACCESS + "Request had a target IP address space of `{wanted_space}` yet the resource is in address space "
        "`{address_space}`.",
        Reason.LOCAL_NETWORK_ACCESS_ADDRESS_SPACE_MISMATCH,
        Stage.REQUEST,
        topic="local-network",
    ),
}
WEB_SOCKET = Template(
    "WebSocket connection to '{url}' failed: Error in connection establishment: "
    "net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS",
    Reason.LOCAL_NETWORK_ACCESS_DENIED,
    Stage.REQUEST,
    topic="local-network",
    api="WebSocket",
    alternatives=(
        Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY,
        Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT,
    ),
)
_MIXED = "Mixed Content: The page at '{page}' was loaded over HTTPS, but "
_EXEMPT_KINDS = {
    "fetch": "resource",
    "XMLHttpRequest": "XMLHttpRequest endpoint",
    "sendBeacon": "Beacon endpoint",
    "EventSource": "EventSource endpoint",
    "img": "image",
    "audio": "audio file",
    "video": "video",
    "script": "script",
    "module": "script",
    "stylesheet": "stylesheet",
    "font": "font",
    "iframe": "frame",
}
_EXEMPT = {
    kind: Template(
        f"{_MIXED}requested an insecure {kind} '{{url}}'. This content should also be served over HTTPS.",
        topic="mixed-content",
    )
    for kind in dict.fromkeys(_EXEMPT_KINDS.values())
}
_EXEMPT_WEB_SOCKET = (
    Template(
        f"{_MIXED}attempted to connect to the insecure WebSocket endpoint '{{url}}'. This endpoint should be available "
        "via WSS. Insecure access is deprecated.",
        topic="mixed-content",
    ),
    Template(
        "Connecting to a non-secure WebSocket server from a secure origin is deprecated.",
        topic="mixed-content",
    ),
)

TEMPLATES = (*dict.fromkeys(ACCESS.values()), WEB_SOCKET, *_EXEMPT.values(), *_EXEMPT_WEB_SOCKET)


def of_exempted(story: Story) -> tuple[Template, ...]:
    """What is said of insecure content that is let through because it goes to a local network."""
    if not story.exempted:
        return ()
    if story.started.api == "WebSocket":
        return _EXEMPT_WEB_SOCKET
    return (_EXEMPT[_EXEMPT_KINDS.get(story.started.api, "resource")],)


def of_refused(story: Story, failed: Template) -> tuple[Template, ...]:
    """What is said of a request that may not go to a local network; of frames and of what still waits, nothing."""
    blocked = story.blocked
    if blocked is None or blocked.reason not in ACCESS or story.started.mode == "navigate":
        return ()
    if story.started.api == "WebSocket":
        return (WEB_SOCKET,)
    return ACCESS[blocked.reason], failed
