"""The policies beside CORS: mixed content, upgrades, CSP, embedder policies, integrity."""

from __future__ import annotations

from .deviation import Deviation, names, yes_no


def _errors(value: frozenset[int]) -> str:
    missing = ", ".join(str(status) for status in range(400, 600) if status not in value)
    return f"400 to 599{f' but {missing}' if missing else ''}" if value else "none"


POLICIES = (
    Deviation(
        "mixed_content.localhost_is_mixed",
        "fetch of http://localhost from an https page",
        yes_no("mixed content", "allowed"),
        "mixed-localhost",
    ),
    Deviation(
        "mixed_content.images_of_loopback_load",
        "image at http://127.0.0.1 on an https page, where that is mixed content",
        yes_no("loaded", "blocked"),
        "mixed-img-ip",
    ),
    Deviation(
        "mixed_content.upgrades_images_of_ip_addresses",
        "image at another http IP address on an https page",
        yes_no("asked for over https", "blocked"),
        "upgrade-img-ip",
    ),
    Deviation(
        "mixed_content.upgraded_responses_keep_their_url",
        "`response.url` after upgrade-insecure-requests",
        yes_no("the http URL", "the https URL"),
        "mixed-upgrade-own",
    ),
    Deviation(
        "mixed_content.upgraded_loads_have_no_credentials",
        '`<img crossorigin src="http://…">` of the page\'s own host, upgraded',
        yes_no("asked for without cookies", "asked for with cookies"),
        "kind-upgraded-images-without-credentials",
        more_cases=("kind-upgraded-loads-without-credentials",),
    ),
    Deviation(
        "mixed_content.workers_upgrade_as_their_page_does",
        "a worker of a page that says upgrade-insecure-requests, without policies of its own",
        yes_no("is upgraded too", "is not upgraded"),
        "kind-workers-upgrade-as-their-page-own-host",
        more_cases=("kind-workers-upgrade-as-their-page-other-host",),
    ),
    Deviation(
        "mixed_content.upgrades_come_late",
        "an image with CORS that a redirect leads home over http, before it is upgraded, is",
        yes_no("another origin's", "the page's own"),
        "kind-images-upgraded-late-come-home",
        more_cases=("kind-images-upgraded-late-lose-the-origin",),
    ),
    Deviation(
        "mixed_content.keepalive_fetches_are_upgraded",
        "upgrade-insecure-requests and a fetch() with keepalive",
        yes_no("upgraded", "not upgraded"),
        "kind-uk-h",
    ),
    Deviation(
        "mixed_content.upgrading_pages_need_no_cors_at_their_host",
        "upgrade-insecure-requests and another port of localhost",
        yes_no("read without CORS", "checked as ever"),
        "kind-upgrading-page-at-its-host",
    ),
    Deviation(
        "mixed_content.stops_redirects_before_their_cors_check",
        "a redirect without CORS headers that leads to mixed content is",
        yes_no("stopped as mixed content", "refused by CORS"),
        "kind-mixed-content-before-cors",
    ),
    Deviation(
        "mixed_content.is_upgraded_if_csp_lets_it_pass",
        "a policy is asked about an image that is mixed content",
        yes_no("as it is, over http", "as it is upgraded"),
        "kind-image-refused-before-its-upgrade",
    ),
    Deviation(
        "mixed_content.upgrades_are_redirects",
        "an upgrade from http to https is",
        yes_no("a redirect (type cors, redirected)", "no redirect"),
        "mixed-upgrade-own",
    ),
    Deviation(
        "upgrades.strict_transport_security_of",
        "Strict-Transport-Security counts for",
        {
            "everybody": "every request",
            "first-parties": "requests to the top-level page's own site",
            "nobody": "nothing (as recorded over loopback)",
        },
        "upgrade-hsts-put-in-http",
        more_cases=("upgrade-own-hsts-frame-of-own",),
    ),
    Deviation(
        "upgrades.are_redirects",
        "an upgrade by Strict-Transport-Security or HTTPS-First is",
        yes_no("a redirect: Origin becomes null, and preflights fail", "no redirect of its own"),
        "upgrade-hsts-put-in-http",
        more_cases=("upgrade-hsts-fetch", "upgrade-typed-then-link"),
    ),
    Deviation(
        "upgrades.https_first",
        "HTTPS-First tries https for (a setting)",
        {"no": "nothing", "links": "links to http pages", "visits-and-links": "http pages that are visited or linked"},
        "upgrade-link-no-https",
        more_cases=("upgrade-typed", "upgrade-typed-then-link"),
    ),
    Deviation(
        "upgrades.https_first_tries_addresses",
        "HTTPS-First for public IP addresses",
        yes_no("tried", "left alone"),
        "upgrade-typed-public-ip",
    ),
    Deviation(
        "upgrades.https_first_tries_single_labels",
        "HTTPS-First for a top-level domain itself",
        yes_no("tried", "left alone"),
        "upgrade-link-onlytld",
    ),
    Deviation(
        "upgrades.https_first_tries_redirected_posts",
        "HTTPS-First for a GET that a redirect has made of a form's POST",
        yes_no("tried", "left alone"),
        "user-form-post-redirected-303",
    ),
    Deviation(
        "upgrades.https_first_gives_up_on",
        "statuses over https by which HTTPS-First goes back to http",
        _errors,
        "upgrade-link-https-404",
        more_cases=("upgrade-link-https-500", "upgrade-link-https-599"),
    ),
    Deviation(
        "mixed_content.insecure_forms",
        "a secure page's form whose action is an http URL of another machine",
        {
            "sent": "is sent",
            "ask": "waits for the user, who is asked first",
            "ask-after-redirects-too": "waits for the user, and so does one whose body a redirect sends on over http",
        },
        "user-form-post-undecided",
        more_cases=("user-form-post-redirected-307", "user-form-get-redirected-307"),
    ),
    Deviation(
        "mixed_content.insecure_forms_of",
        "the pages whose forms it asks about",
        {"https-pages": "those that came over https", "secure-contexts": "those, and pages of http://localhost"},
        "user-form-post-localhost-page-undecided",
    ),
    Deviation(
        "mixed_content.insecure_forms_go_on_from_the_warning",
        "such a form, once the user goes on, is sent",
        yes_no("without Referer, and with Cache-Control: max-age=0", "as without a question"),
        "user-form-get-to-local-ip",
    ),
    Deviation(
        "mixed_content.redirects_to_any_host_are_upgraded",
        "a redirect to http://localhost or an IP address, where http is upgraded",
        yes_no("is upgraded too", "is left as it is"),
        "m-uir-redirect-localhost",
    ),
    Deviation(
        "mixed_content.redirected_navigations_are_upgraded",
        "a frame that is redirected to http under upgrade-insecure-requests",
        yes_no("is upgraded", "is not upgraded"),
        "mixed-uir-https-redirect-api-iframe",
    ),
    Deviation(
        "csp.websocket_sources_match_http",
        "`wss:` and `ws:` in a CSP, for https and http URLs",
        yes_no("match", "do not match"),
        "csp-connect-scheme-wss",
    ),
    Deviation(
        "csp.preloads_of_script_wait",
        "a preload as=fetch that connect-src and mixed content forbid",
        yes_no("is told to be mixed content", "is refused by the policy"),
        "kind-con-preload-csp-mixed",
    ),
    Deviation(
        "csp.knows_connection_allowlists",
        "Connection-Allowlist",
        yes_no("holds fetches, elements, beacons and frames to its URLs, without redirects", "is not known"),
        "allowlist-two",
        more_cases=("allowlist-frames", "allowlist-worker"),
    ),
    Deviation(
        "embedder_policies.knows_document_isolation",
        "Document-Isolation-Policy",
        yes_no("demands of loads what Cross-Origin-Embedder-Policy does", "is not known"),
        "isolation-require-loads",
        more_cases=("isolation-credentialless-fetches",),
    ),
    Deviation(
        "integrity.policy_destinations",
        "destinations that Integrity-Policy can name",
        names,
        "integrity-policy-style-css",
    ),
    Deviation(
        "integrity.policy_reaches_srcdoc",
        "Integrity-Policy of the page in `<iframe srcdoc>`",
        yes_no("counts", "does not count"),
        "integrity-policy-srcdoc",
    ),
    Deviation(
        "integrity.policy_knows_the_integrity_of_preloads",
        "a preload with `integrity` under Integrity-Policy",
        yes_no("goes out", "is refused"),
        "integrity-policy-others",
    ),
    Deviation(
        "csp.star_takes_a_port",
        "`*:443` in a CSP",
        yes_no("matches any host on that port", "matches nothing"),
        "csp-connect-host-star-443",
    ),
    Deviation(
        "csp.star_covers_data_images",
        "`img-src *`, for an image in a data: URL",
        yes_no("matches", "does not match"),
        "csp-data-img",
    ),
    Deviation(
        "csp.self_of_opaque_pages_connects_by_tls_alone",
        "`connect-src 'self'` of a sandboxed page",
        yes_no("matches any host over TLS, and nothing else", "matches its own URL"),
        "kind-self-lh-sb",
        more_cases=("kind-policy-of-a-sandboxed-page-behind-redirects",),
    ),
    Deviation(
        "csp.self_of_sandboxed_srcdoc_is_for_preflights",
        "`connect-src 'self'` of a sandboxed `<iframe srcdoc>`, for preflights to its own URL",
        yes_no("matches", "does not match"),
        "kind-self-srcdoc-preflight",
    ),
    Deviation(
        "csp.port_80_matches_443",
        "port 80 in a CSP, for https on its own port",
        {"no": "does not match", "when-upgraded": "matches if the source says http", "always": "matches"},
        "csp-connect-host-http-api-example-80",
        more_cases=("csp-connect-host-api-example-80",),
    ),
    Deviation(
        "csp.reports_again",
        "what a report-only policy is told of again although the document has it",
        names,
        "kind-ro-img-35-none-true-image-png",
        more_cases=("kind-ro-link-stylesheet-35-none-true-text-css", "kind-con-found-told"),
    ),
    Deviation(
        "csp.form_action_stops_redirects",
        "a form redirected to what `form-action` does not list",
        yes_no("stopped", "goes there"),
        "csp-form-action-self-redirect",
    ),
    Deviation(
        "embedder_policies.credentialless",
        "`Cross-Origin-Embedder-Policy: credentialless`",
        yes_no("known", "ignored"),
        "coep-credentialless-img-none",
    ),
    Deviation(
        "embedder_policies.same_site_excludes_ip_addresses",
        "`Cross-Origin-Resource-Policy: same-site` between ports of one IP address",
        yes_no("blocked", "allowed"),
        "corp-link-stylesheet-ip-same-site",
    ),
    Deviation(
        "embedder_policies.unknown_policies_satisfy_embedders",
        "Cross-Origin-Resource-Policy with an unknown value under `require-corp`",
        yes_no("allowed", "blocked"),
        "coep-unknown-bogus-no-cors",
    ),
    Deviation(
        "embedder_policies.resource_policies_of_frames_come_first",
        "a frame under `require-corp` that has neither policy",
        yes_no("blocked for its resource policy, without load", "blocked for its embedder policy"),
        "kind-cf-crossneither-200",
    ),
    Deviation(
        "integrity.hashes_are_compared",
        "integrity: a hash without its `=`",
        {
            "as-written": "does not match",
            "padding-optional": "matches; what is no base64 is passed over",
            "padding-ignored": "matches, as does one with too many; what is no base64 is passed over",
        },
        "mode-integrity-hash-unpadded",
        more_cases=("mode-integrity-hash-over-padded",),
    ),
    Deviation(
        "integrity.hashes_may_be_base64url",
        "integrity: a hash with `-` and `_`",
        yes_no("matches", "does not match"),
        "mode-integrity-hash-url",
    ),
    Deviation(
        "integrity.alphabets_may_be_mixed",
        "integrity: a hash with `-`, and with `+` or `/`",
        yes_no("matches", "does not match"),
        "mode-integrity-hash-of-two-alphabets",
    ),
    Deviation(
        "integrity.most_padding",
        "integrity: a hash with three `=`",
        lambda most: "is held against the body" if most is None else "counts for none",
        "mode-integrity-hash-three-padded",
    ),
    Deviation(
        "integrity.elements_without_a_hash_need_cors",
        "integrity without a hash, on a script of another origin without `crossorigin`",
        yes_no("an error", "means nothing"),
        "mode-integrity-element-no-hash",
    ),
    Deviation(
        "integrity.of_no_body",
        "integrity of a response without a body (HEAD, 204)",
        {
            "refused": "never matches",
            "that-of-nothing": "matches the hash of no bytes, that of an opaque redirect, too",
            "that-of-nothing-unless-redirect": "matches the hash of no bytes",
        },
        "mode-integrity-head-empty",
        more_cases=("mode-integrity-manual-redirect-empty",),
    ),
    Deviation(
        "integrity.is_checked_of_cut_bodies",
        "integrity of a body that ends early",
        yes_no("an error", "not checked"),
        "mode-integrity-truncated",
    ),
)
