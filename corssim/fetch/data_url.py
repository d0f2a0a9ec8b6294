"""data: URLs and what they hold. https://fetch.spec.whatwg.org/#data-urls"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corssim.fetch.mime_type import MIMEType, parse_mime_type

from ..patterns import lazy_pattern
from ..records import record

if TYPE_CHECKING:
    from corssim.url import URL

_BASE64_MARK = lazy_pattern(r"; *base64\Z", re.IGNORECASE | re.ASCII)
_ASCII_WHITESPACE = lazy_pattern(r"[\t\n\f\r ]+")
_BASE64_ALPHABET = lazy_pattern(r"[A-Za-z0-9+/]*")
_DEFAULT_MIME_TYPE = MIMEType("text", "plain", (("charset", "US-ASCII"),))


@record(frozen=True)
class DataURL:
    """What a data: URL holds. https://fetch.spec.whatwg.org/#data-url-struct"""

    mime_type: MIMEType
    body: bytes


def process_data_url(url: URL) -> DataURL | None:
    """Take apart a URL whose scheme is data; None is failure (no comma, or a body that is not base64).

    https://fetch.spec.whatwg.org/#data-url-processor
    """
    text = url.href.partition("#")[0].removeprefix("data:")
    metadata, comma, encoded_body = text.partition(",")
    if not comma:
        return None
    metadata = metadata.strip(" ")
    from urllib.parse import unquote_to_bytes  # here, because it takes a while to import

    body = unquote_to_bytes(encoded_body)
    if mark := _BASE64_MARK.search(metadata):
        decoded = forgiving_base64_decode(body.decode("latin-1"))
        if decoded is None:
            return None
        body = decoded
        metadata = metadata[: mark.start()]
    if metadata.startswith(";"):
        metadata = "text/plain" + metadata
    return DataURL(parse_mime_type(metadata) or _DEFAULT_MIME_TYPE, body)


def forgiving_base64_decode(text: str) -> bytes | None:
    """Decode base64 as `atob()` does, white space and missing padding forgiven; None is failure.

    https://infra.spec.whatwg.org/#forgiving-base64-decode
    """
    text = _ASCII_WHITESPACE.sub("", text)
    if len(text) % 4 == 0:
        text = text.removesuffix("=").removesuffix("=")
    if len(text) % 4 == 1 or not _BASE64_ALPHABET.fullmatch(text):
        return None
    import base64

    return base64.b64decode(text + "=" * (-len(text) % 4))
