"""A configuration is read with the defaults and the comparisons of the software that it is for."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import judged
from corssim.diagnosis.configured.read import configuration_in

RACK = """allow do
  origins "https://app.example"
  resource "*", credentials: true, headers: ["x-token"], methods: [:get, :put]
end
allow do
  origins "*"
  resource "*"
end
"""
KONG = "plugins:\n  - name: cors\n    config:\n      origins: ['{}']\n"
TRAEFIK = (
    "http:\n  middlewares:\n    cors:\n      headers:\n        accessControlAllowOriginList:\n"
    "          - https://app.example\n        accessControlAllowMethods:\n          - PUT\n"
)


@pytest.mark.parametrize(
    ("page", "request_", "reason"),
    [
        pytest.param("https://app.example", "GET with credentials", None, id="the first block that matches answers"),
        pytest.param("https://app.example", "PUT", None, id="with a content type that need not be listed"),
        pytest.param("https://other.example", "GET", None, id="others have the next block"),
        pytest.param("https://other.example", "PUT", "allow-origin-missing", id="without methods it is GET"),
        pytest.param("https://other.example", "POST of JSON", "allow-origin-missing", id="POST has to be listed, too"),
    ],
)
def test_rack_cors(page: str, request_: str, reason: str | None) -> None:
    configured = configuration_in(RACK)
    assert configured is not None
    [found] = [each for each in judged(configured, page) if each.request == request_]
    assert found.reason == reason


@pytest.mark.parametrize(
    ("pattern", "origin", "allowed"),
    [
        (r"https://.*\.example\.com", "https://a.example.com", True),
        (r"https://.*\.example\.com", "https://a.example.com.evil.example", False),
        (r".*\.example\.com", "http://a.example.com:8080", True),
        (r".*\.example\.com", "https://a.example.com.evil.example", False),
        ("https://my_app.example", "https://my_app.example", True),
    ],
)
def test_an_expression_of_kong_is_for_all_of_it(pattern: str, origin: str, allowed: bool) -> None:
    configured = configuration_in(KONG.format(pattern))
    assert configured is not None
    assert (configured.grants[0].allow_origin_for(origin) == origin) == allowed


@pytest.mark.parametrize(("text", "age"), [(RACK, "7200"), (TRAEFIK, "0")], ids=["rack-cors", "Traefik"])
def test_an_age_that_is_not_written_is_the_default(text: str, age: str) -> None:
    configured = configuration_in(text)
    assert configured is not None
    assert {grant.max_age for grant in configured.grants} == {age}
