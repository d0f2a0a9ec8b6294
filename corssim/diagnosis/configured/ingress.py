"""ingress-nginx: what its annotations make of nginx's configuration, which is then followed.

https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#enable-cors ,
https://github.com/kubernetes/ingress-nginx/blob/main/rootfs/etc/nginx/template/nginx.tmpl (CORS)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import record
from ...url import parse_url
from .model import Configured, Grant, Mistake
from .nginx.configuration import read_nginx
from .replies import Reply, of_all
from .scan import unquoted, without_comments
from .trees import UnreadTree, child, text_of, trees_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ...fetch.wire import WireRequest
    from .replies import Replies
    from .trees import Tree

_PREFIX: Final = "nginx.ingress.kubernetes.io/"
# In a text that is no tree, such as Terraform's.
_ANNOTATION: Final = lazy_pattern(
    r"[\"']?nginx\.ingress\.kubernetes\.io/([a-z-]+)[\"']?\s*[:=]\s*(\"[^\"\n]*\"|'[^'\n]*'|[^\n]+)"
)
# https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/annotations/cors/main.go
_METHODS: Final = "GET, PUT, POST, DELETE, PATCH, OPTIONS"
_HEADERS: Final = (
    "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization"
)
_ARE_METHODS: Final = lazy_pattern(r"[A-Za-z, ]+")
_ARE_HEADERS: Final = lazy_pattern(r"[A-Za-z0-9\-_, ]+")
_ARE_EXPOSED: Final = lazy_pattern(r"[A-Za-z0-9\-_*, ]+")
_ORIGIN: Final = lazy_pattern(r"[a-z]+://(?:\*\.)?[A-Za-z0-9\-.]*(?::\d+)?|null")
_ENTRY: Final = lazy_pattern(r"(?:[a-z]+://)?(?:\*\.)?[A-Za-z0-9\-.]*(?::\d+)?|null")
_TO_BE_FILLED: Final = lazy_pattern(r"\$\{|\{\{|^<|\$\(|^[a-z]\w*\.\w+[.\[]")
_DEEPEST: Final = 60
_MOST: Final = 200


@record(frozen=True, kw_only=True)
class _Ingress:
    """A rule of an Ingress: its annotations, its host among all of the Ingress, and paths with their kinds."""

    told: tuple[tuple[str, str], ...]
    host: str = ""
    hosts: tuple[str, ...] = ()
    paths: tuple[tuple[str, str], ...] = ()
    has_tls: bool = False

    def given(self, name: str, default: str = "") -> str:
        """An annotation."""
        return dict(self.told).get(name, default)

    @property
    def is_enabled(self) -> bool:
        """Whether it sends headers of CORS."""
        return self.given("enable-cors").lower() == "true"


def read_ingress(text: str) -> Configured:
    """What a browser gets of the Ingresses of a text."""
    found: list[_Ingress] = []
    doubts: list[str] = []
    try:
        for tree in trees_of(text):
            found += _ingresses(tree, (), 0)
    except UnreadTree as unread:
        doubts += [str(unread)] if "{" in str(unread) else []  # what a template leaves open
    if not found:
        told = [(name, unquoted(value.strip())) for name, value in _ANNOTATION.findall(without_comments(text))]
        if len(told) != len({name for name, _ in told}):
            doubts.append("more than one Ingress")
        doubts += [f"the annotation {name}" for name, _ in told if name.endswith("-snippet")]
        found = [_Ingress(told=tuple(told[:_MOST]))]
    enabled = [each for each in found if each.is_enabled]
    mistakes = [mistake for each in found for mistake in _mistakes(each)]
    servers = _servers(found)
    example = next((host for host, of in servers.items() if any(each in enabled for each in of)), "")
    return Configured(
        kind="ingress-nginx",
        software="ingress-nginx",
        grants=tuple(dict.fromkeys(map(_grant, enabled))),
        mistakes=tuple(dict.fromkeys(mistakes)),
        preflight_status=204 if enabled else None,
        example_path=_example_path(servers.get(example, ())),
        not_understood=tuple(doubts[:1]),
        replies=_replies(servers, enabled) if enabled or _sends_by_hand(found) else None,
    )


def _sends_by_hand(found: Sequence[_Ingress]) -> bool:
    """Whether a snippet sends headers of CORS."""
    return any("access-control-" in value.lower() for each in found for name, value in each.told if "snippet" in name)


def _ingresses(tree: Tree, around: tuple[dict[str, Tree], ...], depth: int) -> Iterator[_Ingress]:
    if isinstance(tree, str) or depth > _DEEPEST:
        return
    if isinstance(tree, list):
        for each in tree:
            yield from _ingresses(each, around, depth + 1)
        return
    told = tuple((key.removeprefix(_PREFIX), text_of(value)) for key, value in tree.items() if key.startswith(_PREFIX))
    if told:
        yield from _rules(told, around)
        return
    for value in tree.values():
        yield from _ingresses(value, (*around, tree), depth + 1)


def _rules(told: tuple[tuple[str, str], ...], around: tuple[dict[str, Tree], ...]) -> Iterator[_Ingress]:
    """The rules of an Ingress, or the hosts of a chart's values, that stand nearest to its annotations."""
    for tree in reversed(around):
        rules = child(tree, "spec", "rules") or child(tree, "hosts")
        if not isinstance(rules, list):
            continue
        hosts = [text_of(rule) if isinstance(rule, str) else text_of(child(rule, "host")) for rule in rules]
        named = tuple(filter(None, hosts[:_MOST]))
        tls = bool(child(tree, "spec", "tls") or child(tree, "tls"))
        for host, rule in zip(hosts[:_MOST], rules, strict=False):
            yield _Ingress(told=told, host=host, hosts=named, paths=tuple(dict.fromkeys(_paths(rule))), has_tls=tls)
        return
    yield _Ingress(told=told)


