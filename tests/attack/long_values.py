"""Headers that each kind of code reads, with values as long as a head may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .http1 import OK, says
from .misbehaviour import Misbehaviour

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH = 200_000  # bytes: browsers take a head of 256 KiB
_UNITS: dict[str, tuple[str, ...]] = {
    "Access-Control-Allow-Origin": ("a", ","),
    "Access-Control-Allow-Methods": ("PUT,", "\t"),
    "Access-Control-Allow-Headers": ("x-a,", " ,"),
    "Access-Control-Expose-Headers": ("x-a,", "*,"),
    "Access-Control-Max-Age": ("9", " "),
    "Activate-Storage-Access": ("retry; allowed-origin=*,", ";"),
    "Cache-Control": ("max-age=1,", 'a="'),
    "Clear-Site-Data": ('"*",', '"'),
    "Content-Disposition": ("attachment;", 'filename="'),
    "Content-Encoding": ("gzip,", " "),
    "Content-Range": ("bytes 0-1/2,", "9"),
    "Content-Security-Policy": ("script-src a ;", "default-src https://*.a.example:* 'none' ", ",", "'sha256-"),
    "Content-Type": ("text/html;a=b;", 'a/b;charset="\\"', "/", ","),
    "Cross-Origin-Embedder-Policy": ("require-corp;a=b;", '"'),
    "Cross-Origin-Resource-Policy": ("same-origin,", " "),
    "Date": ("Mon, ", "0"),
    "ETag": ("W/", '"'),
    "Expires": ("Mon, 01 Jan ", "-"),
    "Integrity-Policy": ("blocked-destinations=(script),", "("),
    "Link": ("<a>; rel=preload; as=fetch,", "<", '<a>; rel="'),
    "Location": ("../", "a b", "\\", "%2e%2e/"),
    "NEL": ('{"a":', "["),
    "Origin-Agent-Cluster": ("?1,", "("),
    "Permissions-Policy": ('geolocation=("https://a.example"),', "a=(", "*,"),
    "Refresh": ("0;", "url="),
    "Report-To": ('{"a":', ","),
    "Reporting-Endpoints": ('a="https://a.example",', "("),
    "Referrer-Policy": ("origin,", "\t,"),
    "Retry-After": ("9", ","),
    "Server-Timing": ('a;desc="b";dur=1,', '"'),
    "Set-Cookie": ("a=b;", "=", "; Expires=", "Max-Age=9"),
    "SourceMap": ("a", "%"),
    "Strict-Transport-Security": ("max-age=1;", '"', "; "),
    "Supports-Loading-Mode": ("credentialed-prerender,", "("),
    "Timing-Allow-Origin": ("*,", "https://a.example,"),
    "Trailer": ("x-a,", "\t"),
    "Vary": ("x-a,", "*,"),
    "WWW-Authenticate": ('Basic realm="a",', 'Digest nonce="', "a=b,", "a "),
    "X-Content-Type-Options": ("nosniff,", ",", "\t"),
    "X-Frame-Options": ("deny,", "\t"),
}


def misbehaviours() -> Iterator[Misbehaviour]:
    for header, units in _UNITS.items():
        status = {"Location": b"302 Found", "WWW-Authenticate": b"401 No"}.get(header, b"200 OK")
        for unit in units:
            value = (unit * (_LENGTH // len(unit))).encode("latin-1")
            head = OK.replace(b"200 OK", status) + header.encode() + b": " + value
            yield Misbehaviour(f"200 kB of {unit!r} in {header}", says(head + b"\r\nContent-Length: 2\r\n\r\nok"))
