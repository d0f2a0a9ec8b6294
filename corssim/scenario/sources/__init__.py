"""Readers of what people have in hand: commands, calls, transcripts, HAR files. A file a format; nothing is executed.

Each reader gives a `Reading`: a page, a request and answers, the parts of a scenario, and what it had to guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...patterns import between, lazy_pattern
from .reading import Guess, NotKnown, Reading, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .shell_script import Command

__all__ = ["Guess", "NotKnown", "Reading", "UnreadableSource", "is_source", "read_source"]

LONGEST = 2_000_000
"""Characters of a pasted text; a longer one is no command, call or transcript."""

_STATUS_LINE = lazy_pattern(
    r"^(?:[^\S\n]|[<`>*|-]|[0-9a-f]{4}: |RawContent +: )*HTTP/\d(?:\.\d)?\s+\d{3}\b", re.MULTILINE
)
_PASTED_HEADERS = lazy_pattern(
    r"^(?:[ \t\r\f\v\xa0<`>*•-]|\d{1,3}\.[ \t])*(?:Request URL\s*:|Request Method\s*:|Status Code\s*:|"
    r":?Status\s*:\s*\d{3}\b|Access-Control-Allow-[\w-]+\s*[:\u2192])",
    re.MULTILINE | re.IGNORECASE,
)
_BELOW_A_COMMAND = lazy_pattern(
    r"^[ \t]*(?:[$#%] )?curl .*\n(?:[ \t]*\n)?(?:[ \t]*[\w-]+: .*\n){0,9}"
    r"[ \t]*(?:vary|server|date|set-cookie|etag): \S",
    re.MULTILINE | re.IGNORECASE,
)
"""An answer's headers without its status line, as people cut what `curl -i` prints."""
_HINT = lazy_pattern(r"HTTP/\d(?:\.\d)? [1-5]\d\d|Status Code|Access-Control-Allow-", re.IGNORECASE)
"""Without one of these no text shows an answer, however it is dressed."""
_PANEL = lazy_pattern(r"\s*[A-Z]{3,15}[ \t]*\n\s*https?://\S+[ \t]*\n(?=[^\n]*\n?[1-5]\d\d\b|Status\b)")
"""A method, a URL and a status on lines of their own, as Firefox's panel is copied."""
_IS_OF_SCRIPT = lazy_pattern(
    r"\bfetch\(|\baxios\b|XMLHttpRequest|\$\.ajax|=>|\bfunction\b|^(?:GET|POST|PUT|PATCH|DELETE) http", re.MULTILINE
)
_LOG_LINE = lazy_pattern(
    r"\s*(?:[^\s\"(]+ \S+ \S+ \[[^\]\n]+\] \"|INFO:\s+\S+ - \"|\[[^\]\n]+\] \")"
    r"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /"
)
"""Of a server's log, as nginx, Apache, uvicorn and Django begin it."""
_COLLECTION = lazy_pattern(r"\s*(?:\{\s*\"|(?:meta|get|post|put|patch|delete|head|options)[ \t]*\{[ \t]*\n)")
_CONSOLE_LINE = lazy_pattern(
    r"blocked by CORS policy|Cross-Origin Request Blocked|is not allowed by Access-Control-Allow"
)
_SCRIPT = lazy_pattern(r"<script\b[^<>]*>", re.IGNORECASE)
_SCRIPT_END = lazy_pattern(r"</script>", re.IGNORECASE)
_FENCED = lazy_pattern(r"^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```", re.DOTALL | re.MULTILINE)
_FENCED_LINE = lazy_pattern(r"\s*```([^\n`]+)```\s*")
_FENCES = lazy_pattern(r"^[ \t]*```[^\n`]*$", re.MULTILINE)
_OBJECT = lazy_pattern(r"\{\s*(?:['\"\w-]+\s*:|\.\.\.)[^\0]*\}")
_OTHER_PROGRAMS = lazy_pattern(
    r"^[^\S\n]*(?:import|from) (?:requests|httpx|urllib|aiohttp|http\.client)\b|\b(?:requests|httpx)\.\w+\(|"
    r"\bhttp\.NewRequest\(|\bcurl_(?:init|setopt)\w*\(|\bnew HttpClient\(\)|\bHttpClient\.newHttpClient\(|"
    r"\bOkHttpClient\b|\bRestTemplate\b|\bNet::HTTP\b|\breqwest::",
    re.MULTILINE,
)
_MARKUP = lazy_pattern(
    r"\s*<(?:(?:!doctype|html|head|body|!--|img|script|link|video|audio|iframe)\b"
    r"|[a-z][\w-]*\s[^<>]*?\b(?:data-)?hx-(?:get|post|put|patch|delete)=)",
    re.IGNORECASE,
)
_COMMENTED = lazy_pattern(r"\s*(//+|#+|--|;+)(?![\w-])")
_NOT_OF_A_URL = lazy_pattern(r"[\s(){}'\"`<>]")
_URL_WITH_SPACES = lazy_pattern(r"https?://(?!.*(?:://|HTTP/\d|\s--?[a-z]|\s[1-5]\d\d\b))[^(){}'\"`<>]*", re.IGNORECASE)
"""Spaces that slipped in: no call, no command and no status stands beside the URL."""


