"""Gateways: annotations of an Ingress, Traefik, Envoy, Kong, and Amazon's SAM templates."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from .model import Configured, Grant, Mistake, matches
from .scan import flag_of, list_of, scalar_of, unquoted, without_comments

_ANNOTATION: Final = lazy_pattern(
    r"[\"']?nginx\.ingress\.kubernetes\.io/([a-z-]+)[\"']?\s*[:=]\s*(\"[^\"\n]*\"|'[^'\n]*'|[^\n]+)"
)
_INGRESS_METHODS: Final = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS")
_INGRESS_HEADERS: Final = (
    *("DNT", "Keep-Alive", "User-Agent", "X-Requested-With", "If-Modified-Since", "Cache-Control"),
    *("Content-Type", "Range", "Authorization"),
)


def read_ingress(text: str) -> Configured:
    """https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#enable-cors"""
    told = {name: unquoted(value.strip()) for name, value in _ANNOTATION.findall(without_comments(text))}
    mistakes: list[Mistake] = []
    if told.get("enable-cors", "").lower() != "true":
        mistakes.append(
            Mistake(
                "not-enabled", 'enable-cors is not "true": the other annotations do nothing.', 'enable-cors: "true"'
            )
        )
        return Configured(
            kind="ingress-nginx", software="ingress-nginx", grants=(), mistakes=tuple(mistakes), preflight_status=None
        )
    origins = tuple(each.strip() for each in told.get("cors-allow-origin", "*").split(",") if each.strip())
    hosts = re.findall(r"(?m)^[^\S\n]*(?:-\s*)?host:\s*[\"']?([\w.*-]+)", text)
    own = [origin for origin in origins if origin.partition("://")[2] in hosts]
    if own and len(own) == len(origins):
        mistakes.append(
            Mistake(
                "own-host-allowed",
                f"{', '.join(own)} is the host of the Ingress itself: pages of it are of the same origin and need no "
                "CORS, and any other page gets no CORS headers.",
                "The origin of the page that asks.",
            )
        )
    stars = tuple(_star(origin) for origin in origins if "*." in origin)
    grant = Grant(
        where="the Ingress",
        origins=tuple(origin for origin in origins if "*." not in origin),
        patterns=stars,
        credentials=told.get("cors-allow-credentials", "true").lower() == "true",
        methods=_split(told.get("cors-allow-methods")) or _INGRESS_METHODS,
        headers=_split(told.get("cors-allow-headers")) or _INGRESS_HEADERS,
        expose=_split(told.get("cors-expose-headers")),
        max_age=told.get("cors-max-age", "1728000"),
    )
    return Configured(kind="ingress-nginx", software="ingress-nginx", grants=(grant,), mistakes=tuple(mistakes))


def _star(origin: str) -> str:
    return "^" + re.escape(origin).replace(r"\*", r"[A-Za-z0-9-]+") + "$"


def _split(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())


_FORWARDED: Final = (
    "An OPTIONS of an origin that is not listed is not answered here: it goes to the program behind, and has CORS "
    "headers only if that adds them."
)
OF_HTTP_API: Final = (
    "On AWS it is on every answer; `sam local` sends it on preflights alone, so that there a simple request is blocked."
)
OF_REST_API: Final = (
    "It answers preflights alone: the function behind a proxy integration sends Access-Control-Allow-Origin itself on "
    "its answers, and errors of the gateway need GatewayResponses."
)
_LABEL: Final = lazy_pattern(
    r"traefik\.http\.middlewares\.([\w-]+)\.headers\.(\w+)\s*[=:]\s*[\"']?([^\"'\n]*)", re.IGNORECASE
)

_MIDDLEWARES_OF_ROUTERS: Final = lazy_pattern(r"routers\.[\w-]+\.middlewares\s*[=:]([^\n]*)", re.IGNORECASE)


