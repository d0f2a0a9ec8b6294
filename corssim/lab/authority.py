"""A throw-away certificate authority that can speak for names under localhost alone, whoever trusts it."""

from __future__ import annotations

import os
import secrets
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from ..errors import UsageError
from ..origin import host_is_loopback

if TYPE_CHECKING:
    from pathlib import Path

_LASTS = timedelta(days=365)
_MOST_NAMES = 512  # for which certificates are kept
_NAME = "corssim lab: for localhost alone"
_LIMITS = x509.NameConstraints([x509.DNSName("localhost"), x509.IPAddress(ip_network("127.0.0.0/8"))], None)


class Authority:
    """Gives each name under localhost that is asked for a certificate of its own."""

    def __init__(self, certificate: bytes, key: bytes) -> None:
        self.certificate = certificate
        self._authority = trustme.CA.from_pem(certificate, key)
        self._contexts: dict[str, ssl.SSLContext] = {}

    @classmethod
    def new(cls) -> Authority:
        """One whose key is nowhere but in memory."""
        return cls(*_made())

    @classmethod
    def kept_in(cls, path: Path) -> tuple[Authority, bool]:
        """The one in this file, its key beside it, and whether it was made just now.

        Raises `UsageError` for a file that holds anything else, OSError.
        """
        beside = path.with_name(path.name + ".key")
        if is_new := not path.exists():
            certificate, key = _made()
            _write(beside, key, 0o600)
            _write(path, certificate, 0o644)
        certificate, key = path.read_bytes(), beside.read_bytes()
        if (why := _why_not(certificate, key)) is not None:
            raise UsageError(f"{path} and {beside.name}: {why}; name a file that is not there, and they are made")
        return cls(certificate, key), is_new

    def context(self) -> ssl.SSLContext:
        """For servers: the certificate is that of the name which the browser asks for."""
        made = self._context_of("localhost")

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
            if name is None:
                return None
            try:
                connection.context = self._context_of(name) if host_is_loopback(name) else connection.context
            except ValueError:  # no name that a certificate can have
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            return None

        made.sni_callback = choose
        return made

    def _context_of(self, name: str) -> ssl.SSLContext:
        """Always the same for a name, since who accepts a certificate by hand accepts that one."""
        if name not in self._contexts:
            if len(self._contexts) >= _MOST_NAMES:
                self._contexts.clear()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            now = datetime.now(UTC)
            names = dict.fromkeys((name, "localhost", "127.0.0.1"))
            issued = self._authority.issue_cert(*names, not_before=now - timedelta(days=1), not_after=now + _LASTS)
            issued.configure_cert(context)
            context.set_alpn_protocols(["http/1.1"])
            self._contexts[name] = context
        return self._contexts[name]


def _made() -> tuple[bytes, bytes]:
    """A certificate and its key, in PEM. https://datatracker.ietf.org/doc/html/rfc5280#section-4.2.1.10"""
    key = ec.generate_private_key(ec.SECP256R1())
    # Each has a name of its own: a browser that trusts another of the same name calls this one's signatures forged.
    own = f"{_NAME} ({secrets.token_hex(4)})"
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, own)]), datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(_LIMITS, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), private


def _why_not(certificate: bytes, key: bytes) -> str | None:
    """What stands in the way of an authority, if anything does."""
    try:
        read, private = x509.load_pem_x509_certificate(certificate), load_pem_private_key(key, None)
        limits = read.extensions.get_extension_for_class(x509.NameConstraints).value
    except (ValueError, TypeError, x509.ExtensionNotFound):
        return "no certificate of an authority that corssim made, and its key"
    if limits != _LIMITS or private.public_key() != read.public_key():
        return "no certificate of an authority that corssim made, and its key"
    expired = read.not_valid_after_utc < datetime.now(UTC) + timedelta(days=1)
    return "the certificate has expired" if expired else None


def _write(path: Path, content: bytes, mode: int) -> None:
    """Make a file where none is, not even a link to one."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
