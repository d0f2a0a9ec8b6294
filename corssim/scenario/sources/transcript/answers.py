"""The answers of a transcript as rules of servers, and what stands in for those that are not in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from ....fetch.reasons import Reason
from ...model import RuleTable
from ..reading import Guess
from .asked import ALLOW, ASKED_METHOD, is_ok, is_preflight, sent_header, url_of, was_asked_as_by_no_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec import UnsetType

    from ..reading import Reading
    from .exchanged import Exchanged

WILLING = [
    ("Access-Control-Allow-Origin", "{origin}"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "{acrm}"),
    ("Access-Control-Allow-Headers", "{acrh}"),
]
"""What stands in for an answer that is not in the text, so that the others decide."""
_OF_EVERY_ANSWER = (f"{ALLOW}origin", f"{ALLOW}credentials")
NO_PREFLIGHT = "no answer to OPTIONS is in there"
NO_HEADERS = "the headers of the answer are not in there"
NO_ORIGIN = (
    "no Origin was sent, and many servers have CORS headers only where one is; ask again with -H 'Origin: PAGE' "
    "(and -H 'Access-Control-Request-Method: METHOD' with OPTIONS)"
)
NOT_ASKED_AS_A_PREFLIGHT = (
    "no Access-Control-Request-Method was sent, and many servers answer a preflight alone; ask again with "
    "-H 'Access-Control-Request-Method: METHOD'"
)
NO_REQUEST = (
    "the request is not in there, so that whether it had an Origin is not known; -H 'Origin: PAGE' asks with one"
)
LEFT_OUT = "headers of the answer were left out, and what decides may be among them"

_BY_THE_HEADERS = frozenset({
    Reason.ALLOW_ORIGIN_MISSING, Reason.ALLOW_CREDENTIALS_NOT_TRUE, Reason.METHOD_DISALLOWED_BY_PREFLIGHT,
    Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
})  # fmt: skip
_BY_THE_REQUEST = _BY_THE_HEADERS | {Reason.PREFLIGHT_STATUS_NOT_OK, Reason.PREFLIGHT_REDIRECTED}
DOUBTS: dict[str, frozenset[Reason]] = {
    NO_ORIGIN: _BY_THE_REQUEST,
    NOT_ASKED_AS_A_PREFLIGHT: _BY_THE_REQUEST,
    NO_REQUEST: frozenset({Reason.ALLOW_ORIGIN_MISSING}),
    LEFT_OUT: _BY_THE_HEADERS,
}
"""Of what may be missing: why a block for one of these reasons is not certain."""


def doubts_of(exchange: Exchanged) -> list[str]:
    """Why an answer that stops a request would perhaps not stop a page's."""
    if not exchange.response_headers:
        return []
    doubts = [LEFT_OUT] if exchange.is_cut and _may_hide_what_decides(exchange) else []
    if exchange.header(f"{ALLOW}origin") is not None or _moves_to_tls(exchange):
        return doubts
    if was_asked_as_by_no_page(exchange):
        return [*doubts, NO_ORIGIN]
    is_asked_for = sent_header(exchange, ASKED_METHOD) is not None
    if exchange.method == "OPTIONS" and not is_asked_for and sent_header(exchange, "origin") is not None:
        return [*doubts, NOT_ASKED_AS_A_PREFLIGHT]
    is_alone = not exchange.has_request and exchange.command is None and not exchange.is_of_tools
    return [*doubts, NO_REQUEST] if is_alone and not exchange.is_hop and not exchange.page else doubts


def _may_hide_what_decides(exchange: Exchanged) -> bool:
    if not is_preflight(exchange):
        return exchange.header(f"{ALLOW}origin") is None
    names = ("origin", "methods", "headers")
    return is_ok(exchange) and any(exchange.header(f"{ALLOW}{name}") is None for name in names)


def _moves_to_tls(exchange: Exchanged) -> bool:
    """Whether what was asked for is under https:, which a server answers before it looks at an Origin."""
    location = (exchange.header("location") or "").lower()
    return exchange.status in (301, 302, 307, 308) and location.startswith("https://") and _is_plain(exchange)


def _is_plain(exchange: Exchanged) -> bool:
    return url_of(exchange, []).startswith("http://")


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


def rules_of(exchange: Exchanged, url: str, answered: list[Exchanged], guessed: list[Guess]) -> list[RuleTable]:
    """The answers: this exchange's, those to other URLs, and what stands in for the one that is not there."""
    rules = [_rule(exchange, url, guessed)]
    others = [each for each in answered if each is not exchange]
    of_this = [each for each in others if url_of(each, []) == url]
    preflights = [each for each in of_this if is_preflight(each)]
    if is_preflight(exchange):
        actual = next((each for each in of_this if not is_preflight(each)), None)
        rules.append(_assumed(exchange, url, guessed) if actual is None else _rule(actual, url, guessed))
    elif preflights:
        rules.append(_rule(preflights[-1], url, guessed))
    return rules + [_rule(each, url_of(each, []), []) for each in others if each not in of_this]


def _rule(exchange: Exchanged, url: str, guessed: list[Guess]) -> RuleTable:
    is_of_preflight = is_preflight(exchange)
    status = exchange.status
    if status is None:
        status = 204 if is_of_preflight else 200
        guessed.append(Guess("status", str(status), "guess", "no status line is in there"))
    # An answer that shows its status alone is judged by it: what its headers lack is not known.
    headers = exchange.response_headers or WILLING
    if is_of_preflight and headers is WILLING and not is_ok(exchange):
        why = "its headers are not in there, and its status alone stops the preflight"
        guessed.append(Guess("preflight", "headers that allow it", "guess", why))
    return RuleTable(url=url, method="OPTIONS" if is_of_preflight else "*", status=status, headers=headers)


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
