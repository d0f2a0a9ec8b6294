"""Answers that the first browser got, for the others that ask the same: a server is bothered once.

Each reads them for itself: what is no good HTTP one browser takes and another does not.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..fetch.browsers import profile_named
from ..fetch.methods import is_safe_method
from ..fetch.wire import NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..fetch.rules import AnswerRules

Answer = WireResponse | NetworkFailure
_Key = tuple[str, str, tuple[tuple[str, str], ...], bytes | None]

_NOT_COMPARED = frozenset(
    {"user-agent", "accept", "accept-encoding", "accept-language", "referer", "cache-control", "pragma"}
)


class Recording:
    """Sends requests of these profiles, and answers equal ones of later browsers from what came before.

    `send` gives the answer as each of the rules reads it, or one answer for all; a target that is not `live` has no
    other.

    Requests are equal by method, URL, body and the headers that a CORS answer can depend on (not User-Agent, Accept*,
    Referer, Sec-*). One that has side effects is sent once, unless `resend_unsafe`: a later browser whose
    request differs gets the first one's answer. `notes` tell where that was so.
    """

    def __init__(
        self,
        send: Callable[[WireRequest, Sequence[AnswerRules]], Sequence[Answer]],
        profiles: Iterable[str],
        *,
        is_live: bool,
        resend_unsafe: bool,
    ) -> None:
        self._send = send
        self._readers = {name: profile_named(name).answers for name in profiles}
        self._is_live = is_live
        self._resend_unsafe = resend_unsafe or not is_live
        self._answers: dict[_Key, list[Mapping[str, Answer]]] = {}
        self._unsafe: dict[tuple[str, str], tuple[str, Mapping[str, Answer]]] = {}
        self._asked: Counter[_Key] = Counter()
        self._profile = self._reader = ""
        self._first = ""
        self.notes: list[str] = []

    def start(self, profile: str, called: str = "") -> None:
        """The next browser begins; `called` something else where it has been here before."""
        self._reader, self._profile = profile, called or profile
        self._first = self._first or self._profile
        self._asked.clear()

    def send(self, request: WireRequest) -> Answer:
        """The answer to a request, from before or from the network."""
        key = request_key(request)
        turn = self._asked[key]
        self._asked[key] += 1
        answers = self._answers.setdefault(key, [])
        if turn < len(answers):
            return answers[turn][self._reader]
        is_safe = is_safe_method(request.method)
        place = (request.method, request.url)
        if not is_safe and not self._resend_unsafe and place in self._unsafe:
            sender, answer = self._unsafe[place]
            if sender != self._profile:
                self._tell(
                    f"{self._profile} sends a {request.method} that differs from {sender}'s. It was not sent again: "
                    f"{sender}'s answer stands in for it (--yes sends it)."
                )
                return answer[self._reader]
        answer = self._read(request)
        answers.append(answer)
        if not is_safe:
            self._unsafe.setdefault(place, (self._profile, answer))
        if self._is_live and self._profile != self._first:
            what = "preflight" if request.is_preflight else request.method
            self._tell(f"{self._profile} sends a {what} of its own: it was sent for it.")
        return answer[self._reader]

    def was_sent(self, request: WireRequest) -> bool:
        """Whether a request with side effects went to its URL already."""
        return (request.method, request.url) in self._unsafe

    def _read(self, request: WireRequest) -> dict[str, Answer]:
        """Send it; the answer by the names of those that read it."""
        rules = list(dict.fromkeys((self._readers[self._reader], *self._readers.values())))
        read = self._send(request, rules)
        if len(read) < len(rules):
            if self._is_live:
                first = next(iter(self._readers))
                self._tell(f"Over a proxy or HTTP/2 an answer is read once: {first}'s reading of it stands for all.")
            return dict.fromkeys(self._readers, read[0])
        by_rules = dict(zip(rules, read, strict=True))
        return {name: by_rules[each] for name, each in self._readers.items()}

    def _tell(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def request_key(request: WireRequest) -> _Key:
    """What two requests are compared by: all that a server's answer can depend on where CORS is concerned."""
    compared = sorted(
        (lower, value)
        for name, value in request.headers
        if (lower := name.lower()) not in _NOT_COMPARED and not lower.startswith("sec-")
    )
    return request.method, request.url, tuple(compared), request.body
