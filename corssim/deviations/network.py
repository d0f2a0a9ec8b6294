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
)
