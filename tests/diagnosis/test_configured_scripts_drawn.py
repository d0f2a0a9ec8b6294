"""Drawn programs of JavaScript, read and run: where the reader says what is answered, that is what is answered."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from corssim.diagnosis.configured.javascript.reading import read_script
from corssim.fetch.wire import WireRequest
from tests.diagnosis.real_servers.drawn_scripts import APP, DRAWN, OTHER, PATHS, answers_of
from tests.diagnosis.real_servers.scripts import node_modules

if TYPE_CHECKING:
    from pathlib import Path

    from corssim.diagnosis.configured.replies import Reply

__all__ = ["node_modules"]

PROGRAMS = 60
ASKED = [
    (method, path, {"Origin": origin, **more})
    for path in PATHS
    for origin in (APP, OTHER)
    for method, more in (
        ("GET", {}),
        ("PUT", {"Authorization": "x"}),
        ("OPTIONS", {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-one"}),
    )
]
DECIDES = ("access-control-allow-origin", "access-control-allow-credentials")
OF_PREFLIGHTS = ("access-control-allow-methods", "access-control-allow-headers", "access-control-max-age")


def difference(told: Reply, came: list[object], method: str) -> str:
    """How a reply differs from what came, as far as it says that it knows."""
    status, headers = came
    assert isinstance(headers, dict)
    said: dict[str, list[str]] = {}
    for name, value in told.headers:
        said.setdefault(name.lower(), []).append(value)
    assumed = dict(told.assumed)
    for name in DECIDES + (OF_PREFLIGHTS if method == "OPTIONS" else ()):
        if name not in assumed and said.get(name, []) != headers.get(name, []):
            return f"{name}: {said.get(name)} and {headers.get(name)} came"
    if method == "OPTIONS" and ":status" not in assumed and told.status is not None:
        assert isinstance(status, int)
        if (200 <= told.status < 300) is not (200 <= status < 300):
            return f"status {told.status} and {status} came"
    return ""


@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("framework", DRAWN)
def test_what_is_read_is_what_the_program_answers(
    framework: str, seed: int, tmp_path: Path, node_modules: Path
) -> None:
    programs = [DRAWN[framework](Random(f"{framework} {seed} {number}")) for number in range(PROGRAMS)]
    came = answers_of(programs, ASKED, tmp_path, node_modules)
    assert len(came) == len(programs)
    differ, told_of, runs = [], 0, 0
    for text, answers in zip(programs, came, strict=True):
        if isinstance(answers, str):
            continue  # it does not start
        read = read_script(text)
        for (method, path, headers), answer in zip(ASKED, answers, strict=True):
            if answer is None:
                continue  # it never answers
            runs += 1
            if read is None or read.replies is None:
                continue
            told = read.replies(WireRequest(method, f"http://127.0.0.1{path}", tuple(headers.items())))
            if told.doubt:
                continue
            told_of += 1
            how = difference(told, answer, method)
            if how:
                differ.append(f"{text}\n{method} {path} {headers}\n{how}\n{told}")
    assert not differ, f"{len(differ)} of {told_of}\n{differ[0]}"
    assert told_of > runs * 0.8, f"{told_of} of {runs} told"
