"""What script learns of the timing of a fetch that failed. https://fetch.spec.whatwg.org/#concept-response-timing-allow-passed"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .reasons import Reason, Stage

if TYPE_CHECKING:
    from .reasons import Blocked
    from .request import Request
    from .rules import TimingRules


_REFUSED_BY_FETCH = frozenset(
    {Reason.CONTENT_SECURITY_POLICY, Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE, Reason.NO_CORS_REDIRECT_MODE}
)
"""What keeps fetch() from asking the network at all."""


def timing_of_failed(request: Request, refused: Blocked | None, rules: TimingRules, *, was_sent: bool) -> bool | None:
    """Report whether script sees when what happened; None: there is no entry for the fetch.

    The text makes no difference: what the checks of its responses came to counts.
    """
    if rules.of_what_is_not_cached_tells and refused is not None and refused.reason is Reason.NOT_IN_CACHE:
        return True
    if _leaves_no_entry(request, refused, rules, was_sent=was_sent):
        return None
    return not request.timing_allow_failed and not _is_hidden(refused, rules)


# Below: what browsers do beyond the text.


def _leaves_no_entry(request: Request, refused: Blocked | None, rules: TimingRules, *, was_sent: bool) -> bool:
    if rules.of_failed_fetches == "absent":
        return True
    if was_sent:
        return False
    match rules.of_requests_never_sent:
        case "absent":
            return True
        case "absent-if-fetch-refuses":
            return request.api == "fetch" and refused is not None and refused.reason in _REFUSED_BY_FETCH
        case _:
            return False


def _is_hidden(refused: Blocked | None, rules: TimingRules) -> bool:
    match rules.of_failed_fetches:
        case "hidden":
            return True
        case "by-the-refused-response":
            return refused is None or refused.stage not in (Stage.REDIRECT, Stage.ACTUAL)
        case _:
            return False
