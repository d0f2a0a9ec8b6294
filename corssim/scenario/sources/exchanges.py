"""A transcript taken apart into exchanges: curl -v and -i, HTTPie, developer tools' raw and parsed headers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from . import curl, httpie, powershell, wget
from .labels import BODY_TITLES, LABELS, OTHER_TITLES, REQUEST_TITLES, RESPONSE_TITLES, label_of
from .reading import UnreadableSource
from .shell_words import PROMPT
from .transcript_lines import MEMBER, lines_of

if TYPE_CHECKING:
    from .as_sent import Sent

_METHOD = r"(?P<method>[A-Z][A-Z-]{2,15})"
_STATUS_LINE = lazy_pattern(r"HTTP/(?P<version>\d(?:\.\d)?)\s+(?P<status>\d{3})\b\s*(?P<reason>.*)")
_REQUEST_LINE = lazy_pattern(rf"{_METHOD}\s+(?P<target>\S+)\s+HTTP/(?P<version>\d(?:\.\d)?)\s*$")
_REQUEST_ALONE = lazy_pattern(r"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /\S*")
"""A request's first line without its version, as documents have it."""
_CONSOLE_LINE = lazy_pattern(rf"{_METHOD}\s+(?P<target>https?://\S+)(?:\s+(?P<status>[1-5]\d\d)\b.*)?$")
_HEADER = lazy_pattern(r"(?P<name>:?[!#$%&'*+.^_|~0-9A-Za-z-]+)\s?:(?P<value>.*)")
_OF_REQUESTS = lazy_pattern(
    r"(accept(-encoding|-language|-charset)?|access-control-request-.*|authorization|cookie|dnt|host|origin|"
    r"referer|sec-.*|upgrade-insecure-requests|user-agent|:(method|authority|path|scheme)|te|if-.*|x-requested-with)$"
)
_OF_ANSWERS = lazy_pattern(
    r"(access-control-.*|age|alt-svc|allow|cache-control|cf-.*|content-.*|date|etag|expires|last-modified|link|location|"
    r"server|set-cookie|status|strict-transport-security|transfer-encoding|vary|via|www-authenticate|x-.*)$"
)
_OF_ANSWERS_ALONE = lazy_pattern(
    r"(access-control-(?!request-).*|age|alt-svc|allow|cf-.*|date|etag|expires|last-modified|location|server(-timing)?|"
    r"set-cookie|:?status|strict-transport-security|timing-allow-origin|vary|via|www-authenticate|x-powered-by)$"
)
_SENT_HEADER = lazy_pattern(r"(?:Origin|Access-Control-Request-\w+|User-Agent|Accept|Host):", re.IGNORECASE)
_NAME_ALONE = lazy_pattern(r":?[a-z][a-z0-9]*(-[a-z0-9]+)*", re.IGNORECASE)
_BY_WGET = lazy_pattern(r"--\d{4}-\d\d-\d\d [\d:]+--\s+(?P<url>https?://\S+)$")
_STATUS_ALONE = lazy_pattern(r"([1-5]\d\d)(?: [A-Z][\w' -]*)?$")
_MARKDOWN = lazy_pattern(r"^\s*(?:\*\*|__|#+\s+|[▼▶•-]\s+)?(.*?)(?:\*\*|__)?\s*$")
_BOLD_LABEL = lazy_pattern(r"^([^*\n:]{1,60})(?::(?:\*\*|__)|(?:\*\*|__)[ \t]*:)")
_BESIDE_A_TITLE = lazy_pattern(r"(?:\((?:\d|raw|parsed)[^)]*\)|view (?:source|parsed|raw)|raw|parsed)$", re.IGNORECASE)
_IS_NO_HOST = lazy_pattern(r"https?://(?!localhost)[^./:\[\]]*:?/?")
"""What a word of a sentence comes to as a URL: a name with neither a dot, a port nor a path."""
_ELSEWHERE = lazy_pattern(
    rf"^\s*(?:{PROMPT})?(?:kubectl|oc|docker(?:[- ]compose)?|podman|nerdctl|ssh)\s[^\n]{{1,300}}?\s(?=(?:curl|wget)\s)"
)
"""Before a command that runs in a container or on another machine: kubectl exec deploy/client -- curl …"""
_PROGRAMS = frozenset({"curl", "wget", "http", "https"})
"""Who begins a message of its own so: wget: server returned error."""
_MOST_LINES = 200  # that a quote of a command goes on through
_LONGEST_TITLE = 80  # characters
_PORT = lazy_pattern(r"\bport (\d+)\b")
_STREAM_FOR = lazy_pattern(r"^\* \[HTTP/[23]\] \[\d+\] (?:OPENED stream for |\[:scheme: )(https?)\b")
_OF_TLS = ("SSL", "TLS", "ALPN", "schannel", "certificate", "HTTP2", "HTTP/2", "HTTP/3")


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
    is_hop: bool = False
    is_raw: bool = False  # its status line is there
    failed: str = ""  # what developer tools show in place of a status
    is_panel: bool = False  # Firefox's, where scheme, host and path stand apart

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
        self.from_proxy = False
        self.label = ""
        self.is_table = False  # names and values stand on lines of their own
        self.secure: bool | None = None  # the connection, as curl tells of it
        self.titled: set[str] = set()  # the sections of the current exchange that stood under a title
        self.leaning = "response"  # where names go that both sides have, and no title tells

    @property
    def current(self) -> Exchanged:
        if not self.exchanges:
            self.exchanges.append(Exchanged())
        return self.exchanges[-1]

    def start(self) -> Exchanged:
        """A new exchange, unless the current one has nothing yet."""
        if self.exchanges and (
            self.current.has_answer or self.current.failed or self.current.has_request or self.current.command
        ):
            self.exchanges.append(Exchanged())
        self.is_table = False
        self.titled = set()
        self.leaning = "response"
        return self.current

    def line(self, line: str) -> None:
        """One line, its marks of Markdown and of curl -v taken off."""
        marked = line[:2] in ("> ", "< ") or line in (">", "<")
        side, text = (line[0], line[1:].strip()) if marked else ("", line.strip())
        if line.startswith("* "):
            self._noise(line)
        elif (status := _STATUS_LINE.match(text)) is not None:
            self._status(int(status["status"]), status["version"])
        elif (request := _REQUEST_LINE.match(text)) is not None and request["method"] == "CONNECT":
            self.section, self.raw = "tunnel", True  # through a proxy; the request follows
            self.current.secure = request["target"].endswith(":443") or None
        elif (request := _REQUEST_LINE.match(text)) is not None:
            self._request(request["method"], request["target"], request["version"])
        elif not text:
            self._blank()  # curl marks that too
        elif side == "<" and self.from_proxy:
            pass  # what a proxy says of the tunnel
        elif side:
            if side == ">" and self.current.has_answer and _SENT_HEADER.match(text) is not None:
                self.start()  # the next request, without its first line
            self._header_of(text, "request" if side == ">" else "response")
        elif self.section != "body" or _starts_afresh(text):
            self._other(text)

    def _noise(self, line: str) -> None:
        """What curl says of its connection: plain, unless lines of TLS follow."""
        port = _PORT.search(line)
        if (told := _STREAM_FOR.search(line)) is not None:
            self.secure = self.current.secure = told[1] == "https"
        elif any(word in line for word in _OF_TLS) or (port is not None and port[1].endswith("443")):
            self.secure = self.current.secure = True
        elif port is not None and (port[1] == "80" or line.startswith(("* Connected to", "* About to connect"))):
            self.secure = False

    def _request(self, method: str, target: str, version: str) -> None:
        exchange = self.current
        is_of_url = bool(exchange.url) and exchange.command is None and exchange.url.endswith(target)
        is_raw_view = (self.section == "request" or is_of_url) and not exchange.target
        if not is_raw_view and (exchange.has_answer or exchange.has_request):
            exchange = self.start()
        exchange.method, exchange.target, exchange.version = method, target, version
        exchange.has_request = True
        if exchange.secure is None and self.secure is not None and not version.startswith(("2", "3")):
            exchange.secure = self.secure
        self.section, self.raw = "request", True

    def _status(self, status: int, version: str) -> None:
        exchange, tunnel = self.current, self.section == "tunnel"
        self.from_proxy = False
        self.section, self.raw = "response", True
        if status < 200 or tunnel:
            self.section, self.from_proxy = "body", tunnel
            if tunnel and status >= 300:  # no server was asked
                exchange.failed = f"a proxy refused the tunnel with {status}"
            return
        if exchange.has_answer and exchange.status is not None and exchange.response_headers:
            before = exchange
            exchange = self.start()
            location = before.header("location")
            if 300 <= (before.status or 0) < 400 and location:
                exchange.method, exchange.url, exchange.is_hop = before.method or "GET", location, True
        exchange.status, exchange.is_raw = status, True
        exchange.version = exchange.version or version

    def _blank(self) -> None:
        """A blank line ends raw headers; what stands behind an answer's is its body."""
        if (
            self.raw and self.section == "response" and (self.current.response_headers or self.current.status == 204)
        ) or (self.raw and self.section == "request"):
            self.section = "body"
        self.label = ""

    def fence(self) -> None:
        """A fence of Markdown ends the raw headers before it: what follows are words."""
        if self.raw and self.section == "response" and self.current.response_headers:
            self.section = "body"

    def _other(self, text: str) -> None:
        title = _title(text)
        if title in REQUEST_TITLES or title in RESPONSE_TITLES or title in OTHER_TITLES:
            self._title(title)
        elif title.startswith("provisional headers are shown"):
            self._title("request headers")
        elif self.label:
            self._labelled(self.label, text)
            self.label = ""
        elif (by_wget := _BY_WGET.match(text)) is not None:
            self._by_wget(by_wget["url"])
        elif self._is_status_alone(text):
            self.current.status = int(text[:3])
        elif (console := _CONSOLE_LINE.match(text)) is not None:
            exchange = self.start()
            exchange.method, exchange.url, exchange.has_request = console["method"], console["target"], True
            exchange.status = int(console["status"]) if console["status"] else None
            self.section = "" if self.section == "body" else self.section
        elif text.startswith("{") and self.section == "response" and not self.raw:
            for found in MEMBER.finditer(text):  # headers as an object, under their title
                self._add(found[1], found[2] or found[3] or "", "response")
        else:
            self._header_of(text, self.section)

    def _by_wget(self, url: str) -> None:
        """wget writes the URL that it asks, each of a redirect's too."""
        before = self.current
        if before.command is None or before.has_answer:
            exchange = self.start()
            exchange.method, exchange.url, exchange.has_request = before.method or "GET", url, True
            exchange.is_hop = before is not exchange and 300 <= (before.status or 0) < 400
        self.section, self.raw = "response", False

    def _is_status_alone(self, text: str) -> bool:
        exchange = self.current
        return exchange.has_request and exchange.status is None and not self.raw and bool(_STATUS_ALONE.match(text))

    def _title(self, title: str) -> None:
        self.raw = False
        if title in REQUEST_TITLES or title in RESPONSE_TITLES:
            side = "request" if title in REQUEST_TITLES else "response"
            exchange, is_table = self.current, self.is_table
            is_whole = exchange.has_answer and bool(exchange.request_headers)
            if is_whole and (side in self.titled or (side == "request" and not self.titled and not exchange.is_panel)):
                self.start()
                self.is_table = is_table
            self.titled.add(side)
            self.section = side
        else:
            self.section = "body" if title in BODY_TITLES else ""

    def _header_of(self, text: str, section: str) -> None:
        label = label_of(text)
        if label is not None and not (self.raw and section):
            told = text.replace("\uff1a", ":").partition(":")[2].strip()
            self.is_table = self.is_table or ":" not in text.replace("\uff1a", ":")
            if told:
                self._labelled(label, told)
            else:
                self.label = label
            return
        found = _HEADER.match(text)
        if found is not None and not found["value"].startswith("//") and found["name"].lower() not in _PROGRAMS:
            self._add(found["name"], found["value"].strip(), section)

    def _labelled(self, label: str, value: str) -> None:
        exchange, value = self.current, value.strip("*`")
        match LABELS[label]:
            case "url":
                if exchange.url or exchange.has_answer:
                    exchange = self.start()
                exchange.url, exchange.has_request = value, True
                self.section = ""
            case "method":
                if exchange.method and (exchange.response_headers or exchange.failed):
                    exchange = self.start()  # another one begins, without its URL
                exchange.method = value.partition(" ")[0].upper()  # OPTIONS (preflight)
            case "status" if (status := re.match(r"(\d{3})\b", value)) is not None:
                exchange.status = int(status[1])
            case "status" if value.startswith("(") or value.lower().startswith("cors "):
                exchange.failed = value
            case "scheme" if value.lower() in ("http", "https"):
                exchange.secure, exchange.is_panel = value.lower() == "https", True
            case "target" if value.startswith("/"):
                exchange.target = value

    def _add(self, name: str, value: str, section: str) -> None:
        exchange = self.current
        lower = name.lower()
        if not section:
            if _OF_REQUESTS.match(lower):
                self.leaning = "request"
            elif _OF_ANSWERS_ALONE.match(lower):
                self.leaning = "response"
            section = self.leaning
        if lower == ":method" and section == "request" and not exchange.method:
            exchange.method = value.upper()
        if lower == ":status" and value.isdecimal():
            exchange.status = int(value)
        elif section == "request":
            exchange.has_request = True
            exchange.request_headers.append((name, value))
        elif section == "response" and not (lower == "status" and exchange.status is not None):
            exchange.response_headers.append((name, value))


