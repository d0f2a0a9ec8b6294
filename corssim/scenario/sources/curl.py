"""A curl command: as developer tools copy it for bash and cmd, and as people write it. https://curl.se/docs/manpage.html"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from ...url import parse_url
from ..model import BodyTable
from .as_sent import NOT_TOLD, Sent, call_of
from .curl_globs import MOST, expanded
from .curl_options import SHORT, SHORT_WITH_VALUE, TAKE_A_VALUE, WHY_PASSED_OVER
from .curl_variables import set_variable, with_variables
from .reading import NotKnown, Reading, UnreadableSource, define_flag
from .shell_words import PROMPT, command_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..model import Body

COMMAND = lazy_pattern(
    rf"\s*{PROMPT}?(?:sudo\s+|time\s+)?curl(?:\.exe)?\s",
    re.IGNORECASE,
)


@dataclass
class _Command:
    """The options that make the request."""

    urls: list[str] = field(default_factory=list)
    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    user: str = ""
    challenge: str = ""
    data: list[str] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    get: bool = False
    head: bool = False
    upload: str = ""
    scheme: str = "http"
    glob: bool = True
    removed: set[str] = field(default_factory=set)
    passed_over: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.removed or any(key.lower() == name for key, _ in self.headers)


def read_curl(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The calls that a curl command stands for, the first one foremost. Raises `UnreadableSource`."""
    unknown: list[str] = []
    readings: list[Reading] = []
    for command in _read(text, define, unknown):
        urls, more = _urls(command)
        readings += [_reading(command, _sent(command, url), unknown) for url in urls]
        if more:
            readings[-1] = replace(readings[-1], passed_over=(*readings[-1].passed_over, more))
    return replace(readings[0], further=tuple(readings[1:]))


def _reading(command: _Command, sent: Sent, unknown: list[str]) -> Reading:
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
    return _sent(command, _urls(command)[0][0]), command.passed_over


def _urls(command: _Command) -> tuple[list[str], str]:
    """The URLs of a command without --next, and what is said of those past the most that are read."""
    if not command.urls:
        raise UnreadableSource("no URL is in this command; paste all of it, as in: curl https://api.example/items")
    urls = [each for url in filter(None, command.urls) for each in (expanded(url) if command.glob else [url])]
    return urls[:MOST], f"{len(urls) - MOST} more URLs of the same command" if len(urls) > MOST else ""


def _read(text: str, define: Mapping[str, str] | None, unknown: list[str]) -> list[_Command]:
    """The commands that --next parts."""
    found = COMMAND.match(text)
    start = found.end() if found is not None else 0
    words = command_words(text[start:], define or {}, unknown)
    commands: list[_Command] = []
    variables: dict[str, str] = {}
    for is_next, group in groupby(words, lambda word: word in ("--next", "-:")):
        if not is_next:
            commands.append(_parsed(list(group), variables, define or {}, unknown))
    if not commands:
        commands.append(_Command())
    return commands[:MOST]


def _parsed(words: list[str], variables: dict[str, str], define: Mapping[str, str], unknown: list[str]) -> _Command:
    command = _Command()
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
        for name, value in _options(word):
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
                _take(command, name, value or "", word)
    return command


def _options(word: str) -> list[tuple[str, str | None]]:
    """The options of one word: `--long`, `--long=value` (curl 8.16), or short ones run together, the last of which may
    hold its value."""
    if word.startswith("--"):
        name, equals, value = word[2:].partition("=")
        return [(_whole(name), value if equals else None)]
    options: list[tuple[str, str | None]] = []
    for number, letter in enumerate(word[1:], start=2):
        name = SHORT.get(letter, letter)
        if letter in SHORT_WITH_VALUE:
            options.append((name, word[number:] or None))
            break
        options.append((name, None))
    return options


def _whole(name: str) -> str:
    """A long option's name: curl takes what only one begins with, as --upload for --upload-file."""
    known = _TAKEN.keys() | TAKE_A_VALUE | WHY_PASSED_OVER.keys() | set(SHORT.values())
    if name in known or name == "crlf" or len(name) < 4:
        return name
    found = [each for each in known if each.startswith(name)]
    return found[0] if len(found) == 1 else name


