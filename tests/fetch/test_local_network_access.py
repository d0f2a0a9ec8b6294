"""Local Network Access, by WPT's expectations: the text's rules and Chromium's."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, BrowserSettings, MockServer
from corssim.fetch.trace import LocalNetworkAccessChecked

if TYPE_CHECKING:
    from corssim import Outcome

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data/wpt/local-network-access.json").read_text("utf-8")
)
ADDRESSES = {"loopback.test": "127.0.0.1", "local.test": "192.168.1.10", "public.test": "93.184.215.14"}
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "*"}


NO_TREAT_AS_PUBLIC = "whether treat-as-public-address is kept is left open in the text, whose rules do not have it"
LOCAL_TO_LOOPBACK = "Chromium checks public pages alone, as recorded and as a note of the text says"
EXEMPT_BY_TARGET = "for mixed content the text looks at the space of the target alone; Chromium, too, as recorded"


def known_disagreement(row: dict[str, Any], profile: str) -> str:
    """Why a profile is right to say something else than WPT, "" where it is not."""
    if row["expected"] in ("readable", "opaque"):
        return ""
    page = row["page"]
    if row["subtest"].endswith("not a local network request") and page != "https public":
        return EXEMPT_BY_TARGET
    if profile == "standard" and page.endswith("as public") and not row["target_address_space"]:
        return NO_TREAT_AS_PUBLIC
    if profile == "chromium" and page.split()[1] == "local" and row["targets"][-1].endswith("loopback"):
        return LOCAL_TO_LOOPBACK
    return ""


def params() -> list[Any]:
    made = []
    for profile in ("standard", "chromium"):
        for row in ROWS:
            reason = known_disagreement(row, profile)
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            made.append(pytest.param(profile, row, marks=marks, id=f"{profile}-{row['file']}-{row['subtest']}"))
    return made


@pytest.mark.parametrize(("profile", "row"), params())
def test_wpt_local_network_access(profile: str, row: dict[str, Any]) -> None:
    assert said(fetched(profile, row)) == row["expected"]


def fetched(profile: str, row: dict[str, Any]) -> Outcome:
    server = MockServer()
    urls = [
        f"{scheme}://{space}.test:8000/{number}"
        for number, (scheme, space) in enumerate(map(str.split, row["targets"]))
    ]
    headers = CORS if row["cors"] else {}
    for url, following in pairwise(urls):
        server.route(url, status=307, headers={**headers, "Location": following})
    is_web_socket = row["request"] == "WebSocket"
    server.route("*", status=101 if is_web_socket else 200, headers=headers)
    browser = Browser(
        server,
        profile=profile,
        settings=BrowserSettings(local_network_access="ask"),
        permissions=permissions(row["permission"]),
        addresses=ADDRESSES,
    )
    scheme, space, *how = row["page"].split()
    as_public = {"Content-Security-Policy": "treat-as-public-address"} if how == ["as", "public"] else {}
    url = f"{scheme}://{space}.test:8000/"
    page = browser.page("http://public.test/").frame(url) if how == ["in", "http"] else browser.page(url, as_public)
    if is_web_socket:
        return page.web_socket(urls[0])
    options = {"mode": "no-cors"} if row["request"] == "no-cors" else {"method": row["request"]}
    return page.fetch(urls[0], target_address_space=row["target_address_space"], **options)


def permissions(decided: str) -> dict[str, str]:
    name, _, state = decided.rpartition(" ")
    every = dict.fromkeys(("loopback-network", "local-network"), "granted" if name else state)
    return every | ({name: state} if name else {})


def said(outcome: Outcome) -> str:
    return {"pending": "asks"}.get(outcome.verdict, str(outcome.verdict))


@pytest.mark.parametrize("page", ["https://public.test/p", "http://public.test/p"])
@pytest.mark.parametrize("frame", ["", "srcdoc", "https://public.test/f", "https://other.test/f"])
def test_who_asked_is_told(page: str, frame: str) -> None:
    settings = BrowserSettings(local_network_access="ask")
    browser = Browser(MockServer().route("*", headers=CORS), settings=settings, addresses=ADDRESSES)
    asking = browser.page(page)
    if frame:
        asking = asking.frame(frame, srcdoc=frame == "srcdoc", allow="local-network")
    (told,) = (
        event for event in asking.fetch("https://local.test/x").trace if isinstance(event, LocalNetworkAccessChecked)
    )
    assert told == LocalNetworkAccessChecked(
        url="https://local.test/x",
        address="192.168.1.10",
        port=443,
        own_space="public",
        target_space="local",
        state="prompt" if page.startswith("https:") else "denied",
        top_level_url=page,
        client_url=frame if frame.startswith("https:") else page,
        is_secure_context=page.startswith("https:"),
        is_preflighted=False,
        in_another_origins_frame="other" in frame or (page.startswith("http:") and frame.startswith("https:")),
    )


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        ("http://localhost:3000/", "readable"),
        ("blob:http://localhost:3000/1", "readable"),
        ("https://public.test/", "pending"),
        ("blob:https://public.test/1", "pending"),
    ],
)
def test_a_blob_page_is_where_its_url_was_made(page: str, verdict: str) -> None:
    settings = BrowserSettings(local_network_access="ask")
    browser = Browser(MockServer().route("*", headers=CORS), settings=settings, addresses=ADDRESSES)
    assert browser.page(page).fetch("http://127.0.0.1:8080/").verdict == verdict
