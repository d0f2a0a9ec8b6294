"""The commands of a shell's text that make requests: one after the other, behind assignments, comments and wrappers."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from ...patterns import lazy_pattern
from .reading import UnreadableSource
from .shell_words import PROMPT, PROSE, command_line, command_words, is_of_cmd

_TOOL = lazy_pattern(rf"{PROSE}(?:curl|wget|https?|xhs?)(?:\.exe)?(?=\s)", re.IGNORECASE)
_PROMPT = lazy_pattern(PROMPT)
_ASSIGNMENT = lazy_pattern(r"(?:export\s+|set\s+)?([A-Za-z_]\w*)=(\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|]*)(?=[\s;&|]|$)\s*")
_WRAPPER = lazy_pattern(
    r"(?:docker|podman|kubectl|oc|ssh|sudo|time|watch|while|until|for|do|then|if|elif|test|nohup|exec|xargs|!|\[\[?|[({])(?=\s|$)"
)
_PRINTS = lazy_pattern(r"(?P<tool>echo|printf|cat)\s+(?P<options>-[neE]+\s+)?")
_COMMENT = lazy_pattern(r"(?<=['\"\w])\s+#\s[^\n'\"]*$")
_LINE_BREAKS = lazy_pattern(r"\n\s*")
_CAPTURED = lazy_pattern(r"(?:local\s+|export\s+)?[A-Za-z_]\w*=\"?(?:\$\(|`)\s*(?=(?:curl|https?|wget)\s)")
"""A variable that gets what a command prints."""
_KEPT = lazy_pattern(r"(?:local\s+|export\s+)?[A-Za-z_]\w*=\"?\$\(\s*(?=(?:echo|printf)\s)")
_CAPTURED_END = lazy_pattern(r"[)`]\"?\s*$")
_LINES = lazy_pattern(r"[^\n]+")
_FIRST = lazy_pattern(
    rf"[ \t]*['\"`]?{PROMPT}?(?:(?:if|elif|while|until)[ \t]+(?:![ \t]+)?)?"
    r"(?:(?:local\s+)?\w+=\"?\$\(\s*)?(?:(?:sudo(?:\s+-u\s+\w+)?|time)\s+)?"
    rf"{PROSE}(?:curl(?:\.exe)?|wget|https?)\s+[-\^'\"$\w:]"
)
_LEAD = lazy_pattern(
    r"^[ \t]*(?:(?:[-*+•]|\d{1,2}[.)])[ \t]+|\[[^\]\n]{1,40}\][ \t]*(?:[\w .-]{1,30}:[ \t]*)?"
    r"|[A-Za-z][\w .-]{0,30}:[ \t]+|[A-Za-z]{2,12}[ \t]+|\$)"
    r"(?=['\"`]?(?:curl(?:\.exe)?|wget)[ \t]+(?:-|\^?['\"]|\$|https?:))",
    re.MULTILINE,
)
"""What stands on a command's line before it: a list's mark, a chat's time and name, a label, a word of prose."""
_ASSIGNED_LINE = lazy_pattern(
    r"^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|\"'#()]*)(?=[ \t]*(?:#[^\n]*)?$)",
    re.MULTILINE,
)
_BLANK = lazy_pattern(r"[ \t\n]*")
_CURL = lazy_pattern(r"curl(?:\.exe)?\s")
_CALLED_IN = lazy_pattern(r"(?:^|[\s'\"(])(curl(?:\.exe)?\s)")
_CONTINUED = lazy_pattern(r"[\\`][ \t]*$")
_DOUBLED = lazy_pattern(r"\\\\(?=[ \t]*\r?\n[ \t]*-)")
"""A backslash that was escaped on its way, before a line that goes on with an option."""
_HERE_DOCUMENT = lazy_pattern(
    r"(?<!<)<<(?P<dash>-?)[ \t]*(?P<quote>['\"\\]?)(?P<tag>\w+)(?:(?P=quote)|(?<=\w))(?=[\s|;&)]|$)"
)
_SPECIAL = lazy_pattern(r"([\\\"`]|\$)(?:(?<=\$)\{([^{}]*)\})?")
_KEPT_BACKSLASH = lazy_pattern(r"\\(?![$`\\\n])")
_MOST = 100


class Command(NamedTuple):
    """A command from its tool's name on, with what is piped into it as `<<<` or `<`. `variables` are those that stand
    before it."""

    tool: str
    text: str
    variables: dict[str, str]


def commands_of(text: str) -> list[Command]:
    """The commands of a text that begins like a shell's, [] for another."""
    text = text.replace("\r\n", "\n")
    pieces = [("", piece) for piece in _pieces_of_cmd(text)] if is_of_cmd(text) else _pieces(text)
    commands: list[Command] = []
    variables: dict[str, str] = {}
    printed = ""
    for separator, piece in pieces[: _MOST * 4]:
        command, own, is_shell = _command(piece)
        if not is_shell and not commands:
            return []
        for name, given in own.items():
            variables[name] = _assigned(given, variables)
        if command is None:
            printed = _printed(piece, variables)
            continue
        tool = command.split(None, 1)[0]
        fed = printed if separator == "|" else ""
        text = f"{tool} {fed}{command[len(tool) :]}" if fed else command
        commands.append(Command(tool.lower().removesuffix(".exe"), text, dict(variables)))
        printed = ""
    return commands[:_MOST]