def _paths(rule: Tree) -> Iterator[tuple[str, str]]:
    inner = child(rule, "http", "paths") or child(rule, "paths")
    for path in inner if isinstance(inner, list) else []:
        where = text_of(path) if isinstance(path, str) else text_of(child(path, "path"))
        yield where or "/", text_of(child(path, "pathType"))


def _servers(found: Sequence[_Ingress]) -> dict[str, list[_Ingress]]:
    """The Ingresses of each host; one that shows none has a server of its own."""
    servers: dict[str, list[_Ingress]] = {}
    for number, each in enumerate(found[:_MOST]):
        servers.setdefault(each.host or f"#{number}", []).append(each)
    return servers


def _replies(servers: Mapping[str, Sequence[_Ingress]], enabled: Sequence[_Ingress]) -> Replies:
    """A host of which nothing is told stands for those of Ingresses with CORS."""
    texts = {host: _server_text(of) for host, of in servers.items()}
    nginx = {text: read_nginx(text).replies for text in dict.fromkeys(texts.values())}

    def answered(request: WireRequest) -> Reply:
        parts = parse_url(request.url)
        asked = "" if parts is None else parts.host or ""
        named = [host for host in servers if (host == asked or (host[:1] == "*" and asked.endswith(host[1:])))]
        meant = named or [host for host, of in servers.items() if any(each in enabled for each in of)] or list(servers)
        return of_all({_answer(request, nginx[texts[host]], servers[host]) for host in meant}, "Ingress")

    return answered


def _answer(request: WireRequest, nginx: Callable[[WireRequest], Reply] | None, of: Sequence[_Ingress]) -> Reply:
    if nginx is None:
        return Reply(doubt="a snippet that nginx would refuse")
    for each in of:
        if each.is_enabled and (odd := _odd_origin(each)):
            return Reply(doubt=f"{odd[:60]}, which versions of ingress-nginx pass over or take for `*`,")
        leads_on = each.has_tls and each.given("ssl-redirect", "true").lower() == "true"
        if request.url.startswith("http:") and (leads_on or each.given("force-ssl-redirect").lower() == "true"):
            return Reply(status=308, headers=(("Location", f"https{request.url[4:]}"),))
        if not request.is_preflight and each.given("auth-url") and each.given("auth-signin"):
            return Reply(doubt="the annotation auth-signin, which leads those who are not signed in elsewhere,")
    return nginx(request)


def _server_text(of: Sequence[_Ingress]) -> str:
    """The server of a host as the template writes it, as far as it matters here."""
    by_expression = any(_by_expression(each) for each in of)
    lines = [each.given("server-snippet") for each in of]
    has_root = False
    for each in of:
        for path, kind in each.paths or (("/", ""),):
            has_root = has_root or path == "/"
            where = f'~* "^{path}"' if by_expression else f"= {path}" if kind == "Exact" else path
            lines += [f"location {where} {{", *_cors(each), *_leads_away(each), each.given("configuration-snippet")]
            lines += ["proxy_pass http://program;", "}"]
    lines += [] if has_root else ["location / { proxy_pass http://program; }"]
    return "\n".join(["server {", *lines, "}"])


def _by_expression(ingress: _Ingress) -> bool:
    """Whether paths are expressions, those of all Ingresses of a host then."""
    return ingress.given("use-regex").lower() == "true" or "$" in ingress.given("rewrite-target")


def _leads_away(ingress: _Ingress) -> Iterator[str]:
    for name, code in (("permanent-redirect", "301"), ("temporal-redirect", "302")):
        if ingress.given(name):
            yield f"return {ingress.given(f'{name}-code', code)} {ingress.given(name)};"


