"""What a configuration says it answers, and the server that would answer so."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, cast

from ...errors import UsageError
from ...fetch.header_list import get
from ...fetch.wire import WireResponse
from ...patterns import lazy_pattern
from ...records import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...fetch.wire import WireRequest
    from .replies import Replies

METHODS_OF_ALL: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""What frameworks and buckets list where every method is allowed."""

On = Literal["all", "preflights", "requests"]
Part = Literal["methods", "headers", "credentials"]
REFLECTED = "{origin}"
"""Stands for the Origin of whoever asks."""


@record(frozen=True, kw_only=True)
class Grant:
    """What is allowed in one place of a configuration; values as they are written there.

    `origins` hold `*` for everybody and `{origin}` for whoever asks, `patterns` expressions of origins; the header
    lists hold `*`, and are None where nothing is sent. `on` says which answers have it. One that `selects` is meant
    only where origin, method and every header are on its lists, as a bucket's rules are. `only_for` are expressions
    of the origins for which this place counts at all, `not_for` of those for which it does not. `compares_methods`:
    the status with which a preflight is answered that asks for a method which is not listed, a safelisted one too;
    with 200 no CORS header is on it, with 204 those of the origin alone; where it `compares_requests`, none is on the
    answer to a request of such a method.
    `is_fixed`: the one origin is sent whoever asks. `unknown` are origins that only
    the running program knows, besides those that are written there; `computed` what it knows of the other parts, each
    with the text that stands there.
    """

    where: str
    origins: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    credentials: bool = False
    methods: tuple[str, ...] | None = None
    headers: tuple[str, ...] | None = None
    any_header: bool = False
    expose: tuple[str, ...] | None = None
    max_age: str | None = None
    on: On = "all"
    selects: bool = False
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    joined_origins: bool = False
    is_fixed: bool = False
    compares_methods: int | None = None
    compares_requests: bool = False
    unknown: tuple[str, ...] = ()
    computed: tuple[tuple[Part, str], ...] = ()

    def counts_for(self, origin: str) -> bool:
        """Whether this place says anything to an origin."""
        if any(matches(pattern, origin) for pattern in self.not_for):
            return False
        return not self.only_for or any(matches(pattern, origin) for pattern in self.only_for)

    def allow_origin_for(self, origin: str) -> str | None:
        """The Access-Control-Allow-Origin that is sent to an origin; None where none is."""
        if not self.counts_for(origin):
            return None
        if self.joined_origins:
            return ", ".join(self.origins)
        if self.unknown and self.unknown[0] in HOST_VARIABLES:
            return _HOST
        if "*" in self.origins:
            return "*"
        if REFLECTED in self.origins or origin in self.origins:
            return origin
        if any(matches(pattern, origin) for pattern in self.patterns):
            return origin
        return None


HOST_VARIABLES = ("$host", "$http_host", "$server_name", "$hostname")
_HOST = "api.example"


_PATIENCE = 0.5  # seconds for one text; what takes longer backtracks without end


_MOST_COMPARED: Final = 2_000_000  # a list of 700 origins for each of 4 headers, say


def refuse_too_many(places: int, others: int) -> None:
    """Raise `UsageError` where more places say whom they are for than can be held against each other."""
    if places * others > _MOST_COMPARED:
        raise UsageError("the configuration says too often for whom its headers are: give the part that is meant")


@lru_cache(maxsize=1 << 15)  # each place is asked for those of all others, for each of a few origins
def matches(pattern: str, text: str, *, ignores_case: bool = False) -> bool:
    """Report whether an expression of the configuration is found in an origin, a host or a path.

    One that can't be read matches nothing. Raises `UsageError` for one that goes over the same text again and again.
    """
    literal = None if ignores_case else _LITERAL.fullmatch(pattern)
    if literal is not None:
        return _is_found(literal[2].replace("\\", ""), text, at_start=bool(literal[1]), at_end=bool(literal[3]))
    return searched(pattern, text, ignores_case=ignores_case) is not None