def read_traefik(text: str) -> Configured:
    """https://doc.traefik.io/traefik/middlewares/http/headers/#cors-headers"""
    text = without_comments(text)
    labels = _LABEL.findall(text)
    mistakes: list[Mistake] = []
    if labels:
        name = labels[0][0]
        told = {key.lower(): value.strip() for _, key, value in labels}
        named = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        attached = any(named.search(value) for value in _MIDDLEWARES_OF_ROUTERS.findall(text))
        grant = Grant(
            where=f"middleware {name}",
            origins=_split(told.get("accesscontrolalloworiginlist") or told.get("accesscontrolalloworigin")) or (),
            patterns=_split(told.get("accesscontrolalloworiginlistregex")) or (),
            credentials=told.get("accesscontrolallowcredentials", "").lower() == "true",
            methods=_split(told.get("accesscontrolallowmethods")),
            headers=_split(told.get("accesscontrolallowheaders")),
            expose=_split(told.get("accesscontrolexposeheaders")),
            max_age=told.get("accesscontrolmaxage", "0"),
        )
    else:
        place = re.search(r"(?m)^[^\S\n]*([\w-]+):[^\S\n]*\n\s*headers:", text)
        name = place[1] if place else ""
        routers = re.findall(r"(?ms)^[^\S\n]*middlewares:[^\S\n]*\n((?:\s*-\s*[^\n]+\n?)+)", text)
        attached = not name or any(name in each for each in routers) or "routers" not in text
        grant = Grant(
            where=f"middleware {name}" if name else "the middleware",
            origins=list_of(text, "accessControlAllowOriginList", "accessControlAllowOrigin") or (),
            patterns=list_of(text, "accessControlAllowOriginListRegex") or (),
            credentials=flag_of(text, "accessControlAllowCredentials"),
            methods=list_of(text, "accessControlAllowMethods"),
            headers=list_of(text, "accessControlAllowHeaders"),
            expose=list_of(text, "accessControlExposeHeaders"),
            max_age=scalar_of(text, "accessControlMaxAge") or "0",
        )
    if not attached:
        mistakes.append(
            Mistake(
                "not-attached",
                f"No router names the middleware {name}: nothing of it is sent.",
                f"traefik.http.routers.NAME.middlewares={name}",
            )
        )
    grants = (grant,) if attached else ()
    status = 200 if attached and grant.methods is not None else None
    told_though = () if attached else (f"It would allow: {describe(grant)}.",)
    return Configured(
        kind="Traefik",
        software="traefik",
        grants=grants,
        mistakes=tuple(mistakes),
        preflight_status=status,
        notes=told_though,
    )


def describe(grant: Grant) -> str:
    """A grant in one line."""
    parts = [f"origins {', '.join((*grant.origins, *grant.patterns)) or 'none'}"]
    parts += [f"methods {', '.join(grant.methods)}"] if grant.methods else []
    parts += [f"headers {', '.join(grant.headers)}"] if grant.headers else []
    parts += ["credentials"] if grant.credentials else []
    return "; ".join(parts)


# https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy
_OF_ISTIO: Final = {
    "allowOrigins": "allow_origin_string_match", "allowOrigin": "allow_origin", "allowMethods": "allow_methods",
    "allowHeaders": "allow_headers", "allowCredentials": "allow_credentials", "exposeHeaders": "expose_headers",
    "maxAge": "max_age",
}  # fmt: skip
_ISTIO_KEY: Final = lazy_pattern(rf"\b(?:{'|'.join(_OF_ISTIO)})\b")
_ENVOY_KEY: Final = lazy_pattern(r"[\"'\s](?:allow_(?:methods|headers|credentials)|expose_headers|max_age)\b")


def read_envoy(text: str) -> Configured:
    """https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter

    Istio's corsPolicy has the same settings by other names.
    """
    text = without_comments(text)
    policy = re.search(r"\bcorsPolicy\b", text)
    if policy is not None:
        text = _ISTIO_KEY.sub(lambda key: _OF_ISTIO[key[0]], text[policy.end() :])
    start = text.find("allow_origin_string_match")
    following = _ENVOY_KEY.search(text, start) if start >= 0 else None
    block = text[start : following.start() if following is not None else start + 2000] if start >= 0 else ""
    exact = re.findall(r"exact[\"']?\s*:\s*[\"']?([^\"'\s},]+)", block)
    prefix = [f"^{re.escape(each)}" for each in re.findall(r"\bprefix[\"']?\s*:\s*[\"']?([^\"'\s},]+)", block)]
    suffix = [f"{re.escape(each)}$" for each in re.findall(r"\bsuffix[\"']?\s*:\s*[\"']?([^\"'\s},]+)", block)]
    regex = [f"^(?:{each})$" for each in re.findall(r"\bregex[\"']?\s*:\s*[\"']?([^\"'\n},]+)", block)]
    # As they were written until 2020: https://www.envoyproxy.io/docs/envoy/v1.14.4/api-v2/api/v2/route/route_components.proto
    exact += [each for each in list_of(text, "allow_origin") or () if not each.startswith(("exact", "prefix", "{"))]
    regex += [f"^(?:{each})$" for each in list_of(text, "allow_origin_regex") or ()]
    # A matcher that lets the text `*` pass lets everybody pass.
    star = "*" in exact or any(matches(each, "*") for each in (*prefix, *suffix, *regex))
    grant = Grant(
        where="the route",
        # Envoy answers with the origin that asks, for `*` too.
        origins=("{origin}",) if star else tuple(exact),
        patterns=(*prefix, *suffix, *regex),
        credentials=flag_of(text, "allow_credentials"),
        methods=list_of(text, "allow_methods"),
        headers=list_of(text, "allow_headers"),
        expose=list_of(text, "expose_headers"),
        max_age=scalar_of(text, "max_age"),
    )
    return Configured(
        kind="Envoy" if policy is None else "Istio",
        software="envoy",
        grants=(grant,),
        preflight_status=200,
        notes=(_FORWARDED,),
    )