def _title(text: str) -> str:
    """A heading in lower case, without its colon and what stands behind it: a count, a switch."""
    text = text.strip().removesuffix(":").rstrip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1].strip()
    if len(text) <= _LONGEST_TITLE:
        text = _BESIDE_A_TITLE.sub("", text).rstrip()
    return text.lower()


def _starts_afresh(text: str) -> bool:
    titles = REQUEST_TITLES | RESPONSE_TITLES | {"general"}
    return label_of(text) is not None or _title(text) in titles


def exchanges_of(text: str) -> list[Exchanged]:
    """The exchanges of a transcript, in order. Commands among its lines tell their requests."""
    parser = _Parser()
    lines = lines_of(text)
    at = 0
    while at < len(lines):
        line = _unmarked(lines[at])
        at += 1
        if line is None:
            if lines[at - 1].lstrip().startswith("```"):
                parser.fence()
            continue
        if _REQUEST_ALONE.fullmatch(line.strip()) and at < len(lines) and _HEADER.fullmatch(lines[at].strip()):
            line = f"{line.strip()} HTTP/1.1"
        if re.fullmatch(_METHOD, line.strip()):  # as Firefox's table begins
            following = next((each.strip() for each in lines[at : at + 3] if each.strip()), "")
            if at < len(lines) and lines[at].strip().startswith("http"):
                line = f"{line.strip()} {lines[at].strip()}"
                at += 1
            elif label_of(following) == "scheme":
                exchange = parser.start()
                exchange.method, exchange.has_request = line.strip(), True
                continue
        line = _ELSEWHERE.sub("", line)
        is_command = (
            curl.COMMAND.match(line)
            or wget.COMMAND.match(line)
            or powershell.PROMPTED.match(line)
            or (httpie.COMMAND.match(line) and not _STATUS_LINE.match(line.strip()))
        )
        if is_command:
            while at < len(lines) and (line.rstrip().endswith(("\\", "^", "`")) or line.count("@{") > line.count("}")):
                line += "\n" + lines[at]
                at += 1
            line, at = _closed(line, lines, at)
            _command(parser, line)
        elif _is_a_value(parser, line, lines[at : at + 1]):
            parser._add(line.strip().rstrip(":"), lines[at].strip(), parser.section)
            at += 1
        else:
            parser.line(line)
    told = [each for each in parser.exchanges if each.has_answer or each.has_request or each.command]
    for exchange in told:
        names = [name.lower() for name, _ in exchange.response_headers]
        has_status_line = exchange.is_raw or (exchange.status is None and exchange.command is None)
        if not has_status_line and not any(map(_OF_ANSWERS.match, names)):
            exchange.response_headers.clear()  # words with a colon
    has_status = any(each.status is not None for each in told)
    return [each for each in told if not _is_prose(each, has_status=has_status)]


