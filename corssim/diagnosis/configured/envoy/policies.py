"""Envoy's CORS policy: whom it allows, and what its filter answers.

https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/cors/cors_filter.cc
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ....records import record
from ..model import Grant, searched
from ..replies import NotTold, Reply
from ..trees import child, names_in, text_of

if TYPE_CHECKING:
    from ..asked import Asked
    from ..trees import Tree

_ORIGIN: Final = "access-control-allow-origin"
_CREDENTIALS: Final = "access-control-allow-credentials"
_TO_BE_FILLED: Final = lazy_pattern(r"\$\{?[A-Za-z_({]|\{\{|^<[A-Za-z_]|^%")


@record(frozen=True, kw_only=True)
class Policy:
    """Origins by what they equal and by expressions, and the rest as it is written.

    `unknown` are matchers that are not read. `switch`: what decides whether it counts ("": it does).
    `star_without_credentials`: `*` is sent as it is where no credentials are allowed.
    """

    exact: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    methods: str = ""
    headers: str = ""
    expose: str = ""
    max_age: str = ""
    credentials: bool | None = None
    is_off: bool = False
    switch: str = ""
    star_without_credentials: bool = False

    def allows(self, origin: str) -> bool:
        """Whether a matcher takes an origin, or takes `*`. Raises `NotTold`."""
        for asked in (origin, "*"):
            if asked in self.exact or any(searched(pattern, asked) is not None for pattern in self.patterns):
                return True
        for each in (*self.unknown, *(each for each in self.exact if _TO_BE_FILLED.search(each) is not None)):
            raise NotTold(f"the matcher {each}"[:60])
        return False

    def over(self, other: Policy) -> Policy:
        """Each setting of this one, or where it has none the other's: a route's and its virtual host's."""
        has_origins = bool(self.exact or self.patterns or self.unknown)
        origins = self if has_origins else other
        return Policy(
            exact=origins.exact,
            patterns=origins.patterns,
            unknown=origins.unknown,
            methods=self.methods or other.methods,
            headers=self.headers or other.headers,
            expose=self.expose or other.expose,
            max_age=self.max_age or other.max_age,
            credentials=other.credentials if self.credentials is None else self.credentials,
            is_off=self.is_off,
            switch=self.switch,
            star_without_credentials=self.star_without_credentials,
        )

    def preflight(self, asked: Asked) -> Reply | None:
        """What is answered to a preflight here; None where it goes on to the program. Raises `NotTold`."""
        origin = get(asked.headers, "Origin") or ""
        if not self.allows(origin):
            return None
        headers = [("Access-Control-Allow-Origin", self._sent(origin))]
        if self.credentials:
            headers.append(("Access-Control-Allow-Credentials", "true"))
        for name, value in (("Method", self.methods), ("Headers", self.headers)):
            given = get(asked.headers, f"Access-Control-Request-{name}") or ""
            sent = given if value.strip() == "*" else value
            if sent:
                headers.append((f"Access-Control-Allow-{name.removesuffix('s')}s", sent))
        if self.max_age:
            headers.append(("Access-Control-Max-Age", self.max_age))
        return Reply(status=200, headers=tuple(headers))

    def on(self, reply: Reply, asked: Asked) -> Reply:
        """An answer with what is set on it. Raises `NotTold`.

        A program behind a policy is taken to leave the allowed origin to it.
        """
        origin = get(asked.headers, "Origin") or ""
        is_set = {}
        if self.allows(origin):
            is_set[_ORIGIN] = ("Access-Control-Allow-Origin", self._sent(origin))
            if self.credentials:
                is_set[_CREDENTIALS] = ("Access-Control-Allow-Credentials", "true")
            if self.expose:
                is_set["access-control-expose-headers"] = ("Access-Control-Expose-Headers", self.expose)
        kept = (pair for pair in reply.headers if pair[0].lower() not in is_set)
        return Reply(
            status=reply.status,
            headers=(*kept, *is_set.values()),
            by_program=reply.by_program,
            hidden=frozenset({*reply.hidden, *is_set, _ORIGIN, _CREDENTIALS}),
        )

    def _sent(self, origin: str) -> str:
        """The origin that asks, for `*` too; where a gateway has it so, `*` without credentials."""
        return "*" if self.star_without_credentials and "*" in self.exact and not self.credentials else origin

    def grant(self, where: str) -> Grant:
        """What it allows, in words."""
        star = "*" in self.exact or any(searched(pattern, "*") is not None for pattern in self.patterns)
        sent = "*" if self.star_without_credentials and not self.credentials else "{origin}"
        reflects = self.headers.strip() == "*"
        return Grant(
            where=where,
            origins=(sent,) if star else tuple(each for each in self.exact if _TO_BE_FILLED.search(each) is None),
            patterns=() if star else self.patterns,
            unknown=(*self.unknown, *(each for each in self.exact if _TO_BE_FILLED.search(each) is not None)),
            credentials=bool(self.credentials),
            methods=names_in(self.methods) or None,
            headers=None if reflects else names_in(self.headers) or None,
            any_header=reflects,
            expose=names_in(self.expose) or None,
            max_age=self.max_age or None,
        )


