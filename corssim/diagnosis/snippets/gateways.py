"""Gateways and proxies: Traefik, HAProxy, Envoy, ingress-nginx, Kong and IIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from .model import USUAL_METHODS, Snippet, header_names, listed_headers, one_list, without_star
from .quoting import array, pattern_for, quoted

if TYPE_CHECKING:
    from .model import ServerChange


def traefik(change: ServerChange) -> Snippet:
    """https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/headers/#cors-headers

    https://github.com/traefik/traefik/blob/master/pkg/middlewares/headers/header.go
    """
    shown, narrower = one_list(change, "Traefik's headers middleware")
    origins = ("*",) if shown.any_origin else shown.named_origins
    lines = [
        "http:",
        "  middlewares:",
        "    cors:",
        "      headers:",
        "        accessControlAllowOriginList:",
        *(f"          - {quoted(origin)}" for origin in origins),
        "        accessControlAllowMethods:",
        *(f"          - {quoted(method)}" for method in shown.all_methods),
    ]
    for name, values in (("AllowHeaders", header_names(shown)), ("ExposeHeaders", shown.expose)):
        if values:
            lines += [f"        accessControl{name}:", *(f"          - {quoted(value)}" for value in values)]
    if shown.allow_credentials:
        lines.append("        accessControlAllowCredentials: true")
    if shown.max_age is not None:
        lines.append(f"        accessControlMaxAge: {shown.max_age}")
    if not shown.any_origin:
        lines.append("        addVaryHeader: true")
    lines += ["  routers:", "    api:   # the name of your router", "      middlewares:", "        - cors"]
    note = (
        "A middleware does nothing until a router names it: in labels "
        "traefik.http.routers.NAME.middlewares=cors@file. It takes the place of such headers of the program behind, "
        "and answers preflights itself."
    )
    if shown.max_age is None:
        note += " Without accessControlMaxAge it sends 0: no preflight is kept."
    return Snippet("traefik", "Traefik: headers middleware", "yaml", "\n".join(lines) + "\n", narrower + note)


def haproxy(change: ServerChange) -> Snippet:
    """https://docs.haproxy.org/2.8/configuration.html#4.2-http-response"""
    lines = ["# In the frontend:"]
    named = [f"-m str {origin}" for origin in change.named_origins]
    if named:
        lines += ["http-request set-var(txn.origin) req.hdr(Origin)"]
        lines += [f"acl cors_origin var(txn.origin) {each}" for each in named]
    if change.parts_origins:
        lines += [f"acl cors_credentials var(txn.origin) -m str {origin}" for origin in change.allow_origins]
    lines.append("acl cors_preflight method OPTIONS")
    lines.append("acl cors_asks req.hdr(Access-Control-Request-Method) -m found")
    preflight = [("Access-Control-Allow-Methods", ", ".join(change.all_methods))]
    if change.headers:
        preflight.append(("Access-Control-Allow-Headers", ", ".join(change.headers)))
    if change.max_age is not None:
        preflight.append(("Access-Control-Max-Age", str(change.max_age)))
    given = " ".join(f"hdr {name} {_haproxy(value)}" for name, value in preflight)
    lines.append(f"http-request return status 204 {given} if cors_preflight cors_asks")
    after: list[str] = []
    of_preflights = [name for name, _ in preflight]
    after += [f"del-header {name}" for name in change.replaces if name not in of_preflights]
    everybody = "" if change.any_origin else " if cors_origin"
    if change.any_origin:
        after.append(
            "set-header Access-Control-Allow-Origin *"
            + (" unless cors_origin" if named and not change.is_for_anybody else "")
        )
    if not change.is_for_anybody:
        after.append("set-header Access-Control-Allow-Origin %[var(txn.origin)] if cors_origin")
        after.append("add-header Vary Origin")
    if change.allow_credentials:
        trusted = "cors_credentials" if change.parts_origins else "cors_origin"
        after.append(f"set-header Access-Control-Allow-Credentials true if {trusted}")
    if change.expose:
        after.append(f"set-header Access-Control-Expose-Headers {_haproxy(', '.join(change.expose))}{everybody}")
    lines += [f"http-after-response {each}" for each in after]
    note = (
        "HAProxy 2.2 and later: http-after-response reaches its own answers and errors too. It replaces such headers "
        "of the program behind."
    )
    return Snippet("haproxy", "HAProxy", "haproxy", "\n".join(lines) + "\n", note)


