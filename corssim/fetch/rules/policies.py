"""The policies beside CORS: mixed content, upgrades, CSP, embedder policies, integrity."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules


class MixedContentRules(Rules):
    """Mixed content and upgrades. https://w3c.github.io/webappsec-mixed-content/"""

    localhost_is_mixed: bool = False
    images_of_loopback_load: bool = False  # where it is mixed, unless a redirect led there
    upgrades_images_of_ip_addresses: bool = False
    upgraded_responses_keep_their_url: bool = False
    upgrades_are_redirects: bool = False
    workers_upgrade_as_their_page_does: bool = False  # whatever policies they have themselves
    upgrades_come_late: bool = False  # those of workers and of images: what they are of is settled before
    upgraded_loads_have_no_credentials: bool = False  # elements and event sources, of "same-origin" ones
    keepalive_fetches_are_upgraded: bool = True  # by upgrade-insecure-requests
    upgrading_pages_need_no_cors_at_their_host: bool = False  # at any port, from http
    redirected_navigations_are_upgraded: bool = True
    stops_redirects_before_their_cors_check: bool = False  # that lead to it
    is_upgraded_if_csp_lets_it_pass: bool = False  # as it is, over http
    redirects_to_any_host_are_upgraded: bool = False  # to localhost and IP addresses, too
    insecure_forms: Literal["sent", "ask", "ask-after-redirects-too"] = "sent"  # of secure pages, at top level
    insecure_forms_of: Literal["https-pages", "secure-contexts"] = "https-pages"
    insecure_forms_go_on_from_the_warning: bool = False  # a page of the browser: no Referer, and nothing from the cache


class UpgradeRules(Rules):
    """What is asked for over https though its URL says http. https://fetch.spec.whatwg.org/#main-fetch"""

    strict_transport_security_of: Literal["everybody", "first-parties", "nobody"] = "everybody"
    are_redirects: bool = False  # 307, as if the server had sent it
    https_first: Literal["no", "links", "visits-and-links"] = "no"  # a setting of the user
    https_first_tries_addresses: bool = False  # public ones
    https_first_tries_single_labels: bool = False  # those on the public suffix list
    https_first_tries_redirected_posts: bool = True  # those that became GET
    https_first_gives_up_on: frozenset[int] = frozenset()  # statuses


class CspRules(Rules):
    """Content Security Policy. https://w3c.github.io/webappsec-csp/"""

    websocket_sources_match_http: bool = True  # ws: and wss:
    star_takes_a_port: bool = True
    star_covers_data_images: bool = False
    self_of_opaque_pages_connects_by_tls_alone: bool = False  # to any host
    self_of_sandboxed_srcdoc_is_for_preflights: bool = True
    port_80_matches_443: Literal["no", "when-upgraded", "always"] = "no"
    form_action_stops_redirects: bool = True
    preloads_of_script_wait: bool = False  # as="fetch": for what mixed content says
    knows_connection_allowlists: bool = False  # https://wicg.github.io/connection-allowlists/
    reports_again: frozenset[
        Literal[
            "loaded by font",
            "loaded by img",
            "loaded by preload",
            "loaded by script",
            "loaded by stylesheet",
            "preloaded for EventSource",
            "preloaded for XMLHttpRequest",
            "preloaded for audio",
            "preloaded for fetch",
            "preloaded for font",
            "preloaded for img",
            "preloaded for preload",
            "preloaded for script",
            "preloaded for stylesheet",
            "preloaded for video",
        ]
    ] = frozenset()  # what is found in the document, and what asks for it


class EmbedderPolicyRules(Rules):
    """Cross-Origin-Embedder-Policy and Cross-Origin-Resource-Policy. https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check"""

    credentialless: bool = True
    same_site_excludes_ip_addresses: bool = False
    unknown_policies_satisfy_embedders: bool = False
    of_workers_need_a_secure_context: bool = True
    reach_blob_documents: bool = True  # of the page that made them
    redirects_of_frames_need_their_own: bool = False  # embedder policy, as the document that a frame is led to
    resource_policies_of_frames_come_first: bool = False  # before what a frame's document has for a policy
    knows_document_isolation: bool = False  # https://wicg.github.io/document-isolation-policy/


class IntegrityRules(Rules):
    """Subresource integrity. https://w3c.github.io/webappsec-subresource-integrity/"""

    hashes_are_compared: Literal["as-written", "padding-optional", "padding-ignored"] = "as-written"
    hashes_may_be_base64url: bool = False
    alphabets_may_be_mixed: bool = True  # of base64 and base64url, in one hash
    most_padding: int | None = None  # `=` at the end of what counts as a hash, None: any
    elements_without_a_hash_need_cors: bool = True
    of_no_body: Literal["refused", "that-of-nothing", "that-of-nothing-unless-redirect"] = "refused"
    is_checked_of_cut_bodies: bool = True
    policy_destinations: frozenset[str] = frozenset({"script", "style"})  # that Integrity-Policy can name
    policy_reaches_srcdoc: bool = True
    policy_knows_the_integrity_of_preloads: bool = True
