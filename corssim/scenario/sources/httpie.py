"""An HTTPie command (http, https, xh), as HTTPie itself takes it. https://httpie.io/docs/cli"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from ...patterns import lazy_pattern
from ...url import parse_url
from ..model import BodyTable
from .as_sent import NOT_TOLD, Sent, call_of
from .httpie_items import FILE_OF, Items, items_of
from .reading import NotKnown, Reading, UnreadableSource, define_flag
from .shell_words import PROMPT, command_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .shell_words import Line

COMMAND = lazy_pattern(rf"\s*{PROMPT}?(https?|xhs?)\s+(?!.*[({{]\s*$)", re.IGNORECASE)

_PROGRAM = lazy_pattern(rf"\s*{PROMPT}?(https?|xhs?)(?:\.exe)?\s+", re.IGNORECASE)
"""Of a text that is known to be a command: its line may end with a bracket, as no line of script's does."""
_METHOD = lazy_pattern(r"[a-zA-Z]+")
_SCHEME = lazy_pattern(r"[a-z][a-z0-9.+-]*://", re.IGNORECASE)
_ON_LOCALHOST = lazy_pattern(r":(?!:)(\d*)(/?.*)", re.DOTALL)
_TAKE_A_VALUE = frozenset(
    "--boundary --raw --pretty --style --response-charset --response-mime --format-options --print "  # noqa: SIM905
    "--history-print --output --session --session-read-only --auth --auth-type --proxy --max-redirects --max-headers "
    "--timeout --verify --ssl --ciphers --cert --cert-key --cert-key-pass --default-scheme "
    "--bearer --interface --resolve --http-version --unix-socket --generate".split()  # these are of xh
)
_SWITCHES = frozenset(
    "--json --form --multipart --compress --no-unsorted --no-sorted --unsorted --sorted --headers --meta --body "  # noqa: SIM905
    "--verbose --all --stream --download --continue --quiet --ignore-netrc --offline --follow --check-status "
    "--path-as-is --chunked --ignore-stdin --help --manual --version --traceback --debug".split()
)
_SHORT = {
    "j": "json", "f": "form", "x": "compress", "s": "style", "p": "print", "h": "headers", "m": "meta", "b": "body",
    "v": "verbose", "P": "history-print", "S": "stream", "o": "output", "d": "download", "c": "continue", "q": "quiet",
    "a": "auth", "A": "auth-type", "F": "follow", "I": "ignore-stdin",
}  # fmt: skip
_OF_THE_REQUEST = frozenset(
    "--form --json --multipart --auth --auth-type --bearer --raw --default-scheme --ignore-stdin".split()  # noqa: SIM905
)
_KINDS = ("--json", "--form", "--multipart")
"""What the items are sent as: the last one counts."""
_OF_THE_SESSION = "its headers and cookies are kept in a file, which is not read"
_ANOTHER_SERVER = "a browser asks the server that the URL names, which may answer otherwise"
_WHY_PASSED_OVER = {
    "--session": _OF_THE_SESSION,
    "--session-read-only": _OF_THE_SESSION,
    "--cert": "a browser sends a client's certificate with credentials alone, and never with a preflight",
    "--compress": "the body goes out deflated; script that does so sets Content-Encoding, which is preflighted",
    "--resolve": _ANOTHER_SERVER,
    "--unix-socket": _ANOTHER_SERVER,
}
_JSON_ACCEPT = "application/json, */*;q=0.5"
_FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass
class _Command:
    flags: dict[str, str] = field(default_factory=dict)
    positional: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def read_httpie(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The call that an HTTPie command stands for. Raises `UnreadableSource`."""
    unknown: list[str] = []
    sent, passed_over = sent_by_httpie(text, define, unknown)
    reading = call_of(sent, "httpie")
    not_known = tuple(
        NotKnown(name, "url" if f"${{{name}}}" in sent.url else "a value", define_flag(name)) for name in unknown
    )
    return replace(reading, passed_over=(*passed_over, *reading.passed_over), not_known=not_known)


def sent_by_httpie(
    text: str, define: Mapping[str, str] | None = None, unknown: list[str] | None = None
) -> tuple[Sent, list[str]]:
    """What an HTTPie command sends, and what of it means nothing to a browser. Raises `UnreadableSource`."""
    found = _PROGRAM.match(text)
    assert found is not None
    line = command_line(text[found.end() :], define or {}, [] if unknown is None else unknown)
    command = _sorted_out(line.words)
    if found[1].lower() in ("https", "xhs"):
        command.flags["--default-scheme"] = "https"
    method, url, words = _positional(command)
    is_form = "--form" in command.flags or "--multipart" in command.flags
    items = items_of(words, form=is_form, multipart="--multipart" in command.flags)
    command.passed_over += items.passed_over
    raw = command.flags.get("--raw")
    if raw is None and "--ignore-stdin" not in command.flags:
        raw = _fed(line, command)
    if raw is not None and items.has_data:
        raise UnreadableSource("HTTPie sends --raw or what is piped, or name=value, not both; leave one out")
    body, own = _body(command, items, raw)
    headers = _headers(items, own)
    url = _authorized(command, headers, url)
    if items.queries:
        url = url.partition("#")[0]
        url += ("&" if "?" in url else "?") + "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in items.queries)
    method = method or ("POST" if raw is not None or items.has_data else "GET")
    return Sent(method=method.upper(), url=url, headers=headers, body=body), command.passed_over


def _sorted_out(words: list[str]) -> _Command:
    command = _Command()
    rest = iter(words)
    for word in rest:
        if word == "--":
            command.positional += rest
        elif not word.startswith("-") or word == "-":
            command.positional.append(word)
        else:
            for name, value in _options(word):
                if value is None and name in _TAKE_A_VALUE:
                    value = next(rest, "")
                if name in _KINDS:
                    command.flags = {each: given for each, given in command.flags.items() if each not in _KINDS}
                command.flags[name] = value or ""
                if name not in _OF_THE_REQUEST:
                    why = _WHY_PASSED_OVER.get(name)
                    command.passed_over.append(f"{word}: {why}" if why else word)
    return command


def _options(word: str) -> Iterator[tuple[str, str | None]]:
    """The options of one word: --long, --long=value, the beginning of a long one, or short ones run together, the last
    of which may hold its value."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        begun = [each for each in _TAKE_A_VALUE | _SWITCHES if each.startswith(name)]
        name = begun[0] if len(begun) == 1 and name not in _SWITCHES | _TAKE_A_VALUE else name
        yield name, value if equals else None
        return
    for number, letter in enumerate(word[1:], start=2):
        name = f"--{_SHORT[letter]}" if letter in _SHORT else f"-{letter}"
        if name in _TAKE_A_VALUE:
            yield name, word[number:].removeprefix("=") or None
            return
        yield name, None


def _positional(command: _Command) -> tuple[str, str, list[str]]:
    """[METHOD] URL [ITEM …]: the first is a method where it is letters alone and another follows."""
    words = list(command.positional)
    method = words.pop(0) if len(words) > 1 and _METHOD.fullmatch(words[0]) else ""
    if not words or words[0] in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        raise UnreadableSource("no URL is in this command; paste all of it, as in: http https://api.example/items")
    url = words[0].removeprefix("://")
    if _SCHEME.match(url) is None and not url.startswith("${"):
        local = _ON_LOCALHOST.fullmatch(url)
        scheme = command.flags.get("--default-scheme") or "http"
        url = f"{scheme}://" + (url if local is None else f"localhost{':' if local[1] else ''}{local[1]}{local[2]}")
    return method, url, words[1:]


def _fed(line: Line, command: _Command) -> str | None:
    if line.file:
        command.passed_over.append(f"the content of {line.file} (a file is not read)")
        return ""
    return line.fed


def _body(command: _Command, items: Items, raw: str | None) -> tuple[Any, list[tuple[str, str]]]:
    """The body, and the headers that HTTPie sets with it: https://httpie.io/docs/cli/default-request-headers"""
    flags = command.flags
    json_headers = [("Accept", _JSON_ACCEPT), ("Content-Type", "application/json")]
    if "--multipart" in flags or ("--form" in flags and items.files):
        items.headers = [pair for pair in items.headers if pair[0].lower() != "content-type"]
        return BodyTable(form_data=items.fields), []
    if "--form" in flags:
        return (raw if raw is not None else BodyTable(form_urlencoded=items.fields) if items.fields else None), [
            ("Content-Type", _FORM)
        ]
    if items.files:
        if len(items.files) > 1 or items.files[0][0] or items.data is not None:
            raise UnreadableSource("HTTPie sends files with --form alone, or one @file as the whole body")
        file = items.files[0][1]
        command.passed_over.append(f"the content of {file} (a file is not read)")
        return "", [json_headers[0], ("Content-Type", _type_of_file(file) or "application/json")]
    if items.data is not None:
        return json.dumps(items.data), json_headers
    return raw, json_headers if "--json" in flags or raw is not None else []


def _type_of_file(file: str) -> str | None:
    import mimetypes

    return mimetypes.MimeTypes().guess_type(file, strict=False)[0]


def _headers(items: Items, own: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """HTTPie's own where no item sets them or takes them away, and the items', without those taken away later."""
    told = {name.lower() for name, _ in items.headers}
    headers: list[tuple[str, str | None]] = [pair for pair in own if pair[0].lower() not in told]
    for name, value in items.headers:
        if value is None:
            headers = [pair for pair in headers if pair[0].lower() != name.lower()]
        headers.append((name, value))
    return [(name, value) for name, value in headers if value is not None]


def _authorized(command: _Command, headers: list[tuple[str, str]], url: str) -> str:
    """Sets Authorization as --auth, --bearer or the URL tell, and gives the URL without them."""
    flags = command.flags
    kind = (flags.get("--auth-type") or "basic").lower()
    given = flags.get("--auth")
    parsed = parse_url(url)
    if parsed is not None and parsed.includes_credentials:
        scheme, _, rest = url.partition("://")
        userinfo, _, rest = rest.partition("@")
        url = f"{scheme}://{rest}"
        given = given if given is not None or "--auth-type" in flags else userinfo
    if kind not in ("basic", "bearer"):
        command.passed_over.append(
            f"--auth-type {kind}: no header of script; a browser asks its user when the server does"
        )
        return url
    value = ""
    if flags.get("--bearer") or (kind == "bearer" and given):
        value = f"Bearer {flags.get('--bearer') or given}"
    elif given is not None and ":" not in given:
        command.passed_over.append("the password that HTTPie asks for (it goes into Authorization)")
        value = f"Basic {NOT_TOLD}"
    elif given is not None:
        value = f"Basic {base64.b64encode(given.encode()).decode()}"
    if value:
        headers[:] = [pair for pair in headers if pair[0].lower() != "authorization"]
        headers.append(("Authorization", value))
    return url


__all__ = ["COMMAND", "FILE_OF", "read_httpie", "sent_by_httpie"]
