"""Transcripts of curl, wget and HTTPie against servers of our own: the reader finds the exchange that took place."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from . import tools

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here"),
    pytest.mark.xdist_group("servers of tools"),
]


@pytest.fixture(scope="module")
def servers() -> Iterator[tools.Servers]:
    with tools.servers() as there:
        yield there


@pytest.mark.parametrize("seed", range(40))
def test_what_tools_print_tells_what_they_exchanged(servers: tools.Servers, seed: int) -> None:
    pasted = tools.draw(servers, random.Random(seed), shutil.which("http"))
    assert tools.difference(pasted) == "", pasted.text
