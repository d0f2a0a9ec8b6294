"""A few of the attack's servers and cuts; `python -m tests.attack` sets all of them on corssim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import clients
from .clients import attack_a_browser, attack_async_browsers, attack_commands
from .kinds import everything
from .servers import Servers

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = [
    "status line: escapes",
    "head: storage access for ever",
    "length: another answer behind",
    "307 to itself",
    "200 kB of 'a=b,' in WWW-Authenticate",
    "TLS, in the body: an alert, with a FIN",
    "301 to a name that IDNA refuses",
    "h2: status '421'",
    "h2: a bomb of references",
    "h2: two lengths",
    "h2: an RST after the head",
    "TLS: a hello and a reset",
    "TLS: a certificate of a stranger with escapes in its name",
    "https cut with an RST after 30 bytes",
    "h2 cut with a FIN after 200 bytes",
]
LATE = ["endless: interim heads", "h2: a body without end", "TLS: half a hello, and nothing more"]
IN_COMMANDS = ["markup in Access-Control-Allow-Origin"]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "LATE", 0.15)
    monkeypatch.setattr(clients, "SLACK", 8.0)  # less than a fetch without end takes, whatever else the machine does


def test_a_browser(servers: Servers) -> None:
    kinds = [everything()[name] for name in AT_ONCE[::2]]
    profiles = clients.PROFILES
    faults = [
        (kind.name, fault)
        for number, kind in enumerate(kinds)
        for fault in attack_a_browser(servers, kind, profiles[number % len(profiles)])
    ]
    assert not faults


def test_an_async_browser(servers: Servers) -> None:
    kinds = [everything()[name] for name in (*AT_ONCE[1::2], *LATE)]
    assert not list(attack_async_browsers(servers, kinds, at_once=4))


@pytest.mark.parametrize("name", IN_COMMANDS)
def test_commands(servers: Servers, name: str) -> None:
    assert not list(attack_commands(servers, everything()[name]))
