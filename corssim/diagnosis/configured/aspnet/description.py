"""A program's policies as grants, which describe them, and what in them does not do what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....errors import UsageError
from ....fetch.wire import WireRequest
from ....url import parse_url
from ..csharp.library import Span
from ..csharp.syntax import all_nodes, shown, text_of
from ..csharp.values import Closure, Unknown
from ..header_rows import expression_of
from ..model import METHODS_OF_ALL, REFLECTED, Grant, Mistake
from ..replies import Branch, NotTold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

    from ..csharp.values import Value
    from ..model import Part
    from ..replies import Reply
    from .policies import CorsPolicy
    from .startup import Startup

_CANDIDATES: Final = ("https://app.example", "http://localhost:3000", "http://localhost", "https://www.app.example")
_FOREIGN: Final = ("https://a.invalid", "http://b.invalid:81")
_REFUSED: Final = Mistake(
    "any-origin-with-credentials",
    "AllowAnyOrigin with AllowCredentials: since ASP.NET Core 3.0 the program throws for it at start and answers "
    "nothing; 2.2 sends `*`, which no request with credentials may read. It takes the place of WithOrigins, too.",
    "WithOrigins and AllowCredentials, without AllowAnyOrigin.",
)
_TOO_LATE: Final = Mistake(
    "middleware-too-late",
    "UseCors stands behind UseMvc or UseEndpoints: what they answer never comes to it.",
    "UseCors between UseRouting and UseAuthorization, and before UseMvc.",
)
_ENDS: Final = ("UseMvc", "UseMvcWithDefaultRoute", "UseEndpoints")
_LIST_NOT_ASKED: Final = Mistake(
    "list-not-asked",
    "SetIsOriginAllowed takes the place of WithOrigins: the origins by name do not count.",
    "One of the two; the origins in the function.",
)


def policies_used(startup: Startup) -> list[CorsPolicy]:
    """The policies that UseCors and endpoints name, as far as they are in the text."""
    found: list[CorsPolicy] = []
    uses = list(startup.app.uses)
    marks = [each.cors for each in startup.endpoints if each.cors is not None and not each.cors.is_disabled]
    uses += [(each.name, each.policy) for each in marks]
    for name, policy in uses:
        try:
            found += [each for each in (policy or startup.policy_of(name),) if each is not None]
        except NotTold:
            pass
    if not uses:
        found = [*startup.policies.values(), *([startup.loose.policy] if startup.loose is not None else [])]
    return [each for place, each in enumerate(found) if each not in found[:place]]


def mistakes_in(startup: Startup) -> Iterator[Mistake]:
    """What the order of the pipeline and the names of policies do not do."""
    names = [step.name for step in startup.app.steps]
    ends = next((at for at, name in enumerate(names) if name in _ENDS), None)
    if ends is not None and "UseCors" in names[ends:] and "UseCors" not in names[:ends]:
        yield _TOO_LATE
    marks = [each.cors for each in startup.endpoints if each.cors is not None and not each.cors.is_disabled]
    marked = [("an endpoint", each.name, each.policy) for each in marks if each.name is not None or each.policy]
    if not marked:
        marked = [("UseCors", name, policy) for name, policy in startup.app.uses]
    found = [(place, name, _found(startup, name, policy)) for place, name, policy in marked]
    if any(policy is not None for _, _, policy in found):
        return
    for place, name, _ in found:
        called = "there is no default policy" if name is None else f"no policy has the name {name!r}"
        yield Mistake(
            "policy-not-there",
            f"{place}: {called}, and without one UseCors hands on: no header is sent.",
            "AddDefaultPolicy for UseCors(), or the name that AddPolicy was given: large and small letters differ.",
        )


def _found(startup: Startup, name: Value, policy: CorsPolicy | None) -> CorsPolicy | str | None:
    """A policy; the words for one of which the text does not tell."""
    try:
        return policy or startup.policy_of(name)
    except NotTold as told:
        return str(told)


def of_engine(policy: CorsPolicy, where: str) -> Grant:
    """A policy of Web API 2's or OWIN's, which reflect where everybody is allowed credentials."""
    unknown = tuple(each.text for each in policy.origins if isinstance(each, Unknown))
    reflects = policy.is_refused
    parts: list[tuple[Part, str]] = [("methods", each.text) for each in policy.methods if isinstance(each, Unknown)]
    parts += [("headers", each.text) for each in policy.headers if isinstance(each, Unknown)]
    return Grant(
        where=where,
        origins=(REFLECTED,) if reflects else _texts(policy.origins),
        credentials=policy.credentials is True,
        methods=METHODS_OF_ALL if policy.methods == ["*"] else _texts(policy.methods),
        headers=None if policy.headers == ["*"] else _texts(policy.headers) or None,
        any_header=policy.headers == ["*"],
        expose=_texts(policy.exposed) or None,
        max_age=str(policy.max_age) if isinstance(policy.max_age, int) else None,
        unknown=unknown,
        computed=tuple(parts),
    )


def described(startup: Startup, policy: CorsPolicy) -> tuple[Grant | None, tuple[Mistake, ...], tuple[str, ...]]:
    """A policy as a grant, its mistakes, and origins that are written in it and do not count."""
    if policy.is_refused:
        return None, (_REFUSED,), tuple(each for each in policy.written if each != "*")
    origins, unknown, mistakes = [], [], []
    meant = []
    for each in policy.origins:
        if isinstance(each, Unknown):
            unknown.append(each.text)
        elif isinstance(each, str) and (each == "*" or _may_be_an_origin(each)):
            origins.append(each)
        else:
            meant.append(str(each))
    if policy.origins == ["*"]:
        meant = [each for each in policy.written if each != "*"]
    elif policy.decides is not None:
        mistakes = [_LIST_NOT_ASKED] if origins else []
        meant, (origins, unknown) = origins, _of_function(startup, policy.decides)
    elif "*" in origins:
        origins.remove("*")  # among others it is a text as they are
        meant.append("*")
    parts: list[tuple[Part, str]] = [("methods", each.text) for each in policy.methods if isinstance(each, Unknown)]
    parts += [("headers", each.text) for each in policy.headers if isinstance(each, Unknown)]
    parts += [("credentials", policy.credentials.text)] if isinstance(policy.credentials, Unknown) else []
    stars = [each for each in origins if policy.subdomains and "://*." in each]
    if not (origins or unknown):
        return None, tuple(mistakes), tuple(meant)
    any_method, any_header = policy.methods == ["*"], policy.headers == ["*"]
    grant = Grant(
        where="the policy",
        origins=tuple(each for each in origins if each not in stars),
        patterns=tuple(expression_of(each) for each in stars),
        credentials=policy.credentials is True,
        methods=METHODS_OF_ALL if any_method else _texts(policy.methods) or ("GET", "HEAD", "POST"),
        headers=None if any_header else _texts(policy.headers) or None,
        any_header=any_header,
        expose=_texts(policy.exposed) or None,
        max_age=f"{policy.max_age.seconds:g}" if isinstance(policy.max_age, Span) else None,
        unknown=tuple(unknown),
        computed=tuple(parts),
    )
    return grant, tuple(mistakes), tuple(meant)


def observed(replies: Callable[[WireRequest], Reply], handlers: list[Node]) -> Iterator[Grant]:
    """What functions of the program's own send, as a grant: told by what they answer."""
    nodes = (each for handler in handlers for each in all_nodes(handler) if each.type == "string_literal_content")
    named = [each for each in dict.fromkeys(text_of(node).rstrip("/") for node in nodes) if _is_an_origin(each)][:20]
    allowed: list[str] = []
    sent: dict[str, str] = {}
    for origin in (*named, *_FOREIGN[:1]):
        for request in _asked(origin):
            reply = replies(request)
            headers = {} if reply.doubt else {name.lower(): value for name, value in reply.headers}
            value = headers.get("access-control-allow-origin", "")
            if value:
                sent |= headers
                allowed.append(REFLECTED if value == origin == _FOREIGN[0] else value)
    if allowed:
        listed = {name: tuple(_split(sent.get(f"access-control-{name}", ""))) for name in _LISTS}
        yield Grant(
            where="the function",
            origins=tuple(dict.fromkeys(allowed)),
            credentials=sent.get("access-control-allow-credentials") == "true",
            methods=listed["allow-methods"] or None,
            headers=listed["allow-headers"] or None,
            expose=listed["expose-headers"] or None,
            max_age=sent.get("access-control-max-age"),
        )


