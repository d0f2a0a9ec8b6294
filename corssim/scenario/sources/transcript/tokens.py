"""The lines of a transcript, each with its class. What a line is for, the grammar in `exchanges.py` decides."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ....patterns import lazy_pattern
from ..labels import LABELS, label_of
from .commands import command_in, with_what_goes_on
from .notations import lines_of
from .titles import title_in

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What a line is."""

    COMMAND = "a command, with all its lines"
    NOISE = "what curl says of its connection"
    REQUEST = "a request line: `name` is the method, `value` the target"
    STATUS = "a status line: `name` is the status, `value` the reason"
    HEADER = "a header"
    LABEL = "a value of developer tools: `name` says which"
    TITLE = "the heading of a section: `name` says which, `value` the method that it names"
    ASKED = "a method, a URL and maybe a status: `name`, `value`, `version`"
    CODE = "a status alone: `name`"
    CONSOLE = "what a browser says in its console: `name` is the page, `value` the URL"
    FAILED = "why there is no answer"
    CUT = "that something was left out"
    FENCE = "a fence of Markdown"
    BLANK = "a blank line"
    WORDS = "anything else"


class Token(NamedTuple):
    """A line. `mark` is curl's: > was sent, < came."""

    kind: Kind
    text: str
    mark: str = ""
    indent: int = 0
    name: str = ""
    value: str = ""
    version: str = ""


