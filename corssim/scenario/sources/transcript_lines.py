"""The lines of a transcript without what other programs put around them: a reply's quotes, marks of traces, a tree."""

from __future__ import annotations

import re
from textwrap import dedent

from ...patterns import lazy_pattern

_TRACED = lazy_pattern(r"^(?:=> Send|<= Recv) header\b", re.MULTILINE)
_QUOTED_MARK = lazy_pattern(r"^>[ \t]*(?:[<>*] |\$ |(?:HTTP/\d|```))", re.MULTILINE)
_QUOTE = lazy_pattern(r"^> ?", re.MULTILINE)
_LINE_ENDS = lazy_pattern(r"(?:\\r)?\\n[ \t]*$", re.MULTILINE)
"""Line ends in letters, as Wireshark copies its tree."""
_FULL_URI = lazy_pattern(r"^[ \t]*\[Full request URI: (https?://[^\]\s]+)\][ \t]*$", re.MULTILINE)
_OF_A_TREE = lazy_pattern(r"^[ \t]*\[[^\]\n]*\][ \t]*(?:\n|\Z)", re.MULTILINE)
_ARROW = lazy_pattern(r"^[ \t]*--> (?=[A-Z][A-Z-]{2,15} \S+ HTTP/\d|HTTP/\d)", re.MULTILINE)
"""Before the first line of headers in Chromium's log of its network."""
_RAW_CONTENT = lazy_pattern(r"^RawContent[ \t]*: (?=HTTP/\d)", re.MULTILINE)
_OTHER_PROPERTIES = lazy_pattern(r"^(?:StatusCode|StatusDescription|Content)[ \t]*: .*\n", re.MULTILINE)
_BEHIND_A_BODY = lazy_pattern(
    r"(?<=[^\s*<>`|'\"=(])(?=HTTP/1\.[01] [1-5]\d\d(?: [A-Za-z][\w' -]*)?$"
    r"|(?:GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD) \S+ HTTP/1\.[01]$)",
    re.MULTILINE,
)
"""Where the next message begins right behind a body: a stream has no line end there."""


_BY_NGHTTP = lazy_pattern(r"^\[ *\d+\.\d+\] (?:send|recv) ", re.MULTILINE)
_EVENT = lazy_pattern(
    r"\[ *\d+\.\d+\] (?P<what>send HEADERS|recv \(stream_id=\d+\) (?P<name>:?[^:\s]+): ?(?P<value>.*))?"
)
_FIELD = lazy_pattern(r" {4,}(?P<name>:?[A-Za-z0-9_-]+): (?P<value>.*)")
_VERBOSE = lazy_pattern(
    r"^VERBOSE: (?:Requested )?(?:HTTP/\d(?:\.\d)? )?([A-Z]{3,10}) (https?://\S+?)(?: with .*)?$", re.MULTILINE
)
"""What Invoke-WebRequest -Verbose tells of its request."""
_COMMENTED = lazy_pattern(r"\s*(//|#|\*(?= ))(?!!)")
"""Code that has a transcript in its comments."""
_OBJECT = lazy_pattern(r"\s*(?:Headers\s*)?\{[^{}]*['\"]access-control-[^{}]*\}[\s;,]*", re.IGNORECASE)
MEMBER = lazy_pattern(r"""(?<=[{,])\s*['"]?([\w-]+)['"]?\s*(?::|=>?)\s*(?:'([^'\n]*)'|"([^"\n]*)")""")
"""Headers as programs print them: an object of names and values."""
_LONGEST_OBJECT = 8_000  # characters


def _is_object(text: str) -> bool:
    return len(text) <= _LONGEST_OBJECT and _OBJECT.fullmatch(text) is not None


def _is_all(text: str, mark: str) -> bool:
    """Whether every line that is not empty begins with a mark of comments."""
    return all(line.lstrip().startswith(mark) for line in text.split("\n") if line.strip())


def is_written_by_a_program(text: str) -> bool:
    """Report whether a text is nghttp's, an object of headers that was printed, or in the comments of code."""
    mark = _COMMENTED.match(text)
    if mark is not None and "Request URL" in text and _is_all(text, mark[1]):
        return True
    return _BY_NGHTTP.search(text) is not None or _is_object(text)