def groups_of(pattern: str, text: str, *, ignores_case: bool = False) -> tuple[str, ...] | None:
    """What an expression finds: the whole of it, then its groups; None where it finds nothing."""
    literal = None if ignores_case else _LITERAL.fullmatch(pattern)
    if literal is not None:
        plain = literal[2].replace("\\", "")
        return (plain,) if _is_found(plain, text, at_start=bool(literal[1]), at_end=bool(literal[3])) else None
    found = searched(pattern, text, ignores_case=ignores_case)
    return None if found is None else (found[0], *(group or "" for group in found.groups()))


def replaced(pattern: str, replacement: str, text: str, *, count: int) -> str:
    """A text with what an expression finds replaced (`count`: so often; 0: everywhere), as it is where that fails.

    Raises `UsageError` for one that goes over the same text again and again.
    """
    try:
        import regex
    except ImportError:
        return text
    try:
        return str(regex.sub(pattern, replacement, text, count=count, timeout=_PATIENCE))
    except (regex.error, RecursionError, IndexError):
        return text
    except TimeoutError:
        raise UsageError(f"the expression {pattern!r} takes more than {_PATIENCE} s: its repetitions overlap") from None


def searched(pattern: str, text: str, *, ignores_case: bool = False) -> re.Match[str] | None:
    """The first place where an expression of the configuration is found; one that can't be read is found nowhere.

    Raises `UsageError` for one that goes over the same text again and again.
    """
    try:
        import regex  # here, because few configurations have one; `re` knows no time limit
    except ImportError:  # under Pyodide, where the page ends what takes too long
        return _searched_without_limit(pattern, text, ignores_case=ignores_case)
    try:
        found = regex.search(pattern, text, regex.IGNORECASE if ignores_case else 0, timeout=_PATIENCE)
        return cast("re.Match[str] | None", found)
    except (regex.error, RecursionError):
        return None
    except TimeoutError:
        raise UsageError(
            f"the expression {pattern!r} takes more than {_PATIENCE} s for {text!r}: its repetitions overlap; "
            "write it without one repetition inside another"
        ) from None


_LITERAL: Final = lazy_pattern(r"(\^?)((?:[\w:/-]|\\[.:/-])*+)(\$?)", re.ASCII)
"""An expression of a text as it is, as most are that allow an origin: long lists of them need no compiler."""


def _is_found(literal: str, text: str, *, at_start: bool, at_end: bool) -> bool:
    if at_start and at_end:
        return text == literal
    return text.startswith(literal) if at_start else text.endswith(literal) if at_end else literal in text


def _searched_without_limit(pattern: str, text: str, *, ignores_case: bool) -> re.Match[str] | None:
    try:
        return re.search(pattern, text, re.IGNORECASE if ignores_case else 0)
    except (re.error, RecursionError):
        return None


@record(frozen=True)
class Mistake:
    """Something that does not do what it was written for: a code, what it is, and what to write in its place."""

    code: str
    text: str
    remedy: str = ""


class ByURL:
    """A server as its configuration has it, asked for many URLs."""

    def __init__(self, configured: Configured) -> None:
        self._configured = configured

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse:
        """What it answers to a request for this URL."""
        return self._configured.at(request.url).answer(request, timeout=timeout)


