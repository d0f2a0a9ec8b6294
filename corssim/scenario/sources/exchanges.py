"""A transcript taken apart into exchanges: curl -v and -i, HTTPie, developer tools' raw and parsed headers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from . import curl, httpie
from .reading import UnreadableSource

if TYPE_CHECKING:
    from .as_sent import Sent

_METHOD = r"(?P<method>[A-Z][A-Z-]{2,15})"
_STATUS_LINE = lazy_pattern(r"HTTP/(?P<version>\d(?:\.\d)?)\s+(?P<status>\d{3})\b\s*(?P<reason>.*)")
_REQUEST_LINE = lazy_pattern(rf"{_METHOD}\s+(?P<target>\S+)\s+HTTP/(?P<version>\d(?:\.\d)?)\s*$")
_CONSOLE_LINE = lazy_pattern(rf"{_METHOD}\s+(?P<target>https?://\S+)(?:\s+(?P<status>[1-5]\d\d)\b.*)?$")
_HEADER = lazy_pattern(r"(?P<name>:?[!#$%&'*+.^_|~0-9A-Za-z-]+)\s?:(?P<value>.*)")
_LABELS = {
    "request url": "url", "url": "url", "request method": "method", "method": "method", "status code": "status",
    "status": "status", "remote address": "", "referrer policy": "", "address": "", "initiator": "", "source": "",
    "version": "", "transferred": "", "request priority": "", "dns resolution": "", "scheme": "", "filename": "",
}  # fmt: skip
"""What developer tools write above the headers, in lower case."""
_REQUEST_TITLES = ("request headers", "request", "request header")
_RESPONSE_TITLES = ("response headers", "response", "response header")
_OTHER_TITLES = ("general", "summary", "headers", "query string parameters", "form data", "request payload", "preview")
_BODY_TITLES = ("query string parameters", "form data", "request payload", "preview", "query string", "request data")
_OF_REQUESTS = lazy_pattern(
    r"(accept(-encoding|-language|-charset)?|access-control-request-.*|authorization|connection|cookie|dnt|host|origin|"
    r"referer|sec-.*|upgrade-insecure-requests|user-agent|:(method|authority|path|scheme)|te|if-.*|x-requested-with)$"
)
_MARKDOWN = lazy_pattern(r"^\s*(?:\*\*|__|#+\s+|[▼▶•-]\s+)?(.*?)(?:\*\*|__)?\s*$")
_TITLE_TAIL = lazy_pattern(r"\s*(?:\(\d+[^)]*\)|view (?:source|parsed|raw)|raw|parsed)?\s*:?\s*$", re.IGNORECASE)


@dataclass
class Exchanged:
    """One exchange as far as it is in the text. `status` is None where no status is in there."""

    method: str = ""
    url: str = ""
    target: str = ""
    version: str = ""
    request_headers: list[tuple[str, str]] = field(default_factory=list)
    status: int | None = None
    response_headers: list[tuple[str, str]] = field(default_factory=list)
    command: Sent | None = None
    passed_over: list[str] = field(default_factory=list)
    secure: bool | None = None
    has_request: bool = False

    @property
    def has_answer(self) -> bool:
        return self.status is not None or bool(self.response_headers)

    def header(self, name: str) -> str | None:
        """A header of the answer."""
        return next((value for key, value in self.response_headers if key.lower() == name), None)


class _Parser:
    """Goes through the lines. `section` is where headers go: "request", "response", "" (by their names) or "body"."""

    def __init__(self) -> None:
        self.exchanges: list[Exchanged] = []
        self.section = ""
        self.raw = False
        self.label = ""
        self.secure: bool | None = None

    @property
    def current(self) -> Exchanged:
        if not self.exchanges:
            self.exchanges.append(Exchanged())
        return self.exchanges[-1]

    def start(self) -> Exchanged:
        """A new exchange, unless the current one has nothing yet."""
        if self.exchanges and (self.current.has_answer or self.current.has_request or self.current.command):
            self.exchanges.append(Exchanged())
        return self.current

    def line(self, line: str) -> None:
        """One line, its marks of Markdown and of curl -v taken off."""
        marked = line[:2] in ("> ", "< ") or line in (">", "<")
        side, text = (line[0], line[1:].strip()) if marked else ("", line.strip())
        if line.startswith("* "):
            self._noise(line)
        elif (status := _STATUS_LINE.match(text)) is not None:
            self._status(int(status["status"]), status["version"])
        elif (request := _REQUEST_LINE.match(text)) is not None:
            self._request(request["method"], request["target"], request["version"])
        elif side:
            self._header_of(text, "request" if side == ">" else "response")
        elif not text:
            self._blank()
        elif self.section != "body" or _starts_afresh(text):
            self._other(text)

    def _noise(self, line: str) -> None:
        if "SSL connection" in line or "TLS" in line or re.search(r"\bport 443\b", line):
            self.current.secure = True
        elif re.search(r"\) port 80\b", line):
            self.current.secure = False

    def _request(self, method: str, target: str, version: str) -> None:
        exchange = self.current
        is_raw_view = self.section == "request" and not exchange.target
        if not is_raw_view and (exchange.has_answer or exchange.has_request):
            exchange = self.start()
        exchange.method, exchange.target, exchange.version = method, target, version
        exchange.has_request = True
        self.section, self.raw = "request", True

    def _status(self, status: int, version: str) -> None:
        exchange = self.current
        self.section, self.raw = "response", True
        if status < 200:
            self.section = "body"
            return
        if exchange.has_answer and exchange.status is not None and exchange.response_headers:
            before = exchange
            exchange = self.start()
            location = before.header("location")
            if 300 <= (before.status or 0) < 400 and location:
                exchange.method, exchange.url = before.method or "GET", location
        exchange.status = status
        exchange.version = exchange.version or version

    def _blank(self) -> None:
        """A blank line ends raw headers; what stands behind an answer's is its body."""
        if (
            self.raw and self.section == "response" and (self.current.response_headers or self.current.status == 204)
        ) or (self.raw and self.section == "request"):
            self.section = "body"
        self.label = ""

    def _other(self, text: str) -> None:
        title = _TITLE_TAIL.sub("", text).lower()
        if title in _REQUEST_TITLES or title in _RESPONSE_TITLES or title in _OTHER_TITLES:
            self._title(title)
        elif self.label:
            self._labelled(self.label, text)
            self.label = ""
        elif (console := _CONSOLE_LINE.match(text)) is not None:
            exchange = self.start()
            exchange.method, exchange.url, exchange.has_request = console["method"], console["target"], True
            exchange.status = int(console["status"]) if console["status"] else None
            self.section = "" if self.section == "body" else self.section
        else:
            self._header_of(text, self.section)

    def _title(self, title: str) -> None:
        self.raw = False
        if title in _REQUEST_TITLES:
            if self.current.has_answer and self.current.request_headers:
                self.start()
            self.section = "request"
        elif title in _RESPONSE_TITLES:
            self.section = "response"
        else:
            self.section = "body" if title in _BODY_TITLES else ""

    def _header_of(self, text: str, section: str) -> None:
        label = _label_of(text)
        if label is not None and not (self.raw and section):
            told = text.partition(":")[2].strip()
            if told:
                self._labelled(label, told)
            else:
                self.label = label
            return
        found = _HEADER.match(text)
        if found is not None and not found["value"].startswith("//"):
            self._add(found["name"], found["value"].strip(), section)

    def _labelled(self, label: str, value: str) -> None:
        exchange = self.current
        match _LABELS[label]:
            case "url":
                if exchange.url or exchange.has_answer:
                    exchange = self.start()
                exchange.url, exchange.has_request = value, True
                self.section = ""
            case "method":
                exchange.method = value.upper()
            case "status" if (status := re.match(r"(\d{3})\b", value)) is not None:
                exchange.status = int(status[1])

    def _add(self, name: str, value: str, section: str) -> None:
        exchange = self.current
        lower = name.lower()
        if not section:
            section = "request" if _OF_REQUESTS.match(lower) else "response"
        if lower == ":status" and value.isdecimal():
            exchange.status = int(value)
        elif section == "request":
            exchange.has_request = True
            exchange.request_headers.append((name, value))
        elif section == "response" and not (lower == "status" and exchange.status is not None):
            exchange.response_headers.append((name, value))