def _haproxy(value: str) -> str:
    """A log-format text between quotes: a percent sign is written twice, and quotes cannot come here."""
    return '"' + value.replace("%", "%%").replace("$", "\\$") + '"'


def envoy(change: ServerChange) -> Snippet:
    """https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/cors/v3/cors.proto

    https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/cors/cors_filter.cc
    """
    shown, narrower = one_list(change, "Envoy's CORS policy")
    lines = ["# In the virtual host or the route:", "typed_per_filter_config:", "  envoy.filters.http.cors:"]
    lines.append('    "@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy')
    lines.append("    allow_origin_string_match:")
    if shown.any_origin:
        lines.append('      - exact: "*"')
    else:
        lines += [f"      - exact: {quoted(origin)}" for origin in shown.named_origins]
    lines.append(f"    allow_methods: {quoted(', '.join(shown.all_methods))}")
    if headers := listed_headers(shown):
        lines.append(f"    allow_headers: {quoted(', '.join(headers))}")
    if shown.expose:
        lines.append(f"    expose_headers: {quoted(', '.join(shown.expose))}")
    if shown.allow_credentials:
        lines.append("    allow_credentials: true")
    if shown.max_age is not None:
        lines.append(f'    max_age: "{shown.max_age}"')
    lines += [
        "",
        "# In http_filters, before the router and before what checks the sign-in:",
        "- name: envoy.filters.http.cors",
        "  typed_config:",
        '    "@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors',
    ]
    note = (
        "It takes the place of such headers of the program behind; a preflight of an origin that is not listed goes to "
        "that program. It sends no Vary: Origin: where a cache stands in front, let the program behind send it."
    )
    return Snippet("envoy", "Envoy: CORS filter", "yaml", "\n".join(lines) + "\n", narrower + note)


def ingress_nginx(change: ServerChange) -> Snippet:
    """https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#enable-cors

    https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/annotations/cors/main.go
    """
    shown, narrower = one_list(change, "The annotations")
    named = [origin for origin in shown.named_origins if _INGRESS_ORIGIN.fullmatch(origin)]
    refused = [] if shown.any_origin else [origin for origin in shown.named_origins if origin not in named]
    # What is not made of letters is refused, `*` too, and the default stands.
    methods = [method for method in without_star(shown.all_methods) or USUAL_METHODS if method.isalpha()]
    rows = [
        ("enable-cors", "true"),
        ("cors-allow-origin", "*" if shown.any_origin else ", ".join(named)),
        ("cors-allow-methods", ", ".join(dict.fromkeys((*methods, "OPTIONS")))),
        # The default lists ten names, and is true for credentials.
        ("cors-allow-credentials", "true" if shown.allow_credentials else "false"),
    ]
    if headers := without_star(shown.headers):
        rows.insert(3, ("cors-allow-headers", ", ".join(headers)))
    if shown.expose:
        rows.append(("cors-expose-headers", ", ".join(shown.expose)))
    if shown.max_age is not None:
        rows.append(("cors-max-age", str(shown.max_age)))
    if refused and not named:
        rows = [("enable-cors", "false")]
    # What it refuses is not left out there: the default, every origin, takes the place of the list.
    lines = [f"# It cannot name {origin}." for origin in refused]
    lines += ["metadata:", "  annotations:"]
    lines += [f"    nginx.ingress.kubernetes.io/{name}: {quoted(value)}" for name, value in rows]
    note = (
        "cors-allow-origin is the page's origin, not the host of the Ingress. They take the place of such headers of "
        "the program behind."
    )
    if refused:
        note += " An origin that it cannot name would let every origin in: let the program behind answer for it."
    left_out = [method for method in without_star(shown.methods) if not method.isalpha()]
    note += f" ingress-nginx cannot allow {', '.join(left_out)}." if left_out else ""
    if "*" in shown.headers:
        note += " It takes no `*` for request headers: name each in cors-allow-headers."
    return Snippet("ingress-nginx", "Kubernetes: ingress-nginx", "yaml", "\n".join(lines) + "\n", narrower + note)