_LISTS: Final = ("allow-methods", "allow-headers", "expose-headers")


def _split(value: str) -> Iterator[str]:
    return (each.strip() for each in value.split(",") if each.strip())


def _asked(origin: str) -> tuple[WireRequest, WireRequest]:
    url = "https://api.example/items"
    asks = (("Origin", origin), ("Access-Control-Request-Method", "PUT"))
    return WireRequest("OPTIONS", url, asks), WireRequest("GET", url, asks[:1])


def _texts(values: list[Value]) -> tuple[str, ...]:
    return tuple(each for each in values if isinstance(each, str))


def _may_be_an_origin(text: str) -> bool:
    return parse_url(text.replace("*.", "")) is not None and "," not in text and " " not in text


def _of_function(startup: Startup, decides: Value) -> tuple[list[str], list[str]]:
    """Origins that a function allows, of those that are likely and those that are written in it; `{origin}` for one
    that allows everybody."""
    if not isinstance(decides, Closure):
        return [], [decides.text if isinstance(decides, Unknown) else str(decides)[:60]]
    if all(_allows(startup, decides, each) for each in _FOREIGN):
        return [REFLECTED], []
    literals = [text_of(each) for each in all_nodes(decides.body) if each.type == "string_literal_content"][:20]
    hosts = [each.lstrip(".") for each in literals]
    texts = [*literals, *(f"{scheme}{host}" for host in hosts for scheme in ("https://", "https://www."))]
    likely = dict.fromkeys((*(each.rstrip("/") for each in texts if _is_an_origin(each)), *_CANDIDATES))
    found = [each for each in likely if _allows(startup, decides, each)]
    return found[:3], [] if found else [shown(decides.node)]


def _is_an_origin(text: str) -> bool:
    url = parse_url(text)
    return url is not None and url.is_http and url.href.rstrip("/") == text.rstrip("/")


def _allows(startup: Startup, decides: Closure, origin: str) -> bool:
    try:
        return startup.invoke(decides, [origin]) is True
    except (NotTold, Branch, UsageError):
        return False
