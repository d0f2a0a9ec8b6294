"""Reading console lines back: what a person pastes, with all that stands around them.

The texts are those that `corssim.console` prints, from the same tables. A paste is untrusted: it is bounded, and no
expression can take longer than its length allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from corssim.console import chromium_texts, firefox_texts, webkit_texts
from corssim.console.template import printable, straightened
from corssim.diagnosis.console_lines.reading import UNKNOWN, ConsoleReading
from corssim.diagnosis.console_lines.script_errors import SCRIPT_ERRORS
from corssim.diagnosis.console_lines.topics import BEGINNING, NOTES, nearest_topic

if TYPE_CHECKING:
    from corssim.console.template import Template

LONGEST_PASTE: Final = 256 * 1024
"""Characters of a paste that are read; the rest is left alone."""

_LONGEST_LINE = 16 * 1024
_LONGEST_CUT_LINE = 4096
_MOST_READINGS = 200
_MOST_RETRIES = 300
_NEAR = 3  # readings back to which a repetition belongs
_MOST_UNKNOWN = 20
_SHOWN = 300  # characters of an unknown line
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ESCAPE_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)?)")
_ABOUT_CORS = re.compile(
    r"\bCORS\b|access-control-|cross-?origin|same.origin policy|blocked by|preflight"
    r"|content.security.policy|mixed content",
    re.IGNORECASE,
)
_WEBKIT_BEFORE = re.compile(r"(?:CONSOLE [A-Z]{2,10} [A-Z]{3,7}|\[(?:Error|Warning)\]) ?$")
_FAILED_TO_LOAD = "Failed to load resource:"
_REQUEST_IN_FRONT = re.compile(r"(?P<method>[A-Z]{3,8}) (?P<url>https?://[^\s\"]{1,4096}) (?=net::ERR_)")
_KINDS = {
    "fetch": "fetch",
    "XMLHttpRequest": "XMLHttpRequest",
    "script": "script",
    "image": "img",
    "CSS stylesheet": "stylesheet",
    "font": "font",
    "audio": "audio",
    "video": "video",
    "link element resource": "preload",
}
_FIELDS = ("url", "requested_url", "location", "origin", "page", "method", "header_name", "directive", "mime_type")


@dataclass(frozen=True, slots=True)
class _Line:
    """A template that can be looked for."""

    browser: str
    template: Template
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Found:
    line: _Line
    match: re.Match[str]
    request: re.Match[str] | None = None


def read_console(text: str) -> list[ConsoleReading]:
    """What the lines in a paste say, in order, each once; of an unknown line if there is no other.

    Lines that only repeat a failure are put with the one that says why (`also`), and lend it their URL.
    """
    found, left_over = _scan(_prepared(text[:LONGEST_PASTE]))
    readings = _with_shared_page(_gathered(found))
    unknown = [_unknown(line) for line in left_over if _ABOUT_CORS.search(line)][:_MOST_UNKNOWN]
    readings = list(dict.fromkeys(readings + unknown))
    if not readings:
        thrown = (line for line in left_over if any(error.pattern.search(line) for error in SCRIPT_ERRORS))
        readings = [_unknown(next(thrown, None) or next((line for line in left_over if line), ""))]
    return readings


def _prepared(text: str) -> str:
    """The paste without escape sequences and control characters, quotes straight, spaces single, line ends kept."""
    text = _CONTROL.sub("", _ESCAPE_SEQUENCES.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    prepared: list[str] = []
    for line in map(straightened, text.split("\n")):
        if prepared and (line.startswith(" ") or prepared[-1].endswith(" ")):
            # White space beside the line end: it was not put inside a word, and a space stands for it.
            prepared[-1] = f"{prepared[-1].rstrip()} {line.lstrip()}"
        else:
            prepared.append(line)
    return "\n".join(prepared)


@cache
def _lines_by_opening() -> tuple[re.Pattern[str], dict[str, list[_Line]]]:
    """An expression for the beginnings of all lines, and the lines that begin so."""
    by_opening: dict[str, list[_Line]] = {}
    for browser, texts in (("chromium", chromium_texts), ("firefox", firefox_texts), ("webkit", webkit_texts)):
        for template in texts.TEMPLATES:
            line = _Line(browser, template, template.compile(texts.OPTIONAL))
            by_opening.setdefault(template.opening.strip(), []).append(line)
    by_opening[_FAILED_TO_LOAD] = [
        line for lines in by_opening.values() for line in lines if line.template.text.startswith(_FAILED_TO_LOAD)
    ]
    # What also begins a longer one is found by the longer one, so all of its beginnings are tried there.
    for opening, lines in by_opening.items():
        for other, shorter in by_opening.items():
            if other != opening and opening.startswith(other):
                lines += [line for line in shorter if line not in lines]
    longest_first = sorted(by_opening, key=len, reverse=True)
    requests = r"\b[A-Z]{3,8} (?=https?://\S{1,4096} net::ERR_)"
    return re.compile("|".join((*map(re.escape, longest_first), requests))), by_opening


def _scan(text: str) -> tuple[list[_Found], list[str]]:
    """The known lines in the text, and the lines between them."""
    openings, by_opening = _lines_by_opening()
    as_one_line = text.replace("\n", " ")
    found: list[_Found] = []
    left_over: list[str] = []
    position = done = retries = 0
    while len(found) < _MOST_READINGS and (opening := openings.search(as_one_line, position)):
        start, end = opening.start(), opening.start() + _LONGEST_LINE
        request = _REQUEST_IN_FRONT.match(as_one_line, start, end)
        if request is not None:
            # Chromium's network lines: what failed stands where other lines say "Failed to load resource".
            candidates, fixed = by_opening[_FAILED_TO_LOAD], _FAILED_TO_LOAD + " "
            match, length = _longest(candidates, fixed + as_one_line[request.end() : end]), request.end() - start
            length += match[1].end() - len(fixed) if match is not None else 0
        else:
            candidates = by_opening.get(opening[0], [])
            if _WEBKIT_BEFORE.search(as_one_line, max(0, start - 40), start):
                # Several browsers print the same; WebKit says who speaks.
                candidates = [line for line in candidates if line.browser == "webkit"] or candidates
            match = _longest(candidates, as_one_line, start, end)
            length = match[1].end() - start if match is not None else 0
            if match is None and candidates and retries < _MOST_RETRIES:
                retries += 1
                match, length = _cut_by_a_terminal(candidates, text[start : start + _LONGEST_CUT_LINE])
        if match is None:
            position = start + 1
            continue
        found.append(_Found(*match, request))
        left_over += text[done:start].split("\n")
        position = done = start + length
    left_over += text[done:].split("\n")
    return found, [line.strip() for line in left_over]


def _longest(
    lines: list[_Line], text: str, start: int = 0, end: int = _LONGEST_LINE
) -> tuple[_Line, re.Match[str]] | None:
    matches = [(line, match) for line in lines if (match := line.pattern.match(text, start, end))]
    return max(matches, key=lambda pair: pair[1].end(), default=None)


def _cut_by_a_terminal(lines: list[_Line], text: str) -> tuple[tuple[_Line, re.Match[str]] | None, int]:
    """Match with the line ends taken out, as terminals put them inside words too; the length is that in the text."""
    match = _longest(lines, text.replace("\n", ""))
    if match is None:
        return None, 0
    remaining = match[1].end()
    for index, character in enumerate(text):
        if remaining == 0:
            return match, index
        remaining -= character != "\n"
    return match, len(text)


def _gathered(found: list[_Found]) -> list[ConsoleReading]:
    """Readings in order; what only repeats a failure goes with the line beside it that says why."""
    readings: list[ConsoleReading] = []
    repetitions: set[int] = set()  # those still on their own
    for each in found:
        reading, general = _reading(each), each.line.template.general
        last = len(readings) - 1
        told = next((at for at in range(last, max(-1, last - _NEAR), -1) if readings[at].reason is not None), None)
        if told is not None and told not in repetitions and _continues(readings[told], reading, general=general):
            readings[told] = _merged(readings[told], reading)
        elif not general and last in repetitions and _agree(readings[last], reading):
            # The repetition came first.
            repetitions.discard(last)
            readings[last] = _merged(reading, readings[last])
        else:
            if general:
                repetitions.add(last + 1)
            readings.append(reading)
    return readings


def _continues(before: ConsoleReading, reading: ConsoleReading, *, general: bool) -> bool:
    """Report whether this reading is about the same failure as an earlier one, and no news."""
    if not _agree(before, reading):
        return False
    is_same = reading.reason is not None and reading.reason is before.reason
    return general or (not before.also and (is_same or before.reason in reading.alternatives))


def _agree(one: ConsoleReading, other: ConsoleReading) -> bool:
    if one.browser != other.browser:
        return False
    urls = {one.url, one.requested_url} - {""}
    others = {other.url, other.requested_url} - {""}
    return not urls or not others or bool(urls & others)


def _merged(reading: ConsoleReading, repeated: ConsoleReading) -> ConsoleReading:
    fields = {
        name: getattr(repeated, name)
        for name in (*_FIELDS, "api")
        if not getattr(reading, name) and getattr(repeated, name)
    }
    return replace(reading, also=(*reading.also, repeated.text), **fields)


def _with_shared_page(readings: list[ConsoleReading]) -> list[ConsoleReading]:
    """Lend the page of the paste to lines that name none, if there is but one."""
    pages = {reading.page or reading.origin for reading in readings} - {""}
    if len(pages) != 1:
        return readings
    page = pages.pop()
    return [
        reading
        if reading.page or reading.origin
        else replace(reading, origin=page if page == "null" else "", page=page)
        for reading in readings
    ]


def _reading(found: _Found) -> ConsoleReading:
    line, match, request = found.line, found.match, found.request
    template, groups = line.template, {name: value or "" for name, value in match.groupdict().items()}
    if request is not None:
        groups |= {"method": request["method"], "url": request["url"]}
    fields = {name: groups.get(name, "") for name in _FIELDS}
    fields["origin"] = fields["origin"] or groups.get("sent_origin", "")
    fields["location"] = fields["location"] or groups.get("location_with_credentials", "")
    note, topic = NOTES.get(template.topic, ("", "")) if template.topic else ("", "")
    status = groups.get("status", "")
    return ConsoleReading(
        text=printable(
            match[0] if request is None else f"{request[0]}{match[0].removeprefix(_FAILED_TO_LOAD).strip()}"
        ),
        browser=line.browser,
        reason=template.reason,
        stage=template.stage if template.reason is not None else None,
        alternatives=template.alternatives,
        topic=topic or template.topic,
        note=note,
        header=template.header,
        value=groups.get("value", "") or groups.get("token", ""),
        status=int(status) if status.isdecimal() else None,
        api=template.api or _KINDS.get(groups.get("kind", ""), ""),
        **fields,  # type: ignore[arg-type]  # all of them are text
    )


def _unknown(line: str) -> ConsoleReading:
    """An honest answer for a line that no browser is known to print: what script throws, or the nearest topic."""
    shown = printable(line[:_SHOWN])
    for error in SCRIPT_ERRORS:
        if error.pattern.search(shown):
            return ConsoleReading(text=shown, browser=error.browser, topic=error.topic, note=error.note)
    topic = nearest_topic(shown)
    near = "Its words name nothing that is known here; this is where to begin."
    if topic != BEGINNING:
        near = "The topic is the nearest by its words."
    note = f"No browser that corssim knows prints this line. {near}"
    return ConsoleReading(text=shown, browser=UNKNOWN, topic=topic, note=note)
