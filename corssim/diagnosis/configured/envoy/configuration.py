"""Envoy's configuration, Istio's virtual services and routes of the Gateway API, from trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....records import field, record
from ..model import Configured
from ..trees import UnreadTree, child, names_in, text_of, trees_of
from .policies import Policy, policy_of_envoy, policy_of_gateway, policy_of_istio
from .routes import (
    Host,
    Route,
    example_path,
    in_order_of_gateways,
    match_of,
    match_of_istio,
    matches_of_gateway,
    replies_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..trees import Tree

ENVOY_SIGN: Final = (
    r"allow_origin_string_match|envoy\.filters\.http\.cors|(?m:^[^\S\n]*allow_origin(?:_regex)?\s*:)"
    r"|\bcors\"?\s*:\s*\{[^{}]*\ballow_origin\b"
    r"|(?s:\bgateway\.(?:networking\.k8s|envoyproxy)\.io/.*\ballowOrigins\b)"
)
_FORWARDED: Final = (
    "An OPTIONS of an origin that is not listed is not answered here: it goes to the program behind, and has CORS "
    "headers only if that adds them."
)
_FILTER: Final = "cors"
_MAY_REFUSE: Final = ("ext_authz", "jwt_authn", "rbac", "oauth2", "basic_auth", "api_key_auth", "lua", "wasm")
_DEEPEST: Final = 60
_MOST: Final = 200
_OF_ENVOY: Final = (
    *("allow_origin_string_match", "allow_origin", "allow_origin_regex", "alloworiginstringmatch", "alloworiginregex"),
)


@record(eq=False)
class _Found:
    """What a text has: hosts with routes, policies without them, and filters of answers."""

    hosts: list[Host] = field(default_factory=list)
    alone: list[Policy] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    has_filters: bool = False
    kind: str = "Envoy"
    doubts: list[str] = field(default_factory=list)


def read_envoy(text: str) -> Configured | None:
    """https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter"""
    found = _Found()
    try:
        for tree in trees_of(text):
            _walk(tree, found, 0)
    except UnreadTree as unread:
        found.doubts.append(str(unread))
    hosts = [each for each in found.hosts if each.routes]
    policies = list(dict.fromkeys(route.policy for host in hosts for route in host.routes if route.policy is not None))
    if not policies:
        hosts = []
        policies = list(dict.fromkeys(found.alone))
    if not policies and not found.doubts:
        return None
    is_missing = found.has_filters and not any(each.endswith(_FILTER) for each in found.filters)
    doubts = [*found.doubts, *(["http_filters without the filter cors"] if is_missing else [])]
    routes = [route for host in hosts for route in host.routes]
    return Configured(
        kind=found.kind,
        software={_GATEWAY: "", "Istio": "istio"}.get(found.kind, "envoy"),
        grants=tuple(each.grant("the route") for each in policies[:_MOST]),
        preflight_status=200,
        notes=(_FORWARDED,) if found.kind != _GATEWAY else (),
        example_path=example_path(routes) or "/items",
        not_understood=tuple(doubts[:3]),
        replies=replies_of(hosts if hosts else [_of_one(each) for each in policies]) if policies else None,
    )


_GATEWAY: Final = "Kubernetes: Gateway API"


def _of_one(policy: Policy) -> Host:
    return Host(routes=(Route(policy=policy),))


def _walk(tree: Tree, found: _Found, depth: int) -> None:
    if isinstance(tree, str) or depth > _DEEPEST or len(found.hosts) + len(found.alone) > _MOST:
        return
    if isinstance(tree, list):
        for each in tree:
            _walk(each, found, depth + 1)
        return
    filters = child(tree, "http_filters")
    if isinstance(filters, list):
        found.has_filters = True
        found.filters += [text_of(child(each, "name")) for each in filters]
    if not (_taken_by_kind(tree, found) or _taken_as_host(tree, found) or _taken_alone(tree, found)):
        for value in tree.values():
            _walk(value, found, depth + 1)


def _taken_by_kind(tree: dict[str, Tree], found: _Found) -> bool:
    """A resource of Kubernetes."""
    kind, spec = text_of(child(tree, "kind")), child(tree, "spec")
    if kind == "VirtualService":
        found.kind = "Istio"
        routes = child(spec, "http")
        found.hosts.append(Host(names=names_in(child(spec, "hosts")), routes=tuple(map(_of_istio, _listed(routes)))))
        return True
    if kind == "AuthorizationPolicy":
        found.doubts.append("an AuthorizationPolicy, which may refuse a preflight,")
        return True
    if kind in ("HTTPRoute", "GRPCRoute"):
        found.kind = _GATEWAY
        rules = [
            (match, _of_gateway(rule))
            for rule in _listed(child(spec, "rules"))
            for match in matches_of_gateway(child(rule, "matches"))
        ]
        found.hosts.append(Host(names=names_in(child(spec, "hostnames")), routes=in_order_of_gateways(rules)))
        return True
    if kind == "SecurityPolicy":
        found.kind = _GATEWAY
        if child(spec, "cors"):
            found.alone.append(policy_of_gateway(child(spec, "cors")))
        if any(child(spec, name) for name in ("jwt", "oidc", "extAuth", "basicAuth", "authorization")):
            found.doubts.append("a SecurityPolicy that asks for a login")
        return True
    return False


def _listed(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else []


def _of_istio(tree: Tree) -> Route:
    policy = child(tree, "corsPolicy")
    status = text_of(child(tree, "directResponse", "status"))
    given = child(tree, "headers", "response")
    adds = [child(given, "set"), child(given, "add")]
    return Route(
        matches=tuple(map(match_of_istio, _listed(child(tree, "match")))),
        policy=policy_of_istio(policy) if policy else None,
        status=301 if child(tree, "redirect") else int(status) if status.isdecimal() else None,
        adds=tuple((name, text_of(value)) for each in adds if isinstance(each, dict) for name, value in each.items()),
    )


def _of_gateway(tree: Tree) -> Route:
    policy, status, adds = None, None, []
    for each in _listed(child(tree, "filters")):
        if child(each, "cors"):
            policy = policy_of_gateway(child(each, "cors"))
        if child(each, "requestRedirect"):
            status = 302
        for name in ("set", "add"):
            pairs = _listed(child(each, "responseHeaderModifier", name))
            adds += [(text_of(child(pair, "name")), text_of(child(pair, "value"))) for pair in pairs]
    return Route(policy=policy, status=status, adds=tuple(adds))


def _taken_as_host(tree: dict[str, Tree], found: _Found) -> bool:
    """A virtual host of Envoy's, or a part of one, with routes."""
    routes = [each for each in _listed(child(tree, "routes")) if isinstance(each, dict) and "match" in each]
    if not routes:
        return False
    typed = [*_typed(tree), *(policy for each in routes for policy in _typed(each))]
    policies_in: Callable[[Tree], list[Policy]] = _typed if typed else _legacy
    around = policies_in(tree)
    found.hosts.append(
        Host(
            names=names_in(child(tree, "domains")),
            routes=tuple(_of_envoy(each, around, tree, policies_in, _before(found)) for each in routes),
        )
    )
    return True


