"""Drawn configurations, read and asked: what is read of them is what the server itself answers. Skipped where it is
not installed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import httpx
import pytest

from corssim.diagnosis.configured.read import read_configuration
from corssim.fetch.wire import WireRequest
from tests.diagnosis.real_servers.drawn import APP, DRAWN, OTHER, configured, hosts, text_of
from tests.diagnosis.real_servers.serving import STARTS_WITHIN, server_folder, serving

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["server_folder"]

COMPARED = ("access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods")


def _values(headers: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() in COMPARED:
            found.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(sorted(values)) for name, values in found.items()}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("software", DRAWN)
def test_what_is_read_is_what_the_server_answers(software: str, seed: int, server_folder: Path) -> None:
    text = text_of(software, Random(f"{software} {seed}"))
    read = read_configuration("frontend all\n" + text if software == "haproxy" else text)
    assert read.replies is not None
    differ = []
    with (
        serving(configured(software), server_folder, text) as address,
        httpx.Client(base_url=address, timeout=STARTS_WITHIN) as client,
    ):
        for host in hosts():
            for origin in (APP, OTHER):
                for method, path in (("GET", "/"), ("GET", "/a/b"), ("OPTIONS", "/a/b")):
                    headers = {"Origin": origin, "User-Agent": "", "Accept": ""}
                    if method == "OPTIONS":
                        headers["Access-Control-Request-Method"] = "PUT"
                    came = client.request(method, path, headers={"Host": host, **headers})
                    asked = WireRequest(method, f"http://{host}{path}", tuple(headers.items()))
                    told = read.replies(asked)
                    is_ok = told.status is None or 200 <= told.status < 300
                    # Of files and programs that are not there the text tells nothing.
                    is_missing = came.status_code == 404 and method == "GET"
                    if told.doubt or is_missing:
                        continue
                    answers = (_values(list(came.headers.multi_items())), _values(list(told.headers)))
                    if method == "GET":
                        for each in answers:
                            each.pop("access-control-allow-methods", None)
                    if answers[0] != answers[1] or (method == "OPTIONS" and came.is_success != is_ok):
                        differ.append((host, origin, method, path, came.status_code, answers[0], told))
    assert not differ, "\n".join(map(str, differ[:10])) + "\n" + text
