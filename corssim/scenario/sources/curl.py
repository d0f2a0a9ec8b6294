"""A curl command: as developer tools copy it for bash and cmd, and as people write it. https://curl.se/docs/manpage.html"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from ...url import parse_url
from ..model import BodyTable
from .as_sent import NOT_TOLD, Sent, call_of
from .reading import NotKnown, Reading, UnreadableSource
from .shell_words import PROMPT, command_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..model import Body

COMMAND = lazy_pattern(
    rf"\s*{PROMPT}?(?:sudo\s+|time\s+)?curl(?:\.exe)?\s",
    re.IGNORECASE,
)

_TAKE_A_VALUE = frozenset(
    "abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout "  # noqa: SIM905
    "connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii "
    "data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr "
    "dns-servers doh-url dump-header engine etag-compare etag-save expect100-timeout form form-string "
    "ftp-account ftp-port happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hsts interface "
    "json keepalive-time key key-type krb libcurl limit-rate local-port login-options max-filesize "
    "max-redirs max-time netrc-file next-url noproxy oauth2-bearer output output-dir parallel-max pass "
    "pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-header proxy-user "
    "quote random-file range rate referer request request-target resolve retry retry-delay "
    "retry-max-time service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time stderr "
    "time-cond tls-max tls13-ciphers trace trace-ascii unix-socket upload-file url url-query user "
    "user-agent variable write-out".split()
)
_SHORT = {
    "A": "user-agent", "b": "cookie", "c": "cookie-jar", "C": "continue-at", "d": "data", "D": "dump-header",
    "e": "referer", "E": "cert", "F": "form", "G": "get", "H": "header", "I": "head", "K": "config", "k": "insecure",
    "L": "location", "m": "max-time", "o": "output", "P": "ftp-port", "Q": "quote", "r": "range", "T": "upload-file",
    "t": "telnet-option", "u": "user", "U": "proxy-user", "w": "write-out", "x": "proxy", "X": "request",
    "Y": "speed-limit", "y": "speed-time", "z": "time-cond",
}  # fmt: skip
_SHORT_WITH_VALUE = frozenset("AbcCdDeEFHKmoPQrTtuUwxXYyz")

_WHY_PASSED_OVER = {
    "insecure": "curl does not check the certificate; a browser does, and fails where it is not trusted",
    "location": "fetch() follows redirects unless told otherwise",
    "proxy": "the browser's own proxy settings count; --proxy sets one for the check",
    "user-agent": "the browser sends its own",
}


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
    upload: bool = False
    passed_over: list[str] = field(default_factory=list)
    further: int = 0

    def has(self, name: str) -> bool:
        return any(key.lower() == name for key, _ in self.headers)


def read_curl(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The call that a curl command stands for. Raises `UnreadableSource`."""
    sent, command, unknown = _read(text, define)
    reading = call_of(sent, "curl")
    passed_over = [*command.passed_over, *reading.passed_over]
    if sent.body is not None and sent.method in ("GET", "HEAD"):
        passed_over.append(f"the body (fetch() takes none with {sent.method})")
    others = len(command.urls) - 1 + command.further
    if others > 0:
        passed_over.append(
            f"{others} more request{'s' if others > 1 else ''} of the same command (check them one by one)"
        )
    not_known = [
        NotKnown(name, "url" if f"${{{name}}}" in sent.url else "a value", f"--define {name}=…")
        for name in dict.fromkeys(unknown)
    ]
    return replace(reading, passed_over=tuple(passed_over), not_known=tuple(not_known))


def sent_by_curl(text: str) -> tuple[Sent, list[str]]:
    """What a curl command sends, and what of it means nothing to a browser. Raises `UnreadableSource`."""
    sent, command, _ = _read(text, None)
    return sent, command.passed_over


def _read(text: str, define: Mapping[str, str] | None) -> tuple[Sent, _Command, list[str]]:
    found = COMMAND.match(text)
    start = found.end() if found is not None else 0
    unknown: list[str] = []
    command = _parsed(command_words(text[start:], define or {}, unknown))
    return _sent(command), command, unknown


def _parsed(words: list[str]) -> _Command:
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
            if name in ("next", ":"):
                command.further = words[at:].count("--next") + words[at:].count("-:") + 1
                return command
            if value is None and name in _TAKE_A_VALUE:
                if at >= len(words):
                    raise UnreadableSource(f"the command breaks off after {word}: it needs a value; paste all of it")
                value = words[at]
                at += 1
            _take(command, name, value or "", word)
    return command


