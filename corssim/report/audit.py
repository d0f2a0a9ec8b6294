"""What an audit found, told: as lines for a terminal, as data, and as one HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..masking import mask_text
from ..server.finding import Finding, Severity
from .html_markup import NOTHING, Markup, element, joined, prose
from .lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded
from .safe_text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..server.inferred_policy import InferredPolicy

_LABEL = 14  # columns
_LONGEST_TITLE = 500  # characters
_STYLES = {Severity.ERROR: BAD, Severity.WARNING: NOTE, Severity.NOTE: DIM}


class Audit(NamedTuple):
    """The policy that one URL showed, and what is to be said of it."""

    policy: InferredPolicy
    findings: Sequence[Finding]

    @property
    def url(self) -> str:
        """The URL, with what is secret in it masked."""
        return mask_text(self.policy.url)

    @property
    def is_faulty(self) -> bool:
        """Report whether something is wrong with the policy; notes alone are not."""
        return any(each.severity is not Severity.NOTE for each in self.findings)

    @property
    def could_not_tell(self) -> str:
        """Why nothing is known to be right; "" where faults were found, all was seen, or nothing answered."""
        return "" if self.is_faulty else self.policy.undecided


def audit_lines(audit: Audit, columns: int) -> list[Line]:
    """The policy, then the findings, the worst first."""
    policy = audit.policy
    count = f" ({policy.requests} request{'' if policy.requests == 1 else 's'})"
    lines = folded([(audit.url, BOLD), (count, DIM)], columns=columns, indent=2, start=0)
    for label, value in policy.lines():
        lines += folded([(value, PLAIN)], columns=columns, indent=_LABEL, first=((f"  {label}", DIM),))
    if policy.left_out:
        text = f"{len(policy.left_out)} probes, by --max-requests"
        lines += folded([(text, NOTE)], columns=columns, indent=_LABEL, first=(("  left out", DIM),))
    if policy.failure:
        return lines
    lines.append(Line())
    for each in audit.findings:
        told = [(f"{each.message} {each.advice}", PLAIN), (f" [{each.code}]", DIM)]
        lines += folded(told, columns=columns, indent=_LABEL, first=((f"  {each.severity}", _STYLES[each.severity]),))
    if audit.could_not_tell:
        told = [(f"Could not tell. {audit.could_not_tell}", NOTE)]
        lines += folded(told, columns=columns, indent=_LABEL, first=(("  open", NOTE),))
    elif not audit.findings:
        lines += folded([("nothing dangerous shows", GOOD)], columns=columns, indent=2, start=2)
    return lines


def audit_json(audit: Audit) -> dict[str, Any]:
    """The policy and the findings as JSON types."""
    return {
        "policy": {**audit.policy.to_dict(), "url": audit.url},
        "could_not_tell": audit.could_not_tell or None,
        "findings": [
            {
                "code": each.code,
                "severity": each.severity.value,
                "message": each.message,
                "advice": each.advice,
                "origin": each.origin or None,
            }
            for each in audit.findings
        ],
    }


def audit_html(audits: Sequence[Audit]) -> str:
    """One page that needs nothing else, as text to be written in UTF-8."""
    from .html_page import page

    title = f"corssim audit {', '.join(audit.url for audit in audits)}"
    body = [
        element("header", element("h1", safe(title, _LONGEST_TITLE)), class_="title"),
        element("main", *(_article(audit, number) for number, audit in enumerate(audits, start=1))),
    ]
    return page(safe(title, _LONGEST_TITLE), joined(body), NOTHING)


_BADGES = {True: ("blocked", "FAULTY"), False: ("readable", "NOTHING DANGEROUS SHOWS")}


def _article(audit: Audit, number: int) -> Markup:
    policy = audit.policy
    badge, words = _BADGES[audit.is_faulty]
    if policy.failure or audit.could_not_tell:
        badge, words = ("failed", "NO ANSWER") if policy.failure else ("opaque", "COULD NOT TELL")
    facts = joined(
        joined((element("dt", label), element("dd", value)))
        for label, value in (*policy.lines(), ("requests", str(policy.requests)))
    )
    findings = joined(
        element(
            "li",
            element("b", f"{each.severity}: "),
            prose(f"{each.message} {each.advice} "),
            element("code", each.code),
        )
        for each in audit.findings
    )
    return element(
        "article",
        element("h2", element("strong", words, class_=f"badge {badge}"), " ", element("span", audit.url, class_="url")),
        element("p", audit.could_not_tell, class_="why") if audit.could_not_tell else NOTHING,
        element("ul", findings) if audit.findings else NOTHING,
        element("dl", facts),
        id=f"audit-{number}",
    )
