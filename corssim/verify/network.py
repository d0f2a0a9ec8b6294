"""The network that a browser is given: which hosts there are, what it trusts, and where servers listen for it."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import trustme

    from .case import Case

_ALWAYS = ("app.example", "www.app.example", "api.example", "other.test", "evil.test")
_URL = re.compile(r"(https?|wss?)://(?:[^/\s\"@]*@)?([A-Za-z0-9.\-_%\u0080-\uffff]+)(?::(\d{1,5}))?")
_IS_ADDRESS = re.compile(r"[\dxXa-fA-F.]*")
_IS_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_NOBODY_LISTENS = "127.0.0.9"
_NO_ROUTE = "203.0.113.1"
_WAITING_CONNECTIONS = 100


class Listener(NamedTuple):
    """A socket that waits for connections. `scheme` is what is spoken there; None: what each connection begins with."""

    socket: socket.socket
    scheme: str | None


def hosts_of(texts: Iterable[str]) -> list[str]:
    """The host names in the cases, as DNS is asked for them."""
    found = set(_ALWAYS)
    for text in texts:
        for _, host, _ in _URL.findall(text):
            name = host.lower().rstrip(".")
            if not _IS_ADDRESS.fullmatch(name) and name != "localhost" and "%" not in name:
                found.add(name.encode("idna").decode() if not name.isascii() else name)
    return sorted(found)


def ports_of(texts: Iterable[str]) -> list[int]:
    """The ports in the cases, the default ones among them."""
    found = {80, 443}
    for text in texts:
        found |= {int(port) for _, _, port in _URL.findall(text) if port and 0 < int(port) < 1 << 16}
    return sorted(found)


def addresses_of(texts: Iterable[str]) -> list[str]:
    """The IPv4 addresses in the cases, those of loopback left out."""
    found = {host for text in texts for _, host, _ in _URL.findall(text) if _IS_IPV4.fullmatch(host)}
    return sorted(address for address in found if not address.startswith("127."))


class Network:
    """Hosts, certificates and listeners, made in a folder of its own, which becomes this process's HOME.

    `faults` says what is wrong with a host: "refused", "dns", "unreachable", "offline" or "tls"; the others answer.
    `addresses` are those that URLs name, beside loopback's.
    """

    def __init__(
        self,
        hosts: list[str],
        folder: Path,
        faults: Mapping[str, str] | None = None,
        addresses: Sequence[str] = (),
    ) -> None:
        self.hosts, self.folder, self.faults, self.addresses = hosts, folder, faults or {}, addresses
        import trustme  # here, because who only compares needs none

        self.listeners: list[Listener] = []
        self.chromium_flags: list[str] = []
        self.firefox_preferences: dict[str, str | int | bool] = {}
        authority = trustme.CA()
        self.without_tls: set[str] = set()  # hosts at which no TLS is spoken
        self.authority = authority.cert_pem.bytes().decode()
        self._trust_in_browsers()
        self.context = self._server_context(authority)
        untrusted = self._server_context(trustme.CA())

        def choose(made: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
            if name in self.without_tls:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            if name is not None and self.faults.get(name) == "tls":
                made.context = untrusted
            return None

        self.context.sni_callback = choose

    def where(self, host: str) -> str:
        """The address of a host, "" for one that no lookup finds."""
        match self.faults.get(host):
            case "dns":
                return ""
            case "refused":
                return _NOBODY_LISTENS
            case "unreachable" | "offline":
                return _NO_ROUTE
        return "127.0.0.1"

    def begin(self, case: Case) -> None:
        """A case begins: all that is so for it alone."""

    def open(self, ports: Mapping[int, str | None]) -> None:
        """Listen on these ports (port → "http", "https", or None for both) of loopback and of the addresses."""
        raise NotImplementedError

    def listen(self, host: str, port: int, scheme: str | None) -> int:
        """Open a listener; the port it got, which is the one that was asked for unless that was 0."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        made = socket.create_server((host, port), family=family, backlog=_WAITING_CONNECTIONS)
        self.listeners.append(Listener(made, scheme))
        number: int = made.getsockname()[1]
        return number

    def _trust_in_browsers(self) -> None:
        """A database as Chromium (below HOME) and Firefox (in its profile) have one, which trusts the authority."""
        certificate = self.folder / "authority.pem"
        certificate.write_text(self.authority)
        database = self.folder / ".pki/nssdb"
        database.mkdir(parents=True)
        os.environ["HOME"] = str(self.folder)
        for arguments in (["-N", "--empty-password"], ["-A", "-n", "recorder", "-t", "C,,", "-i", str(certificate)]):
            subprocess.run(["certutil", "-d", f"sql:{database}", *arguments], check=True)

    def _server_context(self, authority: trustme.CA) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        names = [host for host in self.hosts if re.fullmatch(r"[a-z0-9.\-]+", host)]
        authority.issue_cert(*names, *self.addresses, "localhost", "127.0.0.1", "::1").configure_cert(context)
        context.set_alpn_protocols(["http/1.1"])
        return context


def refusing() -> socket.socket:
    """A port of loopback that refuses connections while this is open; one that is let go is soon another's."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


class OwnPorts(Network):
    """Where no namespace can be made: servers on free ports of loopback, and browsers that are told where those are.

    Chromium has `--host-resolver-rules`, Firefox preferences; WebKitGTK has nothing of the kind.
    """

    def open(self, ports: Mapping[int, str | None]) -> None:
        at = {port: self.listen("127.0.0.1", 0, scheme) for port, scheme in ports.items()}
        self.nobody = refusing()
        nobody = self.nobody.getsockname()[1]
        where = [*self.hosts, "localhost", "127.0.0.1"]
        rules = [
            f"MAP {host} {'~NOTFOUND' if fault == 'dns' else f'127.0.0.1:{nobody}'}"
            for host, fault in self.faults.items()
            if fault != "tls"
        ]
        rules += [f"MAP {host}:{port} 127.0.0.1:{own}" for host in where for port, own in at.items()]
        rules.append("MAP * ~NOTFOUND")  # what a browser asks for of its own accord
        self.chromium_flags = [f"--host-resolver-rules={', '.join(rules)}"]
        self.firefox_preferences = {
            "network.dns.localDomains": ",".join(self.hosts),
            "network.socket.forcePort": ";".join(f"{port}={own}" for port, own in at.items()),
        }