def at_first_command(text: str) -> tuple[str, str]:
    """The lines of prose before the first line that is a request's command, and the rest, "" where no line is one.
    A quote around the whole is none of it, nor is a list's mark, a chat's time or a label before it."""
    text = _LEAD.sub("", text)
    found = next((line for line in _LINES.finditer(text) if _FIRST.match(line[0]) is not None), None)
    if found is None:
        return text, ""
    before, rest = text[: found.start()], text[found.start() :].lstrip()
    assigned = [line[0] for line in _ASSIGNED_LINE.finditer(text, 0, found.start())]
    if assigned:
        return before, "\n".join([*assigned, rest])
    if rest[:1] in "'\"`" and rest.rstrip()[-1:] == rest[:1]:
        rest = rest[1:].rstrip()[:-1]
    return before, rest


_FUNCTION = lazy_pattern(
    r"^[ \t]*(?:function[ \t]+)?([A-Za-z_][\w-]*)[ \t]*\(\)[ \t]*\n?[ \t]*\{"
    r"([^{}]*?\bcurl\s(?:[^{}]|\$\{\w+\})*?)\n?[ \t;]*\}[ \t;]*$",
    re.MULTILINE,
)
_ARGUMENTS = lazy_pattern(r"\"\$(?:@|\*|\{@\})\"|\$(?:@|\*)")
_POSITION = lazy_pattern(r"\$(?:([1-9])|\{([1-9])\})")
_MOST_CALLS = 20


def with_functions(text: str) -> str:
    """With the bodies of a shell's functions in the place of their calls: `api() { curl -H … "$@"; }`, `api URL`."""
    functions = {found[1]: found[2].strip() for found in islice(_FUNCTION.finditer(text), _MOST_CALLS)}
    if not functions:
        return text
    rest = _FUNCTION.sub("", text)
    names = "|".join(map(re.escape, functions))
    call = re.compile(rf"^(?P<before>[ \t]*(?:[$#%>][ \t]+)?)(?P<name>{names})(?P<given>[ \t][^\n]*)?$", re.MULTILINE)
    called, calls = call.subn(
        lambda found: found["before"] + _inlined(functions[found["name"]], found["given"]), rest, _MOST_CALLS
    )
    return called if calls else text


def _inlined(body: str, given: str | None) -> str:
    """A function's body with what it is given. Its own positional parameters are filled in too."""
    given = (given or "").strip()
    text = _ARGUMENTS.sub(lambda _: given, body)
    try:
        words = command_words(given, {}, [])
    except UnreadableSource:
        words = []
    words += [""] * 9
    return _POSITION.sub(lambda found: words[int(found[1] or found[2]) - 1], text)


def straightened(text: str) -> str:
    """With one mark where a line goes on, its input in place, and straight quotes if a word processor bent all."""
    text = _DOUBLED.sub(r"\\", text)
    text = _with_here_documents(text)
    if "'" in text or '"' in text:
        return text
    return text.translate({0x201C: '"', 0x201D: '"', 0x2018: "'", 0x2019: "'"})


def _with_here_documents(text: str) -> str:
    """Each here document as the here string `<<<` that feeds the same, on the line that asks for it.

    https://www.gnu.org/software/bash/manual/html_node/Redirections.html#Here-Documents
    """
    if "<<" not in text:
        return text
    lines = text.split("\n")
    ends: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        ends.setdefault(line.strip(), []).append(number)
    whole: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        found = _HERE_DOCUMENT.search(line)
        end = None if found is None else next((number for number in ends.get(found["tag"], ()) if number >= at), None)
        if found is not None and end is not None:
            body = [each.lstrip("\t") if found["dash"] else each for each in lines[at:end]]
            line = f"{line[: found.start()]}<<< {_quoted(chr(10).join(body), found['quote'])}{line[found.end() :]}"
            at = end + 1
        whole.append(line)
    return "\n".join(whole)


def _quoted(body: str, quote: str) -> str:
    """A here document's body as a word: as it is where its tag is quoted, else with its variables filled in."""
    if quote:
        body = body.replace("'", "'\\''")
        return f"'{body}'"
    body = _KEPT_BACKSLASH.sub(r"\\\\", body).replace('"', '\\"')
    return f'"{body}"'


