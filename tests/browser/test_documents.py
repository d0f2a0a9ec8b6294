"""Pages, frames and workers: the origin, base URL and policies that each one gets."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, InvalidRequest, InvalidURL, MockServer, Page
from corssim.fetch.environment import EnvironmentKind
from corssim.origin import Site

APP, API = "https://app.example/deep/page", "https://api.example/x"
ANY = {"Access-Control-Allow-Origin": "*"}


def page(url: str = APP, headers: Any = (), **options: Any) -> Page[Any]:
    return Browser(MockServer().route("*", headers=ANY)).page(url, headers, **options)


@pytest.mark.parametrize(
    ("url", "options", "origin"),
    [
        ("https://App.Example:443/x?y#z", {}, "https://app.example"),
        ("http://bücher.example/", {}, "http://xn--bcher-kva.example"),
        ("https://app.example/", {"sandboxed": True}, "null"),
        ("data:text/html,x", {}, "null"),
        ("file:///home/me/x.html", {}, "null"),
        ("about:blank", {}, "null"),
        ("blob:https://app.example/1", {}, "https://app.example"),
        ("capacitor://localhost/", {}, "capacitor://localhost"),
        ("https://app.example/", {"headers": {"Content-Security-Policy": "sandbox"}}, "null"),
        ("https://app.example/", {"headers": {"Content-Security-Policy": "sandbox allow-scripts"}}, "null"),
        (
            "https://app.example/",
            {"headers": [("Content-Security-Policy", "sandbox allow-same-origin")]},
            "https://app.example",
        ),
    ],
)
def test_the_origin_of_a_page(url: str, options: dict[str, Any], origin: str) -> None:
    assert page(url, **options).origin.serialized == origin


def test_two_opaque_pages_differ() -> None:
    assert page("data:,x").origin != page("data:,x").origin


def test_a_srcdoc_inherits_everything() -> None:
    parent = page(headers={"Content-Security-Policy": "connect-src 'self'", "Referrer-Policy": "origin"})
    frame = parent.frame(srcdoc=True)
    assert frame.url == "about:srcdoc"
    assert frame.origin == parent.origin
    assert frame.fetch("x").response.url == "https://app.example/deep/x"
    assert frame.fetch(API).reason == "content-security-policy"
    assert frame.fetch("x").exchanges[0].request.header("Referer") == "https://app.example/"
    assert frame.frame().environment.csp_self_origin == parent.origin


def test_a_sandboxed_srcdoc_has_an_opaque_origin_that_remembers_whence_it_came() -> None:
    frame = page().frame(srcdoc=True, sandboxed=True)
    assert frame.origin.is_opaque
    assert str(frame.origin.precursor) == "https://app.example"


def test_about_blank_in_a_frame_has_the_origin_and_the_policies_of_its_page() -> None:
    parent = page(headers={"Content-Security-Policy": "connect-src 'self'"})
    frame = parent.frame("about:blank")
    assert (frame.url, frame.origin) == ("about:blank", parent.origin)
    assert frame.fetch("x").response.type == "basic"
    assert frame.fetch("x").exchanges[0].request.header("Referer") is None
    assert frame.fetch(API).reason == "content-security-policy"
    assert parent.frame("about:blank", sandboxed=True).origin.is_opaque


def test_a_frame_has_its_own_origin_and_its_top_page_s_partition() -> None:
    parent = page()
    frame = parent.frame("//other.test/inner")
    assert frame.origin.serialized == "https://other.test"
    assert frame.environment.network_partition_key == parent.environment.network_partition_key
    assert frame.environment.has_cross_site_ancestor
    assert frame.frame("https://other.test/").environment.has_cross_site_ancestor
    assert not parent.frame("https://www.app.example/").environment.has_cross_site_ancestor
    assert parent.frame("data:,x").origin.is_opaque


def test_a_frame_of_a_secure_page_prohibits_mixed_content() -> None:
    frame = page().frame("data:text/html,x")
    assert frame.fetch("http://api.example/").reason == "mixed-content"
    assert page("data:text/html,x").fetch("http://api.example/").allowed


def test_a_context_is_secure_by_its_top_page() -> None:
    assert page().frame("http://localhost/").environment.is_secure_context
    assert page("http://localhost/").environment.is_secure_context
    assert not page("http://app.example/").environment.is_secure_context
    assert not page("http://app.example/").frame(APP).environment.is_secure_context


def test_a_worker_has_its_page_s_origin_and_its_own_policies() -> None:
    owner = page(headers={"Content-Security-Policy": "connect-src 'none'", "Referrer-Policy": "origin"})
    worker = owner.worker()
    assert (worker.url, worker.origin) == ("https://app.example/deep/worker.js", owner.origin)
    assert worker.environment.kind is EnvironmentKind.WORKER
    outcome = worker.fetch("x")
    assert outcome.response.url == "https://app.example/deep/x"
    assert outcome.exchanges[0].request.header("Referer") == "https://app.example/deep/worker.js"
    strict = owner.worker("/w.js", headers={"Content-Security-Policy": "connect-src 'none'"})
    assert strict.fetch("x").reason == "content-security-policy"
    assert owner.worker("/w.js", headers={"Referrer-Policy": "no-referrer"}).fetch("x").exchanges[0].request.header(
        "Referer"
    ) is None  # fmt: skip


@pytest.mark.parametrize(
    ("own", "effective"), [({}, "require-corp"), ({"Cross-Origin-Embedder-Policy": "credentialless"}, "credentialless")]
)
def test_a_worker_is_under_an_embedder_policy_if_its_page_or_itself_is(own: Any, effective: str) -> None:
    owner = page(headers={"Cross-Origin-Embedder-Policy": "require-corp"})
    assert owner.worker(headers=own).environment.policy_container.embedder_policy == effective


def test_a_worker_of_a_local_url_inherits_the_policies() -> None:
    owner = page(headers={"Content-Security-Policy": "connect-src 'self'"})
    worker = owner.worker("data:text/javascript,0")
    assert worker.fetch(API).reason == "content-security-policy"
    assert worker.fetch("https://app.example/x").allowed
    assert worker.origin.is_opaque
    assert owner.worker("blob:https://app.example/1").origin == owner.origin


def test_a_worker_of_a_page_that_nothing_resolves_against_is_at_its_page() -> None:
    assert page("data:text/html,x").worker().url == "data:text/html,x"


@pytest.mark.parametrize("url", ["https://api.example/w.js", "http://app.example/w.js", "https://"])
def test_a_worker_elsewhere_is_an_invalid_url(url: str) -> None:
    with pytest.raises(InvalidURL):
        page().worker(url)


@pytest.mark.parametrize("url", ["", "app.example", "https://", "https://a b/", None, 3, b"https://app.example/"])
def test_a_page_needs_a_url(url: Any) -> None:
    with pytest.raises(InvalidURL) as caught:
        page(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("headers", ["CSP: x", [("a", "b", "c")], 3, ["ab"]])
def test_a_page_s_headers_are_pairs(headers: Any) -> None:
    with pytest.raises(InvalidRequest, match="headers are"):
        page(APP, headers)


def test_a_site_is_a_scheme_and_a_registrable_domain() -> None:
    sites = [Site(page(url).origin) for url in ("https://a.app.example/", "https://b.app.example:8443/")]
    assert sites[0] == sites[1]
    assert hash(sites[0]) == hash(sites[1])
    assert str(sites[0]) == "https://app.example"
    assert sites[0] != Site(page("http://a.app.example/").origin)
    assert sites[0] != "https://app.example"
    assert str(Site(page("http://localhost/").origin)) == "http://localhost"
    opaque = page("data:,x").origin
    assert (str(Site(opaque)), Site(opaque) == Site(opaque), Site(opaque) == sites[0]) == ("null", True, False)
    assert hash(Site(opaque)) == hash(Site(opaque)) != hash(Site(page("data:,x").origin))
