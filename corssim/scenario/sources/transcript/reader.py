"""A transcript of one exchange or several: the answers become the servers' rules, the request what they answered.

A preflight stands for the request that it asks leave for. What is not in the text is guessed where something tells it,
and named as missing where nothing does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from msgspec import UNSET, structs

from ....fetch.pairs import header_pairs
from ....patterns import lazy_pattern
from ....url import parse_url
from ...model import PageTable
from ..as_sent import Sent, call_of, calls_for_preflight
from ..reading import Guess, Reading, UnreadableSource, is_same_origin
from .answers import NO_HEADERS, NO_PREFLIGHT, doubts_of, rules_of, with_stand_ins
from .asked import (
    ALLOW,
    ASKED_METHOD,
    asked_for,
    asked_of_every_browser,
    is_ok,
    is_preflight,
    is_token,
    sent_header,
    sent_headers,
    tells_where,
    url_of,
    was_asked_as_by_no_page,
)
from .exchanged import REDIRECTS, Exchanged, Pairs
from .exchanges import exchanges_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOGGED = lazy_pattern(
    r"^(?:[^\n]*[\s\"'])?(?P<method>GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /\S*(?: HTTP/\d(?:\.\d)?[\"']?)? "
    r"(?:- )?(?P<status>[1-5]\d\d)(?:\s[^\n]*)?$",
    re.MULTILINE,
)
"""A line of a server's log: a method, a path and a status. nginx, Apache, uvicorn, Django, Flask, morgan write such."""
_OF_NO_LOG = lazy_pattern(r"^[<>* \t]*(?:HTTP/\d|[\w-]+:\s)", re.MULTILINE)
_OF_THE_CONSOLE = ("Cross-Origin Request Blocked", "blocked by CORS policy", "'Access-Control-Allow-Origin' header")
_ASKED_BY_CURL = "curl -i -X OPTIONS URL -H 'Origin: PAGE' -H 'Access-Control-Request-Method: METHOD'"
_MOST = 60  # exchanges that are read
_IMAGE = "GIF89a\x01\x00\x01\x00\x00\x00\x00;"
"""Stands in for an image: what it shows decides nothing, that it is one does."""
_LOADED = (("image/", "image"), ("text/css", "style"), ("javascript", "script"))


def read_transcript(text: str, define: Mapping[str, str] | None = None, *, name: str = "the text") -> Reading:
    """The exchange that decides, with every answer of the text. Raises `UnreadableSource`."""
    if (log := _log_of(text)) is not None:
        raise UnreadableSource(
            f"{name} is a server's log, which has no headers{log}; paste what {_ASKED_BY_CURL} prints"
        )
    exchanges = joined_exchanges(text)
    answered = [exchange for exchange in exchanges if exchange.has_answer]
    if not answered:
        raise UnreadableSource(_why_unanswered(text, name, exchanges))
    answered, left = _told_best(answered[:_MOST]), len(answered) - _MOST
    readings = [_reading(exchange, answered) for exchange in answered]
    chosen = _decisive(answered)
    reading = readings[chosen]
    requests = [other for other, each in zip(readings, answered, strict=True) if not is_preflight(each)]
    others = []
    for number, (other, exchange) in enumerate(zip(readings, answered, strict=True)):
        if number == chosen or exchange.is_hop:
            continue
        if not (is_preflight(exchange) and _is_of(other, requests)):
            others.append(other)
        elif not exchange.method and not needs_preflight(reading):
            others.append(_reading(exchange, [exchange]))  # by guess, and the request had none: it stands alone
    more = (f"{left} more exchanges",) if left > 0 else ()
    return replace(reading, further=tuple(others), passed_over=(*reading.passed_over, *more))


def joined_exchanges(text: str) -> list[Exchanged]:
    """The exchanges of a text, each with what those beside it tell of it."""
    exchanges = exchanges_of(text)
    for before, exchange in pairwise(exchanges):
        _join(before, exchange)
    return exchanges


def _why_unanswered(text: str, name: str, exchanges: list[Exchanged]) -> str:
    failed = next((exchange.failed for exchange in exchanges if exchange.failed), "")
    if failed:
        why = "; its line in the console tells why: `corssim explain` reads it"
        of_tools = not failed.startswith(("a proxy", "curl:", "http", "wget"))
        return f"no answer is in {name}: the request failed, {failed[:60]}{why * of_tools}"
    console = "; `corssim explain` reads the console's lines" * any(each in text for each in _OF_THE_CONSOLE)
    return f"no answer is in {name}: no status line and no response header; paste what the server answered too{console}"


