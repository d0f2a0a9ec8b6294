"""What a body looks like by its first bytes, as far as opaque response blocking asks.

Pure functions on bytes; each looks at the resource header, the first 1445 bytes, unless it says otherwise.
https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern
"""

from __future__ import annotations

import re

from ..patterns import lazy_pattern

RESOURCE_HEADER_LENGTH = 1445
"""https://mimesniff.spec.whatwg.org/#read-the-resource-header"""

_IMAGE_PATTERNS = (
    (lazy_pattern(rb"\x00\x00[\x01\x02]\x00"), "image/x-icon"),
    (lazy_pattern(rb"BM"), "image/bmp"),
    (lazy_pattern(rb"GIF8[79]a"), "image/gif"),
    (lazy_pattern(rb"RIFF.{4}WEBPVP", re.DOTALL), "image/webp"),
    (lazy_pattern(rb"\x89PNG\r\n\x1A\n"), "image/png"),
    (lazy_pattern(rb"\xFF\xD8\xFF"), "image/jpeg"),
)

_FONT = re.compile(rb"\x00\x01\x00\x00|OTTO|true|ttcf|wOFF|wOF2")

_AUDIO_OR_VIDEO_PATTERNS = (
    (lazy_pattern(rb"FORM.{4}AIFF", re.DOTALL), "audio/aiff"),
    (lazy_pattern(rb"ID3"), "audio/mpeg"),
    (lazy_pattern(rb"OggS\x00"), "application/ogg"),
    (lazy_pattern(rb"MThd\x00\x00\x00\x06"), "audio/midi"),
    (lazy_pattern(rb"RIFF.{4}AVI ", re.DOTALL), "video/avi"),
    (lazy_pattern(rb"RIFF.{4}WAVE", re.DOTALL), "audio/wave"),
    # The EBML header, then the document type: its id, its length, "webm" after zeros if it is padded.
    (lazy_pattern(rb"\x1A\x45\xDF\xA3.{0,34}?\x42\x82[^\x00]\x00*webm", re.DOTALL), "video/webm"),
)

_TAGS = rb"!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p"
_HTML_PATTERN = lazy_pattern(rb"[\t\n\f\r ]*<(?:" + _TAGS + rb"|!--)[ >]", re.IGNORECASE)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_XML_ENCODING = lazy_pattern(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_XML_PATTERN = lazy_pattern(rb"[\t\n\f\r ]*<\?xml")

_WHITE_SPACE_OR_HTML_COMMENTS = lazy_pattern(rb"(?:\xEF\xBB\xBF)?(?:[\t\n\r ]|<!--.*?-->[^\n\r]*)*", re.DOTALL)
_TAG_PREFIX = lazy_pattern(rb"<(?:" + _TAGS + rb")", re.IGNORECASE)
_JSON_OBJECT_START = lazy_pattern(rb'[\t\n\r ]*\{[\t\n\r ]*"(?:[^"\\]|\\.)*"[\t\n\r ]*:', re.DOTALL)
_PARSER_BREAKER = lazy_pattern(rb"\)\]\}'|\{\}&&|(?:for ?\(;;\)|while ?\(1\));")

_WHITE_SPACE_OR_SCRIPT_COMMENTS = lazy_pattern(
    rb"(?:\xEF\xBB\xBF)?(?:[\t\n\v\f\r ]|(?://|<!--)[^\n\r]*|/\*.*?\*/)*", re.DOTALL
)
_NEVER_AT_THE_START = lazy_pattern(
    rb"""[<%)\]}=,:?>&|*^]|\{\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*:""", re.DOTALL
)


def image_type_of(body: bytes) -> str | None:
    """The image format the body begins like. https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm"""
    return next((type_ for pattern, type_ in _IMAGE_PATTERNS if pattern.match(body)), None)


def is_font(body: bytes) -> bool:
    """Does the body begin like a font? https://mimesniff.spec.whatwg.org/#matching-a-font-type-pattern

    TrueType of Apple begins with a word of its own.
    """
    return _FONT.match(body) is not None


def audio_or_video_type_of(body: bytes) -> str | None:
    """The audio or video format the body begins like.

    https://mimesniff.spec.whatwg.org/#audio-or-video-type-pattern-matching-algorithm
    """
    header = body[:RESOURCE_HEADER_LENGTH]
    for pattern, type_ in _AUDIO_OR_VIDEO_PATTERNS:
        if pattern.match(header):
            return type_
    if _is_mp4(header):
        return "video/mp4"
    return "audio/mpeg" if _is_mp3_without_id3(header) else None


def is_html(body: bytes) -> bool:
    """Does the body begin with one of the tags, or the comment, that make an untyped resource HTML?

    https://mimesniff.spec.whatwg.org/#rules-for-identifying-an-unknown-mime-type
    """
    return _HTML_PATTERN.match(body[:RESOURCE_HEADER_LENGTH]) is not None


def is_xml(body: bytes) -> bool:
    """Does the body begin with an XML declaration?"""
    return _XML_PATTERN.match(body[:RESOURCE_HEADER_LENGTH]) is not None


def is_svg(body: bytes, charset: str | None = None) -> bool:
    """Is the body a well-formed XML document whose root is an `svg` element of SVG's namespace?

    `charset` is what Content-Type says of its encoding.
    """
    from xml.parsers import expat  # here, because few need it

    text = _xml_text(body, charset)
    if "\0" in text:
        return False  # The parser would take it for UTF-16.
    roots: list[str] = []
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: roots.append(name) if not roots else None
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, ValueError):
        return False
    return roots == ["http://www.w3.org/2000/svg svg"]


