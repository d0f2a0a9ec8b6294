"""Commands among the lines of a transcript: behind whatever a shell, a reply or a list writes before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .. import curl, httpie, powershell, wget
from ..reading import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..as_sent import Sent

_TOOL = lazy_pattern(
    r"(?<![\w.:@/-])(?:[\w.-]*/[\w./-]*)?(?:(?:[Cc]url|CURL|wget)(?:\.exe)?|https?|xhs?|(?i:Invoke-WebRequest|Invoke-RestMethod|iwr|irm))"
    r"[ \t]+(?=[^\s=:])"
)
_BEFORE = (
    lazy_pattern(  # a prompt, with what stands before it; a pipe; an item of a list; other commands and variables
        r"(?:.*[$#%>\u276f\u279c\u03bb\u00bb\u203a\u2717\u25b6|])?\s*(?:\d{1,3}[.)]|[-*\u2022])?\s*"
        r"(?:(?:sudo|time|winpty|then|do|\w+=\S*)\s+)*\(?\s*"
    ),
    lazy_pattern(r".{0,200}\u279c.{0,80}|.{0,60}[\w)\]] ?~ ?"),  # a prompt of zsh
    lazy_pattern(r".*\b(?:kubectl|oc|docker(?:[- ]compose)?|podman|nerdctl|ssh)\s.{1,300}"),  # on another machine
    lazy_pattern(r"[\w ]{1,40}:"),
)
_IN_WORDS = lazy_pattern(r"`((?:curl|wget|https?|xhs?|Invoke-WebRequest|iwr) [^`\n]{4,2000})`")
_LONGEST_PROMPT = 300  # characters
_MOST_LINES = 200  # that a quote of a command goes on through
_GOES_ON = lazy_pattern(r"\s*--?[A-Za-z][\w-]*(?:[ =]['\"]?\S|$)")
_IS_NO_HOST = lazy_pattern(r"https?://(?!localhost)[^./:\[\]]*:?/?")
"""What a word of a sentence comes to as a URL: a name with neither a dot, a port nor a path."""
FILTER = lazy_pattern(r"\|\s*(?:grep|egrep|head|tail|awk|sed|cut|findstr|rg|Select-String|sls)\b(.*)", re.IGNORECASE)


def command_in(line: str) -> str | None:
    """The command of a line, from its tool on; None where a line has none."""
    for found in _TOOL.finditer(line[:_LONGEST_PROMPT]):
        before = line[: found.start()].strip()
        if any(each.fullmatch(f"{before} ") or each.fullmatch(before) for each in _BEFORE):
            return line[found.start() :]
    in_words = _IN_WORDS.search(line)
    return None if in_words is None else in_words[1]


def with_what_goes_on(
    command: str, lines: list[str], at: int, begins_a_message: Callable[[str], bool]
) -> tuple[str, int]:
    """A command with the lines that belong to it, and where the others begin."""
    whole, opened, last = [command], command.count("@{") - command.count("}"), min(at + _MOST_LINES, len(lines))
    while at < last and (whole[-1].rstrip().endswith(("\\", "^", "`")) or opened > 0 or _goes_on(lines[at])):
        whole.append(lines[at])
        opened += lines[at].count("@{") - lines[at].count("}")
        at += 1
    command = "\n".join(whole)
    for quote in ("'", '"'):
        if command.count(quote) % 2:
            for end in range(at, min(at + _MOST_LINES, len(lines))):
                if begins_a_message(lines[end]):
                    break
                if lines[end].count(quote) % 2:
                    return "\n".join([command, *lines[at : end + 1]]), end + 1
    return command, at


def _goes_on(line: str) -> bool:
    return _GOES_ON.match(line) is not None and not line.lstrip().startswith("---")


def sent_by(command: str) -> tuple[Sent, list[str]] | None:
    """What a command sends, and what of it means nothing to a browser; None where it is a sentence that begins like
    one. A quote of it may have been cut off with a secret."""
    for closing in ("", "'", '"'):
        try:
            sent, passed_over = _read(command + closing)
        except UnreadableSource:
            continue
        is_told = "://" in command or "${" in sent.url or _IS_NO_HOST.fullmatch(sent.url) is None
        return (sent, passed_over) if is_told else None
    return None


def _read(command: str) -> tuple[Sent, list[str]]:
    tool = tool_of(command)
    if tool == "curl" and re.search(r"(?i)\s-(?:Uri|Method|Headers)\s", command) is None:
        return curl.sent_by_curl(command)
    if tool == "wget":
        return wget.sent_by_wget(command)
    if tool in ("http", "https", "xh", "xhs"):
        return httpie.sent_by_httpie(command)
    if tool == "curl":  # PowerShell's own name for Invoke-WebRequest
        command = f"Invoke-WebRequest {command.split(maxsplit=1)[1]}"
    return powershell.sent_by_powershell(command)[0], []


def tool_of(command: str) -> str:
    """The name of a command's program."""
    return command.split(maxsplit=1)[0].rpartition("/")[2].removesuffix(".exe").lower()


def hides_headers(command: str) -> bool:
    """Report whether what comes is filtered behind the command, so that headers are not printed which came."""
    found = FILTER.search(command)
    return found is not None and not any(word in found[1].lower() for word in ("access", "control", "allow"))
