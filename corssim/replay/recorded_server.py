"""What servers answer: as it was recorded, and as the change has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..server.cors_policy import CorsPolicy
    from .change import AnswersTable, Change
    from .rows import Pairs, Preflight, Row

_IMAGE = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
"""Stands in for the image that a table does not hold: what it shows decides nothing, that it is one does."""
_NOT_RECORDED = NetworkFailure(FailureKind.OTHER, "the recording has no answer to this request")
_HOP_BY_HOP = frozenset({"content-length", "content-encoding", "transfer-encoding"})


class Place(NamedTuple):
    """One URL on the way of a request: what it answered, and what the change does to that."""

    url: str
    status: int
    response_headers: Pairs
    preflight: Preflight | None
    rewritings: tuple[AnswersTable, ...] = ()
    policy: CorsPolicy | None = None


class Passed(NamedTuple):
    """What a preflight that was not recorded let through, or the request would not have been: None for anything."""

    origin: str
    method: str
    header_names: frozenset[str]


def places_of(rows: Iterable[Row], change: Change | None) -> tuple[Place, ...]:
    """The places of a request, as recorded or as changed."""
    if change is None:
        return tuple(Place(row.url, row.status, row.response_headers, row.preflight) for row in rows)
    return tuple(
        Place(
            row.url,
            row.status,
            row.response_headers,
            row.preflight,
            tuple(table for matches, table in change.answers if matches(row.url)),
            change.policy_for(row.url),
        )
        for row in rows
    )


class RecordedServer:
    """Answers the requests of one recorded exchange. `lacked_answer`: it was asked what the recording does not tell."""

    def __init__(self) -> None:
        self.lacked_answer = False
        self._places: tuple[Place, ...] = ()
        self._at = 0
        self._passed: Passed | None = None
        self._only_preflight = False

    def expect(self, places: tuple[Place, ...], passed: Passed | None, *, only_preflight: bool) -> None:
        """The next exchange begins."""
        self._places, self._at, self._passed, self._only_preflight = places, 0, passed, only_preflight
        self.lacked_answer = False

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        """What the recording has, with what the change does to it."""
        place = self._places[self._at] if self._at < len(self._places) else None
        if place is None:
            self.lacked_answer = True
            return _NOT_RECORDED
        if request.is_preflight:
            return self._preflight(request, place)
        self._at += 1
        if self._only_preflight or place.status < 200:
            self.lacked_answer = True
            return _NOT_RECORDED
        headers = _of_the_response(place.response_headers)
        if place.policy is not None:
            headers = (*_without_cors(headers), *place.policy.headers_for(request))
        is_image = any(name.lower() == "content-type" and value[:6] == "image/" for name, value in headers)
        answer = WireResponse(place.status, "", headers, _IMAGE if is_image else b"")
        return _rewritten(answer, request, place.rewritings, is_preflight=False)

    def _preflight(self, request: WireRequest, place: Place) -> WireResponse | NetworkFailure:
        answer: WireResponse | NetworkFailure | None = None
        if place.policy is not None:
            answer = place.policy.answer_preflight(request)
        elif place.preflight is None:
            answer = self._unrecorded_preflight(request)
        elif place.preflight.status >= 200:
            answer = WireResponse(place.preflight.status, "", _of_the_response(place.preflight.response_headers))
        if answer is None or isinstance(answer, NetworkFailure):
            self.lacked_answer = True
            return _NOT_RECORDED
        return _rewritten(answer, request, place.rewritings, is_preflight=True)

    def _unrecorded_preflight(self, request: WireRequest) -> WireResponse | None:
        """One that was not recorded passed, or the request would not be there. It says nothing of other requests."""
        asked = {name.lower(): value for name, value in request.headers}
        origin, method = asked.get("origin", "*"), asked.get("access-control-request-method", "")
        names = asked.get("access-control-request-headers", "")
        passed = self._passed
        if passed is not None:
            listed = {name.strip().lower() for name in names.split(",") if name.strip()}
            if (origin, method) != (passed.origin, passed.method) or not listed <= passed.header_names:
                return None
        return WireResponse(
            204,
            "",
            (
                ("Access-Control-Allow-Origin", origin),
                ("Access-Control-Allow-Credentials", "true"),
                ("Access-Control-Allow-Methods", method),
                ("Access-Control-Allow-Headers", names),
            ),
        )


def _of_the_response(headers: Pairs) -> Pairs:
    return tuple(pair for pair in headers if pair[0] and pair[0][0] != ":" and pair[0].lower() not in _HOP_BY_HOP)


def _without_cors(headers: Pairs) -> Pairs:
    return tuple(pair for pair in headers if not pair[0].lower().startswith("access-control-"))


def _rewritten(
    answer: WireResponse, request: WireRequest, rewritings: tuple[AnswersTable, ...], *, is_preflight: bool
) -> WireResponse:
    for table in rewritings:
        if table.preflights not in (None, is_preflight):
            continue
        names = {name.lower() for name in (*table.set, *table.remove)}
        origin = next((value for name, value in request.headers if name.lower() == "origin"), "")
        kept = [pair for pair in answer.headers if pair[0].lower() not in names]
        added = [(name, value.replace("{origin}", origin)) for name, value in table.set.items()]
        headers = (*kept, *(pair for pair in added if pair[1]))
        answer = answer._replace(headers=headers, status=table.status or answer.status)
    return answer
