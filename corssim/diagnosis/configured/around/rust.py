"""Rust: routes behind a layer, layers outside of it, and layers of a scope."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ....patterns import lazy_pattern
from ..scan import balanced
from .chain import chain_before

_PUT: Final = lazy_pattern(r"\.\s*(?P<name>layer|wrap|route_layer)\s*\(")
_PARTS: Final = lazy_pattern(r"\.\s*(?:nest|merge|nest_service)\s*\(")
_LAYERED: Final = lazy_pattern(r"\.\s*layer\s*\(\s*&?(?:CorsLayer\b|\w*cors\w*\b)")
_CHAINED: Final = lazy_pattern(r"\s*\.\s*(?P<name>\w+)\s*\(")
_ROUTES: Final = ("route", "nest", "merge", "fallback", "fallback_service", "nest_service", "route_service")
_HARMLESS: Final = lazy_pattern(
    r"\s*(?:\w+::)*(?:TraceLayer|CompressionLayer|DecompressionLayer|TimeoutLayer|Extension|RequestBodyLimitLayer|DefaultBodyLimit|SetRequestIdLayer"
    r"|PropagateRequestIdLayer|CatchPanicLayer|NormalizePathLayer|SessionManagerLayer|CookieManagerLayer|Logger|Compress|NormalizePath|TracingLogger"
    r"|SessionMiddleware|IdentityService|IdentityMiddleware|CorsLayer|Cors|cors\w*|trace\w*|compression\w*|OtelAxumLayer|Condition)\b"
)
_MOST: Final = 100


def around_rust(text: str) -> list[str]:
    """Doubts of one program: what is added behind the layer is not in it, or answers before it."""
    for part in islice(_PARTS.finditer(text), _MOST):
        if _LAYERED.search(balanced(text, part.end() - 1)) is not None:
            return ["a layer of a part of the routes"]
    for put in islice(_PUT.finditer(text), _MOST):
        given = balanced(text, put.end() - 1)
        if re.match(r"\s*&?(?:CorsLayer\b|Cors::|\w*cors\w*\b)", given) is None:
            continue
        if put["name"] == "route_layer":
            return ["route_layer(…), which is for routes that are there"]
        before = chain_before(text, put.start())
        if re.search(r"\b(?:scope|resource)\s*$|\b(?:scope|resource)\b", before) is not None:
            return ["a layer of a scope"]
        if "ServiceBuilder" in before:
            continue
        at = put.end() + len(given) + 1
        while (call := _CHAINED.match(text, at)) is not None:
            argument = balanced(text, call.end() - 1)
            at = call.end() + len(argument) + 1
            is_route = call["name"] in _ROUTES and put["name"] == "layer"
            is_outer = call["name"] in ("layer", "wrap", "wrap_fn") and _HARMLESS.match(argument) is None
            if is_route or is_outer:
                return [f".{call['name']}({' '.join(argument.split())[:40]}) behind the layer"]
    return []
