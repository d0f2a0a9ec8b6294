"""What script sees of a step, in the words of a record: as a browser recorded it, and as corssim has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..browser.outcome import Verdict

if TYPE_CHECKING:
    from ..browser.outcome import Outcome

MUTED = "Script error."
"""What window.onerror is told of an error in a script whose response is opaque."""

BODY_LIMIT = 300
"""How many characters of a body a record has."""
_OF_RESPONSES = ("type", "status", "url", "redirected", "headers", "body")
_VISIBLE = {
    "fetch": _OF_RESPONSES,
    "fetch-request": _OF_RESPONSES,
    "xhr": ("status", "url", "headers", "body"),
    "img": ("readable",),
    "navigate": ("url",),
    "link-stylesheet": ("readable",),
}


def ended_ok(api: str, outcome: Outcome | None, thrown: object, *, errors_of_frames_are_told: bool = False) -> bool:
    """Did the step end without an error for script. The recorder takes an iframe's error event for its load."""
    if thrown is not None:
        return False
    if outcome is None or api == "sendBeacon":
        return True
    if api in ("form", "iframe"):
        bad = ("error", "nothing") if errors_of_frames_are_told else ("nothing",)
        return outcome.frame_event not in bad
    return outcome.verdict in (Verdict.READABLE, Verdict.OPAQUE)


def never_ends(outcome: Outcome | None) -> bool:
    """Does nothing ever tell script how it ended: the browser waits for its user, or a frame fires no event."""
    return outcome is not None and (outcome.verdict is Verdict.PENDING or outcome.frame_event == "nothing")


def recorded_visible(api: str, step: dict[str, Any]) -> dict[str, Any]:
    """What the record says that script saw."""
    if step["outcome"] != "ok":
        return {}
    shown = {key: step[key] for key in _VISIBLE.get(api, ()) if key in step}
    if "body_error" in step:
        shown["body_error"] = True
        shown.pop("body", None)
    if step.get("executed") and "script_error" in step:
        shown["errors_readable"] = step["script_error"] != MUTED
    return shown


def visible(outcome: Outcome | None) -> dict[str, Any]:
    """What corssim lets script see, in the record's terms."""
    if outcome is None or outcome.response is None:
        return {}
    response = outcome.response
    return {
        "type": str(response.type),
        "status": response.status,
        "url": response.url,
        "redirected": response.redirected,
        "headers": [list(pair) for pair in response.headers],
        "body": response.body.decode("utf-8", "replace")[:BODY_LIMIT],
        "body_error": response.body_failure is not None or None,
        "readable": outcome.allowed,
        "errors_readable": outcome.errors_readable,
    }
