"""What a program allows, told by asking it: for an origin that it does not name, and for those that it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....fetch.wire import WireRequest
from ....records import replace
from ....serialized_origin import check_serialized_origin
from ....url import parse_url
from ..example_texts import example_of_expression
from ..model import REFLECTED, Configured, Grant
from .express import Layer, Router
from .of_texts import python_expression

if TYPE_CHECKING:
    from ..model import On, Part
    from ..replies import Reply
    from .program import Program
    from .reading import Script

_ELSEWHERE: Final = "https://elsewhere.example"
_SERVER: Final = "https://api.example"
_HEADER: Final = "x-asked-for"
_ORIGIN: Final = "access-control-allow-origin"
_MOST: Final = 60  # origins and expressions that are tried
_PARTS: Final[dict[str, Part]] = {
    "access-control-allow-methods": "methods",
    "access-control-allow-headers": "headers",
    "access-control-allow-credentials": "credentials",
}


def described(script: Script, text: str) -> Configured | None:
    """A program's answers, and what they come to; None where it sends no header of CORS."""
    _, program = script.followed(_asked("GET", _ELSEWHERE, "/items"))
    if program is not None and program.is_fragment and not program.functions and "response.setHeader(" in text:
        return None  # a piece that is Java as well
    path = "/items" if program is None else _example_path(program)
    preflight, other = (_grant(script, path, on) for on in ("preflights", "requests"))
    grants = _together(preflight, other)
    doubts = () if any(each.origins or each.patterns or not each.unknown for each in grants) else _doubts(script, path)
    kind, software = ("headers that are written out", "") if program is None else _named(program)
    configured = Configured(kind=kind, software=software, grants=grants, replies=script, example_path=path)
    if not doubts:
        return configured
    # Of another path more may be told.
    return replace(configured, grants=(), not_understood=doubts, places=lambda url: configured)


def _doubts(script: Script, path: str) -> tuple[str, ...]:
    """What makes that nothing is told for a path."""
    replies = (script(_asked(method, _ELSEWHERE, path)) for method in ("GET", "OPTIONS"))
    found = (reply.doubt or dict(reply.assumed).get(_ORIGIN, "") for reply in replies)
    return tuple(dict.fromkeys(filter(None, found)))


def _asked(method: str, origin: str, path: str) -> WireRequest:
    headers = [("Origin", origin)]
    if method == "OPTIONS":
        headers += [("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", _HEADER)]
    return WireRequest(method, f"{_SERVER}{path}", tuple(headers))


def _named(program: Program) -> tuple[str, str]:
    if program.uses_cors:
        kind = program.kind if program.kind in ("nestjs", "koa", "hono", "fastify") else ""
        return (kind, kind) if kind else ("the package cors", "express")
    return "headers that are written out", ""


def _example_path(program: Program) -> str:
    """The path of a route that is written there."""
    for router in program.applications:
        if not isinstance(router, Router):
            continue
        for path in _paths(router, "", 0):
            return path
    return "/items"


def _paths(router: Router, before: str, depth: int) -> list[str]:
    found = []
    for layer in router.layers:
        if not isinstance(layer.path, str) or depth > 3:
            continue
        path = layer.path if layer.path.startswith("/") else f"/{layer.path}"
        if layer.is_route and "*" not in path and "(" not in path:
            found.append(before + _with_examples(path))
        elif not layer.is_route:
            for each in layer.handlers:
                if isinstance(each, Router):
                    found += _paths(each, before + _with_examples(path).rstrip("/"), depth + 1)
    return found


def _with_examples(path: str) -> str:
    import re

    return re.sub(r":\w+\??|[{}?]", lambda part: "1" if part[0].startswith(":") else "", path)


