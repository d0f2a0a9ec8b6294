"""A curl command: as developer tools copy it for bash and cmd, and as people write it. https://curl.se/docs/manpage.html"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from ...url import parse_url
from .as_sent import Sent, call_of
from .curl_command import Command, options_of, take
from .curl_globs import MOST, expanded
from .curl_options import TAKE_A_VALUE
from .curl_request import sent_by
from .curl_variables import set_variable, with_variables
from .reading import NotKnown, Reading, UnreadableSource, define_flag
from .shell_words import PROMPT, PROSE, Line, command_line

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = lazy_pattern(
    rf"\s*{PROMPT}?(?:sudo\s+|time\s+)?{PROSE}curl(?:\.exe)?\s",
    re.IGNORECASE,
)


def read_curl(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The calls that a curl command stands for, the first one foremost. Raises `UnreadableSource`."""
    unknown: list[str] = []
    readings: list[Reading] = []
    for command in _read(text, define, unknown):
        try:
            urls, more = _urls(command)
            readings.extend(_reading(command, sent_by(command, url), unknown) for url in urls)
        except UnreadableSource as error:
            if not readings:
                raise
            more = f"what the same command asks for then: {error}"
        if more:
            readings[-1] = replace(readings[-1], passed_over=(*readings[-1].passed_over, more))
    return replace(readings[0], further=tuple(readings[1:]))


def _reading(command: Command, sent: Sent, unknown: list[str]) -> Reading:
    reading = call_of(sent, "curl")
    passed_over = [*command.passed_over, *reading.passed_over]
    if sent.body is not None and sent.method in ("GET", "HEAD"):
        passed_over.append(f"the body (fetch() takes none with {sent.method})")
    host, url = sent.get("host"), parse_url(sent.url)
    if host and url is not None and host.partition(":")[0].lower() != url.host:
        passed_over.append(
            f"Host: {host} (a browser sends the URL's own; if it asks for {host}, put that into the URL)"
        )
    not_known = [
        NotKnown(name, "url" if f"${{{name}}}" in sent.url else "a value", define_flag(name))
        for name in dict.fromkeys(unknown)
    ]
    return replace(reading, passed_over=tuple(passed_over), not_known=tuple(not_known))


def sent_by_curl(text: str) -> tuple[Sent, list[str]]:
    """What a curl command sends at first, and what of it means nothing to a browser. Raises `UnreadableSource`."""
    command = _read(text, None, [])[0]
    return sent_by(command, _urls(command)[0][0]), command.passed_over


def _urls(command: Command) -> tuple[list[str], str]:
    """The URLs of a command without --next, and what is said of those past the most that are read."""
    if not command.urls:
        raise UnreadableSource("no URL is in this command; paste all of it, as in: curl https://api.example/items")
    urls = [each for url in filter(None, command.urls) for each in (expanded(url) if command.glob else [url])]
    return urls[:MOST], f"{len(urls) - MOST} more URLs of the same command" if len(urls) > MOST else ""


def _read(text: str, define: Mapping[str, str] | None, unknown: list[str]) -> list[Command]:
    """The commands that --next parts."""
    found = COMMAND.match(text)
    start = found.end() if found is not None else 0
    line = command_line(text[start:], define or {}, unknown)
    commands: list[Command] = []
    variables: dict[str, str] = {}
    for is_next, group in groupby(line.words, lambda word: word in ("--next", "-:")):
        if not is_next:
            commands.append(_parsed(line._replace(words=list(group)), variables, define or {}, unknown))
    if not commands:
        commands.append(Command())
    return commands[:MOST]


def _parsed(line: Line, variables: dict[str, str], define: Mapping[str, str], unknown: list[str]) -> Command:
    command, words = Command(line=line), line.words
    at = 0
    only_urls = False
    while at < len(words):
        word = words[at]
        at += 1
        if only_urls or not word.startswith("-") or word == "-":
            command.urls.append(word)
            continue
        if word == "--":
            only_urls = True
            continue
        for name, value in options_of(word):
            is_expanded, name = name.startswith("expand-"), name.removeprefix("expand-")
            if value is None and name in TAKE_A_VALUE:
                if at >= len(words):
                    raise UnreadableSource(f"the command breaks off after {word}: it needs a value; paste all of it")
                value = words[at]
                at += 1
            value = with_variables(value or "", variables, unknown) if is_expanded else value
            if name == "variable":
                set_variable(variables, value or "", define)
            else:
                take(command, name, value or "", word)
    return command
