"""Drawn programs, read and run with their frameworks: what is read of them is what they answer."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from corssim.diagnosis.configured.read import configuration_in
from corssim.fetch.wire import WireRequest
from tests.diagnosis.real_servers.python_clients import CLIENTS
from tests.diagnosis.real_servers.python_programs import APP, OTHER, PATHS, PATHS_OF, PROGRAMS, WWW

if TYPE_CHECKING:
    from corssim.diagnosis.configured.replies import Reply

DRAWN = 30
_LISTS = ("access-control-allow-methods", "access-control-allow-headers", "access-control-expose-headers")
_ASKED = (
    ("GET", {}),
    ("POST", {}),
    ("OPTIONS", {"Access-Control-Request-Method": "PUT"}),
    ("OPTIONS", {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-token"}),
)


def _values(headers: list[tuple[str, str]], method: str, skipped: set[str]) -> dict[str, Any]:
    """The headers of CORS that decide, lists as sets. Of methods, newer versions know one more."""
    found: dict[str, Any] = {}
    for name, value in headers:
        lowered = name.lower()
        if not lowered.startswith("access-control-") or lowered in skipped or "private" in lowered:
            continue
        if method != "OPTIONS" and lowered.endswith(("-methods", "-headers", "-age")) and "expose" not in lowered:
            continue
        if lowered in _LISTS:
            found.setdefault(lowered, set()).update({each.strip().lower() for each in value.split(",")} - {"query", ""})
        else:
            found.setdefault(lowered, []).append(value)
    return {name: value for name, value in found.items() if value}


def _differs(told: Reply, status: int, headers: list[tuple[str, str]], method: str) -> bool:
    skipped = {name for name, _ in told.unknown}
    if method == "OPTIONS" and told.status is not None and (200 <= told.status < 300) != (200 <= status < 300):
        return True
    return _values(headers, method, skipped) != _values(list(told.headers), method, skipped)


@pytest.mark.parametrize("framework", PROGRAMS)
def test_what_is_read_of_a_program_is_what_it_answers(framework: str) -> None:
    differ, told_of, untold = [], 0, []
    for seed in range(DRAWN):
        text = PROGRAMS[framework](Random(f"{framework} {seed}"))
        ask = CLIENTS[framework](text)
        if ask is None:  # a program that does not start
            continue
        read = configuration_in(text)
        if read is None:  # one that sets up nothing of CORS
            continue
        assert read.replies is not None, text
        for path in PATHS_OF.get(framework, PATHS):
            for origin in (APP, WWW, OTHER, None):
                for method, more in _ASKED:
                    headers = {**more, **({"Origin": origin} if origin else {})}
                    told = read.replies(WireRequest(method, f"https://api.example{path}", tuple(headers.items())))
                    if told.doubt:
                        untold.append((seed, told.doubt))
                        continue
                    told_of += 1
                    status, came = ask(method, path, headers)
                    if _differs(told, status, came, method):
                        differ.append((seed, method, path, origin, status, came, told, text))
    assert not differ, f"{len(differ)} of {told_of}\n" + "\n".join(map(str, differ[0]))
    assert len(untold) < told_of / 10, untold[:20]
