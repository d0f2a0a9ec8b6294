"""What is dangerous, useless or missing in a policy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..fetch.browsers import recorded_browsers
from ..fetch.wire import WireResponse
from ..serialized_origin import check_serialized_origin
from .cors_policy import CorsPolicy
from .finding import Finding, Severity
from .infer import APP_URL, HEADERS, INVENTED_HEADER, INVENTED_METHOD, METHODS, probing
from .inferred_policy import AnyOrigin, InferredPolicy
from .judged_look_alikes import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..fetch.wire import WireRequest

__all__ = ["Finding", "Severity", "lint"]

_PROBES_OF_A_POLICY = 10_000  # nothing is sent, so there is nothing to save


def lint(policy: CorsPolicy | InferredPolicy) -> list[Finding]:
    """Name what is dangerous or useless in a policy, errors first. A CorsPolicy is judged by the answers it gives."""
    shown = _shown_by(policy) if isinstance(policy, CorsPolicy) else policy
    found = [
        *_any_origin(shown),
        *_null(shown),
        *judged(shown.look_alikes),
        *_origin_values(shown),
        *_wildcards_with_credentials(shown),
        *_authorization(shown),
        *_max_age(shown),
        *_vary(shown),
    ]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _any_origin(policy: InferredPolicy) -> Iterator[Finding]:
    if policy.any_origin is AnyOrigin.REFLECTED and policy.credentials:
        yield Finding(
            "any-origin-with-credentials",
            Severity.ERROR,
            "Any origin is reflected, and credentials are allowed: any site reads what its visitors may.",
            "Compare Origin with a list of origins, and reflect only those on it.",
        )
    elif policy.any_origin is AnyOrigin.REFLECTED:
        yield Finding(
            "any-origin-reflected",
            Severity.NOTE,
            "Any origin is reflected, though no credentials are allowed: `*` would say the same and cache better.",
            "Send `Access-Control-Allow-Origin: *`, or compare Origin with a list.",
        )


def _null(policy: InferredPolicy) -> Iterator[Finding]:
    is_one_of_any = policy.any_origin is AnyOrigin.REFLECTED and policy.credentials >= policy.null_credentials
    if policy.null and not is_one_of_any:
        with_credentials = ", with credentials" if policy.null_credentials else ""
        yield Finding(
            "null-allowed",
            Severity.ERROR if policy.null_credentials else Severity.WARNING,
            f"The origin `null` is allowed{with_credentials}: it is that of every sandboxed frame, on any site.",
            "Take `null` off the list; serve what needs access from an origin with a name.",
        )


def _origin_values(policy: InferredPolicy) -> Iterator[Finding]:
    for value in policy.odd_origins:
        problem = check_serialized_origin(value, allow_wildcard=True, allow_null=True)
        if problem is not None:
            yield Finding(
                f"allow-origin-{problem.code}",
                Severity.ERROR,
                f"Access-Control-Allow-Origin never matches: {problem.message.partition('; ')[0]}.",
                f"{problem.message.partition('; ')[2].capitalize()}.",
            )


def _wildcards_with_credentials(policy: InferredPolicy) -> Iterator[Finding]:
    if policy.credentials_beside_wildcard:
        yield Finding(
            "wildcard-with-credentials",
            Severity.NOTE,
            "`Access-Control-Allow-Origin: *` comes with Allow-Credentials, which is useless and opens nothing: "
            "browsers refuse it for every request with credentials.",
            "Name the origin that asked where credentials are meant; else leave Allow-Credentials out.",
        )
    if not (policy.credentials or policy.credentials_beside_wildcard):
        return
    for names, header in (
        (policy.methods, "Allow-Methods"),
        (policy.headers, "Allow-Headers"),
        (policy.exposed, "Expose-Headers"),
    ):
        if "*" in names:
            yield Finding(
                "literal-wildcard",
                Severity.WARNING,
                f"Access-Control-{header} is `*` while credentials are allowed: for requests with credentials that "
                "is a name like any other.",
                "List the names.",
            )


def _authorization(policy: InferredPolicy) -> Iterator[Finding]:
    if "*" in policy.headers and "authorization" not in policy.headers:
        yield Finding(
            "authorization-under-wildcard",
            Severity.WARNING,
            "`Access-Control-Allow-Headers: *` does not cover Authorization by the standard, though browsers let it "
            "pass today.",
            "Name it beside: `*, Authorization`.",
        )


def _max_age(policy: InferredPolicy) -> Iterator[Finding]:
    if policy.max_age is None:
        return
    if not re.fullmatch(r"[0-9]+", policy.max_age):
        yield Finding(
            "max-age-unparsable",
            Severity.WARNING,
            f"Access-Control-Max-Age is {policy.max_age!r}, which is no number of seconds: browsers keep nothing, "
            "or 5 seconds.",
            "Write digits alone, once.",
        )
        return
    browsers = sorted(recorded_browsers().values(), key=lambda each: each.preflight_cache.max_age_limit)
    capped = [each for each in browsers if int(policy.max_age) > each.preflight_cache.max_age_limit]
    if len(capped) > 1:  # beyond WebKit's 600 seconds alone is what most people want
        limits = ", ".join(f"{each.name} {each.preflight_cache.max_age_limit}" for each in capped)
        yield Finding(
            "max-age-above-cap",
            Severity.NOTE,
            f"Access-Control-Max-Age is {policy.max_age} seconds; browsers keep less: {limits}.",
            "7200 is the most that helps in Chromium, 86400 in Firefox.",
        )


def _vary(policy: InferredPolicy) -> Iterator[Finding]:
    if policy.varies is False:
        yield Finding(
            "vary-missing",
            Severity.WARNING,
            "The answer depends on Origin, but Vary does not say so: a cache can hand one origin's answer to another.",
            "Send `Vary: Origin` with every answer, also with those that allow nothing.",
        )


def _shown_by(policy: CorsPolicy) -> InferredPolicy:
    """What a server that behaves by the policy would show."""
    listed = [] if policy.allow_origins == "*" else [each for each in policy.allow_origins if each != "null"]
    probes = probing(
        APP_URL,
        origins=[*listed, *_matched_by(policy.allow_origin_regex)],
        methods=[*METHODS, *(name for name in policy.allow_methods if name not in (*METHODS, "*", INVENTED_METHOD))],
        headers=[*HEADERS, *(name for name in policy.allow_headers if name not in (*HEADERS, "*", INVENTED_HEADER))],
        max_requests=_PROBES_OF_A_POLICY,
    )
    try:
        request = next(probes)
        while True:
            request = probes.send(_answer(policy, request))
    except StopIteration as stop:
        shown: InferredPolicy = stop.value
        return shown


def _answer(policy: CorsPolicy, request: WireRequest) -> WireResponse:
    preflight = policy.answer_preflight(request)
    return preflight or WireResponse(200, "OK", tuple(policy.headers_for(request)))


_SIMPLER = (
    (r"^\^|\$$|\\A|\\Z", ""),
    (r"https\?", "https"),
    (r"\\[dw][+*]?", "1"),
    (r"\[[^]]*\][+*]?|\.[+*]\??", "app"),
    (r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)\??", r"\1"),
    (r"\\(.)", r"\1"),
)


def _matched_by(pattern: str | None) -> list[str]:
    """An origin that the expression matches, where one can be read off it."""
    if pattern is None:
        return []
    text = pattern
    for expression, replacement in _SIMPLER:
        text = re.sub(expression, replacement, text)
    return [text] if re.fullmatch(pattern, text) and check_serialized_origin(text) is None else []
