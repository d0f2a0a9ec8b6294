"""Each rule of `corssim/fetch/rules/local_network.py`, and those of WebSockets, flipped alone, changes what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.browsers.standard import STANDARD

from .world import ANY, PREFLIGHT_OK, Row, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile

ASKING = STANDARD.changed("local_network.access", "ask")
GRANTED = {"loopback-network": "granted", "local-network": "granted"}
NAS = {"nas.example": "192.168.1.10"}
AS_PUBLIC = (("Content-Security-Policy", "treat-as-public-address"),)
LOOPBACK = "http://127.0.0.1:8080/x"


def fetching(
    url: str,
    *,
    page: str = "https://app.example/",
    permissions: dict[str, str] | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    frame_allow: str | None = None,
    target: str = "",
) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        server = MockServer().route("*", headers=ANY)
        opened = Browser(server, profile=profile, permissions=permissions, addresses=NAS).page(page, headers)
        if frame_allow is not None:
            opened = opened.frame("https://widget.test/", allow=frame_allow)
        outcome = opened.fetch(url, target_address_space=target)
        return outcome.reason or outcome.verdict

    return run


def handshake(header: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        outcome = (
            Browser(MockServer().route("*", status=101), profile=profile)
            .page("https://app.example/")
            .web_socket("wss://api.example/x")
        )
        return outcome.exchanges[0].request.header(header)

    return run


def socket_into_the_local_network(profile: BrowserProfile) -> Any:
    browser = Browser(MockServer().route("*", status=101), profile=profile, addresses=NAS)
    outcome = browser.page("https://app.example/").web_socket("wss://nas.example/x")
    return outcome.reason or outcome.verdict


def two_preflighted(profile: BrowserProfile) -> Any:
    server = MockServer().route("*", "OPTIONS", 204, PREFLIGHT_OK).route("*", headers=ANY)
    page = Browser(server, profile=profile, permissions=GRANTED).page("https://app.example/")
    for _ in range(2):
        page.fetch(LOOPBACK, method="PUT")
    return [request.method for request in server.requests]


def sandboxed(profile: BrowserProfile) -> Any:
    browser = Browser(MockServer().route("*", headers=ANY), profile=profile, permissions=GRANTED)
    outcome = browser.page("https://app.example/").frame(srcdoc=True, sandboxed=True).fetch(LOOPBACK)
    return outcome.reason or outcome.verdict


PENDING = "local-network-access-pending"
POLICY = "local-network-access-permissions-policy"

ROWS = [
    Row("local_network.access", "ask", fetching(LOOPBACK), "readable", PENDING),
    Row(
        "local_network.local_to_loopback",
        False,
        fetching("https://127.0.0.1/x", page="https://192.168.1.1/"),
        PENDING,
        "readable",
        ASKING,
    ),
    Row(
        "local_network.needs_a_secure_context",
        False,
        fetching(LOOPBACK, page="http://app.example/"),
        "local-network-access-insecure-context",
        PENDING,
        ASKING,
    ),
    Row(
        "local_network.data_pages",
        "insecure",
        fetching(LOOPBACK, page="data:text/html,x"),
        PENDING,
        "local-network-access-insecure-context",
        ASKING,
    ),
    Row(
        "local_network.data_pages",
        "unchecked",
        fetching(LOOPBACK, page="data:text/html,x"),
        PENDING,
        "readable",
        ASKING,
    ),
    Row("local_network.checks_web_sockets", False, socket_into_the_local_network, PENDING, "readable", ASKING),
    Row(
        "local_network.knows_the_target_address_space",
        False,
        fetching("https://nas.example/x", permissions=GRANTED, target="loopback"),
        "local-network-access-address-space-mismatch",
        "readable",
        ASKING,
    ),
    Row(
        "local_network.exempts_local_hosts_from_mixed_content",
        False,
        fetching("http://printer.local/x", permissions=GRANTED),
        "readable",
        "mixed-content",
        ASKING,
    ),
    Row(
        "local_network.treats_as_public_address",
        True,
        fetching(LOOPBACK, page="http://localhost:3000/", headers=AS_PUBLIC),
        "readable",
        PENDING,
        ASKING,
    ),
    Row(
        "local_network.reads_the_permissions_policy_header",
        False,
        fetching(LOOPBACK, headers=(("Permissions-Policy", "loopback-network=()"),)),
        POLICY,
        PENDING,
        ASKING,
    ),
    Row(
        "local_network.knows_the_old_permission_name",
        True,
        fetching(LOOPBACK, frame_allow="local-network-access"),
        POLICY,
        PENDING,
        ASKING,
    ),
    Row("local_network.judges_sandboxed_frames_by_their_src", True, sandboxed, POLICY, "readable", ASKING),
    Row(
        "local_network.keeps_decisions_for_opaque_pages",
        False,
        fetching(LOOPBACK, headers=(("Content-Security-Policy", "sandbox allow-scripts"),), permissions=GRANTED),
        "readable",
        PENDING,
        ASKING,
    ),
    Row(
        "local_network.preflights_are_cached",
        False,
        two_preflighted,
        ["OPTIONS", "PUT", "PUT"],
        ["OPTIONS", "PUT", "OPTIONS", "PUT"],
        ASKING,
    ),
    Row("web_sockets.accept_anything", True, handshake("Accept"), None, "*/*"),
    Row("web_sockets.say_fetch_metadata", "no", handshake("Sec-Fetch-Dest"), "empty", None),
    Row("web_sockets.say_fetch_metadata", "as-websocket", handshake("Sec-Fetch-Dest"), "empty", "websocket"),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
