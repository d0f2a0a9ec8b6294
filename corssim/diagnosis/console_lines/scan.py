"""Going through a text from message to message, each as soon as it is known where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corssim.console.template import printable
from corssim.diagnosis.console_lines import messages
from corssim.diagnosis.console_lines.meaning import reading_of_message, reading_of_network_line
from corssim.diagnosis.console_lines.network_lines import lines, network_line
from corssim.diagnosis.console_lines.unknown import NO_URL

from ...patterns import lazy_pattern
from ...records import NamedTuple

if TYPE_CHECKING:
    from corssim.diagnosis.console_lines.messages import Grammar, Message
    from corssim.diagnosis.console_lines.reading import ConsoleReading

_LONGEST_CUT_LINE = 4096
_MOST_READINGS = 200
_MOST_RETRIES = 300
_MOST_CUTS = 200
_BEFORE = 600  # characters before a fragment in which its URL may stand
_NO_URL: Final = rf"[^\s\"'<>(（{NO_URL}]"
_URL_BEFORE: Final = lazy_pattern(rf"(?P<url>(?:https?|file|wss?)://{_NO_URL}{{1,1024}})(?:(?!://)[^\n]){{0,40}}\n?$")
_SAID_AGAIN: Final = "Failed to load resource: "
_SPACES: Final = lazy_pattern(r"\s+")


class Found(NamedTuple):
    """A reading, whether it says only that something failed, and whether it says again what another line says."""

    reading: ConsoleReading
    is_general: bool
    is_repeated: bool = False

    @property
    def tells_why(self) -> bool:
        return not self.is_general and self.reading.is_known


def scan(text: str, grammar: Grammar) -> tuple[list[Found], list[str]]:
    """What is known in a prepared text, in order, and the lines between."""
    return _Scanner(text, grammar).scan()


class _Scanner:
    def __init__(self, text: str, grammar: Grammar) -> None:
        self._text = text
        self._grammar = grammar
        self._found: list[Found] = []
        self._between: list[str] = []
        self._done = 0
        self._retries = self._cuts = 0
        self._unfinished: tuple[Message, int] | None = None

    def scan(self) -> tuple[list[Found], list[str]]:
        text, requests = self._text, lines()
        position = 0
        request = requests.search(text)
        while len(self._found) < _MOST_READINGS:
            while request is not None and request.start() < position:
                request = requests.search(text, position)
            opening = self._grammar.openings.search(text, position)
            if request is not None and (opening is None or request.start() <= opening.start()):
                found = Found(*reading_of_network_line(network_line(request), printable(request[0])))
                position = self._add(found, *request.span())
            elif opening is not None:
                position = self._read_at(opening.start())
            else:
                break
        self._finish()
        self._between += text[self._done :].split("\n")
        return self._found, [line.strip() for line in self._between]

    def _add(self, found: Found, start: int, end: int) -> int:
        self._finish(start)
        self._found.append(found)
        self._between += self._text[self._done : start].split("\n")
        self._done = max(end, start + 1)
        return self._done

    def _read_at(self, start: int) -> int:
        """Read the message that begins here, if one does; where to go on."""
        text = self._text
        message = self._grammar.message_at(text, start, start + messages.LONGEST)
        end = message.end if message is not None else start
        if message is not None and message.row is not None:
            if not messages.stands_alone(message, text):
                message.row, message.browser = None, ""
        elif (joined := self._cut_by_a_terminal(start)) is not None:
            message, end = joined
        elif self._cuts < _MOST_CUTS:
            cut = self._grammar.cut_line(text, start, start + messages.LONGEST)
            self._cuts += message is None or message.row is None
            message, end = (cut, cut.end) if cut is not None else (message, end)
        if message is None or (message.row is None and not message.browser and not message.fields):
            return start + 1
        if message.row is None:
            return self._leave_unfinished(message, start, end)
        start = self._complete(message, start)
        shown = printable(_SPACES.sub(" ", text[start:end]).strip())
        return self._add(Found(*reading_of_message(message, shown), shown.startswith(_SAID_AGAIN)), start, end)

    def _leave_unfinished(self, message: Message, start: int, end: int) -> int:
        """Keep a message whose reason is not known here: other output may stand in the middle of it."""
        self._finish(start)
        self._unfinished = message, start
        return end

    def _finish(self, before: int | None = None) -> None:
        """Say of an unfinished message that it is not known, and take the rest of its line for a part of it."""
        if self._unfinished is None:
            return
        (message, start), self._unfinished = self._unfinished, None
        end = self._end_of_line(message.end)
        end = end if before is None else min(end, before)
        shown = printable(_SPACES.sub(" ", self._text[start:end]).strip())
        self._add(Found(*reading_of_message(message, shown)), start, end)

    def _complete(self, message: Message, start: int) -> int:
        """Give a why without its beginning what stands before it: that of an unfinished message, or a URL.

        Returns where the whole begins: what stands before such a URL on its line is that beginning, in other words.
        """
        if message.is_framed or message.row is None or message.row.part != "why":
            return start
        if self._unfinished is not None:
            before, _ = self._unfinished
            if start <= self._end_of_line(before.end) and before.browser in ("", message.browser):
                message.fields = before.fields | message.fields
                message.stage, message.api = before.stage or message.stage, before.api or message.api
                self._unfinished = None
                return start
        if "url" not in message.fields:
            found = _URL_BEFORE.search(self._text[max(self._done, start - _BEFORE) : start])
            if found is not None:
                message.fields["url"] = found["url"].rstrip(".,;:")
                url_at = max(self._done, start - _BEFORE) + found.start()
                return max(self._done, self._text.rfind("\n", 0, url_at) + 1)
        return start

    def _cut_by_a_terminal(self, start: int) -> tuple[Message, int] | None:
        """Match with the line ends taken out, as terminals put them inside words too; with the end in the text."""
        text = self._text[start : start + _LONGEST_CUT_LINE]
        if "\n" not in text or self._retries == _MOST_RETRIES:
            return None
        self._retries += 1
        message = self._grammar.message_at(text.replace("\n", ""), 0, _LONGEST_CUT_LINE)
        if message is None or message.row is None or message.is_cut:
            return None
        remaining = message.end
        for index, character in enumerate(text):
            if remaining == 0:
                return message, start + index
            remaining -= character != "\n"
        return message, start + len(text)

    def _end_of_line(self, position: int) -> int:
        """The end of the line on which a message goes on, which may be the next one."""
        ahead = self._text[position : position + 200]
        end = self._text.find("\n", position + len(ahead) - len(ahead.lstrip()))
        return min(len(self._text) if end < 0 else end, position + messages.LONGEST)
