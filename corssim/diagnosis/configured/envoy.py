"""Envoy's CORS policy, and Istio's, which has the same settings by other names."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ...patterns import lazy_pattern
from .model import Configured, Grant, matches
from .scan import flag_of, list_of, scalar_of, without_comments

_FORWARDED: Final = (
    "An OPTIONS of an origin that is not listed is not answered here: it goes to the program behind, and has CORS "
    "headers only if that adds them."
)
# https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy
_OF_ISTIO: Final = {
    "allowOrigins": "allow_origin_string_match", "allowOrigin": "allow_origin", "allowMethods": "allow_methods",
    "allowHeaders": "allow_headers", "allowCredentials": "allow_credentials", "exposeHeaders": "expose_headers",
    "maxAge": "max_age",
}  # fmt: skip
_ISTIO_KEY: Final = lazy_pattern(rf"\b(?:{'|'.join(_OF_ISTIO)})\b")
_POLICY: Final = lazy_pattern(r"\bcorsPolicy\b")
_POLICY_OF_ENVOY: Final = lazy_pattern(r"\ballow_origin(?:_string_match|_regex)?[\"']?\s*:")
_MOST_POLICIES: Final = 50
_OTHER_MATCHER: Final = lazy_pattern(r"\b(contains|custom|ignore_case)\b[\"']?\s*:")
_ENVOY_KEY: Final = lazy_pattern(r"[\"'\s](?:allow_(?:methods|headers|credentials)|expose_headers|max_age)\b")


def read_envoy(text: str) -> Configured:
    """https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter

    Istio's corsPolicy has the same settings by other names.
    """
    text = without_comments(text)
    policies = list(islice(_POLICY.finditer(text), _MOST_POLICIES))
    policy = policies[0] if policies else None
    whole = text
    if policy is not None:
        text = text[policy.end() : policies[1].start() if len(policies) > 1 else len(text)]
        text = _ISTIO_KEY.sub(lambda key: _OF_ISTIO[key[0]], text)
    several = len(policies) if policy is not None else len(_POLICY_OF_ENVOY.findall(text))
    start = text.find("allow_origin_string_match")
    following = _ENVOY_KEY.search(text, start) if start >= 0 else None
    block = text[start : following.start() if following is not None else start + 2000] if start >= 0 else ""
    exact = re.findall(r"exact[\"']?\s*:\s*[\"']?([^\"'\s},]+)", block)
    prefix = [f"^{re.escape(each)}" for each in re.findall(r"\bprefix[\"']?\s*:\s*[\"']?([^\"'\s},]+)", block)]
    suffix = [f"{re.escape(each)}$" for each in re.findall(r"\bsuffix[\"']?\s*:\s*[\"']?([^\"'\s},]+)", block)]
    regex = [f"^(?:{each})$" for each in re.findall(r"\bregex[\"']?\s*:\s*[\"']?([^\"'\n},]+)", block)]
    # As they were written until 2020: https://www.envoyproxy.io/docs/envoy/v1.14.4/api-v2/api/v2/route/route_components.proto
    exact += [each for each in list_of(text, "allow_origin") or () if not each.startswith(("exact", "prefix", "{"))]
    regex += [f"^(?:{each})$" for each in list_of(text, "allow_origin_regex") or ()]
    given = text[start:].partition(":")[2].partition("\n")[0].strip() if start >= 0 else ""
    others = _OTHER_MATCHER.search(block)
    nothing = start >= 0 and not (exact or prefix or suffix or regex)
    # A matcher that lets the text `*` pass lets everybody pass.
    star = "*" in exact or any(matches(each, "*") for each in (*prefix, *suffix, *regex))
    grant = Grant(
        where="the route",
        # Envoy answers with the origin that asks, for `*` too.
        origins=("{origin}",) if star else tuple(exact),
        unknown=(given[:60] or "a matcher",) if nothing else () if others is None else (others[1],),
        patterns=() if star else (*prefix, *suffix, *regex),
        credentials=flag_of(text, "allow_credentials"),
        methods=list_of(text, "allow_methods"),
        headers=list_of(text, "allow_headers"),
        expose=list_of(text, "expose_headers"),
        max_age=scalar_of(text, "max_age"),
    )
    return Configured(
        kind="Envoy" if policy is None else "Istio",
        software="envoy",
        grants=(grant,),
        preflight_status=200,
        notes=(_FORWARDED,),
        not_understood=("more than one policy for different routes",) if several > 1 else _only_in_part(whole),
    )


# What makes a policy of Envoy's count for some requests alone.
_IN_PART: Final = lazy_pattern(
    r"\b(?:enabled[\"']?\s*:\s*false|filter_enabled|shadow_enabled|runtime_key|forwardNotMatchingPreflights)\b|\bunmatchedPreflights\b"
)


# A route of such a match is none for the OPTIONS of a preflight, which has no content-type of gRPC.
_OF_GRPC: Final = lazy_pattern(
    r"\bmatch[\"']?\s*:\s*(?:\{[^{}]*|(?:[^\n]*\n){0,4}?\s*)[\"']?\bgrpc[\"']?\s*:\s*\{\s*\}"
)


def _only_in_part(text: str) -> tuple[str, ...]:
    if _OF_GRPC.search(text) is not None:
        return ("a route for gRPC alone, which no preflight is,",)
    found = _IN_PART.search(text)
    if found is None or (found[0] == "filter_enabled" and re.search(r"numerator[\"']?\s*:\s*100\b", text)):
        return ()
    return (found[0],)
