"""Redirects, and what a request says of itself: Accept, Origin, Referer, Sec-Fetch-*."""

from __future__ import annotations

from ..fetch.profile import REDIRECT_STATUSES
from .deviation import Deviation, code, yes_no

REDIRECTS_AND_HEADERS = (
    # redirects
    Deviation(
        "empty_location",
        "a redirect with an empty Location is",
        {"followed": "followed to itself", "returned": "returned", "refused": "an error"},
        "redirect-location-empty-same",
    ),
    Deviation(
        "redirect_statuses",
        "statuses that are redirects beside 301, 302, 303, 307 and 308",
        lambda known: "none" if known == REDIRECT_STATUSES else "others from 300 to 399, if there is a Location",
        "redirect-status-309-cross",
    ),
    Deviation(
        "redirect_mode_error_needs_a_location",
        "a redirect without Location, with redirect mode error",
        yes_no("is returned", "is an error"),
        "redirect-mode-error-no-location",
    ),
    Deviation(
        "redirect_mode_manual_parses_location",
        "a redirect to what is no URL, with redirect mode manual",
        yes_no("is an error", "is an opaque redirect"),
        "redirect-mode-manual-invalid-location",
    ),
    Deviation(
        "repeated_location",
        "Location given twice is",
        {"refused": "an error", "same-only": "followed if both are equal", "combined": "followed to the joined value"},
        "redirect-location-twice-same",
    ),
    Deviation(
        "location_is_read_as",
        "Location with bytes above ASCII",
        {
            "utf-8-or-latin-1": "is UTF-8 if it can be, else Latin-1",
            "latin-1": "is Latin-1",
            "bytes-above-ascii-escaped": "has them percent-encoded",
            "all-but-printable-ascii-escaped": "has them percent-encoded, as tabs",
        },
        "redirect-location-latin1-same-no-cors",
    ),
    Deviation(
        "delete_becomes_get_on_cross_origin_redirect",
        "a DELETE redirected to another origin",
        yes_no("becomes a GET", "stays a DELETE"),
        "redirect-method-to-other-301-delete",
    ),
    Deviation(
        "content_type_returns_on_the_next_redirect",
        "Content-Type of a POST that one redirect made a GET, at the next redirect",
        yes_no("is sent again", "stays away"),
        "redirect-cookie-set-then-back",
    ),
    Deviation(
        "url_credentials",
        "`https://user:pass@host/` as a subresource or after a redirect",
        {"cors-refused": "refused for CORS only", "refused": "refused"},
        "origin-userinfo-img",
    ),
    Deviation(
        "leaving_the_origin_then_redirecting_needs_credentials_grant",
        "a redirect chain page → api → anywhere, the api's redirect",
        yes_no("must allow credentials too", "is checked like any"),
        "redirect-app-api-other-reflect",
    ),
    # Accept
    Deviation("document_accept", "Accept of navigations", code, "wire-cross-site-form-post"),
    Deviation("image_accept", "Accept of images", code, "wire-cross-site-img"),
    Deviation("font_accept", "Accept of fonts", code, "wire-cross-site-font"),
    # Origin, Referer, Sec-Fetch-*
    Deviation(
        "origin_header_ignores_referrer_policy",
        "Origin of a no-cors POST under `no-referrer`",
        yes_no("the page's", "`null`"),
        "wire-referrer-no-referrer",
    ),
    Deviation(
        "origin_header_on_same_origin_cors_loads",
        "Origin on same-origin loads with `crossorigin`",
        yes_no("sent", "not sent"),
        "element-img-same-origin-anonymous",
    ),
    Deviation(
        "origin_is_null_once_it_left",
        "Origin of a POST that a redirect led from its own origin to another",
        {
            "by-redirect-taint": "the page's",
            "navigations": "`null` on navigations",
            "all-but-cors": "`null` on navigations and no-cors requests",
        },
        "cookie-chain-own-out-back-beacon",
    ),
    Deviation(
        "beacons_say_their_documents_origin",
        "Origin on a beacon of a sandboxed page",
        yes_no("that of the page's URL", "`null`"),
        "wire-sandbox-beacon",
    ),
    Deviation(
        "origin_header_survives_method_change",
        "Origin after a same-origin redirect from POST to GET",
        yes_no("kept", "dropped"),
        "redirect-method-same-origin-301-post",
    ),
    Deviation(
        "loopback_is_a_downgrade",
        "Referer from https to http://localhost, and from there to http",
        yes_no("not sent; sent", "sent; not sent: localhost is trustworthy"),
        "wire-referrer-downgrade",
    ),
    Deviation(
        "cross_site_referrer_is_at_most_the_origin",
        "cross-site Referer under `unsafe-url`",
        yes_no("cut to the origin", "the whole URL"),
        "wire-referrer-page-unsafe-url",
    ),
    Deviation(
        "opaque_documents_have_a_referrer",
        "Referer of sandboxed pages",
        yes_no("sent", "not sent"),
        "origin-doc-sandbox-to-api",
    ),
    Deviation(
        "blob_documents_have_a_referrer",
        "Referer of blob: pages",
        yes_no("their origin", "not sent"),
        "origin-doc-blob-to-api",
    ),
    Deviation(
        "no_referrer_from",
        "environments whose requests say no Referer",
        lambda value: ", ".join(f"`{api}` in a {kind}" for kind, api in sorted(value)) or "none",
        "origin-doc-srcdoc-preflight",
    ),
    Deviation(
        "workers_inherit_referrer_policy",
        "a worker's script without Referrer-Policy has",
        yes_no("its page's", "none"),
        "eventsource-page-worker-no-referrer-api",
    ),
    Deviation(
        "elements_tell_their_documents_url",
        "Referer of elements and forms in sandboxed pages",
        yes_no("the page's URL", "as for fetch()"),
        "origin-doc-sandbox-img",
    ),
    Deviation(
        "browser_headers_on_cross_origin_redirect",
        "Sec-Fetch-* and Pragma on a cors request redirected to another origin",
        yes_no("sent", "not sent"),
        "redirect-app-api-reflect",
    ),
    Deviation(
        "fetch_metadata_on_sync_xhr",
        "Sec-Fetch-* on synchronous XHR",
        yes_no("sent", "not sent"),
        "mode-xhr-sync-ok",
    ),
    Deviation(
        "preflight_metadata_ignores_redirects",
        "Sec-Fetch-Site of a preflight after a redirect looks at",
        yes_no("its own URL", "the whole chain"),
        "redirect-preflighted-307-back-put",
    ),
    Deviation(
        "redirects_are_same_site_by_domain",
        "Sec-Fetch-Site after a redirect from one port of `localhost` to another",
        yes_no("`cross-site`", "`same-site`"),
        "redirect-localhost-to-another-port-post",
    ),
    Deviation(
        "preflight_of_null_origin_is_cross_site",
        "Sec-Fetch-Site of a preflight within the site after a redirect made its Origin `null`",
        yes_no("`cross-site`", "`same-site`"),
        "redirect-put-308-app8443-app-x-trace",
    ),
    Deviation(
        "fetch_mode_on_untrustworthy_preflight",
        "Sec-Fetch-Mode on a preflight over plain http",
        yes_no("sent", "not sent"),
        "wire-http-cross-put",
    ),
    Deviation(
        "fetch_metadata_knows_no_schemes_of_bare_hosts",
        "Sec-Fetch-Site between http and https of one IP address or localhost",
        yes_no("`same-site`", "`cross-site`"),
        "corp-hostonly-localhost-up-no-cors",
    ),
    Deviation(
        "navigations_have_a_referrer_before_upgrades",
        "Referer of an iframe whose URL is upgraded to https",
        yes_no("as for the http URL", "as for the https URL"),
        "mixed-upgrade-iframe",
    ),
)