def _label_of(text: str) -> str | None:
    label = text.partition(":")[0].strip().lower()
    return label if label in _LABELS else None


def _starts_afresh(text: str) -> bool:
    return _label_of(text) is not None or _TITLE_TAIL.sub("", text).lower() in (
        *_REQUEST_TITLES,
        *_RESPONSE_TITLES,
        "general",
    )


def exchanges_of(text: str) -> list[Exchanged]:
    """The exchanges of a transcript, in order. Commands among its lines tell their requests."""
    parser = _Parser()
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        line = _unmarked(lines[at])
        at += 1
        if line is None:
            continue
        is_command = curl.COMMAND.match(line) or (httpie.COMMAND.match(line) and not _STATUS_LINE.match(line.strip()))
        if is_command:
            while line.rstrip().endswith(("\\", "^", "`")) and at < len(lines):
                line += "\n" + lines[at]
                at += 1
            _command(parser, line)
        elif _is_a_value(parser, line, lines[at : at + 1]):
            parser._add(line.strip().rstrip(":"), lines[at].strip(), parser.section)
            at += 1
        else:
            parser.line(line)
    return [
        exchange for exchange in parser.exchanges if exchange.has_answer or exchange.has_request or exchange.command
    ]


def _is_a_value(parser: _Parser, line: str, following: list[str]) -> bool:
    """Report whether a name stands alone, its value in the next line: as tables of developer tools are copied."""
    name = line.strip()
    if parser.raw or not following or not following[0].strip() or parser.section == "body" or line[:1] in "<>*":
        return False
    value = following[0]
    if not name.endswith(":"):
        return value.startswith("\t") and _HEADER.fullmatch(f"{name}:") is not None
    alone = _HEADER.fullmatch(name)
    if alone is None or alone["value"] or _label_of(name) is not None:
        return False
    is_title = _TITLE_TAIL.sub("", name).lower() in (*_REQUEST_TITLES, *_RESPONSE_TITLES, *_OTHER_TITLES)
    next_header = _HEADER.match(value.strip())
    return not is_title and (next_header is None or next_header["value"].startswith("//"))


def _unmarked(line: str) -> str | None:
    """A line without Markdown; None for fences and cuts."""
    stripped = line.strip()
    if stripped.startswith("```") or stripped in ("...", "…", "[...]", "<...>", "[…]"):
        return None
    if stripped.startswith("`") and stripped.endswith("`") and len(stripped) > 1:
        return stripped.strip("`").strip()
    if stripped.startswith(("**", "__", "#", "▼", "▶")) and curl.COMMAND.match(line) is None:
        found = _MARKDOWN.match(line)
        return found[1] if found is not None else line
    return line.rstrip()


def _command(parser: _Parser, line: str) -> None:
    try:
        sent, passed_over = (curl.sent_by_curl if curl.COMMAND.match(line) else httpie.sent_by_httpie)(line)
    except UnreadableSource:
        return  # a sentence that begins like a command
    exchange = parser.start()
    exchange.command, exchange.passed_over = sent, passed_over
    exchange.method, exchange.url = sent.method, sent.url
    parser.section, parser.raw = "response", True
