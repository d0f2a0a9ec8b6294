"""A server whose answers have no more headers than a transcript tells: of a body that is not in there, no length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.pairs import header_pairs
from ..fetch.wire import WireResponse
from ..server.mock import MockServer

if TYPE_CHECKING:
    from ..fetch.wire import NetworkFailure, WireRequest


class AsTold(MockServer):
    """A mock server that does not write of its own how long a body is."""

    def delayed_answer(self, request: WireRequest) -> tuple[WireResponse | NetworkFailure, float]:
        """What the rules say, without the length that a mock server adds to it."""
        answer, delay = super().delayed_answer(request)
        if isinstance(answer, WireResponse) and answer.headers[-1:] == (_ADDED,) and not self._is_told():
            answer = answer._replace(headers=answer.headers[:-1])
        return answer, delay

    def _is_told(self) -> bool:
        """Whether an answer of the transcript says itself that it is empty."""
        told = (pair for rule in self._rules for pair in header_pairs(rule.response.headers))
        return any((name.lower(), value) == ("content-length", "0") for name, value in told)


_ADDED = ("Content-Length", "0")
