"""What is asked of a server to infer its policy: one request at a time, within a bound."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from ..fetch.header_list import get
from ..fetch.wire import NetworkFailure, WireRequest, WireResponse
from ..serialized_origin import check_serialized_origin

Asking = Generator[WireRequest, "WireResponse | NetworkFailure", "Answer | None"]


class Answer:
    """One answer, as the CORS check reads it."""

    def __init__(self, origin: str, response: WireResponse) -> None:
        self.response = response
        self.allow_origin = get(response.headers, "Access-Control-Allow-Origin")
        self.allow_credentials = get(response.headers, "Access-Control-Allow-Credentials") == "true"
        self.wildcard = self.allow_origin == "*"
        self.allowed = self.allow_origin in ("*", origin)
        self.credentialed = self.allow_origin == origin and self.allow_credentials

    @property
    def varies(self) -> bool:
        vary = get(self.response.headers, "Vary") or ""
        return not {"origin", "*"}.isdisjoint(name.strip().lower() for name in vary.split(","))


class Probes:
    """What was asked so far, and whether more may be."""

    def __init__(self, url: str, limit: int, sent_along: Sequence[tuple[str, str]] = ()) -> None:
        """`sent_along` are headers of every request but preflights, a Cookie among them."""
        self.url = url
        self.limit = limit
        self.sent_along = tuple(sent_along)
        self.unanswered = 0
        self.statuses: dict[tuple[str, int], None] = {}
        self.sent = 0
        self.left_out: list[str] = []
        self.failure = ""
        self.answers: list[Answer] = []
        self.odd: dict[str, None] = {}
        self.method_of_origin_probes = "GET"

    def ask(
        self, origin: str, *, preflight_for: str | None = None, header: str | None = None, cookie: bool = False
    ) -> Asking:
        """One request: a GET from a page of that origin, or the preflight for a method and a header."""
        if self.failure:
            return None
        if self.sent >= self.limit:
            self.left_out.append(" ".join(filter(None, (preflight_for, header, f"from {origin}"))))
            return None
        self.sent += 1
        lines = [("Accept", "*/*"), ("Origin", origin)]
        if preflight_for is not None:
            lines.append(("Access-Control-Request-Method", preflight_for))
        if header is not None:
            lines.append(("Access-Control-Request-Headers", header))
        if preflight_for is None:
            lines += self.sent_along
            if cookie and get(lines, "Cookie") is None:
                lines.append(("Cookie", "corssim=1"))
        request = WireRequest("GET" if preflight_for is None else "OPTIONS", self.url, tuple(lines))
        arrived = yield request
        if isinstance(arrived, NetworkFailure):
            self.unanswered += 1
            if not self.answers:
                self.failure = arrived.detail or str(arrived.kind)
            return None
        self.statuses[request.method, arrived.status] = None
        answer = Answer(origin, arrived)
        self.answers.append(answer)
        if answer.allow_origin is not None and not answer.allowed and _is_odd(answer.allow_origin):
            self.odd[answer.allow_origin] = None
        return answer

    def ask_origin(self, origin: str) -> Asking:
        """Whether a page of that origin may read: by a GET, or by a preflight where GETs are not answered."""
        if self.method_of_origin_probes == "GET":
            return self.ask(origin)
        return self.ask(origin, preflight_for="POST", header="content-type")


def _is_odd(allow_origin: str) -> bool:
    """Whether no origin could ever equal this value, as browsers write them."""
    return check_serialized_origin(allow_origin, allow_wildcard=True, allow_null=True) is not None
