"""Which of what was read are exchanges: what was printed twice counts once, and words with a colon are no headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern

if TYPE_CHECKING:
    from .exchanged import Exchanged

OF_ANSWERS = lazy_pattern(
    r"(access-control-(?!request-).*|age|alt-svc|allow|cache-control|cf-.*|content-.*|date|etag|expires|last-modified|"
    r"link|location|server|set-cookie|:?status|strict-transport-security|transfer-encoding|vary|via|www-authenticate|"
    r"x-.*)$"
)
"""Headers that an answer has."""


def without_prose(exchanges: list[Exchanged]) -> list[Exchanged]:
    """The exchanges, without what are words with a colon, and each answer once."""
    told = [each for each in exchanges if each.is_begun]
    for exchange in told:
        names = [name.lower() for name, _ in exchange.response_headers]
        has_status_line = exchange.is_raw or (exchange.status is None and exchange.command is None)
        if not has_status_line and not any(map(OF_ANSWERS.match, names)):
            exchange.response_headers.clear()
    has_status = any(each.status is not None for each in told)
    return [each for each in _once(told) if not _is_prose(each, has_status=has_status)]


def _once(exchanges: list[Exchanged]) -> list[Exchanged]:
    """Without answers that stand once more as they came, unmarked: on the other stream of `curl -v -i`."""
    marked: list[Exchanged] = []
    kept = []
    for exchange in exchanges:
        twin = next((each for each in marked if _is_same_answer(each, exchange)), None)
        if exchange.is_marked:
            marked.append(exchange)
        elif twin is not None and not exchange.has_request and (exchange.is_again or exchange.command is None):
            marked.remove(twin)
            twin.response_headers = max(twin.response_headers, exchange.response_headers, key=len)
            twin.is_cut = twin.is_cut and exchange.is_cut
            continue
        kept.append(exchange)
    return kept


def _is_same_answer(one: Exchanged, other: Exchanged) -> bool:
    if one.status != other.status:
        return False
    fewer, more = sorted((one.response_headers, other.response_headers), key=len)
    return fewer == more or ((one.is_cut or other.is_cut) and set(fewer) <= set(more))


def _is_prose(exchange: Exchanged, *, has_status: bool) -> bool:
    """Report whether what looks like headers are words with a colon, of who tells about the exchange: beside an
    answer with its status, all that holds no CORS header."""
    if exchange.status is not None or exchange.has_request or exchange.command is not None:
        return False
    if exchange.url or exchange.failed:
        return False
    names = [name.lower() for name, _ in exchange.response_headers]
    if has_status:
        return not any(name.startswith("access-control-") for name in names)
    return not any(OF_ANSWERS.match(name) for name in names)