def _join(before: Exchanged, exchange: Exchanged) -> None:
    """What an exchange tells of the one beside it: a URL that relates to it, a preflight's URL, where it led."""
    if exchange.url and before.url and "://" not in exchange.url:
        url = parse_url(exchange.url, parse_url(before.url))
        exchange.url = url.href if url is not None else exchange.url
    if before.method == "OPTIONS" and not tells_where(before) and exchange.method != "OPTIONS":
        before.url = url_of(exchange, []) if tells_where(exchange) else ""
    if _asks_for(before, exchange):
        exchange.url, exchange.method = before.url, sent_header(before, ASKED_METHOD) or ""
    location = before.header("location") if before.status in REDIRECTS else None
    if not location or exchange.command is not None:
        return
    led_to = parse_url(location, parse_url(url_of(before, [])))
    # A request line does not tell the scheme; where it was led to does.
    if led_to is not None and led_to.href.partition("://")[2] == url_of(exchange, []).partition("://")[2]:
        exchange.is_hop, exchange.url = True, led_to.href


def _asks_for(preflight: Exchanged, exchange: Exchanged) -> bool:
    """Report whether a preflight asked for the request below it, whose first line is not in there."""
    if not preflight.url or exchange.url or exchange.target or exchange.command is not None:
        return False
    asked = sent_header(preflight, ASKED_METHOD)
    alike = (sent_header(preflight, name) == sent_header(exchange, name) for name in ("host", "origin"))
    return bool(asked and exchange.request_headers) and exchange.method in ("", asked) and all(alike)


def _told_best(answered: list[Exchanged]) -> list[Exchanged]:
    """Without those that tell a status alone, where others tell the same exchange with its headers."""
    whole = [each for each in answered if each.response_headers]
    told = {(each.method, url_of(each, []), each.status) for each in whole}
    return [
        each for each in answered if each.response_headers or (each.method, url_of(each, []), each.status) not in told
    ]


def _log_of(text: str) -> str | None:
    """What a server's log tells of preflights, "" for nothing; None where the text is no log."""
    logged = list(islice(_LOGGED.finditer(text), 200))
    if not logged or any(not _LOGGED.match(found.string, found.start()) for found in _headers_in(text)):
        return None
    failed = [found["status"] for found in logged if found["method"] == "OPTIONS" and found["status"][0] != "2"]
    return f" (its {failed[0]} to OPTIONS stops a preflight)" if failed else ""


def _headers_in(text: str) -> Iterator[re.Match[str]]:
    return islice(_OF_NO_LOG.finditer(text), 200)


def _is_of(preflight: Reading, requests: list[Reading]) -> bool:
    """Report whether a preflight was made for one of the requests."""
    return any((preflight.url, preflight.method) == (each.url, each.method) for each in requests)


def _decisive(answered: list[Exchanged]) -> int:
    """The last request that is no preflight; else the last preflight that says so; else the last."""
    requests = [number for number, exchange in enumerate(answered) if not is_preflight(exchange)]
    requests = [number for number in requests if answered[number].response_headers] or requests
    if requests:
        first = requests[0]
        return first if answered[first].status in REDIRECTS else requests[-1]
    telling = [number for number, exchange in enumerate(answered) if sent_header(exchange, ASKED_METHOD)]
    return telling[-1] if telling else len(answered) - 1


def _reading(exchange: Exchanged, answered: list[Exchanged]) -> Reading:
    guessed: list[Guess] = []
    missing: list[str] = []
    url = url_of(exchange, guessed)
    preflight = is_preflight(exchange)
    sent = _whole(sent_headers(exchange))
    guessed += _disagreements(exchange)
    headers = [*sent, *(_of_preflight(exchange, sent, answered, guessed, missing) if preflight else ())]
    made_up = {name for name, _ in headers} - {name for name, _ in sent}
    method = "OPTIONS" if preflight else exchange.method or _method_of(exchange, guessed)
    body = exchange.command.body if exchange.command is not None else None
    loaded = "" if preflight else _loaded(exchange, url)
    reading = call_of(Sent(method=method, url=url, headers=headers, body=body, destination=loaded), "transcript")
    reading = _with_page_beside(reading, exchange)
    rules = rules_of(exchange, url, answered, guessed)
    if loaded == "image":
        rules = [structs.replace(rule, body=_IMAGE) if rule.url == url and not rule.body else rule for rule in rules]
    doubts = doubts_of(exchange)
    if was_asked_as_by_no_page(exchange) and exchange.response_headers and exchange.header(f"{ALLOW}origin") is None:
        why = "no Origin was sent, and many servers have them only where one is; ask again with -H 'Origin: PAGE'"
        guessed.append(Guess("CORS headers", "none", "guess", why))
    if not exchange.response_headers and (not preflight or is_ok(exchange)):
        missing.append(NO_HEADERS)
    if not preflight and needs_preflight(reading):
        own = [each for each in answered if is_preflight(each) and url_of(each, []) == url]
        doubts += [doubt for doubt in (doubts_of(own[-1]) if own else []) if doubt not in doubts]
        if not own:
            missing.append(NO_PREFLIGHT)
        if not own or exchange.status in REDIRECTS:  # each hop of it is preflighted too
            rules = with_stand_ins(rules)
    return replace(
        reading,
        guessed=(*guessed, *reading.guessed),
        passed_over=(*exchange.passed_over, *(each for each in reading.passed_over if each not in made_up)),
        rules=tuple(sorted(rules, key=lambda rule: rule.method == "*")),
        missing=(*missing, *doubts),
    )


