"""What a program that writes its headers itself allows, as its answers to a few requests tell."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from ....fetch.header_list import get
from ....fetch.wire import WireRequest
from ....patterns import lazy_pattern
from ..model import REFLECTED, Grant

if TYPE_CHECKING:
    from ..replies import Replies, Reply

_ELSEWHERE: Final = "https://elsewhere.example"
_SERVER: Final = "https://api.example"
_MOST_ORIGINS: Final = 20
_PATH: Final = lazy_pattern(r"/[\w/.-]{1,80}")
_ORIGIN: Final = lazy_pattern(r"[a-z][a-z0-9+.-]*://[^/\s{}*\\$]{1,200}")


def probed_grant(tree: ast.Module, replies: Replies, path: str) -> Grant | None:
    """One grant for the origins that the text names and another; None where none of them is sent a header."""
    named = dict.fromkeys(
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and _ORIGIN.fullmatch(each.value)
    )
    asked = [*list(named)[:_MOST_ORIGINS], _ELSEWHERE]
    requests = {origin: _asked(replies, "GET", path, origin) for origin in asked}
    if not any(reply.headers or reply.unknown for reply in requests.values()):
        requests = {origin: _asked(replies, "POST", path, origin) for origin in asked}
    preflight = next(
        (each for each in (_asked(replies, "OPTIONS", path, origin) for origin in asked) if each.headers), None
    )
    sent = {origin: get(reply.headers, "Access-Control-Allow-Origin") for origin, reply in requests.items()}
    elsewhere = sent[_ELSEWHERE]
    unknown = tuple(text for name, text in requests[_ELSEWHERE].unknown if name.endswith("allow-origin"))
    unknown += tuple(reply.doubt for reply in requests.values() if reply.doubt)[:1]
    if preflight is None and not any(sent.values()) and not unknown:
        return None
    if elsewhere is None:
        origins: tuple[str, ...] = tuple(origin for origin, value in sent.items() if value == origin)
    else:
        origins = (REFLECTED if elsewhere == _ELSEWHERE else elsewhere,)
    headers = [] if preflight is None else preflight.headers
    told = [*requests.values(), *([] if preflight is None else [preflight])]
    credentials = any(get(each.headers, "Access-Control-Allow-Credentials") == "true" for each in told)
    return Grant(
        where="the program",
        origins=origins,
        is_fixed=elsewhere is not None and elsewhere not in (_ELSEWHERE, "*"),
        credentials=credentials,
        methods=_listed(headers, "Access-Control-Allow-Methods"),
        headers=_listed(headers, "Access-Control-Allow-Headers"),
        expose=_listed(next(iter(requests.values())).headers, "Access-Control-Expose-Headers"),
        max_age=get(headers, "Access-Control-Max-Age"),
        unknown=unknown,
    )


def path_with_headers(tree: ast.Module, replies: Replies) -> str:
    """A path that the text names and for which an origin is allowed; "" where there is none."""
    texts = (each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    paths = dict.fromkeys(each for each in texts if _PATH.fullmatch(each))
    if get(_asked(replies, "GET", "/items", _ELSEWHERE).headers, "Access-Control-Allow-Origin") is not None:
        return ""
    for path in list(paths)[:_MOST_ORIGINS]:
        if get(_asked(replies, "GET", path, _ELSEWHERE).headers, "Access-Control-Allow-Origin") is not None:
            return path
    return ""


def _asked(replies: Replies, method: str, path: str, origin: str) -> Reply:
    preflight = (("Access-Control-Request-Method", "PUT"),) if method == "OPTIONS" else ()
    return replies(WireRequest(method, f"{_SERVER}{path}", (("Origin", origin), *preflight)))


def _listed(headers: Any, name: str) -> tuple[str, ...] | None:
    value = get(headers, name)
    return None if value is None else tuple(each.strip() for each in value.split(",") if each.strip())
