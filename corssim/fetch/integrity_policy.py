"""Integrity-Policy: a page whose scripts must come with integrity metadata, and over CORS.

https://w3c.github.io/webappsec-subresource-integrity/#integrity-policy-section
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..patterns import lazy_pattern
from ..records import NamedTuple, replace
from .environment import EnvironmentKind
from .reasons import Blocked, Reason, blocked_request
from .trace import CheckFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .fetch_params import FetchParams
    from .request import Request
    from .rules import IntegrityRules

HEADER = "Integrity-Policy"
REPORT_ONLY_HEADER = "Integrity-Policy-Report-Only"
_ANCHOR = "https://w3c.github.io/webappsec-subresource-integrity/#should-request-be-blocked-by-integrity-policy"

# A dictionary of structured fields, as far as its values are inner lists or single items.
_ITEM = r"(?:[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]*|\"[^\"]*\"|-?[0-9.]+|\?[01])"
_VALUE = rf"\( *(?:{_ITEM}(?: +{_ITEM})* *)?\)|{_ITEM}"
_MEMBER = lazy_pattern(rf"[ \t]*([a-z*][a-z0-9_.*-]*)(?:=({_VALUE}))?(?:;[^,\"]*|[ \t]*)(?:,|$)")


class IntegrityPolicy(NamedTuple):
    """The destinations that a page's policies refuse where integrity is not checked, and those that they report."""

    enforced: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()


def parse_integrity_policies(headers: Iterable[tuple[str, str]]) -> IntegrityPolicy:
    """What both headers of a response say.

    https://w3c.github.io/webappsec-subresource-integrity/#parse-integrity-policy-headers
    """
    pairs = list(headers)
    return IntegrityPolicy(*(_blocked_destinations(pairs, name) for name in (HEADER, REPORT_ONLY_HEADER)))


def _blocked_destinations(headers: list[tuple[str, str]], name: str) -> frozenset[str]:
    """https://w3c.github.io/webappsec-subresource-integrity/#processing-an-integrity-policy"""
    lines = [value for each, value in headers if each.lower() == name.lower()]
    dictionary = _parse_dictionary(", ".join(lines)) if lines else {}
    if "inline" not in dictionary.get("sources", {"inline"}):
        return frozenset()
    return frozenset(dictionary.get("blocked-destinations", ()))


def _parse_dictionary(text: str) -> dict[str, frozenset[str]]:
    """The tokens of each member's inner list; nothing at all where the text is no dictionary.

    https://www.rfc-editor.org/rfc/rfc9651#name-parsing-a-dictionary
    """
    members: dict[str, frozenset[str]] = {}
    at = 0
    while at < len(text):
        found = _MEMBER.match(text, at)
        if found is None:
            return {}
        listed = found[2] if found[2] is not None and found[2].startswith("(") else ""
        members[found[1]] = frozenset(listed.strip("()").split())  # the last of a name counts
        at = found.end()
    return members


def should_request_be_blocked_by_integrity_policy(params: FetchParams) -> Blocked | None:
    """Refuse a script whose integrity is not checked, where the page's policy wants that.

    https://w3c.github.io/webappsec-subresource-integrity/#should-request-be-blocked-by-integrity-policy
    """
    request, rules = params.request, params.profile.integrity
    policy: IntegrityPolicy | None = request.client.policy_container.integrity_policy
    if policy is None or request.destination not in rules.policy_destinations or request.current_url.is_local:
        return None
    if request.client.kind is EnvironmentKind.SRCDOC and not rules.policy_reaches_srcdoc:
        return None
    if _is_checked(request, rules):
        return None
    blocked = blocked_request(
        request, Reason.INTEGRITY_POLICY, _ANCHOR, header=HEADER, subject=request.destination, detail=request.mode
    )
    if request.destination in policy.reported:
        params.trace.append(CheckFailed(replace(blocked, header=REPORT_ONLY_HEADER), enforced=False))
    return blocked if request.destination in policy.enforced else None


def _is_checked(request: Request, rules: IntegrityRules) -> bool:
    if request.api == "preload" and not rules.policy_knows_the_integrity_of_preloads:
        return False
    from .subresource_integrity import parse_metadata  # here, because few pages have such a policy

    return request.mode in ("cors", "same-origin") and bool(parse_metadata(request.integrity_metadata, rules))
