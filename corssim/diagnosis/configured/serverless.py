"""serverless.yml: the mock answers to OPTIONS that `http` events get, path by path, and the CORS of an HTTP API.

https://www.serverless.com/framework/docs/providers/aws/events/apigateway#enabling-cors ,
https://www.serverless.com/framework/docs/providers/aws/events/http-api#cors-setup ,
https://github.com/serverless/serverless/blob/main/packages/serverless/lib/plugins/aws/package/compile/events/api-gateway/lib/validate.js
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...fetch.header_list import get
from ...patterns import lazy_pattern
from ...records import field, record
from ...url import parse_url
from .model import METHODS_OF_ALL, REFLECTED, Configured, Grant, Mistake, matches
from .replies import NotTold, Reply, of_all
from .sam import OF_HTTP_API, OF_REST_API
from .serverless_variables import resolved
from .trees import UnreadTree, names_in, text_of, trees_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ...fetch.wire import WireRequest
    from .model import Part
    from .trees import Tree

# Under an event or the provider, few lines below its name.
SERVERLESS_CORS: Final = (
    r"(?m)^[^\S\n]*(?:-[^\S\n]+)?http(?:Api)?[^\S\n]*:[^\S\n]*\n(?:[^\n]*\n){0,8}?[^\S\n]*cors[^\S\n]*:"
)
_DEFAULT_HEADERS: Final = (
    *("Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token", "X-Amz-User-Agent"),
)
_ANY: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_OF_EVENTS: Final = ("origin", "origins", "headers", "methods", "allowCredentials", "maxAge", "cacheControl")
_OF_HTTP_APIS: Final = (
    *("allowedOrigins", "allowedHeaders", "allowedMethods", "allowCredentials", "exposedResponseHeaders", "maxAge"),
)
_MOST: Final = 200
_PARAMETER: Final = lazy_pattern(r"\{[^{}/]*?(\+?)\}")


@record()
class _Path:
    """What the events of one path come to. `origin` is that of the last of them, the lists are those of all."""

    path: str
    methods: dict[str, None] = field(default_factory=dict)
    has_cors: bool = False
    takes_options: bool = False
    origin: str = ""
    origins: dict[str, None] = field(default_factory=dict)
    headers: dict[str, None] = field(default_factory=dict)
    credentials: str = ""
    max_age: str = ""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The origins, of which the first is sent where none fits."""
        listed = names_in(self.origin) if "," in self.origin else tuple(self.origins)
        return listed or (self.origin,)

    @property
    def is_listed(self) -> bool:
        """Whether the answer is made out of the Origin that asks."""
        return "," in self.origin or bool(self.origins)


def read_serverless(text: str) -> Configured | None:
    """What serverless.yml says of CORS."""
    try:
        trees = trees_of(text)
    except UnreadTree as error:
        return Configured(kind="Serverless", software="api-gateway-rest", grants=(), not_understood=(str(error),))
    whole: Tree = {key: value for tree in trees if isinstance(tree, dict) for key, value in tree.items()}
    found = [(name, resolved(event, whole)) for tree in trees for name, event in _events(tree, 0)][:_MOST]
    api = next((cors for name, event in found if name == "httpApi" and (cors := _cors_of(event))), "")
    rest = [event for name, event in found if name == "http"]
    if any(map(_cors_of, rest)):
        return _rest_api(rest, ("an HTTP API beside the REST API",) if api else ())
    if not api:
        return None
    return _http_api(api, [method for name, event in found if name == "httpApi" for method in _methods_of(event)])


def _events(tree: Tree, depth: int) -> Iterator[tuple[str, Tree]]:
    """Each `http` and `httpApi` with what stands under it, of events and of the provider."""
    if isinstance(tree, str) or depth > _DEEPEST:
        return
    for key, value in tree.items() if isinstance(tree, dict) else (("", each) for each in tree):
        if key in ("http", "httpApi"):
            yield key, value
        else:
            yield from _events(value, depth + 1)


_DEEPEST: Final = 60


def _cors_of(event: Tree) -> Tree:
    """What stands under `cors:`; "" for nothing, and for false."""
    cors = event.get("cors", "") if isinstance(event, dict) else ""
    return "" if cors == "false" else cors


def _methods_of(event: Tree) -> tuple[str, ...]:
    if isinstance(event, str):
        method = event.split(" ")[0] or "*"
    else:
        method = text_of(event.get("method", "" if "cors" in event else "*")) if isinstance(event, dict) else ""
    return () if not method else METHODS_OF_ALL if method.upper() in ("*", "ANY") else (method.upper(),)