def _closed(line: str, lines: list[str], at: int) -> tuple[str, int]:
    """A command with the lines that its last quote goes on through, and where the others begin."""
    if line.count("'") % 2 == 0:
        return line, at
    end = next((each for each in range(at, min(at + _MOST_LINES, len(lines))) if lines[each].count("'") % 2), None)
    return (line, at) if end is None else ("\n".join([line, *lines[at : end + 1]]), end + 1)


def _is_prose(exchange: Exchanged, *, has_status: bool) -> bool:
    """Report whether what looks like headers are words with a colon, of who tells about the exchange: beside an
    answer with its status, all that holds no CORS header."""
    if exchange.status is not None or exchange.has_request or exchange.command is not None or exchange.url:
        return False
    names = [name.lower() for name, _ in exchange.response_headers]
    if has_status:
        return not any(name.startswith("access-control-") for name in names)
    return not any(_OF_ANSWERS.match(name) for name in names)


def _is_a_value(parser: _Parser, line: str, following: list[str]) -> bool:
    """Report whether a name stands alone, its value in the next line: as tables of developer tools are copied."""
    name = line.strip()
    if (
        parser.raw
        or not following
        or following[0].strip()[:3] in ("", "```")
        or parser.section == "body"
        or line[:1] in "<>*"
    ):
        return False
    value = following[0]
    if parser.is_table and not parser.label and label_of(name) is None and _NAME_ALONE.fullmatch(name):
        is_title = _title(name) in REQUEST_TITLES | RESPONSE_TITLES | OTHER_TITLES
        return not is_title and label_of(value.strip()) is None
    if not name.endswith(":"):
        is_name = ":" not in name and _title(name) not in REQUEST_TITLES | RESPONSE_TITLES | OTHER_TITLES
        return is_name and value.startswith("\t") and _HEADER.fullmatch(f"{name}:") is not None
    alone = _HEADER.fullmatch(name)
    if alone is None or alone["value"] or label_of(name) is not None:
        return False
    is_title = _title(name) in REQUEST_TITLES | RESPONSE_TITLES | OTHER_TITLES
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
        # The bold of a label may end before its value: **Host**: api.example, **Host:** api.example.
        return _BOLD_LABEL.sub(r"\1:", found[1]) if found is not None else line
    return line.rstrip()


def _sent_by(line: str) -> tuple[Sent, list[str]]:
    if curl.COMMAND.match(line):
        return curl.sent_by_curl(line)
    if powershell.PROMPTED.match(line):
        return powershell.sent_by_powershell(line)[0], []
    return wget.sent_by_wget(line) if wget.COMMAND.match(line) else httpie.sent_by_httpie(line)


def _tried(line: str) -> tuple[Sent, list[str]] | None:
    """What a command sends; None where it is none, or a quote of it was cut off with a secret."""
    try:
        return _sent_by(line)
    except UnreadableSource:
        return None


def _command(parser: _Parser, line: str) -> None:
    read = next(filter(None, (_tried(line + closing) for closing in ("", "'", '"'))), None)
    if read is None:
        return  # a sentence that begins like a command
    sent, passed_over = read
    if "://" not in line and "${" not in sent.url and _IS_NO_HOST.fullmatch(sent.url) is not None:
        return
    exchange = parser.start()
    exchange.command, exchange.passed_over = sent, passed_over
    exchange.method, exchange.url = sent.method, sent.url
    parser.section, parser.raw = "response", True
