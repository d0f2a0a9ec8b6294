"""Cookies."""

from __future__ import annotations

from .deviation import Deviation, yes_no

COOKIES = (
    Deviation(
        "cookies.read_as",
        "Set-Cookie is read",
        {
            "rfc6265bis": "by RFC 6265bis",
            "libsoup": "by libsoup 3.2: up to a control or a byte above ASCII; of Max-Age and Expires the last holds",
        },
        "cookie-lifetime-max-age-then-past",
        more_cases=("cookie-bytes-mid-set",),
    ),
    Deviation(
        "cookies.domain_may_be_a_dot",
        "cookies with `Domain=.`",
        yes_no("stored for the host", "refused"),
        "cookie-line-domain-dot-only-same-site",
    ),
    Deviation(
        "cookies.without_equals_sign",
        "`Set-Cookie: a`, without an equals sign",
        {"value": "a value without a name: `a` is sent", "name": "a name without a value: `a=` is sent"},
        "cookie-bytes-nameless",
    ),
    Deviation(
        "cookies.lax_by_default",
        "cookies without SameSite, cross-site",
        yes_no("not sent (Lax)", "sent"),
        "cookie-cross-site-include",
    ),
    Deviation(
        "cookies.lax_allowing_unsafe_seconds",
        "cookies without SameSite on a cross-site top-level POST",
        lambda value: f"sent for {value:g} s after they were set" if value else "not sent",
        "cookie-top-level-post-at-once",
    ),
    Deviation(
        "cookies.prefixes_bind",
        "what `__Secure-` and its like promise of a cookie",
        yes_no("must hold", "is not looked at"),
        "cookie-line-secure-prefix-not-same-site",
    ),
    Deviation(
        "cookies.host_prefix_needs_a_path_attribute",
        "`__Host-` cookies set at `/` without Path",
        yes_no("refused", "accepted"),
        "cookie-attr-host-prefix-nopath",
    ),
    Deviation(
        "cookies.same_site_none_requires_secure",
        "SameSite=None without Secure",
        yes_no("refused", "accepted"),
        "cookie-attr-https-none",
    ),
    Deviation(
        "cookies.tabs_allowed",
        "a cookie with a tab within its name, value or attributes",
        yes_no("stored", "refused"),
        "cookie-line-tab-in-value",
    ),
    Deviation(
        "cookies.values_are_utf8",
        "bytes in a cookie's value that are no UTF-8",
        yes_no("replaced by U+FFFD", "kept"),
        "cookie-bytes-e9-set",
    ),
    Deviation(
        "cookies.loopback_is_secure",
        "Secure cookies on http://localhost",
        yes_no("set and sent", "refused"),
        "cookie-localhost-port-put",
    ),
    Deviation(
        "cookies.sent_by_domain",
        "cookies with paths of one length are sent",
        yes_no("by domain: those with Domain first, longer ones before shorter", "as they were set"),
        "kind-ck-order",
    ),
    Deviation(
        "cookies.same_site_is_schemeful",
        "http and https of one host are for cookies",
        yes_no("two sites", "one site"),
        "cookie-scheme-http-page-fetch-https",
    ),
    Deviation(
        "cookies.same_site_asks_only_the_top_level_page",
        "SameSite cookies in sandboxed documents",
        yes_no("sent within the top-level page's site", "withheld"),
        "cookie-sandbox-own-include",
    ),
    Deviation(
        "cookies.same_site_counts_redirects",
        "SameSite cookies after a redirect through another site",
        yes_no("withheld", "sent"),
        "cookie-redirect-app-api-app",
    ),
    Deviation(
        "cookies.same_site_counts_redirects_for_answers",
        "SameSite=Strict or Lax in an answer to which a redirect through another site led",
        yes_no("refused", "stored"),
        "kind-cookie-set-behind-another-site",
    ),
    Deviation(
        "cookies.same_site_set_cross_site",
        "SameSite=Strict or Lax in the answer to a cross-site fetch",
        yes_no("stored", "refused"),
        "cookie-attr-set-by-fetch-strict",
    ),
    Deviation(
        "cookies.new_value_starts_anew",
        "the age of a cookie that is set again with another value",
        yes_no("counts from then", "counts from the first time"),
        "cookie-top-level-post-set-again-late",
    ),
    Deviation(
        "cookies.partitioned",
        "`Partitioned` cookies",
        yes_no("kept apart", "like any"),
        "cookie-attr-https-partitioned",
    ),
    Deviation(
        "cookies.third_party",
        "third-party cookies, as it ships (a setting)",
        {
            "allow": "allowed",
            "partition": "kept apart for each top-level site",
            "no-new": "sent, but none are taken",
            "block": "blocked",
        },
        "state-frame-own-fetch",
        more_cases=("state-set-by-fetch-then-other-top", "state-itp-visited"),
    ),
    Deviation(
        "cookies.blocking_outlasts_redirects",
        "cookies of the page's own site after a redirect of a third party whose cookies are blocked",
        yes_no("not sent", "sent"),
        "state-itp-redirect",
    ),
    Deviation(
        "cookies.new_third_parties_are_told_by",
        "where third parties' new cookies are not taken, a subdomain's under a suffix that nobody lists",
        {"site": "are its site's", "libsoup": "are a third party's, but for those with the page's Domain"},
        "state-same-site-subdomain-set",
        more_cases=("state-same-site-set-sub-sub",),
    ),
)
