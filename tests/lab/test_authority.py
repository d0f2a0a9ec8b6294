"""The lab's certificates: for names under localhost, and whoever trusts the authority trusts it for nothing else."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from corssim.errors import UsageError
from corssim.lab.authority import Authority

if TYPE_CHECKING:
    from pathlib import Path


def _handshake(server: ssl.SSLContext, authority: bytes, name: str) -> None:
    """Of one who trusts the authority and asks for a name. Raises ssl.SSLError."""
    client = ssl.create_default_context(cadata=authority.decode())
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(6):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert ends[0].getpeercert()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "app-example-1a2b.localhost", "a.b.c-test-1.localhost"])
def test_any_name_under_localhost_has_a_certificate(name: str) -> None:
    made = Authority.new()
    _handshake(made.context(), made.certificate, name)


@pytest.mark.parametrize("name", ["app.example", "not_a name.localhost"], ids=["a foreign host", "no name"])
def test_no_other_name_has_one(name: str) -> None:
    made = Authority.new()
    with pytest.raises(ssl.SSLError):
        _handshake(made.context(), made.certificate, name)


def test_what_its_key_signs_for_a_foreign_host_is_not_believed(tmp_path: Path) -> None:
    """Somebody who steals the key can be localhost, and nobody else."""
    made, _ = Authority.kept_in(tmp_path / "ca.crt")
    thief = trustme.CA.from_pem(made.certificate, (tmp_path / "ca.crt.key").read_bytes())
    for name, is_believed in (("app.localhost", True), ("bank.example", False)):
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        thief.issue_cert(name).configure_cert(server)
        if is_believed:
            _handshake(server, made.certificate, name)
        else:
            with pytest.raises(ssl.SSLError, match="permitted subtree"):
                _handshake(server, made.certificate, name)


def test_one_in_a_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "ca.crt"
    first, is_new = Authority.kept_in(path)
    again, is_new_again = Authority.kept_in(path)
    assert (is_new, is_new_again) == (True, False)
    assert first.certificate == again.certificate == path.read_bytes()
    assert b"PRIVATE" not in path.read_bytes()
    assert (tmp_path / "ca.crt.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("what", ["text", "an authority of others", "another key"])
def test_what_is_none_is_refused_in_one_line(tmp_path: Path, what: str) -> None:
    path = tmp_path / "ca.crt"
    Authority.kept_in(path)
    other = trustme.CA()
    if what == "text":
        path.write_text("text")
    elif what == "an authority of others":
        path.write_bytes(other.cert_pem.bytes())
    (tmp_path / "ca.crt.key").write_bytes(other.private_key_pem.bytes())
    with pytest.raises(UsageError, match="no certificate of an authority that corssim made") as raised:
        Authority.kept_in(path)
    assert "\n" not in str(raised.value)
