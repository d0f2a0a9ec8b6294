"""A network and a view of the file system of the recorder's own, in which every host of the cases is this machine.

Linux only. Nothing outside is changed: hosts, certificate authorities, addresses and ports are seen by this process and
the browsers it starts alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INSIDE = "CORSSIM_VERIFY_INSIDE"
_SYSTEM_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
# Whatever is started ends with it.
_APART = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def why_none() -> str | None:
    """Why no namespace can be made here, or None where one can."""
    for program in ("unshare", "ip", "mount"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not _SYSTEM_AUTHORITIES.exists():
        return f"{_SYSTEM_AUTHORITIES} is not there"
    if subprocess.run([*_unshare(), "true"], capture_output=True).returncode:
        return "this user can make no network namespace (unshare --net --mount)"
    return None


def inside(command: Sequence[str]) -> list[str]:
    """The command that runs a command in a namespace of its own, which then has to call `enter`."""
    return [*_unshare(), "env", f"{_INSIDE}=1", *command]


def enter(module: str) -> None:
    """Start this command, which `python -m` runs by its module, again inside; once inside, raise the network."""
    if os.environ.get(_INSIDE) != "1":
        command = inside([sys.executable, "-m", module, *sys.argv[1:]])
        os.execvp(command[0], command)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # Resolvers give IPv4 addresses only where some interface has one that is not 127.0.0.1.
    subprocess.run(["ip", "address", "add", "127.0.0.2/8", "dev", "lo"], check=True)


def _unshare() -> list[str]:
    return [*_APART, *([] if os.geteuid() == 0 else ["--map-root-user"])]


class Namespace(Network):
    """The network once inside: hosts are looked up in a file of our own, servers listen where URLs say."""

    def open(self, ports: Mapping[int, str | None]) -> None:
        for address in self.addresses:
            subprocess.run(["ip", "address", "replace", address, "dev", "lo"], check=True)
        lines = [f"{self.where(host)} {host} {host}." for host in ["localhost", *self.hosts] if self.where(host)]
        self._see_instead(Path("/etc/hosts"), "\n".join(lines) + "\n")
        self._see_instead(_SYSTEM_AUTHORITIES, _SYSTEM_AUTHORITIES.read_text() + self.authority)
        for port, scheme in ports.items():
            for host in ("127.0.0.1", "::1", *self.addresses):
                self.listen(host, port, scheme)

    def _see_instead(self, path: Path, text: str) -> None:
        replacement = self.folder / path.name
        replacement.write_text(text)
        subprocess.run(["mount", "--bind", str(replacement), str(path)], check=True)
