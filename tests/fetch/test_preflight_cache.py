"""The CORS-preflight cache: what is remembered, for whom, and for how long."""

from __future__ import annotations

import gc
import tracemalloc
from itertools import product
from string import ascii_lowercase
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim import Browser, BrowserProfile, MockServer, Page
from corssim.fetch import preflight_cache
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.preflight_cache import CORSPreflightCache
from corssim.fetch.request import CredentialsMode, Request
from corssim.fetch.trace import PreflightCacheCleared, PreflightConsidered, PreflightStored
from corssim.url import require_url

APP, API = "https://app.example/", "https://api.example/x"
EXACT = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}
REFLECTING = {**EXACT, "Access-Control-Allow-Methods": "{acrm}", "Access-Control-Allow-Headers": "{acrh}"}


class World:
    def __init__(self, profile: str | BrowserProfile = "standard", url: str = APP, **page: Any) -> None:
        self.now = 1000.0
        self.server = MockServer()
        self.browser = Browser(self.server, profile=profile, clock=lambda: self.now)
        self.page = self.browser.page(url, **page)

    def allowing(self, headers: dict[str, str], times: int | None = None) -> World:
        self.server.route("*", "OPTIONS", 204, headers, times=times)
        return self

    def open(self) -> World:
        self.server.route("*", headers=EXACT)
        return self

    def preflights(self, page: Page[Any] | None = None, url: str = API, **options: Any) -> bool:
        """Make a request; report whether it was preflighted."""
        before = len(self.server.requests)
        (page or self.page).fetch(url, **options)
        return any(request.method == "OPTIONS" for request in self.server.requests[before:])


def reflecting(profile: str | BrowserProfile = "standard", **page: Any) -> World:
    return World(profile, **page).allowing(REFLECTING).open()


def test_a_preflight_is_remembered_for_the_same_request() -> None:
    world = reflecting()
    put = {"method": "PUT", "headers": {"X-A": "1"}}
    assert [world.preflights(**put), world.preflights(**put)] == [True, False]


@pytest.mark.parametrize(
    ("url", "preflighted"),
    [
        (API, False),
        (API + "?a", True),
        (API + "#a", True),
        ("https://api.example/y", True),
        ("https://api.example:8443/x", True),
        ("http://localhost/x", True),
    ],
    ids=["same", "query counts", "fragment counts", "path counts", "port counts", "another host"],
)
def test_entries_are_for_one_whole_url(url: str, preflighted: bool) -> None:
    world = reflecting()
    world.preflights(method="PUT")
    assert world.preflights(url=url, method="PUT") is preflighted


def test_entries_are_for_one_origin() -> None:
    world = reflecting()
    world.preflights(method="PUT")
    assert world.preflights(world.browser.page("https://www.app.example/"), method="PUT")
    assert not world.preflights(world.browser.page("https://app.example/other"), method="PUT")


def test_entries_are_for_one_network_partition() -> None:
    world = reflecting()
    embedded = world.browser.page("https://elsewhere.test/").frame(APP)
    world.preflights(method="PUT")
    assert embedded.origin == world.page.origin
    assert world.preflights(embedded, method="PUT")
    assert not world.preflights(world.browser.page("https://www.app.example/").frame(APP), method="PUT")


def test_entries_of_two_documents_with_opaque_origins_stay_apart() -> None:
    world = reflecting(sandboxed=True)
    assert [world.preflights(method="PUT"), world.preflights(method="PUT")] == [True, False]
    assert world.preflights(world.browser.page(APP, sandboxed=True), method="PUT")


def test_entries_of_different_preflights_add_up() -> None:
    world = reflecting()
    world.preflights(method="PUT")
    world.preflights(headers={"X-A": "1"})
    assert not world.preflights(method="PUT", headers={"X-A": "1"})
    assert world.preflights(method="PUT", headers={"X-A": "1", "X-B": "2"})


@pytest.mark.parametrize(
    ("first", "second", "preflighted"),
    [
        ("include", "include", False),
        ("include", "omit", False),
        ("include", "same-origin", False),
        ("omit", "include", True),
        ("same-origin", "include", True),
        ("omit", "same-origin", False),
    ],
)
def test_a_credentialed_entry_serves_all_and_an_uncredentialed_one_only_those_without(
    first: str, second: str, preflighted: bool
) -> None:
    world = reflecting()
    world.preflights(method="PUT", credentials=first)
    assert world.preflights(method="PUT", credentials=second) is preflighted


