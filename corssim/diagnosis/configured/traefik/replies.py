"""What Traefik answers to a request: the entry point, the router of the highest priority, its middlewares in order.

https://doc.traefik.io/traefik/routing/routers/ , https://doc.traefik.io/traefik/middlewares/overview/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ....records import record
from ..asked import Asked
from ..model import replaced, searched
from ..replies import NotTold, Reply, of_all, supposing
from ..trees import child, text_of
from .headers import headers_of, modified, preflight_reply, take_away
from .rules import UnreadRule, hosts_of, is_for, rule_of
from .settings import EntryPoint, flag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....fetch.wire import WireRequest
    from ..replies import Replies
    from .headers import Headers
    from .rules import Rule
    from .settings import Middleware, Router, Settings

_PASS: Final = (
    *("stripprefix", "stripprefixregex", "addprefix", "replacepath", "replacepathregex", "compress", "buffering"),
    *("retry", "contenttype", "passtlsclientcert", "circuitbreaker", "ratelimit", "inflightreq", "ipallowlist"),
    *("ipwhitelist", "errors", "encodedcharacters"),
)
"""Middlewares that hand a request on, those that may refuse some among them, and send no header of CORS."""
_LOGINS: Final = ("basicauth", "digestauth")
_SECURE: Final = ("secure", "https", "tls", "ssl", "443")
_MOST_HOSTS: Final = 20
_GROUP: Final = lazy_pattern(r"\$(?:\{(\w+)\}|(\w+))")
_SERVICES: Final = {"noop@internal": 418}


@record(frozen=True, eq=False, kw_only=True)
class Route:
    """A router with its rule (None: it is for every request, or it is `unread`) and its middlewares.

    One that has a middleware of two kinds `is_refused`.
    """

    router: Router
    rule: Rule | None = None
    chain: tuple[Middleware, ...] = ()
    unread: str = ""
    is_refused: bool = False

    @property
    def is_of_cors(self) -> bool:
        """Whether a middleware of its own sends headers of CORS."""
        return any(each.is_of_cors for each in self.chain)

    @property
    def priority(self) -> int:
        """That of the router, or the length of its rule."""
        return self.router.priority or len(self.router.rule or "")


def routes_of(settings: Settings) -> list[Route]:
    """The routers as they are followed."""
    return [_route(each, settings) for each in settings.routers]


def _route(router: Router, settings: Settings) -> Route:
    chain = tuple(settings.chain_of(router.middlewares, router.provider))
    is_refused = any(len(each.kinds) > 1 for each in chain)
    try:
        rule = None if router.rule is None else rule_of(router.rule)
    except UnreadRule:
        return Route(router=router, chain=chain, unread=f"the rule {router.rule}"[:80], is_refused=is_refused)
    return Route(router=router, rule=rule, chain=chain, is_refused=is_refused)


def replies_of(settings: Settings, routes: Sequence[Route]) -> Replies:
    """What it answers. A host of which nothing is told stands for those that the routers with CORS are for."""

    def answered(request: WireRequest) -> Reply:
        server = _Server(settings, routes)
        host = Asked(request, []).host
        hosts = [host] if server.knows(host) else server.hosts_with_cors(host)

        def of(each: str) -> Reply:
            return supposing(lambda supposed: server.reply(Asked(request, supposed, each)))

        return of_all({of(each) for each in hosts}, "router")

    return answered


class _Server:
    def __init__(self, settings: Settings, routes: Sequence[Route]) -> None:
        self._settings, self._routes = settings, routes

    def knows(self, host: str) -> bool:
        """Whether a rule names a host, or none names any."""
        named = [each for route in self._routes if route.rule is not None for each in hosts_of(route.rule)]
        return host in named or not named

    def hosts_with_cors(self, host: str) -> list[str]:
        """Hosts of routers whose middlewares send headers of CORS; of all, where none does."""
        routes = [each for each in self._routes if each.is_of_cors] or self._routes
        found = [each for route in routes for each in (hosts_of(route.rule) if route.rule is not None else [])]
        return list(dict.fromkeys(found))[:_MOST_HOSTS] or [host]

    def reply(self, asked: Asked) -> Reply:
        """The answer. Raises `NotTold` and `Branch`."""
        found: list[Reply] = []
        for name in self._entry_points(asked):
            entry = self._settings.entry_points.get(name) or EntryPoint(name=name)
            route = self._chosen(entry, asked)
            if entry.leads_to:
                return _moved(asked, f"https{asked.url[len(asked.scheme) :]}", is_permanent=entry.is_permanent)
            if route is not None:
                found.append(self._followed(route, entry, asked))
        if not found:
            raise NotTold("no router for this address")
        return of_all(set(found), "router")

    def _entry_points(self, asked: Asked) -> list[str]:
        """Those that a request may come to, by the port, else by what their names say of TLS."""
        names = list(dict.fromkeys(each for route in self._routes for each in route.router.entry_points))
        names += [each for each in self._settings.entry_points if each not in names]
        names = [each for each in names if each != "traefik"] or [""]
        port = str(asked.port or (443 if asked.scheme == "https" else 80))
        by_port = [each for each in names if self._port(each) == port]
        by_name = [each for each in names if (asked.scheme == "https") == any(sign in each for sign in _SECURE)]
        return by_port or (by_name if asked.port is None else []) or names

    def _port(self, name: str) -> str:
        entry = self._settings.entry_points.get(name)
        return "" if entry is None else entry.port

    def _chosen(self, entry: EntryPoint, asked: Asked) -> Route | None:
        """The router of the highest priority whose rule is for a request."""
        here = [
            each
            for each in self._routes
            if not each.router.entry_points or entry.name in ("", *each.router.entry_points)
        ]
        is_secure = asked.scheme == "https"
        alike = [each for each in here if (each.router.is_tls or entry.is_tls) == is_secure]
        ordered = sorted(alike or here, key=lambda each: -each.priority)
        for route in ordered:
            if route.rule is not None:
                matches = is_for(route.rule, asked)
            else:
                matches = not route.unread or asked.supposes(route.unread)
            if matches:
                return route
        return None

    def _followed(self, route: Route, entry: EntryPoint, asked: Asked) -> Reply:
        if route.is_refused:
            return Reply(status=404)
        before = self._settings.chain_of(entry.middlewares, "file")
        return followed([*before, *route.chain], route.router.service, asked)


def followed(chain: Sequence[Middleware], service: str, asked: Asked) -> Reply:
    """What middlewares and the service behind them answer. Raises `NotTold` and `Branch`."""
    passed: list[Headers] = []
    reply = Reply(status=_SERVICES.get(service), by_program=service not in _SERVICES)
    for number, middleware in enumerate(chain):
        if "headers" in middleware.kinds:
            options = headers_of(middleware)
            if asked.is_preflight and options.is_of_cors:
                reply = preflight_reply(options, asked)
                break
            take_away(options, asked)
            passed.append(options)
        decides = not any(each.is_of_cors for each in passed)
        own = _own_answer(middleware, chain[number + 1 :] if decides else (), asked, decides=decides)
        if own is not None:
            reply = own
            break
    for options in reversed(passed):
        reply = modified(reply, options, asked)
    return reply


def _own_answer(middleware: Middleware, behind: Sequence[Middleware], asked: Asked, *, decides: bool) -> Reply | None:
    """The answer of a middleware that does not hand a request on.

    One of which nothing is known `decides` unless the headers of CORS are put on its answer, too.
    """
    kind = next(iter(middleware.kinds), "")
    tree = middleware.kinds.get(kind, "")
    if kind == "headers":
        wants_tls = flag(child(tree, "sslRedirect")) is True and asked.scheme == "http"
        return _moved(asked, f"https{asked.url[4:]}", is_permanent=True) if wants_tls else None
    if kind == "errors" and asked.is_preflight and any(each.is_of_cors for each in behind):
        # https://github.com/traefik/traefik/issues/9976
        raise NotTold(f"the middleware {middleware.name} (errors), with which older versions lose such headers,")
    if kind in _PASS:
        return None
    if kind in _LOGINS:
        scheme = kind.removesuffix("auth")
        if (get(asked.headers, "Authorization") or "").lower().startswith(scheme):
            return Reply(by_program=True) if asked.supposes(f"whom {middleware.name} lets in") else _login(scheme)
        return _login(scheme)
    url = asked.url
    if kind == "redirectscheme":
        target = text_of(child(tree, "scheme"))
        url = f"{target}{asked.url[len(asked.scheme) :]}"
        return (
            _moved(asked, url, is_permanent=flag(child(tree, "permanent")) is True) if target != asked.scheme else None
        )
    if kind == "redirectregex":
        url = _rewritten(asked.url, text_of(child(tree, "regex")), text_of(child(tree, "replacement")))
    if kind in ("redirectscheme", "redirectregex"):
        return None if url == asked.url else _moved(asked, url, is_permanent=flag(child(tree, "permanent")) is True)
    if decides and (not kind or any(each.is_of_cors or not each.kinds for each in behind)):
        raise NotTold(f"the middleware {middleware.name}{f' ({kind})' if kind else ''}")
    return Reply(by_program=True)


def _login(scheme: str) -> Reply:
    return Reply(status=401, headers=(("WWW-Authenticate", scheme.title()),))


def _rewritten(url: str, pattern: str, replacement: str) -> str:
    """The address as an expression of Go's rewrites it; `$1` and `${1}` are what its groups find."""
    text = _GROUP.sub(r"\\g<\1\2>", replacement.replace("\\", "\\\\"))
    return replaced(pattern, text, url, count=0) if searched(pattern, url) is not None else url


def _moved(asked: Asked, url: str, *, is_permanent: bool) -> Reply:
    """An answer that leads on: 302 and 301 for GET, 307 and 308 for other methods."""
    of_get, of_others = (301, 308) if is_permanent else (302, 307)
    return Reply(status=of_get if asked.method == "GET" else of_others, headers=(("Location", url),))
