"""What a configuration allows today, so that a change of it can keep that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...fetch.header_list import get
from ...fetch.wire import WireRequest
from ...server.app_middleware import AppPolicy
from .judge import ELSEWHERE, SERVER, pages_of
from .model import REFLECTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...fetch.wire import Headers
    from .model import Configured, Grant

_ASKED: Final = "x-asked-for"


def allowed_by(configured: Configured) -> AppPolicy:
    """What a configuration allows, to be kept. Rules that select stay as they are beside a new one."""
    grants = [grant for grant in configured.grants if not grant.selects]
    for_all = [grant for grant in grants if _is_for_all(grant)]
    told = [] if configured.replies is None else list(_answers(configured))
    answers = [headers for _, of in told for headers in of]
    let_in = {page: of for page, (_, of) in told if get(of, "Access-Control-Allow-Origin") == page}
    everybody = bool(for_all) or ELSEWHERE in let_in
    may_send = {page for page, headers in let_in.items() if get(headers, "Access-Control-Allow-Credentials") == "true"}
    headers = _names([*(grant.headers for grant in grants), *_listed(answers, "Access-Control-Allow-Headers")])
    age = next((grant.max_age for grant in grants if grant.max_age), None)
    return AppPolicy(
        framework=configured.software,
        has_middleware=True,
        origins=tuple(
            origin
            for origin in _names(
                [
                    *(grant.origins for grant in grants),
                    tuple(each for each in let_in if each in configured.named and not everybody),
                ]
            )
            if "://" in origin
        ),
        patterns=_names((*grant.patterns, *_expressions(grant)) for grant in grants),
        any_origin=everybody,
        reflects=ELSEWHERE in may_send or any(grant.credentials and REFLECTED in grant.origins for grant in for_all),
        credentials=any(grant.credentials and "*" not in grant.origins for grant in grants) or bool(may_send),
        methods=_names([*(grant.methods for grant in grants), *_listed(answers, "Access-Control-Allow-Methods")]),
        headers=tuple(name for name in headers if name not in ("*", _ASKED)),
        any_header=_ASKED in headers or any(grant.any_header for grant in grants),
        expose=_names([*(grant.expose for grant in grants), *_listed(answers, "Access-Control-Expose-Headers")]),
        max_age=int(age) if age is not None and age.isdecimal() else None,
    )


def _is_for_all(grant: Grant) -> bool:
    """Whether a place lets every page read. The origin that asks, on preflights alone, lets none."""
    reflects = REFLECTED in grant.origins and grant.on != "preflights"
    return not grant.only_for and ("*" in grant.origins or reflects)


def _expressions(grant: Grant) -> tuple[str, ...]:
    """Whom a place is for that answers with the origin that asks."""
    return grant.only_for if REFLECTED in grant.origins else ()


def _names(values: Iterable[tuple[str, ...] | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in values for name in each or ()))


def _answers(configured: Configured) -> Iterator[tuple[str, tuple[Headers, Headers]]]:
    """Where a text is followed request by request, whom it allows and its lists are those of its answers: to a
    preflight and to a request, of pages whose origins stand in it."""
    url = f"{SERVER}{configured.example_path}"
    at = configured.at(url)
    for page in dict.fromkeys((*pages_of(configured), *configured.named)):
        asks = (("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", _ASKED))
        preflight = at.answer(WireRequest("OPTIONS", url, (("Origin", page), *asks)))
        yield page, (preflight.headers, at.answer(WireRequest("GET", url, (("Origin", page),))).headers)


def _listed(answers: Iterable[Headers], name: str) -> Iterator[tuple[str, ...]]:
    for headers in answers:
        yield tuple(each for part in (get(headers, name) or "").split(",") if (each := part.strip()))