_METHOD = r"(?P<name>[A-Z][A-Z-]{2,15})"
_MARKED = lazy_pattern(r"\s*([<>])(?: (.*)|$)")
_NOISE = lazy_pattern(
    r"\s*\* |\s*\*$|\s*[{}] \[\d+ bytes data\]|\s*\[\d+ bytes data\]|\s*% Total\b|\s*Dload +Upload\b|"
    r"\s*\d+ +[\d.]+[kMG]? +\d+ .*--:--:--|== Info:"
)
_STATUS = lazy_pattern(
    r"(?:(?i:response|answer|status|output|result|returns?|gives?)\s*:\s*)?"
    r"HTTP/(?P<version>\d(?:\.\d)?)\s+(?P<name>[1-5]\d{2})\b\s*(?P<value>.*)"
)
_REQUEST = lazy_pattern(rf"{_METHOD}\s+(?P<value>\S+)\s+HTTP/(?P<version>\d(?:\.\d)?)\s*$")
_REQUEST_ALONE = lazy_pattern(r"(?P<name>GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (?P<value>/\S*)$")
"""Without its version, as documents have it: a header stands below."""
_ASKED = lazy_pattern(
    rf"(?:\S{{1,80}}:\d+ )?{_METHOD}\s+(?P<value>https?://\S+)(?:\s+(?:net::\w+\s+)?(?P<version>[1-5]\d\d)\b.*|\s+net::\w+.*)?$"
)
_BY_WGET = lazy_pattern(r"--\d{4}-\d\d-\d\d [\d:]+--\s+(?P<value>https?://\S+)$")
_OF_WGET = lazy_pattern(
    r"(?:Length: |Saving to: |Resolving |Connecting to |HTTP request sent|Location: \S+ \[following\]|Reusing )"
)
_HEADER = lazy_pattern(r"(?P<name>:?[!#$%&'*+.^_|~0-9A-Za-z-]+)\s?:(?P<value>.*)")
_NAME_ALONE = lazy_pattern(r":?[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.IGNORECASE)
_CODE = lazy_pattern(r"(?P<name>[1-5]\d\d)(?: [A-Z][\w' -]*)?$")
_CUT = lazy_pattern(r"[\[<({/* -]*(?:\.{3,}|\u2026|snip\w*|redacted|omitted|truncated|cut)[\]>)}/* -]*$", re.IGNORECASE)
_FAILED = lazy_pattern(
    r"(?:curl: \(\d+\) |https?: (?:error|warning: HTTP)|http: error: |wget: unable to )", re.IGNORECASE
)
_CONSOLES = (
    lazy_pattern(r"Access to .{1,80}? at '(?P<value>https?://[^']+)'.{0,2000}? from origin '(?P<name>[^']+)'"),
    lazy_pattern(r"Cross-Origin Request Blocked: .{0,80}? remote resource at (?P<value>https?://\S+?)\.? (?=\()"),
    lazy_pattern(
        r"(?:.{0,80} )?(?:Failed to load|cannot load) (?P<value>https?://\S+?)[:.] .{0,2000}?Origin '(?P<name>[^']+)'"
    ),
    lazy_pattern(r".{0,40}?Origin (?P<name>https?://\S+) is not allowed by Access-Control-Allow-Origin(?P<value>)"),
)
_MARKDOWN = lazy_pattern(
    r"^(?:(?:\*\*|__)|#+ +|[\u25bc\u25b6\u2022] *|[-*] +(?=\*\*|`|access-control))+(.*?)(?:\*\*|__)?$", re.I
)
_BOLD_LABEL = lazy_pattern(r"^([^*\n:]{1,60})(?::(?:\*\*|__)|(?:\*\*|__)[ \t]*:)")
_OF_PROGRAMS = frozenset({"curl", "wget", "http", "https"})
"""Who begins a message of its own so: wget: server returned error."""


_TOLD = lazy_pattern(r"https?://[^'\"`,]+|[1-5]\d\d(?: [\w' -]+)?")


def shows_an_answer(text: str) -> bool:
    """Report whether a text has a status line, however it is dressed, or two labels of developer tools."""
    tokens = list(tokens_of(lines_of(text)))
    labels = {token.name for token in tokens if token.kind is Kind.LABEL and _TOLD.fullmatch(token.value)}
    return labels >= {"url", "status"} or any(token.kind is Kind.STATUS for token in tokens)


def tokens_of(lines: list[str]) -> Iterator[Token]:
    """The tokens of a text's lines."""
    return _Tokenizer(lines).tokens()


class _Tokenizer:
    """`is_raw` holds behind the first line of a message, `is_table` where names and values stand on lines of their
    own."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.is_raw = self.is_table = False

    def tokens(self) -> Iterator[Token]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            token = self._token(line)
            if token.kind in (Kind.REQUEST, Kind.STATUS, Kind.COMMAND) or token.mark:
                self.is_raw, self.is_table = True, False
            elif token.kind in (Kind.TITLE, Kind.FENCE, Kind.ASKED) or (
                token.kind is Kind.LABEL and token.name == "url"
            ):
                self.is_raw = False
            yield token

    def _next(self) -> str:
        return self.lines[self.at] if self.at < len(self.lines) else ""

    def _token(self, line: str) -> Token:
        indent = len(line) - len(line.lstrip())
        stripped = line.strip()
        if stripped.startswith(("```", "~~~")):
            return Token(Kind.FENCE, stripped)
        marked = _MARKED.match(line)
        if (command := command_in(line)) is not None and not (marked and marked[1] == "<"):
            whole, self.at = with_what_goes_on(command, self.lines, self.at, _begins_a_message)
            return Token(Kind.COMMAND, whole)
        if marked is not None:
            return self._marked(marked[1], (marked[2] or "").strip())
        if _NOISE.match(line) is not None and _unlisted(stripped) == stripped:
            return Token(Kind.NOISE, stripped)
        text = _without_markdown(_unlisted(stripped))
        if not text:
            return Token(Kind.BLANK, "")
        return self._plain(text, line)._replace(indent=indent)

    def _marked(self, mark: str, text: str) -> Token:
        for kind, pattern in ((Kind.STATUS, _STATUS), (Kind.REQUEST, _REQUEST), (Kind.HEADER, _HEADER)):
            if (found := pattern.match(text)) is not None:
                return _token(kind, text, found)._replace(mark=mark)
        kind = Kind.BLANK if not text else Kind.CUT if _CUT.match(text) else Kind.WORDS
        return Token(kind, text, mark)

    def _plain(self, text: str, line: str) -> Token:
        if _CUT.match(text) is not None:
            return Token(Kind.CUT, text)
        for kind, pattern in _FIRST:
            if (found := pattern.match(text)) is not None:
                return _token(kind, text, found)
        if (found := _REQUEST_ALONE.match(text)) is not None and _HEADER.match(self._next().strip()):
            return _token(Kind.REQUEST, text, found)
        if re.fullmatch(_METHOD, text) and (panel := self._panel(text)) is not None:
            return panel
        if (title := title_in(text)) is not None:
            return Token(Kind.TITLE, text, name=title.part, value=title.method)
        if (label := self._label(text)) is not None:
            return label
        if (pair := self._pair(text, line)) is not None:
            return pair
        found = _HEADER.match(text)
        if found is not None and not found["value"].startswith("//") and found["name"].lower() not in _OF_PROGRAMS:
            return _token(Kind.HEADER, text, found)
        return Token(Kind.WORDS, text)

    def _panel(self, method: str) -> Token | None:
        """How Firefox's table begins: a method alone, and below it the URL, or its parts under labels."""
        following = [each.strip() for each in self.lines[self.at : self.at + 3] if each.strip()]
        if not following:
            return None
        if following[0].startswith(("http://", "https://")) and self._next().strip():
            self.at += 1
            return Token(Kind.ASKED, method, name=method, value=following[0].partition(" ")[0])
        return Token(Kind.ASKED, method, name=method) if label_of(following[0]) == "scheme" else None

    def _label(self, text: str) -> Token | None:
        """A label of developer tools with what it tells, which may stand on the next line."""
        label = label_of(text)
        if label is None:
            return None
        is_alone = ":" not in text.replace("\uff1a", ":")
        told = text.replace("\uff1a", ":").partition(":")[2].strip().strip("*`").strip()
        if not told and (not self.is_raw or LABELS[label] == "url"):
            below = next((n for n in range(self.at, min(self.at + 2, len(self.lines))) if self.lines[n].strip()), None)
            if below is None:
                return None
            if label_of(self.lines[below]) is None and title_in(self.lines[below].strip()) is None:
                told, self.at = _without_markdown(self.lines[below].strip()), below + 1
                self.is_table = self.is_table or is_alone
        elif is_alone:
            return None
        return Token(Kind.LABEL, text, name=LABELS[label], value=told)

    def _pair(self, text: str, line: str) -> Token | None:
        """A name alone, its value on the next line, as tables of developer tools are copied."""
        below = self._next()
        value = below.strip()
        if self.is_raw or not value or value.startswith("```") or _MARKED.match(below) or _STATUS.match(value):
            return None
        if title_in(value) is not None or label_of(value) is not None or _REQUEST.match(value):
            return None
        if text.endswith(":"):
            next_header = _HEADER.match(value)
            is_pair = _HEADER.fullmatch(text) is not None and (
                next_header is None or next_header["value"].startswith("//")
            )
        elif below.startswith("\t") and not line.startswith("\t"):
            is_pair = ":" not in text[1:] and _HEADER.fullmatch(f"{text}:") is not None
        else:
            is_pair = self.is_table and _NAME_ALONE.fullmatch(text) is not None
        if not is_pair:
            return None
        self.at += 1
        return Token(Kind.HEADER, text, name=text.rstrip(":") if text.endswith(":") else text, value=value)


_FIRST = (
    (Kind.STATUS, _STATUS),
    (Kind.REQUEST, _REQUEST),
    (Kind.FAILED, _FAILED),
    (Kind.ASKED, _ASKED),
    (Kind.ASKED, _BY_WGET),
    *((Kind.CONSOLE, pattern) for pattern in _CONSOLES),
    (Kind.NOISE, _OF_WGET),
    (Kind.CODE, _CODE),
)


def _token(kind: Kind, text: str, found: re.Match[str]) -> Token:
    told = {name: (value or "").strip() for name, value in found.groupdict().items()}
    return Token(kind, text, name=told.get("name", ""), value=told.get("value", ""), version=told.get("version", ""))


def _begins_a_message(line: str) -> bool:
    return _NOISE.match(line) is not None or _MARKED.match(line) is not None or _STATUS.match(line.strip()) is not None


def _without_markdown(text: str) -> str:
    """A line without the marks of Markdown around it."""
    if text.startswith("`") and text.endswith("`") and len(text) > 1:
        return text.strip("`").strip()
    if (found := _MARKDOWN.match(text)) is not None:
        # The bold of a label may end before its value: **Host**: api.example, **Host:** api.example.
        return _BOLD_LABEL.sub(r"\1:", found[1]).strip()
    return text


def _unlisted(text: str) -> str:
    """A line that is an item of a list rather than curl's: it begins with a label, or with a header of CORS."""
    rest = text.removeprefix("* ").strip()
    is_item = label_of(rest) is not None or rest.lower().startswith(("access-control-", "**", "`"))
    return rest if text.startswith("* ") and is_item and ":" in rest else text