def is_transcript(text: str) -> bool:
    """Report whether a text has a status line, or headers as developer tools show them."""
    if _STATUS_LINE.search(text) is not None or _PASTED_HEADERS.search(text) is not None or _PANEL.match(text):
        return True
    from .labels import has_labels

    if has_labels(text) or _BELOW_A_COMMAND.search(text) is not None or _LOG_LINE.match(text) is not None:
        return True
    from .transcript.notations import is_written_by_a_program

    if is_written_by_a_program(text):
        return True
    if _HINT.search(text) is None:
        return False
    from .transcript.tokens import shows_an_answer

    return shows_an_answer(text)


def is_source(text: str) -> bool:
    """Report whether a text is more than a URL: something to be read."""
    stripped = text.strip()
    if len(stripped.splitlines()) == 1 and _URL_WITH_SPACES.fullmatch(stripped) is not None:
        return False
    return len(stripped.splitlines()) > 1 or (
        _NOT_OF_A_URL.search(stripped) is not None and re.match(r"[a-z][a-z0-9+.-]*://\S+$", stripped, re.I) is None
    )


def read_source(text: str, define: Mapping[str, str] | None = None, *, name: str = "the text") -> Reading:
    """Read a text, whatever of these it is. `define` gives values of variables, `name` is for messages.

    Raises `UnreadableSource` with one line: what could not be read, where, what to do.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LONGEST:
        raise UnreadableSource(
            f"{name} has {len(text)} characters; give one command, call or exchange (up to {LONGEST})"
        )
    if not text.strip():
        raise UnreadableSource(f"{name} is empty; give a URL, a curl command, a call of script or a transcript")
    if _COLLECTION.match(text) is not None:
        from .collections import as_request_file, is_collection

        if is_collection(text):
            from .request_file import read_request_file

            return read_request_file(as_request_file(text), define)
    if is_transcript(text):
        from .transcript import read_transcript

        return read_transcript(text, define, name=name)
    from . import curl, httpie, powershell
    from .request_file import is_request_file, read_request_file
    from .script_command import COMMAND as SCRIPT_COMMAND, script_in
    from .shell_script import at_first_command, commands_of, straightened, with_functions
    from .shell_wrappers import unwrapped

    text = _without_marks_of_a_comment(text)
    text = _code_of_markdown(text)
    text = with_functions(straightened(unwrapped(text)))
    if SCRIPT_COMMAND.match(text) and (script := script_in(text, define or {})) is not None:
        text = script
    if commands := commands_of(text):
        return _of_commands(commands, define or {})
    before, rest = at_first_command(text)
    if not _IS_OF_SCRIPT.search(before) and (commands := commands_of(rest)):
        return _of_commands(commands, define or {})
    if curl.COMMAND.match(text):
        return curl.read_curl(text, define)
    if powershell.COMMAND.search(text):
        return powershell.read_powershell(text, define)
    if httpie.COMMAND.match(text):
        return httpie.read_httpie(text, define)
    if is_request_file(text):
        return read_request_file(text, define)
    if (program := _OTHER_PROGRAMS.search(text)) is not None:
        raise UnreadableSource(
            f"{name} is a program that no page runs ({program[0].strip()[:30]}), and CORS binds pages in browsers; "
            "paste the page's call, or the request as a curl command"
        )
    if _CONSOLE_LINE.search(text) and not _IS_OF_SCRIPT.search(text):
        raise UnreadableSource(f"{name} is a line of a browser's console; `corssim explain` reads those")
    from .javascript import read_javascript

    scripts = [script for script in between(_SCRIPT, _SCRIPT_END, text) if script.strip()]
    if not scripts and _MARKUP.match(text):
        from .markup import read_markup

        return read_markup(text, name)
    return read_javascript("\n".join(scripts) if scripts else text, define, name=name)


def _code_of_markdown(text: str) -> str:
    """The code alone where a text has Markdown's fences, with or without words around it. A piece that was cut out
    may begin, or break off, in the midst of code."""
    marks = [found[0].strip() for found in _FENCES.finditer(text)]
    if not marks:
        return inline[1] if (inline := _FENCED_LINE.fullmatch(text)) is not None else text
    pieces = _FENCES.split(text)
    begins_in_code = marks[0] == "```" and bool(pieces[0].strip()) and any(each != "```" for each in marks[1::2])
    if begins_in_code:
        return _joined(pieces[::2])
    if marks[0] != "```" and any(each.strip() for each in pieces[1::2]):
        return _joined(pieces[1::2])
    if len(marks) % 2:
        return _FENCES.sub("", text)
    blocks = _FENCED.findall(text)
    return _joined(blocks) if any(each.strip() for each in blocks) else text


def _joined(blocks: list[str]) -> str:
    """The blocks of code one below the other, an object that stands alone among a script's as an expression."""
    if _IS_OF_SCRIPT.search(blocks[0]) is not None:
        blocks = [f";({block.strip()});\n" if _OBJECT.fullmatch(block.strip()) else block for block in blocks]
    return "\n".join(blocks)


