"""Ktor's plugin CORS."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .called import names_given
from .header_rows import expression_of
from .model import REFLECTED, Configured, Grant
from .scan import balanced, strings_in, without_comments

if TYPE_CHECKING:
    from .model import Part

KTOR_SIGN: Final = r"\binstall\s*\(\s*CORS\s*\)"
_INSTALL: Final = lazy_pattern(KTOR_SIGN + r"\s*\{")
_CALL: Final = lazy_pattern(
    r"\b(?P<call>anyHost|allowHost|host|allowMethod|method|anyMethod|allowHeader|header|allowHeaders|headersOf|"
    r"allowHeadersPrefixed|allowOrigins|exposeHeader|exposeXHttpMethodOverride|allowXHttpMethodOverride|maxAge)\s*(?P<opens>[({])"
)
_FLAG: Final = lazy_pattern(
    r"\b(allowCredentials|allowNonSimpleContentTypes|allowSameOrigin|maxAgeInSeconds|maxAge)\s*=\s*([^\n;]+)"
)
_CONDITION: Final = lazy_pattern(r"\b(?:if|when)\b")
_HEADERS: Final = ("Accept", "Accept-Language", "Content-Language")
_MOST: Final = 200


def read_ktor(text: str) -> Configured | None:
    """https://ktor.io/docs/server-cors.html ; None where it is not installed."""
    text = without_comments(text)
    blocks = [balanced(text, each.end() - 1) for each in islice(_INSTALL.finditer(text), _MOST)]
    if not blocks:
        return None
    block = blocks[0]
    flags = dict(_FLAG.findall(block))
    credentials = flags.get("allowCredentials", "false").strip()
    origins: list[str] = []
    patterns: list[str] = []
    unknown: list[str] = []
    methods, headers = ["GET", "HEAD", "POST"], list(_HEADERS)
    expose: list[str] = []
    computed: list[tuple[Part, str]] = []
    any_header = False
    for call in islice(_CALL.finditer(block), _MOST):
        name, given = call["call"], balanced(block, call.end() - 1)
        if name == "anyHost":
            origins.append(REFLECTED if credentials == "true" else "*")
        elif name in ("allowHost", "host"):
            found = _hosts(given)
            unknown += [] if found else [" ".join(given.split())[:60]]
            origins += [each for each in found if "*" not in each or each == "*"]
            patterns += [expression_of(each) for each in found if "*" in each and each != "*"]
        elif name in ("allowMethod", "method"):
            told = [each.upper() for each in re.findall(r"HttpMethod\.(\w+)", given)] or strings_in(given)
            methods += told
            computed += [] if told else [("methods", given[:60])]
        elif name == "anyMethod":
            computed.append(("methods", "anyMethod()"))
        elif name in ("allowHeader", "header"):
            names = names_given(text, given)
            headers += names.texts
            computed += [("headers", each) for each in names.computed]
        elif name == "allowOrigins":
            unknown.append("allowOrigins { … }")
        elif name in ("allowHeaders", "allowHeadersPrefixed"):
            any_header = any_header or given.strip() in ("true", "_ -> true", "it -> true")
            computed += [] if any_header else [("headers", f"{name} … {given.strip()[:40]}")]
        elif name == "exposeHeader":
            expose += names_given(text, given).texts
    is_json = flags.get("allowNonSimpleContentTypes", "").strip() == "true"
    if not is_json:
        # Without it, Content-Type is compared by its value: application/json is refused.
        headers = [each for each in headers if each.lower() != "content-type" or "ontent" in block]
    grant = Grant(
        where="install(CORS)",
        origins=tuple(dict.fromkeys(origins)),
        patterns=tuple(patterns),
        credentials=credentials == "true",
        methods=tuple(dict.fromkeys(methods)),
        headers=(*headers, *(("Content-Type",) if is_json else ())),
        any_header=any_header,
        expose=tuple(expose) or None,
        compares_methods=403,
        compares_requests=True,
        unknown=tuple(unknown),
        computed=(*computed, *((("credentials", credentials),) if credentials not in ("true", "false") else ())),
    )
    configured = Configured(kind="Ktor: CORS", software="", grants=(grant,), preflight_status=200)
    doubt = (
        "a condition in it" if _CONDITION.search(block) else "more than one install(CORS)" if len(blocks) > 1 else ""
    )
    return replace(configured, not_understood=(doubt,)) if doubt else configured


def _hosts(given: str) -> tuple[str, ...]:
    """The origins of a host with its schemes (`http` where none are named) and its subdomains."""
    named = strings_in(given.partition(",")[0])
    if len(named) != 1 or "$" in named[0]:
        return ()
    host = named[0]
    if host == "*":
        return ("*",)
    if "://" in host:
        return (host,)
    schemes = re.search(r"schemes\s*=\s*\w*\s*\(([^()]*)\)", given) or re.search(
        r",\s*(?:listOf|arrayOf)\s*\(([^()]*)\)", given
    )
    below = re.search(r"subDomains\s*=\s*\w*\s*\(([^()]*)\)", given)
    hosts = [host, *(f"{each}.{host}" for each in (strings_in(below[1]) if below else ()))]
    return tuple(
        f"{scheme}://{each}" for scheme in (strings_in(schemes[1]) if schemes else ("http",)) for each in hosts
    )
