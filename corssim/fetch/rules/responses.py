"""Reading responses, and what is told about their timing."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules


class ResponseRules(Rules):
    """What becomes of a response on its way to script. https://fetch.spec.whatwg.org/#main-fetch"""

    opaque_response_blocking: Literal["none", "sniffing", "script-parsing"] = "none"
    opaque_response_blocking_is_of_other_origins: bool = False  # else of what was led home, too
    cross_origin_urls_hide_credentials: bool = False
    reset_content_has_a_body: bool = False
    headers_are_made_utf8: bool = False
    one_content_type_line_counts: bool = False
    drops_empty_repeated_headers: bool = False
    repeated_types_join_without_a_blank: bool = False


class TimingRules(Rules):
    """What resource timing tells. https://fetch.spec.whatwg.org/#fetch-finale"""

    of_failed_fetches: Literal["by-the-last-check", "by-the-refused-response", "hidden", "absent"] = "by-the-last-check"
    failed_integrity_hides: bool = True
    of_opaque_redirects: Literal["by-the-last-check", "told", "hidden"] = "by-the-last-check"
    of_what_is_not_cached_tells: bool = False  # cache mode only-if-cached
    of_requests_never_sent: Literal["as-failed", "absent", "absent-if-fetch-refuses"] = "as-failed"