def read_kong(text: str) -> Configured:
    """https://developer.konghq.com/plugins/cors/"""
    text = without_comments(text)
    told = _KONG_SETTING.findall(text)
    if told:  # as its Admin API is asked
        lists: dict[str, list[str]] = {}
        for name, value in told:
            lists.setdefault(name, []).append(value)
        text = "\n".join(f"{name}: [{', '.join(values)}]" for name, values in lists.items())
        text = re.sub(r"(?m)^(credentials|max_age): \[(.*)\]$", r"\1: \2", text)
    origins = list_of(text, "origins", "origin") or ("*",)
    credentials = flag_of(text, "credentials")
    headers = list_of(text, "headers")
    headers = None if headers in ((), ("null",), ("~",)) else headers
    grant = Grant(
        where="the plugin cors",
        origins=tuple("{origin}" if each == "*" and credentials else each for each in origins if not _is_pattern(each)),
        patterns=tuple(_anchored(each) for each in origins if _is_pattern(each)),
        credentials=credentials,
        methods=list_of(text, "methods")
        or ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"),
        headers=headers,
        any_header=headers is None,
        expose=list_of(text, "exposed_headers") or None,
        max_age=scalar_of(text, "max_age"),
    )
    return Configured(kind="Kong", software="kong", grants=(grant,), preflight_status=200)


_KONG_SETTING: Final = lazy_pattern(r"\bconfig\.(\w+?)(?:\[\d*\])?=([^\s\"'\\]+)")


def _is_pattern(text: str) -> bool:
    return text != "*" and re.search(r"[^A-Za-z0-9.:/-]", text) is not None


def _anchored(pattern: str) -> str:
    """An expression of Kong's: it is for all of an origin, or for all of its host where no colon is in it."""
    whole = f"(?:{pattern.removeprefix('^').removesuffix('$')})"
    return f"^{whole}$" if ":" in pattern else f"^[a-z][a-z0-9+.-]*://{whole}(?::[0-9]+)?$"


def read_sam(text: str) -> Configured:
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html"""
    text = without_comments(text)
    is_http = re.search(r"HttpApi|CorsConfiguration|AllowOrigins", text) is not None
    start = re.search(r"(?m)^[^\S\n]*(?:Cors|CorsConfiguration|cors)\s*:", text)
    block = text[start.end() :] if start else text
    shorthand = re.match(r"[ \t]*+[\"']?'?([^\n\"']++)'?[\"']?[ \t]*\n", block) if start else None
    mistakes: list[Mistake] = []
    credentials = scalar_of(block, "AllowCredentials")
    origins = list_of(block, "AllowOrigins", "AllowOrigin") or (
        (shorthand[1].strip(),) if shorthand and shorthand[1].strip() else ()
    )
    if credentials is not None and credentials.lower() not in ("true", "false"):
        mistakes.append(
            Mistake(
                "credentials-not-boolean",
                f"AllowCredentials is {credentials!r}: it has to be true or false.",
                "AllowCredentials: true",
            )
        )
    grant = Grant(
        where="the API" if is_http else "the mock answer to OPTIONS",
        origins=origins,
        credentials=(credentials or "").lower() == "true",
        methods=list_of(block, "AllowMethods"),
        headers=list_of(block, "AllowHeaders"),
        expose=list_of(block, "ExposeHeaders"),
        max_age=scalar_of(block, "MaxAge"),
        on="all" if is_http else "preflights",
    )
    return Configured(
        kind="AWS SAM: HTTP API" if is_http else "AWS SAM: REST API",
        software="api-gateway" if is_http else "api-gateway-rest",
        grants=(grant,),
        mistakes=tuple(mistakes),
        notes=(OF_HTTP_API if is_http else OF_REST_API,),
        fixed_origin=not is_http,
    )
