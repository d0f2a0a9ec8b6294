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

from ...fetch.pairs import header_pairs
from ...fetch.rules.requests import SafelistRules
from ...fetch.safelists import is_cors_safelisted_request_header
from ...patterns import lazy_pattern
from ...url import parse_url
from ..model import PageTable, RuleTable
from .as_sent import Sent, call_of, calls_for_preflight
from .exchanges import Exchanged, exchanges_of
from .reading import Guess, Reading, UnreadableSource, is_same_origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from msgspec import UnsetType

_BY_THE_TEXT = SafelistRules()
_ALLOW = "access-control-allow-"
_OF_PREFLIGHTS = (f"{_ALLOW}methods", f"{_ALLOW}headers", "access-control-max-age")
_OF_EVERY_ANSWER = (f"{_ALLOW}origin", f"{_ALLOW}credentials")
WILLING = [
    ("Access-Control-Allow-Origin", "{origin}"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "{acrm}"),
    ("Access-Control-Allow-Headers", "{acrh}"),
]
"""What stands in for an answer that is not in the text, so that the others decide."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_PREFLIGHT = "no answer to OPTIONS is in there"
NO_HEADERS = "the headers of the answer are not in there"
NO_METHOD = "which method the preflight asked for is not in there, and the answer lists none; -X tells it"


def read_transcript(text: str, define: Mapping[str, str] | None = None, *, name: str = "the text") -> Reading:
    """The exchange that decides, with every answer of the text. Raises `UnreadableSource`."""
    if (log := _log_of(text)) is not None:
        raise UnreadableSource(
            f"{name} is a server's log, which has no headers{log}; paste what {_ASKED_BY_CURL} prints"
        )
    exchanges = exchanges_of(text)
    answered = [exchange for exchange in exchanges if exchange.has_answer]
    failed = next((exchange.failed for exchange in exchanges if exchange.failed), "")
    if not answered and failed:
        why = "; its line in the console tells why: `corssim explain` reads it" if "proxy" not in failed else ""
        raise UnreadableSource(f"no answer is in {name}: the request failed, {failed[:60]}{why}")
    if not answered:
        console = "; `corssim explain` reads the console's lines" * any(each in text for each in _OF_THE_CONSOLE)
        raise UnreadableSource(
            f"no answer is in {name}: no status line and no response header; paste what the server answered "
            f"too{console}"
        )
    for before, exchange in pairwise(exchanges):
        if exchange.url and before.url and "://" not in exchange.url:
            base, url = parse_url(before.url), None
            url = parse_url(exchange.url, base)
            exchange.url = url.href if url is not None else exchange.url
        if before.method == "OPTIONS" and not _tells_where(before) and exchange.method != "OPTIONS":
            before.url = _url(exchange, []) if _tells_where(exchange) else ""
        location = before.header("location") if before.status in _REDIRECTS else None
        if location and exchange.command is None and (led_to := parse_url(location, parse_url(_url(before, [])))):
            exchange.is_hop = exchange.is_hop or led_to.href == _url(exchange, [])
    readings = [_reading(exchange, answered) for exchange in answered]
    chosen = _decisive(answered)
    reading = readings[chosen]
    requests = [other for other, each in zip(readings, answered, strict=True) if not _is_preflight(each)]
    others = []
    for number, (other, exchange) in enumerate(zip(readings, answered, strict=True)):
        if number == chosen or exchange.is_hop:
            continue
        if not (_is_preflight(exchange) and _is_of(other, requests)):
            others.append(other)
        elif not exchange.method and not needs_preflight(reading):
            others.append(_reading(exchange, [exchange]))  # by guess, and the request had none: it stands alone
    return replace(reading, further=tuple(others))


_LOGGED = lazy_pattern(
    r"^(?:[^\n]*[\s\"'])?(?P<method>GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /\S*(?: HTTP/\d(?:\.\d)?[\"']?)? "
    r"(?:- )?(?P<status>[1-5]\d\d)(?:\s[^\n]*)?$",
    re.MULTILINE,
)
"""A line of a server's log: a method, a path and a status. nginx, Apache, uvicorn, Django, Flask, morgan write such."""
_OF_NO_LOG = lazy_pattern(r"^[<>* \t]*(?:HTTP/\d|[\w-]+:\s)", re.MULTILINE)
_OF_THE_CONSOLE = ("Cross-Origin Request Blocked", "blocked by CORS policy")
_ASKED_BY_CURL = "curl -i -X OPTIONS URL -H 'Origin: PAGE' -H 'Access-Control-Request-Method: METHOD'"


