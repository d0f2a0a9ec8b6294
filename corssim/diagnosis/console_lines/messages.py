"""Finding messages in a text: whole sentences of the table, whatever stands around them.

A paste is untrusted: no expression takes longer than its length allows, and what is tried anew is counted.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from corssim.console.template import straightened
from corssim.diagnosis.console_lines import table

from ...patterns import lazy_pattern
from ...records import field, record, replace

if TYPE_CHECKING:
    from corssim.diagnosis.console_lines.table import Wording
    from corssim.fetch.reasons import Stage

LONGEST: Final = 16 * 1024
"""Characters that one message may have."""

_MOST_FRAMES = 4
_MOST_TAILS = 6
_BETWEEN = lazy_pattern(r"[\s.,:;\"'`)\]»\-–]{0,4}")
_WEBKIT_BEFORE = lazy_pattern(r"(?:CONSOLE [A-Z]{2,10} [A-Z]{3,7}|\[(?:Error|Warning)\]) ?$")
_GOES_ON = lazy_pattern(
    # What a console, or whoever pastes, puts behind a message is no part of its sentence.
    r"(?!\s*(?:$|\n|[\"'`)\]}>|*,;…\\-]|\[?(?:Learn More|Más|Mehr|En savoir|Więcej)|\d+$|\(anonymous\)|\(?[^\s()]+:\d+|"
    r"\([^()\n]{1,200}, line \d+\)|https?://\S+\s*(?:$|\n)|Understand this|at \S|[\w$.]+ @|\d{3} \())"
    r"\s*\w"
)
_TELLS_MORE = lazy_pattern(r"[:：] ?(?!net::|https?:|\S+:\d)[^\W\d_]")
_SHORT = 40  # characters of fixed text, below which a sentence has to stand by itself
_BEFORE_SHORT = lazy_pattern(
    r"(?:^|\n|[:>»(|\[\"'`*✖×⚠]|\[(?:Error|Warning)\]|(?:ERROR|WARN|LOG)|\d)\s*$|CONSOLE [A-Z]+ [A-Z]+ $"
)
_CUT_OFF = 8  # characters of a sentence that are enough to know how it went on, where only one can
_STRAIGHT = str.maketrans({'"': "'", "`": "'"})
_NO_QUOTES = str.maketrans("", "", "'\"`")
_ENDS = ("{status}", "{status_code}", "{hint}", "{of_xhr}", "{fallback}")
_FIELD = lazy_pattern(r"\{\w+\}")
_PART = lazy_pattern(r"([^{]*)(\{\w+\}|$)")


@record()
class Message:
    """A message that was found: where, of what browser, what its fields hold. Without `row` its reason is unknown."""

    start: int
    end: int
    browser: str = ""
    row: Wording | None = None
    stage: Stage | None = None
    api: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    is_framed: bool = False
    is_cut: bool = False

    def take(self, row: Wording, match: re.Match[str]) -> None:
        self.end = match.end()
        self.browser = row.browser or self.browser
        self.api = row.template.api or self.api
        if row.staged:
            self.stage = row.template.stage
        self.fields |= {name: value for name, value in match.groupdict().items() if value}


class Grammar:
    """The rows by their first words."""

    def __init__(self, rows: tuple[Wording, ...]) -> None:
        self._by_token: dict[str, dict[str, list[Wording]]] = {}
        self._whys: list[Wording] = []
        seen: dict[tuple[str, str, str], Wording] = {}
        for row in sorted(rows, key=lambda row: not row.staged):  # of two alike, the one that tells more
            known = seen.setdefault((row.part, row.browser, row.template.text), row)
            if known is not row:
                continue
            self._by_token.setdefault(row.token, {}).setdefault(row.part, []).append(row)
            if row.part == "why":
                self._whys.append(row)
        longest_first = sorted(self._by_token, key=len, reverse=True)
        # A quote is no word: it begins a message only before one.
        words = "|".join(re.escape(token) + (r"(?=\s?\w)" if token in ('"', "'") else "") for token in longest_first)
        # The underscore that begins Markdown's emphasis is no part of the word, and these letters set no space.
        self.openings = re.compile(rf"(?:(?<!\w)|(?<=[\u3000-\uffff])|(?<=^_)|(?<=\s_))(?:{words})", re.MULTILINE)
        self._token = re.compile(words)

    def message_at(self, text: str, start: int, end: int) -> Message | None:
        """The message that begins here: a complete one before one whose reason is not known."""
        put_together = self._put_together(text, start, end)
        line = self._best("line", text, start, end)
        if line is None:
            return put_together
        message = Message(start, start)
        message.take(*line)
        message.row = line[0]
        self._add_tails(message, text, end)
        whole = put_together if put_together is not None and put_together.row is not None else None
        if whole is not None and (whole.end > message.end or (not message.browser and _is_behind_webkit(text, start))):
            return whole
        return message

    def _put_together(self, text: str, start: int, end: int) -> Message | None:
        message = Message(start, start)
        position = start
        frames = 0
        while frames < _MOST_FRAMES and (frame := self._best("frame", text, position, end)) is not None:
            message.take(*frame)
            frames += 1
            position = _after(text, message.end)
        why = self._best("why", text, position, end, browser=message.browser)
        if why is not None and (frames or not why[0].framed):
            message.row = why[0]
            message.take(*why)
            message.is_framed = frames > 0
            self._add_tails(message, text, end)
            return message
        if not frames or (all(name not in message.fields for name in ("url", "origin")) and not message.browser):
            return None
        self._cut_off(message, text, position, end)
        return message

    def _add_tails(self, message: Message, text: str, end: int) -> None:
        for _ in range(_MOST_TAILS):
            tail = self._best("tail", text, _after(text, message.end), end, browser=message.browser)
            if tail is None:
                return
            before = message.browser
            message.take(*tail)
            message.browser = before or message.browser

    def _best(
        self, part: str, text: str, start: int, end: int, browser: str = ""
    ) -> tuple[Wording, re.Match[str]] | None:
        """The longest row that matches here; of equal ones, the first of the browser that spoke so far."""
        token = self._token.match(text, start, end)
        if token is None:
            return None
        matches = [
            (row, match)
            for row in self._by_token[token[0]].get(part, ())
            if (not browser or row.browser in ("", browser)) and (match := row.pattern.match(text, start, end))
        ]
        if len(matches) < 2:
            return matches[0] if matches else None
        is_webkit = _is_behind_webkit(text, start)
        return max(
            matches, key=lambda found: (found[1].end(), found[0].staged, is_webkit and found[0].browser == "webkit")
        )

    def _cut_off(self, message: Message, text: str, position: int, end: int) -> None:
        """What a message whose end is missing would have said, where that is certain."""
        rest = _rest_of_line(text, position, end)
        if len(rest) < _CUT_OFF:
            return
        unquoted = rest.translate(_NO_QUOTES)
        fitting = [
            row
            for row in self._whys
            if (not message.browser or row.browser in ("", message.browser))
            and (_cut_at(row.template.text, rest) or _cut_at(row.template.text.translate(_NO_QUOTES), unquoted))
        ]
        meanings = {(row.template.reason, row.template.topic, row.browser) for row in fitting}
        if len(meanings) == 1:
            message.row, message.is_cut = fitting[0], True
            message.browser = fitting[0].browser
            message.end = min(end, position + len(rest))

    def cut_line(self, text: str, start: int, end: int) -> Message | None:
        """A whole line whose end is missing, where enough of it is there to know its meaning."""
        token = self._token.match(text, start, end)
        rest = _rest_of_line(text, start, end)
        if token is None or len(rest) < _SHORT or not token[0][0].isalnum():
            return None
        cuts = {row: _cut_at(row.template.text, rest) for row in self._by_token[token[0]].get("line", ())}
        fitting = {row: at for row, at in cuts.items() if at and len(_FIELD.sub("", row.template.text[:at])) > _SHORT}
        meanings = {(row.template.reason, row.template.topic, row.browser) for row in fitting}
        if len(meanings) != 1:
            return None
        row, at = next(iter(fitting.items()))
        match = replace(row.template, text=row.template.text[:at]).compile({}).match(text, start, end)
        if match is None:
            return None
        message = Message(start, start, row=row, is_cut=True)
        message.take(row, match)
        message.end = start + len(rest)
        return message


def _is_behind_webkit(text: str, start: int) -> bool:
    """Report whether what Safari, or WebKit's tools, put before a line stands before this one."""
    return _WEBKIT_BEFORE.search(text, max(0, start - 40), start) is not None