def policy_of_envoy(tree: Tree) -> Policy:
    """https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/cors/v3/cors.proto , and as it was
    written until 2020."""
    exact, patterns, unknown = matchers_in(_either(tree, "allow_origin_string_match", "allowOriginStringMatch"))
    old = names_in(_either(tree, "allow_origin", "allowOrigin"))
    expressions = names_in(_either(tree, "allow_origin_regex", "allowOriginRegex"))
    fraction = child(_either(tree, "filter_enabled", "filterEnabled"), "default_value")
    numerator = text_of(child(fraction, "numerator"))
    is_off = text_of(child(tree, "enabled")) == "false" or numerator == "0"
    whole = {"": "100", "HUNDRED": "100", "TEN_THOUSAND": "10000", "MILLION": "1000000"}
    parts = numerator not in ("", "0", whole.get(text_of(child(fraction, "denominator")).upper(), "100"))
    shadow = _either(tree, "shadow_enabled", "shadowEnabled")
    return Policy(
        exact=(*exact, *old),
        patterns=(*patterns, *(f"^(?:{each})$" for each in expressions)),
        unknown=unknown,
        methods=joined(_either(tree, "allow_methods", "allowMethods")),
        headers=joined(_either(tree, "allow_headers", "allowHeaders")),
        expose=joined(_either(tree, "expose_headers", "exposeHeaders")),
        max_age=text_of(_either(tree, "max_age", "maxAge")),
        credentials=credentials_in(_either(tree, "allow_credentials", "allowCredentials")),
        is_off=is_off,
        switch="filter_enabled" if parts else "shadow_enabled" if shadow else "",
    )


def policy_of_istio(tree: Tree) -> Policy:
    """https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy"""
    exact, patterns, unknown = matchers_in(child(tree, "allowOrigins"))
    return Policy(
        exact=(*exact, *names_in(child(tree, "allowOrigin"))),
        patterns=patterns,
        unknown=unknown,
        methods=joined(child(tree, "allowMethods")),
        headers=joined(child(tree, "allowHeaders")),
        expose=joined(child(tree, "exposeHeaders")),
        max_age=_seconds(text_of(child(tree, "maxAge"))),
        credentials=credentials_in(child(tree, "allowCredentials")),
        switch="unmatchedPreflights" if child(tree, "unmatchedPreflights") else "",
    )


def policy_of_gateway(tree: Tree) -> Policy:
    """https://gateway-api.sigs.k8s.io/geps/gep-1767/ , and Envoy Gateway's SecurityPolicy by the same names.

    `*` stands for any text in a host.
    """
    origins = names_in(child(tree, "allowOrigins"))
    return Policy(
        exact=tuple(each for each in origins if each == "*" or "*" not in each),
        patterns=tuple(_of_a_star(each) for each in origins if "*" in each and each != "*"),
        methods=joined(child(tree, "allowMethods")),
        headers=joined(child(tree, "allowHeaders")),
        expose=joined(child(tree, "exposeHeaders")),
        max_age=_seconds(text_of(child(tree, "maxAge"))),
        credentials=credentials_in(child(tree, "allowCredentials")),
        star_without_credentials=True,
    )


def _of_a_star(origin: str) -> str:
    scheme, _, host = origin.partition("://")
    return f"^{re.escape(scheme)}://{re.escape(host).replace(re.escape('*'), '.+')}$"


def matchers_in(tree: Tree) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What the texts that a list of matchers takes equal, expressions of others, and matchers that are not read.

    https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/matcher/v3/string.proto
    """
    exact: list[str] = []
    patterns: list[str] = []
    unknown: list[str] = []
    for each in tree if isinstance(tree, list) else [tree] if tree else []:
        if isinstance(each, str):
            unknown.append(each)
            continue
        ignores = "(?i)" if text_of(_either(each, "ignore_case", "ignoreCase")) == "true" else ""
        regex = text_of(child(each, "regex")) or text_of(child(_either(each, "safe_regex", "safeRegex"), "regex"))
        for name, before, after in (
            ("prefix", "^", ""),
            ("suffix", "", "$"),
            ("contains", "", ""),
            ("exact", "^", "$"),
        ):
            value = text_of(child(each, name))
            if value and name == "exact" and not ignores:
                exact.append(value)
            elif value:
                patterns.append(f"{ignores}{before}{re.escape(value)}{after}")
        if regex:
            patterns.append(f"^(?:{regex})$")
        if not regex and not any(text_of(child(each, name)) for name in _ENDS):
            unknown.append(next(map(str, each), "{}"))
    return tuple(exact), tuple(patterns), tuple(unknown)


_ENDS: Final = {"prefix": ("^", ""), "suffix": ("", "$"), "contains": ("", ""), "exact": ("^", "$")}


def joined(tree: Tree) -> str:
    """Names as one text, where they are a list."""
    return text_of(tree) if isinstance(tree, str) else ",".join(names_in(tree)) if isinstance(tree, list) else ""


def credentials_in(tree: Tree) -> bool | None:
    """A flag, which may stand in a mapping of its own; None where it is not there."""
    text = text_of(child(tree, "value")) if isinstance(tree, dict) else text_of(tree)
    return None if not text else text.lower() == "true"


def _seconds(text: str) -> str:
    """A time such as `24h` or `600s` in seconds."""
    parts = re.findall(r"(\d{1,9})(h|ms|m|s)?", text)
    sizes = {"h": 3600, "m": 60, "s": 1, "": 1, "ms": 0}
    return str(sum(int(number) * sizes[unit] for number, unit in parts)) if parts else ""


def _either(tree: Tree, *names: str) -> Tree:
    return next((found for name in names if (found := child(tree, name))), "")