def _log_of(text: str) -> str | None:
    """What a server's log tells of preflights, "" for nothing; None where the text is no log."""
    logged = list(islice(_LOGGED.finditer(text), 200))
    if not logged or any(not _LOGGED.match(found.string, found.start()) for found in _headers_in(text)):
        return None
    failed = [found["status"] for found in logged if found["method"] == "OPTIONS" and found["status"][0] != "2"]
    return f" (its {failed[0]} to OPTIONS stops a preflight)" if failed else ""


def _headers_in(text: str) -> Iterator[re.Match[str]]:
    return islice(_OF_NO_LOG.finditer(text), 200)


def _tells_where(exchange: Exchanged) -> bool:
    """Whether the URL of an exchange is in the text, or its server."""
    return bool(
        exchange.url or exchange.target or _sent_header(exchange, "host") or _sent_header(exchange, ":authority")
    )


def _is_of(preflight: Reading, requests: list[Reading]) -> bool:
    """Report whether a preflight was made for one of the requests."""
    return any((preflight.url, preflight.method) == (each.url, each.method) for each in requests)


def _decisive(answered: list[Exchanged]) -> int:
    """The last request that is no preflight; else the last preflight that says so; else the last."""
    requests = [number for number, exchange in enumerate(answered) if not _is_preflight(exchange)]
    if requests:
        first = requests[0]
        return first if answered[first].status in _REDIRECTS else requests[-1]
    telling = [
        number for number, exchange in enumerate(answered) if _sent_header(exchange, "access-control-request-method")
    ]
    return telling[-1] if telling else len(answered) - 1


def _is_preflight(exchange: Exchanged) -> bool:
    if exchange.method:
        return exchange.method == "OPTIONS"
    if _sent_header(exchange, "access-control-request-method") is not None:
        return True
    return any(exchange.header(header) is not None for header in _OF_PREFLIGHTS)


def _sent_headers(exchange: Exchanged) -> list[tuple[str, str]]:
    of_command = [] if exchange.command is None else list(exchange.command.headers)
    return exchange.request_headers or of_command


def _sent_header(exchange: Exchanged, name: str) -> str | None:
    return next((value for key, value in _sent_headers(exchange) if key.lower() == name), None)


def _reading(exchange: Exchanged, answered: list[Exchanged]) -> Reading:
    guessed: list[Guess] = []
    missing: list[str] = []
    url = _url(exchange, guessed)
    is_asked_for = _sent_header(exchange, "access-control-request-method") is not None
    if _is_preflight(exchange) and not exchange.method and not is_asked_for:
        why = "no request is in there, and it lists what a preflight asks for"
        guessed.append(Guess("preflight", "this answer", "likely", why))
    headers = [(name, value) for name, value in _sent_headers(exchange) if not name.startswith(":")]
    preflight = _is_preflight(exchange)
    actual = None
    if preflight:
        method = "OPTIONS"
        actual = next((each for each in answered if not _is_preflight(each) and _url(each, []) == url), None)
        if not any(name.lower() == "access-control-request-method" for name, _ in headers):
            headers += _asked_for(exchange, actual, guessed, missing)
        headers += _asked_of_every_browser(exchange, headers, guessed)
    else:
        method = exchange.method or "GET"
        if not exchange.method:
            guessed.append(Guess("method", "GET", "guess", "no request is in there; -X tells it"))
    body = exchange.command.body if exchange.command is not None else None
    loaded = "" if preflight else _loaded(exchange, url)
    reading = call_of(Sent(method=method, url=url, headers=headers, body=body, destination=loaded), "transcript")
    reading = _with_page_of_answer(reading, exchange)
    rules = _rules(exchange, url, answered, guessed)
    if loaded == "image":
        rules = [structs.replace(rule, body=_IMAGE) if rule.url == url and not rule.body else rule for rule in rules]
    if _was_asked_without_origin(exchange):
        why = "no Origin was sent, and many servers have them only where one is; ask again with -H 'Origin: PAGE'"
        guessed.append(Guess("CORS headers", "none", "guess", why))
    if not exchange.response_headers and (not preflight or _is_ok(exchange)):
        missing.append(NO_HEADERS)
    if not preflight and needs_preflight(reading):
        is_answered = any(rule.url == url and rule.method == "OPTIONS" for rule in rules)
        if not is_answered:
            missing.append(NO_PREFLIGHT)
        if not is_answered or exchange.status in _REDIRECTS:  # each hop of it is preflighted too
            rules = with_stand_ins(rules)
    return replace(
        reading,
        guessed=(*guessed, *reading.guessed),
        passed_over=(*exchange.passed_over, *reading.passed_over),
        rules=tuple(sorted(rules, key=lambda rule: rule.method == "*")),
        missing=tuple(missing),
    )


