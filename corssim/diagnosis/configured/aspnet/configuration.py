"""A text of C# that configures CORS, as a configuration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..csharp.scope import Declared
from ..csharp.syntax import all_nodes, name_of, parse, part, shown, text_of
from ..model import Configured
from ..replies import Branch, NotTold, Reply, supposing
from .cors_service import is_preflight
from .description import described, mistakes_in, observed, of_engine, policies_used
from .pipeline import answered
from .policies import BUILDS
from .startup import Startup
from .web_api import attributes_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from ....fetch.wire import WireRequest
    from .web_api import EnableCors

ASPNET_SIGN: Final = (
    r"\b(?:WithOrigins|AllowAnyOrigin|SetIsOriginAllowed|UseCors|AddCors|EnableCorsAttribute)\b|\bEnableCors\s*\("
    r"|\bRequireCors\s*\("
)
BY_HAND_SIGN: Final = (
    r"\b(?:RequestDelegate|IApplicationBuilder|WebApplication|IMiddleware)\b|\bHttpContext\s+\w+\s*[,)]"
    r"|\.Response\.Headers\.(?:Add|Append|TryAdd)\("
)
"""Of what may set headers itself, in functions and classes of middleware."""
_MOST_SUPPOSED: Final = 12


def read_aspnet(text: str) -> Configured | None:
    """What a program allows; None where it configures nothing of CORS."""
    root = parse(_begun(text))
    if root is None:
        return _not_known("C#, for which there is no parser here,")
    declared = Declared(root)
    try:
        startup = _likely(declared)
        attributes = attributes_in(startup)
    except NotTold as told:
        return _not_known(str(told))
    if attributes or startup.web_api.is_enabled:
        return _of_web_api(declared, startup, attributes)
    if not _says_anything(startup):
        return None
    if startup.is_owin:
        return _of_owin(declared, startup)
    policies = [described(startup, each) for each in policies_used(startup)]
    replies = _replies(declared)
    by_hand = observed(replies, startup.handlers) if not policies else ()
    mistakes = [mistake for _, found, _ in policies for mistake in found]
    return Configured(
        kind="ASP.NET Core",
        software="aspnet",
        grants=(*(grant for grant, _, _ in policies if grant is not None), *by_hand),
        mistakes=(*mistakes, *mistakes_in(startup)),
        meant=tuple(origin for _, _, meant in policies for origin in meant),
        not_understood=tuple(_not_read(declared, startup)),
        replies=replies,
        example_path=_example(startup),
    )


def _begun(text: str) -> str:
    """A text that begins inside an expression, as `.AddCors(…)`."""
    return f"services{text.lstrip()}" if text.lstrip().startswith(".") else text


def _not_known(doubt: str) -> Configured:
    return Configured(kind="ASP.NET", software="aspnet", grants=(), not_understood=(doubt,))


def _likely(declared: Declared) -> Startup:
    """The start with the conditions that hold where a program serves its users; with all, where it has UseCors only
    then."""
    startup = _started(declared, holds=False)
    if startup.names_use_cors and not startup.app.has_cors:
        other = _started(declared, holds=True)
        return other if other.app.has_cors else startup
    return startup


def _started(declared: Declared, *, holds: bool) -> Startup:
    supposed: list[bool] = []
    while True:
        try:
            return Startup(declared, supposed)
        except Branch as branch:
            if len(supposed) >= _MOST_SUPPOSED:
                raise NotTold(str(branch)) from None
            supposed.append(holds or "IsProduction" in str(branch))


def _says_anything(startup: Startup) -> bool:
    has_loose = startup.loose is not None and startup.loose.is_used
    by_hand = any("access-control-allow-origin" in text_of(each).lower() for each in startup.handlers)
    by_hand = by_hand or any("AccessControlAllowOrigin" in text_of(each) for each in startup.handlers)
    is_marked = any(each.cors for each in startup.endpoints)
    names = startup.app.has_cors or startup.names_use_cors
    return names or startup.has_options or has_loose or is_marked or by_hand


def _replies(declared: Declared) -> Callable[[WireRequest], Reply]:
    def replies(request: WireRequest) -> Reply:
        def supposed(conditions: list[bool]) -> Reply:
            startup = Startup(declared, conditions)
            if startup.is_refused or startup.doubt:
                return Reply(status=500, doubt=startup.doubt)
            return answered(startup, request)

        reply = supposing(supposed)
        return supposing(lambda conditions: _of_effect(supposed(conditions), request)) if reply.doubt else reply

    return replies


def _of_effect(reply: Reply, request: WireRequest) -> Reply:
    """The same for all answers to a preflight that allow nobody."""
    allows = any(name == "Access-Control-Allow-Origin" for name, _ in reply.headers)
    return reply if allows or reply.doubt or not is_preflight(request) else Reply(status=204)


def _example(startup: Startup) -> str:
    """A path of an endpoint, first of one with a policy of its own."""
    told = [each for each in startup.endpoints if not each.is_vague]
    marked = [each for each in told if each.cors is not None and not each.cors.is_disabled]
    if startup.branches and all(startup.branches) and not marked:
        return f"{startup.branches[0]}/items"  # UseCors in a branch of the pipeline alone
    if len(told) < len(startup.endpoints) and not marked:
        return "/items"
    chosen = next((each.template for each in (*marked, *told) if each.template), None)
    if chosen is None:
        return "/items"
    path = re.sub(r"\{\*[^{}]*\}", "x", chosen)
    return "/" + re.sub(r"\{[^{}]*\}", "1", path).strip("/")


# What is not followed


def _not_read(declared: Declared, startup: Startup) -> list[str]:
    found = [f"“{shown(each)}”, which is no C#," for each in declared.errors if "Cors" in text_of(each)]
    source = text_of(declared.root)
    if startup.names_use_cors and not startup.app.has_cors:
        found.append("UseCors, to which nothing in the text leads,")
    found += [f"{word}, of the program's own," for word in _REPLACES if word in source]
    ranges = [(each.start_byte, each.end_byte) for each in startup.handlers]
    for node in all_nodes(declared.root):
        if node.type not in ("string_literal", "verbatim_string_literal", "raw_string_literal"):
            continue
        if not text_of(node).strip('@"').lower().startswith("access-control-allow-"):
            continue
        if not any(start <= node.start_byte < end for start, end in ranges) and not _is_in_a_list(node):
            found.append(f"{text_of(node)}, which is set by hand,")
    return found[:2]


_REPLACES: Final = ("ICorsPolicyProvider", "ICorsService", "CorsAuthorizationFilterFactory")
"""What takes the place of the framework's parts, or stands beside them."""


