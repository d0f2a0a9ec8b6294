"""What curl sends by the options of a command. https://curl.se/docs/manpage.html"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ...patterns import lazy_pattern
from ...url import parse_url
from ..model import BodyTable
from .as_sent import Sent
from .reading import UnreadableSource

if TYPE_CHECKING:
    from ..model import Body
    from .curl_command import Command

_PERCENT = lazy_pattern(r"%[0-9A-F]{2}")
_SCHEME = lazy_pattern(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ONE_SLASH = lazy_pattern(r"(?<=^http:)/(?!/)|(?<=^https:)/(?!/)", re.IGNORECASE)


def sent_by(command: Command, url: str) -> Sent:
    url, userinfo = url_and_user(url, command.scheme)
    method, body = _method_and_body(command)
    headers = [pair for pair in command.headers if not isinstance(body, BodyTable) or not _is_multipart(pair)]
    headers += [(name, value) for name, value in _own_headers(command, body, userinfo) if not command.has(name.lower())]
    queries = [command.data] if command.get and command.data else command.queries
    if command.upload and url.count("/") == 2 and "?" not in url:
        url += "/"
    if command.upload and url.endswith("/"):
        url += command.upload.rpartition("/")[2] if command.upload not in ("-", ".") else ""
    if queries:
        url = url.partition("#")[0]
        url += "" if url.endswith(("?", "&")) else "&" if "?" in url else "?"
        url += _PERCENT.sub(lambda found: found[0].lower(), "&".join(queries))  # as curl 7.88 writes what it adds
    return Sent(method=command.method or method, url=url, headers=headers, body=body)


def _own_headers(command: Command, body: Body | None, userinfo: str) -> list[tuple[str, str]]:
    """What curl sets by its options, where no -H sets or removes the same: -H before -u before the URL's user."""
    headers = []
    if command.bearer and not command.challenge:
        headers.append(("Authorization", f"Bearer {command.bearer}"))
    elif user := "" if command.challenge else command.user or userinfo:
        headers.append(("Authorization", f"Basic {base64.b64encode(user.encode()).decode()}"))
    if command.is_json:
        headers += [("Content-Type", "application/json"), ("Accept", "application/json")]
    elif body is not None and not command.upload and not isinstance(body, BodyTable):
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    if referer := command.referer.removesuffix(";auto"):
        headers.append(("Referer", referer))
    if command.cookies:
        headers.append(("Cookie", "; ".join(command.cookies)))
    if command.range and body is None:
        headers.append(("Range", f"bytes={command.range}"))
    elif command.range and isinstance(body, str):
        headers.append(("Content-Range", f"bytes {command.range}/{len(body.encode('utf-8', 'replace'))}"))
    if command.since:
        name = "If-Unmodified-Since" if command.since.startswith("-") else "If-Modified-Since"
        headers.append((name, command.since.lstrip("-=")))
    return headers


def _method_and_body(command: Command) -> tuple[str, Body | None]:
    """What -d, -F, -T and -I make of it; two of them curl refuses."""
    asked = {
        "-d": command.data is not None and not command.get,
        "-F (--form)": bool(command.fields),
        "-T (--upload-file)": bool(command.upload),
        "-I (--head)": command.head,
    }
    names = [name for name, is_there in asked.items() if is_there]
    if len(names) > 1:
        raise UnreadableSource(
            f"curl sends {names[0]} or {names[1]}, not both, and this command has both; leave one out"
        )
    match "".join(names)[:2]:
        case "-d":
            return "POST", command.data
        case "-F":
            return "POST", BodyTable(form_data=command.fields)
        case "-T":
            return "PUT", command.uploaded
        case "-I":
            return "HEAD", None
        case _:
            return "GET", None


def _is_multipart(pair: tuple[str, str]) -> bool:
    return pair[0].lower() == "content-type" and pair[1].lower().startswith("multipart/form-data")


def url_and_user(text: str, scheme: str = "http") -> tuple[str, str]:
    """The URL as curl takes it, with `scheme` where none is given, and what stands before @."""
    text = _ONE_SLASH.sub("//", text)
    if _SCHEME.match(text) is None and not text.startswith("${"):
        text = f"{scheme}://{text}"
    url = None if text.partition("://")[2].startswith("/") else parse_url(text)  # which curl refuses
    if url is None and "${" not in text:
        raise UnreadableSource(
            f"{text!r:.200} in the command is not a URL; write it out, like https://api.example/items"
        )
    if url is not None and url.includes_credentials:
        _, _, rest = text.partition("://")
        userinfo, _, after = rest.partition("@")
        return f"{url.scheme}://{after}", unquote(userinfo) + ("" if ":" in userinfo else ":")
    return text, ""
