"""Each rule of `corssim/fetch/rules/policies.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.trace import CheckFailed

from .world import ANY, API, APP, PNG, Row, World, check, permissive, row_id, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile

DIGEST_OF_NOTHING = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


DIGEST_OF_X = "sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="


def frame_led_to_http_under_upgrades(profile: BrowserProfile) -> str:
    world = World(profile, "http://localhost/", headers={"Content-Security-Policy": "upgrade-insecure-requests"})
    world.route(API, status=302, headers={"Location": "http://app.example/y"}).route("*")
    world.page.load("iframe", API)
    return world.sent[-1].removeprefix("GET ")


def led_to_localhost_under_upgrades(profile: BrowserProfile) -> str:
    world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"})
    world.route(API, status=302, headers={**ANY, "Location": "http://localhost/x"}).route("*", headers=ANY)
    world.page.fetch(API)
    return world.sent[-1].removeprefix("GET ")


def insecure_fetch_of_a_worker(profile: BrowserProfile) -> Any:
    """Why it is refused, where its page upgrades."""
    world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"})
    world.route("*", headers=ANY)
    return world.page.worker("/w.js").fetch("http://api.example/x").reason


def image_led_home_over_http(profile: BrowserProfile) -> Any:
    """Why an image with CORS is refused that a redirect leads to the page's own host, over http."""
    world = World(profile).route("/i.png", status=302, headers={"Location": "http://app.example/j.png"})
    return world.route("*", body=PNG).page.load("img", "/i.png", "anonymous").reason