def _xml_text(body: bytes, charset: str | None) -> str:
    """The text of an XML document: by its byte order mark, by the charset it was sent with, by what it declares.

    https://www.rfc-editor.org/rfc/rfc7303#section-3, https://encoding.spec.whatwg.org/#decode
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _XML_ENCODING.match(body)
    if charset is None and declared is not None:
        charset = declared[1].decode()
        if charset.lower().startswith("utf-16"):
            charset = None  # It could not be read if it were true.
    try:
        return body.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")  # a label that nobody knows


def is_html_and_not_script(body: bytes) -> bool:
    """Does the body, past lines with HTML comments, begin with a tag? (In a script, `<!--` comments out its line.)"""
    header = body[:RESOURCE_HEADER_LENGTH]
    start = _WHITE_SPACE_OR_HTML_COMMENTS.match(header)
    assert start is not None  # it matches the empty string
    return _TAG_PREFIX.match(header, start.end()) is not None


def is_json_object(body: bytes) -> bool:
    """Does the body begin as a JSON object with a first key, which no script does?"""
    return _JSON_OBJECT_START.match(body[:RESOURCE_HEADER_LENGTH]) is not None


def has_parser_breaker(body: bytes) -> bool:
    """Does the body begin with a prefix that keeps JSON from running as a script (`)]}'`, `for(;;);`)?"""
    return _PARSER_BREAKER.match(body) is not None


def is_json(body: bytes) -> bool:
    """Is the whole body one JSON text?"""
    import json  # here, because it takes a while to import

    try:
        json.loads(body.decode("utf-8-sig"), parse_constant=_not_json)
    except (ValueError, RecursionError):
        return False
    return True


def _not_json(constant: str) -> None:
    raise ValueError(constant)  # Python takes NaN and Infinity, JSON does not


def could_be_javascript(body: bytes) -> bool:
    """Could the body be a script? A guess without a parser: no to tags, XML, JSON, parser breakers, NUL bytes,
    to text whose tokens make no script.
    """
    if has_parser_breaker(body) or b"\x00" in body or is_json(body):
        return False
    start = _WHITE_SPACE_OR_SCRIPT_COMMENTS.match(body)
    assert start is not None  # it matches the empty string
    if _NEVER_AT_THE_START.match(body, start.end()):
        return False
    from .script_syntax import has_the_tokens_of_a_script  # here, because few need it

    return has_the_tokens_of_a_script(body.decode("utf-8-sig", "replace"))


def _is_mp4(header: bytes) -> bool:
    """https://mimesniff.spec.whatwg.org/#signature-for-mp4"""
    box_size = int.from_bytes(header[:4], "big")
    if len(header) < max(12, box_size) or box_size % 4 or header[4:8] != b"ftyp":
        return False
    brands = (8, *range(16, box_size, 4))
    return any(header[at : at + 3] == b"mp4" for at in brands)


_KILOBITS_MPEG_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KILOBITS_MPEG_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLE_RATES = (441, 480, 320)  # of MPEG 1 in 100 Hz; half as much in MPEG 2, a quarter in MPEG 2.5


def _is_mp3_without_id3(header: bytes) -> bool:
    """Are there two frames, the second where the first ends? The standard's steps with their slips mended.

    https://mimesniff.spec.whatwg.org/#signature-for-mp3-without-id3
    """
    size = _mp3_frame_size(header)
    return size is not None and _mp3_frame_size(header[size:]) is not None


def _mp3_frame_size(header: bytes) -> int | None:
    """Bytes of the layer III frame that begins here; None if there is none, or none that says its bit rate."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version = header[1] >> 3 & 3  # 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
    bit_rate, sample_rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if bit_rate in (0, 15) or sample_rate == 3:
        return None
    kilobits = (_KILOBITS_MPEG_1 if version == 3 else _KILOBITS_MPEG_2)[bit_rate - 1]
    # A frame has 1152 samples, in MPEG 2 and 2.5 half as many.
    return kilobits * (1440 if version >= 2 else 2880) // _SAMPLE_RATES[sample_rate] + padding
