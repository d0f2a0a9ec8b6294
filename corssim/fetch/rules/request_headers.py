"""The headers that browsers add to a request."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules

_DOCUMENT_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_IMAGE_ACCEPT = "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"


class RequestHeaderRules(Rules):
    """Accept, Origin, and how what script set goes out. https://fetch.spec.whatwg.org/#append-a-request-origin-header"""

    document_accept: str = _DOCUMENT_ACCEPT
    image_accept: str = _IMAGE_ACCEPT
    font_accept: str = "*/*"
    video_accept: str = "*/*"
    audio_accept: str = "*/*"
    values_are_sent_as_utf8: bool = False
    last_of_repeated: frozenset[str] = frozenset()  # names, in lower case, of which one value is sent; others join
    range_is_rewritten: bool = False
    browsers_own_survive_cross_origin_redirects: bool = True
    origin_ignores_referrer_policy: bool = False  # but for navigations
    default_policy_hides_origin: bool = True  # from http
    redirects_do_not_hide_origin: bool = False  # by their Referrer-Policy, nor at another origin; but of navigations
    origin_on_same_origin_cors_loads: bool = False
    origin_is_null_once_it_left: Literal["by-redirect-taint", "navigations", "all-but-cors"] = "by-redirect-taint"
    beacons_say_their_documents_origin: bool = False
    origin_survives_method_change: bool = False


class LanguageRules(Rules):
    """Accept-Language. https://fetch.spec.whatwg.org/#concept-fetch"""

    accepted: str = "en-US,en"  # the user's, most wanted first
    weights: Literal["tenths", "by-number"] = "tenths"  # by-number: of ten languages and more, smaller steps
    bare_ones_are_added: bool = False  # de after de-DE
    said_by_preflights: bool = False


class FetchMetadataRules(Rules):
    """Sec-Fetch-Site and its like. https://w3c.github.io/webappsec-fetch-metadata/"""

    on_sync_xhr: bool = True
    of_preflights_ignores_redirects: bool = False
    redirects_are_same_site_by_domain: bool = False
    preflight_of_null_origin_is_cross_site: bool = False
    knows_no_schemes_of_bare_hosts: bool = False
    mode_on_untrustworthy_preflight: bool = False
    storage_access_on: Literal["nothing", "requests", "what-is-restricted"] = "nothing"  # also preflights
    storage_access_is_had_once_granted: bool = False  # else a document or server has to ask for it
    storage_access_from_workers: bool = True
    storage_access_survives_tainting_redirects: bool = True
    retry_with_storage_access_passes_caches_by: bool = False


class ReferrerRules(Rules):
    """What Referer says. https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer"""

    loopback_is_a_downgrade: bool = False
    cross_site_is_at_most_the_origin: bool = False
    opaque_documents_have_one: bool = False
    blob_documents_have_one: bool = False
    none_from: frozenset[tuple[Literal["document", "srcdoc", "worker"], str]] = frozenset()  # environment, API
    workers_inherit_the_policy: bool = False
    elements_tell_their_documents_url: bool = False  # whatever its origin
    opaque_origins_are_cross_site: bool = False  # to the URL of their document, too
    blob_documents_inherit_the_policy: bool = True
    navigations_have_one_before_upgrades: bool = False
    preflights_say_the_first: bool = False  # that of the request before any redirect


class CacheControlRules(Rules):
    """What caches on the way are told. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch"""

    conditional_requests_use: Literal["no-store", "no-cache"] = "no-store"
    conditional_requests_say_nothing_from: frozenset[Literal["XMLHttpRequest", "workers"]] = frozenset()
    form_posts_revalidate: bool = False  # Cache-Control: max-age=0
    beacons_revalidate: bool = False  # Cache-Control: max-age=0
    background_revalidations_set_it: bool = False  # max-age=0
    credentialless_loads_bypass_caches: bool = False  # Cache-Control: no-cache
    event_sources_set_it: bool = False  # kept by redirects
