"""The words of a command line as bash, cmd and the C runtime under cmd take it apart.

shlex knows neither $'…' nor variables, and nothing of cmd. Nothing is expanded but what is defined.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ...patterns import lazy_pattern
from .curl_options import SHORT_WITH_VALUE, TAKE_A_VALUE
from .reading import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Mapping

PROMPT = (
    r"(?:[$#%>❯➜]\s+(?:[~/][\w./~-]*\s+)?|PS [^>\n]*>\s*|[A-Za-z]:\\[^>\n]*>\s*|"
    r"\[[\w.@~:/ -]{1,80}\] ?[$#%]\s+|[\w.@~:/-]+(?: [\w.~/-]+)? ?[$#%]\s+)"
)
"""What a shell prints before a command, as a pattern: bash, zsh, fish, PowerShell, cmd."""
PROSE = r"(?!curl[ \t]+[A-Za-z ]{1,40}:[ \t]*(?:\n|\Z))"
"""No command is what words and a colon at the end of the line follow, as a pattern: `Curl commands:`."""
_GOES_ON = lazy_pattern(r"-(?=[\w-])|['\"$]|https?://")
"""How a line begins that belongs to the command before it, though nothing at that one's end says so."""
_SPACE = " \t\r\n"
_SIMPLE_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_CODED_ESCAPES = (
    (re.compile(r"x([0-9A-Fa-f]{1,2})"), 16),
    (re.compile(r"u([0-9A-Fa-f]{1,4})"), 16),
    (re.compile(r"U([0-9A-Fa-f]{1,8})"), 16),
    (re.compile(r"([0-7]{1,3})"), 8),
)
_VARIABLE = lazy_pattern(r"\$(?:\{(\w+)(?::?[-=]([^{}'\"$]*))?\}|([A-Za-z_]\w*)|\(([^()]*)\))|`([^`\n]{1,500})`")
_NAMED = lazy_pattern(r"\$\{([^{}]{1,200})\}")
_WHOLE_VARIABLE = lazy_pattern(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})(?=[\s;|&]|\Z)")
_GOES_ON_IN_BASH = lazy_pattern(r"(?<!\\)\\\n[ \t]*(?:-|['\"$]|https?:)")
_GOES_ON_IN_CMD = lazy_pattern(r"\n[ \t]*(?:-|\^|\"|https?://)")
_ENDS_A_COMMAND = frozenset("|;&")
_ENDS_A_WORD = frozenset(" \t\r\n|;<>")
_REDIRECTION = lazy_pattern(r"(?:<<<|<>|<&|<|>>|>&|>\||&>>|&>|>)[ \t]*")
"""https://www.gnu.org/software/bash/manual/html_node/Redirections.html; here documents are in place before."""
_PLACEHOLDER = lazy_pattern(r"<[A-Za-z][\w.-]*(?:[ :][\w.-]+){0,4}>")
"""<your token>: what the reader of some manual is to put in, and no two redirections."""
_CARETS = lazy_pattern(r'(?:^|\s)\^"|\^\\\^"|\^[ \t]*$(?=\r?\n)', re.MULTILINE)
_BEGINS_IN_CMD = lazy_pattern(r'(?:\A\s*|\bcurl(?:\.exe)?[ \t]+)\^"')
_DOUBLED_BY_CHROME = lazy_pattern(r'((?:\^\\)+)(\^")?')
"""Chrome doubles each backslash; the runtime takes two for one before a quote alone, and the browser had sent one."""
_CARETS_IN_QUOTES = lazy_pattern(r"\"[^\"\n]*?(?:\^\\\^\"|\^%\^|\^&)")
_CARET_BEFORE_QUOTE = lazy_pattern(r'(?:^|\s)\^"')
_ESCAPED_BY_CHROME = frozenset('&%\\{}[]<>|@!#$^"')
_DOUBLED_QUOTES = lazy_pattern(r'""\w|\w""')
_SINGLE_QUOTED = lazy_pattern(r"(?:^|\s)\$?'")


def is_of_cmd(text: str) -> bool:
    """Report whether a command was written for cmd: by its carets, or by quotes doubled inside quotes."""
    if _BEGINS_IN_CMD.search(text):
        return True
    if _SINGLE_QUOTED.search(text) or _GOES_ON_IN_BASH.search(text):
        return False
    if _CARETS.search(text) is not None or len(_DOUBLED_QUOTES.findall(text)) > 1:
        return True
    return _has_carets_in_quotes(text)


def _has_carets_in_quotes(text: str) -> bool:
    """Report whether this is how Chrome copied for cmd up to version 99: with carets inside plain quotes, where cmd
    leaves them in. What the browser had sent is without them."""
    return _CARETS_IN_QUOTES.search(text) is not None and _CARET_BEFORE_QUOTE.search(text) is None


class Line(NamedTuple):
    """The words of a command, and what is fed to it: a text (`<<<`, here documents), or the name of a file."""

    words: list[str]
    fed: str | None = None
    file: str = ""