def _grant(script: Script, path: str, on: On) -> Grant | None:
    """What answers of one kind allow; None where they have no header of CORS."""
    method = "OPTIONS" if on == "preflights" else "GET"
    reply, program = script.followed(_asked(method, _ELSEWHERE, path))
    where = "cors()" if program is not None and program.uses_cors else "the code"
    if program is None:
        return Grant(where=where, unknown=(reply.doubt,), on=on)
    listed, patterns = _listed(script, path, method, program)
    if reply.doubt:
        found = Grant(where=where, unknown=(reply.doubt,), on=on, origins=tuple(listed), patterns=tuple(patterns))
        allowed = next(iter([*listed.values(), *patterns.values()]), None)
        return found if allowed is None else _with_lists(found, allowed)
    origin = get(reply.headers, _ORIGIN)
    assumed = dict(reply.assumed)
    unknown = assumed.get(_ORIGIN)
    grant = Grant(where=where, on=on)
    if unknown is not None:
        grant = replace(grant, unknown=(unknown,), origins=tuple(listed), patterns=tuple(patterns))
    elif origin == _ELSEWHERE:
        grant = replace(grant, origins=(REFLECTED,))
    elif origin is not None:
        grant = replace(grant, origins=(origin,), is_fixed=origin != "*", joined_origins="," in origin)
    elif listed or patterns:
        grant = replace(grant, origins=tuple(listed) or (() if patterns else ("(nobody)",)), patterns=tuple(patterns))
        allowed = next(iter([*listed.values(), *patterns.values()]), None)
        reply = reply if allowed is None else allowed
    elif not reply.headers:
        return None
    elif program.compared or program.tested:
        grant = replace(grant, origins=("(nobody)",))
    return _with_lists(grant, reply)


def _with_lists(grant: Grant, reply: Reply) -> Grant:
    headers = get(reply.headers, "Access-Control-Allow-Headers")
    age = get(reply.headers, "Access-Control-Max-Age")
    computed = tuple((_PARTS[name], text) for name, text in reply.assumed if name in _PARTS)
    not_told = [part for part, _ in computed]
    return replace(
        grant,
        credentials=get(reply.headers, "Access-Control-Allow-Credentials") == "true" and "credentials" not in not_told,
        methods=None if "methods" in not_told else _names(get(reply.headers, "Access-Control-Allow-Methods")),
        headers=None if headers == _HEADER else _names(headers),
        any_header=headers == _HEADER and "headers" not in not_told,
        expose=_names(get(reply.headers, "Access-Control-Expose-Headers")),
        max_age=age,
        computed=computed,
    )


def _names(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(name.strip() for name in value.split(",") if name.strip())


def _listed(
    script: Script, path: str, method: str, program: Program
) -> tuple[dict[str, Reply | None], dict[str, Reply | None]]:
    """Those of the texts and expressions that the Origin is held against for which it is allowed, and texts that are
    no origin, which it never equals."""
    texts: dict[str, Reply | None] = {}
    for text in list(program.compared)[:_MOST]:
        if text == "*" or text == _ELSEWHERE:
            continue
        if check_serialized_origin(text) is not None:
            if "." in text or ":" in text or "localhost" in text:
                texts[text] = None
        elif (reply := _allowed(script, path, method, text)) is not None:
            texts[text] = reply
    patterns: dict[str, Reply | None] = {}
    for expression in list(program.tested)[:_MOST]:
        pattern = python_expression(expression)
        origin = _example_origin(pattern)
        if origin and (reply := _allowed(script, path, method, origin)) is not None:
            patterns[pattern] = reply
    return texts, patterns


def _example_origin(pattern: str) -> str:
    text = example_of_expression(pattern)
    if text is None:
        return ""
    url = parse_url(text if "://" in text else f"https://{text}")
    return "" if url is None or not url.is_http else url.href.rstrip("/")


def _allowed(script: Script, path: str, method: str, origin: str) -> Reply | None:
    reply = script(_asked(method, origin, path))
    return reply if not reply.doubt and get(reply.headers, "Access-Control-Allow-Origin") == origin else None


def _together(preflight: Grant | None, other: Grant | None) -> tuple[Grant, ...]:
    """One grant where both kinds of answers allow the same origins; that of preflights first otherwise."""
    if preflight is None or other is None:
        return tuple(each for each in (preflight, other) if each is not None)
    bare = {
        "methods": None,
        "headers": None,
        "any_header": False,
        "max_age": None,
        "expose": None,
        "on": "all",
        "computed": (),
    }
    if replace(preflight, **bare) == replace(other, **bare):
        return (
            replace(
                preflight,
                on="all",
                expose=preflight.expose or other.expose,
                computed=tuple(dict.fromkeys((*preflight.computed, *other.computed))),
            ),
        )
    return (preflight, other)


__all__ = ["Layer", "described"]