def _was_asked_without_origin(exchange: Exchanged) -> bool:
    """Whether a tool asked as no page does, and got no Access-Control-Allow-Origin: a page may get one."""
    if exchange.header(f"{_ALLOW}origin") is not None or not exchange.response_headers:
        return False
    by_a_tool = exchange.command is not None or _TOOL.match(_sent_header(exchange, "user-agent") or "") is not None
    of_a_page = any(_sent_header(exchange, name) is not None for name in ("origin", "referer", "sec-fetch-mode"))
    return by_a_tool and not of_a_page


_TOOL = lazy_pattern(r"(?:curl|HTTPie|Wget|xh)/", re.IGNORECASE)


_IMAGE = "GIF89a\x01\x00\x01\x00\x00\x00\x00;"
"""Stands in for an image: what it shows decides nothing, that it is one does."""
_LOADED = (("image/", "image"), ("text/css", "style"), ("javascript", "script"))


def _loaded(exchange: Exchanged, url: str) -> str:
    """The element that a browser asked for, by what came: script's requests across origins would have an Origin."""
    page = _sent_header(exchange, "referer")
    if exchange.command is not None or exchange.method not in ("", "GET") or page is None or is_same_origin(page, url):
        return ""
    if any(_sent_header(exchange, name) is not None for name in ("origin", "sec-fetch-mode", "sec-fetch-dest")):
        return ""
    came = (exchange.header("content-type") or "").lower()
    return next((element for name, element in _LOADED if name in came), "")


def answers_to(url: str, answers: Reading) -> tuple[RuleTable, ...]:
    """The answers of a transcript as those to another URL: someone has the request in hand beside them. Where the text
    has the answers of that very URL, they are its own."""
    rules = answers.rules
    if not any(rule.url == url for rule in rules):
        rules = tuple(structs.replace(rule, url=url if rule.url == answers.url else rule.url) for rule in rules)
    return tuple(with_stand_ins(rules))


def with_stand_ins(rules: Sequence[RuleTable]) -> list[RuleTable]:
    """Each URL has an answer to a preflight: what was answered to another method is none."""
    answered = {rule.url for rule in rules if rule.method == "OPTIONS"}
    unanswered = [url for url in dict.fromkeys(rule.url for rule in rules) if url not in answered]
    return [*(_stand_in(url) for url in unanswered), *rules]


def _stand_in(url: str | UnsetType) -> RuleTable:
    return RuleTable(url=url, method="OPTIONS", headers=WILLING)


def is_stand_in(rule: RuleTable) -> bool:
    """Whether it answers a preflight in place of an answer that is not in the text."""
    return rule == _stand_in(rule.url)


def shows_status_alone(rule: RuleTable) -> bool:
    """Whether it is a preflight's answer whose headers are not in the text."""
    return rule.method == "OPTIONS" and rule.headers == WILLING


def lack_preflight(rules: Sequence[RuleTable]) -> bool:
    """Whether the answer to the preflight is one that stands in for it."""
    return any(map(is_stand_in, rules))


def guesses_of(answers: Reading) -> tuple[Guess, ...]:
    """What was guessed of the answers, not of the request."""
    return tuple(
        guess for guess in answers.guessed if guess.what in ("preflight", "response", "status", "CORS headers")
    )


