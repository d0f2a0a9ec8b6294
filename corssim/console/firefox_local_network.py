"""Firefox's lines about local networks. Its texts are facts, as recorded of ESR 153."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.reasons import Reason, Stage
from ..url import parse_url
from .template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..fetch.trace import LocalNetworkAccessChecked
    from .story import Story

REFUSED = frozenset({Reason.LOCAL_NETWORK_ACCESS_DENIED, Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY})
ENDED_BY_THE_CHECK = REFUSED | {Reason.LOCAL_NETWORK_ACCESS_PENDING}

_FROM = "top-level site “{page}”, initiator “{initiator}”, "
_TO = "target “{url}” ({address}:{port}) via {via}. Secure context: {secure}"
_REQUIRED = Template(
    f"Local Network Access permission required: {_FROM}attempting to access {_TO}",
    Reason.LOCAL_NETWORK_ACCESS_PENDING,
    Stage.REQUEST,
    topic="local-network",
)
_DETECTED = f"Local Network Access detected: {_FROM}accessing {_TO}, prompt action: "
_DENIED = Template(
    f"{_DETECTED}auto_deny",
    Reason.LOCAL_NETWORK_ACCESS_DENIED,
    Stage.REQUEST,
    topic="local-network",
    alternatives=(Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY,),
)
_ALLOWED = Template(f"{_DETECTED}auto_allow", topic="local-network")
_UNASKED = Template(f"{_DETECTED}(null)", topic="local-network")
_VIA = {"fetch": "fetch", "XMLHttpRequest": "xhr", "EventSource": "xhr"}

TEMPLATES = (_REQUIRED, _DENIED, _ALLOWED, _UNASKED)


def lines_of_checks(story: Story) -> Iterator[str]:
    """What is told of each request into a local network: what the user was asked, and what became of it."""
    if story.started.environment == "worker" and story.started.api != "XMLHttpRequest":
        return
    for check in story.local_network:
        if check.url not in story.answered_by_cache:
            for template in _of(check, story):
                yield template.fill(_facts(check, story, is_connected=template is not _REQUIRED))


def _of(check: LocalNetworkAccessChecked, story: Story) -> tuple[Template, ...]:
    asked = (_REQUIRED,) if check.in_another_origins_frame else ()
    match check.state:
        case "granted" | "unchecked" if check.url != story.url.partition("#")[0]:
            return ()  # it led elsewhere
        case "granted":
            return (*asked, _ALLOWED)
        case "unchecked":
            return (_UNASKED,)
        case "denied" if _is_over_tls_to_this_machine(check):
            return asked if not check.is_preflighted else ()
        case "denied" if not check.is_preflighted:
            return (*asked, _DENIED)
        case "prompt" if not check.is_preflighted and story.started.mode != "navigate":
            return (_REQUIRED,)
        case _:
            return ()


def _is_over_tls_to_this_machine(check: LocalNetworkAccessChecked) -> bool:
    """Report whether the user is asked before there is a connection, and is refused without a word."""
    return check.target_space == "loopback" and check.url.startswith("https:")


def _facts(check: LocalNetworkAccessChecked, story: Story, *, is_connected: bool) -> dict[str, str]:
    url = parse_url(check.url)
    if not is_connected and _is_over_tls_to_this_machine(check):
        address, port = "", 0
    else:
        address, port = check.address or (url.host if url is not None and url.host else ""), check.port
    return {
        "page": check.top_level_url if story.started.environment != "worker" else "(empty)",
        "initiator": check.client_url,
        "url": check.url,
        "address": address,
        "port": str(port),
        "via": _VIA.get(story.started.api, check.url.partition(":")[0]),
        "secure": str(check.is_secure_context),
    }