@record(frozen=True, kw_only=True)
class Configured:
    """A configuration as read. `kind` names the software in words, `software` as `--for` does ("": none).

    `preflight_status` is that of the answer to a preflight (None: the program behind decides), `lists_are_sent` whether
    the whole lists are sent or what is asked for is compared with them. `fixed_origin`: a named origin is sent to
    everybody, whoever asks. `adds_to_upstream`: a program behind may send the same headers once more. `meant` are
    origins that are named there and do not count. `places` gives what counts for a URL, None where that is all of it;
    `example_path` is a path that it is about. One that `is_silent` is a part of a server's, which says nothing of the
    URL that is asked for. `not_understood` is what stands in the text, may change any answer, and is not understood.
    One that `hands_on` the answers of a program behind leaves that its headers, where it sets none itself.
    One that `answers_requests` does so itself: no program behind adds to its headers.
    One that `guesses_preflights` does not show what answers them; their headers are those of every answer.
    `replies`: what it answers, where its text was followed request by request; the grants then only describe it.
    `named` are the origins that stand anywhere in its text.
    """

    kind: str
    software: str
    grants: tuple[Grant, ...]
    mistakes: tuple[Mistake, ...] = ()
    preflight_status: int | None = 204
    fixed_origin: bool = False
    adds_to_upstream: bool = False
    meant: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    places: Callable[[str], Configured | None] | None = None
    example_path: str = "/items"
    is_silent: bool = False
    not_understood: tuple[str, ...] = ()
    guesses_preflights: bool = False
    answers_requests: bool = False
    hands_on: bool = False
    replies: Replies | None = None
    named: tuple[str, ...] = ()

    def at(self, url: str) -> Configured:
        """What counts for a URL, where the configuration tells places apart."""
        found = None if self.places is None else self.places(url)
        return self if found is None else replace(found, named=self.named)

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse:
        """What it answers to a request, as far as the configuration tells. Where it leaves a preflight to the program
        behind, that is taken to answer 404."""
        del timeout
        if self.replies is not None:
            return self.replies(request).response(is_preflight=request.is_preflight)
        origin = get(request.headers, "Origin") or ""
        headers: list[tuple[str, str]] = []
        is_preflight = request.is_preflight
        matched, refused = False, None
        for grant in _once_each(self.grants):
            if grant.on not in ("all", "preflights" if is_preflight else "requests"):
                continue
            allowed = grant.allow_origin_for(origin)
            is_fixed = (self.fixed_origin or grant.is_fixed) and len(grant.origins) == 1 and not grant.unknown
            if allowed is None and is_fixed:
                allowed = grant.origins[0]
            if not grant.counts_for(origin):
                continue
            if grant.selects and (allowed is None or not is_selected(grant, request)):
                continue
            matched = True
            if is_preflight and grant.compares_methods is not None and not _lists_method(grant, request):
                refused = grant.compares_methods
                if refused == 200:
                    continue
                if refused == 204:
                    refused = None
                    grant = replace(grant, methods=None, headers=None, any_header=False, max_age=None)
            if not is_preflight and grant.compares_requests and request.method not in (grant.methods or ()):
                continue
            headers += _headers(grant, allowed, request)
            if grant.selects:
                break
        selects = any(grant.selects for grant in self.grants)
        status = 200
        if is_preflight:
            passes = 404 if self.preflight_status is None else self.preflight_status
            status = refused or (403 if selects and not matched else passes)
        return WireResponse(status, "", tuple(headers), b"" if is_preflight else b"{}")


def _once_each(grants: tuple[Grant, ...]) -> list[Grant]:
    """What a place inherits as it is comes once."""
    return list({replace(grant, where=""): grant for grant in grants}.values())


def _headers(grant: Grant, allowed: str | None, request: WireRequest) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    if allowed is not None:
        headers.append(("Access-Control-Allow-Origin", allowed))
    elif grant.origins or grant.patterns:
        return []
    if grant.credentials:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    if request.is_preflight:
        asked = get(request.headers, "Access-Control-Request-Headers")
        if grant.methods is not None:
            headers.append(("Access-Control-Allow-Methods", ", ".join(grant.methods)))
        if grant.any_header and asked:
            headers.append(("Access-Control-Allow-Headers", asked))
        elif grant.headers is not None:
            headers.append(("Access-Control-Allow-Headers", ", ".join(grant.headers)))
        if grant.max_age is not None:
            headers.append(("Access-Control-Max-Age", grant.max_age))
    elif grant.expose is not None:
        headers.append(("Access-Control-Expose-Headers", ", ".join(grant.expose)))
    return headers


def _lists_method(grant: Grant, request: WireRequest) -> bool:
    listed = grant.methods or ()
    return "*" in listed or get(request.headers, "Access-Control-Request-Method") in listed


def is_selected(grant: Grant, request: WireRequest) -> bool:
    """Whether a rule that selects lists the method and the headers of a request."""
    method = get(request.headers, "Access-Control-Request-Method") if request.is_preflight else request.method
    if method not in (grant.methods or ()) and "*" not in (grant.methods or ()):
        return False
    asked = (get(request.headers, "Access-Control-Request-Headers") or "") if request.is_preflight else ""
    listed = {name.lower() for name in grant.headers or ()}
    return "*" in listed or all(name.strip().lower() in listed for name in asked.split(",") if name.strip())
