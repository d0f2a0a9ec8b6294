"""The ports browsers do not speak HTTP to."""

from __future__ import annotations

import pytest

from corssim.fetch.port_blocking import BAD_PORTS, is_bad_port


@pytest.mark.parametrize("port", [0, 1, 22, 25, 6000, 6666, 6697, 10080])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_blocked(port: int, scheme: str) -> None:
    assert is_bad_port(port, scheme)


@pytest.mark.parametrize(
    ("port", "scheme"),
    [
        pytest.param(80, "https", id="an ordinary port"),
        pytest.param(8080, "http", id="a development port"),
        pytest.param(None, "http", id="the default port"),
        pytest.param(22, "capacitor", id="another scheme"),
    ],
)
def test_allowed(port: int | None, scheme: str) -> None:
    assert not is_bad_port(port, scheme)


def test_the_table_is_the_standards() -> None:
    # Length and sum of the first column, so that a slip of the hand shows.
    assert (len(BAD_PORTS), sum(BAD_PORTS)) == (83, 115595)
    assert BAD_PORTS[6000] == "x11"
