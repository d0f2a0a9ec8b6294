"""What is not the lab's own page is refused in one line, and the lab goes on."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from .driven import TOKEN, served

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCENARIO = 'title = "t"\npage = "https://app.example/"\n[[step]]\nfetch = "https://api.example/"\n'
_MANY_HOSTS = "".join(f" https://h{number}.example" for number in range(9999))
_ALLOWED = 'local_network_access = "off"\n' + _SCENARIO


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False, trust_env=False, timeout=30, limits=httpx.Limits(max_connections=None)) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "headers", "why"),
    [
        (f"/{TOKEN}/", {"Host": "evil.example"}, "host name"),
        (f"/{TOKEN}/", {"Origin": "https://evil.example"}, "own page"),
        (f"/{TOKEN}/", {"Origin": "null"}, "own page"),
        ("/another-token/", {}, "token"),
        ("/", {}, "token"),
        (f"/{TOKEN}", {}, "token"),
    ],
    ids=["a rebound host name", "another site's page", "an opaque page", "a wrong token", "no token", "half a path"],
)
def test_refused_in_one_line(client: httpx.Client, origin: str, path: str, headers: dict[str, str], why: str) -> None:
    answer = client.get(origin + path, headers=headers)
    assert answer.status_code == 403
    assert answer.text.startswith("refused: ")
    assert why in answer.text
    assert answer.text.count("\n") == 1
    assert "access-control-allow-origin" not in answer.headers
    assert client.get(f"{origin}/{TOKEN}/").status_code == 200


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("page = 1", "should be a text"),
        ('title = "t"\npage = "file:///etc/passwd"\n[[step]]\nfetch = "https://api.example/"\n', "no page of file:"),
        (_ALLOWED.replace("https://api.example", "http://192.168.0.1"), "nothing of this machine"),
        (_ALLOWED.replace("https://api.example", "http://169.254.169.254"), "nothing of this machine"),
        (_SCENARIO + "[[step]]\nadvance = 9000\n", "clock"),
        (_SCENARIO + "".join(f'[[step]]\nfetch = "https://a.example:900{port}/"\n' for port in range(9)), "ports"),
        (_SCENARIO + '[[step]]\nfetch = "https://api.example/"\n' * 1000, "at most 100 steps"),
        (_SCENARIO + f'body = "{_MANY_HOSTS}"\n', "at most 100 hosts"),
    ],
    ids=["no scenario", "a page on disk", "the router", "metadata", "hours", "many ports", "many steps", "many hosts"],
)
def test_a_scenario_that_asks_for_more_is_refused(client: httpx.Client, origin: str, text: str, why: str) -> None:
    answer = client.post(f"{origin}/{TOKEN}/runs", json={"text": text, "browser": "chromium"})
    assert answer.status_code == 400
    assert why in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_foreign_hosts_become_this_machine(client: httpx.Client, origin: str) -> None:
    text = _SCENARIO.replace("https://api.example", "https://bank.example")
    run = client.post(f"{origin}/{TOKEN}/runs", json={"text": text, "browser": "chromium"}).json()
    [step] = run["steps"]
    assert all(".localhost:" in url for url in (step["url"], step["on"]))


def test_a_body_without_end_is_refused(client: httpx.Client, origin: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1024):
            yield b"x" * (1 << 20)

    try:
        answer: Any = client.post(f"{origin}/{TOKEN}/predict", content=endless())
        assert answer.status_code == 413
    except httpx.WriteError:  # it hung up
        pass
    assert client.get(f"{origin}/{TOKEN}/").status_code == 200


def test_a_thousand_requests_at_once(client: httpx.Client, origin: str) -> None:
    body = json.dumps({"text": _SCENARIO, "browser": "chromium"})

    def ask(number: int) -> int:
        try:
            if number % 10:
                return client.get(f"{origin}/{TOKEN}/").status_code
            return client.post(f"{origin}/{TOKEN}/runs", content=body).status_code
        except httpx.TransportError:
            return 0

    with ThreadPoolExecutor(100) as pool:
        answers = set(pool.map(ask, range(1000)))
    assert answers <= {0, 200, 503}
    assert client.post(f"{origin}/{TOKEN}/predict", content=body).status_code == 200
