"""Misbehaviours over HTTP/1.1."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from .misbehaviour import FINE, HEAD, End, Misbehaviour, Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MIB = 1 << 20
ZEROS = b"0" * 65536
OK = b"HTTP/1.1 200 OK\r\n" + HEAD
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
CLOSE, RESET, HANG = End.CLOSE, End.RESET, End.HANG


def says(*pieces: bytes | float | End) -> Callable[[bytes | int], Said]:
    return lambda _: iter(pieces)


def endlessly(piece: bytes, *before: bytes) -> Callable[[bytes | int], Said]:
    def answer(_: bytes | int) -> Said:
        yield from before
        while True:
            yield piece

    return answer


def slowly(text: bytes) -> Callable[[bytes | int], Said]:
    """A byte every 50 ms, for ever again."""

    def answer(_: bytes | int) -> Said:
        while True:
            for at in range(len(text)):
                yield text[at : at + 1]
                yield 0.05

    return answer


def with_type(content_type: bytes) -> bytes:
    return OK + b"Content-Type: " + content_type + b"\r\n\r\n"


def with_header(name: str, value: bytes, status: bytes = b"200 OK") -> bytes:
    line = name.encode("latin-1") + b": " + value + b"\r\n"
    return b"HTTP/1.1 " + status + b"\r\n" + HEAD + line + b"Content-Length: 2\r\n\r\nok"


STATUS_LINES = {
    "nothing": b"",
    "no status": b"HTTP/1.1\r\n",
    "no status, a space": b"HTTP/1.1 \r\n",
    "letters": b"HTTP/1.1 abc OK\r\n",
    "0": b"HTTP/1.1 0 OK\r\n",
    "99": b"HTTP/1.1 99 OK\r\n",
    "000": b"HTTP/1.1 000 OK\r\n",
    "1000": b"HTTP/1.1 1000 OK\r\n",
    "999": b"HTTP/1.1 999 OK\r\n",
    "600": b"HTTP/1.1 600\r\n",
    "20000000000": b"HTTP/1.1 20000000000 OK\r\n",
    "5,000 digits": b"HTTP/1.1 " + b"2" * 5000 + b" OK\r\n",
    "negative": b"HTTP/1.1 -200 OK\r\n",
    "plus": b"HTTP/1.1 +200 OK\r\n",
    "a decimal": b"HTTP/1.1 200.5 OK\r\n",
    "other digits": "HTTP/1.1 ٢٠٠ OK\r\n".encode(),
    "version 0.9": b"HTTP/0.9 200 OK\r\n",
    "version 1.0": b"HTTP/1.0 200 OK\r\n",
    "version 2": b"HTTP/2 200 OK\r\n",
    "version 11": b"HTTP/11 200 OK\r\n",
    "version 1.10": b"HTTP/1.10 200 OK\r\n",
    "a long version": b"HTTP/" + b"1" * 5000 + b".1 200 OK\r\n",
    "no version": b"HTTP 200 OK\r\n",
    "lower case": b"http/1.1 200 ok\r\n",
    "ICY": b"ICY 200 OK\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
    "SMTP": b"220 mail.example ESMTP\r\n",
    "a request": b"GET / HTTP/1.1\r\nHost: a\r\n",
    "junk before": b"\x00\x01HTTP/1.1 200 OK\r\n",
    "lines before": b"\r\n\r\n\r\nHTTP/1.1 200 OK\r\n",
    "BOM": b"\xef\xbb\xbfHTTP/1.1 200 OK\r\n",
    "tabs": b"HTTP/1.1\t200\tOK\r\n",
    "LF": b"HTTP/1.1 200 OK\n",
    "CR": b"HTTP/1.1 200 OK\r",
    "NUL": b"HTTP/1.1 200 O\0K\r\n",
    "high bytes": b"HTTP/1.1 200 " + bytes(range(128, 256)) + b"\r\n",
    "escapes": b"HTTP/1.1 200 \x1b[31mred\x1b]0;title\x07\x9b2J\r\n",
    "markup": b"HTTP/1.1 200 <x-attack onclick=alert(1)>[bold]&amp;\r\n",
    "bidi": "HTTP/1.1 200 \u202eKO\u2066\r\n".encode(),
    "a long reason": b"HTTP/1.1 200 " + b"a" * 100_000 + b"\r\n",
    "204 with a body": b"HTTP/1.1 204 No\r\n",
    "205 with a body": b"HTTP/1.1 205 No\r\n",
    "304 with a body": b"HTTP/1.1 304 No\r\n",
    "401": b"HTTP/1.1 401 No\r\n",
    "407": b"HTTP/1.1 407 No\r\n",
    "421": b"HTTP/1.1 421 No\r\n",
    "426": b"HTTP/1.1 426 No\r\nUpgrade: h2c\r\n",
    "101 unasked": b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
    "101 to h2c": b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n",
    "101 to nothing": b"HTTP/1.1 101 Switching\r\n",
    "100 alone": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
    "103 with everything": b"HTTP/1.1 103 Hints\r\nSet-Cookie: a=1\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\n",
    "199": b"HTTP/1.1 199 What\r\n\r\nHTTP/1.1 200 OK\r\n",
}

INTERIM = {
    "1,000 of 103": b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload; as=script\r\n\r\n" * 1000,
    "103 with 90 kB, 20 times": (b"HTTP/1.1 103 Early\r\nLink: <" + b"a" * 90_000 + b">\r\n\r\n") * 20,
    "103 with 10,000 lines": b"HTTP/1.1 103 Early\r\n" + b"Link: <a>\r\n" * 10_000 + b"\r\n",
    "103 that allows": b"HTTP/1.1 103 Early\r\nAccess-Control-Allow-Origin: *\r\n\r\n",
    "103 with controls": b"HTTP/1.1 103 \x1b[31m\r\nX-\x1b: \x9b\0\r\n\r\n",
    "102 and 103 and 100": b"".join(b"HTTP/1.1 %d X\r\n\r\n" % status for status in (102, 103, 100) * 30),
    "101 to a socket behind 100": b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 101 S\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    "103 with a body": b"HTTP/1.1 103 Early\r\nContent-Length: 4\r\n\r\nevil",
}
"""What comes before a good answer."""

HEADS = {
    "no colon": b"nonsense\r\n",
    "colon first": b": nonsense\r\n",
    "a space before the colon": b"X-A : 1\r\n",
    "a space in the name": b"X A: 1\r\n",
    "a folded line": b"X-A: 1\r\n  2\r\n",
    "a folded first line": b" X-A: 1\r\n",
    "NUL in the value": b"X-A: a\0b\r\n",
    "NUL in the name": b"X\0A: b\r\n",
    "CR in the value": b"X-A: a\rb\r\n",
    "CR LF in the value of a header that counts": b"Access-Control-Allow-Origin: *\rX: y\r\n",
    "LF alone": b"X-A: 1\nX-B: 2\n",
    "high bytes in the name": b"X-\xe9\xff: 1\r\n",
    "high bytes in the value": b"X-A: " + bytes(range(128, 256)) + b"\r\n",
    "all controls in the value": b"X-A: " + bytes(set(range(1, 32)) - {10, 13}) + b"\x7f\r\n",
    "a long name": b"X-" + b"A" * 50_000 + b": 1\r\n",
    "a value of 90 kB": b"X-A: " + b"a" * 90_000 + b"\r\n",
    "a value of 300 kB": b"X-A: " + b"a" * 300_000 + b"\r\n",
    "a value of 2 MB": b"X-A: " + b"a" * 2_000_000 + b"\r\n",
    "10,000 lines": b"X-A: 1\r\n" * 10_000,
    "3,000 names": b"".join(b"X-%d: 1\r\n" % n for n in range(3000)),
    "2,000 cookies": b"".join(b"Set-Cookie: n%d=1\r\n" % n for n in range(2000)),
    "2,000 Vary": b"".join(b"Vary: X-%d\r\n" % n for n in range(2000)),
    "2,000 links": b"".join(b"Link: <https://a.example/%d>; rel=preload; as=fetch\r\n" % n for n in range(2000)),
    "2,000 allowed origins": b"Access-Control-Allow-Origin: *\r\n" * 2000,
    "2,000 policies": b"Content-Security-Policy: default-src a b c\r\n" * 2000,
    "quotes without end": b'Content-Type: text/html; charset="' + b'"\\' * 5000 + b"\r\n",
    "commas": b"Access-Control-Allow-Headers: " + b"," * 30_000 + b"\r\n",
    "Content-Type twice": b"Content-Type: a/b\r\nContent-Type: text/html\r\n",
    "a Date of nonsense": b"Date: "
    + b"9" * 5000
    + b"\r\nExpires: \x1b\r\nAge: -1\r\nCache-Control: max-age="
    + b"9" * 5000
    + b"\r\n",
    "HSTS": b"Strict-Transport-Security: max-age=99999999999999999999; includeSubDomains\r\n",
    "Refresh": b"Refresh: 0; url=javascript:alert(1)\r\n",
    "storage access for ever": b"Activate-Storage-Access: retry; allowed-origin=*\r\n",
    "Clear-Site-Data": b'Clear-Site-Data: "*", "\x1b"\r\n',
    "Alt-Svc": b'Alt-Svc: h3=":443"; ma=99999999999\r\n',
    "a password's realm": b'WWW-Authenticate: Basic realm="\x1b[31m<x-attack>"\r\n',
    "Connection: close, and goes on": b"Connection: close\r\n",
    "Keep-Alive": b"Keep-Alive: timeout=0, max=0\r\nConnection: keep-alive\r\n",
    "2,000 cookies of 100 bytes": b"".join(b"Set-Cookie: n%d=%s\r\n" % (n, b"v" * 80) for n in range(2000)),
    "cookies with every prefix": b"".join(
        b"Set-Cookie: __%s-a=1; %s\r\n" % (prefix, attributes)
        for prefix in (b"Host", b"Secure", b"Http", b"Host-Http", b"\xff")
        for attributes in (b"", b"Secure", b"Secure; Path=/", b"Secure; Path=/; HttpOnly", b"Domain=127.0.0.1")
    ),
    "cookies that are none": b"Set-Cookie: \r\nSet-Cookie: =\r\nSet-Cookie: ;\r\nSet-Cookie: a\tb=\x7f\r\n"
    b"Set-Cookie: a=b; Max-Age=-" + b"9" * 5000 + b"\r\nSet-Cookie: a=b; Expires=Thu, 99 Foo 99999 99:99:99\r\n",
    "a domain of dots": b"Set-Cookie: a=b; Domain=..\r\nSet-Cookie: a=b; Domain=.\r\nSet-Cookie: a=b; Domain=com\r\n",
    "a digest that is stale for ever": b'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth", stale=true\r\n',
    "digests that nobody knows": b'WWW-Authenticate: Digest realm="\\", nonce=, algorithm=SHA-\x1b, qop="\r\n' * 50,
    "NTLM and Negotiate": b"WWW-Authenticate: Negotiate \xff==\r\nWWW-Authenticate: NTLM TlRMTVNTUAAC\r\n",
    "a range that nobody asked for": b"Content-Range: bytes 99999999999999999999-1/0\r\nAccept-Ranges: \x1b\r\n",
    "what is fresh for ever": b"Cache-Control: max-age=%s, stale-while-revalidate=%s\r\n" % (b"9" * 400, b"9" * 400),
    "a date before dates": b"Date: Mon, 01 Jan 0000 00:00:00 GMT\r\nExpires: Mon, 31 Dec 9999 23:59:60 GMT\r\n"
    b"Last-Modified: Thu, 00 Jan -1 24:00:00 GMT\r\nAge: 99999999999999999999\r\nCache-Control: max-age=1\r\n",
    "lines between CR and LF": b"X-A: 1\r\r\nX-B: 2\r\n",
    "every control in a name": b"".join(b"X-%c: 1\r\n" % code for code in range(32) if code not in (10, 13)),
    "every byte that is no token in a name": b"".join(b"X%cA: 1\r\n" % code for code in b'"(),/:;<=>?@[]{}\x7f'),
    "Trailer": b"Trailer: Access-Control-Allow-Origin\r\n",
    "a policy for insecure requests": b"Content-Security-Policy: upgrade-insecure-requests; sandbox\r\n",
}

HOSTILE = {
    "escapes": b"\x1b[2J\x1b[31mred\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x1bP\x1b\\",
    "C1 controls": bytes(range(0x80, 0xA0)),
    "C1 controls in UTF-8": "\x9b31m\x90\x85".encode(),
    "bells and backspaces": b"a\x07\x08\x08\x0b\x0c\x7f",
    "bidi": "a\u202egpj.exe\u2066\u2067\u200f\u061c".encode(),
    "what cannot be seen": "a\u200b\u2060\ufeff\u00ad\u2028\u2029\u3164\U000e0041".encode(),
    "no UTF-8": b"\xc0\xaf\xed\xa0\x80\xf8\xff",
    "combining": ("a" + "\u0301" * 500).encode(),
    "markup": b"<x-attack onclick=alert(1)></style></script><x-attack>\"'><x-attack>&lt;x-attack&gt;",
    "markup of terminals": b"[bold red]a[/bold red][link=http://evil.example]x[/link][/]\\[x]",
    "templates": b"{{7*7}}${7*7}<%= 1 %>%s%n{0}",
    "other lines": b"\x85Access-Control-Allow-Origin: *",
}

HEADERS_THAT_ARE_TOLD = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Content-Type",
    "Location",
    "Set-Cookie",
    "Server",
    "Vary",
    "Link",
    "WWW-Authenticate",
    "Content-Security-Policy",
    "Cross-Origin-Resource-Policy",
    "Timing-Allow-Origin",
    "Content-Encoding",
    "X-A",
]

CHUNKS = {
    "no size": b"\r\nabc\r\n0\r\n\r\n",
    "letters": b"xyz\r\nabc\r\n0\r\n\r\n",
    "negative": b"-3\r\nabc\r\n0\r\n\r\n",
    "plus": b"+3\r\nabc\r\n0\r\n\r\n",
    "0x": b"0x3\r\nabc\r\n0\r\n\r\n",
    "spaces": b" 3 \r\nabc\r\n0\r\n\r\n",
    "too long for what comes": b"ff\r\nabc\r\n0\r\n\r\n",
    "too short for what comes": b"1\r\nabc\r\n0\r\n\r\n",
    "2 ** 64": b"10000000000000000\r\nabc\r\n",
    "2 ** 63": b"8000000000000000\r\nabc\r\n",
    "5,000 digits": b"f" * 5000 + b"\r\nabc\r\n",
    "20,000 zeros": b"0" * 20_000 + b"3\r\nabc\r\n0\r\n\r\n",
    "an extension": b"3;a=b\r\nabc\r\n0\r\n\r\n",
    "an extension of 100 kB": b"3;" + b"a" * 100_000 + b"\r\nabc\r\n0\r\n\r\n",
    "escapes in the size": b"\x1b[31m\r\nabc\r\n",
    "LF": b"3\nabc\n0\n\n",
    "CR": b"3\rabc\r0\r\r",
    "no last chunk": b"3\r\nabc\r\n",
    "no end of the last chunk": b"3\r\nabc\r\n0\r\n",
    "a trailer that allows": b"3\r\nabc\r\n0\r\nAccess-Control-Allow-Origin: *\r\n\r\n",
    "a trailer that is none": b"3\r\nabc\r\n0\r\nnonsense\r\n\0\r\n\r\n",
    "10,000 trailers": b"3\r\nabc\r\n0\r\n" + b"X-T: 1\r\n" * 10_000 + b"\r\n",
    "20,000 chunks of one byte": b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n",
    "extensions on 5,000 chunks": (b"1;" + b"a=b;" * 20 + b"\r\na\r\n") * 5000 + b"0\r\n\r\n",
    "an extension with a quote": b'3;a="\r\n\r\nabc\r\n0\r\n\r\n',
    "an extension with controls": b"3;\x1b[31m\0=\x9b\r\nabc\r\n0\r\n\r\n",
    "a trailer of 300 kB": b"3\r\nabc\r\n0\r\nX-T: " + b"a" * 300_000 + b"\r\n\r\n",
    "trailers that frame": b"3\r\nabc\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a size of nothing, again and again": b"0\r\n\r\n" * 1000,
    "another answer behind": b"3\r\nabc\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
}

TRANSFER_ENCODINGS = [
    b"chunked, chunked",
    b"gzip, chunked",
    b"identity",
    b"xchunked",
    b"\x0bchunked",
    b"chunked,",
    b"CHUNKED",
]

LENGTHS = {
    "letters": b"abc",
    "nothing": b"",
    "negative": b"-4",
    "plus": b"+4",
    "a decimal": b"4.0",
    "hexadecimal": b"0x4",
    "5,000 digits": b"4" * 5000,
    "2 ** 63": b"9223372036854775808",
    "2 ** 64 + 4": b"18446744073709551620",
    "twice the same": b"4\r\nContent-Length: 4",
    "two": b"4\r\nContent-Length: 5",
    "a list": b"4, 4",
    "a list of two": b"4, 5",
    "other digits": "٤".encode(),
    "with chunks": b"4\r\nTransfer-Encoding: chunked",
    "spaces": b"  4  ",
    "too long": b"400",
    "too short": b"2",
}

LOCATIONS = {
    "itself": b"",
    "itself, a fragment": b"#a",
    "the other way round": b"all?2",
    "javascript": b"javascript:alert(1)",
    "data": b"data:text/html,<x-attack>",
    "file": b"file:///etc/passwd",
    "blob": b"blob:https://app.example/1",
    "about": b"about:blank",
    "ws": b"ws://a.example/",
    "no URL": b"http://[",
    "no host": b"http:///",
    "no port": b"http://a.example:99999/",
    "a port that is blocked": b"http://127.0.0.1:22/",
    "a port where nobody is": b"http://127.0.0.1:9/",
    "a user": b"http://user:password@127.0.0.1:9/",
    "a name that is none": b"http://a..b.invalid/",
    "a name that IDNA refuses": b"http://xn--a/",
    "a long name": b"http://" + b"a" * 300 + b".invalid/",
    "a long label": b"http://" + b"a." * 200 + b"invalid/",
    "an underscore": b"http://a_b.invalid/",
    "80 kB": b"/" + b"a" * 80_000,
    "80 kB at a host": b"http://a.invalid/" + b"a" * 80_000,
    "high bytes": b"/\xff\xfe\xe9",
    "UTF-8": "/é\u202e".encode(),
    "escapes": b"/\x1b[31m",
    "tabs": b"/a\tb",
    "backslashes": b"\\\\127.0.0.1:9\\",
    "a dot at the end": b"http://localhost.:9/",
    "IPv6": b"http://[::1]:9/",
    "IPv6 with a zone": b"http://[fe80::1%25eth0]/",
    "an IP address in disguise": b"http://0x7f.1:9/",
    "percent": b"/%zz%00%",
    "200 dots": b"/" + b"../" * 200,
    "a colon alone": b":",
    "a host of digits": b"http://4294967296/",
    "a host of escapes": b"http://%1b%5b31m/",
    "a host with an asterisk": b"http://*.invalid/",
    "a long host of other letters": ("http://" + "ä." * 9000 + "invalid/").encode(),
    "FTP": b"ftp://a.example/",
    "mail": b"mailto:a@a.example",
    "an app": b"intent://a#Intent;scheme=http;end",
    "a source": b"view-source:http://a.example/",
    "a browser's page": b"chrome://settings",
    "a file system": b"filesystem:http://a.example/temporary/",
    "a Unix socket": b"http+unix://%2Fvar%2Frun/",
    "a name": b"urn:a:b",
    "a scheme in capitals": b"HTTP://127.0.0.1:9/",
    "a scheme of 5,000 letters": b"a" * 5000 + b":x",
    "two": b"/fine\r\nLocation: /fine?2",
}


def _endless() -> Iterator[Misbehaviour]:
    late = {
        "the status line": endlessly(b"a" * 100, b"HTTP/1.1 200 "),
        "a header line": endlessly(b"a" * 100, OK + b"X-A: "),
        "header lines": endlessly(b"X-A: a\r\n", OK),
        "blank lines before": endlessly(b"\r\n" * 100),
        "interim heads": endlessly(b"HTTP/1.1 103 Early\r\nX: y\r\n\r\n" * 50),
        "100 Continue": endlessly(b"HTTP/1.1 100 Continue\r\n\r\n"),
        "a body": endlessly(ZEROS, OK + b"\r\n"),
        "a body of single bytes": endlessly(b"a", OK + b"\r\n"),
        "chunks": endlessly(b"4\r\nabcd\r\n" * 100, OK + _CHUNKED),
        "a chunk's extension": endlessly(b"a" * 100, OK + _CHUNKED + b"3;"),
        "a chunk's size": endlessly(b"0" * 100, OK + _CHUNKED),
        "trailers": endlessly(b"X-T: a\r\n", OK + _CHUNKED + b"0\r\n"),
        "a bomb": endlessly(zlib.compress(bytes(MIB))[2:-4], OK + b"Content-Encoding: deflate\r\n\r\n"),
        "nothing at all": says(HANG),
        "silence in the status line": says(b"HTTP/1.1 2", HANG),
        "silence in the head": says(OK, HANG),
        "silence in the body": says(OK + b"Content-Length: 10\r\n\r\nabc", HANG),
        "silence in a chunk": says(OK + _CHUNKED + b"10\r\nabc", HANG),
        "silence after 100": says(b"HTTP/1.1 100 Continue\r\n\r\n", HANG),
        "a 204 that goes on": endlessly(ZEROS, b"HTTP/1.1 204 No\r\n" + HEAD + b"\r\n"),
        "trickled status line": slowly(b"H"),
        "trickled head": slowly(OK * 20),
        "trickled body": slowly(OK + b"\r\n" + b"a" * 1000),
        "trickled chunks": slowly(OK + _CHUNKED + b"1\r\na\r\n" * 1000),
        "extensions": endlessly(b"1;" + b"a" * 1000 + b"\r\na\r\n", OK + _CHUNKED),
        "a trailer": endlessly(b"a" * 100, OK + _CHUNKED + b"0\r\nX-T: "),
        "early hints with links": endlessly(b"HTTP/1.1 103 Early\r\nLink: <a>; rel=preload; as=script\r\n\r\n" * 50),
        "a stream of parts": endlessly(
            b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n", with_type(b"multipart/x-mixed-replace; boundary=a")
        ),
        "a stream of events": endlessly(b"data: x\n\n", with_type(b"text/event-stream")),
        "a line of a stream of events": endlessly(b"data: x", with_type(b"text/event-stream")),
        "a body of a redirect": endlessly(ZEROS, OK.replace(b"200 OK", b"307 Go") + b"Location: /fine\r\n\r\n"),
        "a body of a refusal": endlessly(ZEROS, OK.replace(b"200 OK", b"401 No") + b"WWW-Authenticate: Basic\r\n\r\n"),
        "trickled interim heads": slowly(b"HTTP/1.1 100 Continue\r\n\r\n"),
    }
    for name, answer in late.items():
        yield Misbehaviour(f"endless: {name}", answer, is_late=True)


def _in_single_bytes(data: bytes) -> Callable[[bytes | int], Said]:
    return says(*(data[at : at + 1] for at in range(len(data))))


def _early() -> Iterator[Misbehaviour]:
    """Answers to requests that were not read to their end."""
    for status in (b"413 Too Large", b"100 Continue", b"200 OK", b"401 No"):
        head = OK.replace(b"200 OK", status) + b"Content-Length: 2\r\n\r\nok"
        for end in (CLOSE, RESET):
            yield Misbehaviour(f"early: {status.decode()}, and then {end.value}", says(head, end), reads=100)


def _redirecting(status: bytes, location: bytes) -> Callable[[bytes | int], Said]:
    return says(b"HTTP/1.1 " + status + b" Go\r\n" + HEAD + b"Location: " + location + b"\r\nContent-Length: 0\r\n\r\n")


def _growing(head: bytes | int) -> Said:
    assert isinstance(head, bytes)
    path = head.split(b" ", 2)[1]
    yield from _redirecting(b"307", path + b"a" * 100)(head)


def misbehaviours() -> Iterator[Misbehaviour]:
    for name, line in STATUS_LINES.items():
        yield Misbehaviour(f"status line: {name}", says(line + HEAD + b"Content-Length: 3\r\n\r\nabc", CLOSE))
    for name, lines in HEADS.items():
        yield Misbehaviour(f"head: {name}", says(OK + lines + b"Content-Length: 2\r\n\r\nok"))
    for name, value in HOSTILE.items():
        for header in HEADERS_THAT_ARE_TOLD:
            yield Misbehaviour(f"{name} in {header}", says(with_header(header, value)))
        body = b'{"a": "' + value + b'"}'
        head = b"HTTP/1.1 403 No\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        yield Misbehaviour(f"{name} in a body", says(head + body))
        yield Misbehaviour(f"{name} in a header's name", says(with_header(f"X-{value.decode('latin-1')}", b"1")))
        yield Misbehaviour(
            f"{name} in a challenge", says(with_header("WWW-Authenticate", b"Basic realm=" + value, b"401 No"))
        )
        yield Misbehaviour(f"{name} instead of an answer", says(value, CLOSE))
    for name, chunks in CHUNKS.items():
        yield Misbehaviour(f"chunks: {name}", says(OK + _CHUNKED + chunks, CLOSE))
    for coding in TRANSFER_ENCODINGS:
        head = OK + b"Transfer-Encoding: " + coding + b"\r\n\r\n"
        yield Misbehaviour(f"transfer coding: {coding!r}", says(head + b"3\r\nabc\r\n0\r\n\r\n", CLOSE))
    for name, length in LENGTHS.items():
        yield Misbehaviour(f"length: {name}", says(OK + b"Content-Length: " + length + b"\r\n\r\nabcd", CLOSE))
    smuggled = b"HTTP/1.1 200 OK\r\n" + HEAD + b"Content-Length: 4\r\n\r\nevil"
    yield Misbehaviour("length: another answer behind", says(OK + b"Content-Length: 2\r\n\r\nok" + smuggled))
    yield Misbehaviour("length: another answer behind none", says(b"HTTP/1.1 204 No\r\n" + HEAD + b"\r\n" + smuggled))
    for status in (b"301", b"307"):
        for name, location in LOCATIONS.items():
            yield Misbehaviour(f"{status.decode()} to {name}", _redirecting(status, location))
    for name, before in INTERIM.items():
        yield Misbehaviour(f"interim: {name}", says(before + FINE))
    yield Misbehaviour("in single bytes", _in_single_bytes(FINE))
    yield Misbehaviour(
        "in single bytes, in chunks", _in_single_bytes(OK + _CHUNKED + b"1\r\na\r\n" * 50 + b"0\r\n\r\n")
    )
    yield Misbehaviour("frames of HTTP/2", says(bytes.fromhex("000000040000000000") + b"\0\0\1\1\4\0\0\0\1\x88", CLOSE))
    timeout = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\nConnection: close\r\n\r\nevil"
    yield Misbehaviour("length: a timeout behind the answer, and the end", says(FINE + timeout, CLOSE))
    yield from _early()
    yield Misbehaviour("307 to more and more", _growing)
    yield Misbehaviour("300 to somewhere", _redirecting(b"300", b"/fine"))
    yield from _endless()