def _is_ok(exchange: Exchanged) -> bool:
    return exchange.status is None or 200 <= exchange.status <= 299


def needs_preflight(reading: Reading) -> bool:
    """Report whether a browser asks for leave before the request, which curl does not."""
    page = reading.page.url if reading.page is not None else ""
    if is_same_origin(page, reading.url):
        return False
    headers = getattr(reading.step, "headers", UNSET)
    pairs = [] if headers is UNSET else header_pairs(headers)
    return calls_for_preflight(reading.method, pairs)


def _asked_for(
    exchange: Exchanged, actual: Exchanged | None, guessed: list[Guess], missing: list[str]
) -> list[tuple[str, str]]:
    """What a preflight asked for that shows its answer alone: the request beside it, or what the answer lists."""
    if actual is not None:
        return [("Access-Control-Request-Method", actual.method)]
    listed = [each.strip() for each in (exchange.header(f"{_ALLOW}methods") or "").split(",")]
    listed = [each.upper() for each in listed if each and each != "*"]
    others = [each for each in listed if each != "OPTIONS"]
    if listed and others:
        method = "POST" if "POST" in listed else others[0]
        why = "the request is not in there; this is a method that the answer lists; -X tells it"
    else:
        method, why = "POST", "the request is not in there; -X tells it"
        if _is_ok(exchange) and exchange.header(f"{_ALLOW}origin") is not None:
            missing.append(NO_METHOD)
    guessed.append(Guess("method", method, "guess", why))
    asked = _listed_header(exchange)
    asked_for = [("Access-Control-Request-Method", method)]
    return [*asked_for, ("Access-Control-Request-Headers", asked)] if asked else asked_for


def _listed_header(exchange: Exchanged) -> str:
    """An unsafe header that an answer lists, "" where it lists none."""
    names = [each.strip() for each in (exchange.header(f"{_ALLOW}headers") or "").split(",")]
    unsafe = [each for each in names if each and not is_cors_safelisted_request_header(each, "(", _BY_THE_TEXT)]
    by_name = {each.lower(): each for each in unsafe}
    asked = next((each for each in ("content-type", "authorization") if each in by_name or "*" in names), "")
    return asked or next((each for each in by_name if each != "*" and each not in ("origin", "accept")), "")


def _asked_of_every_browser(
    exchange: Exchanged, headers: list[tuple[str, str]], guessed: list[Guess]
) -> list[tuple[str, str]]:
    """A header for a preflight of GET that names none and is stopped: browsers ask for a GET because of headers alone,
    so that without one some of them would never come to what the text shows."""
    asked = {name.lower(): value.strip() for name, value in headers}
    method = asked.get("access-control-request-method", "").upper()
    stops = not _is_ok(exchange) or (exchange.response_headers and exchange.header(f"{_ALLOW}origin") is None)
    if method not in ("GET", "HEAD") or asked.get("access-control-request-headers") or not stops:
        return []
    name = _listed_header(exchange) or "authorization"
    why = f"the preflight names none, and browsers ask before a {method} because of headers alone"
    guessed.append(Guess("headers", name, "guess", why))
    return [("Access-Control-Request-Headers", name)]


def _url(exchange: Exchanged, guessed: list[Guess]) -> str:
    by_name = {name.lower(): value for name, value in _sent_headers(exchange)}
    # A command's URL may hold variables, which are filled in where curl tells what it sent.
    is_told = "${" not in exchange.url or "host" not in by_name or not exchange.target
    if exchange.url and "://" in exchange.url and is_told:
        return exchange.url
    target = exchange.target
    if target.startswith(("http://", "https://")):
        return target
    host = by_name.get("host") or by_name.get(":authority")
    path = target or by_name.get(":path") or "/"
    path = path if path.startswith("/") else "/"
    if host is None:
        # One that leads on leads mostly within its own site, and the origin counts at a redirect.
        led_to = parse_url(exchange.header("location") or "") if exchange.status in _REDIRECTS else None
        url = f"{led_to.scheme}://{led_to.host}/" if led_to is not None and led_to.host else "https://api.example/"
        url = url.removesuffix("/") + (target if target.startswith("/") else "/")
        why = "no URL and no Host are in there; a URL before --answers tells it"
        guessed.append(Guess("url", url, "guess", why))
        return url
    scheme = _scheme(exchange, host, by_name, guessed)
    return f"{scheme}://{host}{path}"


