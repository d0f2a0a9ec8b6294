"""What servers send: HTTP/1 answers, HTTP/2 heads, packed bodies, bodies of images and scripts, data: URLs, URLs."""

from __future__ import annotations

import zlib

from corssim.browser.transports.content_coding import CorruptContent, TooMuchContent, content_decoder
from corssim.browser.transports.http1.head import HeadTooLarge, MalformedAnswer
from corssim.browser.transports.http1.http2_heads import HeadsOfHTTP2
from corssim.browser.transports.http1.whole import read_whole_answer
from corssim.fetch.data_url import forgiving_base64_decode, process_data_url
from corssim.fetch.script_syntax import has_the_tokens_of_a_script
from corssim.fetch.sniff import (
    audio_or_video_type_of,
    could_be_javascript,
    has_parser_breaker,
    image_type_of,
    is_font,
    is_html,
    is_html_and_not_script,
    is_json,
    is_json_object,
    is_svg,
    is_xml,
)
from corssim.fetch.wire import NetworkFailure, WireRequest, WireResponse
from corssim.origin import Origin, registrable_domain, same_origin, same_site, url_origin
from corssim.serialized_origin import check_serialized_origin
from corssim.url import parse_url

from .headers import APP, PROFILES
from .target import target

_REQUESTS = [WireRequest("GET", "https://api.example/", ()), WireRequest("HEAD", "http://api.example:8000/", ())]
_LARGEST = 10 << 20


@target(
    "answers",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\nhi",
    "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 204 \r\n\r\n",
    "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhi\r\n0\r\nX: y\r\n\r\n",
    "HTTP/1.0 301 \nLocation: /\n a\n\nx",
    "ICY 200 OK\r\n\r\n",
    words="HTTP/1.1 200 \\r\\n Content-Length: Transfer-Encoding: chunked 0 ffffffff ; gzip 1xx -1",
    is_bytes=True,
    longest=200_000,
)
def answers(text: str) -> None:
    raw = text.encode("latin-1")
    for profile in PROFILES:
        for request in _REQUESTS:
            for ended in (False, True):
                result = read_whole_answer(raw, request, profile.answers, ended=ended)
                assert isinstance(result, NetworkFailure | WireResponse)
                if isinstance(result, WireResponse):
                    assert profile.answers.status_lines != "exact" or 200 <= result.status <= 999
                    assert all("\n" not in name + value and "\0" not in name + value for name, value in result.headers)


@target(
    "http/2 heads",
    "\x00\x00\x01\x01\x04\x00\x00\x00\x01\x88",
    "\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    words="",
    is_bytes=True,
    longest=200_000,
)
def http2_heads(text: str) -> None:
    raw = text.encode("latin-1")
    said = [_said_of(raw, cut) for cut in (len(raw), 1)]
    assert said[0] == said[1]


def _said_of(raw: bytes, cut: int) -> str:
    heads = HeadsOfHTTP2()
    try:
        for start in range(0, len(raw), max(1, cut)):
            heads.feed(raw[start : start + cut])
    except (MalformedAnswer, HeadTooLarge) as error:
        return str(error)
    return ""


@target(
    "packed bodies",
    "gzip\n" + zlib.compress(b"abc" * 9, wbits=31).decode("latin-1"),
    "deflate, gzip\n" + zlib.compress(zlib.compress(b"abc"), wbits=31).decode("latin-1"),
    "deflate\nx",
    "br\nx",
    words="gzip deflate identity , \\n x-gzip",
    is_bytes=True,
    longest=200_000,
)
def packed_bodies(text: str) -> None:
    coding, _, body = text.partition("\n")
    decoder = content_decoder([("Content-Encoding", coding)], 1 << 16)
    if decoder is None:
        return
    made = 0
    try:
        for piece in decoder.pieces(body.encode("latin-1")):
            assert len(piece) <= 64 * 1024
            made += len(piece)
            if made > 1 << 20:
                break
    except (CorruptContent, TooMuchContent):
        pass


@target(
    "bodies",
    "<!doctype html>",
    "<?xml version='1.0' encoding='utf-8'?><!-- --><svg>",
    "\x89PNG\r\n\x1a\n",
    '{"a": [1]}',
    "GIF89a",
    "ID3",
    "\x00\x00\x00\x18ftypmp42",
    ")]}',\n",
    "let a = `b${/c/}`; // d\n/* e */ f++",
    words="<!-- --> <html <script /* */ // ` ${ } ( ) [ ] / \" ' \\ => let function { : , ftyp moov \\xff\\xfb",
    is_bytes=True,
)
def bodies(text: str) -> None:
    body = text.encode("latin-1")
    for sniff in (image_type_of, audio_or_video_type_of):
        found = sniff(body)
        assert found is None or "/" in found
    for is_it in (
        is_font, is_html, is_xml, is_svg, is_html_and_not_script, is_json_object, has_parser_breaker, is_json,
        could_be_javascript,
    ):  # fmt: skip
        assert is_it(body) in (True, False)
    assert has_the_tokens_of_a_script(text) in (True, False)


@target(
    "urls",
    "https://a.example:443/b?c#d",
    "http://user:pass@[::1]/",
    "data:text/html;base64,YQ==",
    "//b.test/..%2f",
    "blob:null/1",
    "http://0x7f.1/",
    "https://xn--a/",
    "file:///a",
    "about:srcdoc",
    "data:;charset=x,%41#b",
    "http://täst.example/",
    words=": / ? # @ [ ] % %2e .. https: http: blob: data: file: ;base64, localhost 127.1 :443 xn-- ． ß \\t \\\\",
)
def urls(text: str) -> None:
    base = parse_url(APP)
    for url in (parse_url(text), parse_url(text, base)):
        if url is None:
            continue
        again = parse_url(url.href)
        assert again == url
        assert again.href == url.href
        origin = url_origin(url)
        assert same_origin(url, url) is not origin.is_opaque or url.scheme == "blob"
        if not origin.is_opaque:
            assert same_site(url, url)
            assert Origin.parse(str(origin)) == origin or url.scheme == "blob"
            # A host may have an asterisk, and then there is advice.
            assert not url.is_http or "*" in origin.host or check_serialized_origin(str(origin)) is None
        domain = registrable_domain(url.host or "")
        assert domain is None or domain.strip(".") in (url.host or "").lower()
        if url.scheme == "data":
            found = process_data_url(url)
            assert found is None or isinstance(found.body, bytes)
        assert not url.without_credentials_and_fragment().includes_credentials
    decoded = forgiving_base64_decode(text)
    assert decoded is None or isinstance(decoded, bytes)
    problem = check_serialized_origin(text)
    if problem is not None and problem.suggestion is not None:
        assert "\n" not in problem.message
        assert check_serialized_origin(problem.suggestion) is None