@pytest.mark.parametrize(
    ("max_age", "seconds"),
    [
        (None, 5),
        ("", 5),
        ("abc", 5),
        ("-1", 5),
        ("60s", 5),
        ("60, 60", 5),
        ("1e9", 5),
        ("0", 0),
        ("1", 1),
        ("600", 600),
        ("0000000000000000000000000600", 600),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 1000, 86400),
    ],
    ids=lambda value: "absent" if value is None else ascii(value)[:12],
)
def test_max_age(max_age: str | None, seconds: int) -> None:
    headers = REFLECTING if max_age is None else {**REFLECTING, "Access-Control-Max-Age": max_age}
    world = World().allowing(headers).open()
    outcome = world.page.fetch(API, method="PUT")
    told = [event.max_age for event in outcome.trace if isinstance(event, PreflightStored)]
    assert told == [seconds]
    if seconds:
        world.now += seconds - 0.5
        assert not world.preflights(method="PUT")
        world.now += 0.5
    assert world.preflights(method="PUT")


def test_what_a_browser_never_keeps_is_told_to_last_no_time() -> None:
    world = World(STANDARD.changed("preflight_cache.longest_url", len(API) - 1)).allowing(REFLECTING).open()
    outcome = world.page.fetch(API, method="PUT")
    assert [event.max_age for event in outcome.trace if isinstance(event, PreflightStored)] == [0]


def test_max_age_sent_twice_is_unparsable() -> None:
    world = World()
    world.server.route("*", "OPTIONS", 204, [*REFLECTING.items(), *[("Access-Control-Max-Age", "600")] * 2])
    outcome = world.open().page.fetch(API, method="PUT")
    assert [event.max_age for event in outcome.trace if isinstance(event, PreflightStored)] == [5]


def test_max_age_0_stores_nothing_and_the_request_goes_ahead() -> None:
    world = World().allowing({**REFLECTING, "Access-Control-Max-Age": "0"}).open()
    assert world.page.fetch(API, method="PUT").allowed
    assert len(world.browser.preflight_cache) == 0


def test_entries_that_are_not_refreshed_die_by_their_own_age() -> None:
    world = World().allowing({**REFLECTING, "Access-Control-Max-Age": "10"}).open()
    world.preflights(method="PUT")
    world.now += 6
    world.preflights(headers={"X-A": "1"})
    world.now += 6
    assert not world.preflights(headers={"X-A": "1"})
    assert world.preflights(method="PUT")


def test_a_preflight_that_lists_an_entry_again_refreshes_it() -> None:
    listing = {**EXACT, "Access-Control-Allow-Methods": "PUT, DELETE", "Access-Control-Allow-Headers": "X-A"}
    world = World().allowing({**listing, "Access-Control-Max-Age": "10"}, times=1)
    world.allowing({**listing, "Access-Control-Allow-Headers": "X-A, X-B", "Access-Control-Max-Age": "100"}).open()
    world.preflights(method="PUT", headers={"X-A": "1"})
    world.preflights(headers={"X-B": "1"})
    world.now += 50
    assert not world.preflights(method="DELETE", headers={"X-A": "1", "X-B": "2"})


def test_a_wildcard_entry_serves_every_method_and_header() -> None:
    star = {"Access-Control-Allow-Origin": "*"}
    headers = {**star, "Access-Control-Allow-Methods": "*", "Access-Control-Allow-Headers": "*"}
    world = World().allowing(headers)
    world.server.route("*", headers=star)
    world.preflights(method="PUT", headers={"X-A": "1"})
    assert not world.preflights(method="patch", headers={"X-B": "1"})


def test_a_wildcard_entry_never_covers_authorization() -> None:
    star = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
    world = World().allowing(star)
    world.server.route("*", headers=star)
    world.preflights(headers={"X-A": "1"})
    assert world.preflights(headers={"Authorization": "x"})


def test_header_names_match_in_any_case_and_methods_do_not() -> None:
    listing = {**EXACT, "Access-Control-Allow-Methods": "PATCH, patch", "Access-Control-Allow-Headers": "x-A"}
    world = World().allowing(listing).open()
    world.preflights(method="patch", headers={"X-a": "1"})
    assert not world.preflights(method="PATCH", headers={"x-A": "1"})
    assert world.preflights(method="Patch")


def test_a_failed_request_after_a_preflight_clears_the_entries() -> None:
    world = World().allowing({**REFLECTING, "Access-Control-Max-Age": "600"})
    world.server.route("*", times=1)
    world.open()
    outcome = world.page.fetch(API, method="PUT")
    assert outcome.reason == "allow-origin-missing"
    assert PreflightCacheCleared(API) in outcome.trace
    assert world.preflights(method="PUT")
    assert not world.preflights(method="PUT")