def _cors(ingress: _Ingress) -> Iterator[str]:
    """The template CORS. A program behind it is taken to leave the allowed origin to it."""
    if not ingress.is_enabled:
        return
    yield "proxy_hide_header Access-Control-Allow-Origin; proxy_hide_header Access-Control-Allow-Credentials;"
    origins = _origins(ingress)
    if origins == ("*",):
        yield from ("set $http_origin *;", "set $cors 'true';")
    elif origins:
        either = "|".join(f"({_expression(each)})" for each in origins)
        yield f"if ($http_origin ~* \"({either})$\") {{ set $cors 'true'; }}"
    yield "if ($request_method = 'OPTIONS') { set $cors ${cors}options; }"
    headers = [("Allow-Origin", "*" if origins == ("*",) else "$http_origin")]
    headers += [("Allow-Credentials", "true")] if _credentials(ingress) else []
    headers += [("Allow-Methods", _methods(ingress)), ("Allow-Headers", _headers(ingress))]
    headers += [("Expose-Headers", exposed)] if (exposed := _exposed(ingress)) else []
    headers += [("Max-Age", ingress.given("cors-max-age", "1728000"))]
    lines = " ".join(f"more_set_headers 'Access-Control-{name}: {value}';" for name, value in headers)
    yield f'if ($cors = "true") {{ {lines} }}'
    yield f'if ($cors = "trueoptions") {{ {lines} return 204; }}'


def _expression(origin: str) -> str:
    return re.escape(origin).replace(r"\*", r"[A-Za-z0-9\-]+", 1)


def _origins(ingress: _Ingress) -> tuple[str, ...]:
    """Those that count: `*` alone where it is among them, and none that is no origin."""
    listed = [each.strip() for each in ingress.given("cors-allow-origin", "*").split(",") if each.strip()]
    return ("*",) if "*" in listed else tuple(each for each in listed if _ORIGIN.fullmatch(each))


def _odd_origin(ingress: _Ingress) -> str:
    """One that the annotation's own check refuses: until that came it was passed over, and since then `*` counts."""
    listed = [each.strip() for each in ingress.given("cors-allow-origin", "*").split(",") if each.strip()]
    return next((each for each in listed if each != "*" and _ENTRY.fullmatch(each) is None), "")


def _credentials(ingress: _Ingress) -> bool:
    return ingress.given("cors-allow-credentials", "true").lower() != "false"


def _methods(ingress: _Ingress) -> str:
    given = ingress.given("cors-allow-methods")
    return given if _ARE_METHODS.fullmatch(given) else _METHODS


def _headers(ingress: _Ingress) -> str:
    given = ingress.given("cors-allow-headers")
    return given if _ARE_HEADERS.fullmatch(given) else _HEADERS


def _exposed(ingress: _Ingress) -> str:
    given = ingress.given("cors-expose-headers")
    return given if _ARE_EXPOSED.fullmatch(given) else ""


def _example_path(of: Sequence[_Ingress]) -> str:
    return next((_path_of(each) for each in of if each.is_enabled), "/items")


def _path_of(ingress: _Ingress) -> str:
    """A path of an Ingress."""
    found = read_nginx(_server_text([ingress])).example_path
    if _by_expression(ingress):
        return found if found.startswith("/") else "/items"
    path, kind = next(iter(ingress.paths), ("/", ""))
    return path if kind == "Exact" else f"{path.rstrip('/')}/items"


def _mistakes(ingress: _Ingress) -> Iterator[Mistake]:
    if not ingress.is_enabled:
        if any(name.startswith("cors-") for name, _ in ingress.told):
            yield Mistake(
                "not-enabled", 'enable-cors is not "true": the other annotations do nothing.', 'enable-cors: "true"'
            )
        return
    origins = _origins(ingress)
    own = [origin for origin in origins if origin.partition("://")[2] in ingress.hosts]
    if own and len(own) == len(origins):
        yield Mistake(
            "own-host-allowed",
            f"{', '.join(own)} is the host of the Ingress itself: pages of it are of the same origin and need no "
            "CORS, and any other page gets no CORS headers.",
            "The origin of the page that asks.",
        )
    for name, used in (("cors-allow-methods", _methods), ("cors-allow-headers", _headers)):
        given = ingress.given(name)
        if given and used(ingress) != given and _TO_BE_FILLED.search(given) is None:
            yield Mistake(
                "annotation-refused",
                f"{name}: {given!r} is refused, and the list by default sent.",
                "Names, with commas.",
            )


def _grant(ingress: _Ingress) -> Grant:
    listed = [each.strip() for each in ingress.given("cors-allow-origin", "*").split(",") if each.strip()]
    stars = tuple(f"^{_expression(each)}$" for each in _origins(ingress) if "*." in each)
    return Grant(
        where="the Ingress",
        origins=("*",) if "*" in listed else tuple(each for each in listed if "*." not in each),
        patterns=stars,
        credentials=_credentials(ingress),
        methods=_split(_methods(ingress)),
        headers=_split(_headers(ingress)),
        expose=_split(_exposed(ingress)) or None,
        max_age=ingress.given("cors-max-age", "1728000"),
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
