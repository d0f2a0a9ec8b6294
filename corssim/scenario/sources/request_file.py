"""A request as it is written out: raw, or in a .http file of an editor, with its variables.

https://www.jetbrains.com/help/idea/exploring-http-syntax.html, https://github.com/Huachao/vscode-restclient
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from .as_sent import Sent, call_of
from .reading import Guess, NotKnown, Reading, UnreadableSource, define_flag

if TYPE_CHECKING:
    from collections.abc import Mapping

_METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|GRAPHQL"
REQUEST_LINE = lazy_pattern(
    rf"^[ \t]*(?:> )?(?:(?P<method>{_METHODS})[ \t]+)?"
    r"(?P<target>(?:https?://|\{\{[\w.$ -]+\}\}|/)[^\s'\"()]*)(?:[ \t]+HTTP/\d(?:\.\d)?)?[ \t]*$"
)
_DEFINED = lazy_pattern(r"^[ \t]*@([\w.-]+)[ \t]*=[ \t]*(.*?)[ \t]*$")
_USED = lazy_pattern(r"\{\{[ \t]*([\w.$-]+)[^{}]*\}\}")
_HEADER = lazy_pattern(r"^[ \t]*(?:> )?(?P<name>[!#$%&'*+.^_|~0-9A-Za-z-]+)[ \t]*:[ \t]*(?P<value>.*)$")
_NOT_CONTENT = lazy_pattern(r"^[ \t]*(?:#|//|@)")
_BEFORE_THE_REQUEST = lazy_pattern(
    r"^[ \t]*<[ \t]*(?:\{%[^%]*(?:%(?!\})[^%]*)*%\}|[\w./-]+\.m?js[ \t]*$)", re.MULTILINE
)
"""Script that an editor runs first."""
_BODY_OF_A_FILE = lazy_pattern(r"<@?[ \t]*(?!\{)(\S[^\n]*)")


def is_request_file(text: str) -> bool:
    """Report whether the first line that says something is a request line: with a method, or a URL above a header."""
    lines = iter(_BEFORE_THE_REQUEST.sub("", text[:20_000]).splitlines()[:200])
    for line in lines:
        if not line.strip() or _NOT_CONTENT.match(line):
            continue
        found = REQUEST_LINE.match(line)
        if found is None:
            return False
        header = _HEADER.match(next(lines, ""))
        return found["method"] is not None or (header is not None and not header["value"].startswith("//"))
    return False


def read_request_file(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The requests of a text, the first one foremost. Raises `UnreadableSource`."""
    variables: dict[str, str] = {}
    text = _BEFORE_THE_REQUEST.sub("", text)
    for line in text.splitlines():
        if (found := _DEFINED.match(line)) is not None:
            variables[found[1]] = found[2]
    variables |= define or {}
    readings = [_request(block, variables) for block in _blocks(text)]
    if not readings:
        raise UnreadableSource("no request line is in the text; write METHOD URL in its first line")
    return replace(readings[0], further=tuple(readings[1:]))


def _blocks(text: str) -> list[list[str]]:
    """The requests' lines: ### parts them, and so does another request line behind a blank one."""
    blocks: list[list[str]] = []
    may_begin = True
    for line in text.splitlines():
        if line.lstrip().startswith("###"):
            may_begin = True
            continue
        found = REQUEST_LINE.match(line)
        if may_begin and found is not None and (found["method"] is not None or not blocks or line.startswith("http")):
            blocks.append([])
            may_begin = False
        if blocks:
            blocks[-1].append(line)
        may_begin = may_begin or (not line.strip() and not blocks)
    return blocks[:50]


def _request(lines: list[str], variables: Mapping[str, str]) -> Reading:
    unknown: list[str] = []

    def filled(text: str) -> str:
        def value(found: re.Match[str]) -> str:
            if found[1] in variables:
                return variables[found[1]]
            unknown.append(found[1])
            return f"${{{found[1]}}}"

        for _ in range(3):  # variables may hold others
            text = _USED.sub(value, text)
        return text

    first = REQUEST_LINE.match(lines[0])
    assert first is not None
    headers: list[tuple[str, str]] = []
    url = filled(first["target"])
    at = 1
    while at < len(lines) and lines[at].strip():
        line = lines[at]
        at += 1
        if line.strip().startswith(("?", "&")) and not headers:
            url += filled(line.strip())
        elif not _NOT_CONTENT.match(line) and (header := _HEADER.match(line)) is not None:
            headers.append((header["name"], filled(header["value"].strip())))
    body = "\n".join(lines[at + 1 :]).strip()
    body = re.split(r"^[ \t]*(?:> |<> )", body, maxsplit=1, flags=re.MULTILINE)[0].strip()
    passed_over = []
    if (file := _BODY_OF_A_FILE.fullmatch(body)) is not None:
        passed_over.append(f"the content of {file[1]} (a file is not read)")
    method = first["method"] or "GET"
    if method == "GRAPHQL" or any(name.lower() == "x-request-type" for name, _ in headers):
        method = "POST"  # the editor makes JSON of the query
        headers = [pair for pair in headers if pair[0].lower() not in ("x-request-type", "content-type")]
        headers.append(("Content-Type", "application/json"))
    guessed: list[Guess] = []
    if url.startswith("/"):
        url = _with_host(url, headers, guessed)
    sent = Sent(method=method, url=url, headers=headers, body=filled(body) or None)
    reading = call_of(sent, "request")
    not_known = tuple(
        NotKnown(name, "url" if f"${{{name}}}" in url else "a value", define_flag(name))
        for name in dict.fromkeys(unknown)
    )
    said = (*passed_over, *reading.passed_over)
    return replace(reading, guessed=(*guessed, *reading.guessed), not_known=not_known, passed_over=said)


def _with_host(path: str, headers: list[tuple[str, str]], guessed: list[Guess]) -> str:
    host = next((value for name, value in headers if name.lower() in ("host", ":authority")), "")
    if not host:
        raise UnreadableSource(
            "the request line has a path alone, and no Host says of which server; write the whole URL"
        )
    origin = next((value for name, value in headers if name.lower() in ("origin", "referer")), "")
    scheme = "http" if origin.startswith("http:") or host.endswith((":80", ":8080", ":3000")) else "https"
    guessed.append(Guess("url.scheme", scheme, "guess", "a raw request does not tell it; write the whole URL"))
    return f"{scheme}://{host}{path}"