def test_a_failed_simple_request_clears_nothing() -> None:
    world = World().allowing({**REFLECTING, "Access-Control-Max-Age": "600"})
    world.server.route("*", "GET")
    world.open().preflights(method="PUT")
    world.page.fetch(API)
    assert not world.preflights(method="PUT")


def test_a_refused_preflight_stores_nothing() -> None:
    world = World().allowing({**EXACT, "Access-Control-Allow-Methods": "PUT", "Access-Control-Max-Age": "600"}).open()
    assert world.page.fetch(API, method="DELETE").reason == "method-disallowed-by-preflight"
    assert len(world.browser.preflight_cache) == 0


def test_without_allow_methods_the_flag_of_an_upload_listener_lists_the_method() -> None:
    world = World().allowing(EXACT).open()
    outcomes = [world.page.xhr(API, method="POST", body="x", upload_listener=True) for _ in range(2)]
    assert [[exchange.kind for exchange in outcome.exchanges] for outcome in outcomes] == [
        ["preflight", "actual"],
        ["actual"],
    ]


def test_the_trace_says_what_the_cache_covers() -> None:
    world = reflecting()
    world.preflights(method="PUT", headers={"X-A": "1"})
    outcome = world.page.fetch(API, method="PUT", headers={"X-A": "1", "X-B": "1"})
    assert [event for event in outcome.trace if isinstance(event, PreflightConsidered)] == [
        PreflightConsidered(API, True, ("PUT", "x-a", "x-b"), ("PUT", "x-a"))
    ]


def test_the_cache_can_be_looked_at_and_cleared() -> None:
    world = reflecting()
    world.preflights(method="PUT", headers={"X-A": "1"})
    cache = world.browser.preflight_cache
    assert len(cache) == 2
    assert {(origin, url) for origin, url, _ in cache} == {("https://app.example", API)}
    assert {(*entry.methods, *entry.header_names) for _, _, entry in cache} == {("PUT",), ("x-a",)}
    cache.clear()
    assert len(cache) == 0
    assert world.preflights(method="PUT")


def test_expired_entries_make_room_when_the_next_answer_comes() -> None:
    world = reflecting()
    for index in range(50):
        world.preflights(headers={f"X-{index}": "1"})
        world.now += 10
    assert len(world.browser.preflight_cache) == 2  # the method and the header name of the last one


def test_the_oldest_urls_are_forgotten_when_there_are_too_many() -> None:
    world = reflecting()
    for index in range(4097):
        world.preflights(url=f"{API}?{index}", method="PUT")
    assert len(world.browser.preflight_cache) == 4096
    assert world.preflights(url=f"{API}?0", method="PUT")
    assert not world.preflights(url=f"{API}?4096", method="PUT")


