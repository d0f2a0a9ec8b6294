"""A scenario's hosts among those of this machine: what was same origin or same site stays so."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from corssim.errors import UsageError
from corssim.lab.origins import Names
from corssim.origin import same_origin, same_site, url_origin
from corssim.scenario import parse_scenario
from corssim.url import require_url

if TYPE_CHECKING:
    from collections.abc import Hashable

_URLS = ("https://shop.example/a", "https://api.shop.example/", "https://shop.example:8443/", "https://other.test/")


def _names(**given: Any) -> Names:
    ports: dict[Hashable, int] = {}
    numbers = count(4000)
    return Names("run", lambda port: ports.setdefault(port, next(numbers)), **given)


def _scenario(*urls: str) -> Any:
    steps = "".join(f'[[step]]\nfetch = "{url}"\n' for url in urls)
    return parse_scenario(f'title = "t"\npage = "{urls[0]}"\n{steps}')


@pytest.mark.parametrize("are_plain", [False, True], ids=["under .localhost", "localhost and 127.0.0.1"])
def test_origins_and_sites_stay_apart_and_together(are_plain: bool) -> None:
    names = _names(are_plain=are_plain)
    made = names.scenario(_scenario(*_URLS))
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
        _names(are_plain=True).scenario(_scenario(*urls))
    _names().scenario(_scenario(*urls))
