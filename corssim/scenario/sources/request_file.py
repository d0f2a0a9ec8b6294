"""A request as it is written out: raw, or in a .http file of an editor, with its variables.

https://www.jetbrains.com/help/idea/exploring-http-syntax.html, https://github.com/Huachao/vscode-restclient
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from .as_sent import Sent, call_of
from .reading import Guess, NotKnown, Reading, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Mapping

_METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"
REQUEST_LINE = lazy_pattern(
    rf"^[ \t]*(?:> )?(?:(?P<method>{_METHODS})[ \t]+)?"
    r"(?P<target>(?:https?://|\{\{[\w.$ -]+\}\}|/)[^\s'\"()]*)(?:[ \t]+HTTP/\d(?:\.\d)?)?[ \t]*$"
)
_DEFINED = lazy_pattern(r"^[ \t]*@([\w.-]+)[ \t]*=[ \t]*(.*?)[ \t]*$")
_USED = lazy_pattern(r"\{\{[ \t]*([\w.$-]+)[^{}]*\}\}")
_HEADER = lazy_pattern(r"^[ \t]*(?:> )?(?P<name>[!#$%&'*+.^_|~0-9A-Za-z-]+)[ \t]*:[ \t]*(?P<value>.*)$")
_NOT_CONTENT = lazy_pattern(r"^[ \t]*(?:#|//|@)")


def is_request_file(text: str) -> bool:
    """Report whether the first line that says something is a request line with a method."""
    for line in text.splitlines()[:200]:
        if not line.strip() or _NOT_CONTENT.match(line):
            continue
        found = REQUEST_LINE.match(line)
        return found is not None and found["method"] is not None
    return False


def read_request_file(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The requests of a text, the first one foremost. Raises `UnreadableSource`."""
    variables: dict[str, str] = {}
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
        if may_begin and found is not None and found["method"] is not None and "://" in line + "{{://":
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
    guessed: list[Guess] = []
    if url.startswith("/"):
        url = _with_host(url, headers, guessed)
    sent = Sent(method=(first["method"] or "GET"), url=url, headers=headers, body=filled(body) or None)
    reading = call_of(sent, "request")
    not_known = tuple(
        NotKnown(name, "url" if f"${{{name}}}" in url else "a value", f"--define {name}=…")
        for name in dict.fromkeys(unknown)
    )
    return replace(reading, guessed=(*guessed, *reading.guessed), not_known=not_known)


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
