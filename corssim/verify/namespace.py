"""A network and a view of the file system of the recorder's own, in which every host of the cases is this machine.

Linux only. Nothing outside is changed: hosts, certificate authorities and ports are seen by this process and the
browsers it starts alone.
"""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from collections.abc import Iterable

_INSIDE = "CORSSIM_VERIFY_INSIDE"
_SYSTEM_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_HOST = re.compile(r"(?:https?|wss?)://(?:[^/\s\"@]*@)?([A-Za-z0-9.\-_%\u0080-\uffff]+)")
_IS_ADDRESS = re.compile(r"[\dxXa-fA-F.]*")
_ALWAYS = ("app.example", "www.app.example", "api.example", "other.test", "evil.test")


def enter(module: str) -> None:
    """Start this command, which `python -m` runs by its module, again inside; does nothing once inside."""
    if os.environ.get(_INSIDE) == "1":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        # Resolvers give IPv4 addresses only where some interface has one that is not 127.0.0.1.
        subprocess.run(["ip", "address", "add", "127.0.0.2/8", "dev", "lo"], check=True)
        return
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    apart = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]  # whatever is started ends with it
    command = ["unshare", *apart, *as_root, sys.executable, "-m", module, *sys.argv[1:]]
    os.execvpe(command[0], command, os.environ | {_INSIDE: "1"})


def hosts_of(texts: Iterable[str]) -> list[str]:
    """The host names in the cases, as DNS is asked for them."""
    found = set(_ALWAYS)
    for text in texts:
        for host in _HOST.findall(text):
            name = host.lower().rstrip(".")
            if not _IS_ADDRESS.fullmatch(name) and name != "localhost" and "%" not in name:
                found.add(name.encode("idna").decode() if not name.isascii() else name)
    return sorted(found)


def make_hosts_this_machine(hosts: list[str], folder: Path) -> None:
    lines = [f"127.0.0.1 {host} {host}." for host in ["localhost", *hosts]]
    _see_instead(Path("/etc/hosts"), "\n".join(lines) + "\n", folder)


def trusted_context(hosts: list[str], folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate for the hosts, of an authority that all browsers here trust."""
    authority = trustme.CA()
    pem = authority.cert_pem.bytes().decode()
    certificate = folder / "authority.pem"
    certificate.write_text(pem)
    _see_instead(_SYSTEM_AUTHORITIES, _SYSTEM_AUTHORITIES.read_text() + pem, folder)
    database = folder / ".pki/nssdb"
    database.mkdir(parents=True)
    os.environ["HOME"] = str(folder)
    for arguments in (["-N", "--empty-password"], ["-A", "-n", "recorder", "-t", "C,,", "-i", str(certificate)]):
        subprocess.run(["certutil", "-d", f"sql:{database}", *arguments], check=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = [*(host for host in hosts if re.fullmatch(r"[a-z0-9.\-]+", host)), "localhost", "127.0.0.1", "::1"]
    authority.issue_cert(*names).configure_cert(context)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _see_instead(path: Path, text: str, folder: Path) -> None:
    replacement = folder / path.name
    replacement.write_text(text)
    subprocess.run(["mount", "--bind", str(replacement), str(path)], check=True)
