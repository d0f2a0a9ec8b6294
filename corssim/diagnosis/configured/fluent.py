"""Settings that are built call by call: Spring and ASP.NET."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ...patterns import lazy_pattern
from ...records import replace
from .model import METHODS_OF_ALL, Configured, Grant, Mistake
from .paths import Place, by_path, example_of, expression_for
from .scan import balanced, list_of, strings_in, without_comments

_MOST_CALLS: Final = 200
_MOST_NAMES: Final = 20
_REGISTERED: Final = lazy_pattern(r"registerCorsConfiguration\s*\(\s*\"(?P<path>[^\"\n]*)\"\s*,\s*(?P<name>\w+)")
_ENDPOINTS: Final = lazy_pattern(r"\bapp\.Use(?:Mvc\w*|Endpoints)\s*\(")
_DECIDES: Final = lazy_pattern(r"\bSetIsOriginAllowed\b(?=\s*\()")
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
    mapped = _mapped(text)
    found = [(path, each) for path, part in mapped if (each := _configured(part)) is not None]
    if not found:
        return _configured(text)
    first = found[0][1]
    everywhere = replace(
        first,
        grants=tuple(grant for _, each in found for grant in each.grants),
        mistakes=tuple(mistake for _, each in found for mistake in each.mistakes),
        meant=tuple(origin for _, each in found for origin in each.meant),
    )
    places = [Place(expression_of_ant(path), each.grants) for path, each in found]
    return by_path(everywhere, places, example_of(found[0][0]))


def _mapped(text: str) -> list[tuple[str, str]]:
    """The paths of Spring's mappings, each with the text that configures it, the one that counts first in front.

    https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html#mvc-cors-global
    """
    calls = list(islice(re.finditer(r"\.addMapping\s*\(\s*\"([^\"\n]*)\"\s*\)", text), _MOST_CALLS))
    ends = [*(call.start() for call in calls[1:]), len(text)]
    mapped = [(call[1], text[call.start() : end]) for call, end in zip(calls, ends, strict=False)]
    registered = list(islice(_REGISTERED.finditer(text), _MOST_NAMES))
    names = {call["name"] for call in registered}
    for call in registered:
        others = "|".join(map(re.escape, names - {call["name"]}))
        # The calls on other configurations do not count for this path.
        part = re.sub(rf"\b(?:{others})\.\w+\s*\([^;]*;", "", text) if others else text
        mapped.append((call["path"], part))
    return mapped


def expression_of_ant(path: str) -> str:
    """`/api/**`, which is for /api too, `*` and `{name}` for a part of a path."""
    if path in ("/**", "**"):
        return "^"
    below = path.endswith("/**")
    found = expression_for(path.removesuffix("/**"), one_part=r"\*|\{[^{}]*\}", rest=r"\*\*")
    return found[:-1] + "(?:/|$)" if below else found


def _configured(text: str) -> Configured | None:
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
    reflects = re.search(r"SetIsOriginAllowed\s*+\(\s*+\w*+\s*+=>\s*+true", text) is not None
    unknown = () if told["origins"] or told["patterns"] else _computed(text)
    if is_net and not reflects and (decides := _DECIDES.search(text)) is not None:
        unknown = (decides[0],)  # besides those by name
    if not is_net and not annotation and not (told["origins"] or told["patterns"] or unknown):
        return None
    credentials = (
        re.search(r"(?:setAllowCredentials|allowCredentials)\s*[(=]\s*\"?true|\.AllowCredentials\(\)", text) is not None
    )
    any_origin = "AllowAnyOrigin" in text or "*" in told["origins"]
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
    endpoints = _ENDPOINTS.search(text) if is_net else None
    too_late = endpoints is not None and text.find("UseCors") > endpoints.start()
    if too_late:
        mistakes.append(
            Mistake(
                "middleware-too-late",
                "UseCors stands behind UseMvc or UseEndpoints: what they answer never comes to it.",
                "UseCors between UseRouting and UseAuthorization, and before UseMvc.",
            )
        )
        origins = ()
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
        unknown=unknown,
    )
    return Configured(
        kind="ASP.NET Core" if is_net else "Spring", software="aspnet" if is_net else "spring",
        grants=(grant,) if origins or told["patterns"] or not mistakes else (), mistakes=tuple(mistakes),
        preflight_status=None if too_late else 204 if is_net else 200,
        meant=tuple(each for each in told["origins"] if each not in (*origins, "*")),
    )  # fmt: skip


def _computed(text: str) -> tuple[str, ...]:
    """What is given for the origins, where that is no text: a name, a call."""
    call = re.search(rf"\b(?:{_CALLED['origins']}|{_CALLED['patterns']})\s*\(", text)
    given = balanced(text, call.end() - 1).strip() if call is not None else ""
    return (" ".join(given.split())[:60],) if given else ()


def _arguments(text: str, pattern: str) -> tuple[str, ...]:
    found: list[str] = []
    for call in islice(re.finditer(rf"\b{pattern}\s*\(", text), _MOST_CALLS):
        given = balanced(text, call.end() - 1)
        found += strings_in(given)
        found += re.findall(r"HttpMethod\.(\w+)", given)
    return tuple(dict.fromkeys(found))