def _without_marks_of_a_comment(text: str) -> str:
    """The same where all of it is commented out, by one mark or by several, one before the other; or where each line
    stands in backticks."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(len(line) > 1 and line[0] == line[-1] == "`" for line in lines):
        text = "\n".join(line[1:-1] for line in lines)
    for _ in range(3):
        marks = {found[1] for line in text.splitlines() if line.strip() and (found := _COMMENTED.match(line))}
        is_whole = all(not line.strip() or _COMMENTED.match(line) for line in text.splitlines())
        if len(marks) != 1 or not is_whole:
            return text
        text = "\n".join(_COMMENTED.sub("", line, count=1) for line in text.splitlines())
    return text


def _of_commands(commands: list[Command], define: Mapping[str, str]) -> Reading:
    """The requests of several commands, the first one foremost."""
    from dataclasses import replace

    readings: list[Reading] = []
    unread: list[str] = []
    for number, command in enumerate(commands, start=1):
        try:
            reading = _of_command(command, {**command.variables, **define})
        except UnreadableSource as error:
            if number == len(commands) and not readings:
                raise
            unread.append(f"command {number}: {error}")
            continue
        readings += [replace(reading, further=()), *reading.further]
    first, *further = _without_copied_preflights(readings)
    return replace(first, further=tuple(further), passed_over=(*first.passed_over, *unread))


def _without_copied_preflights(readings: list[Reading]) -> list[Reading]:
    """ "Copy all as cURL" has a request's preflight too, of the same page; a browser makes it by itself."""
    asked = [
        any("access-control-request-method" in each.lower() for each in reading.passed_over) for reading in readings
    ]
    made = [
        (reading.method, reading.url, reading.page)
        for reading, is_asked in zip(readings, asked, strict=True)
        if not is_asked
    ]
    return [
        reading
        for reading, is_asked in zip(readings, asked, strict=True)
        if not is_asked or (reading.method, reading.url, reading.page) not in made
    ]


def _of_command(command: Command, define: Mapping[str, str]) -> Reading:
    from . import curl, httpie, wget

    if command.tool == "curl":
        return curl.read_curl(command.text, define)
    if command.tool == "wget":
        return wget.read_wget(command.text, define)
    return httpie.read_httpie(command.text, define)
