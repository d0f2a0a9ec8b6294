"""Digests: as the standard computes them, and as each browser was recorded to send them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from corssim import Browser, MockServer
from corssim.fetch.authentication_challenges import Challenge, parse_challenges
from corssim.fetch.authentication_entry import Credentials
from corssim.fetch.authentication_events import AuthenticationChallenged
from corssim.fetch.browsers import recorded_browsers
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.digest_authentication import digest_authorization, digest_of, what_a_digest_says
from corssim.url import require_url

from ..conformance.replay import BROWSERS, all_cases, every_record

if TYPE_CHECKING:
    from corssim import BrowserProfile

RESPONSE = re.compile(r'response="(\w+)"')
CNONCE = re.compile(r'cnonce="([^"]*)"')
COUNT = re.compile(r"nc=(\w+)")
SAID_APART = {"http-auth-digest-arguments": "https://user:pass@app.example/x"}
"""Cases whose user stands in no URL."""


def fields(authorization: str) -> Challenge:
    (said,) = parse_challenges([authorization], one_a_line=False)
    return said


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_the_standard(algorithm: str, response: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc7616#section-3.9.1"""
    challenge = fields(
        'Digest realm="http-auth@example.org", qop="auth, auth-int", '
        f'algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    digest = digest_of(challenge, STANDARD.authentication)
    assert digest is not None
    value = digest_authorization(
        digest,
        Credentials(b"Mufasa", b"Circle of Life"),
        "GET",
        "/dir/index.html",
        1,
        client_nonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert fields(value).parameters == {
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "uri": "/dir/index.html",
        "algorithm": algorithm,
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "nc": "00000001",
        "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "qop": "auth",
        "response": response,
        "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
    }


def recorded_digests(browser: str) -> list[tuple[str, str, str, str]]:
    """The case, the method, the target and the header of each digest that a browser sent."""
    return [
        (case_id, request["method"], request["url"], value)
        for case_id, record in every_record(browser).items()
        for request in record["wire"]
        for name, value in request["headers"]
        if name.lower() == "authorization" and value.startswith("Digest ")
    ]


@pytest.mark.parametrize("browser", BROWSERS)
def test_every_recorded_response_is_what_is_computed_with_its_client_nonce(browser: str) -> None:
    rules = recorded_browsers()[browser].authentication
    digests = recorded_digests(browser)
    assert len(digests) > 60
    for case_id, method, url, value in digests:
        users = [step["url"] for step in all_cases()[case_id]["steps"] if "@" in step.get("url", "")]
        given = fields(value).parameters
        digest = digest_of(Challenge("digest", given), rules)
        assert digest is not None
        users += [SAID_APART[case_id]] if case_id in SAID_APART else []
        user = next((each for each in users if given.get("username") == require_url(each).username), users[0])
        credentials = Credentials.of_url(require_url(user), "utf-8")
        target = url.removeprefix("https://").partition("/")[2]
        count = int(given.get("nc", "1"), 16)
        computed = digest_authorization(
            digest, credentials, method, f"/{target}", count, client_nonce=given.get("cnonce", "")
        )
        assert RESPONSE.findall(computed) == RESPONSE.findall(value), case_id


CHALLENGE = 'Digest realm="t", nonce="{}", qop="auth"{}'


def test_a_stale_nonce_is_no_refusal() -> None:
    server = MockServer()
    for nonce, stale in (("a", ""), ("b", ", stale=true"), ("c", ", stale=TRUE")):
        headers = {"WWW-Authenticate": CHALLENGE.format(nonce, stale)}
        server.route("/x", status=401, headers=headers, times=1)
    server.route("*")
    outcome = Browser(server).page("https://app.example/").xhr("https://user:pass@app.example/x")
    assert outcome.response is not None
    assert outcome.response.status == 200
    said = [dict(request.headers).get("Authorization") for request in server.requests]
    sent = [fields(value).parameters for value in said if value is not None]
    assert [(each["nonce"], each["nc"]) for each in sent] == [("a", "00000001"), ("b", "00000001"), ("c", "00000001")]


@pytest.mark.parametrize("profile", [STANDARD, *recorded_browsers().values()], ids=lambda profile: profile.name)
def test_a_server_to_which_every_nonce_is_stale_is_not_asked_for_ever(profile: BrowserProfile) -> None:
    server = MockServer()
    server.route("*", status=401, headers={"WWW-Authenticate": CHALLENGE.format("a", ", stale=true")})
    outcome = Browser(server, profile=profile).page("https://app.example/").xhr("https://user:pass@app.example/x")
    assert len(server.requests) == 32
    assert outcome.response is not None
    assert outcome.response.status == 401


def test_so_it_is_where_a_user_was_taken_before() -> None:
    server = MockServer()
    server.route("/x", status=401, headers={"WWW-Authenticate": CHALLENGE.format("a", "")}, times=1).route("/x")
    server.route("/y", status=401, headers={"WWW-Authenticate": CHALLENGE.format("b", ", stale=true")})
    page = Browser(server).page("https://app.example/")
    page.xhr("https://user:pass@app.example/x")
    server.requests.clear()
    page.fetch("/y")
    assert len(server.requests) == 32


def test_requests_with_one_nonce_are_counted() -> None:
    server = MockServer()
    server.route("/x", status=401, headers={"WWW-Authenticate": CHALLENGE.format("a", "")}, times=1)
    server.route("*")
    page = Browser(server).page("https://app.example/")
    page.xhr("https://user:pass@app.example/x")
    page.fetch("/y")
    page.fetch("/z?q")
    said = [dict(request.headers).get("Authorization", "") for request in server.requests][1:]
    assert COUNT.findall(" ".join(said)) == ["00000001", "00000002", "00000003"]
    assert len({CNONCE.findall(each)[0] for each in said}) == 3


@pytest.mark.parametrize("browser", ["chromium", "webkit"])
def test_the_second_message_of_ntlm_is_said_to_be_unanswered(browser: str) -> None:
    server = MockServer()
    server.route("*", status=401, headers={"WWW-Authenticate": "NTLM"}, times=1)
    server.route("*", status=401, headers={"WWW-Authenticate": "NTLM TlRMTVNTUAACAAAA"})
    page = Browser(server, profile=browser).page("https://app.example/")
    outcome = page.xhr("https://user:pass@app.example/x")
    told = [event for event in outcome.trace if isinstance(event, AuthenticationChallenged)]
    assert [(event.source, event.because) for event in told] == [("url", ""), ("", "ntlm")]
    assert "is not known" in outcome.explain()


def test_what_a_digest_says_leaves_out_what_is_random() -> None:
    told = 'Digest username="u", response="1", cnonce="2", nc=00000001, realm="t"'
    assert what_a_digest_says(told) == "Digest algorithm=MD5, nc=00000001, realm=t, username=u"
    for other in ("Bearer abc", "Digest a=1, Basic b=2"):
        assert what_a_digest_says(other) == other
