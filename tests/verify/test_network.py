"""Ports as the recorder needs them."""

from __future__ import annotations

import socket

import pytest

from corssim.verify.network import refusing


def test_a_port_that_refuses_is_nobody_elses() -> None:
    with refusing() as bound:
        address = bound.getsockname()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=5)
        with pytest.raises(OSError, match="in use"):
            socket.create_server(address, reuse_port=False)
