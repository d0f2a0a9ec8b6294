"""One entry of an HTTP archive: what exporters write in it, and what it comes to.

http://www.softwareishard.com/blog/har-12-spec/ says how they should be; the structs take what nine exporters write.
"""

from __future__ import annotations

from typing import Any

import msgspec

_LONGEST_BODY = 64 * 1024  # characters of a body that are read; what decides stands at its start
_MOST_HEADERS = 500
_BINARY = ("image/gif", "image/jpeg", "image/png", "image/webp", "image/avif")
"""Types of bodies that JSON can only hold as base64, which some exporters do not say."""

Anything = Any


class Lenient(msgspec.Struct, gc=False):
    """Of an object what has a field here; all else in it is passed over."""


class Header(Lenient):
    """A header, or whatever stands where one should."""

    name: Anything = ""
    value: Anything = ""


class _PostData(Lenient):
    mimeType: Anything = ""  # noqa: N815
    text: msgspec.Raw = msgspec.Raw(b"null")


class RawRequest(Lenient):
    """A request as it is written."""

    method: Anything = ""
    url: Anything = ""
    headers: list[Header] | None = None
    cookies: Anything = None
    postData: _PostData | None = None  # noqa: N815


class _Content(Lenient):
    mimeType: Anything = ""  # noqa: N815
    text: msgspec.Raw = msgspec.Raw(b"null")
    encoding: Anything = None


class _Response(Lenient):
    status: Anything = 0
    headers: list[Header] | None = None
    redirectURL: Anything = None  # noqa: N815
    content: _Content | None = None
    error: Anything = msgspec.field(default=None, name="_error")
    failure_text: Anything = msgspec.field(default=None, name="_failureText")


class RawEntry(Lenient):
    """An entry as it is written."""

    request: RawRequest
    response: _Response | None = None
    startedDateTime: Anything = ""  # noqa: N815
    pageref: Anything = None
    resource_type: Anything = msgspec.field(default=None, name="_resourceType")
    error: Anything = msgspec.field(default=None, name="_error")
    serverIPAddress: Anything = ""  # noqa: N815


class Entry(msgspec.Struct, frozen=True):
    """One exchange of an archive, its fields of the types that they should have. `status` is 0 where none came.

    `resource_type` is Chrome's word for what asked, "" where the exporter writes none; `error` what the browser said;
    `answer_type` the type of the content, which stands in the recording where the answer's headers do not have it.
    """

    number: int
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: str | None
    body_type: str
    has_cookies: bool
    status: int
    answer_headers: list[tuple[str, str]]
    answer_body: bytes
    redirect_url: str
    started: str
    page_title: str
    resource_type: str
    error: str
    server_ip: str = ""
    answer_type: str = ""

    def header(self, name: str) -> str | None:
        """A header of the request."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def answer_header(self, name: str) -> str | None:
        """A header of the answer."""
        return next((value for key, value in self.answer_headers if key.lower() == name), None)

    @property
    def is_preflight(self) -> bool:
        return self.method == "OPTIONS" and self.header("access-control-request-method") is not None

    @property
    def is_web_socket(self) -> bool:
        """The handshake of a WebSocket, whose URL some exporters write with http."""
        return self.resource_type == "websocket" or (self.header("upgrade") or "").lower() == "websocket"

    @property
    def redirected_inside(self) -> str:
        """Why the browser itself answered with a redirect, before any server was asked: "HSTS", "Delegate" (an
        extension) …, "" where it did not. https://source.chromium.org/chromium/chromium/src/+/main:net/url_request/redirect_util.cc
        """
        reason = self.answer_header("non-authoritative-reason") if self.status == 307 else None
        return "" if reason is None else reason or "not told"

    @property
    def is_of_the_browser(self) -> bool:
        """What a browser or an extension of it asks for by itself: of no site, and no navigation."""
        return self.header("sec-fetch-site") == "none" and self.header("sec-fetch-mode") not in (None, "navigate")

    @property
    def is_of_cache(self) -> bool:
        """An answer to the browser's HTTP cache, which held the rest."""
        return self.status == 304 or (self.status == 206 and self.header("if-range") is not None)

    @property
    def lacks_status(self) -> bool:
        """An answer came, and its status was not written down: Firefox does so for what it takes out of its cache."""
        return self.status == 0 and bool(self.answer_headers) and not self.error

    @property
    def is_answered(self) -> bool:
        """Whether an answer is in there that can be given again: a status, or the whole of one without."""
        return self.status >= 200 or (self.lacks_status and bool(self.answer_body))


def entry_of(number: int, raw: RawEntry, pages: dict[str, str]) -> Entry:
    """What an entry comes to; `pages` are the titles of the archive's pages by their ids."""
    request, response = raw.request, raw.response or _Response()
    post = request.postData
    content = response.content or _Content()
    return Entry(
        number=number,
        method=text_of(request.method).upper() or "GET",
        url=text_of(request.url),
        headers=_pairs(request.headers),
        body=None if post is None else _body(post.text),
        body_type="" if post is None else text_of(post.mimeType),
        has_cookies=bool(request.cookies),
        status=_status(response.status),
        answer_headers=_pairs(response.headers),
        answer_body=_content(content),
        redirect_url=text_of(response.redirectURL),
        started=text_of(raw.startedDateTime),
        page_title=pages.get(text_of(raw.pageref), ""),
        resource_type=text_of(raw.resource_type).lower(),
        error=text_of(response.error or response.failure_text or raw.error),
        server_ip=text_of(raw.serverIPAddress),
        answer_type=text_of(content.mimeType),
    )


def text_of(value: Anything) -> str:
    """A text, "" for null; of anything else the beginning."""
    return value if isinstance(value, str) else "" if value is None else str(value)[:200]


def _status(value: Anything) -> int:
    number = int(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1000 else 0
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == 3:
        number = int(value)
    return number if 100 <= number <= 599 else 0


def _pairs(headers: list[Header] | None) -> list[tuple[str, str]]:
    """(name, value) pairs, each character a byte, without what no header can hold."""
    if not headers:
        return []
    try:
        text = "".join([part for header in headers for part in (header.name, header.value)])
    except TypeError:
        text = "\0"
    if text.isascii() and text.isprintable():  # nearly always, and asked once for all
        return [(header.name.strip(), header.value.strip()) for header in headers[:_MOST_HEADERS]]
    return [(_octets(header.name), _octets(header.value)) for header in headers[:_MOST_HEADERS]]


def _octets(value: Anything) -> str:
    text = value if isinstance(value, str) else text_of(value)
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.encode("utf-8", "replace").decode("latin-1")
    return "".join(" " if character in "\r\n\0" else character for character in text).strip()


def _body(raw: msgspec.Raw) -> str | None:
    text = memoryview(raw)
    if text.nbytes > _LONGEST_BODY * 2:
        return ""
    if text.nbytes < len('""') or (text.nbytes == len("null") and bytes(text) == b"null"):
        return None
    value = msgspec.json.decode(raw)
    return value if isinstance(value, str) else None


def _content(content: _Content) -> bytes:
    """The start of the answer's body; a long one is left out, since only images, fonts and scripts are looked at."""
    text = _body(content.text) or ""
    is_said = content.encoding == "base64"
    if text and (is_said or text_of(content.mimeType).startswith(_BINARY)):
        import base64
        import binascii

        try:
            return base64.b64decode(text[: _LONGEST_BODY // 4 * 4], validate=not is_said)
        except (binascii.Error, ValueError):
            return b"" if is_said else text.encode("utf-8", "replace")
    return text.encode("utf-8", "replace")
