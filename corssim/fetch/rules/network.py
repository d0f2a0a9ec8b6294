"""Connections, and what HTTP leaves to its clients."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules


class NetworkRules(Rules):
    """What is tried again, and which answers count as failures. https://fetch.spec.whatwg.org/#http-network-fetch"""

    retries_of_dropped_connections: int = 0  # of GET, HEAD and OPTIONS
    retries_on_reused_connections: Literal["never", "safe-methods", "any-method"] = "never"
    headers_that_may_not_differ: frozenset[str] = frozenset()  # given twice
    refuses_proxy_authentication_without_a_proxy: bool = False
