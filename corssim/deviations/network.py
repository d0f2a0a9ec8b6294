"""Connections, and what HTTP leaves to its clients."""

from __future__ import annotations

from .deviation import Deviation, names, yes_no

NETWORK = (
    Deviation(
        "network.retries_of_dropped_connections",
        "a GET whose connection is dropped is tried again",
        lambda value: f"{value} times" if value else "never",
        "check-net-closed",
    ),
    Deviation(
        "network.retries_on_reused_connections",
        "tried again if a kept-alive connection is dropped",
        {"never": "nothing", "safe-methods": "GET, HEAD and OPTIONS", "any-method": "any method"},
        "preflight-net-close-actual-once",
        more_cases=("preflight-net-reused-fetch-get",),
    ),
    Deviation(
        "network.headers_that_may_not_differ",
        "response headers that make an answer an error if they are given twice and differ",
        names,
        "expose-twice-10-location-fetch",
    ),
    Deviation(
        "network.refuses_proxy_authentication_without_a_proxy",
        "status 407 where there is no proxy",
        yes_no("an error", "returned"),
        "check-status-407",
    ),
    Deviation(
        "authentication.urls_answer",
        "a 401 is answered with the user and password in the URL",
        {
            "where-flagged": "not cross-origin with CORS, and where the API uses them",
            "without-cors": "not cross-origin with CORS",
            "always": "always, of preflights and requests without credentials too",
        },
        "http-auth-cross-without-carried",
        more_cases=("http-auth-cross-preflight-401", "http-auth-redirect-location-has-user-fetch"),
    ),
    Deviation(
        "authentication.entries_answer_with_cors",
        "a 401 to a cross-origin request with CORS and credentials is answered with what the server took before",
        yes_no("yes", "no"),
        "http-auth-from-another-page-put-challenged",
    ),
    Deviation(
        "authentication.entries_are_partitioned",
        "names and passwords that a server took",
        yes_no("are known to pages of one top-level site", "are known to every page"),
        "http-auth-from-another-page-fetch-include",
    ),
    Deviation(
        "authentication.entries_have_the_url_speak",
        "the user in a URL, where the server is known to ask for one",
        yes_no("is sent at once", "is sent once the server asks"),
        "http-auth-same-user-again",
    ),
    Deviation(
        "authentication.own_authorization",
        "an Authorization that script has set, and the browser could answer the 401",
        {
            "sent-again": "is sent a second time",
            "final": "counts: the 401 is returned",
            "replaced": "is replaced, also by what the server took before",
        },
        "http-auth-own-bearer-xhr-user",
        more_cases=("http-auth-entry-then-own",),
    ),
    Deviation(
        "authentication.beacons_know_entries",
        "beacons carry and leave authentication",
        yes_no("as other requests", "neither"),
        "http-auth-carried-by-beacon",
    ),
    Deviation(
        "authentication.directories_end_in_a_slash",
        "what was taken at `/a/b/x` is sent",
        yes_no("below `/a/b/`", "wherever the path begins with `/a/b`"),
        "http-auth-deep-path",
    ),
    Deviation(
        "authentication.reads_one_challenge_a_line",
        "several challenges in one line of WWW-Authenticate",
        yes_no("the first is read", "are read"),
        "http-auth-challenge-bearer-then-basic",
    ),
    Deviation(
        "authentication.takes_the_user_out_of_the_url",
        "the response's URL, once its user was sent",
        yes_no("has no user", "is as it was asked for"),
        "http-auth-xhr-arguments",
    ),
    Deviation(
        "authentication.names_are_sent_as",
        "user and password go out as",
        {"utf-8": "UTF-8", "latin-1": "Latin-1"},
        "http-auth-url-not-ascii",
    ),
)