def command_line(text: str, define: Mapping[str, str], unknown: list[str]) -> Line:
    """The first command in the text; `unknown` gets the names of variables that nobody defined.

    Raises `UnreadableSource` where a quote is not closed.
    """
    if is_of_cmd(text):
        return Line(_words_of_c_runtime(_without_carets(text)))
    bash = _Bash(text, define, unknown)
    return Line(bash.words(), bash.fed, bash.file)


def command_words(text: str, define: Mapping[str, str], unknown: list[str]) -> list[str]:
    """The words of the first command in the text, as `command_line` has them."""
    return command_line(text, define, unknown).words


def _waits_for_a_value(word: str) -> bool:
    """Report whether a command was broken between one of curl's options and what it takes."""
    if word.startswith("--"):
        return word[2:] in TAKE_A_VALUE
    return len(word) == 2 and word[0] == "-" and word[1] in SHORT_WITH_VALUE


class _Bash:
    """https://www.gnu.org/software/bash/manual/html_node/Quoting.html"""

    def __init__(self, text: str, define: Mapping[str, str], unknown: list[str]) -> None:
        self._text = text
        self._at = 0
        self._define = define
        self._unknown = unknown
        self.fed: str | None = None
        self.file = ""

    def words(self) -> list[str]:
        words: list[str] = []
        while True:
            self._skip_space()
            if self._redirection():
                continue
            if self._at >= len(self._text) or self._text[self._at] in _ENDS_A_COMMAND or self._is_prose(words):
                return words
            whole = _WHOLE_VARIABLE.match(self._text, self._at)
            if whole is not None and (name := whole[1] or whole[2]) in self._define:
                words += self._filled(name).split()  # what no quotes hold together comes apart, and may be nothing
                self._at = whole.end()
                continue
            word = self._word()
            if word.isdigit() and self._text[self._at : self._at + 1] in ("<", ">"):
                continue  # 2> or 0<: which of the command's streams goes elsewhere
            words.append(word)

    def _redirection(self) -> bool:
        """Pass over > file and its like, and keep what `<` and `<<<` feed."""
        found = _REDIRECTION.match(self._text, self._at)
        if found is None or _PLACEHOLDER.match(self._text, self._at) is not None:
            return False
        self._at = found.end()
        target = self._word()
        if found[0].startswith("<<<"):
            self.fed, self.file = f"{target}\n", ""
        elif found[0].strip() == "<":
            self.file = target
        return True

    def _is_prose(self, words: list[str]) -> bool:
        """Whether a line that nothing led to begins here, and holds neither an option nor a URL."""
        start = self._text.rfind("\n", 0, self._at)
        if not words or start < 0 or self._text[start + 1 : self._at].strip(" \t"):
            return False
        before = self._text[self._text.rfind("\n", 0, start) + 1 : start].rstrip(" \t\r")
        if before.endswith(("\\", "`", "^")) or _waits_for_a_value(words[-1]):
            return False
        return _GOES_ON.match(self._text, self._at) is None

    def _skip_space(self) -> None:
        """White space; a line that ends with \\ (or, in PowerShell, with `) goes on. A command ends with its line
        where no more options follow it."""
        text = self._text
        while self._at < len(text):
            if text[self._at] in _SPACE:
                self._at += 1
            elif (joined := re.compile(r"[\\`][ \t]*\r?\n").match(text, self._at)) is not None:
                self._at = joined.end()
            else:
                return

    def _word(self) -> str:
        text = self._text
        parts: list[str] = []
        while self._at < len(text):
            character = text[self._at]
            if (placeholder := _PLACEHOLDER.match(text, self._at)) is not None:
                parts.append(placeholder[0])
                self._at = placeholder.end()
                continue
            if character in _ENDS_A_WORD:
                break
            if character == "&" and text[self._at + 1 : self._at + 2] in ("&", "", " ", "\n"):
                break
            if character == "'":
                parts.append(self._until_quote())
            elif character == '"':
                parts.append(self._double_quoted())
            elif text.startswith("$'", self._at):
                parts.append(self._ansi_c())
            elif text.startswith('$"', self._at):
                self._at += 1
                parts.append(self._double_quoted())
            elif character == "$" or self._is_command(character):
                parts.append(self._variable())
            elif character == "\\":
                parts.append("" if text[self._at + 1 : self._at + 2] == "\n" else text[self._at + 1 : self._at + 2])
                self._at += 2
            else:
                parts.append(character)
                self._at += 1
        return "".join(parts)

    def _until_quote(self) -> str:
        start = self._at
        end = self._text.find("'", start + 1)
        if end < 0:
            raise self._not_closed("'", start)
        self._at = end + 1
        return self._text[start + 1 : end]

    def _double_quoted(self) -> str:
        start, text = self._at, self._text
        parts: list[str] = []
        self._at += 1
        while self._at < len(text):
            character = text[self._at]
            if character == '"':
                self._at += 1
                return "".join(parts)
            if character == "\\" and text[self._at + 1 : self._at + 2] in ("$", "`", '"', "\\", "\n"):
                parts.append(text[self._at + 1].replace("\n", ""))
                self._at += 2
            elif character == "$" or self._is_command(character):
                parts.append(self._variable())
            else:
                parts.append(character)
                self._at += 1
        raise self._not_closed('"', start)

    def _is_command(self, character: str) -> bool:
        return character == "`" and _VARIABLE.match(self._text, self._at) is not None

    def _variable(self) -> str:
        """$NAME, ${NAME}, ${NAME:-default}, $(command), `command`: what is defined, or itself as ${NAME}."""
        found = _VARIABLE.match(self._text, self._at)
        if found is None:
            self._at += 1
            return "$"
        self._at = found.end()
        name = found[1] or found[3] or (found[4] if found[5] is None else found[5]).strip()
        if name in self._define:
            return self._filled(name)
        if found[2]:
            return found[2]
        self._unknown.append(name)
        return f"${{{name}}}"

    def _filled(self, name: str) -> str:
        """What a variable holds; others in it that are not known are so here too."""

        def inner(found: re.Match[str]) -> str:
            if found[1] in self._define and found[1] != name:
                return self._define[found[1]]
            self._unknown.append(found[1])
            return found[0]

        return _NAMED.sub(inner, self._define[name])

    def _ansi_c(self) -> str:
        """$'…': https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html"""
        start, text = self._at, self._text
        parts: list[str] = []
        self._at += 2
        while self._at < len(text):
            character = text[self._at]
            self._at += 1
            if character == "'":
                return _joined_surrogates("".join(parts))
            parts.append(self._escape() if character == "\\" else character)
        raise self._not_closed("$'", start)

    def _escape(self) -> str:
        text = self._text
        for pattern, base in _CODED_ESCAPES:
            if (found := pattern.match(text, self._at)) is not None:
                self._at = found.end()
                code = int(found[1], base)
                return chr(code) if code < 0x110000 else "\ufffd"
        character = text[self._at : self._at + 1]
        self._at += 1
        if character in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[character]
        return character if character in ("\\", "'", '"', "?") else f"\\{character}"

    def _not_closed(self, quote: str, start: int) -> UnreadableSource:
        line = self._text.count("\n", 0, start) + 1
        return UnreadableSource(
            f"the command breaks off: the quote {quote} in line {line} is not closed; paste all of it, or give it "
            "with - from standard input"
        )


