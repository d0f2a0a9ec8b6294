"""Spring's settings in code: mappings, configurations and annotations."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .called import names_given, told_by
from .model import METHODS_OF_ALL, Configured, Grant, Mistake
from .paths import Place, by_path, example_of, expression_for
from .scan import balanced, without_comments

if TYPE_CHECKING:
    from .model import Part

_SOCKET: Final = lazy_pattern(r"\baddEndpoint\s*\(|\.addHandler\s*\(")
_MOST_CALLS: Final = 200
_MOST_NAMES: Final = 20
_REGISTERED: Final = lazy_pattern(r"registerCorsConfiguration\s*\(\s*\"(?P<path>[^\"\n]*)\"\s*,\s*(?P<name>\w+)")
_CALLED: Final = {
    "origins": r"(?:setAllowedOrigins|allowedOrigins|addAllowedOrigin)",
    "patterns": r"(?:setAllowedOriginPatterns|allowedOriginPatterns|addAllowedOriginPattern)",
    "methods": r"(?:setAllowedMethods|allowedMethods|addAllowedMethod)",
    "headers": r"(?:setAllowedHeaders|allowedHeaders|addAllowedHeader)",
    "expose": r"(?:setExposedHeaders|exposedHeaders|addExposedHeader)",
}


def read_fluent(text: str) -> Configured | None:
    """Spring's calls and annotations; None where there is none of them."""
    text = without_comments(text)
    if (socket := _SOCKET.search(text)) is not None:
        return Configured(
            kind="Spring", software="spring", grants=(), not_understood=(f"{socket[0]}…) of a WebSocket",)
        )
    mapped = _mapped(text)
    found = [(path, each) for path, part in mapped if (each := _configured(text, part)) is not None]
    if not found:
        return _configured(text, text)
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


def _configured(text: str, part: str) -> Configured | None:
    """What a part of a text says, whose names the text gives."""
    if (annotations := _of_annotations(part)) is not None:
        return annotations
    origins, patterns = told_by(text, _CALLED["origins"], part), told_by(text, _CALLED["patterns"], part)
    methods = told_by(text, _CALLED["methods"], part, splits=False)
    headers = told_by(text, _CALLED["headers"], part, splits=False)
    adds = _added_to_defaults(part)
    # A mapping alone permits everybody, as its defaults.
    permits = re.search(r"\bapplyPermitDefaultValues\s*\(|^\.addMapping\s*\([^()]*\)", part) is not None
    unknown = (*origins.computed, *patterns.computed)
    if not (origins.texts or patterns.texts or unknown or permits):
        return None
    given = _CREDENTIALS.search(part)
    credentials = "" if given is None else given[1]
    parts: list[tuple[Part, str]] = [("methods", each) for each in methods.computed]
    parts += [("headers", each) for each in headers.computed]
    parts += [] if credentials in ("", "true", "false") else [("credentials", credentials)]
    # One that is made by itself allows no header, and GET and HEAD alone: CorsConfiguration.java
    is_bare = re.search(r"\bCorsConfiguration\s*\(\s*\)", part) is not None and not permits
    named = (*origins.texts, *(("*",) if "origin" in adds else ())) or (
        ("*",) if permits and not patterns.texts and not unknown else ()
    )
    mistakes = []
    allowed = named
    if "*" in named and credentials == "true":
        mistakes.append(
            Mistake(
                "any-origin-with-credentials",
                'allowedOrigins "*" with allowCredentials: Spring 5.3 and later throws (“allowedOrigins cannot '
                'contain the special value "*"”).',
                "The origins by name, or allowedOriginPatterns.",
            )
        )
        allowed = ()
    grant = Grant(
        where="the CORS configuration",
        origins=("*",) if "*" in allowed else tuple(each.removesuffix("/") for each in allowed),
        patterns=tuple(expression_of_origin(each) for each in patterns.texts),
        credentials=credentials == "true" and bool(allowed or patterns.texts or unknown),
        methods=METHODS_OF_ALL
        if "*" in methods.texts
        else (*methods.texts, *(("GET", "HEAD", "POST") if "method" in adds else ()))
        or (("GET", "HEAD") if is_bare else ("GET", "HEAD", "POST")),
        headers=headers.texts or None,
        any_header="*" in headers.texts or "header" in adds or not (is_bare or headers.texts or headers.computed),
        expose=told_by(text, _CALLED["expose"], part).texts or None,
        max_age=_seconds(part, "1800" if permits else None),
        compares_methods=403,
        compares_requests=True,
        unknown=unknown,
        computed=tuple(parts),
    )
    return Configured(
        kind="Spring",
        software="spring",
        grants=(grant,) if allowed or patterns.texts or unknown or not mistakes else (),
        mistakes=tuple(mistakes),
        preflight_status=200,
        guesses_preflights=_INTERCEPTS.search(text) is not None,
        meant=tuple(each for each in named if each not in (*allowed, "*")),
    )


def _seconds(part: str, default: str | None) -> str | None:
    """How long a preflight is kept, where that is a number."""
    if _SETS_AGE.search(part) is None:
        return default
    found = _AGE.search(part)
    if found is None or "ResponseCookie" in part:
        return None
    return found["number"] or str(int(found["of"]) * _SECONDS[found["unit"]])


