"""One request over one HTTP/1 connection and its answer back, without the reading and writing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....fetch.wire import FailureKind, NetworkFailure
from ..failures import failure_from
from .answer import Answer
from .head import HeadTooLarge, MalformedAnswer
from .streams import DroppedConnection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....fetch.rules import AnswerRules
    from ....fetch.wire import WireRequest
    from ..bounds import Arrival


def as_written(request: WireRequest) -> bytes:
    """A request as it goes over the connection: its header list, Host and Content-Length where they are missing.

    https://httpwg.org/specs/rfc9112.html#message.format
    """
    authority, _, target = request.url.partition("://")[2].partition("/")
    present = [name.lower() for name, _ in request.headers]
    lines = [f"{request.method} /{target} HTTP/1.1"]
    if "host" not in present:
        lines.append(f"Host: {authority}")
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body is not None and "content-length" not in present and "transfer-encoding" not in present:
        lines.append(f"Content-Length: {len(request.body)}")
    head = "\r\n".join((*lines, "", "")).encode("latin-1")
    return head if request.body is None else head + request.body


class Passage:
    """Takes what comes back, as a browser reads it by `rules`, into `arrival`, until nothing more is `wanted`.

    `is_used`: the connection has carried other requests before.
    """

    def __init__(
        self,
        request: WireRequest,
        arrival: Arrival,
        rules: AnswerRules,
        *,
        is_secure: bool,
        on_default_port: bool,
        is_used: bool,
    ) -> None:
        self._answer = Answer(request.method, rules, is_secure=is_secure, on_default_port=on_default_port)
        self._request, self._arrival, self._rules, self._is_used = request, arrival, rules, is_used
        self.wanted = True

    @property
    def leaves_it_open(self) -> bool:
        """Whether another request may go over the connection."""
        answer = self._answer
        return (
            answer.is_complete
            and not answer.leftover
            and not answer.ends_with_connection
            and answer.head is not None
            and answer.head.status != 101
        )

    def break_off(self, failure: NetworkFailure) -> None:
        """Nothing more comes, or nothing more of it can be read."""
        self.wanted = False
        self._arrival.broken_by(failure)

    def take(self, data: bytes) -> None:
        """Some bytes of the connection, b"": it has ended. Raises MalformedAnswer, HeadTooLarge, DroppedConnection."""
        if not data:
            self._end()
            return
        self._pass_on(self._answer.feed(data))
        if self._answer.is_complete:
            self.wanted = False

    def raise_if_dropped(self, error: Exception) -> None:
        """Raise DroppedConnection where reading failed because the connection was gone before."""
        if self._is_used and self._answer.nothing_came and type(error).__name__ == "ReadError":
            raise DroppedConnection("the connection was reset") from error

    def _pass_on(self, body: bytes) -> None:
        answer = self._answer
        if answer.head is None:
            return
        if not self._arrival.started:
            if answer.broken is not None and self._rules.broken_chunks_fail_the_head:
                raise answer.broken
            head = answer.head
            if head.status == 101 and not self._request.is_handshake:
                raise MalformedAnswer("it switches protocols, unasked")
            if not self._arrival.start(head.status, head.reason, head.headers, is_bounded=True):
                self.wanted = False
                return
        if body and not self._arrival.feed(body):
            self.wanted = False
        elif answer.broken is not None:
            raise answer.broken

    def _end(self) -> None:
        answer = self._answer
        if self._is_used and answer.nothing_came:
            raise DroppedConnection("the server closed the connection without a response")
        answer.end()
        self._pass_on(answer.last)
        if answer.head is None:
            without = NetworkFailure(FailureKind.RESET, "the server closed the connection without a response")
            self._arrival.broken_by(without)
        elif not answer.is_complete:
            self._arrival.broken_by(
                NetworkFailure(FailureKind.RESET, "the connection closed before the end of the body")
            )
        self.wanted = False


class Passages:
    """One answer read by several browsers' rules: each takes the same bytes to where it ends, or fails, by its own."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._is_broken = False

    @property
    def wanted(self) -> bool:
        """Whether any of them wants more."""
        return any(passage.wanted for passage in self._passages)

    @property
    def leave_it_open(self) -> bool:
        """Whether another request may go over the connection, whoever reads."""
        return not self._is_broken and all(passage.leaves_it_open for passage in self._passages)

    def take(self, data: bytes) -> None:
        """Some bytes of the connection, b"": it has ended. Raises DroppedConnection."""
        for passage in self._passages:
            if passage.wanted:
                try:
                    passage.take(data)
                except (HeadTooLarge, MalformedAnswer) as error:
                    self._is_broken = True
                    passage.break_off(failure_from(error))

    def break_off(self, failure: NetworkFailure) -> None:
        """Nothing more comes for those that want more."""
        for passage in self._passages:
            if passage.wanted:
                passage.break_off(failure)

    def raise_if_dropped(self, error: Exception) -> None:
        """Raise DroppedConnection where reading failed because the connection was gone before."""
        for passage in self._passages:
            passage.raise_if_dropped(error)
