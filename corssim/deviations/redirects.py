"""Redirects."""

from __future__ import annotations

from ..fetch.rules.redirects import REDIRECT_STATUSES
from .deviation import Deviation, yes_no

REDIRECTS = (
    Deviation(
        "redirects.empty_location",
        "a redirect with an empty Location is",
        {"followed": "followed to itself", "returned": "returned", "refused": "an error"},
        "redirect-location-empty-same",
    ),
    Deviation(
        "redirects.repeated_location",
        "Location given twice is",
        {"refused": "an error", "same-only": "followed if both are equal", "combined": "followed to the joined value"},
        "redirect-location-twice-same",
    ),
    Deviation(
        "redirects.location_is_read_as",
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
        "redirects.statuses",
        "statuses that are redirects beside 301, 302, 303, 307 and 308",
        lambda known: "none" if known == REDIRECT_STATUSES else "others from 300 to 399, if there is a Location",
        "redirect-status-309-cross",
    ),
    Deviation(
        "redirects.mode_error_needs_a_location",
        "a redirect without Location, with redirect mode error",
        yes_no("is returned", "is an error"),
        "redirect-mode-error-no-location",
    ),
    Deviation(
        "redirects.mode_manual_parses_location",
        "a redirect to what is no URL, with redirect mode manual",
        yes_no("is an error", "is an opaque redirect"),
        "redirect-mode-manual-invalid-location",
    ),
    Deviation(
        "redirects.delete_becomes_get_cross_origin",
        "a DELETE redirected to another origin",
        yes_no("becomes a GET", "stays a DELETE"),
        "redirect-method-to-other-301-delete",
    ),
    Deviation(
        "redirects.content_type_returns_on",
        "Content-Type of a POST that one redirect made a GET, at the next redirect",
        {
            "no-redirect": "stays away",
            "redirects-that-keep-methods": "is sent again after 307 and 308",
            "those-and-any-cross-origin": "is sent again after 307 and 308, and cross-origin after any",
        },
        "redirect-cookie-set-then-back",
        more_cases=("m-ct-302-307",),
    ),
    Deviation(
        "redirects.content_type_returns_for_scripts_alone",
        "Content-Type of a beacon or form that one redirect made a GET",
        yes_no("stays away", "comes back as that of fetch()"),
        "redirect-type-cross-beacon-302-307",
    ),
    Deviation(
        "redirects.cached_ones_repeat_their_request",
        "behind a cached redirect a request goes on",
        yes_no("with the headers and the credentials of the one that the redirect answered first", "as it is"),
        "kind-cr-fetch-img-302",
        more_cases=("kind-cr-omit-cred-302",),
    ),
    Deviation(
        "redirects.lose_the_origin_after_an_upgrade",
        "a redirect chain api → http at the api (upgraded) → api ends with",
        yes_no("`Origin: null`", "the page's origin"),
        "kind-redirects-after-an-upgrade-lose-the-origin",
        more_cases=("kind-upgrades-behind-redirects-say-no-origin",),
    ),
    Deviation(
        "redirects.after_leaving_the_origin_need_a_credentials_grant",
        "a redirect chain page → api → anywhere, the api's redirect",
        yes_no("must allow credentials too", "is checked like any"),
        "redirect-app-api-other-reflect",
    ),
)
