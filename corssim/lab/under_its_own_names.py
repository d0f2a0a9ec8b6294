"""What would come out otherwise under a scenario's own names than on this machine, line by line.

Loopback is trusted, so that nothing is mixed content there; and without https pages and servers of both schemes are of
one site. What was predicted for the scenario itself is held against what was predicted here as if it were a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..verify.comparison import arrives, compared
from ..verify.seen import BODY_LIMIT, ended_ok, never_ends, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..browser.outcome import Outcome
    from ..scenario import StepResult
    from ..verify.comparison import Level

Line = tuple[int, "Level", str]
"""The number of a step, and what stands at the beginning of a line of its comparison."""

_FOLLOWS_FROM_THE_BODY = "headers: content-length"


def otherwise(
    own: Sequence[StepResult],
    on_this_machine: Sequence[StepResult],
    asked: Sequence[dict[str, Any]],
    here: Callable[[str], str],
) -> dict[Line, str]:
    """By line, what is predicted under the scenario's own names, where it is not what is predicted on this machine.

    `here` turns a text into the names of this machine, which both are told in.
    """
    record = {
        "steps": [_seen(step, case_step["api"], here) for step, case_step in zip(own, asked, strict=True)],
        "wire": [request for index, step in enumerate(own) for request in _arrived(step.outcome, index, here)],
    }
    return {
        (step.number, line.level, line.what): line.real
        for step in compared(on_this_machine, asked, record)
        for line in step.differences
        if line.what != _FOLLOWS_FROM_THE_BODY
    }


def _seen(step: StepResult, api: str, here: Callable[[str], str]) -> dict[str, Any]:
    outcome = step.outcome
    if never_ends(outcome):
        return {"outcome": "timeout"}
    if outcome is not None and api == "sendBeacon":
        return {"outcome": "ok", "returned": outcome.returned}
    if not ended_ok(api, outcome, step.thrown):
        return {"outcome": "error", "error": "throws" if outcome is None else f"{outcome.verdict} ({outcome.reason})"}
    seen = visible(outcome)
    if "body" in seen:
        seen["body"] = here(_whole_body(outcome))[:BODY_LIMIT]
    made = {name: _turned(value, here) for name, value in seen.items() if value is not None and name != "body"}
    return {"outcome": "ok", "body": seen.get("body"), **made}


def _whole_body(outcome: Outcome | None) -> str:
    assert outcome is not None
    assert outcome.response is not None
    return outcome.response.body.decode("utf-8", "replace")


def _turned(value: Any, here: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return here(value)
    return [_turned(each, here) for each in value] if isinstance(value, list) else value


def _arrived(outcome: Outcome | None, index: int, here: Callable[[str], str]) -> list[dict[str, Any]]:
    requests = () if outcome is None else [each.request for each in outcome.exchanges if arrives(each)]
    return [
        {
            "method": request.method,
            "url": here(request.url),
            "headers": [[name, here(value)] for name, value in request.headers],
            "step": index,
        }
        for request in requests
    ]
