"""What bodies look like by their first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from corssim.fetch.sniff import (
    audio_or_video_type_of,
    could_be_javascript,
    has_parser_breaker,
    image_type_of,
    is_html,
    is_html_and_not_script,
    is_json,
    is_json_object,
    is_svg,
    is_xml,
)


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a\x01", "image/gif"),
        (b"RIFF\n\n\n\nWEBPVP8 ", "image/webp"),
        (b"BM\x00", "image/bmp"),
        (b"\x00\x00\x01\x00\x01", "image/x-icon"),
        (b"\x00\x00\x02\x00\x01", "image/x-icon"),
        (b" GIF89a", None),
        (b"GIF88a", None),
        (b"\x89PNG", None),
        (b"<svg/>", None),
        (b"", None),
    ],
)
def test_images(body: bytes, type_: str | None) -> None:
    assert image_type_of(body) == type_


def frames(*header: int, size: int, count: int = 2) -> bytes:
    return (bytes(header).ljust(size, b"\x00")) * count


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        pytest.param(b"FORM\n\n\n\nAIFF", "audio/aiff", id="AIFF"),
        pytest.param(b"ID3\x04", "audio/mpeg", id="MP3 with ID3"),
        pytest.param(b"OggS\x00\x02", "application/ogg", id="Ogg"),
        pytest.param(b"MThd\x00\x00\x00\x06", "audio/midi", id="MIDI"),
        pytest.param(b"RIFF\n\n\n\nAVI LIST", "video/avi", id="AVI"),
        pytest.param(b"RIFF\n\n\n\nWAVEfmt ", "audio/wave", id="WAVE"),
        pytest.param(b"RIFF\n\n\n\nWEBPVP8 ", None, id="WebP is no video"),
        pytest.param(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "video/webm", id="WebM"),
        pytest.param(b"\x1a\x45\xdf\xa3\x42\x82\x88\x00\x00webm", "video/webm", id="WebM, padded"),
        pytest.param(b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", None, id="Matroska"),
        pytest.param(b"\x1a\x45\xdf\xa3" + b"\x01" * 40 + b"\x42\x82\x84webm", None, id="WebM too late"),
        pytest.param(b"\x00\x00\x00\x0cftypmp42", "video/mp4", id="MP4 by major brand"),
        pytest.param(b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41", "video/mp4", id="MP4 by other brand"),
        pytest.param(b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp41", "video/mp4", id="MP4 by the last brand"),
        pytest.param(b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom", None, id="another brand"),
        pytest.param(b"\x00\x00\x00\x00ftypmp4", None, id="a brand cut off"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42", None, id="MP4 cut off"),
        pytest.param(b"\x00\x00\x00\x0dftypmp42\x00", None, id="an odd box size"),
        pytest.param(b"\x00\x00\x00\x0cmoovmp42", None, id="another box"),
        pytest.param(b"\x00\x00", None, id="too short for any"),
        pytest.param(frames(0xFF, 0xFB, 0x90, 0, size=417), "audio/mpeg", id="MPEG 1 layer III"),
        pytest.param(frames(0xFF, 0xFB, 0x92, 0, size=418), "audio/mpeg", id="MPEG 1, padded"),
        pytest.param(frames(0xFF, 0xF3, 0x80, 0, size=208), "audio/mpeg", id="MPEG 2 layer III"),
        pytest.param(frames(0xFF, 0xE3, 0x80, 0, size=417), "audio/mpeg", id="MPEG 2.5 layer III"),
        pytest.param(frames(0xFF, 0xFB, 0x90, 0, size=417, count=1), None, id="one frame alone"),
        pytest.param(frames(0xFF, 0xFB, 0x90, 0, size=416), None, id="no frame where the first ends"),
        pytest.param(frames(0xFF, 0xFD, 0x90, 0, size=417), None, id="layer II"),
        pytest.param(frames(0xFF, 0xFB, 0xF0, 0, size=417), None, id="a bad bit rate"),
        pytest.param(frames(0xFF, 0xFB, 0x9C, 0, size=417), None, id="a bad sample rate"),
        pytest.param(frames(0xFF, 0xFB, 0x00, 0, size=417), None, id="a free bit rate"),
        pytest.param(frames(0xFF, 0xFB, 0x90, 0, size=417)[:421], "audio/mpeg", id="a second header alone"),
        pytest.param(frames(0xFF, 0xFB, 0x90, 0, size=417)[:420], None, id="a second header cut off"),
        pytest.param(frames(0xFE, 0xFB, 0x90, 0, size=417), None, id="no sync word"),
        pytest.param(frames(0xFF, 0xDB, 0x90, 0, size=417), None, id="half a sync word"),
    ],
)
def test_audio_and_video(body: bytes, type_: str | None) -> None:
    assert audio_or_video_type_of(body) == type_


# Bytes of a frame at each bit rate, as decoders' tables have them: MPEG 1 at 44,100 Hz, MPEG 2 at 22,050 Hz. Below, the
# highest bit rate at the other sample rates: 48,000 and 32,000 Hz, MPEG 2 at 24,000 Hz, MPEG 2.5 at 8,000 Hz.
FRAME_SIZES = {
    0xFB: [104, 130, 156, 182, 208, 261, 313, 365, 417, 522, 626, 731, 835, 1044],
    0xF3: [26, 52, 78, 104, 130, 156, 182, 208, 261, 313, 365, 417, 470, 522],
}


@pytest.mark.parametrize(
    ("version", "rates", "size"),
    [(version, rate << 4, size) for version, sizes in FRAME_SIZES.items() for rate, size in enumerate(sizes, 1)]
    + [(0xFB, 0xE4, 960), (0xFB, 0xE8, 1440), (0xF3, 0xE4, 480), (0xE3, 0xE8, 1440)],
)
def test_a_second_frame_is_looked_for_where_the_first_ends(version: int, rates: int, size: int) -> None:
    header = (0xFF, version, rates, 0)
    assert audio_or_video_type_of(frames(*header, size=size)) == "audio/mpeg"
    assert audio_or_video_type_of(frames(*header, size=size + 1)) is None
    assert audio_or_video_type_of(frames(*header, size=size - 1)) is None


@pytest.mark.parametrize(
    ("body", "html", "html_and_not_script"),
    [
        (b"<!doctype html><p>hi", True, True),
        (b"\r\n\t <HTML >", True, True),
        (b"<p>", True, True),
        (b"<body onload=x>", True, True),
        (b"<!-- a --><p>", True, False),
        (b"<!-- a -->\n<p>", True, True),
        (b"\xef\xbb\xbf<p>", False, True),
        (b"<!-- a --> <!-- b -->\nx = 1", True, False),
        (b"<!--\nx = 1", False, False),
        (b"<!-- \nx = 1", True, False),
        (b"<pre>", False, True),
        (b"<svg>", False, False),
        (b"not html", False, False),
        (b" " * 1442 + b"<p>", True, True),
        (b" " * 1443 + b"<p>", False, True),
        (b" " * 1444 + b"<p>", False, False),
    ],
)
def test_html(body: bytes, html: bool, html_and_not_script: bool) -> None:
    assert is_html(body) is html
    assert is_html_and_not_script(body) is html_and_not_script


@pytest.mark.parametrize(("body", "xml"), [(b' <?xml version="1.0"?>', True), (b"<?XML?>", False), (b"<a/>", False)])
def test_xml(body: bytes, xml: bool) -> None:
    assert is_xml(body) is xml


@pytest.mark.parametrize(
    ("body", "json", "object_"),
    [
        (b'{"a":1}', True, True),
        (b'\xef\xbb\xbf{"a":1}', True, False),
        (b' {\n "a\\"" : oops', False, True),
        (b"{}", True, False),
        (b"[1, 2]", True, False),
        (b'"text"', True, False),
        (b"{a: 1}", False, False),
        (b"NaN", False, False),
        (b"\xff", False, False),
        (b"", False, False),
        (b"[" * 200_000, False, False),
    ],
)
def test_json(body: bytes, json: bool, object_: bool) -> None:
    assert is_json(body) is json
    assert is_json_object(body) is object_


@pytest.mark.parametrize(
    ("body", "breaker"),
    [
        (b")]}'\n{}", True),
        (b"{}&& {}", True),
        (b"for(;;);{}", True),
        (b"while (1);", True),
        (b"for(;;) { }", False),
    ],
)
def test_parser_breakers(body: bytes, breaker: bool) -> None:
    assert has_parser_breaker(body) is breaker


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"self.__ran = 1; throw new Error('secret');",
        b"/* a comment */ var x = 1",
        b"// a comment\nlet x",
        b"async function f() {}",
        b"a in b",
        b"x\ny",
        b"{ a: 1 }",
        b"<!-- \nx = 1",
        b"'use strict'; f(<p>)",
        b"\xef\xbb\xbffunction f() {}",
    ],
)
def test_what_could_be_a_script(body: bytes) -> None:
    assert could_be_javascript(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><p>hi",
        b"<?xml version='1.0'?>",
        b'{"a":1}',
        b"[1]",
        b")]}'\n[1]",
        b"not html",
        b"/* Plain */ English words",
        b"PK\x03\x04\x00",
        b"%PDF-1.4",
        b"{'a':1}",
        b'{"a\\"": b}',
        b" { 'a\\'b' : c}",
        b"<!-- a -->\n<p>",
        b"<p>" + b"a + " * 70_000,
        b'{"a": ' + b"a + " * 70_000,
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_what_is_no_script(body: bytes) -> None:
    assert not could_be_javascript(body)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=80), st.sampled_from([b"", b"<!--", b"\xff\xfb\x90", b"\x00\x00\x00\x10ftyp", b"/*"]))
def test_any_body_is_answered(tail: bytes, head: bytes) -> None:
    body = head + tail
    assert isinstance(could_be_javascript(body), bool)
    for type_ in (image_type_of(body), audio_or_video_type_of(body)):
        assert type_ is None or "/" in type_


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


SVGS = [
    ("bare", SVG, None, True),
    ("another encoding", b'<?xml version="1.0" encoding="iso-8859-1"?>' + SVG, None, True),
    ("an external type that is not fetched", b'<!DOCTYPE svg SYSTEM "http://other.test/x">' + SVG, None, True),
    ("UTF-16 with a byte order mark", ("\ufeff" + SVG.decode()).encode("utf-16-le"), None, True),
    ("UTF-16 by its charset", SVG.decode().encode("utf-16-le"), "utf-16le", True),
    ("UTF-16 that nothing says", SVG.decode().encode("utf-16-le"), None, False),
    ("UTF-16 that it cannot be", b'<?xml version="1.0" encoding="UTF-16"?>' + SVG, None, True),
    ("the byte order mark before the charset", b"\xef\xbb\xbf" + SVG, "utf-16le", True),
    ("a prefix", b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', None, True),
    ("no namespace", b"<svg/>", None, False),
    ("not well formed", SVG + b"<p>", None, False),
    ("another root", b'<p xmlns="http://www.w3.org/2000/svg"/>', None, False),
    ("an unknown encoding", b'<?xml version="1.0" encoding="no-such"?>' + SVG, None, True),
    ("an encoding whose escapes are no XML", '<?xml version="1.0" encoding="iso-2022-jp"?><!--\u3042-->'
     .encode("iso-2022-jp") + SVG, None, True),
    ("the charset, not the encoding", '<?xml version="1.0" encoding="utf-8"?><!--\u3042-->'.encode("iso-2022-jp") + SVG,
     "iso-2022-jp", True),
    ("escapes that are no XML", "<!--\u3042-->".encode("iso-2022-jp") + SVG, None, False),
    ("an encoding of several bytes", b'<?xml version="1.0" encoding="shift_jis"?>' + SVG, None, True),
    ("empty", b"", None, False),
]  # fmt: skip


@pytest.mark.parametrize(("body", "charset", "svg"), [row[1:] for row in SVGS], ids=[row[0] for row in SVGS])
def test_svg(body: bytes, charset: str | None, svg: bool) -> None:
    assert is_svg(body, charset) is svg


@given(st.text(st.characters(codec="ascii"), max_size=12), st.binary(max_size=60))
@settings(deadline=None, max_examples=150)
def test_no_xml_declaration_makes_svg_of_anything(encoding: str, rest: bytes) -> None:
    body = b'<?xml version="1.0" encoding="' + encoding.encode() + b'"?>' + rest
    assert is_svg(body) is False
