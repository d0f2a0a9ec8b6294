"""A scenario's hosts among those of this machine: what was same origin or same site stays so."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from corssim.errors import UsageError
from corssim.fetch.wire import WireRequest, WireResponse
from corssim.lab.on_this_machine import OnThisMachine
from corssim.lab.origins import Names
from corssim.origin import same_origin, same_site, url_origin
from corssim.scenario import parse_scenario
from corssim.url import require_url

if TYPE_CHECKING:
    from collections.abc import Hashable

_URLS = (
    "https://shop.example/a",
    "https://api.shop.example/",
    "https://shop.example:8443/",
    "https://other.test/",
)


def _names(**given: Any) -> Names:
    ports: dict[Hashable, int] = {}
    numbers = count(4000)

    def port_of(key: Hashable, /, *, is_closed: bool = False) -> int:
        return ports.setdefault(key, next(numbers))

    return Names("run", port_of, **given)


def _scenario(*urls: str) -> Any:
    steps = "".join(f'[[step]]\nfetch = "{url}"\n' for url in urls)
    return parse_scenario(f'title = "t"\npage = "{urls[0]}"\n{steps}')


@pytest.mark.parametrize("are_secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("are_plain", [False, True], ids=["under .localhost", "localhost and 127.0.0.1"])
def test_origins_and_sites_stay_apart_and_together(are_plain: bool, are_secure: bool) -> None:
    names = _names(are_plain=are_plain, are_secure=are_secure)
    made = OnThisMachine(names=names).scenario(_scenario(*_URLS))
    here = [url_origin(require_url(step.fetch)) for step in made.steps]
    there = [url_origin(require_url(url)) for url in _URLS]
    for index in range(len(_URLS)):
        for other in range(len(_URLS)):
            assert same_origin(here[index], here[other]) == same_origin(there[index], there[other])
            assert same_site(here[index], here[other]) == same_site(there[index], there[other])
    hosts = {require_url(step.fetch).host or "" for step in made.steps}
    assert hosts == {"localhost", "127.0.0.1"} if are_plain else all(host.endswith("-run.localhost") for host in hosts)
    assert [names.back(step.fetch) for step in made.steps] == list(_URLS)


@pytest.mark.parametrize(
    ("urls", "why"),
    [
        (("https://a.example/", "https://b.example/", "https://c.example/"), "more than two sites"),
        (("https://a.example/", "http://localhost:3000/"), "is needed for others"),
    ],
    ids=["three sites", "this machine itself"],
)
def test_two_sites_are_all_there_are_without_localhost_names(urls: tuple[str, ...], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        OnThisMachine(names=_names(are_plain=True)).scenario(_scenario(*urls))
    OnThisMachine(names=_names()).scenario(_scenario(*urls))


def test_over_https_schemes_make_sites_and_an_upgraded_url_leads_to_its_server() -> None:
    names = _names(are_secure=True)
    page, api = (require_url(names.url(url, url)) for url in ("http://shop.example/", "https://shop.example/"))
    assert not same_site(url_origin(page), url_origin(api))
    assert page.with_scheme("https").href == api.href
    assert names.back(page.with_scheme("https").href) == "https://shop.example/"


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("https://shop.example", "http://shop-example-run.localhost:4000"),
        ("https://shop.example:443", "http://shop-example-run.localhost:04000"),
        ("HTTPS://Shop.example", "HTTP://SHOP-EXAMPLE-RUN.LOCALHOST:4000"),
        ("https://shop.example.", "http://shop-example-run.localhost.:4000"),
        ("https://b\xfccher.example", "http://XN-BCHER-KVA-EXAMPLE-RUN.LOCALHOST:4000"),
        ("https://my_api.shop.example", "http://my-api.shop-example-run.localhost:4000"),
        ("https://shop.example:25", "http://shop-example-run.localhost:25"),
        ("https://*.shop.example", "http://*.shop-example-run.localhost:4000"),
        ("wss://u:p@shop.example/s", "ws://u:p@shop-example-run.localhost:4000/s"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        ("https://", None),
        ("not-https://shop.example", None),
    ],
    ids=[
        "an origin",
        "a default port written out",
        "capitals",
        "a last dot",
        "a name in Unicode",
        "an underscore",
        "a port where no browser goes",
        "a pattern",
        "a user",
        "the name of an XML vocabulary",
        "no host",
        "another scheme",
    ],
)
def test_what_is_written_otherwise_stays_so(text: str, here: str | None) -> None:
    """Texts are compared: what is no origin's own way of writing it must not become one."""
    names = _names()
    assert names.here(text) == (text if here is None else here)
    assert names.back(names.here(text)) == text


@pytest.mark.parametrize(
    "text", ["//api.example/b", "https:api.example/b", r"https:\\api.example\b", " https://api.example/b"]
)
def test_every_way_to_write_a_url_leads_to_this_machine(text: str) -> None:
    names = _names()
    made = require_url(names.url(text, "http://shop.example/"), require_url(names.url("http://shop.example/", "/")))
    assert (made.host or "").endswith(".localhost")


def test_different_hosts_are_never_one() -> None:
    names = _names()
    urls = [f"https://{host}/" for host in ("a.co.uk", "a-co.uk", "a-b.c.example", "a.b.c.example", "a_b.c.example")]
    made = {names.url(url, url) for url in urls}
    assert len(made) == len(urls)
    assert [names.back(names.url(url, url)) for url in urls] == urls


def test_servers_see_their_own_names_and_pages_those_of_this_machine() -> None:
    """A pattern that is open at one end lets in what begins like it, which names of this machine do not."""
    here = OnThisMachine(names=_names())
    made = here.scenario(_scenario("https://bank.example.evil.example/", "https://api.bank.example/"))
    page, api = (require_url(url) for url in (made.page.url, made.steps[1].fetch))  # type: ignore[union-attr]
    origin = str(url_origin(page))
    asked = here.request(WireRequest("GET", api.href, (("Origin", origin), ("Host", "x"))))
    assert (asked.url, asked.headers[0][1]) == ("https://api.bank.example/", "https://bank.example.evil.example")
    headers = (
        ("Access-Control-Allow-Origin", "https://bank.example.evil.example"),
        ("Set-Cookie", "a=1; Domain=bank.example"),
        ("Location", "//api.bank.example/next"),
        ("Content-Length", "30"),
    )
    answered = here.response(WireResponse(302, "Found", headers, b"see https://api.bank.example/x"), api.href)
    given = dict(answered.headers)
    assert given["Access-Control-Allow-Origin"] == origin
    assert given["Set-Cookie"] == "a=1; Domain=bank-example-run.localhost"
    assert given["Location"] == f"{api.href}next"
    assert given["Content-Length"] == str(len(answered.body))
    assert answered.body.decode() == f"see {api.href}x"


def test_a_policy_names_hosts_with_the_ports_that_they_have_here() -> None:
    text = """
title = "t"
page = { url = "https://a.example/", headers = { Content-Security-Policy = "connect-src b.example *.c.example" } }
[[step]]
fetch = "https://b.example/"
[[step]]
fetch = "https://x.c.example/"
"""
    made = OnThisMachine(names=_names()).scenario(parse_scenario(text))
    assert dict(made.page.headers)["Content-Security-Policy"] == (
        "connect-src b-example-run.localhost:4000 *.c-example-run.localhost:4000"
    )