def _whole(headers: Pairs) -> Pairs:
    """The headers that a request can have: one method is asked for, without words behind it."""
    asked = [value.partition(" ")[0] for name, value in headers if name.lower() == ASKED_METHOD]
    told = [("Access-Control-Request-Method", value) for value in asked if is_token(value)]
    return [*(pair for pair in headers if is_token(pair[0]) and pair[0].lower() != ASKED_METHOD), *told[-1:]]


def _disagreements(exchange: Exchanged) -> list[Guess]:
    """Where the command says otherwise than the lines of what was sent, which count."""
    if exchange.command is None or not exchange.request_headers:
        return []
    guesses = []
    for name in ("origin", ASKED_METHOD):
        said, sent = exchange.command.get(name), sent_header(exchange, name)
        if said and sent and said.lower() != sent.lower():
            why = f"the command says {said}, and the lines of what was sent tell this"
            guesses.append(Guess(f"headers.{name}", sent, "likely", why))
    return guesses


def _method_of(exchange: Exchanged, guessed: list[Guess]) -> str:
    """The method of a request that does not show it."""
    if sent_header(exchange, "content-type") is not None:
        guessed.append(Guess("method", "POST", "likely", "its Content-Type goes with a body; -X tells it"))
        return "POST"
    why = "the request's first line is not in there" if exchange.request_headers else "no request is in there"
    guessed.append(Guess("method", "GET", "guess", f"{why}; -X tells it"))
    return "GET"


def _of_preflight(
    exchange: Exchanged, sent: Pairs, answered: list[Exchanged], guessed: list[Guess], missing: list[str]
) -> Pairs:
    """What a preflight must have asked for, where it does not show it."""
    headers: Pairs = []
    if not any(name.lower() == ASKED_METHOD for name, _ in sent):
        if not exchange.method and sent_header(exchange, "access-control-request-headers") is None:
            why = "no request is in there, and it lists what a preflight asks for"
            guessed.append(Guess("preflight", "this answer", "likely", why))
        url = url_of(exchange, [])
        actual = next((each for each in answered if not is_preflight(each) and url_of(each, []) == url), None)
        headers = asked_for(exchange, actual, guessed, missing)
    return headers + asked_of_every_browser(exchange, [*sent, *headers], guessed)


def _loaded(exchange: Exchanged, url: str) -> str:
    """The element that a browser asked for, by what came: script's requests across origins would have an Origin."""
    page = sent_header(exchange, "referer")
    if exchange.command is not None or exchange.method not in ("", "GET") or page is None or is_same_origin(page, url):
        return ""
    if any(sent_header(exchange, name) is not None for name in ("origin", "sec-fetch-mode", "sec-fetch-dest")):
        return ""
    came = (exchange.header("content-type") or "").lower()
    return next((element for name, element in _LOADED if name in came), "")


def needs_preflight(reading: Reading) -> bool:
    """Report whether a browser asks for leave before the request, which curl does not."""
    page = reading.page.url if reading.page is not None else ""
    if is_same_origin(page, reading.url):
        return False
    headers = getattr(reading.step, "headers", UNSET)
    pairs = [] if headers is UNSET else header_pairs(headers)
    return calls_for_preflight(reading.method, pairs)


def _with_page_beside(reading: Reading, exchange: Exchanged) -> Reading:
    """Where no request tells the page: the one that a console's line names, or an origin that the answer allows, which
    is more likely than a page that we make up."""
    allowed = exchange.header(f"{ALLOW}origin") or ""
    page = parse_url(exchange.page) or (None if "," in allowed else parse_url(allowed))
    if reading.page is not None or page is None or not page.is_http:
        return reading
    by = "the console's line names this one" if exchange.page else "the answer allows this one; --page tells it"
    guess = Guess("page", page.href, "likely", f"no Origin is in there; {by}")
    guessed = tuple(guess if each.what == "page" else each for each in reading.guessed)
    return replace(reading, page=PageTable(url=page.href), guessed=guessed)
