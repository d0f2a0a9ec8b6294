"""Origins and the relations between them."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given, settings, strategies as st

from corssim.errors import InvalidURL
from corssim.origin import (
    WEBVIEW_SCHEMES,
    Origin,
    Site,
    host_is_loopback,
    is_potentially_trustworthy,
    registrable_domain,
    same_origin,
    same_origin_without_ports,
    same_site,
    schemelessly_same_site,
    url_origin,
)
from corssim.url import URL, parse_url, require_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://app.example/x?y#z", "https://app.example", id="path, query, fragment do not count"),
        pytest.param("https://u:p@app.example/", "https://app.example", id="userinfo does not count"),
        pytest.param("HTTPS://APP.example:443", "https://app.example", id="case and default port"),
        pytest.param("http://app.example:8080", "http://app.example:8080", id="another port counts"),
        pytest.param("https://bücher.example", "https://xn--bcher-kva.example", id="punycode"),
        pytest.param("http://0x7f.1", "http://127.0.0.1", id="IPv4 in canonical form"),
        pytest.param("http://[0:0::1]:80", "http://[::1]", id="IPv6 in canonical form"),
        pytest.param("wss://app.example", "wss://app.example", id="wss is a tuple"),
        pytest.param("data:text/html,x", "null", id="data is opaque"),
        pytest.param("file:///etc/hosts", "null", id="file is opaque"),
        pytest.param("about:blank", "null", id="about is opaque"),
        pytest.param("mailto:a@b.example", "null", id="an unknown scheme is opaque"),
        pytest.param("foo://bar", "null", id="an unknown scheme with a host too"),
        pytest.param("blob:https://app.example/uuid", "https://app.example", id="blob inherits"),
        pytest.param("blob:http://app.example:81/uuid", "http://app.example:81", id="blob inherits the port"),
        pytest.param("blob:file:///x", "null", id="blob of file is opaque"),
        pytest.param("blob:null/uuid", "null", id="blob of an opaque origin"),
        pytest.param("blob:blob:https://app.example/x", "null", id="blob in blob is opaque"),
        pytest.param("blob:wss://app.example/x", "null", id="blob of another tuple scheme is opaque"),
        pytest.param("blob:capacitor://localhost/x", "capacitor://localhost", id="blob of a webview page"),
        pytest.param("capacitor://localhost/index.html", "capacitor://localhost", id="capacitor"),
        pytest.param("tauri://LocalHost", "tauri://localhost", id="webview hosts are lower case"),
        pytest.param("chrome-extension://abcdef/page", "chrome-extension://abcdef", id="extension"),
        pytest.param("app:///index.html", "null", id="a webview URL without a host is opaque"),
    ],
)
def test_origin_of_a_url(text: str, expected: str) -> None:
    origin = Origin.parse(text)
    assert str(origin) == origin.serialized == expected
    assert origin.is_opaque is (expected == "null")


@pytest.mark.parametrize("text", ["capacitor://localhost", "blob:capacitor://localhost/x"])
def test_the_webview_registry_is_a_parameter(text: str) -> None:
    assert Origin.parse(text, tuple_schemes=frozenset()).is_opaque
    assert Origin.parse("foo://Bar:1", tuple_schemes=WEBVIEW_SCHEMES | {"foo"}).serialized == "foo://bar:1"
    assert Origin.parse("foo://Bar:1").is_opaque


def test_the_constructor_normalises() -> None:
    origin = Origin("HTTPS", "Bücher.Example", 443)
    assert (origin.scheme, origin.host, origin.port) == ("https", "xn--bcher-kva.example", None)
    assert origin.effective_port == 443
    assert origin == Origin.parse("https://bücher.example/")
    assert Origin("http", "a.example", 81).effective_port == 81
    assert Origin("capacitor", "LocalHost") == Origin.parse("capacitor://localhost")
    assert Origin("capacitor", "localhost").effective_port is None


@pytest.mark.parametrize(
    ("scheme", "host", "port"),
    [
        ("https", "a.example/x", None),
        ("https", "u@a.example", None),
        ("https", "a.example?", None),
        ("https", "a.example#", None),
        ("https", "a b", None),
        ("https", "a.example", 70000),
        ("foo", "", None),
        ("file", "a.example", None),
        ("data", "a.example", None),
        ("", "a.example", None),
    ],
)
def test_the_constructor_refuses_what_is_no_tuple(scheme: str, host: str, port: int | None) -> None:
    with pytest.raises(InvalidURL):
        Origin(scheme, host, port)


def test_parse_refuses_what_is_no_url() -> None:
    with pytest.raises(InvalidURL, match="no scheme"):
        Origin.parse("app.example")


def test_opaque_origins_equal_only_themselves() -> None:
    page = Origin.parse("https://app.example")
    one, other = Origin.opaque(page), Origin.opaque(page)
    for relation in (same_origin, same_site, schemelessly_same_site, same_origin_without_ports):
        assert relation(one, one)
        assert not relation(one, other)
        assert not relation(one, page)
        assert not relation(page, one)
    assert one != other
    assert len({one, other, one}) == 2
    assert one.precursor is page
    assert one != page
    assert (one.scheme, one.host, one.port, one.effective_port) == ("", "", None, None)


def test_each_opaque_url_has_an_origin_of_its_own() -> None:
    url = require_url("data:,x")
    assert url_origin(url) != url_origin(url)


def test_origins_are_immutable_values() -> None:
    origin = Origin("https", "app.example")
    with pytest.raises(AttributeError, match="immutable"):
        origin.port = 8
    with pytest.raises(AttributeError, match="immutable"):
        del origin.port
    assert hash(origin) == hash(Origin.parse("https://app.example:443/"))
    assert origin != "https://app.example"
    opaque = Origin.opaque(origin)
    assert copy.copy(opaque) is copy.deepcopy(opaque) is opaque
    assert pickle.loads(pickle.dumps(origin)) == origin
    arrived = pickle.loads(pickle.dumps(opaque))
    assert arrived.is_opaque
    assert arrived != opaque
    assert arrived.precursor == origin


def test_sites_are_copied_and_pickled_as_their_origins_are() -> None:
    site, opaque = Site(Origin("https", "app.example")), Site(Origin.opaque())
    assert pickle.loads(pickle.dumps(site)) == copy.copy(site) == copy.deepcopy(site) == site
    assert copy.copy(opaque) == copy.deepcopy(opaque) == opaque
    assert pickle.loads(pickle.dumps(opaque)) != opaque


def test_repr() -> None:
    origin = Origin("https", "app.example")
    assert repr(origin) == "Origin('https://app.example')"
    assert repr(Origin.opaque()) == "Origin.opaque()"
    assert repr(Origin.opaque(origin)) == "Origin.opaque(Origin('https://app.example'))"


SAME, SITE, SCHEMELESS, CROSS = "same origin", "same site", "schemelessly same site", "cross-site"


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("https://app.example", "https://app.example:443", SAME),
        ("https://app.example", "https://app.example:8443", SITE),
        ("https://app.example", "http://app.example", SCHEMELESS),
        ("https://www.shop.example", "https://api.shop.example", SITE),
        ("https://www.shop.example", "http://api.shop.example", SCHEMELESS),
        ("https://shop.example", "https://api.shop.example", SITE),
        ("https://app.example", "https://api.example", CROSS),
        ("https://a.co.uk", "https://b.co.uk", CROSS),
        ("https://x.a.co.uk", "https://y.a.co.uk", SITE),
        ("https://alice.github.io", "https://bob.github.io", CROSS),
        ("https://github.io", "https://alice.github.io", CROSS),
        ("https://github.io", "http://github.io", SCHEMELESS),
        ("https://shop.example.", "https://shop.example", CROSS),
        ("https://a.shop.example.", "https://b.shop.example.", SITE),
        ("http://localhost", "http://127.0.0.1", CROSS),
        ("http://localhost:3000", "http://localhost:8000", SITE),
        ("http://localhost", "http://api.localhost", CROSS),
        ("http://127.0.0.1:1", "http://127.0.0.1:2", SITE),
        ("http://127.0.0.1", "http://1.127.0.1", CROSS),
        ("http://10.127.0.1", "http://11.127.0.1", CROSS),
        ("http://[::1]", "http://[::1]:2", SITE),
        ("http://[::1]", "http://[::2]", CROSS),
        ("http://[::1]", "http://127.0.0.1", CROSS),
        ("https://xn--bcher-kva.example", "https://www.bücher.example", SITE),
        ("capacitor://localhost", "http://localhost", SCHEMELESS),
    ],
)
def test_relations(a: str, b: str, relation: str) -> None:
    one, other = Origin.parse(a), Origin.parse(b)
    for x, y in ((one, other), (other, one)):
        assert same_origin(x, y) is (relation == SAME)
        assert same_site(x, y) is (relation in (SAME, SITE))
        assert schemelessly_same_site(x, y) is (relation != CROSS)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("http://app.example:81", "http://app.example:82", True),
        ("http://app.example", "http://app.example", True),
        ("http://app.example", "https://app.example", False),
        ("http://app.example", "http://api.example", False),
    ],
)
def test_same_origin_without_ports(a: str, b: str, expected: bool) -> None:
    assert same_origin_without_ports(Origin.parse(a), Origin.parse(b)) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("app.example", "app.example"),
        ("www.app.example", "app.example"),
        ("www.app.example.", "app.example."),
        ("example", None),
        ("example.", None),
        ("com", None),
        ("co.uk", None),
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("github.io", None),
        ("a.b.github.io", "b.github.io"),
        ("city.kawasaki.jp", "city.kawasaki.jp"),
        ("x.kawasaki.jp", None),
        ("WWW.App.Example", "app.example"),
        ("localhost", None),
        ("127.0.0.1", None),
        ("[2001:db8::1]", None),
        ("", None),
        (".", None),
        ("a..example", None),
        ("app.example..", None),
        ("app.co.uk..", None),
        ("xn--85x722f.com.cn", "xn--85x722f.com.cn"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
    ],
)
def test_registrable_domain(host: str, expected: str | None) -> None:
    assert registrable_domain(host) == expected


@pytest.mark.parametrize(
    ("text", "url_is", "origin_is"),
    [
        ("https://app.example/", True, True),
        ("wss://app.example/", True, True),
        ("http://app.example/", False, False),
        ("ws://app.example/", False, False),
        ("ftp://app.example/", False, False),
        ("http://localhost:3000/", True, True),
        ("http://localhost./", True, True),
        ("ws://api.localhost/", True, True),
        ("http://notlocalhost/", False, False),
        ("http://localhost.example/", False, False),
        ("http://127.0.0.1/", True, True),
        ("http://127.255.0.9/", True, True),
        ("http://127.example/", False, False),
        ("http://128.0.0.1/", False, False),
        ("http://[::1]/", True, True),
        ("http://[::2]/", False, False),
        ("capacitor://localhost/", True, True),
        ("chrome-extension://abc/", True, True),
        pytest.param("data:,x", True, False, id="data: as a URL, not as an origin"),
        pytest.param("file:///x", True, False, id="file: as a URL, its opaque origin not"),
        pytest.param("about:blank", True, False, id="about:blank"),
        pytest.param("about:srcdoc", True, False, id="about:srcdoc"),
        pytest.param("about:config", False, False, id="another about: URL"),
        pytest.param("blob:https://app.example/1", True, True, id="blob of https"),
        pytest.param("blob:http://app.example/1", False, False, id="blob of http"),
        pytest.param("foo://localhost/", False, False, id="unknown scheme"),
    ],
)
def test_is_potentially_trustworthy(text: str, url_is: bool, origin_is: bool) -> None:
    url = require_url(text)
    assert is_potentially_trustworthy(url) is url_is
    assert is_potentially_trustworthy(url_origin(url)) is origin_is


def test_webview_schemes_are_trustworthy_only_where_registered() -> None:
    url = require_url("capacitor://app")
    assert is_potentially_trustworthy(url)
    assert not is_potentially_trustworthy(url, tuple_schemes=frozenset())
    assert not is_potentially_trustworthy(url_origin(url), tuple_schemes=frozenset())


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("a.localhost.", True), ("127.0.0.1", True), ("[::1]", True), ("a.example", False)],
)
def test_host_is_loopback(host: str, expected: bool) -> None:
    assert host_is_loopback(host) is expected


labels = st.sampled_from(["a", "www", "com", "co", "uk", "github", "io", "example", "localhost", "127", "0", "1", ""])
hosts = st.lists(labels, min_size=1, max_size=4).map(".".join)
origins = st.builds(
    lambda scheme, host, port: parse_url(f"{scheme}://{host}{port}"),
    st.sampled_from(["http", "https", "capacitor", "data"]),
    hosts | st.just("[::1]"),
    st.sampled_from(["", ":80", ":443", ":8080"]),
)


@given(origins, origins)
@settings(deadline=None, max_examples=300)
def test_relations_are_symmetric_and_nested(one: URL | None, other: URL | None) -> None:
    parsed = [url_origin(url) for url in (one, other) if url is not None]
    for a in parsed:
        assert same_origin(a, a)
        assert same_site(a, a)
        for b in parsed:
            assert same_site(a, b) == same_site(b, a)
            assert schemelessly_same_site(a, b) == schemelessly_same_site(b, a)
            assert same_origin_without_ports(a, b) == same_origin_without_ports(b, a)
            assert not same_origin(a, b) or same_site(a, b)
            assert not same_site(a, b) or schemelessly_same_site(a, b)


@given(origins)
@settings(deadline=None, max_examples=200)
def test_serialisation_round_trips(url: URL | None) -> None:
    if url is None:
        return
    origin = url_origin(url)
    if not origin.is_opaque:
        assert Origin.parse(origin.serialized) == origin == Origin(origin.scheme, origin.host, origin.port)


@given(st.text())
@settings(deadline=None, max_examples=200)
def test_any_host_text_has_a_registrable_domain_or_none(host: str) -> None:
    domain = registrable_domain(host)
    assert domain is None or domain.count(".") >= 1
