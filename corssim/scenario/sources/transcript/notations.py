"""Notations of other programs, as the lines that `curl -v` or a message itself would have. A function a program."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ....patterns import lazy_pattern
from .dressing import plain, undressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMBER = lazy_pattern(r"""(?<=[{,])\s*['"]?([\w-]+)['"]?\s*(?::|=>?)\s*\[?\s*(?:'([^'\n]*)'|"([^"\n]*)")""")
"""Of headers as programs print them: an object of names and values."""
_OBJECT = lazy_pattern(r"\s*(?:Headers\s*)?\{[^{}]*['\"]access-control-[^{}]*\}[\s;,]*", re.IGNORECASE)
_PANEL = lazy_pattern(r'\s*\{\s*"[^"\n]+"\s*:')
_LONGEST_OBJECT = 8_000  # characters
_LONGEST_PANEL = 200_000
_COMMENTED = lazy_pattern(r"\s*(//|#|\*(?= ))(?!!)")
"""Code that has a transcript in its comments."""


def is_written_by_a_program(text: str) -> bool:
    """Report whether a text is nghttp's, an object of headers that was printed, or in the comments of code."""
    mark = _COMMENTED.match(text)
    if mark is not None and "Request URL" in text and _is_all(text, mark[1]):
        return True
    notations = (_BY_NGHTTP, _BY_POWERSHELL)
    return any(each.search(text) for each in notations) or _is_object(text) or _of_firefox(text) is not None


def lines_of(text: str) -> list[str]:
    """The lines, as those of `curl -v` or as messages are written out."""
    if (told := _of_firefox(text)) is not None:
        return told
    text = plain(text)
    if (mark := _COMMENTED.match(text)) is not None and _is_all(text, mark[1]):
        text = re.sub(rf"^[ \t]*{re.escape(mark[1])}[ \t]?", "", text, flags=re.MULTILINE)
    if _is_object(text):
        return [f"{found[1]}: {found[2] or found[3] or ''}" for found in MEMBER.finditer(text)]
    lines = text.split("\n")
    for begins, lines_by in _BY_LINES:
        if begins.search(text) is not None:
            lines = list(lines_by(lines))
            break
    else:
        lines = undressed(lines)
    text = "\n".join(lines)
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    return text.split("\n")


def _is_object(text: str) -> bool:
    return len(text) <= _LONGEST_OBJECT and _OBJECT.fullmatch(text) is not None


def _is_all(text: str, mark: str) -> bool:
    """Whether every line that is not empty begins with a mark of comments."""
    return all(line.lstrip().startswith(mark) for line in text.split("\n") if line.strip())


def _of_firefox(text: str) -> list[str] | None:
    """What "Copy All" of Firefox's headers panel gives: objects of JSON, one behind the other. None where it is none.
    https://firefox-source-docs.mozilla.org/devtools-user/network_monitor/request_details/"""
    if len(text) > _LONGEST_PANEL or _PANEL.match(text) is None or "eaders (" not in text:
        return None
    lines: list[str] = []
    try:
        for each in _objects(text.strip()):
            for title, told in each.items():
                lines += _of_panel(title, told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return lines


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        each, at = decoder.raw_decode(text, at)
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        yield each


def _of_panel(title: str, told: Any) -> list[str]:
    if isinstance(told, str):
        return [f"{title}: {told}"]
    if "headers" in told:
        pairs = [f"{each['name']}: {each['value']}" for each in told["headers"]]
        return [title.partition(" (")[0], *pairs]
    query = "&".join(f"{name}={value}" for name, value in (told.get("query") or {}).items())
    return [f"{title} {told['scheme']}://{told['host']}{told['filename']}{'?' if query else ''}{query}"]


_BY_NGHTTP = lazy_pattern(r"^\[ *\d+\.\d+\] (?:send|recv) ", re.MULTILINE)
_EVENT = lazy_pattern(
    r"\[ *\d+\.\d+\] (?P<what>send HEADERS|recv \(stream_id=\d+\) (?P<name>:?[^:\s]+): ?(?P<value>.*))?"
)
_FIELD = lazy_pattern(r" {4,}(?P<name>:?[A-Za-z0-9_-]+): (?P<value>.*)")


def _of_nghttp(lines: list[str]) -> Iterator[str]:
    """`nghttp -v`. https://nghttp2.org/documentation/nghttp.1.html"""
    asked: dict[str, str] | None = None
    for line in lines:
        if (event := _EVENT.match(line)) is not None:
            if asked:
                yield f"> {asked.pop(':method', 'GET')} {asked.pop(':path', '/')} HTTP/2"
                yield from (f"> {'host' if name == ':authority' else name}: {told}" for name, told in asked.items())
            asked = {} if event["what"] == "send HEADERS" else None
            if event["name"] == ":status":
                yield f"< HTTP/2 {event['value']}"
            elif event["name"]:
                yield f"< {event['name']}: {event['value']}"
        elif asked is not None and (sent := _FIELD.match(line)) is not None:
            asked[sent["name"]] = sent["value"]


_TRACED = lazy_pattern(r"^(?:=> Send|<= Recv) header\b", re.MULTILINE)
_TRACE = lazy_pattern(r"(=> Send|<= Recv|== Info)")
_TRACED_TEXT = lazy_pattern(r"[0-9a-f]{4,}: ?(.*)$")


def _of_trace(lines: list[str]) -> Iterator[str]:
    """`curl --trace-ascii`. https://curl.se/docs/manpage.html#--trace-ascii"""
    mark = ""
    for line in lines:
        if (found := _TRACE.match(line)) is not None:
            mark = {"=> Send": "> ", "<= Recv": "< "}.get(found[1], "") if " header" in line else ""
            if found[1] == "== Info":
                yield f"* {line[8:]}"
        elif (content := _TRACED_TEXT.match(line)) is not None:
            if mark:
                yield mark + content[1]
        elif not mark:
            yield line


_BY_PYTHON = lazy_pattern(r"^(?:send: b|reply: |header: )", re.MULTILINE)
_ESCAPED_LINE_END = r"\r\n"


def _of_python(lines: list[str]) -> Iterator[str]:
    """`http.client` with a debug level. https://docs.python.org/3/library/http.client.html"""
    for line in lines:
        what, _, told = line.partition(": ")
        if what == "send" and told[:2] in ("b'", 'b"'):
            yield from (f"> {each}" for each in told[2:-1].split(_ESCAPED_LINE_END)[:-1] if told.count(" HTTP/"))
        elif what == "reply":
            yield f"< {told[1:-1].removesuffix(_ESCAPED_LINE_END)}"
        elif what == "header":
            yield f"< {told}"
        else:
            yield line


_BY_POWERSHELL = lazy_pattern(r"^[ \t]*(?:Key|Name)[ \t]+Value[ \t]*\n[ \t]*---+[ \t]+---+[ \t]*$", re.MULTILINE)
_KEY_AND_VALUE = lazy_pattern(r"[ \t]*([A-Za-z][\w-]*) {1,200}\{?([^\n{}]*)\}?[ \t]*$")


def _of_powershell(lines: list[str]) -> Iterator[str]:
    """The headers of Invoke-WebRequest's answer as Format-Table has them, below a title and dashes."""
    is_table = False
    for line in lines:
        pair = _KEY_AND_VALUE.match(line) if is_table else None
        if line.strip().startswith("---"):
            is_table = True
        elif pair is not None:
            yield f"{pair[1]}: {pair[2]}"
        elif line.split() not in (["Key", "Value"], ["Name", "Value"]):
            is_table = is_table and bool(line.strip())
            yield line


_PROPERTIES = lazy_pattern(r"^(?:RawContent[ \t]*: HTTP/|Headers[ \t]*: \{\[)", re.MULTILINE)
_PROPERTY = lazy_pattern(r"([A-Za-z]+) {1,40}: (.*)")
_PAIR = lazy_pattern(r"\[([\w-]+), ([^\[\]\n]*)(?:\[\])?\]")


def _of_web_request(lines: list[str]) -> Iterator[str]:
    """The answer of Invoke-WebRequest with its properties: the message as it came is one, the headers are another."""
    is_raw = any(line.startswith("RawContent") for line in lines)
    for line in lines:
        found = _PROPERTY.match(line)
        if found is None:
            yield line
        elif found[1] == "RawContent":
            yield found[2]
        elif is_raw:
            continue
        elif found[1] == "StatusCode":
            yield f"Status Code: {found[2]}"
        elif found[1] == "Headers":
            yield "Response Headers"
            # PowerShell 7 has a list for a value, and does not tell what is in there.
            yield from (
                "..." if pair[2].startswith("System.String") else f"{pair[1]}: {pair[2]}"
                for pair in _PAIR.finditer(found[2])
            )


_LINE_ENDS = lazy_pattern(r"(?:\\r)?\\n[ \t]*$", re.MULTILINE)
"""In letters, as Wireshark copies its tree."""
_FULL_URI = lazy_pattern(r"[ \t]*\[Full request URI: (https?://[^\]\s]+)\]")


def _of_wireshark(lines: list[str]) -> Iterator[str]:
    """Wireshark's tree: what it tells beside the message stands in brackets."""
    for line in lines:
        if (uri := _FULL_URI.match(line)) is not None:
            yield f"Request URL: {uri[1]}"
        elif not (line.strip().startswith("[") and line.rstrip().endswith("]")):
            yield _LINE_ENDS.sub("", line)


_BY_LINES: tuple[tuple[re.Pattern[str], Callable[[list[str]], Iterator[str]]], ...] = (
    (_BY_NGHTTP, _of_nghttp),
    (_TRACED, _of_trace),
    (_BY_PYTHON, _of_python),
    (_BY_POWERSHELL, _of_powershell),
    (_PROPERTIES, _of_web_request),
    (_LINE_ENDS, _of_wireshark),
)

_REPLACED = (
    # Chromium's log of its network, before the first line of a message.
    (lazy_pattern(r"^[ \t]*--> (?=[A-Z][A-Z-]{2,15} \S+ HTTP/\d|HTTP/\d)", re.MULTILINE), ""),
    # What Invoke-WebRequest -Verbose tells of its request.
    (
        lazy_pattern(
            r"^VERBOSE: (?:Requested )?(?:HTTP/\d(?:\.\d)? )?([A-Z]{3,10}) (https?://\S+?)(?: with .*)?$", re.MULTILINE
        ),
        r"\1 \2",
    ),
    # Where the next message begins right behind a body: a stream has no line end there.
    (
        lazy_pattern(
            r"(?<=[^\s*<>`|'\"=(])(?=HTTP/1\.[01] [1-5]\d\d(?: [A-Za-z][\w' -]*)?$"
            r"|(?:GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD) \S+ HTTP/1\.[01]$)",
            re.MULTILINE,
        ),
        "\n",
    ),
)