_OF_THE_MACHINE = lazy_pattern(r"(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)(?::(?!\d*443$)\d+)?")


def _scheme(exchange: Exchanged, host: str, sent: dict[str, str], guessed: list[Guess]) -> str:
    if sent.get(":scheme") in ("http", "https"):
        return sent[":scheme"]
    if "${" in exchange.url and exchange.url.startswith(("http://", "https://")):
        return exchange.url.partition("://")[0]
    if exchange.secure is not None:
        return "https" if exchange.secure else "http"
    if exchange.version.startswith(("2", "3")) or host.endswith(":443"):
        return "https"
    page = (sent.get("origin") or sent.get("referer") or "").partition("://")[0]
    if _OF_THE_MACHINE.fullmatch(host) is not None:
        guessed.append(Guess("url.scheme", "http", "likely", "servers on the machine itself are mostly without TLS"))
        return "http"
    scheme = page if page in ("http", "https") else "https"
    why = "as the page's, since nothing else tells it" if page == scheme else "nothing tells it"
    guessed.append(Guess("url.scheme", scheme, "likely" if page == scheme else "guess", why))
    return scheme


def _with_page_of_answer(reading: Reading, exchange: Exchanged) -> Reading:
    """Where nothing tells the page, an origin that the answer allows is more likely than a page that we make up."""
    allowed = exchange.header(f"{_ALLOW}origin") or ""
    url = parse_url(allowed)
    if reading.page is not None or url is None or not url.is_http or "," in allowed:
        return reading
    guess = Guess("page", url.href, "likely", "no Origin is in there; the answer allows this one; --page tells it")
    guessed = tuple(guess if each.what == "page" else each for each in reading.guessed)
    return replace(reading, page=PageTable(url=url.href), guessed=guessed)


def _rules(
    exchange: Exchanged,
    url: str,
    answered: list[Exchanged],
    guessed: list[Guess],
) -> list[RuleTable]:
    """The answers: this exchange's, those to other URLs, and what stands in for the one that is not there."""
    rules = [_rule(exchange, url, guessed)]
    others = [each for each in answered if each is not exchange]
    of_this = [each for each in others if _url(each, []) == url]
    preflights = [each for each in of_this if _is_preflight(each)]
    if _is_preflight(exchange):
        actual = next((each for each in of_this if not _is_preflight(each)), None)
        rules.append(_assumed(exchange, url, guessed) if actual is None else _rule(actual, url, guessed))
    elif preflights:
        rules.append(_rule(preflights[-1], url, guessed))
    rules += [_rule(each, _url(each, []), []) for each in others if _url(each, []) != url]
    return rules


def _rule(exchange: Exchanged, url: str, guessed: list[Guess]) -> RuleTable:
    is_preflight = _is_preflight(exchange)
    status = exchange.status
    if status is None:
        status = 204 if is_preflight else 200
        guessed.append(Guess("status", str(status), "guess", "no status line is in there"))
    # An answer that shows its status alone is judged by it: what its headers lack is not known.
    headers = exchange.response_headers or WILLING
    if is_preflight and headers is WILLING and not _is_ok(exchange):
        why = "its headers are not in there, and its status alone stops the preflight"
        guessed.append(Guess("preflight", "headers that allow it", "guess", why))
    return RuleTable(url=url, method="OPTIONS" if is_preflight else "*", status=status, headers=headers)


def _assumed(preflight: Exchanged, url: str, guessed: list[Guess]) -> RuleTable:
    """The answer that follows a preflight, where it is not in the text: 200 with the preflight's own CORS headers."""
    why = "the answer to the request itself is not in there"
    if preflight.response_headers:
        why += "; as if it had the preflight's Access-Control-Allow-Origin"
        headers = [pair for pair in preflight.response_headers if pair[0].lower() in _OF_EVERY_ANSWER]
    else:
        headers = WILLING
    guessed.append(Guess("response", "200", "guess", why))
    return RuleTable(url=url, status=200, headers=headers)
