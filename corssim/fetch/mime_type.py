"""MIME types: parsing, serialising, the groups that Fetch asks about, and what Content-Type headers say.

https://mimesniff.spec.whatwg.org/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corssim.fetch.header_values import collect_http_quoted_string, get_decode_and_split_value

from ..patterns import lazy_pattern
from ..records import record

if TYPE_CHECKING:
    from collections.abc import Sequence

HTTP_WHITESPACE = "\n\r\t "
"""https://fetch.spec.whatwg.org/#http-whitespace"""

_TOKEN = lazy_pattern(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_QUOTED_STRING_TOKEN = lazy_pattern(r"[\t\x20-\x7E\x80-\xFF]*")

JAVASCRIPT_MIME_TYPE_ESSENCES = frozenset(
    {
        "application/ecmascript",
        "application/javascript",
        "application/x-ecmascript",
        "application/x-javascript",
        "text/ecmascript",
        "text/javascript",
        "text/javascript1.0",
        "text/javascript1.1",
        "text/javascript1.2",
        "text/javascript1.3",
        "text/javascript1.4",
        "text/javascript1.5",
        "text/jscript",
        "text/livescript",
        "text/x-ecmascript",
        "text/x-javascript",
    }
)
"""https://mimesniff.spec.whatwg.org/#javascript-mime-type"""

_FONT_ESSENCES = frozenset(
    {
        "application/font-cff",
        "application/font-off",
        "application/font-sfnt",
        "application/font-ttf",
        "application/font-woff",
        "application/vnd.ms-fontobject",
        "application/vnd.ms-opentype",
    }
)

_SUPPORTED_ESSENCES = frozenset(
    {
        *("text/css", "text/html", "text/plain", "text/vtt"),
        *("image/apng", "image/avif", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/webp"),
        *("image/x-icon", "image/vnd.microsoft.icon"),
        *("audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm"),
        *("video/mp4", "video/ogg", "video/webm", "application/ogg", "application/pdf", "application/wasm"),
        *("font/collection", "font/otf", "font/ttf", "font/woff", "font/woff2"),
    }
)
"""What all browsers handle themselves, beyond JavaScript, JSON and XML."""


@record(frozen=True)
class MIMEType:
    """A MIME type record. `type`, `subtype` and parameter names are lower case; `parameters` keep their order
    and each name occurs once. https://mimesniff.spec.whatwg.org/#mime-type
    """

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def essence(self) -> str:
        """`type/subtype`. https://mimesniff.spec.whatwg.org/#mime-type-essence"""
        return f"{self.type}/{self.subtype}"

    def parameter(self, name: str) -> str | None:
        """The value of one parameter (its name in lower case), None when it is absent."""
        return next((value for key, value in self.parameters if key == name), None)

    def serialize(self) -> str:
        """https://mimesniff.spec.whatwg.org/#serialize-a-mime-type"""
        return self.essence + "".join(f";{name}={_quoted(value)}" for name, value in self.parameters)

    @property
    def is_javascript(self) -> bool:
        """https://mimesniff.spec.whatwg.org/#javascript-mime-type"""
        return self.essence in JAVASCRIPT_MIME_TYPE_ESSENCES

    @property
    def is_json(self) -> bool:
        """https://mimesniff.spec.whatwg.org/#json-mime-type"""
        return self.subtype.endswith("+json") or self.essence in {"application/json", "text/json"}

    @property
    def is_xml(self) -> bool:
        """https://mimesniff.spec.whatwg.org/#xml-mime-type"""
        return self.subtype.endswith("+xml") or self.essence in {"application/xml", "text/xml"}

    @property
    def is_html(self) -> bool:
        """https://mimesniff.spec.whatwg.org/#html-mime-type"""
        return self.essence == "text/html"

    @property
    def is_image(self) -> bool:
        """https://mimesniff.spec.whatwg.org/#image-mime-type"""
        return self.type == "image"

    @property
    def is_audio_or_video(self) -> bool:
        """https://mimesniff.spec.whatwg.org/#audio-or-video-mime-type"""
        return self.type in {"audio", "video"} or self.essence == "application/ogg"


def parse_mime_type(text: str) -> MIMEType | None:
    """Parse a MIME type; None is failure. Faulty parameters are skipped, they never make the whole fail.

    https://mimesniff.spec.whatwg.org/#parse-a-mime-type
    """
    text = text.strip(HTTP_WHITESPACE)
    essence, semicolon, _ = text.partition(";")
    type_, slash, subtype = essence.partition("/")
    subtype = subtype.rstrip(HTTP_WHITESPACE)
    if not (slash and _TOKEN.fullmatch(type_) and _TOKEN.fullmatch(subtype)):
        return None
    parameters = _parse_parameters(text, len(essence)) if semicolon else ()
    return MIMEType(type_.lower(), subtype.lower(), parameters)


def _parse_parameters(text: str, position: int) -> tuple[tuple[str, str], ...]:
    """Read the parameters from the first semicolon, which is at `position`."""
    parameters: dict[str, str] = {}
    while position < len(text):
        start = position + 1
        end = _find(text, ";", start)
        equals = text.find("=", start, end)
        if equals == -1:
            position = end
            continue
        name = text[start:equals].lstrip(HTTP_WHITESPACE)
        position = equals + 1
        if text.startswith('"', position):
            value, position = collect_http_quoted_string(text, position, extract_value=True)
            position = _find(text, ";", position)
        else:
            value, position = text[position:end].rstrip(HTTP_WHITESPACE), end
            if not value:
                continue
        if _TOKEN.fullmatch(name) and _QUOTED_STRING_TOKEN.fullmatch(value):
            parameters.setdefault(name.lower(), value)
    return tuple(parameters.items())


def _find(text: str, delimiter: str, start: int) -> int:
    """Where the delimiter is next, or the end of the text."""
    found = text.find(delimiter, start)
    return len(text) if found == -1 else found


def _quoted(value: str) -> str:
    """A parameter's value as a token if it is one, else as a quoted string."""
    if _TOKEN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def extract_mime_type(header_values: Sequence[str]) -> MIMEType | None:
    """The MIME type that a response's Content-Type headers add up to; None is failure.

    The last that parses counts (`*/*` aside); a charset carries over while the essence stays the same.
    https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
    """
    if not header_values:
        return None
    charset: str | None = None
    essence: str | None = None
    mime_type: MIMEType | None = None
    for value in get_decode_and_split_value(", ".join(header_values)):
        temporary = parse_mime_type(value)
        if temporary is None or temporary.essence == "*/*":
            continue
        mime_type = temporary
        own_charset = mime_type.parameter("charset")
        if mime_type.essence != essence:
            charset, essence = own_charset, mime_type.essence
        elif own_charset is None and charset is not None:
            parameters = (*mime_type.parameters, ("charset", charset))
            mime_type = MIMEType(mime_type.type, mime_type.subtype, parameters)
    return mime_type
