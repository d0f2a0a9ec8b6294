"""Each rule of `AuthenticationRules`, flipped alone, changes what it says it changes."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from corssim.fetch.browsers.chromium import CHROMIUM

from .world import EXACT, PREFLIGHT_OK, Row, World, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile

BASIC = {"WWW-Authenticate": 'Basic realm="t"'}
OWN, THEIRS = "https://user:pass@app.example", "https://user:pass@api.example"


def said(world: World) -> list[str]:
    """What each request said of its user, "" for nothing."""
    lines = [world.header("authorization", index) or "" for index in range(len(world.sent))]
    return [b64decode(line[6:]).decode("latin-1") if line.startswith("Basic ") else line for line in lines]


def challenging(profile: BrowserProfile, **headers: str) -> World:
    """A server that asks for authentication once at each of /x, /y and /a/b/x, and allows everything else."""
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    for path in ("x", "y", "a/b/x"):
        for origin in ("https://app.example", "https://api.example"):
            world.route(f"{origin}/{path}", status=401, headers=EXACT | BASIC | headers, times=1)
    return world.route("*", headers=EXACT)


def cross_origin_user(profile: BrowserProfile) -> list[str]:
    world = challenging(profile)
    world.page.xhr(f"{THEIRS}/x")
    return said(world)


def user_in_a_location(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("/r", status=302, headers={"Location": f"{OWN}/x"})
    world.route("/x", status=401, headers=BASIC, times=1).route("*").page.fetch("/r")
    return said(world)


def entry_for_another_origin(*then: str, **options: Any) -> Callable[[BrowserProfile], list[str]]:
    """A page of the other origin leaves an entry; then this page fetches these paths there."""

    def run(profile: BrowserProfile) -> list[str]:
        world = challenging(profile)
        world.browser.page("https://api.example/").xhr(f"{THEIRS}/a/b/x")
        for path in then:
            world.page.fetch(f"https://api.example{path}", credentials="include", **options)
        return said(world)[2:]

    return run


def the_same_user_again(profile: BrowserProfile) -> list[str]:
    world = challenging(profile)
    world.page.xhr(f"{OWN}/x")
    world.page.xhr(f"{OWN}/x")
    return said(world)


def own_authorization(profile: BrowserProfile) -> list[str]:
    world = challenging(profile)
    world.page.xhr(f"{OWN}/x", headers={"Authorization": "Bearer abc"})
    return said(world)


def then_a_beacon(profile: BrowserProfile) -> list[str]:
    world = challenging(profile)
    world.page.xhr(f"{OWN}/x")
    world.page.send_beacon("/z", "data")
    return said(world)


def then_beside_the_directory(profile: BrowserProfile) -> list[str]:
    world = challenging(profile)
    world.page.xhr(f"{OWN}/a/b/x")
    world.page.fetch("/a/bc")
    return said(world)


def two_challenges_in_a_line(profile: BrowserProfile) -> list[str]:
    world = challenging(profile, **{"WWW-Authenticate": 'Bearer, Basic realm="t"'})
    world.page.xhr(f"{OWN}/x")
    return said(world)


def url_of_the_response(profile: BrowserProfile) -> str:
    response = challenging(profile).page.xhr(f"{OWN}/x").response
    assert response is not None
    return response.url


def user_beyond_ascii(profile: BrowserProfile) -> list[str]:
    world = challenging(profile)
    world.page.xhr("/x", username="\u00fc", password="p")
    return said(world)


def asked_for(*challenges: str, url: str = f"{OWN}/x") -> Callable[[BrowserProfile], list[str]]:
    """What a 401 with these lines of WWW-Authenticate is answered with, without what all digests have."""

    def run(profile: BrowserProfile) -> list[str]:
        headers = [("WWW-Authenticate", line) for line in challenges]
        world = World(profile).route("/x", status=401, headers=headers, times=1).route("*")
        world.page.xhr(url)
        return [_ALL_HAVE.sub("", line) for line in said(world)[1:]]

    return run


_ALL_HAVE = re.compile(r' ?(?:username="user"|realm|nonce|uri|response|cnonce|nc)(?:="?[^,"]*"?)?,?')
DIGEST, BASIC_LINE = 'Digest realm="t", nonce="abc"', 'Basic realm="t"'


def digest_elsewhere(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("/a/x", status=401, headers={"WWW-Authenticate": DIGEST}, times=1).route("*")
    world.page.xhr(f"{OWN}/a/x")
    world.page.fetch("/b")
    return [line[:6] for line in said(world)]


U = "user:pass"
NTLM = CHROMIUM.authentication.first_ntlm_message
ROWS = [
    Row("authentication.urls_answer", "always", cross_origin_user, [""], ["", U]),
    Row("authentication.urls_answer", "without-cors", user_in_a_location, ["", ""], ["", "", U]),
    Row("authentication.entries_answer_with_cors", True, entry_for_another_origin("/x"), [""], ["", U]),
    Row("authentication.entries_are_partitioned", True, entry_for_another_origin("/a/b/z"), [U], [""]),
    Row("authentication.entries_have_the_url_speak", True, the_same_user_again, ["", U, ""], ["", U, U]),
    Row("authentication.own_authorization", "final", own_authorization, ["Bearer abc"] * 2, ["Bearer abc"]),
    Row("authentication.own_authorization", "replaced", own_authorization, ["Bearer abc"] * 2, ["Bearer abc", U]),
    Row("authentication.beacons_know_entries", False, then_a_beacon, ["", U, U], ["", U, ""]),
    Row("authentication.directories_end_in_a_slash", False, then_beside_the_directory, ["", U, ""], ["", U, U]),
    Row("authentication.reads_one_challenge_a_line", True, two_challenges_in_a_line, ["", U], [""]),
    Row(
        "authentication.takes_the_user_out_of_the_url",
        True,
        url_of_the_response,
        f"{OWN}/x",
        "https://app.example/x",
    ),
    Row("authentication.challenge_order", ("basic", "digest"), asked_for(DIGEST, BASIC_LINE), ["Digest"], [U]),
    Row("authentication.only_the_first_challenge", True, asked_for(f"{DIGEST}, algorithm=X", BASIC_LINE), [U], []),
    Row("authentication.first_ntlm_message", "", asked_for("NTLM"), [f"NTLM {NTLM}"], [], base=CHROMIUM),
    Row(
        "authentication.digest_algorithms",
        ("MD5",),
        asked_for(f"{DIGEST}, algorithm=sha-256"),
        ["Digest algorithm=SHA-256,"],
        [],
    ),
    Row(
        "authentication.digest_strength_counts",
        True,
        asked_for(f"{DIGEST}, algorithm=MD5", f"{DIGEST}, algorithm=SHA-256"),
        ["Digest algorithm=MD5,"],
        ["Digest algorithm=SHA-256,"],
    ),
    Row("authentication.digest_is_sent_without_its_qop", True, asked_for(f"{DIGEST}, qop=auth-int"), [], ["Digest"]),
    Row(
        "authentication.digest_domains",
        "the-directory",
        digest_elsewhere,
        ["", "Digest", "Digest"],
        ["", "Digest", ""],
    ),
    Row(
        "authentication.digest_names_beyond_ascii",
        "bytes",
        asked_for(DIGEST, url="https://%C3%BC:p@app.example/x"),
        ["Digest username*=UTF-8''%C3%BC,"],
        ['Digest username="\u00c3\u00bc",'],
    ),
    Row(
        "authentication.digest_names_beyond_ascii",
        "unanswered",
        asked_for(DIGEST, url="https://%C3%BC:p@app.example/x"),
        ["Digest username*=UTF-8''%C3%BC,"],
        [],
    ),
    Row("authentication.names_are_sent_as", "latin-1", user_beyond_ascii, ["", "\u00c3\u00bc:p"], ["", "\u00fc:p"]),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
