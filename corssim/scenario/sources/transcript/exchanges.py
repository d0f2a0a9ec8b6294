"""The exchanges of a transcript, by a small grammar over the classes of its lines.

    transcript = { exchange | words }
    exchange   = [ command | request | table ], { interim }, [ answer ], [ body ]
    request    = request line, { header }, blank, [ body ]
    answer     = status line, { header }, blank
    table      = { label | title | header }     developer tools': what is under which title, or by the names alone

A command or a request opens an exchange, a status line its answer. The answer of a redirect that is followed opens the
next one. What `curl -v -i` prints to both its streams counts once.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from . import commands
from .exchanged import REDIRECTS, Exchanged
from .kept import OF_ANSWERS, without_prose
from .notations import MEMBER, lines_of
from .tokens import Kind, Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_REQUESTS = lazy_pattern(
    r"(accept(-encoding|-language|-charset)?|access-control-request-.*|authorization|cookie|dnt|host|origin|"
    r"referer|sec-.*|upgrade-insecure-requests|user-agent|:(method|authority|path|scheme)|te|if-.*|x-requested-with)$"
)
_OF_ANSWERS_ALONE = lazy_pattern(
    r"(access-control-(?!request-).*|age|alt-svc|allow|cf-.*|date|etag|expires|last-modified|location|server(-timing)?|"
    r"set-cookie|:?status|strict-transport-security|timing-allow-origin|vary|via|www-authenticate|x-powered-by)$"
)
_FIRST_SENT = lazy_pattern(r"(?:origin|access-control-request-.*|user-agent|accept|host)$")
_PORT = lazy_pattern(r"\bport (\d+)\b")
_STREAM = lazy_pattern(r"\* \[HTTP/[23]\] \[\d+\] (?:OPENED stream for |\[:scheme: )(https?)\b")
_ASKS_AGAIN = lazy_pattern(r"\* Issue another request to this URL: '([^']+)'")
_OF_TLS = ("SSL", "TLS", "ALPN", "schannel", "certificate", "HTTP2", "HTTP/2", "HTTP/3")
_OF_A_TUNNEL = lazy_pattern(r"(?:proxy )?(?:tunnel |connection )established", re.IGNORECASE)


class Part(Enum):
    """Where in an exchange a line stands."""

    WORDS = auto()
    DUE = auto()  # behind a command: an answer is due
    REQUEST = auto()  # headers of a message
    RESPONSE = auto()
    APART = auto()  # an answer that is none of the server's: interim, a proxy's, or printed before
    TUNNEL = auto()
    BODY = auto()
    TABLE = auto()


_MESSAGES = (Part.REQUEST, Part.RESPONSE)


class _Parser:
    """Takes the tokens in turn. `side` is where a table's headers go: request, response, or "" for by their names."""

    def __init__(self) -> None:
        self.exchanges: list[Exchanged] = []
        self.part = Part.WORDS
        self.side = ""
        self.leaning = "response"  # where names go that both sides have
        self.titled: set[str] = set()
        self.secure: bool | None = None  # the connection, as curl tells of it
        self.before = Token(Kind.BLANK, "")
        self.console = ("", "")
        self.is_loose = False  # words stood among the headers
        self.hint = ""  # the method that a title named

    @property
    def current(self) -> Exchanged:
        return self.exchanges[-1] if self.exchanges else self.start()

    def start(self) -> Exchanged:
        """A new exchange, unless the current one has nothing yet."""
        if not self.exchanges or self.exchanges[-1].is_begun:
            self.exchanges.append(Exchanged())
        self.side, self.leaning, self.titled = "", "response", set()
        return self.exchanges[-1]

    def take(self, token: Token) -> None:
        """One line. What repeats the marked line before it was printed to both streams."""
        is_repeated = self.before.mark == "<" and not token.mark and token.text == self.before.text
        self.before = token
        if not is_repeated:
            _TAKES[token.kind](self, token)

    def command(self, token: Token) -> None:
        read = commands.sent_by(token.text)
        if read is None:
            return
        exchange = self.start()
        exchange.command, exchange.passed_over = read
        exchange.tool = commands.tool_of(token.text)
        exchange.method, exchange.url = exchange.command.method, exchange.command.url
        exchange.is_cut = commands.hides_headers(token.text)
        self.part, self.secure = Part.DUE, None

    def noise(self, token: Token) -> None:
        """What curl says of its connection: plain, unless lines of TLS follow; and where a redirect leads."""
        port = _PORT.search(token.text)
        if (again := _ASKS_AGAIN.match(token.text)) is not None:
            self._follow(again[1])
        elif (told := _STREAM.match(token.text)) is not None:
            self.secure = self.current.secure = told[1] == "https"
        elif any(word in token.text for word in _OF_TLS) or (port is not None and port[1].endswith("443")):
            self.secure = self.current.secure = True
        elif port is not None and (port[1] == "80" or token.text.startswith(("* Connected to", "* About to connect"))):
            self.secure = False

    def request(self, token: Token) -> None:
        exchange = self.current
        if token.name == "CONNECT":  # through a proxy; the request follows
            self.part = Part.TUNNEL
            exchange.secure = token.value.endswith(":443") or None
            return
        is_of_command = (
            exchange.command is not None
            and not exchange.has_request
            and not exchange.has_answer
            and (bool(token.mark) or exchange.tool != "curl")
        )
        is_of_hop = exchange.is_hop and not exchange.has_answer and not exchange.target
        is_raw_view = not exchange.target and (
            (self.part is Part.TABLE and self.side == "request")
            or (bool(exchange.url) and exchange.command is None and exchange.url.endswith(token.value))
        )
        if is_of_hop:
            exchange.request_headers.clear()
        elif not (is_of_command or is_raw_view) and exchange.is_begun:
            exchange = self.start()
        exchange.method, exchange.target, exchange.version = token.name, token.value, token.version
        exchange.has_request = True
        if exchange.secure is None and self.secure is not None and not token.version.startswith(("2", "3")):
            exchange.secure = self.secure
        self.part, self.is_loose = Part.REQUEST, False

    def status(self, token: Token) -> None:
        exchange, status = self.current, int(token.name)
        is_tunnel = self.part is Part.TUNNEL
        if status < 200 or is_tunnel or _OF_A_TUNNEL.fullmatch(token.value):
            self.part = Part.APART
            if is_tunnel and status >= 300:  # no server was asked
                exchange.failed = f"a proxy refused the tunnel with {status}"
            elif is_tunnel:
                exchange.failed = ""
            return
        if exchange.status is not None and (exchange.is_raw or exchange.response_headers):
            if exchange.is_marked and not token.mark and exchange.status == status and self.part is Part.RESPONSE:
                return  # the same on the other stream, line by line
            exchange = self._next_answer(exchange)
        exchange.status, exchange.is_raw, exchange.is_marked = status, True, token.mark == "<"
        exchange.version = exchange.version or token.version
        exchange.failed = ""
        self.part, self.is_loose = Part.RESPONSE, False

    def _next_answer(self, before: Exchanged) -> Exchanged:
        """An answer behind an answer: of a redirect that is followed, or of a request that is not in there."""
        location = before.header("location")
        if before.status in REDIRECTS and location:
            return self._follow(location)
        exchange = self.start()
        exchange.method, self.hint = self.hint, ""
        if before.command is not None:  # which sent it twice, as for a password
            exchange.command, exchange.tool, exchange.is_again = before.command, before.tool, True
            exchange.method, exchange.url = before.command.method, before.command.url
        return exchange

    def _follow(self, location: str) -> Exchanged:
        before = self.current
        exchange = self.start()
        exchange.is_hop, exchange.url = before.status in REDIRECTS, location
        exchange.tool, exchange.secure = before.tool, None
        is_get = before.status == 303 or (before.status in (301, 302) and before.method == "POST")
        exchange.method = "GET" if is_get and before.method != "HEAD" else before.method or "GET"
        exchange.request_headers = list(before.request_headers if before.command is None else before.command.headers)
        return exchange

    def header(self, token: Token) -> None:
        name, lower = token.name, token.name.lower()
        if token.mark == ">":
            told = any(each.lower() == lower for each, _ in self.current.request_headers)
            if self.part is Part.TUNNEL or (told and self.current.is_of_tools):
                return  # to a proxy; or words beside a table, which quote it
            if self.current.has_answer and _FIRST_SENT.match(lower):
                self.start()  # the next request, without its first line
            self._sent(name, token.value)
            self.part = Part.REQUEST
        elif token.mark == "<":
            if self.part in (Part.REQUEST, Part.DUE, Part.WORDS):  # its status line is not there
                self.part = Part.RESPONSE
            if self.part is Part.RESPONSE:
                self._came(name, token.value)
        elif self.part is Part.REQUEST:
            self._sent(name, token.value)
        elif self.part is Part.RESPONSE:
            is_told = self.current.is_marked and (name, token.value) in self.current.response_headers
            if not is_told and not (self.is_loose and not OF_ANSWERS.match(lower)):
                self._came(name, token.value)
        elif self.part is Part.DUE and OF_ANSWERS.match(lower):
            self.part, self.is_loose = Part.RESPONSE, True
            self._came(name, token.value)
        elif self.part is Part.TABLE or (
            self.part is Part.WORDS and (OF_ANSWERS.match(lower) or _OF_REQUESTS.match(lower))
        ):
            self.is_loose = self.is_loose and self.part is Part.TABLE
            self.part = Part.TABLE
            self._in_table(name, token.value)

    def _in_table(self, name: str, value: str) -> None:
        side, lower = self.side, name.lower()
        if not side and not value and not OF_ANSWERS.match(lower):
            self.is_loose = True  # a heading
            return
        if not side and self.is_loose and self.current.header(lower) is not None:
            self.start()  # the headers of another answer
            self.is_loose = False
        if not side:
            if _OF_REQUESTS.match(lower):
                self.leaning = "request"
            elif _OF_ANSWERS_ALONE.match(lower):
                self.leaning = "response"
            side = self.leaning
        if side == "request":
            self._sent(name, value)
        elif not (lower == "status" and self.current.status is not None):
            self._came(name, value)

    def _sent(self, name: str, value: str) -> None:
        exchange = self.current
        if name.lower() == ":method" and not exchange.method:
            exchange.method = value.upper()
        exchange.has_request = True
        exchange.request_headers.append((name, value))

    def _came(self, name: str, value: str) -> None:
        if name.lower() == ":status" and value.isdecimal():
            self.current.status = int(value)
        else:
            self.current.response_headers.append((name, value))

    def label(self, token: Token) -> None:
        if self.part in _MESSAGES and token.name != "url" and ":" in token.text:
            name, _, value = token.text.partition(":")
            if " " not in name.strip():
                self.header(Token(Kind.HEADER, token.text, name=name.strip(), value=value.strip()))
                return
            if token.name != "method" or self.part is Part.REQUEST:
                return  # of Wireshark's tree, below the first line
        if self.part is Part.BODY and token.name not in ("url", "method"):
            return
        exchange, value = self.current, token.value
        self.part = Part.TABLE
        match token.name:
            case "url" if value.startswith(("http://", "https://", "/")):
                is_another = bool(exchange.target) and not value.endswith(exchange.target)
                if exchange.url or exchange.response_headers or is_another:
                    exchange = self.start()
                exchange.url, exchange.has_request, exchange.is_of_tools = value, True, True
                self.side = ""
            case "method":
                if exchange.method and (exchange.response_headers or exchange.failed):
                    exchange = self.start()  # another one begins, without its URL
                method = value.partition(" ")[0].upper()  # OPTIONS (preflight)
                exchange.method, exchange.is_of_tools = method if method.isalpha() else "", True
            case "status" if (status := re.match(r"(\d{3})(?!\d)", value)) is not None:
                exchange.status = int(status[1])
            case "status" if value.startswith("(") or value.lower().startswith("cors "):
                exchange.failed = value
            case "scheme" if value.lower() in ("http", "https"):
                exchange.secure, exchange.is_panel = value.lower() == "https", True
            case "target" if value.startswith("/"):
                exchange.target = value

    def title(self, token: Token) -> None:
        side = token.name
        if side in ("request", "response"):
            exchange = self.current
            is_whole = exchange.has_answer and bool(exchange.request_headers or (exchange.target and side == "request"))
            # Developer tools show the answer's headers first; a request that stands above it has its own already.
            has_its_own = bool(exchange.request_headers) or not self.titled
            if is_whole and (side in self.titled or (side == "request" and has_its_own and not exchange.is_panel)):
                self.start()
            self.titled.add(side)
            if token.value and not self.current.is_begun:
                self.current.method = token.value
            self.hint = token.value
        self.part = Part.BODY if side == "body" else Part.TABLE
        self.side = side if side in ("request", "response") else ""

    def asked(self, token: Token) -> None:
        """A method and a URL, as consoles and panels have them; or a URL alone, as wget writes each that it asks."""
        before = self.current
        if not token.name and before.command is not None and not before.has_answer:
            self.part = Part.DUE
            return
        if not token.name:
            self._follow(token.value)
            self.part = Part.DUE
            return
        exchange = self.start()
        exchange.method, exchange.url, exchange.has_request = token.name, token.value, True
        exchange.status = int(token.version) if token.version else None
        self.part = Part.TABLE

    def code(self, token: Token) -> None:
        exchange = self.current
        if self.part is Part.TABLE and exchange.has_request and exchange.status is None and not exchange.is_raw:
            exchange.status = int(token.name)

    def tells(self, token: Token) -> None:
        self.console = (token.name or self.console[0], token.value or self.console[1])

    def fails(self, token: Token) -> None:
        if not self.current.has_answer:
            self.current.failed = token.text

    def blank(self, token: Token) -> None:
        """A blank line ends the headers of a message; what stands behind an answer's is its body."""
        exchange = self.current
        if self.part is Part.REQUEST or (
            self.part is Part.RESPONSE and (exchange.response_headers or exchange.status == 204 or token.mark)
        ):
            self.part = Part.BODY
        elif self.part in (Part.APART, Part.TUNNEL) and not token.mark:
            self.part = Part.APART

    def cut(self, token: Token) -> None:
        if self.part is Part.RESPONSE or (self.part is Part.TABLE and self.side != "request"):
            self.current.is_cut = True

    def fence(self, token: Token) -> None:
        """A fence of Markdown ends the headers before it: what follows are words."""
        exchange = self.current
        if (self.part is Part.RESPONSE and exchange.response_headers) or self.part in (Part.BODY, Part.APART):
            self.part = Part.WORDS
        elif self.part is Part.TABLE and (not self.side or (self.side == "response" and exchange.response_headers)):
            self.part, self.side = Part.WORDS, ""

    def words(self, token: Token) -> None:
        if self.part is Part.TABLE and self.side == "response" and token.text.startswith("{"):
            for found in MEMBER.finditer(token.text):  # headers as an object, under their title
                self._in_table(found[1], found[2] or found[3] or "")
        self.is_loose = self.is_loose or self.part in (*_MESSAGES, Part.TABLE)


_TAKES: dict[Kind, Callable[[_Parser, Token], None]] = {
    Kind.COMMAND: _Parser.command, Kind.NOISE: _Parser.noise, Kind.REQUEST: _Parser.request,
    Kind.STATUS: _Parser.status, Kind.HEADER: _Parser.header, Kind.LABEL: _Parser.label, Kind.TITLE: _Parser.title,
    Kind.ASKED: _Parser.asked, Kind.CODE: _Parser.code, Kind.CONSOLE: _Parser.tells, Kind.FAILED: _Parser.fails,
    Kind.CUT: _Parser.cut, Kind.FENCE: _Parser.fence, Kind.BLANK: _Parser.blank, Kind.WORDS: _Parser.words,
}  # fmt: skip


def exchanges_of(text: str) -> list[Exchanged]:
    """The exchanges of a transcript, in order. Commands among its lines tell their requests."""
    parser = _Parser()
    for token in tokens_of(lines_of(text)):
        parser.take(token)
    exchanges = without_prose(parser.exchanges)
    for exchange in exchanges:
        exchange.page = parser.console[0]
        if not (exchange.url or exchange.target or exchange.request_headers) and exchange.has_answer:
            exchange.url = parser.console[1]
    return exchanges
