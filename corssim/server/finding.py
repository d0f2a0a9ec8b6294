"""A finding about a policy, and every code that one can have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..serialized_origin import OriginFault


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Somebody can read what they should not, or the policy can never work."""
    WARNING = "warning"
    """Somebody may, under a condition that is not rare."""
    NOTE = "note"
    """Useless, or good to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a policy. `code` is stable, `message` says what is so, `advice` what to do instead. `origin`
    is one that was allowed and should not be, where that is what was found."""

    code: str
    severity: Severity
    message: str
    advice: str
    origin: str = ""

    def __str__(self) -> str:
        return f"{self.severity}: {self.message} {self.advice} [{self.code}]"


ALLOW_ORIGIN_CODES = tuple(f"allow-origin-{fault}" for fault in OriginFault)
"""Values of Allow-Origin that match no origin, each by its fault."""

CODES = (
    "any-origin-with-credentials",
    "any-origin-reflected",
    "null-allowed",
    "look-alike-allowed",
    "special-character-allowed",
    "public-suffix-wildcard",
    "any-subdomain-allowed",
    "http-origin-allowed",
    "any-port-allowed",
    "third-party-allowed",
    "any-localhost-port-allowed",
    "private-address-allowed",
    *ALLOW_ORIGIN_CODES,
    "wildcard-with-credentials",
    "literal-wildcard",
    "authorization-under-wildcard",
    "max-age-unparsable",
    "max-age-above-cap",
    "vary-missing",
)
"""Every code that a finding can have."""
