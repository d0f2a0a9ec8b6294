"""Permissions Policy: who may use a feature whose default allowlist is 'self'."""

from __future__ import annotations

import pytest

from corssim import Browser, Outcome, Page
from corssim.fetch.permissions_policy import is_allowed_to_use
from corssim.fetch.rules import LocalNetworkRules

FEATURE = "loopback-network"
BY_THE_TEXT = LocalNetworkRules()


def may_use(page: Page[Outcome], rules: LocalNetworkRules = BY_THE_TEXT) -> bool:
    return is_allowed_to_use(FEATURE, page.environment, rules)


def top(policy: str | None = None) -> Page[Outcome]:
    headers = [("Permissions-Policy", policy)] if policy is not None else []
    return Browser().page("https://app.example/", headers)


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        (None, True),
        ("", True),
        ("loopback-network=*", True),
        ("loopback-network=self", True),
        ("loopback-network=(self)", True),
        ("loopback-network=( self )", True),
        ("loopback-network=()", False),
        ('loopback-network=("https://app.example")', True),
        ('loopback-network=("https://other.test" "https://app.example")', True),
        ('loopback-network=("https://other.test" self)', True),
        ('loopback-network=("https://other.test")', False),
        ('loopback-network=("http://app.example")', False),
        ("loopback-network=();report-to=x", False),
        ("loopback-network=?1", False),
        ("camera=()", True),
        ("camera=(), loopback-network=()", False),
        ("loopback-network=(), camera=*", False),
        ('camera=("https://a.test,b"),loopback-network=()', False),
        ('camera=("https://a.test, loopback-network=()")', True),
        ('camera=(), loopback-network=("https://other.test")', False),
        ('camera=("https://a.test"), loopback-network=("https://b.test" "https://other.test")', False),
        ("loopback-network=(self), loopback-network=()", False),
        ("loopback-network=(), loopback-network=(self)", True),
    ],
)
def test_what_a_page_declares_of_itself(policy: str | None, allowed: bool) -> None:
    assert may_use(top(policy)) is allowed
    assert may_use(top(policy).worker()) is allowed


def test_lines_of_the_header_are_one_list_and_its_name_is_of_any_case() -> None:
    headers = [("PERMISSIONS-POLICY", "camera=()"), ("permissions-policy", "loopback-network=()")]
    assert not may_use(Browser().page("https://app.example/", headers))


@pytest.mark.parametrize(
    ("allow", "allowed"),
    [
        ("", False),
        ("loopback-network", True),
        ("LOOPBACK-network", True),
        ("loopback-network *", True),
        ("loopback-network 'src'", True),
        ("loopback-network 'self'", False),
        ("loopback-network 'none'", False),
        ("loopback-network https://widget.test", True),
        ("loopback-network https://other.test https://widget.test", True),
        ("loopback-network https://other.test", False),
        ("camera", False),
        ("camera; loopback-network", True),
        (";; loopback-network;", True),
        ("loopback-network 'none'; camera *", False),
    ],
)
def test_what_a_frame_of_another_origin_is_handed(allow: str, allowed: bool) -> None:
    frame = top().frame("https://widget.test/", allow=allow)
    assert may_use(frame) is allowed
    assert may_use(frame.worker()) is allowed


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("loopback-network=*", True),
        ('loopback-network=(self "https://widget.test")', True),
        ("loopback-network=(self)", False),
        ('loopback-network=("https://widget.test")', False),
        ("loopback-network=()", False),
    ],
)
def test_a_page_hands_on_what_it_may_use_and_its_policy_leaves_to_the_frame(policy: str, allowed: bool) -> None:
    assert may_use(top(policy).frame("https://widget.test/", allow="loopback-network")) is allowed


@pytest.mark.parametrize(
    ("allow", "allowed"),
    [("", True), ("loopback-network 'self'", True), ("loopback-network 'none'", False), ("camera 'none'", True)],
)
def test_a_frame_of_the_same_origin_has_what_its_page_has(allow: str, allowed: bool) -> None:
    assert may_use(top().frame("https://app.example/frame", allow=allow)) is allowed
    assert not may_use(top("loopback-network=()").frame("https://app.example/frame", allow=allow))


def test_a_frames_own_policy_counts() -> None:
    headers = {"Permissions-Policy": "loopback-network=()"}
    assert not may_use(top().frame("https://widget.test/", headers, allow="loopback-network"))


def test_a_frame_in_a_frame_needs_both_handed() -> None:
    without, handed = (top().frame("https://widget.test/", allow=allow) for allow in ("", "loopback-network"))
    assert not may_use(without.frame("https://app.example/", allow="loopback-network"))
    assert may_use(handed.frame("https://app.example/", allow="loopback-network"))


SANDBOXED = LocalNetworkRules(judges_sandboxed_frames_by_their_src=True)


@pytest.mark.parametrize(
    ("allow", "by_the_text", "by_its_src"),
    [("", False, True), ("loopback-network", True, True), ("loopback-network 'self'", False, True)],
)
@pytest.mark.parametrize("url", [None, "https://app.example/frame"])
def test_a_sandboxed_frame_has_no_origin_but_in_its_src(
    url: str | None, allow: str, by_the_text: bool, by_its_src: bool
) -> None:
    frame = top().frame(url, srcdoc=url is None, sandboxed=True, allow=allow)
    assert may_use(frame) is by_the_text
    assert may_use(frame, SANDBOXED) is by_its_src


OLD_NAME = LocalNetworkRules(knows_the_old_permission_name=True)


@pytest.mark.parametrize(
    ("policy", "old_name_known", "not_known"),
    [
        ("local-network-access=()", (False, False), (True, True)),
        ("local-network-access=(self)", (True, True), (True, True)),
        ("local-network-access=(), loopback-network=(self)", (True, False), (True, True)),
        ("local-network-access=(self), loopback-network=()", (False, True), (False, True)),
    ],
)
def test_the_old_name_stands_for_both_where_it_is_known(
    policy: str, old_name_known: tuple[bool, bool], not_known: tuple[bool, bool]
) -> None:
    environment = top(policy).environment
    for rules, wanted in ((OLD_NAME, old_name_known), (BY_THE_TEXT, not_known)):
        assert tuple(is_allowed_to_use(name, environment, rules) for name in (FEATURE, "local-network")) == wanted
