"""What stands around a command: the path of its tool, a shell that is given it, a program's string, comments."""

from __future__ import annotations

import re

from ...patterns import lazy_pattern

_PATH = lazy_pattern(
    r"^([ \t]*(?:[$#%>][ \t]+)?(?:\w+=\"?\$\([ \t]*)?(?:(?:sudo|time|exec|&)[ \t]+)?)"
    r"(?:[A-Za-z]:|~|\$\{[\w.]+\}|\$\w+)?[/\\]?(?:[\w.+-]{1,60}[/\\]){1,12}(?=(?:curl|wget)(?:\.exe)?[ \t])",
    re.MULTILINE,
)
"""Before the name of a tool: /usr/bin/, ${pkgs.curl}/bin/, C:\\Windows\\System32\\."""
_TO_A_SHELL = lazy_pattern(r"(?:^|(?<=[\s/;&|]))(?:ba|z|a|da|k)?sh[ \t]+-[a-z]*c[ \t]+(?=['\"])", re.MULTILINE)
_CALLS_A_TOOL = lazy_pattern(r"(?:^|[\s;&|(/])(?:curl|wget|https?)\s")
_FILLED_OUTSIDE = lazy_pattern(r"'([^'\"\n]*(?<!\\)\$[^'\"\n]*)'")
"""Single quotes inside of double ones keep nothing from the shell outside."""
_ESCAPED = lazy_pattern(r"\\([\"\\$`])")
_STRING = lazy_pattern(
    r"^[ \t]*(?:(?:const|let|var|export)[ \t]+)*[\w.]{1,60}[ \t]*=[ \t]*[rfRF]?(\"\"\"|'''|`)\s*(?=(?:curl|wget)\s)"
    r"((?:(?!\1)[^\0]){1,20000})\1",
    re.MULTILINE,
)
_MARKED_AS_CODE = lazy_pattern(r"^[ \t]*`((?:curl|wget|https?)[ \t][^`\n]*)`[ \t]*$", re.MULTILINE)
"""A command on a line of its own, as Markdown marks it."""
_COMMENTED = lazy_pattern(
    r"^[ \t]*#[ \t]*(?:curl|wget)\b[^\n]*\\[ \t]*(?:\n[ \t]*#[^\n]*\\[ \t]*)*\n[ \t]*#[^\n]*", re.MULTILINE
)
_ITS_MARK = lazy_pattern(r"(?<=\n)[ \t]*#")
_EXPLAINED = lazy_pattern(r"\\[ \t]+#(?:[ \t][^\n]*)?$", re.MULTILINE)
_ALSO_EXPLAINED = lazy_pattern(r"(?<=\S)[ \t]{2,}#[ \t][^\n\\]*\n(?=[ \t]+[^\s#])")
_MOST = 50


def unwrapped(text: str) -> str:
    """The text with its commands alone. Its own quotes, options and line breaks stay as they are."""
    strings = [found[2].strip() for found in _STRING.finditer(text)]
    if strings:
        text = "\n".join(strings)
    text = _MARKED_AS_CODE.sub(r"\1", text)
    text = _COMMENTED.sub(lambda found: _ITS_MARK.sub("", found[0]), text, _MOST)
    if _EXPLAINED.search(text) is not None:
        text = _ALSO_EXPLAINED.sub(r" \\\n", _EXPLAINED.sub(r"\\", text)).rstrip().removesuffix("\\")
    return _PATH.sub(r"\1", _out_of_shells(text))


def _out_of_shells(text: str) -> str:
    """`docker exec web sh -c "curl …"`: the command that the shell is given, in the place of the line."""
    at = 0
    for _ in range(_MOST):
        found = _TO_A_SHELL.search(text, at)
        if found is None:
            break
        at = found.end()
        end = _end_of_quote(text, at)
        if end is None or _CALLS_A_TOOL.search(given := text[at + 1 : end]) is None:
            continue
        if text[at] == '"':
            given = _ESCAPED.sub(r"\1", _FILLED_OUTSIDE.sub(r'"\1"', given))
        elif text[end : end + 1] == "'":
            given = given.replace("'\\''", "'")
        start = text.rfind("\n", 0, found.start()) + 1
        given = given.strip()
        text = f"{text[:start]}{given}{text[end + 1 :]}"
        at = start + len(given)
    return text


def _end_of_quote(text: str, at: int) -> int | None:
    """Where the quote that begins there ends, None where it does not."""
    quote = text[at]
    at += 1
    while at < len(text):
        if quote == '"' and text[at] == "\\":
            at += 1
        elif quote == "'" and text.startswith("'\\''", at):
            at += 3
        elif text[at] == quote:
            return at
        at += 1
    return None
