"""The private, partitioned HTTP cache, https://httpwg.org/specs/rfc9111.html"""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from corssim.browser.freshness import Freshness
from corssim.browser.http_cache import HTTPCache
from corssim.browser.stored_response import StoredResponse, may_store, vary_matches
from corssim.fetch.browsers import BROWSERS, profile_named
from corssim.fetch.rules import FreshnessRules, HttpCacheRules
from corssim.fetch.wire import FailureKind, NetworkFailure, WireResponse

if TYPE_CHECKING:
    from corssim.fetch.rules.http_cache import PartialContent
    from corssim.fetch.wire import Headers

URL = "https://api.example/x"
PAGE = "https://app.example"
NOON = 1641038400.0
CACHEABLE = ("Cache-Control", "max-age=600")
Pairs = tuple[tuple[str, str], ...]


def answer(*headers: tuple[str, str], status: int = 200, body: bytes = b"ok") -> WireResponse:
    return WireResponse(status, "", headers, body)


def put(
    cache: HTTPCache,
    response: WireResponse,
    *,
    asked: Pairs = (),
    url: str = URL,
    partition: object = PAGE,
    now: float = NOON,
    method: str = "GET",
) -> bool:
    return cache.store(
        partition=partition,
        method=method,
        url=url,
        request_headers=asked,
        response=response,
        now=now,
    )


def ask(
    cache: HTTPCache,
    *,
    asked: Pairs = (),
    url: str = URL,
    partition: object = PAGE,
    now: float = NOON,
    method: str = "GET",
) -> StoredResponse | None:
    return cache.select(partition=partition, method=method, url=url, headers=asked, now=now)


def found(cache: HTTPCache, **request: object) -> StoredResponse:
    stored = ask(cache, **request)  # type: ignore[arg-type]
    assert stored is not None
    return stored


@pytest.mark.parametrize(
    ("response", "asked", "stored"),
    [
        *(
            pytest.param(answer(status=status), (), True, id=f"{status} by default")
            for status in (200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501)
        ),
        *(
            pytest.param(answer(status=status), (), False, id=f"not {status} by default")
            for status in (201, 302, 303, 307, 400, 401, 403, 500, 503)
        ),
        pytest.param(answer(CACHEABLE, status=302), (), True, id="302 with max-age"),
        pytest.param(answer(("Expires", "0"), status=302), (), True, id="302 with Expires"),
        pytest.param(answer(("Cache-Control", "public"), status=302), (), True, id="302 marked public"),
        pytest.param(answer(("Cache-Control", "private"), status=302), (), True, id="302 marked private"),
        pytest.param(answer(("Cache-Control", "s-maxage=9"), status=302), (), False, id="302 for shared caches"),
        pytest.param(answer(CACHEABLE, status=206), (), False, id="partial content"),
        pytest.param(answer(CACHEABLE, status=304), (), False, id="a 304 that script asked for"),
        pytest.param(answer(CACHEABLE, status=103), (), False, id="no final response"),
        pytest.param(answer(("Cache-Control", "private, max-age=9")), (), True, id="private"),
        pytest.param(answer(("Cache-Control", "max-age=9, no-store")), (), False, id="no-store in the response"),
        pytest.param(answer(CACHEABLE), (("Cache-Control", "no-store"),), False, id="no-store in the request"),
        pytest.param(answer(CACHEABLE), (("Range", "bytes=0-1"),), False, id="a range was asked for"),
        pytest.param(answer(CACHEABLE), (("Authorization", "Basic x"),), True, id="Authorization"),
        pytest.param(answer(CACHEABLE, ("Vary", "Origin, *")), (), False, id="Vary: *"),
        pytest.param(answer(CACHEABLE, ("Vary", "Origin")), (), True, id="Vary: Origin"),
        pytest.param(answer(("Set-Cookie", "a=b")), (), True, id="Set-Cookie"),
    ],
)
def test_what_is_stored(response: WireResponse, asked: Pairs, stored: bool) -> None:
    cache = HTTPCache()
    assert put(cache, response, asked=asked) is stored
    assert (ask(cache, asked=asked) is not None) is stored


def test_a_body_that_broke_off_is_not_stored() -> None:
    failure = NetworkFailure(FailureKind.RESET)
    cache = HTTPCache()
    assert not put(cache, WireResponse(200, "", (CACHEABLE,), b"o", failure))
    assert ask(cache) is None


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "OPTIONS", "get"])
def test_only_get_is_stored_and_answered(method: str) -> None:
    cache = HTTPCache()
    assert not put(cache, answer(CACHEABLE), method=method)
    assert ask(cache) is None
    put(cache, answer(CACHEABLE))
    assert ask(cache, method=method) is None


@pytest.mark.parametrize(
    ("partial_content", "status", "asked", "stored"),
    [
        ("no", 206, (), False),
        ("unasked", 206, (), True),
        ("unasked", 206, (("Range", "bytes=0-1"),), False),
        ("by-range", 206, (("Range", "bytes=0-1"),), True),
        ("from-the-whole", 206, (), False),
        ("from-the-whole", 200, (("Range", "bytes=0-1"),), True),
    ],
)
def test_which_parts_are_stored(partial_content: PartialContent, status: int, asked: Pairs, stored: bool) -> None:
    cache = HTTPCache(rules=HttpCacheRules(partial_content=partial_content))
    assert put(cache, answer(CACHEABLE, status=status), asked=asked) is stored


def test_a_range_request_is_not_answered() -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE))
    assert ask(cache, asked=(("Range", "bytes=0-1"),)) is None


@pytest.mark.parametrize(
    "request_differs",
    [
        {"partition": "https://other.test"},
        {"partition": None},
        {"url": URL + "?q"},
        {"url": "http://api.example/x"},
    ],
    ids=["another partition", "no partition", "another query", "another scheme"],
)
def test_partition_and_url_are_the_key(request_differs: dict[str, str | None]) -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE))
    assert ask(cache, **request_differs) is None  # type: ignore[arg-type]
    assert ask(cache) is not None


@pytest.mark.parametrize(
    ("vary", "stored_with", "asked_with", "matches"),
    [
        pytest.param("", (), (("Origin", PAGE),), True, id="no Vary: any request"),
        pytest.param("Origin", (), (("Origin", PAGE),), False, id="absent, then present"),
        pytest.param("Origin", (("Origin", PAGE),), (), False, id="present, then absent"),
        pytest.param("Origin", (("Origin", PAGE),), (("origin", PAGE),), True, id="name in any case"),
        pytest.param("origin", (("Origin", PAGE),), (("Origin", "null"),), False, id="another value"),
        pytest.param("Origin", (("Origin", PAGE),), (("Origin", PAGE.upper()),), False, id="value in other case"),
        pytest.param("Origin", (), (), True, id="absent in both"),
        pytest.param("Origin", (), (("Origin", ""),), False, id="absent is not empty"),
        pytest.param("A,  B,", (("A", "1"), ("B", "2")), (("B", "2"), ("A", "1")), True, id="order of headers"),
        pytest.param("A, B", (("A", "1"), ("B", "2")), (("A", "1"), ("B", "3")), False, id="the second differs"),
        pytest.param("A", (("A", "1"), ("A", "2")), (("A", "1 ,2"),), True, id="lines and white space"),
        pytest.param("A", (("A", "1, 2"),), (("A", "2, 1"),), False, id="order of values"),
        pytest.param("*", (), (), False, id="an asterisk matches nothing"),
    ],
)
def test_vary(vary: str, stored_with: Pairs, asked_with: Pairs, matches: bool) -> None:
    stored = StoredResponse(answer(("Vary", vary)), stored_with, NOON)
    assert vary_matches(stored, asked_with) is matches


def test_two_vary_lines_add_up() -> None:
    stored = StoredResponse(answer(("Vary", "A"), ("Vary", "B")), (("A", "1"), ("B", "1")), NOON)
    assert not vary_matches(stored, (("A", "1"),))
    assert not vary_matches(stored, (("B", "1"),))
    assert vary_matches(stored, (("A", "1"), ("B", "1")))


def vary_origin(origin: str) -> tuple[WireResponse, Pairs]:
    return answer(CACHEABLE, ("Vary", "Origin"), ("Access-Control-Allow-Origin", origin)), (("Origin", origin),)


def test_variants_of_a_url_live_beside_each_other() -> None:
    cache = HTTPCache()
    for origin in ("https://a.example", "https://b.example"):
        response, asked = vary_origin(origin)
        put(cache, response, asked=asked)
    for origin in ("https://a.example", "https://b.example"):
        assert found(cache, asked=(("Origin", origin),)).response.headers[-1][1] == origin
    assert ask(cache) is None


def test_with_one_variant_a_url_the_last_one_stays() -> None:
    cache = HTTPCache(rules=HttpCacheRules(variants=1))
    for origin in ("https://a.example", "https://b.example"):
        response, asked = vary_origin(origin)
        put(cache, response, asked=asked)
    assert ask(cache, asked=(("Origin", "https://a.example"),)) is None
    assert ask(cache, asked=(("Origin", "https://b.example"),)) is not None


def test_without_vary_an_answer_for_one_origin_serves_another() -> None:
    """The missing `Vary: Origin` fault: all get the ACAO, or the lack of one, that the first asker got."""
    cache = HTTPCache()
    put(cache, answer(CACHEABLE))
    stored = found(cache, asked=(("Origin", PAGE),))
    assert stored.response.headers == (CACHEABLE,)


def test_the_latest_of_two_that_fit_is_selected() -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE, ("Vary", "A"), body=b"first"), asked=(("A", "1"), ("B", "1")))
    put(cache, answer(CACHEABLE, ("Vary", "B"), body=b"second"), asked=(("A", "2"), ("B", "2")))
    assert found(cache, asked=(("A", "1"), ("B", "2"))).response.body == b"second"


def test_a_newer_answer_replaces_the_one_that_fits_the_same_request() -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE, body=b"old"))
    put(cache, answer(CACHEABLE, body=b"newer"))
    assert found(cache).response.body == b"newer"
    assert cache.size == found(cache).size


@pytest.mark.parametrize(
    ("newer", "asked", "method", "old_stays"),
    [
        pytest.param(answer(("Cache-Control", "no-store")), (), "GET", False, id="no-store"),
        pytest.param(answer(CACHEABLE, status=403), (), "GET", False, id="a stored error"),
        pytest.param(answer(status=403), (), "GET", False, id="an error that is not stored"),
        pytest.param(answer(status=503), (), "GET", False, id="the server failed"),
        pytest.param(answer(status=206), (("Range", "bytes=0-1"),), "GET", True, id="a part"),
        pytest.param(answer(status=416), (("Range", "bytes=9-"),), "GET", True, id="no such part"),
        pytest.param(answer(status=304), (("If-None-Match", '"e"'),), "GET", True, id="a 304 for script"),
        pytest.param(answer(status=403), (), "POST", True, id="another method"),
    ],
)
def test_what_a_newer_answer_ends(newer: WireResponse, asked: Pairs, method: str, old_stays: bool) -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE, body=b"old"))
    put(cache, newer, asked=asked, method=method)
    stored = ask(cache)
    assert (stored is not None and stored.response.body == b"old") is old_stays


def test_the_same_answer_once_more_is_as_fresh_as_when_it_came_again() -> None:
    probe, other = HTTPCache(), "https://api.example/y"
    put(probe, answer(CACHEABLE))
    cache = HTTPCache(max_bytes=2 * probe.size)
    put(cache, answer(CACHEABLE))
    first = found(cache)
    put(cache, answer(CACHEABLE), url=other)
    assert put(cache, answer(CACHEABLE), now=NOON + 700)
    assert cache.size == 2 * probe.size
    again = found(cache)
    assert (first.stored_at, again.stored_at) == (NOON, NOON + 700)
    assert (again.freshness(NOON + 1200), first.freshness(NOON + 1200)) == (Freshness.FRESH, Freshness.STALE)
    assert again == StoredResponse(answer(CACHEABLE), (), NOON + 700, PAGE, URL)
    assert (again.size, again.vary, again.headers) == (first.size, first.vary, first.headers)


def test_what_came_again_goes_last_when_there_is_no_room() -> None:
    probe, other, third = HTTPCache(), "https://api.example/y", "https://api.example/z"
    put(probe, answer(CACHEABLE))
    cache = HTTPCache(max_bytes=2 * probe.size)
    for url in (URL, other, URL, third):
        put(cache, answer(CACHEABLE), url=url)
    assert [ask(cache, url=url) is not None for url in (URL, other, third)] == [True, False, True]


@pytest.mark.parametrize(
    ("asked", "response"),
    [((), answer(CACHEABLE, body=b"other")), ((), answer(("Cache-Control", "no-store"))), ((("A", "1"),), answer())],
    ids=["another body", "it may not be kept", "another request"],
)
def test_what_is_not_the_same_takes_its_place(asked: Pairs, response: WireResponse) -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE))
    kept = put(cache, response, asked=asked, now=NOON + 1)
    stored = ask(cache, asked=asked)
    assert (stored.response if stored else None) == (response if kept else None)


def test_a_newer_answer_ends_only_the_variant_it_would_have_replaced() -> None:
    cache = HTTPCache()
    for origin in ("https://a.example", "https://b.example"):
        response, asked = vary_origin(origin)
        put(cache, response, asked=asked)
    put(cache, answer(("Cache-Control", "no-store")), asked=(("Origin", "https://a.example"),))
    assert ask(cache, asked=(("Origin", "https://a.example"),)) is None
    assert ask(cache, asked=(("Origin", "https://b.example"),)) is not None


def test_headers_of_one_connection_are_not_stored() -> None:
    cache = HTTPCache()
    put(
        cache,
        answer(
            ("Connection", "close, X-Hop"),
            ("Keep-Alive", "timeout=5"),
            ("x-hop", "1"),
            ("Transfer-Encoding", "chunked"),
            ("X-Kept", "1"),
        ),
    )
    assert found(cache).response.headers == (("X-Kept", "1"),)


def test_a_stored_response_knows_its_age_and_freshness() -> None:
    cache = HTTPCache()
    put(cache, answer(("Cache-Control", "max-age=600, must-revalidate")))
    stored = found(cache, now=NOON + 9999)
    assert stored.age(NOON + 599) == 599
    assert stored.freshness(NOON + 599) is Freshness.FRESH
    assert stored.freshness(NOON + 600) is Freshness.STALE
    assert stored.freshness(NOON, (("Cache-Control", "max-age=0"),)) is Freshness.STALE
    assert stored.must_revalidate


def test_no_validator_and_no_lifetime_is_stored_but_stale() -> None:
    cache = HTTPCache()
    assert put(cache, answer())
    stored = found(cache)
    assert stored.freshness(NOON) is Freshness.STALE
    assert not stored.must_revalidate


def test_the_rules_of_the_cache_hold_for_what_it_stores() -> None:
    cache = HTTPCache(freshness=FreshnessRules(permanent_statuses=frozenset({301})))
    put(cache, answer(status=301))
    assert found(cache).freshness(NOON + 59) is Freshness.FRESH


ETAG = ("ETag", '"e"')
REVALIDATED = ("Cache-Control", "no-cache")


@pytest.mark.parametrize(
    ("stored_headers", "headers_304", "expected"),
    [
        pytest.param((REVALIDATED, ETAG), (ETAG,), {REVALIDATED, ETAG}, id="nothing new"),
        pytest.param(
            (REVALIDATED, ETAG),
            (ETAG, ("Access-Control-Allow-Origin", PAGE)),
            {REVALIDATED, ETAG, ("Access-Control-Allow-Origin", PAGE)},
            id="the 304 adds ACAO",
        ),
        pytest.param(
            (REVALIDATED, ETAG, ("Access-Control-Allow-Origin", PAGE)),
            (ETAG,),
            {REVALIDATED, ETAG, ("Access-Control-Allow-Origin", PAGE)},
            id="the 304 lacks ACAO: the stored one stays",
        ),
        pytest.param(
            (("x", "1"), ("X", "2"), ("Y", "1")),
            (("X", "3"),),
            {("Y", "1"), ("X", "3")},
            id="all lines replaced",
        ),
        pytest.param(
            (("Content-Type", "text/plain"), ("Content-Length", "2")),
            (
                ("Content-Type", "x/y"),
                ("Content-Length", "0"),
                ("Content-Encoding", "gzip"),
                ("Connection", "close"),
            ),
            {("Content-Type", "text/plain"), ("Content-Length", "2")},
            id="the body is still the stored one",
        ),
        pytest.param((ETAG,), (("ETag", 'W/"e"'), ("X", "1")), {("ETag", 'W/"e"'), ("X", "1")}, id="weak is equal"),
        pytest.param((("X", "1"),), (ETAG,), {("X", "1"), ETAG}, id="a first tag"),
        pytest.param((ETAG,), (("ETag", '"other"'), ("X", "1")), {ETAG}, id="another tag updates nothing"),
    ],
)
def test_freshening(stored_headers: Pairs, headers_304: Pairs, expected: set[tuple[str, str]]) -> None:
    cache = HTTPCache()
    put(cache, answer(*stored_headers))
    fresh = cache.freshen(found(cache), answer(*headers_304, status=304, body=b""), NOON + 5)
    assert set(fresh.response.headers) == expected
    assert (fresh.response.status, fresh.response.body) == (200, b"ok")
    assert found(cache) is fresh


def test_a_304_renews_the_lifetime() -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE, ETAG))
    cache.freshen(found(cache), answer(status=304), NOON + 700)
    stored = found(cache)
    assert stored.stored_at == NOON + 700
    assert stored.freshness(NOON + 1299) is Freshness.FRESH
    assert cache.size == stored.size


def test_a_304_that_adds_vary_refers_to_the_validating_request() -> None:
    cache = HTTPCache()
    put(cache, answer(REVALIDATED, ETAG))
    asked = (("Origin", PAGE),)
    cache.freshen(found(cache), answer(("Vary", "Origin"), status=304), NOON, asked)
    assert ask(cache, asked=asked) is not None
    assert ask(cache) is None


@pytest.mark.parametrize("header", [("Cache-Control", "no-store"), ("Vary", "*")], ids=["no-store", "Vary: *"])
def test_a_304_can_end_the_storing(header: tuple[str, str]) -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE, ETAG))
    fresh = cache.freshen(found(cache), answer(header, status=304), NOON)
    assert fresh.response.body == b"ok"
    assert ask(cache) is None
    assert cache.size == 0


def test_a_304_for_what_was_removed_or_replaced_meanwhile_changes_nothing() -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE, body=b"old"))
    stored = found(cache)
    put(cache, answer(CACHEABLE, body=b"newer"))
    assert cache.freshen(stored, answer(status=304), NOON + 1).response.body == b"old"
    assert found(cache).response.body == b"newer"
    cache.clear()
    cache.freshen(stored, answer(status=304), NOON + 1)
    assert ask(cache) is None


@pytest.mark.parametrize(
    ("headers", "gone"),
    [
        pytest.param((), {URL}, id="the URL alone"),
        pytest.param((("Location", "/y#f"),), {URL, "https://api.example/y"}, id="Location, relative"),
        pytest.param((("Content-Location", "https://API.example:443/y"),), {URL, "https://api.example/y"}, id="both"),
        pytest.param((("Location", "https://other.test/y"),), {URL}, id="another host"),
        pytest.param((("Location", "http://api.example/y"),), {URL}, id="another scheme"),
        pytest.param((("Location", "https://api.example:8443/y"),), {URL}, id="another port"),
        pytest.param((("Location", "https://["),), {URL}, id="unparsable"),
    ],
)
def test_invalidation(headers: Pairs, gone: set[str]) -> None:
    urls = {
        URL,
        "https://api.example/y",
        "https://other.test/y",
        "http://api.example/y",
        "https://api.example:8443/y",
    }
    cache = HTTPCache()
    for url in urls:
        put(cache, answer(CACHEABLE), url=url)
        put(cache, answer(CACHEABLE), url=url, partition="other")
    cache.invalidate(partition=PAGE, url=URL, response_headers=headers)
    assert {url for url in urls if ask(cache, url=url) is None} == gone
    assert all(ask(cache, url=url, partition="other") for url in urls)


def test_invalidation_takes_all_variants() -> None:
    cache = HTTPCache()
    for origin in ("https://a.example", "https://b.example"):
        response, asked = vary_origin(origin)
        put(cache, response, asked=asked)
    cache.invalidate(partition=PAGE, url=URL)
    assert cache.size == 0


def test_invalidation_of_an_unparsable_url_looks_at_no_location() -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE), url="x")
    cache.invalidate(partition=PAGE, url="x", response_headers=(("Location", URL),))
    assert cache.size == 0


def test_discard_takes_only_what_fits_the_request() -> None:
    cache = HTTPCache()
    for origin in ("https://a.example", "https://b.example"):
        response, asked = vary_origin(origin)
        put(cache, response, asked=asked)
    cache.discard(partition=PAGE, url=URL, request_headers=(("Origin", "https://a.example"),))
    assert ask(cache, asked=(("Origin", "https://a.example"),)) is None
    assert ask(cache, asked=(("Origin", "https://b.example"),)) is not None


def test_clear() -> None:
    cache = HTTPCache()
    put(cache, answer(CACHEABLE))
    cache.clear()
    assert (ask(cache), cache.size) == (None, 0)


def size_of(response: WireResponse, *, asked: Pairs = (), url: str = URL) -> int:
    cache = HTTPCache()
    assert put(cache, response, asked=asked, url=url)
    return cache.size


@pytest.mark.parametrize(
    ("received", "sent"), [(1, 0), (1, 10), (10, 10), (40, 10), (10, 40)], ids=lambda lines: f"{lines} lines"
)
def test_what_is_stored_takes_no_more_memory_than_it_says(received: int, sent: int) -> None:
    cache = HTTPCache()
    tracemalloc.start()
    try:
        for number in range(200):
            asked = tuple((f"X-{line}", f"{number} {line}") for line in range(sent))
            headers = (CACHEABLE, *((f"Y-{line}", f"{number} {line}") for line in range(1, received)))
            put(cache, answer(*headers, body=b"%d" % number), asked=asked, url=f"{URL}/{number}")
            stored = ask(cache, asked=asked, url=f"{URL}/{number}")
            assert stored is not None
            stored.freshness(NOON)
        said, before = cache.size, held_now()
        del stored, headers, asked
        cache.clear()
        taken = before - held_now()
    finally:
        tracemalloc.stop()
    assert said / 2 <= taken <= said


def held_now() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_the_least_recently_used_url_leaves_first() -> None:
    size = size_of(answer(body=b"." * 900), url="https://api.example/a")
    cache = HTTPCache(max_bytes=size * 3 + 10)
    for name in "abc":
        put(cache, answer(body=b"." * 900), url=f"https://api.example/{name}")
    ask(cache, url="https://api.example/a")
    put(cache, answer(body=b"." * 900), url="https://api.example/d")
    kept = {name for name in "abcd" if ask(cache, url=f"https://api.example/{name}") is not None}
    assert kept == set("acd")
    assert cache.size == 3 * size


def test_the_oldest_variant_of_a_url_leaves_first() -> None:
    varying = answer(("Vary", "A"), body=b"." * 900)
    cache = HTTPCache(max_bytes=size_of(varying, asked=(("A", "1"),)) * 2 + 10)
    for value in "123":
        put(cache, varying, asked=(("A", value),))
    assert {value for value in "123" if ask(cache, asked=(("A", value),)) is not None} == {"2", "3"}


def test_what_alone_is_larger_than_the_cache_is_not_stored_and_nothing_else_leaves() -> None:
    cache = HTTPCache(max_bytes=3000)
    put(cache, answer(), url="https://api.example/small")
    assert not put(cache, answer(body=b"." * 3001))
    assert ask(cache) is None
    assert ask(cache, url="https://api.example/small") is not None


NAMES = st.sampled_from(["Cache-Control", "Expires", "Vary", "ETag", "Connection", "Origin", "Pragma", "A", "a"])
VALUES = st.text(st.characters(max_codepoint=255), max_size=20) | st.sampled_from(
    ["no-store", "max-age=9", "Origin", "a, Origin", "*", '"', "no-cache"]
)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=4).map(tuple)
ANSWERS = st.builds(lambda status, headers: answer(*headers, status=status), st.integers(100, 599), HEADERS)
WHERE = st.sampled_from(["https://api.example/x", "https://api.example/y"])


@given(st.lists(st.tuples(ANSWERS, HEADERS, WHERE), max_size=12), HEADERS, WHERE, ANSWERS)
@settings(deadline=None, max_examples=200)
def test_whatever_is_stored_only_what_fits_is_selected_and_the_bound_holds(
    exchanges: list[tuple[WireResponse, Pairs, str]], asked: Pairs, url: str, validation: WireResponse
) -> None:
    cache = HTTPCache(max_bytes=5_000)
    for response, asked_then, url_then in exchanges:
        put(cache, response, asked=asked_then, url=url_then)
        assert 0 <= cache.size <= 5_000
    cache.invalidate(partition=PAGE, url="https://api.example/z", response_headers=validation.headers)
    stored = ask(cache, asked=asked, url=url)
    if stored is not None:
        assert may_store("GET", stored.request_headers, stored.response)
        assert vary_matches(stored, asked)
        assert stored.url == url
        fresh = cache.freshen(stored, validation, NOON + 1, asked)
        assert fresh.response.body == stored.response.body
        assert 0 <= cache.size <= 5_000


@given(HEADERS, HEADERS, st.sampled_from(["no-store", 'max-age=9, NO-STORE, x="', "private,no-store ,"]))
@settings(deadline=None, max_examples=100)
def test_no_store_is_never_selected(headers: Pairs, asked: Pairs, no_store: str) -> None:
    cache = HTTPCache()
    put(cache, answer(("Cache-Control", no_store), *headers), asked=asked)
    assert ask(cache, asked=asked) is None


@given(st.text(st.characters(max_codepoint=255), min_size=1, max_size=9), st.data())
@settings(deadline=None, max_examples=100)
def test_a_variant_is_never_selected_for_another_value(value: str, data: st.DataObject) -> None:
    other = data.draw(st.none() | st.text(st.characters(max_codepoint=255, exclude_characters="\t ,"), max_size=9))
    if other == value.strip("\t "):
        other = None
    cache = HTTPCache()
    put(cache, answer(CACHEABLE, ("Vary", "Origin")), asked=(("Origin", value),))
    assert ask(cache, asked=() if other is None else (("Origin", other),)) is None
    assert ask(cache, asked=(("ORIGIN", value),)) is not None


@pytest.mark.parametrize("named", ["Date", "Expires", "Last-Modified"])
def test_what_names_a_time_is_read_anew_when_it_comes_again(named: str) -> None:
    headers = [(named, "Sat, 01 Jan 2022 12:10:00 GMT")]
    if named == "Last-Modified":
        headers = [(named, "Sat, 01 Jan 2022 11:00:00 GMT")]
    cache = HTTPCache()
    put(cache, answer(*headers))
    assert found(cache).freshness(NOON) is (Freshness.STALE if named == "Date" else Freshness.FRESH)
    put(cache, answer(*headers), now=NOON + 3600)
    again = found(cache)
    assert again.freshness(NOON + 3600) == StoredResponse(again.response, (), NOON + 3600).freshness(NOON + 3600)


@pytest.mark.parametrize(
    ("first", "then", "at", "stored"),
    [
        pytest.param(CACHEABLE, 200, NOON + 60, True, id="the-same-answer"),
        pytest.param(CACHEABLE, 206, NOON + 60, False, id="the-same-headers-with-another-status"),
        pytest.param(("Expires", "Sat, 01 Jan 2022 12:10:00 GMT"), 200, NOON + 60, True, id="before-it-expires"),
        pytest.param(("Expires", "Sat, 01 Jan 2022 12:10:00 GMT"), 200, NOON + 900, False, id="after-it-has-expired"),
    ],
)
def test_what_an_answer_came_to_holds_for_answers_that_say_the_same(
    first: tuple[str, str], then: int, at: float, stored: bool
) -> None:
    cache = HTTPCache(rules=HttpCacheRules(stores_what_is_of_no_use="for-navigations"))
    assert put(cache, answer(first))
    cache.clear()
    assert put(cache, answer(first, status=then), now=at) is stored


@pytest.mark.parametrize("rules", [profile_named(name).freshness for name in ("standard", *BROWSERS)])
@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Cache-Control", "max-age=0"),),
        (("Cache-Control", "max-age=9"),),
        (("Cache-Control", "max-age=9, no-cache"),),
        (("Cache-Control", "max-age=9"), ("Age", "20")),
        (("Cache-Control", "max-age=0, stale-while-revalidate=5"),),
        (("Cache-Control", "immutable"),),
        (("Pragma", "no-cache"), ("Cache-Control", "max-age=9")),
        (("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"),),
        (("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"),),
        (("Expires", "Fri, 01 Jan 2100 00:00:00 GMT"),),
        (("ETag", '"1"'),),
    ],
    ids=str,
)
def test_what_is_never_fresh_is_stale_at_any_time(headers: Headers, rules: FreshnessRules) -> None:
    for status in (200, 404, 302):
        stored = StoredResponse(WireResponse(status, "", headers), (), NOON, rules=rules)
        at_times = {stored.freshness(NOON + after) for after in (0.0, 1.0, 8.0, 12.0, 1e9)}
        if stored.is_never_fresh:
            assert at_times == {"stale"}
    by_text = StoredResponse(WireResponse(200, "", headers), (), NOON)
    assert by_text.is_never_fresh == (by_text.freshness(NOON) == "stale" and ("Age", "20") not in headers)
