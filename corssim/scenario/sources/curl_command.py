"""The options of a curl command, each as curl takes it. https://curl.se/docs/manpage.html"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from .as_sent import NOT_TOLD
from .curl_options import SHORT, SHORT_WITH_VALUE, TAKE_A_VALUE, WHY_PASSED_OVER
from .shell_words import Line

if TYPE_CHECKING:
    from collections.abc import Callable

_QUOTED = lazy_pattern(r'"((?:\\[^\0]|[^"\\])*)"')
_ESCAPED = lazy_pattern(r'\\(["\\])')


@dataclass
class Command:
    """The options that make the request."""

    urls: list[str] = field(default_factory=list)
    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    user: str = ""
    challenge: str = ""
    data: str | None = None
    fields: list[tuple[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    get: bool = False
    head: bool = False
    upload: str = ""
    uploaded: str = ""
    is_json: bool = False
    range: str = ""
    since: str = ""
    referer: str = ""
    bearer: str = ""
    cookies: list[str] = field(default_factory=list)
    line: Line = field(default_factory=lambda: Line([]))
    scheme: str = "http"
    glob: bool = True
    removed: set[str] = field(default_factory=set)
    passed_over: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.removed or any(key.lower() == name for key, _ in self.headers)


def options_of(word: str) -> list[tuple[str, str | None]]:
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


def take(command: Command, name: str, value: str, word: str) -> None:
    taken = _TAKEN.get(name)
    if taken is not None:
        taken(command, value)
        return
    why = WHY_PASSED_OVER.get(name)
    if name == "insecure" and command.urls and command.urls[0].startswith("http:"):
        why = "there is no certificate with http"
    shown = word if word.startswith("--") or len(word) <= 2 else f"-{name}" if len(name) == 1 else f"--{name}"
    command.passed_over.append(f"{shown}: {why}" if why else shown)


def _header(command: Command, value: str) -> None:
    name, colon, rest = value.partition(":")
    if value.startswith("@"):
        for line in filter(None, _content(command, value[1:]).splitlines()):
            _header(command, line)
    elif colon and rest.strip():
        command.headers.append((name.strip(), rest.strip()))
    elif colon:
        command.removed.add(name.strip().lower())
    elif value.endswith(";"):
        command.headers.append((value[:-1].strip(), ""))
    else:
        command.passed_over.append(f"-H {value!r} (no header: it has no colon)")


def _content(command: Command, file: str) -> str:
    """What the command is fed where it reads `-`; a file is not read, and that is said."""
    if file in ("-", "."):
        if command.line.fed is not None:
            return command.line.fed
        file = command.line.file or "standard input"
    command.passed_over.append(f"the content of {file} (a file is not read)")
    return ""


def _data(command: Command, value: str) -> None:
    """As one reads a file without its line breaks, and the text of the command as it is."""
    _add(command, _content(command, value[1:]).translate({10: None, 13: None, 0: None}) if value[:1] == "@" else value)


def _data_binary(command: Command, value: str) -> None:
    _add(command, _content(command, value[1:]) if value.startswith("@") else value)


def _add(command: Command, value: str, separator: str = "&") -> None:
    command.data = value if command.data is None else f"{command.data}{separator}{value}"


def _of_urlencoded(command: Command, value: str) -> str:
    name, equals, content = value.partition("=")
    if not equals:
        name, at, file = value.partition("@")
        content = _content(command, file) if at else value
        name = name if at else ""
    return (f"{name}=" if name else "") + _percent_encoded(content)


def _percent_encoded(text: str) -> str:
    """As curl 7.88 writes it: + for a space."""
    encoded = []
    for byte in text.encode("utf-8", "replace"):
        character = chr(byte)
        if character.isascii() and (character.isalnum() or character in "-._~"):
            encoded.append(character)
        else:
            encoded.append("+" if character == " " else f"%{byte:02X}")
    return "".join(encoded)


def _form(command: Command, value: str) -> None:
    """name=content;type=…;filename=…, where the content may stand in quotes, with \\ before a quote in it."""
    name, _, content = value.partition("=")
    if content.startswith(("@", "<")):
        file = content[1:].partition(";")[0]
        content = command.line.fed if file == "-" and command.line.fed is not None else f"(the file {file})"
    elif (quoted := _QUOTED.match(content)) is not None:
        content = _ESCAPED.sub(r"\1", quoted[1])
    else:
        content = content.partition(";")[0]
    command.fields.append((name, content))


def _json(command: Command, value: str) -> None:
    _add(command, _content(command, value[1:]) if value.startswith("@") else value, "")
    command.is_json = True


def _user(command: Command, value: str) -> None:
    command.user = value


def _challenge(name: str) -> Callable[[Command, str], None]:
    def take(command: Command, value: str) -> None:
        command.challenge = name
        command.passed_over.append(f"--{name}: no header of script; a browser asks its user when the server does")

    return take


def _signed(command: Command, value: str) -> None:
    command.challenge = "aws-sigv4"
    command.headers += [("Authorization", f"AWS4-HMAC-SHA256 {NOT_TOLD}"), ("X-Amz-Date", NOT_TOLD)]
    command.passed_over.append("the signature that --aws-sigv4 makes (its headers are sent: Authorization, X-Amz-Date)")


def _range(command: Command, value: str) -> None:
    command.range = value if "-" in value else f"{value}-"


def _cookie(command: Command, value: str) -> None:
    if "=" in value:
        command.cookies.append(value)
    else:
        command.passed_over.append(f"-b {value} (a file of cookies is not read; --cookie gives one)")


def _set(name: str) -> Callable[[Command, str], None]:
    """An option that counts as it was given last."""
    return lambda command, value: setattr(command, name, value)


def _switch(name: str) -> Callable[[Command, str], None]:
    return lambda command, value: setattr(command, name, True)


def _upload(command: Command, value: str) -> None:
    command.upload = value
    command.uploaded = _content(command, value)


_TAKEN: dict[str, Callable[[Command, str], None]] = {
    "url": lambda command, value: command.urls.append(value),
    "url-query": lambda command, value: command.queries.append(
        value[1:] if value.startswith("+") else _of_urlencoded(command, value)
    ),
    "continue-at": lambda command, value: _range(command, f"{value}-") if value.isdecimal() else None,
    "request": _set("method"),
    "header": _header,
    "data": _data,
    "data-ascii": _data,
    "data-binary": _data_binary,
    "data-raw": _add,
    "data-urlencode": lambda command, value: _add(command, _of_urlencoded(command, value)),
    "json": _json,
    "time-cond": _set("since"),
    "proto-default": lambda command, value: setattr(command, "scheme", value),
    "globoff": lambda command, value: setattr(command, "glob", False),
    "form": _form,
    "form-string": lambda command, value: command.fields.append((value.partition("=")[0], value.partition("=")[2])),
    "get": _switch("get"),
    "head": _switch("head"),
    "upload-file": _upload,
    "user": _user,
    "oauth2-bearer": _set("bearer"),
    "cookie": _cookie,
    "referer": _set("referer"),
    "range": _range,
    "aws-sigv4": _signed,
    "digest": _challenge("digest"),
    "anyauth": _challenge("anyauth"),
    "ntlm": _challenge("ntlm"),
    "negotiate": _challenge("negotiate"),
    "basic": lambda command, value: setattr(command, "challenge", ""),
}