def _take(command: _Command, name: str, value: str, word: str) -> None:
    take = _TAKEN.get(name)
    if take is not None:
        take(command, value)
        return
    why = WHY_PASSED_OVER.get(name)
    if name == "insecure" and command.urls and command.urls[0].startswith("http:"):
        why = "there is no certificate with http"
    shown = word if word.startswith("--") or len(word) <= 2 else f"-{name}" if len(name) == 1 else f"--{name}"
    command.passed_over.append(f"{shown}: {why}" if why else shown)


def _header(command: _Command, value: str) -> None:
    name, colon, rest = value.partition(":")
    if colon and rest.strip():
        command.headers.append((name.strip(), rest.strip()))
    elif colon:
        command.removed.add(name.strip().lower())
    elif value.endswith(";"):
        command.headers.append((value[:-1].strip(), ""))
    elif value.startswith("@"):
        command.passed_over.append(f"-H {value} (a file of headers: put them into the command)")
    else:
        command.passed_over.append(f"-H {value!r} (no header: it has no colon)")


def _data(command: _Command, value: str) -> None:
    if value.startswith("@"):
        command.passed_over.append(f"the content of {value[1:]} (a file is not read)")
        value = ""
    command.data.append(value)


def _urlencoded(command: _Command, value: str) -> None:
    command.data.append(_of_urlencoded(command, value))


def _of_urlencoded(command: _Command, value: str) -> str:
    name, equals, content = value.partition("=")
    if not equals:
        name, at, _ = value.partition("@")
        content = "" if at else value
        name = name if at else ""
        if at:
            command.passed_over.append(f"the content of {value.partition('@')[2]} (a file is not read)")
    return (f"{name}=" if name else "") + _percent_encoded(content)


def _percent_encoded(text: str) -> str:
    """As curl 7.88 writes it: + for a space, hexadecimal digits in lower case."""
    encoded = []
    for byte in text.encode("utf-8", "replace"):
        character = chr(byte)
        if character.isascii() and (character.isalnum() or character in "-._~"):
            encoded.append(character)
        else:
            encoded.append("+" if character == " " else f"%{byte:02x}")
    return "".join(encoded)


def _form(command: _Command, value: str) -> None:
    name, _, content = value.partition("=")
    if content.startswith(("@", "<")):
        content = f"(the file {content[1:].partition(';')[0]})"
    elif content.startswith('"') and (end := content.find('"', 1)) > 0:
        content = content[1:end]
    else:
        content = re.sub(r";(type|filename)=[^;]*$", "", content)
    command.fields.append((name, content))


def _json(command: _Command, value: str) -> None:
    _data(command, value)
    for name, of_json in (("Content-Type", "application/json"), ("Accept", "application/json")):
        if not command.has(name.lower()):
            command.headers.append((name, of_json))


def _user(command: _Command, value: str) -> None:
    command.user = value


def _challenge(name: str) -> Callable[[_Command, str], None]:
    def take(command: _Command, value: str) -> None:
        command.challenge = name
        command.passed_over.append(f"--{name}: no header of script; a browser asks its user when the server does")

    return take


def _signed(command: _Command, value: str) -> None:
    command.challenge = "aws-sigv4"
    command.headers += [("Authorization", f"AWS4-HMAC-SHA256 {NOT_TOLD}"), ("X-Amz-Date", NOT_TOLD)]
    command.passed_over.append("the signature that --aws-sigv4 makes (its headers are sent: Authorization, X-Amz-Date)")


def _range(command: _Command, value: str) -> None:
    command.headers.append(("Range", f"bytes={value}" if "-" in value else f"bytes={value}-"))


def _cookie(command: _Command, value: str) -> None:
    if "=" in value:
        command.headers.append(("Cookie", value))
    else:
        command.passed_over.append(f"-b {value} (a file of cookies is not read; --cookie gives one)")


def _set(name: str) -> Callable[[_Command, str], None]:
    return lambda command, value: setattr(command, name, value if name == "method" else True)