def _options(word: str) -> list[tuple[str, str | None]]:
    """The options of one word: `--long`, or short ones run together, the last of which may hold its value."""
    if word.startswith("--"):
        return [(word[2:], None)]
    options: list[tuple[str, str | None]] = []
    for number, letter in enumerate(word[1:], start=2):
        name = _SHORT.get(letter, letter)
        if letter in _SHORT_WITH_VALUE:
            options.append((name, word[number:] or None))
            break
        options.append((name, None))
    return options


def _take(command: _Command, name: str, value: str, word: str) -> None:
    take = _TAKEN.get(name)
    if take is not None:
        take(command, value)
        return
    why = _WHY_PASSED_OVER.get(name)
    if name == "insecure" and command.urls and command.urls[0].startswith("http:"):
        why = "there is no certificate with http"
    shown = word if word.startswith("--") or len(word) <= 2 else f"-{name}" if len(name) == 1 else f"--{name}"
    command.passed_over.append(f"{shown}: {why}" if why else shown)


def _header(command: _Command, value: str) -> None:
    name, colon, rest = value.partition(":")
    if colon and rest.strip():
        command.headers.append((name.strip(), rest.strip()))
    elif not colon and value.endswith(";"):
        command.headers.append((value[:-1].strip(), ""))
    elif value.startswith("@"):
        command.passed_over.append(f"-H {value} (a file of headers: put them into the command)")
    elif not colon:
        command.passed_over.append(f"-H {value!r} (no header: it has no colon)")


def _data(command: _Command, value: str) -> None:
    if value.startswith("@"):
        command.passed_over.append(f"the content of {value[1:]} (a file is not read)")
        value = ""
    command.data.append(value)


def _urlencoded(command: _Command, value: str) -> None:
    name, equals, content = value.partition("=")
    if not equals:
        name, at, _ = value.partition("@")
        content = "" if at else value
        name = name if at else ""
        if at:
            command.passed_over.append(f"the content of {value.partition('@')[2]} (a file is not read)")
    command.data.append((f"{name}=" if name else "") + _percent_encoded(content))


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


def _upload(command: _Command, value: str) -> None:
    command.upload = True
    _data(command, f"@{value}")


_TAKEN: dict[str, Callable[[_Command, str], None]] = {
    "url": lambda command, value: command.urls.append(value),
    "url-query": lambda command, value: command.queries.append(value),
    "request": _set("method"),
    "header": _header,
    "data": _data,
    "data-ascii": _data,
    "data-binary": _data,
    "data-raw": lambda command, value: command.data.append(value),
    "data-urlencode": _urlencoded,
    "json": _json,
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
    "ntlm": _challenge("ntlm"),
    "negotiate": _challenge("negotiate"),
    "basic": lambda command, value: setattr(command, "challenge", ""),
}


def _sent(command: _Command) -> Sent:
    if not command.urls:
        raise UnreadableSource("no URL is in this command; paste all of it, as in: curl https://api.example/items")
    data = "&".join(command.data) if command.data else None
    url, userinfo = url_and_user(command.urls[0])
    if command.fields and data is not None:
        raise UnreadableSource("curl sends -d or -F (--form), not both, and this command has both; leave one out")
    user = "" if command.challenge else command.user or userinfo
    if user and not command.has("authorization"):  # -H before -u before the URL's
        basic = base64.b64encode(user.encode()).decode()
        command.headers.append(("Authorization", f"Basic {basic}"))
    body: Body | None = None
    queries = list(command.queries)
    method = "GET"
    if command.get:
        queries += [] if data is None else [data]
    elif command.fields:
        method, body = "POST", BodyTable(form_data=command.fields)
        command.headers = [pair for pair in command.headers if not _is_multipart(pair)]
    elif data is not None:
        method, body = "PUT" if command.upload else "POST", data
        if not command.has("content-type") and not command.upload:
            command.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    if command.head:
        method = "HEAD"
    if queries:
        url += ("&" if "?" in url else "?") + "&".join(queries)
    return Sent(method=command.method or method, url=url, headers=command.headers, body=body)


def _is_multipart(pair: tuple[str, str]) -> bool:
    return pair[0].lower() == "content-type" and pair[1].lower().startswith("multipart/form-data")


def url_and_user(text: str) -> tuple[str, str]:
    """The URL as curl takes it, http where no scheme is given, and what stands before @."""
    if "://" not in text and not text.startswith("${"):
        text = f"http://{text}"
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