def _unknown_keys(cors: Tree, known: Sequence[str]) -> Iterator[Mistake]:
    from difflib import get_close_matches

    for key in cors if isinstance(cors, dict) else ():
        if key not in known:
            near = get_close_matches(key.lower(), [each.lower() for each in known], n=1, cutoff=0.6)
            meant = next((each for each in known if near and each.lower() == near[0]), "")
            yield Mistake(
                "unknown-key",
                f"{key}: Serverless knows no such key under cors: it does nothing.",
                f"{meant}:" if meant else "",
            )


# --- REST APIs ----------------------------------------------------------------------------------------------------


def _rest_api(events: Sequence[Tree], doubts: tuple[str, ...]) -> Configured:
    paths: dict[str, _Path] = {}
    mistakes: list[Mistake] = []
    for event in events:
        _merge(event, paths)
        mistakes += _unknown_keys(_cors_of(event), _OF_EVENTS)
    with_cors = [each for each in paths.values() if each.has_cors]
    grants = [_grant(each) for each in with_cors]
    if len({(grant.origins, grant.patterns, grant.methods, grant.headers, grant.credentials) for grant in grants}) > 1:
        named = [f"{grant.where} of /{each.path}" for grant, each in zip(grants, with_cors, strict=True)]
        grants = [_grant(each, where) for each, where in zip(with_cors, named, strict=True)]
    else:
        grants = grants[:1]
    example = _PARAMETER.sub("1", f"/{with_cors[0].path}") if with_cors else "/items"
    return Configured(
        kind="API Gateway: the mock answer to OPTIONS",
        software="api-gateway-rest",
        grants=tuple(grants),
        mistakes=tuple(dict.fromkeys(mistakes)),
        notes=(OF_REST_API,),
        example_path=example,
        not_understood=doubts,
        replies=_replies(list(paths.values())),
    )


def _merge(event: Tree, paths: dict[str, _Path]) -> None:
    """An event comes to those of the same path: lists are joined, of single values the last counts."""
    if isinstance(event, str):
        method, _, path = event.partition(" ")
    else:
        given = event if isinstance(event, dict) else {}
        method, path = text_of(given.get("method", "")), text_of(given.get("path", ""))
    method, path = method.strip().upper(), path.strip().strip("/")
    here = paths.setdefault(path, _Path(path))
    here.takes_options |= method in ("ANY", "OPTIONS")
    cors = _cors_of(event)
    if not cors:
        return
    settings = cors if isinstance(cors, dict) else {}
    methods = names_in(settings.get("methods", ""))
    headers = names_in(settings.get("headers", "")) or _DEFAULT_HEADERS
    origins = settings.get("origins", "")
    here.has_cors = True
    here.methods = dict.fromkeys((*methods, "OPTIONS", method, *here.methods))
    here.headers = dict.fromkeys((*headers, *here.headers))
    here.origins = dict.fromkeys((*(names_in(origins) if isinstance(origins, list) else ()), *here.origins))
    here.origin = text_of(settings.get("origin", "")) or ("" if origins else "*")
    credentials = text_of(settings.get("allowCredentials", ""))
    here.credentials = here.credentials if credentials in ("", "false") else credentials
    here.max_age = text_of(settings.get("maxAge", "")) or here.max_age


def _methods_listed(of: _Path) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for name in of.methods if name for each in (_ANY if name == "ANY" else (name,))))


def _glob(origin: str) -> str:
    """The expression that an origin of a list becomes."""
    return f"^{origin.replace('.', '[.]').replace('*', '.+', 1)}$"


def _grant(of: _Path, where: str = "the mock answer to OPTIONS") -> Grant:
    unknown = tuple(each for each in of.allowed if "${" in each)
    known = [each for each in of.allowed if each not in unknown]
    globs = [each for each in known if "*" in each and (each != "*" or of.is_listed)]
    return Grant(
        where=where,
        origins=tuple(REFLECTED if each == "*" and each in globs else each for each in known if each not in globs)
        + ((REFLECTED,) if "*" in globs else ()),
        patterns=tuple(_glob(each) for each in globs if each != "*"),
        credentials=of.credentials not in ("", "false") and "${" not in of.credentials,
        methods=_methods_listed(of),
        headers=tuple(of.headers),
        max_age=of.max_age or None,
        on="preflights",
        unknown=unknown,
    )