def _command(piece: str) -> tuple[str | None, dict[str, str], bool]:
    """The command in a piece (None: none that makes a request), its variables, and whether it is a shell's at all."""
    text = _without_comments(piece)
    if not text:
        return None, {}, True
    if (prompt := _PROMPT.match(text)) is not None and not _TOOL.match(text):
        text = text[prompt.end() :].lstrip()
    if (captured := _CAPTURED.match(text)) is not None:
        closed = _called(text, captured.end())
        text = closed if len(closed) < len(text) - captured.end() else _CAPTURED_END.sub("", closed)
    if (kept := _KEPT.match(text)) is not None:
        text = text[kept.end() :]  # what is printed goes into the next command of the same brackets
    variables: dict[str, str] = {}
    at = 0
    while (assigned := _ASSIGNMENT.match(text, at)) is not None:
        variables[assigned[1]] = assigned[2]
        at = assigned.end()
    text = text[at:]
    if _TOOL.match(text):
        return text, variables, True
    is_printed = _PRINTS.match(text) is not None
    if _WRAPPER.match(text) or (is_printed and "$(" in text):
        called = _CALLED_IN.search(text)
        return (None if called is None else _called(text, called.start(1))), variables, True
    return None, variables, not text or is_printed


def _assigned(given: str, variables: dict[str, str]) -> str:
    """What a variable gets, with others in it filled in; those that nobody sets stay as ${NAME}."""
    if given[:1] == "'":
        return given[1:-1]
    text = given[1:-1] if given[:1] == '"' else given
    try:
        return " ".join(command_words(f'"{text}"', variables, []))
    except UnreadableSource:
        return text


def _called(text: str, start: int) -> str:
    """The command that begins there, up to the bracket that closes it if it stands in $(…)."""
    if not text[:start].rstrip().endswith("$("):
        return text[start:]
    quote, depth, at = "", 1, start
    while at < len(text):
        character = text[at]
        if character == "\\" and quote != "'":
            at += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
            if not depth:
                return text[start:at]
        at += 1
    return text[start:]


def _without_comments(piece: str) -> str:
    lines = [line for line in piece.split("\n") if not re.match(r"\s*#(?!\s*curl\b)", line)]
    text = "\n".join(lines).strip()
    # One that nothing but itself is behind: it begins in what the last line break and the last quote leave.
    since = max(text.rfind(each) for each in "\n'\"") - 1
    comment = _COMMENT.search(text, len(text[: max(0, since)].rstrip()))
    return text if comment is None else text[: comment.start()]


def _printed(piece: str, variables: dict[str, str]) -> str:
    """What echo, printf or cat hand to the command behind |, as the redirection that does the same; "" for another."""
    text = piece.strip()
    text = text[kept.end() :] if (kept := _KEPT.match(text)) is not None else text
    found = _PRINTS.match(text)
    if found is None:
        return ""
    unknown: list[str] = []
    try:
        line = command_line(text[found.end() :], variables, unknown)
    except UnreadableSource:
        return ""
    if found["tool"] == "cat" and line.fed is None:
        file = line.file or " ".join(line.words)
        return f"< {_quoted(file, chr(39))}" if file else ""
    fed = " ".join(line.words) if line.fed is None else line.fed.removesuffix("\n")
    fed = _SPECIAL.sub(lambda found: found[0] if found[2] in unknown else "\\" + found[0], fed)
    return f'<<< "{fed}"'


def _pieces_of_cmd(text: str) -> list[str]:
    """The text cut before each curl that begins a line, `&` at the end of the line before or not."""
    pieces, start = [], 0
    for breaks in _LINE_BREAKS.finditer(text):
        if _CURL.match(text, breaks.end()) is not None:
            pieces.append(text[start : breaks.start()].rstrip(" \t").removesuffix("&"))
            start = breaks.end()
    return [*pieces, text[start:]]


def _pieces(text: str) -> list[tuple[str, str]]:
    """The text cut at ; && || | and at line breaks before another command, but not inside quotes. Each with what it
    was cut at before."""
    pieces: list[tuple[str, str]] = []
    start = at = 0
    before = quote = ""
    while at < len(text):
        character = text[at]
        if quote:
            at += 1 + (character == "\\" and quote != "'")
            if character == quote[-1]:
                quote = ""
            continue
        if character in "'\"":
            quote = "$'" if character == "'" and text[at - 1 : at] == "$" else character
        elif character == "\\":
            at += 1
        elif (cut := _cut_at(text, at)) is not None:
            pieces.append((before, text[start:at]))
            before, start = cut, at + len(cut)
            at = start
            continue
        elif text.startswith("\n\n", at - 1):  # nor is anything cut at the other line breaks before the same
            at = _end_of(_BLANK, text, at) - 1
        at += 1
    pieces.append((before, text[start:]))
    return pieces


def _cut_at(text: str, at: int) -> str | None:
    character = text[at]
    if character == ";":
        return ";"
    if character in "|&":
        double = character * 2
        if text.startswith(double, at):
            return double
        return "|" if character == "|" else None
    if character == "\n" and not _CONTINUED.search(text[text.rfind("\n", 0, at) + 1 : at]):
        following = _end_of(_BLANK, text, at)
        prompt = _PROMPT.match(text, following)
        bare = following if prompt is None else prompt.end()
        if text.startswith("#", following) or any(
            each.match(text, bare) for each in (_TOOL, _CAPTURED, _ASSIGNMENT, _WRAPPER)
        ):
            return text[at:following]
    return None


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()