_SETS_AGE: Final = lazy_pattern(r"(?<!ookie\.)(?<!ookie\(\)\.)\b(?:setMaxAge|maxAge)\s*[(=]")
_AGE: Final = lazy_pattern(
    _SETS_AGE.pattern + r"\s*(?:(?P<number>\d+)[lL]?\s*(?=[,)]|$)"
    r"|(?:java\.time\.)?Duration\.of(?P<unit>Days|Hours|Minutes|Seconds)\(\s*(?P<of>\d+)[lL]?\s*\))"
)
_SECONDS: Final = {"Days": 86_400, "Hours": 3600, "Minutes": 60, "Seconds": 1}


def _added_to_defaults(part: str) -> frozenset[str]:
    """Of what applyPermitDefaultValues permits, that to which more is added, and which is not set: CorsConfiguration"""
    permits = re.search(r"\bapplyPermitDefaultValues\s*\(", part)
    if permits is None:
        return frozenset()
    behind = part[permits.end() :]
    return frozenset(
        of.lower()
        for of in ("Origin", "Method", "Header")
        if re.search(rf"\baddAllowed{of}\s*\(", behind) and not re.search(rf"\bsetAllowed{of}s\s*\(", part)
    )


# An interceptor runs for preflights as well: AbstractHandlerMapping.java
_INTERCEPTS: Final = lazy_pattern(r"\baddInterceptor\s*\(")


def expression_of_origin(pattern: str) -> str:
    """`https://*.example`, and `[8080,8081]` or `[*]` for ports: CorsConfiguration.OriginPattern."""
    ports = _PORTS.search(pattern)
    host = re.escape(pattern if ports is None else pattern[: ports.start()]).replace(r"\*", ".*")
    if ports is None:
        return f"^{host}$"
    listed = "\\d+" if ports[1] == "*" else "|".join(re.escape(each.strip()) for each in ports[1].split(","))
    return f"^{host}(?::(?:{listed})){'?' if ports[1] == '*' else ''}$"


_PORTS: Final = lazy_pattern(r":\[([\d,*\s]+)\]$")
_CREDENTIALS: Final = lazy_pattern(r"(?:setAllowCredentials|allowCredentials)\s*[(=]\s*\"?(\w[\w.]*)")
_ANNOTATION: Final = lazy_pattern(r"@CrossOrigin\b\s*(\()?")
_MAPPED_METHOD: Final = lazy_pattern(r"@(Get|Post|Put|Patch|Delete)Mapping\b|\bRequestMethod\.(\w+)")


def _of_annotations(text: str) -> Configured | None:
    """@CrossOrigin, for the methods of the mappings that it stands at; None where there is none.

    https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html#mvc-cors-controller
    """
    found = list(islice(_ANNOTATION.finditer(text), _MOST_CALLS))
    if not found:
        return None
    grants = [_of_annotation(text, balanced(text, each.end() - 1) if each[1] else "") for each in found]
    others = re.search(rf"\b(?:{_CALLED['origins']}|{_CALLED['patterns']})\s*\(", text)
    several = ("more than one @CrossOrigin",) if len(set(grants)) > 1 else ()
    if others is not None:
        several = (f"@CrossOrigin beside {others[0]}…)",)
    return Configured(
        kind="Spring", software="spring", grants=tuple(grants[:1]), preflight_status=200, not_understood=several
    )


def _of_annotation(text: str, inner: str) -> Grant:
    given = names_given(text, _attribute(inner, "origins", "value") or ("" if "=" in inner else inner))
    patterns = names_given(text, _attribute(inner, "originPatterns"))
    headers = names_given(text, _attribute(inner, "allowedHeaders"))
    methods = names_given(text, _attribute(inner, "methods"))
    credentials = _CREDENTIALS.search(inner)
    mapped = tuple(dict.fromkeys((one or other).upper() for one, other in _MAPPED_METHOD.findall(text)))
    everybody = not (given.texts or given.computed or patterns.texts or patterns.computed)
    parts: list[tuple[Part, str]] = [("methods", each) for each in methods.computed]
    if not methods.texts and not methods.computed and not mapped:
        parts.append(("methods", "the mapping that it stands at"))
    parts += [("headers", each) for each in headers.computed]
    if credentials is not None and credentials[1] not in ("true", "false"):
        parts.append(("credentials", credentials[1]))
    fails = credentials is not None and credentials[1] == "true" and (everybody or "*" in given.texts)
    return Grant(
        where="@CrossOrigin",
        origins=() if fails else ("*",) if everybody or "*" in given.texts else given.texts,
        patterns=tuple(expression_of_origin(each) for each in patterns.texts),
        credentials=credentials is not None and credentials[1] == "true",
        methods=methods.texts or mapped or ("GET", "HEAD", "POST"),
        headers=headers.texts or None,
        any_header="*" in headers.texts or not (headers.texts or headers.computed),
        expose=names_given(text, _attribute(inner, "exposedHeaders")).texts or None,
        max_age=_seconds(inner, "1800"),
        compares_methods=403,
        compares_requests=True,
        unknown=(*given.computed, *patterns.computed),
        computed=tuple(parts),
    )


def _attribute(inner: str, *names: str) -> str:
    """What an attribute of an annotation is given."""
    for name in names:
        found = re.search(rf"(?<![\w.]){name}\s*=\s*(?:arrayOf|listOf)?", inner)
        if found is not None:
            rest = inner[found.end() :]
            return balanced(rest, 0) if rest[:1] in ("{", "[", "(") else rest.partition(",")[0]
    return ""