_INGRESS_ORIGIN = lazy_pattern(r"[a-z]+://[a-z0-9.\-]*(?::[0-9]+)?")


def kong(change: ServerChange) -> Snippet:
    """https://developer.konghq.com/plugins/cors/

    https://github.com/Kong/kong/blob/master/kong/plugins/cors/handler.lua
    """
    shown, narrower = one_list(change, "Kong's plugin")
    origins = ["'*'"] if shown.any_origin else [f"'{_kong_origin(origin)}'" for origin in shown.named_origins]
    methods = [method for method in shown.all_methods if method in _KONG] or list(_KONG)
    headers = listed_headers(shown)
    lines = [
        "plugins:",
        "  - name: cors",
        "    config:",
        f"      origins: [{', '.join(origins)}]",
        f"      methods: {array(methods)}",
        # Without a list it answers what is asked for.
        f"      headers: {array(headers)}" if headers and "*" not in headers else "",
        f"      exposed_headers: {array(shown.expose)}" if shown.expose else "",
        f"      credentials: {'true' if shown.allow_credentials else 'false'}",
        f"      max_age: {shown.max_age}" if shown.max_age is not None else "",
        "      preflight_continue: false",
    ]
    left_out = [method for method in shown.methods if method not in (*_KONG, "*")]
    note = (
        "On the service, the route or all of Kong; it answers preflights before authentication plugins, and takes the "
        "place of such headers of the program behind."
    )
    note += f" Kong cannot allow {', '.join(left_out)}." if left_out else ""
    if any("[" in origin for origin in shown.named_origins):
        note += " Kong compares IPv6 addresses without their brackets, so that it cannot allow such an origin."
    return Snippet("kong", "Kong: cors plugin", "yaml", "\n".join(filter(None, lines)) + "\n", narrower + note)


def _kong_origin(origin: str) -> str:
    """What has other characters than these is taken for a regular expression."""
    return origin if set(origin) <= _KONG_PLAIN else pattern_for(origin)


_KONG_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.:/-")

_KONG = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT")


def iis(change: ServerChange) -> Snippet:
    """https://learn.microsoft.com/iis/extensions/cors-module/cors-module-configuration-reference"""

    def add(origin: str, of: ServerChange) -> list[str]:
        credentials = "true" if of.allow_credentials else "false"
        age = "" if of.max_age is None else f' maxAge="{of.max_age}"'
        any_header = "*" in listed_headers(of)
        lines = [f'      <add origin="{origin}" allowCredentials="{credentials}"{age}>']
        lines.append(f'        <allowHeaders allowAllRequestedHeaders="{"true" if any_header else "false"}">')
        lines += [f'          <add header="{_xml(name)}" />' for name in without_star(of.headers)]
        lines += ["        </allowHeaders>", "        <allowMethods>"]
        lines += [f'          <add method="{_xml(method)}" />' for method in of.all_methods]
        lines.append("        </allowMethods>")
        if of.expose:
            lines += [
                "        <exposeHeaders>",
                *(f'          <add header="{_xml(name)}" />' for name in of.expose),
                "        </exposeHeaders>",
            ]
        return [*lines, "      </add>"]

    rules: list[str] = []
    if change.parts_origins:
        for origin in change.allow_origins:
            rules += add(origin, change.with_credentials_alone())
        public = change.public_alone()
        for origin in ("*",) if public.any_origin else public.named_origins:
            rules += add(origin, public)
    else:
        for origin in ("*",) if change.any_origin else change.named_origins:
            rules += add(origin, change)
    text = "\n".join(
        [
            "<system.webServer>",
            '    <cors enabled="true" failUnlistedOrigins="false">',
            *rules,
            "    </cors>",
            "</system.webServer>",
        ]
    )
    note = (
        "web.config, with the IIS CORS module installed; the most particular origin counts. Take Access-Control lines "
        "out of <customHeaders> and of the app: a header sent twice fails."
    )
    return Snippet("iis", "IIS: CORS module", "xml", text + "\n", note)


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
