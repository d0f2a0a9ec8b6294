"""What it means that an origin is allowed which resembles the right one, or is anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .finding import Finding, Severity
from .look_alikes import LookAlikeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .inferred_policy import AllowedLookAlike

_LOOK_ALIKES = {
    LookAlikeKind.PREFIX: (
        "look-alike-allowed",
        Severity.ERROR,
        "{origin} is allowed: the comparison stops where {of} ends.",
        "Compare whole origins, not how they begin.",
    ),
    LookAlikeKind.SUFFIX: (
        "look-alike-allowed",
        Severity.ERROR,
        "{origin} is allowed: the comparison looks at how the host ends, without the dot before it.",
        "Compare whole origins; for subdomains compare with the dot: `.example.com`.",
    ),
    LookAlikeKind.SUBSTRING: (
        "look-alike-allowed",
        Severity.ERROR,
        "{origin} is allowed: the comparison looks for one text anywhere in the other.",
        "Compare whole origins.",
    ),
    LookAlikeKind.SPECIAL_CHARACTER: (
        "special-character-allowed",
        Severity.ERROR,
        "{origin} is allowed: the comparison takes for the host's end what browsers take for a part of it.",
        "Compare whole origins, and do not parse them with an expression.",
    ),
    LookAlikeKind.DOT: (
        "look-alike-allowed",
        Severity.ERROR,
        "{origin} is allowed: a `.` in the expression matches any character.",
        r"Write `\.` where a dot is meant, and match the whole origin.",
    ),
    LookAlikeKind.PUBLIC_SUFFIX: (
        "public-suffix-wildcard",
        Severity.ERROR,
        "{origin} is allowed: the wildcard covers a suffix under which anybody can have a name.",
        "List the hosts that are yours.",
    ),
    LookAlikeKind.SUBDOMAIN: (
        "any-subdomain-allowed",
        Severity.NOTE,
        "{origin} is allowed, and so is any name below {of}: whoever gets hold of one of them reads along.",
        "List the hosts that need access, or be sure of all of them.",
    ),
    LookAlikeKind.SIBLING: (
        "any-subdomain-allowed",
        Severity.NOTE,
        "{origin} is allowed, and so is any name beside {of}: whoever gets hold of one of them reads along.",
        "List the hosts that need access, or be sure of all of them.",
    ),
    LookAlikeKind.HTTP_DOWNGRADE: (
        "http-origin-allowed",
        Severity.WARNING,
        "{origin} is allowed beside {of}: whoever controls the network can write that page.",
        "Allow https origins alone.",
    ),
    LookAlikeKind.OTHER_PORT: (
        "any-port-allowed",
        Severity.NOTE,
        "{origin} is allowed: any port of the host of {of} is.",
        "Compare the port too.",
    ),
    LookAlikeKind.THIRD_PARTY: (
        "third-party-allowed",
        Severity.WARNING,
        "{origin} is allowed: anybody can publish script there.",
        "Take it off the list, or allow the one host there that is yours.",
    ),
    LookAlikeKind.LOCALHOST: (
        "any-localhost-port-allowed",
        Severity.NOTE,
        "{origin} is allowed, and so may any port of this name be: whatever runs on a visitor's machine reads along.",
        "Allow localhost in development alone, and by the ports that are used.",
    ),
    LookAlikeKind.PRIVATE_ADDRESS: (
        "private-address-allowed",
        Severity.NOTE,
        "{origin} is allowed, and so may any such address be: it is another machine in every network.",
        "Allow hosts by name, in development alone.",
    ),
}


_WORSE_WITH_CREDENTIALS = {
    "any-subdomain-allowed": Severity.WARNING,
    "third-party-allowed": Severity.ERROR,
    "any-localhost-port-allowed": Severity.WARNING,
    "private-address-allowed": Severity.WARNING,
}


def judged(look_alikes: Iterable[AllowedLookAlike]) -> Iterator[Finding]:
    """A finding for each origin that was allowed and should not be."""
    for each in look_alikes:
        code, severity, message, advice = _LOOK_ALIKES[each.kind]
        if each.credentials:
            severity = _WORSE_WITH_CREDENTIALS.get(code, severity)
        yield Finding(code, severity, message.format(origin=each.origin, of=each.of), advice, each.origin)