def _replies(paths: list[_Path]) -> Callable[[WireRequest], Reply]:
    """What the gateway answers: at a path of the file, or, elsewhere, what all of them answer alike."""

    def answered(request: WireRequest) -> Reply:
        parts = parse_url(request.url)
        path = ("" if parts is None else parts.path or "").strip("/")
        # In front of a path stands the stage, unless the API has a domain of its own.
        here = [each for each in paths if _is_at(each.path, path)] or [
            each for each in paths if _is_at(each.path, path.partition("/")[2])
        ]
        told = min(here, key=lambda each: "{" in each.path) if here else None
        return (
            _answer(told, request) if told is not None else of_all({_answer(each, request) for each in paths}, "path")
        )

    return answered


def _is_at(template: str, path: str) -> bool:
    parts = _PARAMETER.split(template)  # texts, and between them whether a parameter takes the rest of the path
    pattern = "".join(re.escape(part) if not at % 2 else (".+" if part else "[^/]+") for at, part in enumerate(parts))
    return matches(f"^{pattern}$", path)


def _answer(of: _Path, request: WireRequest) -> Reply:
    if not request.is_preflight:
        return Reply(by_program=True)
    if not of.has_cors:
        # Without a method for OPTIONS the gateway answers "Missing Authentication Token".
        return Reply(by_program=True) if of.takes_options else Reply(status=403)
    try:
        return Reply(status=200, headers=tuple(_headers(of, request)))
    except NotTold as told:
        return Reply(doubt=str(told))


def _headers(of: _Path, request: WireRequest) -> Iterator[tuple[str, str]]:
    """The headers of the mock answer. Raises `NotTold` for a variable that decides."""
    asked = get(request.headers, "Access-Control-Request-Headers")
    yield "Access-Control-Allow-Origin", _origin(of, get(request.headers, "Origin") or "")
    headers = ", ".join(of.headers)
    if asked or "${" not in headers:
        yield "Access-Control-Allow-Headers", _known(headers)
    yield "Access-Control-Allow-Methods", _known(", ".join(_methods_listed(of)))
    if _known(of.credentials) not in ("", "false"):
        yield "Access-Control-Allow-Credentials", "true"
    if of.max_age:
        yield "Access-Control-Max-Age", of.max_age


def _origin(of: _Path, asks: str) -> str:
    if of.is_listed and any(matches(_glob(_known(each)), asks) for each in of.allowed):
        return asks
    return _known(of.allowed[0])


def _known(text: str) -> str:
    if "${" in text:
        raise NotTold(text[:60])
    return text


# --- HTTP APIs ----------------------------------------------------------------------------------------------------


def _http_api(cors: Tree, methods: Sequence[str]) -> Configured:
    """The provider's own: on every answer."""
    settings = cors if isinstance(cors, dict) else {}
    origins = names_in(settings.get("allowedOrigins", "")) or ("*",)
    unknown = tuple(each for each in origins if "${" in each)
    listed = names_in(settings.get("allowedMethods", ""))
    headers = names_in(settings.get("allowedHeaders", "")) or _DEFAULT_HEADERS
    credentials = text_of(settings.get("allowCredentials", ""))
    # Left out, the methods are those of the functions' own events.
    listed = listed or (("OPTIONS", *dict.fromkeys(methods)) if methods else METHODS_OF_ALL)
    parts: tuple[tuple[Part, str], ...] = (
        ("methods", ", ".join(listed)),
        ("headers", ", ".join(headers)),
        ("credentials", credentials),
    )
    grant = Grant(
        where="the API",
        origins=tuple(each for each in origins if each not in unknown),
        credentials=credentials not in ("", "false") and "${" not in credentials,
        methods=listed,
        headers=headers,
        expose=names_in(settings.get("exposedResponseHeaders", "")) or None,
        max_age=text_of(settings.get("maxAge", "")) or None,
        unknown=unknown,
        computed=tuple((part, told) for part, told in parts if "${" in told),
    )
    return Configured(
        kind="AWS: HTTP API",
        software="api-gateway",
        grants=(grant,),
        mistakes=tuple(_unknown_keys(cors, _OF_HTTP_APIS)),
        notes=(OF_HTTP_API,),
        not_understood=(cors,) if isinstance(cors, str) and cors != "true" else (),
    )
