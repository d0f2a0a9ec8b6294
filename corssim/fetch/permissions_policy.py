"""Permissions Policy, as far as local networks ask for it. https://w3c.github.io/webappsec-permissions-policy/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..origin import same_origin, url_origin
from ..patterns import lazy_pattern
from ..url import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..origin import Origin
    from .environment import Environment
    from .rules import LocalNetworkRules

Allowlists = Mapping[str, tuple[str, ...]]
"""Features, lower case, and who may use them: "*", "self", "src" or serialised origins."""

_ALIASES = {"local-network-access": ("loopback-network", "local-network")}
"""The name that both had before they were told apart."""
_VALUE = r'\((?:[^()"]|"[^"]*")*\)|[a-z*]+|"[^"]*"|\?[01]'
_MEMBER = lazy_pattern(rf"\s*+([a-z*][a-z0-9_.*-]*+)\s*+=\s*+({_VALUE})\s*+(?:;[^,]*)?")
_ITEM = lazy_pattern(r'"([^"]*)"|([^\s"()]+)')


def parse_policy_header(headers: Iterable[tuple[str, str]]) -> Allowlists:
    """The declared policy of a response. https://w3c.github.io/webappsec-permissions-policy/#algo-process-response-policy"""
    declared: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        if name.lower() == "permissions-policy":
            for found in map(_MEMBER.fullmatch, _members_of(value)):
                if found is not None:
                    items = tuple(quoted or token for quoted, token in _ITEM.findall(found[2]))
                    declared[found[1]] = items  # the last of a name: https://httpwg.org/specs/rfc9651.html#dictionary
    return declared


def _members_of(value: str) -> list[str]:
    """The value cut at the commas that no quotes are around: behind them all quotes come in pairs."""
    members: list[list[str]] = [[]]
    runs = value.split('"')
    for behind, run in zip(range(len(runs) - 1, -1, -1), runs, strict=True):
        first, *others = run.split(",") if behind % 2 == 0 else [run]
        members[-1].append(first)
        members += [[other] for other in others]
        members[-1].append('"' if behind else "")
    return ["".join(parts) for parts in members]


def parse_allow_attribute(allow: str) -> Allowlists:
    """What a frame's `allow` hands to it. https://w3c.github.io/webappsec-permissions-policy/#algo-parse-policy-directive"""
    handed: dict[str, tuple[str, ...]] = {}
    for directive in allow.split(";"):
        words = directive.split()
        if words:
            items = tuple(word.lower().strip("'") if word[0] in "'*" else word for word in words[1:])
            handed.setdefault(words[0].lower(), items or ("src",))
    return handed


def _listed(lists: Allowlists, feature: str, rules: LocalNetworkRules) -> tuple[str, ...] | None:
    if feature in lists:
        return lists[feature]
    if rules.knows_the_old_permission_name:
        for alias, features in _ALIASES.items():
            if feature in features and alias in lists:
                return lists[alias]
    return None


def _matches(allowlist: tuple[str, ...], origin: Origin, *, own: Origin, src: Origin | None) -> bool:
    for item in allowlist:
        if item == "*" or (item == "self" and same_origin(origin, own)):
            return True
        if item == "src" and src is not None and same_origin(origin, src):
            return True
        listed = parse_url(item)
        if listed is not None and same_origin(origin, url_origin(listed)):
            return True
    return False


def is_allowed_to_use(feature: str, environment: Environment, rules: LocalNetworkRules) -> bool:
    """Is the feature, whose default allowlist is 'self', enabled here? https://html.spec.whatwg.org/multipage/iframe-embed-object.html#allowed-to-use"""
    if environment.kind == "worker" and environment.container is not None:
        return is_allowed_to_use(feature, environment.container, rules)
    origin = environment.origin
    return _is_inherited(feature, environment, rules) and _is_declared_for(origin, feature, environment, rules)


def _is_declared_for(origin: Origin, feature: str, environment: Environment, rules: LocalNetworkRules) -> bool:
    """Report whether the environment's own Permissions-Policy leaves the feature to an origin."""
    declared = _listed(environment.policy_container.permissions_policy, feature, rules)
    if declared is None or not rules.reads_the_permissions_policy_header:
        return True
    return _matches(declared, origin, own=environment.origin, src=None)


def _origin_of_src(environment: Environment) -> Origin:
    """The origin that a frame's document would have if nothing were sandboxed. https://html.spec.whatwg.org/multipage/iframe-embed-object.html#declared-origin"""
    if environment.container is not None and environment.url.scheme == "about":
        return _origin_of_src(environment.container)
    return url_origin(environment.url) if environment.origin.is_opaque else environment.origin


def _is_inherited(feature: str, environment: Environment, rules: LocalNetworkRules) -> bool:
    """https://w3c.github.io/webappsec-permissions-policy/#algo-define-inherited-policy-in-container"""
    container = environment.container
    if container is None:
        return True
    origin = _origin_of_src(environment) if rules.judges_sandboxed_frames_by_their_src else environment.origin
    if not is_allowed_to_use(feature, container, rules) or not _is_declared_for(origin, feature, container, rules):
        return False
    handed = _listed(parse_allow_attribute(environment.allow), feature, rules)
    if handed is None:
        return same_origin(origin, container.origin)
    # Without a list, the document that the frame's src names gets it: the one in it, sandboxed or not.
    return _matches(handed, origin, own=container.origin, src=origin)
