"""Redirects and the fragment of what is asked for: some browsers keep no redirect that would have to hand it on.

The text has the HTTP cache know no fragments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .profile import BrowserProfile
    from .request import Request
    from .rules import HttpCacheRules


def is_redirect_of_a_fragment(request: Request, status: int, profile: BrowserProfile) -> bool:
    """Report whether a response with this status is neither stored nor found, as it leads a fragment on."""
    has_a_fragment = request.current_url.fragment is not None
    return has_a_fragment and profile.http_cache.fragments_pass_redirects_by and status in profile.redirects.statuses


def was_redirected_with_a_fragment(request: Request, rules: HttpCacheRules) -> bool:
    """Report whether what comes is not stored, as a redirect has led a fragment to it."""
    has_a_fragment = request.current_url.fragment is not None
    return has_a_fragment and rules.fragments_pass_redirects_by and request.redirect_count > 0
