"""What a configuration allows today, so that a change of it can keep that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...fetch.header_list import get
from ...fetch.wire import WireRequest
from ...server.app_middleware import AppPolicy
from .judge import SERVER, pages_of
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
    answers = [] if configured.replies is None else list(_answers(configured))
    headers = _names([*(grant.headers for grant in grants), *_listed(answers, "Access-Control-Allow-Headers")])
    age = next((grant.max_age for grant in grants if grant.max_age), None)
    return AppPolicy(
        framework=configured.software,
        has_middleware=True,
        origins=tuple(origin for origin in _names(grant.origins for grant in grants) if "://" in origin),
        patterns=_names((*grant.patterns, *_expressions(grant)) for grant in grants),
        any_origin=bool(for_all),
        reflects=any(grant.credentials and REFLECTED in grant.origins for grant in for_all),
        credentials=any(grant.credentials and "*" not in grant.origins for grant in grants),
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


def _answers(configured: Configured) -> Iterator[Headers]:
    """Where a text is followed request by request, its lists are those of its answers."""
    url = f"{SERVER}{configured.example_path}"
    at = configured.at(url)
    for page in pages_of(configured):
        asks = (("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", _ASKED))
        yield at.answer(WireRequest("OPTIONS", url, (("Origin", page), *asks))).headers
        yield at.answer(WireRequest("GET", url, (("Origin", page),))).headers


def _listed(answers: Iterable[Headers], name: str) -> Iterator[tuple[str, ...]]:
    for headers in answers:
        yield tuple(each for part in (get(headers, name) or "").split(",") if (each := part.strip()))
