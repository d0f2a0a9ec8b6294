"""What is wrong with whole hosts: a connection is refused, or a certificate not trusted, before any path is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.wire import FailureKind
from ..url import require_url

if TYPE_CHECKING:
    from ..scenario import ScenarioResult

_FAULTS = {
    FailureKind.REFUSED: "refused",
    FailureKind.DNS: "dns",
    FailureKind.TLS: "tls",
    FailureKind.OFFLINE: "offline",
    FailureKind.OTHER: "unreachable",
}
"""Failures that come before a request is sent, by what makes them."""

NEVER_ARRIVES = frozenset(_FAULTS)
"""Failures of exchanges whose request no server sees."""


class Ambiguous(ValueError):
    """A host that fails for one URL and answers for another; the message is the host."""


def faults_of(predicted: ScenarioResult) -> dict[str, str]:
    """By host, what is wrong with it. Raises `Ambiguous` where that depends on more than the host."""
    found: dict[str, set[str]] = {}
    for step in predicted.steps:
        for exchange in step.outcome.exchanges if step.outcome is not None else ():
            kind = None if exchange.failure is None else exchange.failure.kind
            host = require_url(exchange.request.url).host or ""
            found.setdefault(host, set()).add("" if kind is None else _FAULTS.get(kind, ""))
    for host, faults in found.items():
        if len(faults) > 1:
            raise Ambiguous(host)
    return {host: fault for host, faults in found.items() for fault in faults if fault}