def _since(command: _Command, value: str) -> None:
    name = "If-Unmodified-Since" if value.startswith("-") else "If-Modified-Since"
    command.headers.append((name, value.lstrip("-=")))


def _upload(command: _Command, value: str) -> None:
    command.upload = value
    _data(command, f"@{value}")


_TAKEN: dict[str, Callable[[_Command, str], None]] = {
    "url": lambda command, value: command.urls.append(value),
    "url-query": lambda command, value: command.queries.append(
        value[1:] if value.startswith("+") else _of_urlencoded(command, value)
    ),
    "continue-at": lambda command, value: _range(command, f"{value}-") if value.isdecimal() else None,
    "request": _set("method"),
    "header": _header,
    "data": _data,
    "data-ascii": _data,
    "data-binary": _data,
    "data-raw": lambda command, value: command.data.append(value),
    "data-urlencode": _urlencoded,
    "json": _json,
    "time-cond": _since,
    "proto-default": lambda command, value: setattr(command, "scheme", value),
    "globoff": lambda command, value: setattr(command, "glob", False),
    "form": _form,
    "form-string": lambda command, value: command.fields.append((value.partition("=")[0], value.partition("=")[2])),
    "get": _set("get"),
    "head": _set("head"),
    "upload-file": _upload,
    "user": _user,
    "oauth2-bearer": lambda command, value: command.headers.append(("Authorization", f"Bearer {value}")),
    "cookie": _cookie,
    "referer": lambda command, value: command.headers.append(("Referer", value.removesuffix(";auto"))),
    "range": _range,
    "aws-sigv4": _signed,
    "digest": _challenge("digest"),
    "anyauth": _challenge("anyauth"),
    "ntlm": _challenge("ntlm"),
    "negotiate": _challenge("negotiate"),
    "basic": lambda command, value: setattr(command, "challenge", ""),
}


def _sent(command: _Command, url: str) -> Sent:
    data = "&".join(command.data) if command.data else None
    url, userinfo = url_and_user(url, command.scheme)
    headers = list(command.headers)
    if command.fields and data is not None:
        raise UnreadableSource("curl sends -d or -F (--form), not both, and this command has both; leave one out")
    user = "" if command.challenge else command.user or userinfo
    if user and not command.has("authorization"):  # -H before -u before the URL's
        headers.append(("Authorization", f"Basic {base64.b64encode(user.encode()).decode()}"))
    body: Body | None = None
    queries = list(command.queries)
    method = "GET"
    if command.fields:
        method, body = "POST", BodyTable(form_data=command.fields)
        headers = [pair for pair in headers if not _is_multipart(pair)]
    elif command.get:
        method = "PUT" if command.upload else "GET"
        queries += [data] if data else []
    elif data is not None:
        method, body = "PUT" if command.upload else "POST", data
        if not command.has("content-type") and not command.upload:
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    if command.head:
        method = "HEAD"
    if command.upload and url.count("/") == 2 and "?" not in url:
        url += "/"
    if command.upload and url.endswith("/"):
        url += command.upload.rpartition("/")[2] if command.upload != "-" else ""
    if queries:
        url = url.partition("#")[0]
        url += ("" if url.endswith(("?", "&")) else "&" if "?" in url else "?") + "&".join(queries)
    return Sent(method=command.method or method, url=url, headers=headers, body=body)


def _is_multipart(pair: tuple[str, str]) -> bool:
    return pair[0].lower() == "content-type" and pair[1].lower().startswith("multipart/form-data")


def url_and_user(text: str, scheme: str = "http") -> tuple[str, str]:
    """The URL as curl takes it, with `scheme` where none is given, and what stands before @."""
    if "://" not in text and not text.startswith("${"):
        text = f"{scheme}://{text}"
    url = parse_url(text)
    if url is None and "${" not in text:
        raise UnreadableSource(
            f"{text!r:.200} in the command is not a URL; write it out, like https://api.example/items"
        )
    if url is not None and url.includes_credentials:
        _, _, rest = text.partition("://")
        userinfo, _, after = rest.partition("@")
        return f"{url.scheme}://{after}", userinfo
    return text, ""
