"""What a message that was found means: its row, decided further by the values that stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from corssim.diagnosis.console_lines.reading import UNKNOWN, ConsoleReading
from corssim.diagnosis.console_lines.topics import NOTES, STRANGE, nearest_topic
from corssim.fetch.cors_check import why_origin_fails
from corssim.fetch.reasons import Reason, Stage

from ...patterns import lazy_pattern

if TYPE_CHECKING:
    from corssim.diagnosis.console_lines.messages import Message
    from corssim.diagnosis.console_lines.network_lines import NetworkLine

_ADDRESSES: Final = ("url", "requested_url", "location", "origin", "page")
_FIELDS: Final = (*_ADDRESSES, "method", "header_name", "directive", "mime_type")
_KINDS: Final = {
    "fetch": "fetch",
    "xmlhttprequest": "XMLHttpRequest",
    "xmlhttprequest endpoint": "XMLHttpRequest",
    "xhr": "XMLHttpRequest",
    "script": "script",
    "image": "img",
    "css stylesheet": "stylesheet",
    "stylesheet": "stylesheet",
    "font": "font",
    "audio": "audio",
    "video": "video",
    "link element resource": "preload",
    "frame": "iframe",
    "beacon endpoint": "sendBeacon",
    "eventsource endpoint": "EventSource",
}
_STAGES: Final = {
    Reason.MIXED_CONTENT: Stage.REQUEST,
    Reason.CONTENT_SECURITY_POLICY: Stage.REQUEST,
    Reason.SCHEME_NOT_HTTP: Stage.REQUEST,
    Reason.BAD_PORT: Stage.REQUEST,
    Reason.NOT_IN_CACHE: Stage.REQUEST,
    Reason.STREAM_NEEDS_HTTP2: Stage.REQUEST,
    Reason.REDIRECT_SCHEME_NOT_HTTP: Stage.REDIRECT,
    Reason.REDIRECT_LOCATION_INVALID: Stage.REDIRECT,
    Reason.TOO_MANY_REDIRECTS: Stage.REDIRECT,
}
_HEADERS: Final = {
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: "Cross-Origin-Resource-Policy",
    Reason.EMBEDDER_POLICY: "Cross-Origin-Resource-Policy",
    Reason.REDIRECT_LOCATION_INVALID: "Location",
    Reason.REDIRECT_SCHEME_NOT_HTTP: "Location",
}
_AD_BLOCKER: Final = (
    "Where other programs reach this URL, an ad blocker, a privacy extension or tracking protection is a usual cause: "
    "Firefox says the same of what they stop."
)
_QUOTES: Final = "'\"`"
_NO_VALUE: Final = "(null)"
"""How Firefox writes a header that is there and empty."""
_BEHIND_A_URL: Final = ".,;:"
_IN_BRACKETS: Final = lazy_pattern(r"[<(\[](.*)[>)\]]")
_OF_AN_ADDRESS: Final = lazy_pattern(r"[./:]")


def reading_of_message(message: Message, shown: str) -> tuple[ConsoleReading, bool]:
    """The reading of a message, and whether it says only that something failed."""
    fields = _fields(message.fields)
    status = message.fields.get("status", "")
    shared: dict[str, Any] = {
        "text": shown,
        "status": int(status) if status.isdecimal() else None,
        "api": message.api or _KINDS.get(message.fields.get("kind", "").lower(), ""),
        **fields,
    }
    row = message.row
    if row is None:
        topic = nearest_topic(shown)
        browser = message.browser or UNKNOWN
        return ConsoleReading(browser=browser, is_known=False, topic=topic, note=STRANGE, **shared), False
    template = row.template
    note, topic = NOTES.get(template.topic, ("", template.topic))
    reading = ConsoleReading(
        browser=message.browser or row.browser or UNKNOWN,
        reason=template.reason,
        stage=(message.stage or template.stage) if template.reason is not None else None,
        alternatives=template.alternatives,
        topic=topic,
        note=row.note or note,
        header=template.header,
        value=message.fields.get("value", "") or message.fields.get("token", ""),
        **shared,
    )
    return decided(reading, is_cut=message.is_cut), template.general


def reading_of_network_line(line: NetworkLine, shown: str) -> tuple[ConsoleReading, bool]:
    """The reading of a line of the network, and whether it says only that something failed."""
    status = int(line.status) if line.status else None
    shared: dict[str, Any] = {
        "text": shown,
        "browser": "chromium",
        "method": line.method,
        "url": line.url,
        "status": status,
    }
    if not line.name:
        note, topic = NOTES["http-status" if status is not None and status >= 400 else "http-answer"]
        return ConsoleReading(topic=topic, note=note, **shared), True
    if line.error is None:
        return ConsoleReading(is_known=False, topic="network-failure", note=STRANGE, **shared), False
    reason = line.error.reason
    if reason is None:
        note, topic = NOTES[line.error.topic]
        return ConsoleReading(topic=topic, note=note, **shared), line.error.topic in ("blocked-request", "http-status")
    stage = _STAGES.get(reason, Stage.ACTUAL)
    return ConsoleReading(reason=reason, stage=stage, header=_HEADERS.get(reason, ""), **shared), False


def _fields(found: dict[str, str]) -> dict[str, str]:
    fields = {name: found.get(name, "") for name in _FIELDS}
    fields |= {name: _address(fields[name]) for name in _ADDRESSES}
    fields["origin"] = fields["origin"] or _address(found.get("sent_origin", ""))
    fields["location"] = fields["location"] or _address(found.get("location_with_credentials", ""))
    fields["url"] = fields["url"].rstrip(_BEHIND_A_URL)
    fields["url"] = fields["url"] or fields["requested_url"]
    fields["page"] = fields["page"] or fields["origin"]
    return fields


def _address(text: str) -> str:
    """The address that was written, without what is put around it; "" for what stands in the place of one."""
    address = _unquoted(text)
    in_brackets = _IN_BRACKETS.fullmatch(address)
    address = in_brackets[1] if in_brackets is not None else address
    is_one = address == "null" or _OF_AN_ADDRESS.search(address) is not None
    return address if is_one and " " not in address else ""


def _unquoted(address: str) -> str:
    """An address without quotes around it; one that it closes itself is its own."""
    address = address.lstrip(_QUOTES + "(")
    return address.rstrip(_QUOTES + ")") if any(address.count(quote) % 2 for quote in _QUOTES) else address


def decided(reading: ConsoleReading, *, is_cut: bool) -> ConsoleReading:
    """The reading as its values decide it."""
    changes: dict[str, Any] = {}
    is_file = reading.url.startswith("file:")
    match reading.reason:
        case Reason.ALLOW_ORIGIN_MISMATCH if reading.value == _NO_VALUE:
            changes["value"] = ""
        case Reason.ALLOW_ORIGIN_MISMATCH if reading.value and not is_cut:
            reason = why_origin_fails(reading.value)
            changes |= {"reason": reason, "alternatives": tuple({*reading.alternatives} - _BY_VALUE)}
        case Reason.SCHEME_NOT_HTTP | Reason.REDIRECT_SCHEME_NOT_HTTP if reading.requested_url:
            changes |= {"reason": Reason.REDIRECT_SCHEME_NOT_HTTP, "stage": Stage.REDIRECT, "header": "Location"}
        case Reason.REDIRECT_SCHEME_NOT_HTTP if reading.url and reading.api and not reading.requested_url:
            changes |= {"reason": Reason.SCHEME_NOT_HTTP, "stage": Stage.REQUEST, "header": ""}
        case Reason.ALLOW_ORIGIN_MISSING | Reason.PREFLIGHT_STATUS_NOT_OK if is_file and reading.browser == "webkit":
            # Safari tells of files in the words of its CORS checks, which no answer of a file can pass.
            changes |= {"reason": Reason.SCHEME_NOT_HTTP, "stage": Stage.REQUEST, "header": "", "alternatives": ()}
        case Reason.CONTENT_SECURITY_POLICY if reading.directive.startswith("frame-ancestors"):
            # This is the policy of the document that was to be shown, not of the page that shows it.
            note, topic = NOTES["framing"]
            changes |= {"reason": None, "stage": None, "note": note, "topic": topic}
        case Reason.SCHEME_NOT_HTTP if reading.url.startswith("blob:"):
            note, topic = NOTES["blob-of-another-origin"]
            changes |= {"reason": None, "stage": None, "note": note, "topic": topic}
        case Reason.NETWORK_FAILURE if is_file:
            changes |= {"reason": Reason.SCHEME_NOT_HTTP, "stage": Stage.REQUEST, "alternatives": ()}
        case Reason.NETWORK_FAILURE if reading.browser == "firefox":
            changes["note"] = _AD_BLOCKER
        case None if reading.api == "EventSource" and reading.url.startswith(("ws:", "wss:")):
            note, topic = NOTES["web-socket"]
            changes |= {"api": "WebSocket", "note": note, "topic": topic}
        case _:
            pass
    if is_file and reading.api == "script" and reading.origin == "null":
        changes["api"] = "module"  # a classic script asks without CORS
    return reading.replaced(**changes) if changes else reading


_BY_VALUE: Final = frozenset({Reason.ALLOW_ORIGIN_INVALID, Reason.ALLOW_ORIGIN_MULTIPLE, Reason.ALLOW_ORIGIN_MISMATCH})
