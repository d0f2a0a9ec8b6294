"""Certificates of odd kinds: what an authority signs that should not, and chains of theirs."""

from __future__ import annotations

import datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

if TYPE_CHECKING:
    import trustme

_NOW = datetime.datetime.now(datetime.UTC)
_UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\0")
ODD = [
    "without names",
    "for everything",
    "for clients alone",
    "for a thousand years",
    "with a rule that nobody knows",
    "with a NUL in its name",
    "with a name of 60 kB",
    "that signs itself",
    "of a leaf",
    "of somebody between who is not there",
    "at the end of a chain of 60",
    "at the end of a chain of 150",
    "of an authority for other names",
    "of a short key",
]


class _Signer:
    """A certificate with its key, and the chain up to what is trusted, which is left out."""

    def __init__(self, certificate: x509.Certificate, key: Any, chain: bytes = b"") -> None:
        self.certificate, self.key, self.chain = certificate, key, chain

    def signs(
        self, name: str, *extensions: tuple[Any, bool], key: Any = None, days: int = 9, names: Any = ()
    ) -> _Signer:
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_NOW - datetime.timedelta(days=1))
            .not_valid_after(_NOW + datetime.timedelta(days=days))
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        made = builder.sign(self.key, hashes.SHA256())
        return _Signer(made, key, made.public_bytes(serialization.Encoding.PEM) + self.chain)

    def authority(self, name: str, *extensions: tuple[Any, bool]) -> _Signer:
        return self.signs(name, (x509.BasicConstraints(ca=True, path_length=None), True), *extensions)


def odd_certificates(authority: trustme.CA, host: str) -> dict[str, tuple[bytes, bytes]]:
    """The PEM of each chain and of its key."""
    key = serialization.load_pem_private_key(authority.private_key_pem.bytes(), None)
    root = _Signer(x509.load_pem_x509_certificate(authority.cert_pem.bytes()), key)
    good = [x509.IPAddress(ip_address(host))]
    other = x509.NameConstraints(permitted_subtrees=[x509.DNSName("other.example")], excluded_subtrees=None)
    between = root.authority("between")
    itself = _Signer(root.signs("itself").certificate, ec.generate_private_key(ec.SECP256R1()))
    made = [
        root.signs(host),
        root.signs("*", names=[x509.DNSName("*"), x509.DNSName("*.1"), x509.DNSName("*.0.0.1")]),
        root.signs("a", (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False), names=good),
        root.signs("a", days=365_000, names=good),
        root.signs("a", (_UNKNOWN, True), names=good),
        root.signs("a", names=[x509.DNSName(f"{host}\0.evil.example")]),
        root.signs("a", names=[x509.DNSName("a" * 60_000)]),
        itself.signs("itself", key=itself.key, names=good),
        root.signs("a leaf", (x509.BasicConstraints(ca=False, path_length=None), True)).signs("a", names=good),
        _Signer(between.certificate, between.key).signs("a", names=good),
        _deep(root, 60).signs("a", names=good),
        _deep(root, 150).signs("a", names=good),
        root.authority("others", (other, True)).signs("a", names=good),
        root.signs("a", key=rsa.generate_private_key(65537, 1024), names=good),
    ]
    return {name: (each.chain, _pem(each.key)) for name, each in zip(ODD, made, strict=True)}


def _deep(signer: _Signer, depth: int) -> _Signer:
    for number in range(depth):
        signer = signer.authority(f"authority {number}")
    return signer


def _pem(key: Any) -> bytes:
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem
