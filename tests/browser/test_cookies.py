"""The cookie jar: what is stored, what is sent, what is withheld and why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim.browser.cookies.cookie import default_path, domain_match, path_match
from corssim.browser.cookies.jar import (
    COOKIE_AGE_LIMIT,
    COOKIES_IN_ALL,
    COOKIES_PER_SITE,
    Cookie,
    CookieJar,
    CookieRejected,
    RejectionCode,
    SameSite,
    SameSiteMode,
    WithheldReason,
    serialize_cookies,
)
from corssim.fetch.cookies import CookieContext
from corssim.fetch.rules import CookieRules

STANDARD = CookieRules()
LENIENT = CookieRules(lax_by_default=False, same_site_none_requires_secure=False)
BLOCKING = CookieRules(third_party="block")
NOW = 1_800_000_000.0
CROSS_SITE = SameSiteMode.UNSET_OR_LESS


def context(**changes: Any) -> CookieContext:
    described: dict[str, Any] = {
        "host": "app.example",
        "path": "/",
        "secure": True,
        "same_site": SameSiteMode.STRICT_OR_LESS,
        "partition_key": None,
        "top_level_navigation": False,
        "method": "GET",
        "third_party": False,
        "first_party_host": "",
    }
    return CookieContext(**(described | changes))


def store(
    jar: CookieJar, set_cookie: str, *, rules: CookieRules = STANDARD, now: float = NOW, **changes: Any
) -> Cookie | CookieRejected:
    return jar.store(set_cookie, context(**changes), rules, now)


def stored(jar: CookieJar, set_cookie: str, **changes: Any) -> Cookie:
    result = store(jar, set_cookie, **changes)
    assert isinstance(result, Cookie), result
    return result


def sent(jar: CookieJar, *, rules: CookieRules = STANDARD, now: float = NOW, **changes: Any) -> str:
    return serialize_cookies(jar.retrieve(context(**changes), rules, now))


def withheld(
    jar: CookieJar, *, rules: CookieRules = STANDARD, now: float = NOW, **changes: Any
) -> list[tuple[str, str]]:
    return [(cookie.name, str(reason)) for cookie, reason in jar.withheld(context(**changes), rules, now)]


# Matching


@pytest.mark.parametrize(
    ("host", "domain", "expected"),
    [
        pytest.param("app.example", "app.example", True, id="itself"),
        pytest.param("www.app.example", "app.example", True, id="below it"),
        pytest.param("app.example", "www.app.example", False, id="above it"),
        pytest.param("myapp.example", "app.example", False, id="the same ending without a dot"),
        pytest.param("127.0.0.1", "127.0.0.1", True, id="an IPv4 address itself"),
        pytest.param("127.0.0.1", "0.0.1", False, id="the end of an IPv4 address"),
        pytest.param("[::1]", "[::1]", True, id="an IPv6 address itself"),
        pytest.param("[::1.2.3.4]", "3.4]", False, id="the end of an IPv6 address"),
    ],
)
def test_domain_match(host: str, domain: str, expected: bool) -> None:
    assert domain_match(host, domain) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "/"),
        ("x", "/"),
        ("/", "/"),
        ("/x", "/"),
        ("/x/", "/x"),
        ("/x/y", "/x"),
        ("/x/y/z", "/x/y"),
        ("//", "/"),
    ],
)
def test_default_path(path: str, expected: str) -> None:
    assert default_path(path) == expected


@pytest.mark.parametrize(
    ("path", "cookie_path", "expected"),
    [
        ("/", "/", True),
        ("/p", "/", True),
        ("/p", "/p", True),
        ("/p/x", "/p", True),
        ("/p/", "/p", True),
        ("/p/x", "/p/", True),
        ("/p", "/p/", False),
        ("/px", "/p", False),
        ("/", "/p", False),
        ("/P", "/p", False),
    ],
)
def test_path_match(path: str, cookie_path: str, expected: bool) -> None:
    assert path_match(path, cookie_path) is expected


# What third parties may set


PARTITIONING = CookieRules(third_party="partition")
NO_NEW = CookieRules(third_party="no-new", new_third_parties_are_told_by="libsoup")


def test_a_third_party_has_a_jar_for_each_top_level_site_where_all_are_partitioned() -> None:
    jar = CookieJar()
    here, there = {"partition_key": "https://a.example"}, {"partition_key": "https://b.example"}
    set_here = stored(jar, "id=1; SameSite=None; Secure", rules=PARTITIONING, third_party=True, **here)
    assert set_here.is_foreign
    assert sent(jar, rules=PARTITIONING, third_party=True, **here) == "id=1"
    assert sent(jar, rules=PARTITIONING, third_party=True, **there) == ""
    assert sent(jar, rules=PARTITIONING) == ""
    stored(jar, "own=1; SameSite=None; Secure", rules=PARTITIONING)
    assert withheld(jar, rules=PARTITIONING, third_party=True, **there) == [
        ("id", "partition"),
        ("own", "third-party-partitioned"),
    ]


def test_a_cookie_that_asks_to_be_partitioned_is_not_foreign() -> None:
    context = {"partition_key": "https://a.example", "third_party": True, "rules": PARTITIONING}
    assert not stored(CookieJar(), "id=1; SameSite=None; Secure; Partitioned", **context).is_foreign


@pytest.mark.parametrize(
    ("page", "host", "set_cookie", "taken"),
    [
        pytest.param("a.example.com", "b.example.com", "h=1", True, id="a subdomain under a listed suffix"),
        pytest.param("a.bbc.co.uk", "bbc.co.uk", "h=1", True, id="the domain itself under a listed suffix"),
        pytest.param("foo.github.io", "bar.github.io", "h=1", False, id="two tenants under a listed suffix"),
        pytest.param("example.com", "other.com", "h=1", False, id="another site"),
        pytest.param("shop.example", "b.shop.example", "h=1", False, id="a subdomain under an unlisted suffix"),
        pytest.param("b.shop.example", "shop.example", "h=1", False, id="the domain itself under an unlisted suffix"),
        pytest.param("a.shop.example", "b.shop.example", "h=1; Domain=shop.example", True, id="the page's Domain"),
        pytest.param("shop.example", "b.shop.example", "h=1; Domain=b.shop.example", False, id="another Domain"),
        pytest.param("127.0.0.1", "127.0.0.1", "h=1", True, id="the same address"),
        pytest.param("localhost", "sub.localhost", "h=1", False, id="below localhost"),
        pytest.param("", "api.example", "h=1", True, id="a page without a host"),
    ],
)
def test_which_new_cookies_webkitgtk_takes(page: str, host: str, set_cookie: str, taken: bool) -> None:
    result = store(CookieJar(), set_cookie, host=host, first_party_host=page, rules=NO_NEW)
    assert isinstance(result, Cookie) is taken


# What a stored cookie looks like


def test_every_attribute_arrives_in_the_cookie() -> None:
    cookie = stored(
        CookieJar(),
        "id=7; Domain=.Shop.Example; Path=/p; Secure; HttpOnly; SameSite=None; Partitioned; Max-Age=60",
        host="api.shop.example",
        path="/x/y",
        partition_key="https://app.example",
    )
    assert cookie == Cookie(
        name="id",
        value="7",
        domain="shop.example",
        host_only=False,
        path="/p",
        secure=True,
        http_only=True,
        same_site=SameSite.NONE,
        partition_key="https://app.example",
        expires=NOW + 60,
        created=NOW,
    )


def test_a_bare_cookie_is_host_only_with_the_default_path_and_lives_with_the_jar() -> None:
    jar = CookieJar()
    cookie = stored(jar, "id=7", path="/x/y", partition_key="https://app.example")
    assert cookie == Cookie(
        "id", "7", "app.example", True, "/x", False, False, SameSite.DEFAULT, None, expires=None, created=NOW
    )
    assert sent(jar, path="/x/z", now=NOW + 10 * COOKIE_AGE_LIMIT) == "id=7"


@pytest.mark.parametrize("given_path", ["", "x", "http://app.example/"])
def test_a_path_without_a_leading_slash_gives_way_to_the_default_path(given_path: str) -> None:
    assert stored(CookieJar(), f"a=b; Path={given_path}", path="/x/y").path == "/x"


@pytest.mark.parametrize(
    ("host", "domain", "expected"),
    [
        pytest.param("app.example", "", "host-only app.example", id="an empty Domain"),
        pytest.param("app.example", "app.example", "app.example", id="the host itself, subdomains too"),
        pytest.param("www.app.example", "app.example", "app.example", id="the domain above"),
        pytest.param("app.example", "www.app.example", "domain-mismatch", id="a domain below"),
        pytest.param("app.example", "api.example", "domain-mismatch", id="another domain"),
        pytest.param("app.example", "example", "public-suffix", id="an unknown top level"),
        pytest.param("app.co.uk", "co.uk", "public-suffix", id="a public suffix"),
        pytest.param("me.github.io", "github.io", "public-suffix", id="a private suffix"),
        pytest.param("github.io", "github.io", "host-only github.io", id="a public suffix setting for itself"),
        pytest.param("localhost", "localhost", "host-only localhost", id="localhost setting for itself"),
        pytest.param("127.0.0.1", "127.0.0.1", "host-only 127.0.0.1", id="an address setting for itself"),
        pytest.param("127.0.0.1", "0.0.1", "domain-mismatch", id="the end of an address"),
        pytest.param("127.0.0.1", "127.0.0.2", "domain-mismatch", id="another address"),
        pytest.param("xn--bcher-kva.example", "b\xfccher.example", "domain-not-ascii", id="raw bytes for a name"),
        pytest.param("xn--bcher-kva.example", "xn--bcher-kva.example", "xn--bcher-kva.example", id="punycode"),
        pytest.param("app.example", ".", "host-only app.example", id="a lone dot"),
        pytest.param("app.example", "..app.example", "domain-mismatch", id="two leading dots"),
        pytest.param("app.example", "app.example:443", "domain-mismatch", id="a port"),
    ],
)
def test_domain_attribute(host: str, domain: str, expected: str) -> None:
    result = store(CookieJar(), f"a=b; Domain={domain}", host=host)
    if isinstance(result, CookieRejected):
        assert result.code == expected
    else:
        assert ("host-only " if result.host_only else "") + result.domain == expected


@pytest.mark.parametrize(
    ("attributes", "lifetime"),
    [
        pytest.param("Max-Age=60", 60, id="Max-Age"),
        pytest.param("Expires=Fri, 15 Jan 2027 08:01:00 GMT", 60, id="Expires"),
        pytest.param("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 60, id="Max-Age over a later Expires"),
        pytest.param("Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", 60, id="Max-Age over an earlier Expires"),
        pytest.param("Expires=Fri, 15 Jan 2027 08:01:00 GMT; Max-Age=x", 60, id="a bad Max-Age leaves Expires"),
        pytest.param("Max-Age=99999999999", COOKIE_AGE_LIMIT, id="Max-Age capped at 400 days"),
        pytest.param("Expires=Fri, 31 Dec 9999 23:59:59 GMT", COOKIE_AGE_LIMIT, id="Expires capped at 400 days"),
    ],
)
def test_lifetime(attributes: str, lifetime: float) -> None:
    jar = CookieJar()
    assert stored(jar, f"a=b; {attributes}").expires == NOW + lifetime
    assert sent(jar, now=NOW + lifetime - 1) == "a=b"
    assert sent(jar, now=NOW + lifetime) == ""
    assert len(jar) == 0


# What is refused


@pytest.mark.parametrize(
    ("set_cookie", "context", "code"),
    [
        pytest.param("a=\x00", {}, "control-character", id="what does not parse"),
        pytest.param("a=b; Secure", {"secure": False}, "secure-from-insecure", id="Secure over http"),
        pytest.param("a=b; SameSite=None", {}, "same-site-none-insecure", id="SameSite=None without Secure"),
        pytest.param("a=b; SameSite=None", {"rules": LENIENT}, None, id="SameSite=None without Secure, leniently"),
        pytest.param("a=b; SameSite=Strict", {"same_site": CROSS_SITE}, "cross-site", id="Strict, cross-site"),
        pytest.param("a=b; SameSite=Lax", {"same_site": CROSS_SITE}, "cross-site", id="Lax, cross-site"),
        pytest.param("a=b", {"same_site": CROSS_SITE}, "cross-site", id="Lax by default, cross-site"),
        pytest.param("a=b", {"same_site": CROSS_SITE, "rules": LENIENT}, None, id="without SameSite, leniently"),
        pytest.param(
            "a=b; SameSite=Lax",
            {"same_site": CROSS_SITE, "rules": LENIENT},
            "cross-site",
            id="Lax, cross-site, leniently",
        ),
        pytest.param("a=b; SameSite=None; Secure", {"same_site": CROSS_SITE}, None, id="None, cross-site"),
        pytest.param(
            "a=b; Partitioned",
            {"partition_key": "https://t.example"},
            "partitioned-insecure",
            id="Partitioned without Secure",
        ),
        pytest.param("a=b; Partitioned; Secure", {}, "no-partition", id="Partitioned without a page"),
        pytest.param(
            "a=b; Partitioned",
            {"rules": CookieRules(partitioned=False)},
            None,
            id="Partitioned unknown to the browser",
        ),
        pytest.param(
            "a=b; SameSite=None; Secure",
            {"rules": BLOCKING, "partition_key": "https://top.example", "third_party": True},
            "third-party-blocked",
            id="a third party's, blocked",
        ),
        pytest.param(
            "a=b; SameSite=None; Secure; Partitioned",
            {"rules": BLOCKING, "partition_key": "https://top.example", "third_party": True},
            None,
            id="a third party's, blocked but Partitioned",
        ),
        pytest.param(
            "a=b",
            {"rules": BLOCKING, "partition_key": "https://app.example"},
            None,
            id="blocked, but the first party's",
        ),
        pytest.param("__Secure-a=b; Secure", {}, None, id="__Secure- kept"),
        pytest.param("__Secure-a=b", {}, "prefix", id="__Secure- without Secure"),
        pytest.param("__sEcUrE-a=b", {}, "prefix", id="__Secure- in another case"),
        pytest.param("__Secure-a=b; Secure; Domain=app.example", {}, None, id="__Secure- with Domain"),
        pytest.param("__Host-a=b; Secure; Path=/", {}, None, id="__Host- kept"),
        pytest.param("__Host-a=b; Path=/", {}, "prefix", id="__Host- without Secure"),
        pytest.param("__HOST-a=b; Path=/", {}, "prefix", id="__Host- in another case"),
        pytest.param("__Host-a=b; Secure", {}, "prefix", id="__Host- without Path, though the default is /"),
        pytest.param("__Host-a=b; Secure; Path=/p", {}, "prefix", id="__Host- with another Path"),
        pytest.param("__Host-a=b; Secure; Path=/; Domain=app.example", {}, "prefix", id="__Host- with Domain"),
        pytest.param("__Host-a=b; Secure; Path=/; Domain=", {}, None, id="__Host- with an empty Domain"),
        pytest.param("__Http-a=b; Secure; HttpOnly", {}, None, id="__Http- kept"),
        pytest.param("__Http-a=b; Secure", {}, "prefix", id="__Http- without HttpOnly"),
        pytest.param("__Http-a=b; HttpOnly", {}, "prefix", id="__Http- without Secure"),
        pytest.param("__Host-Http-a=b; Secure; Path=/; HttpOnly", {}, None, id="__Host-Http- kept"),
        pytest.param("__Host-Http-a=b; Secure; Path=/", {}, "prefix", id="__Host-Http- without HttpOnly"),
        pytest.param("__Host-Http-a=b; Secure; HttpOnly; Path=/p", {}, "prefix", id="__Host-Http- with another Path"),
        pytest.param("=__Host-a=b; Secure; Path=/", {}, "prefix", id="nameless, posing as __Host-"),
        pytest.param("__secure-a; Secure", {}, "prefix", id="nameless, posing as __Secure-"),
        pytest.param("a=__Host-b", {}, None, id="a prefix in the value of a named cookie"),
        pytest.param("__Hos=b", {}, None, id="almost a prefix"),
    ],
)
def test_refusal(set_cookie: str, context: dict[str, Any], code: str | None) -> None:
    jar = CookieJar()
    result = store(jar, set_cookie, **context)
    if code is None:
        assert list(jar) == [result]
    else:
        assert isinstance(result, CookieRejected)
        assert result.code == code
        assert result.reason[0].islower()
        assert len(jar) == 0


def test_a_refusal_says_which_same_site_it_was_about() -> None:
    strict = store(CookieJar(), "a=b; SameSite=Strict", same_site=CROSS_SITE)
    default = store(CookieJar(), "a=b", same_site=CROSS_SITE)
    assert isinstance(strict, CookieRejected)
    assert isinstance(default, CookieRejected)
    assert "SameSite=Strict" in strict.reason
    assert "without SameSite" in default.reason


@pytest.mark.parametrize(
    ("existing", "overlay", "code"),
    [
        pytest.param("a=1; Secure", "a=2", "overlays-secure", id="the same cookie"),
        pytest.param("a=1; Secure", "a=2; Path=/p", "overlays-secure", id="a longer path"),
        pytest.param("a=1; Secure; Path=/p", "a=2; Path=/", None, id="a shorter path"),
        pytest.param("a=1; Secure; Path=/p", "a=2; Path=/px", None, id="a path beside it"),
        pytest.param("a=1; Secure", "a=2; Domain=app.example", "overlays-secure", id="from a subdomain for the domain"),
        pytest.param("a=1; Secure; Domain=app.example", "a=2", "overlays-secure", id="for the host under the domain"),
        pytest.param("a=1; Secure", "b=2", None, id="another name"),
        pytest.param("a=1", "a=2", None, id="not Secure, replaced"),
    ],
)
def test_http_cannot_overlay_a_secure_cookie(existing: str, overlay: str, code: str | None) -> None:
    jar = CookieJar()
    kept = stored(jar, existing, host="www.app.example")
    result = store(jar, overlay, host="www.app.example", secure=False)
    if code is None:
        assert isinstance(result, Cookie)
    else:
        assert isinstance(result, CookieRejected)
        assert result.code == code
        assert list(jar) == [kept]


def test_http_can_set_beside_a_sibling_hosts_secure_cookie() -> None:
    jar = CookieJar()
    stored(jar, "a=1; Secure", host="one.app.example")
    assert isinstance(store(jar, "a=2", host="two.app.example", secure=False), Cookie)


def test_https_can_replace_a_secure_cookie_by_one_that_is_not() -> None:
    jar = CookieJar()
    stored(jar, "a=1; Secure")
    stored(jar, "a=2")
    assert [(cookie.value, cookie.secure) for cookie in jar] == [("2", False)]


# Replacing and deleting


def test_a_replaced_cookie_keeps_its_creation_time_and_its_place() -> None:
    jar = CookieJar()
    stored(jar, "a=1")
    stored(jar, "b=1", now=NOW + 1)
    assert stored(jar, "a=2; SameSite=Strict", now=NOW + 2).created == NOW
    assert sent(jar, now=NOW + 3) == "a=2; b=1"


@pytest.mark.parametrize(
    "beside",
    ["A=2", "a=2; Path=/p", "a=2; Domain=app.example", "a=2; Secure; Partitioned"],
    ids=["another case", "another path", "not host-only", "another partition"],
)
def test_cookies_that_differ_in_their_key_live_side_by_side(beside: str) -> None:
    jar = CookieJar()
    stored(jar, "a=1")
    stored(jar, beside, partition_key="https://top.example")
    assert sorted(cookie.value for cookie in jar) == ["1", "2"]


@pytest.mark.parametrize(
    "how",
    [
        "Max-Age=0",
        "Max-Age=-5",
        "Max-Age=-" + "9" * 1000,
        "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "Expires=Fri, 15 Jan 2027 08:00:00 GMT",
    ],
)
def test_an_expired_set_cookie_deletes_its_namesake_alone(how: str) -> None:
    jar = CookieJar()
    stored(jar, "a=1")
    stored(jar, "b=1")
    gone = stored(jar, f"a=; {how}")
    assert gone.expires is not None
    assert gone.expires <= NOW
    assert sent(jar) == "b=1"
    stored(jar, f"b=; {how}")
    stored(jar, f"c=; {how}")
    assert list(jar) == []


def test_an_expired_cookie_does_not_pass_its_creation_time_on() -> None:
    jar = CookieJar()
    stored(jar, "a=1; Max-Age=5")
    assert stored(jar, "a=2", now=NOW + 5).created == NOW + 5


def test_clear() -> None:
    jar = CookieJar()
    stored(jar, "a=1")
    stored(jar, "b=1", host="api.example")
    assert len(jar) == 2
    jar.clear()
    assert (len(jar), list(jar), sent(jar)) == (0, [], "")


# What is sent


def test_longest_path_first_then_earliest_creation() -> None:
    jar = CookieJar()
    stored(jar, "late=1", now=NOW + 2)
    stored(jar, "deep=1; Path=/p/q", now=NOW + 3)
    stored(jar, "early=1", now=NOW)
    stored(jar, "first=1; Path=/p")
    stored(jar, "second=1; Path=/p")
    assert sent(jar, path="/p/q", now=NOW + 4) == "deep=1; first=1; second=1; early=1; late=1"


def test_a_nameless_cookie_is_sent_as_its_value() -> None:
    jar = CookieJar()
    stored(jar, "=token")
    stored(jar, "empty=")
    assert sent(jar) == "token; empty="


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("app.example", "h=1; d=1", id="the host itself"),
        pytest.param("www.app.example", "d=1", id="a subdomain gets the Domain cookie alone"),
        pytest.param("xapp.example", "", id="another host with the same ending"),
        pytest.param("example", "", id="the suffix"),
    ],
)
def test_hosts(host: str, expected: str) -> None:
    jar = CookieJar()
    stored(jar, "h=1")
    stored(jar, "d=1; Domain=app.example")
    assert sent(jar, host=host) == expected


@pytest.mark.parametrize(
    ("mode", "rules", "expected", "left_out"),
    [
        pytest.param("strict-or-less", STANDARD, "n=1; l=1; s=1; d=1", [], id="same-site"),
        pytest.param("lax-or-less", STANDARD, "n=1; l=1; d=1", [("s", "same-site-strict")], id="a link followed"),
        pytest.param(
            "unset-or-less",
            STANDARD,
            "n=1",
            [("l", "same-site-lax"), ("s", "same-site-strict"), ("d", "same-site-lax-by-default")],
            id="cross-site, Lax by default",
        ),
        pytest.param(
            "unset-or-less",
            LENIENT,
            "n=1; d=1",
            [("l", "same-site-lax"), ("s", "same-site-strict")],
            id="cross-site, without Lax by default",
        ),
    ],
)
def test_same_site(mode: str, rules: CookieRules, expected: str, left_out: list[tuple[str, str]]) -> None:
    jar = CookieJar()
    for set_cookie in ("n=1; SameSite=None; Secure", "l=1; SameSite=Lax", "s=1; SameSite=Strict", "d=1"):
        stored(jar, set_cookie)
    assert sent(jar, same_site=SameSiteMode(mode), rules=rules) == expected
    assert withheld(jar, same_site=SameSiteMode(mode), rules=rules) == left_out


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "d=1", id="a young cookie on a cross-site form POST"),
        pytest.param({"now": NOW + 119}, "d=1", id="at 119 seconds"),
        pytest.param({"now": NOW + 120}, "", id="at 120 seconds"),
        pytest.param({"method": "GET"}, "", id="not with GET"),
        pytest.param({"method": "HEAD"}, "", id="not with HEAD"),
        pytest.param({"method": "OPTIONS"}, "", id="not with OPTIONS"),
        pytest.param({"method": "TRACE"}, "", id="not with TRACE"),
        pytest.param({"top_level_navigation": False}, "", id="not with a script's POST"),
        pytest.param({"rules": STANDARD}, "", id="not in a browser without it"),
    ],
)
def test_lax_allowing_unsafe(changes: dict[str, Any], expected: str) -> None:
    jar = CookieJar()
    stored(jar, "l=1; SameSite=Lax")
    stored(jar, "d=1")
    context = {
        "same_site": CROSS_SITE,
        "rules": CookieRules(lax_allowing_unsafe_seconds=120),
        "method": "POST",
        "top_level_navigation": True,
    }
    assert sent(jar, **(context | changes)) == expected


@pytest.mark.parametrize(
    ("set_cookie", "changes", "reason"),
    [
        pytest.param("a=1; Path=/p", {}, "path", id="another path"),
        pytest.param("a=1; Secure", {"secure": False}, "secure", id="Secure over http"),
        pytest.param("a=1; Secure; Partitioned", {}, "partition", id="Partitioned, without a page"),
        pytest.param(
            "a=1; Secure; Partitioned",
            {"partition_key": "https://b.example"},
            "partition",
            id="another partition",
        ),
        pytest.param("a=1; Secure; Partitioned", {"partition_key": "https://top.example"}, None, id="its partition"),
        pytest.param(
            "a=1",
            {"partition_key": "https://b.example", "rules": BLOCKING, "third_party": True},
            "third-party-blocked",
            id="a third party",
        ),
        pytest.param("a=1", {"partition_key": "https://b.example"}, None, id="a third party that is allowed"),
        pytest.param(
            "a=1; Secure; Partitioned",
            {"partition_key": "https://top.example", "rules": BLOCKING, "third_party": True},
            None,
            id="blocking spares Partitioned",
        ),
        pytest.param(
            "a=1; Secure; Partitioned",
            {"partition_key": "https://top.example", "same_site": CROSS_SITE},
            "same-site-lax-by-default",
            id="Partitioned without SameSite=None, cross-site",
        ),
        pytest.param("a=1; HttpOnly", {}, None, id="HttpOnly goes with every request"),
    ],
)
def test_withheld(set_cookie: str, changes: dict[str, Any], reason: str | None) -> None:
    jar = CookieJar()
    stored(jar, set_cookie, partition_key="https://top.example")
    assert withheld(jar, **changes) == ([] if reason is None else [("a", reason)])
    assert sent(jar, **changes) == ("a=1" if reason is None else "")


def test_neither_other_hosts_cookies_nor_expired_ones_count_as_withheld() -> None:
    jar = CookieJar()
    stored(jar, "a=1; Path=/p", host="www.app.example")
    stored(jar, "b=1; Path=/p; Max-Age=5")
    assert withheld(jar) == [("b", WithheldReason.PATH)]
    assert withheld(jar, now=NOW + 5) == []
    assert len(jar) == 2


# Limits


def test_a_site_over_its_limit_loses_its_least_recently_used_cookie() -> None:
    jar = CookieJar()
    for number in range(COOKIES_PER_SITE):
        stored(jar, f"c{number}=; Path=/{number}", now=NOW + number, host=f"h{number % 3}.app.example")
    sent(jar, host="h0.app.example", path="/0", now=NOW + 500)
    stored(jar, "new=", now=NOW + 501)
    names = {cookie.name for cookie in jar}
    assert len(names) == COOKIES_PER_SITE
    assert {"c0", "c2", "new"} <= names
    assert "c1" not in names


def test_replacing_at_the_limit_evicts_nothing() -> None:
    jar = CookieJar()
    for number in range(COOKIES_PER_SITE):
        stored(jar, f"c{number}=1")
    stored(jar, "c9=2")
    assert len({cookie.name for cookie in jar}) == COOKIES_PER_SITE


def test_expired_cookies_make_room_first() -> None:
    jar = CookieJar()
    stored(jar, "first=1")
    for number in range(COOKIES_PER_SITE - 1):
        stored(jar, f"c{number}=1; Max-Age=5", now=NOW + 1)
    stored(jar, "new=1", now=NOW + 10)
    assert sent(jar, now=NOW + 10) == "first=1; new=1"


def test_cookies_that_are_not_secure_are_evicted_before_secure_ones() -> None:
    jar = CookieJar()
    for number in range(COOKIES_PER_SITE - 1):
        stored(jar, f"s{number}=; Secure")
    stored(jar, "plain=", now=NOW + 1)
    stored(jar, "t=; Secure", now=NOW + 2)
    assert "plain" not in {cookie.name for cookie in jar}
    refused = store(jar, "another=", now=NOW + 3)
    assert isinstance(refused, CookieRejected)
    assert refused.code == RejectionCode.TOO_MANY
    stored(jar, "u=; Secure", now=NOW + 4)
    names = {cookie.name for cookie in jar}
    assert len(names) == COOKIES_PER_SITE
    assert "u" in names
    assert "s0" not in names


def test_partitions_have_limits_of_their_own() -> None:
    jar = CookieJar()
    for number in range(COOKIES_PER_SITE):
        stored(jar, f"c{number}=")
    stored(jar, "p=; Secure; Partitioned", partition_key="https://top.example")
    assert len(jar) == COOKIES_PER_SITE + 1


def test_the_jar_has_a_limit_over_all_sites() -> None:
    jar = CookieJar()
    for number in range(COOKIES_IN_ALL - 1):
        stored(jar, "a=1", host=f"h{number}.example", now=NOW + number)
    stored(jar, "old=1; Max-Age=1", host="short.example", now=NOW + 10_000)
    stored(jar, "new=1", host="one-more.example", now=NOW + 20_000)
    assert len(jar) == COOKIES_IN_ALL
    assert sent(jar, host="short.example", now=NOW + 20_000) == ""
    assert sent(jar, host="h0.example", now=NOW + 20_001) == "a=1"
    stored(jar, "new=1", host="two-more.example", now=NOW + 20_002)
    assert len(jar) == COOKIES_IN_ALL
    assert sent(jar, host="h0.example", now=NOW + 20_003) == "a=1"
    assert sent(jar, host="h1.example", now=NOW + 20_003) == ""


# Properties

HOSTS = st.sampled_from(["app.example", "www.app.example", "example", "127.0.0.1", "localhost", "a.github.io", "[::1]"])
ATTRIBUTES = st.lists(
    st.sampled_from(
        [
            "Secure",
            "HttpOnly",
            "Path=/",
            "Path=/p",
            "Domain=app.example",
            "Domain=example",
            "Max-Age=0",
            "Max-Age=9",
            "Max-Age=-1",
            "Expires=Fri, 15 Jan 2027 08:00:05 GMT",
            "SameSite=Lax",
            "SameSite=None",
            "Partitioned",
        ]
    ),
    max_size=5,
)
STORES = st.lists(
    st.tuples(st.sampled_from(["a=1", "b=2", "=c", "__Host-d=4"]), ATTRIBUTES, HOSTS, st.integers(0, 20)),
    max_size=12,
)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200), HOSTS, st.booleans())
def test_no_bytes_make_the_jar_crash(data: bytes, host: str, secure: bool) -> None:
    jar = CookieJar()
    result = store(jar, data.decode("latin-1"), host=host, secure=secure, partition_key="https://top.example")
    assert isinstance(result, CookieRejected) or list(jar) in ([result], [])


@settings(deadline=None, max_examples=200)
@given(STORES, HOSTS, st.sampled_from(["/", "/p", "/p/q"]), st.booleans(), st.integers(0, 40))
def test_what_is_sent_is_unexpired_and_meant_for_the_host(
    stores: list[tuple[str, list[str], str, int]], host: str, path: str, secure: bool, age: int
) -> None:
    jar = CookieJar()
    for pair, attributes, from_host, at in stores:
        store(
            jar,
            "; ".join([pair, *attributes]),
            host=from_host,
            partition_key="https://top.example",
            now=NOW + at,
        )
    look_up = context(host=host, path=path, secure=secure, partition_key="https://top.example")
    left_out = [cookie for cookie, _ in jar.withheld(look_up, STANDARD, NOW + age)]
    cookies = jar.retrieve(look_up, STANDARD, NOW + age)
    for cookie in cookies:
        assert cookie.expires is None or cookie.expires > NOW + age
        assert cookie.domain == host or (not cookie.host_only and host.endswith("." + cookie.domain))
        assert path.startswith(cookie.path)
        assert secure or not cookie.secure
    assert not set(cookies) & set(left_out)
    assert all(cookie.host_only and cookie.domain == host for cookie in cookies if cookie.name == "__Host-d")
