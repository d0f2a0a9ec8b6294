"""Routes, which of them a request takes, and what is answered there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....records import record
from ..asked import Asked
from ..model import searched
from ..replies import NotTold, Reply, of_all, supposing
from ..trees import child, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....fetch.wire import WireRequest
    from ..replies import Replies
    from ..trees import Tree
    from .policies import Policy

_MOST_HOSTS: Final = 50


@record(frozen=True, eq=False, kw_only=True)
class Route:
    """A route: one of its matches has to fit (none: every request does). `status`: what it answers itself;
    `adds`: headers that are put on answers besides; `before`: filters that may refuse a preflight first."""

    matches: tuple[Match, ...] = ()
    policy: Policy | None = None
    status: int | None = None
    adds: tuple[tuple[str, str], ...] = ()
    before: str = ""

    def fits(self, asked: Asked) -> bool:
        """Whether a request takes it. Raises `Branch` where nothing tells."""
        return not self.matches or any(each.fits(asked) for each in self.matches)


@record(frozen=True, kw_only=True)
class Match:
    """What a request has to be. `kind` of the path: prefix, exact, segments or an expression."""

    kind: str = "prefix"
    path: str = ""
    ignores_case: bool = False
    method: str = ""
    grpc: bool = False
    unread: str = ""

    def fits(self, asked: Asked) -> bool:
        """Whether a request fits. Raises `Branch` where nothing tells."""
        path, own = (asked.path.lower(), self.path.lower()) if self.ignores_case else (asked.path, self.path)
        fits = {
            "prefix": path.startswith(own),
            "exact": path == own,
            "segments": path == own.rstrip("/") or path.startswith(f"{own.rstrip('/')}/"),
        }.get(self.kind)
        if fits is None:
            fits = searched(f"^(?:{self.path})$", asked.path, ignores_case=self.ignores_case) is not None
        if self.grpc and not (get(asked.headers, "Content-Type") or "").startswith("application/grpc"):
            return False
        if not fits or (self.method and self.method != asked.method):
            return False
        return not self.unread or asked.supposes(self.unread)


@record(frozen=True, eq=False, kw_only=True)
class Host:
    """The routes of some hosts, in their order."""

    names: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()

    @property
    def is_of_cors(self) -> bool:
        """Whether a route of it has a policy."""
        return any(route.policy is not None or route.adds for route in self.routes)

    def is_named(self, host: str) -> bool:
        """Whether it is for a host by its name."""
        return any(
            name == host or (name.startswith("*") and name != "*" and host.endswith(name[1:]))
            for name in (each.rpartition(":")[0] or each for each in self.names)
        )


def replies_of(hosts: Sequence[Host]) -> Replies:
    """What is answered. A host of which nothing is told stands for those whose routes have a policy."""

    def answered(request: WireRequest) -> Reply:
        host = Asked(request, []).host
        meant = [each for each in hosts if each.is_named(host)] or [each for each in hosts if each.is_of_cors]

        def of(each: Host) -> Reply:
            return supposing(lambda supposed: _reply(each, Asked(request, supposed)))

        return of_all({of(each) for each in (meant or list(hosts))[:_MOST_HOSTS]}, "host with a policy")

    return answered


def _reply(host: Host, asked: Asked) -> Reply:
    route = next(
        (each for each in host.routes if not each.matches or any(one.fits(asked) for one in each.matches)), None
    )
    if route is None:
        raise NotTold("no route for this address")
    policy = None if route.policy is None or route.policy.is_off else route.policy
    if policy is not None and policy.switch:
        raise NotTold(policy.switch)
    if policy is not None and asked.is_preflight and route.status is None:
        if route.before:
            raise NotTold(route.before)
        if (own := policy.preflight(asked)) is not None:
            return own
    reply = Reply(status=route.status, headers=route.adds, by_program=route.status is None)
    return reply if policy is None or route.status is not None else policy.on(reply, asked)


def match_of(tree: Tree) -> Match:
    """https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-routematch"""
    kind, path = "prefix", ""
    for name, of in (
        ("prefix", "prefix"),
        ("path", "exact"),
        ("path_separated_prefix", "segments"),
        ("regex", "regex"),
    ):
        if text := text_of(child(tree, name)):
            kind, path = of, text
    if text := text_of(child(tree, "safe_regex", "regex")):
        kind, path = "regex", text
    method, unread = "", ""
    headers = child(tree, "headers")
    for header in headers if isinstance(headers, list) else []:
        value = text_of(child(header, "exact_match")) or text_of(child(header, "string_match", "exact"))
        if text_of(child(header, "name")) == ":method" and value:
            method = value
        else:
            unread = f"a route by the header {text_of(child(header, 'name'))}"
    for name in ("query_parameters", "runtime_fraction", "connect_matcher", "dynamic_metadata", "tls_context"):
        unread = f"a route by {name}" if child(tree, name) else unread
    return Match(
        kind=kind,
        path=path,
        ignores_case=text_of(child(tree, "case_sensitive")) == "false",
        method=method,
        grpc=isinstance(tree, dict) and "grpc" in tree,
        unread=unread,
    )


_KINDS: Final = {"prefix": "prefix", "path": "exact", "path_separated_prefix": "segments", "regex": "regex"}


def match_of_istio(tree: Tree) -> Match:
    """https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest"""
    kind, path = "prefix", ""
    for name in ("prefix", "exact", "regex"):
        if text := text_of(child(tree, "uri", name)):
            kind, path = name, text
    method = text_of(child(tree, "method", "exact"))
    others = [each for each in (tree if isinstance(tree, dict) else {}) if each.lower() not in _OF_ISTIO]
    return Match(
        kind=kind,
        path=path,
        ignores_case=text_of(child(tree, "ignoreUriCase")) == "true",
        method=method,
        unread=f"a route by {others[0]}" if others else "",
    )


_OF_ISTIO: Final = ("uri", "method", "ignoreuricase", "name", "scheme", "gateways", "port")


def matches_of_gateway(tree: Tree) -> tuple[Match, ...]:
    """https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch ; without any, it is for every path."""
    found = []
    for each in tree if isinstance(tree, list) else []:
        kind = text_of(child(each, "path", "type")) or "PathPrefix"
        others = [name for name in ("headers", "queryParams") if child(each, name)]
        found.append(
            Match(
                kind={"PathPrefix": "segments", "Exact": "exact"}.get(kind, "regex"),
                path=text_of(child(each, "path", "value")) or "/",
                method=text_of(child(each, "method")),
                unread=f"a route by {others[0]}" if others else "",
            )
        )
    return tuple(found) or (Match(kind="segments", path="/"),)


def in_order_of_gateways(rules: Sequence[tuple[Match, Route]]) -> tuple[Route, ...]:
    """Each match as a route of its own: exact paths first, then longer ones, then those of one method, then the first.

    https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
    """
    ordered = sorted(rules, key=lambda each: (each[0].kind != "exact", -len(each[0].path), not each[0].method))
    return tuple(
        Route(matches=(match,), policy=route.policy, status=route.status, adds=route.adds) for match, route in ordered
    )


def example_path(routes: Sequence[Route]) -> str:
    """A path of the first route with a policy; "" where it is for all."""
    route = next((each for each in routes if each.policy is not None), None)
    match = next(iter(route.matches), None) if route is not None else None
    if match is None or match.kind == "regex" or len(match.path) < 2:
        return ""
    return match.path if match.kind == "exact" else f"{match.path.rstrip('/')}/items"
