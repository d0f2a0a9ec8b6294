"""A server started on a free port of the loopback, and ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom
from time import monotonic
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Configure = Callable[[Path, int, str], Sequence[str]]
    """Writes a server's configuration with a snippet in it, listening on a port; gives the command to run."""
    ConfigureAll = Callable[[Path, Sequence[int], Sequence[str]], Sequence[str]]
    """Writes a program with a snippet for each port ("": without one); gives the command to run."""

STARTS_WITHIN = 120.0  # seconds
NEVER_GIVEN = range(20_000, 32_000)
"""Below the ports of outgoing connections (Linux: from 32768; macOS and Windows: from 49152)."""


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """An empty folder that a server's processes can read under whatever user they run."""
    folder = Path(tempfile.mkdtemp(prefix="corssim-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(configure: Configure, folder: Path, text: str) -> Iterator[str]:
    """The server with a snippet in its configuration; gives its origin."""
    with serving_all(lambda folder, ports, texts: configure(folder, ports[0], texts[0]), folder, [text]) as origins:
        yield origins[0]


@contextmanager
def serving_all(configure: ConfigureAll, folder: Path, texts: Sequence[str]) -> Iterator[list[str]]:
    """A process that serves with each of several snippets; gives the origins."""
    ports = free_ports(len(texts))
    command = configure(folder, ports, texts)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **home}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        for port in ports:
            wait_for(process, port)
        yield [f"http://127.0.0.1:{port}" for port in ports]
    finally:
        process.terminate()
        try:
            process.communicate(timeout=STARTS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def free_ports(count: int) -> list[int]:
    """Ports of the loopback where nobody listens, drawn from those that no system gives to whoever asks for any:
    between the choice and the server's start, another test would get one of those."""
    ports: list[int] = []
    for port in SystemRandom().sample(NEVER_GIVEN, len(NEVER_GIVEN)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    pytest.fail(f"no {count} ports of the loopback are free")


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the port accepts a connection. Fails when the server ends before, or takes too long."""
    deadline = monotonic() + STARTS_WITHIN
    while monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                # Where nobody listens, a client's own port may happen to be the one that it asks for.
                if connection.getsockname() != connection.getpeername():
                    return
        except OSError:
            pass
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        output = process.stdout.read().decode(errors="replace") if process.stdout else ""
        pytest.fail(f"the server ended with {process.returncode}: {output}")
    pytest.fail("the server did not start in time")
