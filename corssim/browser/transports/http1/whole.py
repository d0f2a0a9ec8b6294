"""A whole answer that is there already, read as from a connection that then ends, or is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....fetch.wire import FailureKind, NetworkFailure
from ..bounds import Arrival
from ..failures import failure_from
from .answer import Answer
from .head import HeadTooLarge, MalformedAnswer

if TYPE_CHECKING:
    from ....fetch.rules import AnswerRules
    from ....fetch.wire import WireRequest, WireResponse

_MAX_BODY = 10 * 1024 * 1024


def read_whole_answer(
    raw: bytes, request: WireRequest, rules: AnswerRules, *, ended: bool
) -> WireResponse | NetworkFailure:
    """What a browser makes of these bytes. An answer that is to be continued on an open connection is a timeout."""
    scheme, _, rest = request.url.partition("://")
    authority = rest.partition("/")[0]
    answer = Answer(request.method, rules, is_secure=scheme == "https", on_default_port=":" not in authority)
    try:
        body = answer.feed(raw)
        if answer.broken is not None and rules.broken_chunks_fail_the_head:
            raise answer.broken
        if ended and answer.broken is None:
            answer.end()
            body += answer.last
    except (HeadTooLarge, MalformedAnswer) as error:
        return failure_from(error)
    cut = NetworkFailure(FailureKind.RESET if ended else FailureKind.TIMEOUT)
    if answer.head is None:
        return cut
    arrival = Arrival(max_body=_MAX_BODY, timeout=None)
    if arrival.start(answer.head.status, answer.head.reason, answer.head.headers, is_bounded=True):
        arrival.feed(body)
    if answer.broken is not None:
        return arrival.broken_by(failure_from(answer.broken))
    return arrival.result() if answer.is_complete else arrival.broken_by(cut)