def upgraded(what: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"})
        response = world.route("*", headers=ANY).page.fetch("http://app.example/x").response
        return getattr(response, what)

    return run


def image_of_its_own_host_over_http(profile: BrowserProfile) -> int:
    world = World(profile, headers={"Content-Security-Policy": "img-src 'self'"}).route("*", body=PNG)
    world.page.load("img", APP.replace("https:", "http:"))
    return len(world.sent)


def redirect_to_plain_http_without_cors(profile: BrowserProfile) -> str | None:
    world = World(profile).route(API, status=302, headers={"Location": "http://other.test/x"}).route("*", headers=ANY)
    return world.page.fetch(API).reason


def cookie_under_credentialless(profile: BrowserProfile) -> str | None:
    world = World(profile, headers={"Cross-Origin-Embedder-Policy": "credentialless"})
    world.route("*", headers={"Set-Cookie": "sid=1; SameSite=None; Secure"}, body=PNG)
    world.browser.visit(API)
    world.page.load("img", API)
    return world.header("Cookie")


def under_csp(policy: str, url: str = API) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        return permissive(profile, headers={"Content-Security-Policy": policy}).page.fetch(url).reason

    return run


def preload_of_mixed_content(profile: BrowserProfile) -> Any:
    world = World(profile, headers={"Content-Security-Policy": "connect-src https:"})
    return world.page.load("preload", "http://api.example/x", as_="fetch").reason


def form_led_away_under_form_action(profile: BrowserProfile) -> list[str]:
    world = World(profile, headers={"Content-Security-Policy": "form-action 'self'"})
    world.route(APP, status=302, headers={"Location": API}).route(API)
    world.page.submit_form(APP, target="iframe")
    return world.sent


def data_image_under_star(profile: BrowserProfile) -> Any:
    world = World(profile, headers={"Content-Security-Policy": "img-src *"})
    return world.page.load("img", "data:image/gif;base64,R0lGODlhAQABAAAAACw=").reason


def same_site_policy_of_ip_address(profile: BrowserProfile) -> Any:
    world = World(profile, "http://127.0.0.1/").route("*", headers={"Cross-Origin-Resource-Policy": "same-site"})
    return world.page.fetch("http://127.0.0.1:3000/", mode="no-cors").reason


def unknown_policy_under_require_corp(profile: BrowserProfile) -> Any:
    world = World(profile, headers={"Cross-Origin-Embedder-Policy": "require-corp"})
    world.route(API, headers={"Cross-Origin-Resource-Policy": "bogus"})
    return world.page.fetch(API, mode="no-cors").reason


def frame_without_policies(profile: BrowserProfile) -> Any:
    world = World(profile, headers={"Cross-Origin-Embedder-Policy": "require-corp"}).route(API)
    blocked = world.page.load("iframe", API).blocked
    return blocked and blocked.header


def worker_without_tls(profile: BrowserProfile) -> str:
    world = World(profile, url="http://app.example/").route("*")
    worker = world.page.worker("/w.js", headers={"Cross-Origin-Embedder-Policy": "require-corp"})
    return worker.fetch("http://api.example/", mode="no-cors").verdict


def frame_led_on_without_a_policy(profile: BrowserProfile) -> list[str]:
    """What is sent for a frame of the page's own, whose redirect has no embedder policy."""
    policy = {"Cross-Origin-Embedder-Policy": "require-corp"}
    world = World(profile, headers=policy).route("/go", status=302, headers={"Location": "/f"})
    world.route("/f", headers=policy).page.load("iframe", "/go")
    return world.sent


def image_in_a_blob_document(profile: BrowserProfile) -> str:
    headers = {"Cross-Origin-Embedder-Policy": "require-corp"}
    world = World(profile, url="blob:https://app.example/1", headers=headers).route("*", body=PNG)
    outcome = world.page.load("img", API)
    return outcome.reason if outcome.blocked is not None and outcome.reason else outcome.verdict


def upgrade_that_leads_home(profile: BrowserProfile) -> list[str]:
    world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"}).route("*")
    world.page.fetch("http://app.example/", method="PUT")
    return world.methods()


def integrity(metadata: str) -> Callable[[BrowserProfile], Any]:
    return lambda profile: World(profile).route("*", body="x").page.fetch("/x", integrity=metadata).reason


def script_with_integrity(metadata: str) -> Callable[[BrowserProfile], Any]:
    """A script of another origin, without crossorigin."""
    return lambda profile: (
        World(profile)
        .route("*", headers={"Content-Type": "text/javascript"}, body="x")
        .page.load("script", "https://api.example/x.js", integrity=metadata)
        .reason
    )


def integrity_of_head(metadata: str) -> Callable[[BrowserProfile], Any]:
    return lambda profile: (
        World(profile).route("*", body="x").page.fetch("/x", method="HEAD", integrity=metadata).reason
    )


def integrity_of_redirect(metadata: str) -> Callable[[BrowserProfile], Any]:
    return lambda profile: (
        World(profile)
        .route("*", status=302, headers={"Location": "/y"})
        .page.fetch("/x", redirect="manual", integrity=metadata)
        .reason
    )


def integrity_of_cut_body(profile: BrowserProfile) -> Any:
    return World(profile).route("*", body="x", truncate=True).page.fetch("/x", integrity=DIGEST_OF_X).reason


_UPGRADES = {"Content-Security-Policy": "upgrade-insecure-requests"}


def sandboxed_page_fetches_its_own(profile: BrowserProfile) -> list[Any]:
    policy = {"Content-Security-Policy": "connect-src 'self'; img-src 'self'"}
    world = World(profile, "http://localhost:3000/", headers=policy, sandboxed=True).route("*", headers=ANY, body=PNG)
    return [world.page.fetch("/x").reason, world.page.load("img", "/i.png").reason]


def sandboxed_page_is_led_to_others(profile: BrowserProfile) -> list[Any]:
    policy = {"Content-Security-Policy": "connect-src 'self'"}
    world = World(profile, headers=policy, sandboxed=True)
    reasons = []
    for path, url in (("/go", API), ("/down", API.replace("https:", "http:"))):
        world.route(path, status=302, headers={**ANY, "Location": url}).route(url, headers=ANY)
        reasons.append(world.page.fetch(path).reason)
    return reasons


def sandboxed_srcdoc_fetches_its_own(profile: BrowserProfile) -> list[Any]:
    world = permissive(profile, headers={"Content-Security-Policy": "connect-src 'self'"})
    page = world.page.frame(srcdoc=True, sandboxed=True)
    return [page.fetch(APP + "x").reason, page.fetch(APP + "x", method="PUT").reason, world.methods()]


def reports_of_an_image_loaded_twice(profile: BrowserProfile) -> list[int]:
    headers = {"Content-Security-Policy-Report-Only": "img-src 'none'"}
    world = World(profile, headers=headers).route(API, body=PNG)
    traces = [world.page.load("img", API).trace for _ in range(2)]
    return [sum(isinstance(event, CheckFailed) for event in trace) for trace in traces]


def upgraded_image_with_cors(profile: BrowserProfile) -> list[str | None]:
    """The cookies of an anonymous image of the page's host, asked for over http, and of one over https."""
    world = World(profile).route("/set", headers={"Set-Cookie": "a=1; Secure"}).route("*", headers=ANY, body=PNG)
    world.page.fetch("/set")
    cookies = []
    for url in (APP.replace("https:", "http:") + "i.png", APP + "j.png"):
        world.page.load("img", url, "anonymous")
        cookies.append(world.header("Cookie"))
    return cookies


ROWS = [
    Row("mixed_content.localhost_is_mixed", True, verdict("http://localhost/"), "readable", "mixed-content"),
    Row(
        "mixed_content.upgraded_loads_have_no_credentials",
        True,
        upgraded_image_with_cors,
        ["a=1", "a=1"],
        [None, "a=1"],
    ),
    Row("mixed_content.workers_upgrade_as_their_page_does", True, insecure_fetch_of_a_worker, "mixed-content", None),
    Row("mixed_content.upgrades_come_late", True, image_led_home_over_http, None, "allow-origin-missing"),
    Row(
        "mixed_content.redirected_navigations_are_upgraded",
        False,
        frame_led_to_http_under_upgrades,
        "https://app.example/y",
        "http://app.example/y",
    ),
    Row(
        "mixed_content.redirects_to_any_host_are_upgraded",
        True,
        led_to_localhost_under_upgrades,
        "http://localhost/x",
        "https://localhost/x",
    ),
    Row(
        "integrity.hashes_may_be_base64url",
        True,
        integrity(DIGEST_OF_X.replace("+", "-")),
        "integrity-mismatch",
        None,
    ),
    Row(
        "integrity.alphabets_may_be_mixed",
        False,
        lambda profile: (
            World(profile)
            .route("*", body="x1")
            .page.fetch("/x", integrity="sha256-7DFoL95WGReVL/eKeore/9D-vDct0mhxkWxGxjA4G0U=")
            .reason
        ),
        None,
        "integrity-mismatch",
        STANDARD.changed("integrity.hashes_may_be_base64url", True),
    ),
    Row(
        "integrity.most_padding",
        2,
        integrity(DIGEST_OF_X.replace("LXEW", "XXXX") + "=="),
        "integrity-mismatch",
        None,
        STANDARD.changed("integrity.hashes_are_compared", "padding-ignored"),
    ),
    Row(
        "integrity.elements_without_a_hash_need_cors",
        False,
        script_with_integrity("x"),
        "integrity-mismatch",
        "opaque-response",
    ),
    Row(
        "integrity.elements_without_a_hash_need_cors",
        False,
        script_with_integrity(DIGEST_OF_X),
        "integrity-mismatch",
        "integrity-mismatch",
    ),
    Row("mixed_content.upgraded_responses_keep_their_url", True, upgraded("url"), APP + "x", "http://app.example/x"),
    Row("mixed_content.upgrades_are_redirects", True, upgraded("redirected"), False, True),
    Row(
        "mixed_content.keepalive_fetches_are_upgraded",
        False,
        lambda profile: (
            World(profile, "http://app.example/", headers=_UPGRADES)
            .page.fetch("http://api.example/", keepalive=True)
            .exchanges[0]
            .request.url
        ),
        "https://api.example/",
        "http://api.example/",
    ),
    Row(
        "mixed_content.upgrading_pages_need_no_cors_at_their_host",
        True,
        lambda profile: (
            World(profile, "http://localhost:3000/", headers=_UPGRADES).page.fetch("http://localhost:8080/").reason
        ),
        "allow-origin-missing",
        None,
    ),
    Row(
        "mixed_content.upgrading_pages_need_no_cors_at_their_host",
        True,
        lambda profile: (
            World(profile, "http://localhost:3000/", headers=_UPGRADES)
            .route("http://localhost:8080/", status=307, headers={"Location": "http://localhost:3000/"})
            .page.fetch("http://localhost:8080/", method="PUT")
            .reason
        ),
        "allow-origin-missing",
        None,
    ),
    Row(
        "mixed_content.upgrading_pages_need_no_cors_at_their_host",
        True,
        lambda profile: (
            World(profile, "http://localhost:3000/", headers=_UPGRADES)
            .page.fetch("http://localhost:8080/", keepalive=True)
            .reason
        ),
        "allow-origin-missing",
        "allow-origin-missing",
        base=STANDARD.changed("mixed_content.keepalive_fetches_are_upgraded", False),
    ),
    Row("mixed_content.is_upgraded_if_csp_lets_it_pass", True, image_of_its_own_host_over_http, 1, 0),
    Row(
        "mixed_content.stops_redirects_before_their_cors_check",
        True,
        redirect_to_plain_http_without_cors,
        "allow-origin-missing",
        "mixed-content",
    ),
    Row("embedder_policies.credentialless", False, cookie_under_credentialless, None, "sid=1"),
    Row(
        "integrity.hashes_are_compared",
        "padding-optional",
        integrity(DIGEST_OF_X.rstrip("=")),
        "integrity-mismatch",
        None,
    ),
    Row("integrity.hashes_are_compared", "padding-ignored", integrity(DIGEST_OF_X + "="), "integrity-mismatch", None),
    Row("integrity.of_no_body", "that-of-nothing", integrity_of_head(DIGEST_OF_NOTHING), "integrity-mismatch", None),
    Row(
        "integrity.of_no_body",
        "that-of-nothing-unless-redirect",
        integrity_of_head(DIGEST_OF_NOTHING),
        "integrity-mismatch",
        None,
    ),
    Row(
        "integrity.of_no_body",
        "that-of-nothing",
        integrity_of_redirect(DIGEST_OF_NOTHING),
        "integrity-mismatch",
        "opaque-redirect",
    ),
    Row(
        "integrity.of_no_body",
        "that-of-nothing",
        integrity_of_redirect(DIGEST_OF_NOTHING),
        "integrity-mismatch",
        "opaque-redirect",
        STANDARD.changed("integrity.of_no_body", "that-of-nothing-unless-redirect"),
    ),
    Row("integrity.is_checked_of_cut_bodies", False, integrity_of_cut_body, "connection-reset", None),
    Row("csp.websocket_sources_match_http", False, under_csp("connect-src wss:"), None, "content-security-policy"),
    Row("csp.preloads_of_script_wait", True, preload_of_mixed_content, "content-security-policy", "mixed-content"),
    Row("csp.star_takes_a_port", False, under_csp("connect-src *:443"), None, "content-security-policy"),
    Row(
        "csp.self_of_opaque_pages_connects_by_tls_alone",
        True,
        sandboxed_page_fetches_its_own,
        [None, "opaque-response"],
        ["content-security-policy", "opaque-response"],
    ),
    Row(
        "csp.self_of_opaque_pages_connects_by_tls_alone",
        True,
        sandboxed_page_is_led_to_others,
        ["content-security-policy", "content-security-policy"],
        [None, "content-security-policy"],
    ),
    Row(
        "csp.self_of_sandboxed_srcdoc_is_for_preflights",
        False,
        sandboxed_srcdoc_fetches_its_own,
        [None, None, ["GET", "OPTIONS", "PUT"]],
        [None, "content-security-policy", ["GET"]],
    ),
    Row("csp.star_covers_data_images", True, data_image_under_star, "content-security-policy", None),
    Row(
        "csp.port_80_matches_443",
        "when-upgraded",
        under_csp("connect-src http://api.example:80"),
        "content-security-policy",
        None,
    ),
    Row("csp.port_80_matches_443", "always", under_csp("connect-src api.example:80"), "content-security-policy", None),
    Row("csp.reports_again", frozenset({"loaded by img"}), reports_of_an_image_loaded_twice, [1, 0], [1, 1]),
    Row(
        "csp.form_action_stops_redirects",
        False,
        form_led_away_under_form_action,
        [f"POST {APP}"],
        [f"POST {APP}", f"GET {API}"],
    ),
    Row(
        "embedder_policies.same_site_excludes_ip_addresses",
        True,
        same_site_policy_of_ip_address,
        "opaque-response",
        "cross-origin-resource-policy",
    ),
    Row(
        "embedder_policies.unknown_policies_satisfy_embedders",
        True,
        unknown_policy_under_require_corp,
        "cross-origin-embedder-policy",
        "opaque-response",
    ),
    Row(
        "embedder_policies.resource_policies_of_frames_come_first",
        True,
        frame_without_policies,
        "Cross-Origin-Embedder-Policy",
        "Cross-Origin-Resource-Policy",
    ),
    Row("embedder_policies.of_workers_need_a_secure_context", False, worker_without_tls, "opaque", "blocked"),
    Row(
        "embedder_policies.redirects_of_frames_need_their_own",
        True,
        frame_led_on_without_a_policy,
        [f"GET {APP}go", f"GET {APP}f"],
        [f"GET {APP}go"],
    ),
    Row(
        "embedder_policies.reach_blob_documents",
        False,
        image_in_a_blob_document,
        "cross-origin-embedder-policy",
        "opaque",
    ),
    Row("mixed_content.upgrades_are_redirects", True, upgrade_that_leads_home, ["PUT"], ["PUT"]),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