def _is_in_a_list(node: Node) -> bool:
    """Whether a name stands in what WithHeaders or WithExposedHeaders is given."""
    above: Node | None = node
    for _ in range(8):
        above = None if above is None else above.parent
        if above is None:
            return False
        function = part(above, "function") if above.type == "invocation_expression" else None
        if function is not None:
            return name_of(function) in BUILDS or name_of(function) in ("Contains", "ContainsKey", "Remove")
    return False


# OWIN and Web API 2


def _of_owin(declared: Declared, startup: Startup) -> Configured:
    policies = [policy for _, policy in startup.app.uses if policy is not None]
    return Configured(
        kind="ASP.NET: OWIN",
        software="aspnet",
        grants=tuple(of_engine(each, "UseCors") for each in policies),
        preflight_status=200,
        not_understood=tuple(_not_read(declared, startup)),
        replies=_replies(declared),
    )


def _of_web_api(declared: Declared, startup: Startup, attributes: list[EnableCors | None]) -> Configured:
    source = text_of(declared.root)
    is_missing = not startup.web_api.is_enabled and re.search(r"\bMapHttp(?:Attribute)?Route", source) is not None
    both = ("UseCors beside EnableCors",) if startup.app.has_cors else ()

    def replies(request: WireRequest) -> Reply:
        def supposed(conditions: list[bool]) -> Reply:
            again = Startup(declared, conditions)
            found = [] if is_missing else _distinct(attributes_in(again))
            return again.web_api.answered(again, found, request)

        return supposing(supposed)

    known = [each for each in (*attributes, startup.web_api.by_default) if each is not None]
    grants = dict.fromkeys(of_engine(each.policy, "EnableCors") for each in ([] if is_missing else known))
    return Configured(
        kind="ASP.NET: Web API 2",
        software="aspnet",
        grants=tuple(grants),
        preflight_status=200,
        not_understood=both,
        replies=replies,
    )


def _distinct(attributes: list[EnableCors | None]) -> list[EnableCors | None]:
    """Attributes that say the same are one."""
    found: dict[str, EnableCors | None] = {}
    for each in attributes:
        policy = None if each is None else each.policy
        said = "" if policy is None else repr([getattr(policy, name) for name in _PARTS])
        found.setdefault(said, each)
    return list(found.values())


_PARTS: Final = ("origins", "methods", "headers", "exposed", "credentials", "max_age")
