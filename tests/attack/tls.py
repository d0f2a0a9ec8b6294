"""Servers that misbehave before HTTP begins, and certificates that nobody should take."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from typing import TYPE_CHECKING

import trustme

from .certificates import ODD, odd_certificates
from .misbehaviour import HEAD, BelowTLS, End, Misbehaviour, Said

if TYPE_CHECKING:
    from collections.abc import Iterator

_HELLO = bytes.fromhex("160303003a020000360303") + bytes(32) + bytes.fromhex("00130200000e002b0002030400330004001d0000")
_ALERT = bytes.fromhex("15030300020228")


def contexts(authority: trustme.CA) -> dict[str, ssl.SSLContext]:
    """A server's context for each kind of certificate."""
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    names = "127.0.0.1", "localhost"
    escapes, markup = "\x1b[31mred\x1b[0m", "<x-attack onclick=alert(1)>[bold]"
    kinds = {
        "good": authority.issue_cert(*names),
        "of a stranger": trustme.CA().issue_cert(*names),
        "of a stranger with escapes in its name": trustme.CA(organization_name=escapes).issue_cert(*names),
        "of a stranger with markup in its name": trustme.CA(organization_name=markup).issue_cert(*names),
        "expired": authority.issue_cert(*names, not_after=yesterday),
        "not valid yet": authority.issue_cert(*names, not_before=yesterday + datetime.timedelta(days=9)),
        "for another host": authority.issue_cert("other.example"),
        "for another host with escapes in its name": authority.issue_cert("x.example", common_name=escapes),
        "for 3,000 hosts": authority.issue_cert(*(f"a{number}.example" for number in range(3000))),
    }
    made = {}
    for name, certificate in kinds.items():
        for protocol in ("", "h2"):
            context = made[name + protocol] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            if protocol:
                context.set_alpn_protocols([protocol])
    for name, (chain, key) in odd_certificates(authority, names[0]).items():
        context = made[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with tempfile.NamedTemporaryFile() as file:
            file.write(chain + key)
            file.flush()
            context.load_cert_chain(file.name)
    old = made["in an old version"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    kinds["good"].configure_cert(old)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    asks = made["for a client that has one, too"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    kinds["good"].configure_cert(asks)
    asks.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(asks)
    return made


CERTIFICATES = [
    "of a stranger",
    "of a stranger with escapes in its name",
    "of a stranger with markup in its name",
    "expired",
    "not valid yet",
    "for another host",
    "for another host with escapes in its name",
    "for 3,000 hosts",
    "in an old version",
    "for a client that has one, too",
    *ODD,
]

_BYTES: dict[str, tuple[bytes | float | End, ...]] = {
    "the end": (End.CLOSE,),
    "a reset": (End.RESET,),
    "plain HTTP": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", End.CLOSE),
    "plain HTTP, and it hangs": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", End.HANG),
    "junk": (b"\x1b[31m<x-attack>" * 20, End.CLOSE),
    "an alert": (_ALERT, End.CLOSE),
    "a warning, and again": (bytes.fromhex("1503030002015a") * 200, End.CLOSE),
    "a hello and the end": (_HELLO, End.CLOSE),
    "a hello and a reset": (_HELLO, End.RESET),
    "half a hello": (_HELLO[:20], End.CLOSE),
    "a record that is too long": (b"\x16\x03\x03\xff\xff" + bytes(65535), End.CLOSE),
    "a record of nothing": (b"\x16\x03\x03\0\0" * 100, End.CLOSE),
}
_LATE: dict[str, tuple[bytes | float | End, ...]] = {
    "nothing": (End.HANG,),
    "half a hello, and nothing more": (_HELLO[:20], End.HANG),
    "a hello, and nothing more": (_HELLO, End.HANG),
    "a trickle": tuple(piece for byte in _HELLO * 4 for piece in (bytes([byte]), 0.1)),
}


_HEAD = b"HTTP/1.1 200 OK\r\n" + HEAD + b"Content-Length: 10\r\n\r\n"
_BELOW: dict[str, bytes] = {
    "close_notify": bytes.fromhex("15030300020100"),
    "an alert": _ALERT,
    "an alert of a level that is none": bytes.fromhex("1503030002ff28"),
    "another hello": _HELLO,
    "plain HTTP": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
    "data that nobody encrypted": b"\x17\x03\x03\0\x20" + bytes(32),
    "a record of nothing": b"\x17\x03\x03\0\0",
    "a record that is too long": b"\x17\x03\x03\xff\xff" + bytes(65535),
    "half a record": b"\x17\x03\x03\0\x20abc",
}


def misbehaviours() -> Iterator[Misbehaviour]:
    """`protocol` "tls": no request is read; "https" with a certificate of its own: none should come."""
    for is_late, table in ((False, _BYTES), (True, _LATE)):
        for name, pieces in table.items():
            yield Misbehaviour(f"TLS: {name}", lambda _, pieces=pieces: iter(pieces), "tls", is_late)  # type: ignore[misc]
    for name, record in _BELOW.items():
        for place, said in {"before the answer": b"", "in the head": _HEAD[:30], "in the body": _HEAD + b"abc"}.items():
            for end in (End.CLOSE, End.RESET, End.HANG):
                pieces = (*([said] if said else []), BelowTLS(record), end)
                late = end is End.HANG  # for one that waits for the rest of a record, or passes it over
                yield Misbehaviour(f"TLS, {place}: {name}, {end.value}", lambda _, p=pieces: iter(p), "https", late)  # type: ignore[misc]
    for certificate in CERTIFICATES:
        yield Misbehaviour(f"TLS: a certificate {certificate}", _fine, "https", certificate=certificate)


def _fine(_: bytes | int) -> Said:
    from .misbehaviour import FINE

    yield FINE
