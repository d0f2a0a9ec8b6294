"""Reading console lines back: what a person pastes, with all that stands around it, becomes readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corssim.diagnosis.console_lines import messages, unknown
from corssim.diagnosis.console_lines.meaning import decided
from corssim.diagnosis.console_lines.prepare import prepared
from corssim.diagnosis.console_lines.reading import UNKNOWN
from corssim.diagnosis.console_lines.scan import scan

from ...records import replace

if TYPE_CHECKING:
    from corssim.diagnosis.console_lines.reading import ConsoleReading
    from corssim.diagnosis.console_lines.scan import Found

LONGEST_PASTE: Final = 256 * 1024
"""Characters of a paste that are read; the rest is left alone."""

_NEAR = 3  # readings back to which a repetition belongs
_MOST_UNKNOWN = 20
_MERGED = (
    "url",
    "requested_url",
    "location",
    "origin",
    "page",
    "method",
    "header_name",
    "directive",
    "mime_type",
    "api",
)


def read_console(text: str) -> list[ConsoleReading]:
    """What the lines in a paste say, in order, each once; of an unknown line if there is no other.

    Lines that only repeat a failure are put with the one that says why (`also`), and lend it their URL.
    """
    text = prepared(text[:LONGEST_PASTE])
    found, left_over = scan(text, messages.english() if text.isascii() else messages.all_languages())
    if not any(each.reading.is_known for each in found) and text.isascii():
        found, left_over = scan(text, messages.all_languages())
    readings = _with_shared_page(_gathered(found))
    strange = [unknown.unknown_line(line) for line in left_over if unknown.is_a_message(line)][:_MOST_UNKNOWN]
    if not any(each.reading.is_known for each in found):
        thrown = [reading for line in left_over if (reading := unknown.thrown(line)) is not None]
        readings += thrown[:1] if not readings else []
        # Words around what a browser began to say are of whoever pasted it.
        some = [] if readings else [unknown.unknown_line(line) for line in left_over if line][:1]
        strange = [] if thrown[:1] else strange or some
        strange = strange if readings or strange else [unknown.unknown_line("")]
    return list(dict.fromkeys(readings + strange))


def _gathered(found: list[Found]) -> list[ConsoleReading]:
    """Readings in order; what only repeats a failure goes with the line beside it that says why."""
    gathered: list[Found] = []
    for each in found:
        last = len(gathered) - 1
        told = next((at for at in range(last, max(-1, last - _NEAR), -1) if gathered[at].tells_why), None)
        if told is not None and _continues(gathered[told].reading, each):
            gathered[told] = gathered[told]._replace(reading=_merged(gathered[told].reading, each.reading))
        elif (
            each.tells_why and last >= 0 and gathered[last].is_general and _agree(gathered[last].reading, each.reading)
        ):
            # The repetition came first.
            gathered[last] = each._replace(reading=_merged(each.reading, gathered[last].reading))
        elif (
            each.is_general and last >= 0 and gathered[last].is_general and _agree(gathered[last].reading, each.reading)
        ):
            gathered[last] = gathered[last]._replace(reading=_merged(gathered[last].reading, each.reading))
        else:
            gathered.append(each)
    return [each.reading for each in gathered]


def _continues(before: ConsoleReading, found: Found) -> bool:
    """Report whether this reading is about the same failure as an earlier one, and no news."""
    reading = found.reading
    if not _agree(before, reading):
        return False
    is_same = reading.reason is not None and reading.reason in (before.reason, _merged(before, reading).reason)
    return found.is_general or (
        (found.is_repeated or not before.also or (not before.url and bool(reading.url)))
        and (is_same or before.reason in reading.alternatives)
    )


def _agree(one: ConsoleReading, other: ConsoleReading) -> bool:
    if one.browser != other.browser and UNKNOWN not in (one.browser, other.browser):
        return False
    urls = {one.url, one.requested_url} - {""}
    others = {other.url, other.requested_url} - {""}
    return not urls or not others or bool(urls & others)


def _merged(reading: ConsoleReading, repeated: ConsoleReading) -> ConsoleReading:
    fields = {
        name: getattr(repeated, name) for name in _MERGED if not getattr(reading, name) and getattr(repeated, name)
    }
    if repeated.method == "OPTIONS":
        del fields["method"]  # the browser's own
    if reading.status is None:
        fields["status"] = repeated.status
    merged = replace(reading, also=(*reading.also, repeated.text), **fields)
    # A file is no resource of HTTP, whatever the line that names no URL says.
    return decided(merged, is_cut=True) if merged.url.startswith("file:") and "url" in fields else merged


def _with_shared_page(readings: list[ConsoleReading]) -> list[ConsoleReading]:
    """Lend the page of the paste to lines that name none, if there is but one."""
    pages = {reading.page or reading.origin for reading in readings} - {""}
    if len(pages) != 1:
        return readings
    page = pages.pop()
    return [
        reading if reading.page else replace(reading, origin=page if page == "null" else "", page=page)
        for reading in readings
    ]