def _after(text: str, position: int) -> int:
    """Where the next part begins."""
    match = _BETWEEN.match(text, position)
    return match.end() if match is not None else position


def _rest_of_line(text: str, start: int, end: int) -> str:
    line_end = text.find("\n", start, end)
    return text[start : end if line_end < 0 else line_end].rstrip(" .…").translate(_STRAIGHT)


def _cut_at(sentence: str, rest: str) -> int:
    """How much of a sentence of the table a cut-off text has, in whole parts; 0 where it says something else."""
    position = done = 0
    for fixed, field_name in _PART.findall(sentence):
        plain = straightened(fixed).translate(_STRAIGHT)
        if done and plain:
            position = rest.find(plain[:_CUT_OFF], position)
            if position < 0:
                return done  # cut off inside the field
        piece = rest[position : position + len(plain)]
        if not plain.startswith(piece):
            return 0
        if len(piece) < len(plain):
            return done or len(piece)
        position += len(plain)
        done += len(fixed) + len(field_name)
    return 0


@cache
def english() -> Grammar:
    """The rows in English."""
    return Grammar(table.english())


@cache
def all_languages() -> Grammar:
    """All rows."""
    return Grammar((*table.english(), *table.other_languages()))


def stands_alone(message: Message, text: str) -> bool:
    """Report whether the sentence ends where its row says that it does, and begins there if it is a short one.

    A sentence that is the beginning of another one, with another meaning, says nothing if it goes on.
    """
    row = message.row
    if row is None or message.is_cut:
        return True
    fixed = _FIELD.sub("", row.template.text)
    is_short = len(fixed) < _SHORT and not message.is_framed and ":" not in fixed and "：" not in fixed
    if is_short:
        before = text[max(0, message.start - 40) : message.start]
        if before and _BEFORE_SHORT.search(before) is None:
            return False
    if is_short and _TELLS_MORE.match(text, message.end) is not None:
        return False
    if is_short or _ends_open(row) or _is_beginning(row):
        return _GOES_ON.match(text, message.end) is None
    return True


def _ends_open(row: Wording) -> bool:
    """Report whether nothing in the sentence itself says that it is over."""
    text = row.template.text.rstrip()
    return text.endswith("}") and not text.endswith(_ENDS)


@cache
def _is_beginning(row: Wording) -> bool:
    """Report whether a sentence with another meaning begins with this one."""
    text = straightened(row.template.text).rstrip(" .")
    meaning = row.template.reason, row.template.topic
    return any(
        straightened(other.template.text).startswith(text)
        for other in table.english()
        if (other.template.reason, other.template.topic) != meaning
    )
