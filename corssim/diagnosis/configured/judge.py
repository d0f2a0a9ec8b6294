"""What comes of a configuration: its mistakes by its values, and what pages get, each asked as browsers ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ...browser.browser import Browser
from ...errors import CorssimError
from ...fetch.header_list import get
from ...fetch.reasons import Reason, Stage
from ...fetch.wire import WireRequest
from ...origin import url_origin
from ...serialized_origin import check_serialized_origin
from ...url import parse_url
from .example_texts import example_of_expression
from .model import HOST_VARIABLES, REFLECTED, Mistake, is_selected, matches
from .replies import left_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...browser.outcome import Outcome
    from .model import Configured, Grant

SERVER: Final = "https://api.example"
ELSEWHERE: Final = "https://elsewhere.example"
REQUESTS: Final[tuple[tuple[str, dict[str, object]], ...]] = (
    ("GET", {}),
    ("GET with credentials", {"credentials": "include"}),
    ("POST of JSON", {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"}),
    ("GET with Authorization", {"headers": {"Authorization": "Bearer x"}}),
    ("PUT", {"method": "PUT"}),
    ("DELETE", {"method": "DELETE"}),
)


class Judged(NamedTuple):
    """What a page gets of one request."""

    page: str
    request: str
    outcome: Outcome
    depends: str = ""
    """What it hangs on that is not in the configuration; the verdict is then not known."""

    @property
    def verdict(self) -> str | None:
        return None if self.depends else self.outcome.verdict.value

    @property
    def reason(self) -> str | None:
        return None if self.depends or self.outcome.reason is None else self.outcome.reason.value


def mistakes_of(configured: Configured) -> list[Mistake]:
    """What is written there and does not do what it is for: what the reader saw, and what the values are."""
    found = list(configured.mistakes)
    problems = (check_serialized_origin(origin) for origin in configured.meant)
    found += [Mistake("origin-never-matches", problem.message) for problem in problems if problem is not None]
    for grant in configured.grants:
        is_asked = bool(grant.unknown) and configured.replies is not None and "host" not in grant.unknown[0]
        altered = _altered(configured, grant) if is_asked else None
        if altered is None:
            found += _of_origins(grant)
        else:
            found += [each for each in _of_origins(grant) if each.code != "origin-not-known"] + altered
        found += _of_patterns(grant)
        found += _of_lists(grant)
    return list({(mistake.code, mistake.text): mistake for mistake in found}.values())


_OF_NGINX: Final = "$http_origin, for the origins on a list (map $http_origin …)"


def _altered(configured: Configured, grant: Grant) -> list[Mistake] | None:
    """What is sent in the place of an origin that the reader could not name, where its followed text tells that; None
    where that is not known."""
    asked = [*(_example_of(pattern) for pattern in grant.only_for), *_CANDIDATES, ELSEWHERE]
    pages = dict.fromkeys(each for text in asked if text for each in (text, re.sub("^http:", "https:", text)))
    told: dict[str, str | None] = {}
    for page in pages:
        if not grant.counts_for(page) or configured.replies is None:
            continue
        request = WireRequest("GET", f"{SERVER}{configured.example_path}", (("Origin", page),))
        reply = configured.replies(request)
        if reply.doubt or reply.unknown:
            return None
        told[page] = get(reply.headers, "Access-Control-Allow-Origin")
    altered = next(((page, value) for page, value in told.items() if value not in (None, page, "*")), None)
    if altered is None:
        return [] if any(told.values()) else None
    return [
        Mistake(
            "origin-altered",
            f"{grant.where}: a page of {altered[0]} is sent Access-Control-Allow-Origin: {altered[1]}, which is no "
            "origin of its.",
            "The page's origin and nothing else.",
        )
    ]


def _of_origins(grant: Grant) -> Iterator[Mistake]:
    for value in grant.unknown:
        if "://" in value and len(value.split()) > 1:
            yield Mistake(
                "origin-not-known",
                f"{grant.where}: {value!r} has spaces in it, which no origin has; what is made of it, only the "
                "running server knows.",
                "One origin by itself, and others as the server takes several.",
            )
            continue
        yield Mistake(
            "origin-not-known" if "http_host" not in value and value != "$host" else "host-is-no-origin",
            f"{grant.where}: Access-Control-Allow-Origin is {value}, "
            + (
                "a bare host name: an origin has a scheme too, so that it equals no page's."
                if value in ("$host", "$http_host", "$server_name", "$hostname")
                else "which only the running server knows."
            ),
            _OF_NGINX if value.startswith("$") and not value.startswith("${") else "",
        )
    for origin in grant.origins:
        if origin in ("*", REFLECTED, *grant.unknown) or origin.startswith("("):
            continue
        problem = check_serialized_origin(origin)
        if grant.joined_origins and ("," in origin or len(grant.origins) > 1):
            continue
        if problem is not None:
            yield Mistake("origin-never-matches", f"{grant.where}: {origin!r}: {problem.message}", "")
    if grant.joined_origins:
        yield Mistake(
            "several-origins",
            f"{grant.where}: Access-Control-Allow-Origin would hold several values ({', '.join(grant.origins)}); "
            "browsers "
            "take one.",
            "Answer with the one of them that asks.",
        )
    if "*" in grant.origins and grant.credentials and not any(part == "credentials" for part, _ in grant.computed):
        yield Mistake(
            "wildcard-with-credentials",
            f"{grant.where}: `*` with credentials: a request with credentials (cookies) is blocked all the same.",
            "The origins by name.",
        )
    if REFLECTED in grant.origins and grant.credentials and not grant.only_for:
        yield Mistake(
            "any-origin-with-credentials",
            f"{grant.where}: whoever asks is allowed, with the user's cookies: any site reads what its visitors may.",
            "A list of origins.",
        )
    names = (*grant.origins, *grant.patterns, *grant.not_for, *grant.unknown)
    if not names and grant.on != "preflights":
        yield Mistake(
            "no-allow-origin", f"{grant.where}: it sends CORS headers and no Access-Control-Allow-Origin.", ""
        )


def _of_patterns(grant: Grant) -> Iterator[Mistake]:
    # Where everybody is sent `*`, it does not matter whom an expression lets in besides.
    for pattern in (*grant.patterns, *(() if "*" in grant.origins else grant.only_for)):
        if "http?:" in pattern:
            yield Mistake(
                "pattern-without-https",
                f"{grant.where}: `http?` in /{pattern}/ matches “htt” and “http”: no page that came over https.",
                "https?",
            )
        if not pattern.rstrip(")").endswith("$") and ".*" not in pattern[-3:]:
            yield Mistake(
                "pattern-without-end",
                f"{grant.where}: /{pattern}/ has no `$` at its end: it matches any host that begins so, of anybody's.",
                "A `$` at its end, and `\\.` for each dot.",
            )


def _of_lists(grant: Grant) -> Iterator[Mistake]:
    for method in grant.methods or ():
        if method in ("OPTION", "GETS", "UPDATE") or (method.isalpha() and method != method.upper() and method != "*"):
            yield Mistake(
                "method-misspelt",
                f"{grant.where}: {method!r} in the methods: names are compared by case.",
                method.upper(),
            )
    is_told = not any(part == "headers" for part, _ in grant.computed)
    if "*" in (grant.headers or ()) and not grant.any_header and not grant.selects and is_told:
        yield Mistake(
            "wildcard-headers",
            f"{grant.where}: `*` in the headers covers neither Authorization nor any request with credentials.",
            "List Authorization by name.",
        )


def depends(configured: Configured, outcome: Outcome) -> str:
    """What a configuration alone does not decide."""
    reason = outcome.reason
    stage = None if outcome.blocked is None else outcome.blocked.stage
    if configured.is_silent:
        return "it is a part of a server's configuration, which says nothing of this place"
    if configured.not_understood:
        return f"{configured.not_understood[0]} stands in it, and may change what is answered"
    if configured.replies is not None:
        of_preflights = _is_of_preflights_alone(configured)
        left = left_open(configured.replies, outcome, is_of_preflights_alone=of_preflights)
        return left or _preflight_guessed(configured, outcome)
    if reason is Reason.PREFLIGHT_STATUS_NOT_OK and configured.preflight_status is None:
        return "the program behind answers the preflight"
    if stage is Stage.PREFLIGHT and configured.preflight_status is None and not configured.grants:
        return "the program behind answers the preflight"
    if (
        reason is Reason.ALLOW_ORIGIN_MISSING
        and stage is Stage.ACTUAL
        and _is_of_preflights_alone(configured)
        and not configured.answers_requests
    ):
        return _PROGRAM_HAS_TO
    is_the_programs = stage is Stage.ACTUAL or configured.preflight_status is None
    if reason is Reason.ALLOW_ORIGIN_MISSING and configured.hands_on and is_the_programs:
        return "the program behind may send Access-Control-Allow-Origin itself"
    selecting = [grant for grant in configured.grants if not grant.selects or _may_be_selected(grant, outcome)]
    names = [name for grant in selecting for name in grant.unknown if name not in HOST_VARIABLES]
    of_another = reason is Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS and any(
        grant.selects and grant.unknown for grant in selecting
    )
    if (
        (reason is Reason.ALLOW_ORIGIN_MISSING or of_another)
        and names
        and not (_has_credentials(outcome) and _sends_none(configured))
    ):
        return f"which origins are allowed, {names[0]} decides, which only the running server knows"
    # Where a method or a header is not on a list, some send no header at all.
    sends_none = any(grant.compares_methods == 200 for grant in configured.grants) and stage is Stage.PREFLIGHT
    for part, text in (each for grant in configured.grants for each in grant.computed):
        may_be_sent = sends_none and reason is Reason.ALLOW_ORIGIN_MISSING and part != "credentials"
        if (
            may_be_sent
            or reason in _REASONS_OF[part]
            or (outcome.allowed and part == "credentials" and _has_credentials(outcome))
        ):
            return f"what is allowed of {part}, {text} decides, which only the running server knows"
    if guessed := _preflight_guessed(configured, outcome):
        return guessed
    if outcome.allowed and configured.adds_to_upstream:
        return "readable unless the program behind sends Access-Control-Allow-Origin too: two values are blocked"
    return ""


def _preflight_guessed(configured: Configured, outcome: Outcome) -> str:
    if outcome.allowed and configured.guesses_preflights and any(e.kind == "preflight" for e in outcome.exchanges):
        return "nothing in it shows that the preflight is answered: what stands there has to do so, with 2xx"
    return ""


def _may_be_selected(grant: Grant, outcome: Outcome) -> bool:
    """Whether a rule that selects would, were the page one of its origins."""
    asked = outcome.exchanges[-1].request if outcome.exchanges else None
    return asked is None or is_selected(
        grant, WireRequest(asked.method or "GET", asked.url or "", tuple(asked.headers))
    )


def _sends_none(configured: Configured) -> bool:
    """Whether nobody is allowed credentials, whatever the origins are."""
    return not any(
        grant.credentials or any(part == "credentials" for part, _ in grant.computed) for grant in configured.grants
    )


def _is_of_preflights_alone(configured: Configured) -> bool:
    return bool(configured.grants) and all(grant.on == "preflights" for grant in configured.grants)


_PROGRAM_HAS_TO: Final = "the program behind has to send Access-Control-Allow-Origin on its answer"
_REASONS_OF: Final[dict[str, tuple[Reason, ...]]] = {
    "methods": (Reason.METHOD_DISALLOWED_BY_PREFLIGHT, Reason.PREFLIGHT_STATUS_NOT_OK, Reason.ALLOW_METHODS_UNPARSABLE),
    "headers": (Reason.HEADER_DISALLOWED_BY_PREFLIGHT, Reason.PREFLIGHT_STATUS_NOT_OK, Reason.ALLOW_HEADERS_UNPARSABLE),
    "credentials": (Reason.ALLOW_CREDENTIALS_NOT_TRUE, Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS),
}
"""What a part that is not known would have to say for a fetch to pass."""


def _has_credentials(outcome: Outcome) -> bool:
    return outcome.request is not None and outcome.request.credentials_mode == "include"


def pages_of(configured: Configured, page: str | None = None) -> list[str]:
    """Pages to ask from: the one given; else one that is named there (mended, where it is misspelt) and another."""
    if page is not None:
        return [page]
    named = next((each for each in _CANDIDATES if _is_matched(configured, each)), "") or _example_for(configured)
    for origin in (*configured.meant, *(each for grant in configured.grants for each in grant.origins)):
        if origin in ("*", REFLECTED) or "$" in origin:
            continue
        whole = origin.strip().rstrip("/")
        scheme = "http" if whole.startswith(("localhost", "127.")) else "https"
        whole = whole.replace("*", "a")  # one of those that somebody meant
        url = parse_url(whole if "://" in whole else f"{scheme}://{whole}")
        if url is not None and url.is_http:
            # No path and no fragment, which a misspelt entry may have.
            named = str(url_origin(url))
            break
    return [named, ELSEWHERE] if named else [ELSEWHERE]


def _example_of(pattern: str) -> str:
    text = example_of_expression(pattern) or ""
    return text if "://" in text else f"https://{text}" if text else ""


def _example_for(configured: Configured) -> str:
    """An origin of those that an expression is for, where a likely one is none."""
    for pattern in (each for grant in configured.grants for each in (*grant.patterns, *grant.only_for)):
        text = example_of_expression(pattern)
        url = None if text is None else parse_url(text if "://" in text else f"https://{text}")
        if url is not None and url.is_http and _is_matched(configured, origin := url.href.rstrip("/")):
            return origin
    return ""


_CANDIDATES: Final = ("http://localhost", "http://localhost:3000", "https://app.example", "https://www.app.example")


def _is_matched(configured: Configured, origin: str) -> bool:
    """Whether a likely origin is one of those that an expression is for."""
    return any(
        (grant.patterns or grant.only_for)
        and any(matches(pattern, origin) for pattern in (*grant.patterns, *grant.only_for))
        for grant in configured.grants
    )


def judged(configured: Configured, page: str | None = None) -> list[Judged]:
    """What each page gets of the usual requests, in the standard's browser."""
    found = []
    url = f"{SERVER}{configured.example_path}"
    at = configured.at(url)
    configured = configured if at.is_silent else at
    for each in pages_of(configured, page):
        for name, init in REQUESTS:
            browser = Browser(configured, permissions={"loopback-network": "granted", "local-network": "granted"})
            try:
                outcome = browser.page(each if each.endswith("/") else f"{each}/").fetch(url, **init)  # type: ignore[arg-type]
            except CorssimError:
                continue
            found.append(Judged(each, name, outcome, depends(configured, outcome)))
    return found
