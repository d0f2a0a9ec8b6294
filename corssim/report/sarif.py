"""An audit as SARIF, which continuous integration shows beside the code.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..server.finding import Finding
    from .audit import Audit

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(audits: Sequence[Audit]) -> dict[str, Any]:
    """One run: a rule a code, a result a finding; what could not be told is a notification of the run."""
    from .. import __version__
    from ..diagnosis.explanations import find

    codes = list(dict.fromkeys(finding.code for audit in audits for finding in audit.findings))
    entries = {code: find(code).entry for code in codes}
    notifications = [_notification(audit) for audit in audits if audit.policy.failure or audit.could_not_tell]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "properties": {"comment": "Made by corssim."},
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "corssim",
                        "version": __version__,
                        "rules": [
                            {
                                "id": code,
                                **({} if entry is None else {"shortDescription": {"text": entry.title}}),
                                "help": {"text": f"corssim explain {code}"},
                            }
                            for code, entry in entries.items()
                        ],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not any(audit.policy.failure for audit in audits),
                        "toolExecutionNotifications": notifications,
                    }
                ],
                "results": [
                    _result(audit, finding, codes.index(finding.code)) for audit in audits for finding in audit.findings
                ],
            }
        ],
    }


def _result(audit: Audit, finding: Finding, rule: int) -> dict[str, Any]:
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": f"{finding.message} {finding.advice}"},
        "locations": [_at(audit)],
        "partialFingerprints": {"codeOriginUrl/v1": f"{finding.code} {finding.origin} {audit.url}"},
    }


def _notification(audit: Audit) -> dict[str, Any]:
    failed = bool(audit.policy.failure)
    text = audit.policy.failure if failed else f"Could not tell. {audit.could_not_tell}"
    return {"level": "error" if failed else "warning", "message": {"text": text}, "locations": [_at(audit)]}


def _at(audit: Audit) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": audit.url}}}
