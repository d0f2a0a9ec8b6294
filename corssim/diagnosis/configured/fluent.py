"""Settings that are built call by call: Spring and ASP.NET."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from .model import METHODS_OF_ALL, Configured, Grant, Mistake
from .scan import balanced, list_of, strings_in, without_comments

_MOST_CALLS: Final = 200
_CALLED: Final = {
    "origins": r"(?:setAllowedOrigins|allowedOrigins|addAllowedOrigin|WithOrigins|anyHost)",
    "patterns": r"(?:setAllowedOriginPatterns|allowedOriginPatterns|addAllowedOriginPattern)",
    "methods": r"(?:setAllowedMethods|allowedMethods|addAllowedMethod|WithMethods)",
    "headers": r"(?:setAllowedHeaders|allowedHeaders|addAllowedHeader|WithHeaders)",
    "expose": r"(?:setExposedHeaders|exposedHeaders|addExposedHeader|WithExposedHeaders)",
}


def read_fluent(text: str) -> Configured | None:
    """Spring's and ASP.NET Core's calls; None where there is none of them."""
    text = without_comments(text)
    is_net = re.search(r"\b(?:WithOrigins|AllowAnyOrigin|UseCors|AddCors)\b", text) is not None
    annotation = re.search(r"@CrossOrigin\s*(\()?", text)
    told = {key: _arguments(text, pattern) for key, pattern in _CALLED.items()}
    if annotation:
        inner = balanced(text, annotation.end() - 1) if annotation[1] else ""
        told["origins"] = (
            list_of(inner, "origins", "value")
            or tuple(each for each in strings_in(inner) if "://" in each or each == "*")
            or ("*",)
        )
        told["methods"] = tuple(re.findall(r"RequestMethod\.(\w+)", inner)) or ("GET", "HEAD", "POST")
        told["headers"] = list_of(inner, "allowedHeaders") or ("*",)
    if not is_net and not annotation and not (told["origins"] or told["patterns"]):
        return None
    credentials = (
        re.search(r"(?:setAllowCredentials|allowCredentials)\s*[(=]\s*\"?true|\.AllowCredentials\(\)", text) is not None
    )
    any_origin = "AllowAnyOrigin" in text or "*" in told["origins"]
    reflects = re.search(r"SetIsOriginAllowed\s*\(\s*\w*\s*=>\s*true", text) is not None
    mistakes = []
    origins = told["origins"]
    if is_net and any_origin and credentials:
        mistakes.append(
            Mistake(
                "any-origin-with-credentials",
                "AllowAnyOrigin with AllowCredentials: since ASP.NET Core 2.2 nothing is sent for it (3.0 and later "
                "throw at "
                "start), so no answer has Access-Control-Allow-Origin. It takes the place of WithOrigins, too.",
                "WithOrigins and AllowCredentials, without AllowAnyOrigin.",
            )
        )
        origins = ()
    elif not is_net and any_origin and credentials:
        mistakes.append(
            Mistake(
                "any-origin-with-credentials",
                'allowedOrigins "*" with allowCredentials: Spring 5.3 and later throws (“allowedOrigins cannot '
                "contain the "
                'special value "*"”).',
                "The origins by name, or allowedOriginPatterns.",
            )
        )
        origins = ()
    elif any_origin:
        origins = ("*",)
    elif reflects:
        origins = ("{origin}",)
    any_method = "AllowAnyMethod" in text or "*" in told["methods"]
    any_header = "AllowAnyHeader" in text or "*" in told["headers"] or (not is_net and not told["headers"])
    grant = Grant(
        where="the policy" if is_net else "the CORS configuration",
        origins=origins,
        patterns=tuple("^" + re.escape(each).replace(r"\*", ".*") + "$" for each in told["patterns"]),
        credentials=credentials and bool(origins or told["patterns"]),
        methods=METHODS_OF_ALL if any_method else told["methods"] or ("GET", "HEAD", "POST"),
        headers=told["headers"] or None,
        any_header=any_header,
        expose=told["expose"] or None,
        compares_methods=None if is_net else 403,
    )
    return Configured(
        kind="ASP.NET Core" if is_net else "Spring", software="aspnet" if is_net else "spring",
        grants=(grant,) if origins or told["patterns"] or not mistakes else (), mistakes=tuple(mistakes),
        preflight_status=204 if is_net else 200,
        meant=tuple(each for each in told["origins"] if each not in (*origins, "*")),
    )  # fmt: skip


def _arguments(text: str, pattern: str) -> tuple[str, ...]:
    found: list[str] = []
    for call in islice(re.finditer(rf"\b{pattern}\s*\(", text), _MOST_CALLS):
        given = balanced(text, call.end() - 1)
        found += strings_in(given)
        found += re.findall(r"HttpMethod\.(\w+)", given)
    return tuple(dict.fromkeys(found))