@pytest.mark.parametrize("bound", ["MAX_URLS", "MAX_ENTRIES", "MAX_BYTES"])
def test_whatever_bound_is_reached_first_the_oldest_go(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(preflight_cache, bound, 3 if bound != "MAX_BYTES" else 1500)
    world = reflecting()
    held = []
    for number in range(20):
        world.preflights(url=f"{API}?{number}", method="PUT")
        held.append((len(world.browser.preflight_cache), world.browser.preflight_cache.size))
    assert max(count for count, _ in held) == 3
    assert max(size for _, size in held) <= 1500
    assert [url for _, url, _ in world.browser.preflight_cache] == [f"{API}?{number}" for number in (17, 18, 19)]
    world.browser.preflight_cache.clear()
    assert (len(world.browser.preflight_cache), world.browser.preflight_cache.size) == (0, 0)


def stored(*answers: tuple[str, int]) -> CORSPreflightCache:
    """A cache that had answers for these URLs, each with so many methods."""
    client, cache = Browser().page("https://app.example/").environment, CORSPreflightCache()
    for url, count in answers:
        request = Request([require_url(url)], client, client.origin)
        cache.store(request, [f"M{number}" for number in range(count)], [], 60, STANDARD, 0.0)
    return cache


@pytest.mark.parametrize("more", [0, 1])
def test_65536_entries_are_kept(more: int) -> None:
    cache = stored(*((f"{API}?{number}", 1024) for number in range(64)), *[(f"{API}?", 1)] * more)
    assert len(cache) == (65_536 if not more else 65_536 - 1024 + 1)


@pytest.mark.parametrize("more", [0, 1])
def test_16_mebibytes_are_kept(more: int) -> None:
    whole, count = 16 * 2**20, 16
    beside = stored((API, 1)).size - len(API)
    at_first = [f"{API}?{number:02}{'q' * (whole // count)}"[: whole // count - beside] for number in range(count - 1)]
    left = whole - sum(len(url) + beside for url in at_first) - beside
    cache = stored(*((url, 1) for url in (*at_first, (API + "?" + "q" * whole)[: left + more])))
    assert len(cache) == count - more
    assert cache.size == whole - more * (whole // count - 1)


@pytest.mark.parametrize(("listed", "kept"), [(1024, 1024), (1025, 1024)])
def test_1024_methods_of_an_answer_are_kept(listed: int, kept: int) -> None:
    assert len(stored((API, listed))) == kept


def test_what_was_taken_out_no_longer_counts() -> None:
    world = reflecting()
    world.preflights(method="PUT", headers={"X-A": "1"})
    before = world.browser.preflight_cache.size
    world.now += 10_000
    world.preflights(method="PUT", headers={"X-A": "1"})
    assert (len(world.browser.preflight_cache), world.browser.preflight_cache.size) == (2, before)


@pytest.mark.parametrize(
    ("url", "method", "headers"),
    [
        pytest.param(f"{API}?{'q' * 99}", "PUT", {}, id="of the URL"),
        pytest.param(f"{API}?", "P" * 99 + "PUT", {}, id="of a method"),
        pytest.param(f"{API}?", "PUT", {"X-" + "a" * 99: "1"}, id="of a header name"),
    ],
)
def test_each_character_is_counted(url: str, method: str, headers: dict[str, str]) -> None:
    def size(url: str, method: str, headers: dict[str, str]) -> int:
        world = reflecting()
        assert world.preflights(url=url, method=method, headers=headers)
        return world.browser.preflight_cache.size

    short = {name.replace("a" * 99, ""): value for name, value in headers.items()}
    assert size(url, method, headers) - size(f"{API}?", "PUT", short) == 99


def test_entries_take_no_more_memory_than_they_say() -> None:
    world = reflecting()
    names = {f"X-{number}": "1" for number in range(50)}
    tracemalloc.start()
    try:
        for number in range(2000):
            world.preflights(url=f"{API}?{number}", method="PUT", headers=names if number % 50 == 0 else {})
            world.server.requests.clear()
        cache = world.browser.preflight_cache
        many, said, before = len(cache), cache.size, held_now()
        cache.clear()
        taken = before - held_now()
    finally:
        tracemalloc.stop()
    assert many == 2000 + 50 * 40
    assert 100 <= taken / many <= 400
    assert taken <= said


def held_now() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_an_answer_that_lists_tens_of_thousands_of_names_is_not_compared_with_itself() -> None:
    names = ", ".join("".join(letters) for letters in product(ascii_lowercase, repeat=3))
    listing = {**EXACT, "Access-Control-Allow-Methods": f"PUT, {names}", "Access-Control-Allow-Headers": names}
    world = World().allowing(listing).open()
    for _ in range(5):
        assert world.page.fetch(API, method="PUT").allowed
        assert world.preflights(headers={"zzz": "1"})
    assert len(world.browser.preflight_cache) == 2048


ORIGINS = ["https://app.example/", "https://www.app.example/", "https://elsewhere.test/"]
URLS = [API, API + "?q", "https://other.test/"]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(ORIGINS), st.sampled_from(URLS), st.sampled_from(["include", "omit"]))),
    st.sampled_from(ORIGINS),
    st.sampled_from(URLS),
)
def test_clearing_removes_exactly_the_matches(stored: list[tuple[str, str, str]], origin: str, url: str) -> None:
    browser = Browser(MockServer())
    clients = {page: browser.page(page).environment for page in ORIGINS}
    cache = CORSPreflightCache()

    def request(page: str, to: str, credentials: str) -> Request:
        made = Request(url_list=[require_url(to)], client=clients[page], origin=clients[page].origin)
        made.credentials_mode = CredentialsMode(credentials)
        return made

    for page, to, credentials in stored:
        cache.store(request(page, to, credentials), ["PUT"], ["X-A"], 60, STANDARD, 0.0)
    before = [(clients_origin, to, id(entry)) for clients_origin, to, entry in cache]
    gone = {origin.rstrip("/"), url}
    had_some = cache.clear_entries(request(origin, url, "omit"), STANDARD)
    after = [(clients_origin, to, id(entry)) for clients_origin, to, entry in cache]
    assert after == [kept for kept in before if {kept[0], kept[1]} != gone]
    assert had_some is (len(after) < len(before))