def _joined_surrogates(text: str) -> str:
    """Two \\u escapes that are the halves of one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _without_carets(text: str) -> str:
    """What cmd gives to the program: ^ escapes outside quotes, and at the end of a line continues it."""
    parts: list[str] = []
    at, in_quotes = 0, False
    text = text.replace("\r\n", "\n").strip()
    text = _DOUBLED_BY_CHROME.sub(lambda found: found[0] if found[2] else found[1][: len(found[1]) // 2], text)
    is_old = _has_carets_in_quotes(text)
    while at < len(text):
        character = text[at]
        if is_old and character == "^" and in_quotes and text[at + 1 : at + 2] in _ESCAPED_BY_CHROME:
            at += 1
            parts.append(text[at])
            at += text.startswith("%^", at)
        elif character == "^" and not in_quotes:
            at += 1
            if text[at : at + 1] == "\n":
                at += 1  # the character after the line break stands for itself, so ^ and two breaks are one break
                if text[at : at + 1] != "\n":
                    parts.append(" ")
                    continue
            parts.append(text[at : at + 1])
        elif character == "\n" and not in_quotes and parts and _GOES_ON_IN_CMD.match(text, at) is None:
            break
        elif (character == "\n" and not in_quotes) or (character == "^" and re.compile(r"\^[ \t]*\n").match(text, at)):
            parts.append(" ")
        else:
            in_quotes ^= character == '"'
            parts.append(character)
        at += 1
    return "".join(parts)


def _words_of_c_runtime(line: str) -> list[str]:
    """https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments"""
    words: list[str] = []
    at = 0
    while True:
        while at < len(line) and line[at] in _SPACE:
            at += 1
        if at >= len(line) or line[at] in ("|", ">"):
            return words
        word, in_quotes = [], False
        while at < len(line) and (in_quotes or line[at] not in _SPACE):
            slashes = 0
            while line[at : at + 1] == "\\":
                slashes, at = slashes + 1, at + 1
            if line[at : at + 1] == '"':
                word.append("\\" * (slashes // 2))
                if slashes % 2:
                    word.append('"')
                elif in_quotes and line[at + 1 : at + 2] == '"':
                    word.append('"')
                    at += 1
                else:
                    in_quotes = not in_quotes
                at += 1
                continue
            word.append("\\" * slashes)
            if at < len(line) and (in_quotes or line[at] not in _SPACE):
                word.append(line[at])
                at += 1
        words.append("".join(word))