_LISTED = lazy_pattern(
    r"^[ \t]*(?:\d{1,3}\.|[-•])[ \t]+(?:\*\*)?"
    r"(?:request (?:url|method|headers)|status code|response headers|access-control-)",
    re.MULTILINE | re.IGNORECASE,
)
"""Developer tools' tables, as they come to lists of Markdown where they are pasted."""
_OF_A_LIST = lazy_pattern(r"^[ \t]*(?:\d{1,3}\.|[-•])[ \t]+|^[ \t]*\n", re.MULTILINE)
_ARROWS = lazy_pattern(r"^[ \t]*([\w-]+) ?\u2192 ?", re.MULTILINE)
"""Between names and values, as Postman had it."""
_TWICE = lazy_pattern(r"^< ([^\n]*\S)[ \t]*\n\1[ \t]*$", re.MULTILINE)
"""An answer's line as `curl -v -i` prints it: once to each stream."""
_INDENTED = lazy_pattern(r"^([ \t]+)(?:< )?HTTP/\d(?:\.\d)? [1-5]\d\d\b", re.MULTILINE)


def _without_indentation(text: str) -> str:
    """Code as Markdown indents it, under words that are not."""
    found = _INDENTED.search(text)
    return text if found is None else re.sub(rf"^{re.escape(found[1])}", "", text, flags=re.MULTILINE)


def lines_of(text: str) -> list[str]:
    """The lines, as those of `curl -v` or as messages are written out."""
    text = _without_indentation(dedent(text.replace("\r\n", "\n").replace("\r", "")))
    if _QUOTED_MARK.search(text) is not None and not re.search(r"^[<*] ", text, re.MULTILINE):
        text = _without_indentation(_QUOTE.sub("", text))
    text = _ARROWS.sub(r"\1: ", text)
    if len(_LISTED.findall(text)) > 1:
        text = _OF_A_LIST.sub("", text)
    if (mark := _COMMENTED.match(text)) is not None and _is_all(text, mark[1]):
        text = re.sub(rf"^[ \t]*{re.escape(mark[1])}[ \t]?", "", text, flags=re.MULTILINE)
    if _BY_NGHTTP.search(text):
        return _of_nghttp(text)
    if _is_object(text):
        return [f"{found[1]}: {found[2] or found[3] or ''}" for found in MEMBER.finditer(text)]
    text = _VERBOSE.sub(r"\1 \2", text)
    if _TRACED.search(text):
        return _of_trace(text)
    if _LINE_ENDS.search(text):
        text = _FULL_URI.sub(r"Request URL: \1", _LINE_ENDS.sub("", text))
        text = _OF_A_TREE.sub("", text)
    if _RAW_CONTENT.search(text):
        text = _OTHER_PROPERTIES.sub("", _RAW_CONTENT.sub("", text))
    text = _TWICE.sub(r"< \1", text)
    return _BEHIND_A_BODY.sub("\n", _ARROW.sub("", text)).split("\n")


def _of_nghttp(text: str) -> list[str]:
    """The lines of `nghttp -v` as those of `curl -v`. https://nghttp2.org/documentation/nghttp.1.html"""
    lines: list[str] = []
    asked: dict[str, str] | None = None
    for line in text.split("\n"):
        if (event := _EVENT.match(line)) is not None:
            if asked:
                lines.append(f"> {asked.pop(':method', 'GET')} {asked.pop(':path', '/')} HTTP/2")
                lines += [f"> {'host' if name == ':authority' else name}: {value}" for name, value in asked.items()]
            asked = {} if event["what"] == "send HEADERS" else None
            if event["name"] == ":status":
                lines.append(f"< HTTP/2 {event['value']}")
            elif event["name"]:
                lines.append(f"< {event['name']}: {event['value']}")
        elif asked is not None and (sent := _FIELD.match(line)) is not None:
            asked[sent["name"]] = sent["value"]
    return lines


def _of_trace(text: str) -> list[str]:
    """The lines of `curl --trace-ascii` as those of `curl -v`."""
    lines: list[str] = []
    mark = ""
    for line in text.split("\n"):
        if (found := re.match(r"(=> Send|<= Recv|== Info)", line)) is not None:
            is_header = " header" in line
            mark = {"=> Send": "> ", "<= Recv": "< "}.get(found[1], "") if is_header else ""
            lines += [f"* {line[8:]}"] if found[1] == "== Info" else []
        elif mark and (content := re.match(r"[0-9a-f]{4,}: ?(.*)$", line)) is not None:
            lines.append(mark + content[1])
        elif not mark and not re.match(r"[0-9a-f]{4,}: ", line):
            lines.append(line)
    return lines
