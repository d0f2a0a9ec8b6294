"""Gateways and proxies: Traefik, HAProxy, Envoy, ingress-nginx, Kong and IIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Snippet, one_list, without_star
from .quoting import array, pattern_for_any, quoted

if TYPE_CHECKING:
    from .model import ServerChange

_BEHIND = " If the program behind answers with CORS headers too, take them away there: a header sent twice fails."


def traefik(change: ServerChange) -> Snippet:
    """https://doc.traefik.io/traefik/middlewares/http/headers/#cors-headers"""
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
    for name, values in (("AllowHeaders", shown.headers), ("ExposeHeaders", shown.expose)):
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
    """https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter"""
    shown, narrower = one_list(change, "Envoy's CORS policy")
    lines = ["# In the virtual host or the route:", "typed_per_filter_config:", "  envoy.filters.http.cors:"]
    lines.append('    "@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy')
    lines.append("    allow_origin_string_match:")
    if shown.any_origin:
        lines.append('      - safe_regex: { regex: ".*" }' if shown.allow_credentials else '      - exact: "*"')
    else:
        lines += [f"      - exact: {quoted(origin)}" for origin in shown.named_origins]
    lines.append(f"    allow_methods: {quoted(', '.join(shown.all_methods))}")
    if shown.headers:
        lines.append(f"    allow_headers: {quoted(', '.join(shown.headers))}")
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
    note = "A preflight of an origin that is not listed goes to the program behind, which then answers it." + _BEHIND
    return Snippet("envoy", "Envoy: CORS filter", "yaml", "\n".join(lines) + "\n", narrower + note)


def ingress_nginx(change: ServerChange) -> Snippet:
    """https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#enable-cors"""
    shown, narrower = one_list(change, "The annotations")
    origins = "*" if shown.any_origin else ", ".join(shown.named_origins)
    rows = [
        ("enable-cors", "true"),
        ("cors-allow-origin", origins),
        (
            "cors-allow-methods",
            ", ".join((*without_star(shown.all_methods), "OPTIONS")) if shown.all_methods != ("*",) else "*",
        ),
        # The default lists ten names, and is true for credentials.
        ("cors-allow-credentials", "true" if shown.allow_credentials else "false"),
    ]
    if shown.headers:
        rows.insert(3, ("cors-allow-headers", ", ".join(shown.headers)))
    if shown.expose:
        rows.append(("cors-expose-headers", ", ".join(shown.expose)))
    if shown.max_age is not None:
        rows.append(("cors-max-age", str(shown.max_age)))
    lines = ["metadata:", "  annotations:"]
    lines += [f"    nginx.ingress.kubernetes.io/{name}: {quoted(value)}" for name, value in rows]
    note = "cors-allow-origin is the page's origin, not the host of the Ingress. " + _BEHIND.strip()
    return Snippet("ingress-nginx", "Kubernetes: ingress-nginx", "yaml", "\n".join(lines) + "\n", narrower + note)


def kong(change: ServerChange) -> Snippet:
    """https://developer.konghq.com/plugins/cors/"""
    shown, narrower = one_list(change, "Kong's plugin")
    origins = (
        ("*",)
        if shown.any_origin
        else tuple(pattern_for_any([origin]) if "*" in origin else origin for origin in shown.named_origins)
    )
    methods = [method for method in shown.all_methods if method in _KONG] or list(_KONG)
    lines = [
        "plugins:",
        "  - name: cors",
        "    config:",
        f"      origins: {array(origins)}",
        f"      methods: {array(methods)}",
        f"      headers: {array(without_star(shown.headers))}" if without_star(shown.headers) else "",
        f"      exposed_headers: {array(shown.expose)}" if shown.expose else "",
        f"      credentials: {'true' if shown.allow_credentials else 'false'}",
        f"      max_age: {shown.max_age}" if shown.max_age is not None else "",
        "      preflight_continue: false",
    ]
    left_out = [method for method in shown.methods if method not in (*_KONG, "*")]
    note = "On the service, the route or all of Kong; authentication plugins let a preflight pass that this answers."
    note += f" Kong cannot allow {', '.join(left_out)}." if left_out else ""
    return Snippet(
        "kong", "Kong: cors plugin", "yaml", "\n".join(filter(None, lines)) + "\n", narrower + note + _BEHIND
    )


_KONG = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT")


def iis(change: ServerChange) -> Snippet:
    """https://learn.microsoft.com/iis/extensions/cors-module/cors-module-configuration-reference"""

    def add(origin: str, of: ServerChange) -> list[str]:
        credentials = "true" if of.allow_credentials else "false"
        age = "" if of.max_age is None else f' maxAge="{of.max_age}"'
        any_header = "*" in of.headers and not of.allow_credentials
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