def _before(found: _Found) -> str:
    """A filter before the one of CORS that may refuse a preflight."""
    for name in found.filters:
        if name.endswith(_FILTER):
            return ""
        if name.rpartition(".")[2] in _MAY_REFUSE:
            return f"the filter {name} before that of CORS"
    return ""


def _of_envoy(
    tree: Tree, around: Sequence[Policy], host: Tree, policies_in: Callable[[Tree], list[Policy]], before: str
) -> Route:
    own = policies_in(tree)
    status = text_of(child(tree, "direct_response", "status"))
    policy = own[0].over(around[0]) if own and around else next(iter((*own, *around)), None)
    return Route(
        matches=(match_of(child(tree, "match")),),
        policy=policy,
        status=301 if child(tree, "redirect") else int(status) if status.isdecimal() else None,
        adds=(*_added(tree), *_added(host)),
        before=before,
    )


def _added(tree: Tree) -> Iterator[tuple[str, str]]:
    for each in _listed(child(tree, "response_headers_to_add")):
        name, value = text_of(child(each, "header", "key")), text_of(child(each, "header", "value"))
        if name.lower().startswith("access-control-"):
            yield name, value


def _typed(tree: Tree) -> list[Policy]:
    """The policy of the filter's own configuration; where any is there, those of the routes are passed over."""
    for key in ("typed_per_filter_config", "typedPerFilterConfig", "per_filter_config"):
        given = child(tree, key)
        for name, value in given.items() if isinstance(given, dict) else ():
            if name.endswith(_FILTER):
                return [policy_of_envoy(child(value, "value") or value)]
    return []


def _legacy(tree: Tree) -> list[Policy]:
    cors = child(tree, "cors") or child(tree, "route", "cors")
    return [policy_of_envoy(cors)] if cors else []


def _taken_alone(tree: dict[str, Tree], found: _Found) -> bool:
    """A policy where nothing shows its routes; routes of Istio's that stand alone."""
    routes = [each for each in (tree, *_listed(child(tree, "http"))) if child(each, "corsPolicy")]
    if routes:
        found.kind = "Istio"
        whole = [tree] if routes[0] is tree else _listed(child(tree, "http"))
        found.hosts.append(Host(routes=tuple(map(_of_istio, whole))))
        return True
    names = [key.lower() for key in tree]
    if any(name in names for name in _OF_ENVOY):
        found.alone.append(policy_of_envoy(tree))
        return True
    return False
