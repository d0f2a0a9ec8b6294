"""How responses are read, what the network does, and the origins of the past."""

from __future__ import annotations

from .deviation import Deviation, names, yes_no

RESPONSES = (
    # reading responses
    Deviation("reset_content_has_a_body", "the body of a 205", yes_no("readable", "dropped"), "check-status-205"),
    Deviation(
        "one_content_type_line_counts",
        "Content-Type twice in a response: what counts is",
        yes_no("the first for nosniff, the last for the element", "the last that is valid"),
        "orb-script-type-twice-plain-html-last",
    ),
    Deviation(
        "response_headers_are_made_utf8",
        "bytes of a response's header that are no UTF-8",
        yes_no("become those of U+FFFD", "stay"),
        "redirect-location-latin1-same-no-cors",
    ),
    Deviation(
        "drops_empty_repeated_headers",
        "an empty repeat of a response header",
        yes_no("dropped", "joined"),
        "expose-duplicate-response-headers",
    ),
    Deviation(
        "repeated_response_types_join_without_a_blank",
        "Content-Type twice in a response is shown to script as",
        yes_no("`a,b`", "`a, b`"),
        "expose-twice-0-content-type-fetch",
    ),
    # the network
    Deviation(
        "response_headers_that_may_not_differ",
        "response headers that make an answer an error if they are given twice and differ",
        names,
        "expose-twice-10-location-fetch",
    ),
    Deviation(
        "retries_of_dropped_connections",
        "a GET whose connection is dropped is tried again",
        lambda value: f"{value} times" if value else "never",
        "check-net-closed",
    ),
    Deviation(
        "retries_on_reused_connections",
        "tried again if a kept-alive connection is dropped",
        {"never": "nothing", "safe-methods": "GET, HEAD and OPTIONS", "any-method": "any method"},
        "preflight-net-close-actual-once",
    ),
    Deviation(
        "refuses_proxy_authentication_without_a_proxy",
        "status 407 where there is no proxy",
        yes_no("an error", "returned"),
        "check-status-407",
    ),
    Deviation("same_origin_ignores_port", "the port in same origin", yes_no("ignored", "counts")),
)
