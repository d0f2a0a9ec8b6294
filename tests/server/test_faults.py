"""One server with one fault a path: each is found and named, and what is right is not called wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from corssim import MockServer
from corssim.diagnosis.explanations import find
from corssim.fetch.header_list import get
from corssim.server.finding import CODES, Severity
from corssim.server.infer import infer
from corssim.server.lint import lint
from corssim.server.look_alikes import SPECIAL_CHARACTERS, LookAlikeKind
from corssim.server.mock import MockResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim.fetch.wire import WireRequest

    Rule = Callable[[str], bool]

APP = "https://app.example.com"
K = LookAlikeKind


class Fault(NamedTuple):
    """What one path allows beside the app, and what is to be said of it: the code, and the kind of look-alike."""

    rule: Rule
    code: str
    kind: LookAlikeKind | None = None
    severity: Severity = Severity.ERROR


def matching(pattern: str) -> Rule:
    return lambda origin: re.search(pattern, origin) is not None


def beside(*origins: str) -> Rule:
    return lambda origin: origin in origins


FAULTS: dict[str, Fault] = {
    "any origin is reflected": Fault(lambda _: True, "any-origin-with-credentials"),
    "null": Fault(beside("null"), "null-allowed"),
    "how it begins": Fault(matching(r"^https://app\.example\.com"), "look-alike-allowed", K.PREFIX),
    "how it ends": Fault(matching(r"app\.example\.com$"), "look-alike-allowed", K.SUFFIX),
    "how the domain ends": Fault(matching(r"example\.com$"), "look-alike-allowed", K.SUFFIX),
    "the first dot not escaped": Fault(matching(r"^https://app.example\.com$"), "look-alike-allowed", K.DOT),
    "the last dot not escaped": Fault(matching(r"^https://app\.example.com$"), "look-alike-allowed", K.DOT),
    "somewhere in it": Fault(matching(r"example\.com"), "look-alike-allowed", K.SUBSTRING),
    "it somewhere in the list": Fault(lambda origin: origin in APP, "look-alike-allowed", K.SUBSTRING),
    "its host somewhere in the list": Fault(
        lambda origin: origin.partition("://")[2] in "www.example.com", "look-alike-allowed", K.SUBSTRING
    ),
    "http beside https": Fault(
        matching(r"^https?://app\.example\.com$"), "http-origin-allowed", K.HTTP_DOWNGRADE, Severity.WARNING
    ),
    "any subdomain of the app": Fault(
        matching(r"^https://([a-z.]+\.)?app\.example\.com$"), "any-subdomain-allowed", K.SUBDOMAIN, Severity.WARNING
    ),
    "any name of the domain": Fault(
        matching(r"^https://[a-z]+\.example\.com$"), "any-subdomain-allowed", K.SIBLING, Severity.WARNING
    ),
    "any name of all": Fault(matching(r"\.com$"), "public-suffix-wildcard", K.PUBLIC_SUFFIX),
    "any port": Fault(matching(r"^https://app\.example\.com(:\d+)?$"), "any-port-allowed", K.OTHER_PORT, Severity.NOTE),
    "other people's pages": Fault(matching(r"^https://[a-z-]+\.github\.io$"), "third-party-allowed", K.THIRD_PARTY),
    "a playground": Fault(beside("https://codepen.io"), "third-party-allowed", K.THIRD_PARTY),
    "any port of localhost": Fault(
        matching(r"^http://localhost(:\d+)?$"), "any-localhost-port-allowed", K.LOCALHOST, Severity.WARNING
    ),
    "any port of 127.0.0.1": Fault(
        matching(r"^https?://127\.0\.0\.1:\d+$"), "any-localhost-port-allowed", K.LOCALHOST, Severity.WARNING
    ),
    "10.*": Fault(
        matching(r"^http://10\.\d+\.\d+\.\d+(:\d+)?$"), "private-address-allowed", K.PRIVATE_ADDRESS, Severity.WARNING
    ),
    "192.168.*": Fault(
        matching(r"^http://192\.168\.\d+\.\d+:3000$"), "private-address-allowed", K.PRIVATE_ADDRESS, Severity.WARNING
    ),
    "how localhost begins": Fault(matching(r"^http://localhost"), "look-alike-allowed", K.PREFIX),
    "how 127.0.0.1 begins": Fault(matching(r"^https?://127\.0\.0\.1"), "look-alike-allowed", K.PREFIX),
    "localhost somewhere in it": Fault(matching(r"localhost"), "look-alike-allowed", K.PREFIX),
    "how 10.* begins": Fault(matching(r"^http://10\."), "look-alike-allowed", K.PREFIX),
    "how 192.168.* begins": Fault(matching(r"^http://192\.168\."), "look-alike-allowed", K.PREFIX),
    **{
        f"{character} for the end of the host": Fault(
            matching(rf"^https://app\.example\.com{re.escape(character)}"),
            "special-character-allowed",
            K.SPECIAL_CHARACTER,
        )
        for character in SPECIAL_CHARACTERS
    },
}
RIGHT: dict[str, Rule] = {
    "one origin": beside(APP),
    "two origins": beside(APP, "https://www.example.com"),
    "two origins by an expression": matching(r"^https://(app|www)\.example\.com$"),
    "an origin of development by its port": beside(APP, "http://localhost:3000"),
    "one address of a private network": beside(APP, "http://192.168.1.20:8080"),
    "one page of a host of pages": beside(APP, "https://us.github.io"),
}


def allowing(rule: Rule, *, credentials: bool = True) -> MockServer:
    """A server that allows the app, and whatever the rule says."""

    def answer(request: WireRequest) -> MockResponse:
        origin = get(request.headers, "Origin") or ""
        headers = [("Vary", "Origin")]
        if origin == APP or rule(origin):
            headers.append(("Access-Control-Allow-Origin", origin))
            headers += [("Access-Control-Allow-Credentials", "true")] if credentials else []
        return MockResponse(200, headers)

    return MockServer().route("*", respond=answer)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_and_named(fault: Fault) -> None:
    policy = infer(allowing(fault.rule), origins=[APP])
    found = {finding.code: finding for finding in lint(policy)}
    assert fault.code in found
    assert found[fault.code].severity is fault.severity
    assert fault.kind is None or fault.kind in {each.kind for each in policy.look_alikes}
    assert policy.left_out == ()


@pytest.mark.parametrize("rule", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_not_called_wrong(rule: Rule) -> None:
    for origins in ([APP], [APP, "http://localhost:3000"]):
        policy = infer(allowing(rule), origins=origins)
        assert (lint(policy), policy.undecided) == ([], "")


def test_any_port_of_localhost_is_no_prefix() -> None:
    policy = infer(allowing(matching(r"^http://localhost:\d+$")), origins=["http://localhost:3000"])
    assert [each.kind for each in policy.look_alikes] == [K.LOCALHOST]


def test_every_code_is_explained() -> None:
    for code in CODES:
        assert find(code).entry is not None, code


def test_every_code_that_is_found_is_one_of_those_there_are() -> None:
    found = {finding.code for fault in FAULTS.values() for finding in lint(infer(allowing(fault.rule), origins=[APP]))}
    assert found <= set(CODES)


@pytest.mark.parametrize("name", ["any port of localhost", "any port of 127.0.0.1", "10.*", "192.168.*"])
def test_a_local_name_that_is_compared_to_its_end_is_no_prefix(name: str) -> None:
    policy = infer(allowing(FAULTS[name].rule), origins=[APP])
    assert "look-alike-allowed" not in {finding.code for finding in lint(policy)}


@pytest.mark.parametrize("credentials", [True, False])
def test_null_is_one_of_any_origin(credentials: bool) -> None:
    found = [finding.code for finding in lint(infer(allowing(lambda _: True, credentials=credentials), origins=[APP]))]
    assert found == ["any-origin-with-credentials" if credentials else "any-origin-reflected"]
