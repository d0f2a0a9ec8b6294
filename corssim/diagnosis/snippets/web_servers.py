"""nginx, Apache and Caddy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Snippet
from .quoting import apache_value, nginx_value, pattern_for, quoted

if TYPE_CHECKING:
    from .model import ServerChange


def nginx(change: ServerChange) -> Snippet:
    """https://nginx.org/en/docs/http/ngx_http_headers_module.html"""
    maps = [
        "# In the http block:",
        "map $http_origin $cors_origin {",
        '    default "";',
        f"    {quoted(change.allow_origin)} $http_origin;",
        "}",
    ]
    if change.allow_credentials:
        maps += ["map $cors_origin $cors_credentials {", '    "" "";', "    default true;", "}"]
    maps += [
        'map "$request_method $http_access_control_request_method" $cors_preflight {',
        "    default 0;",
        '    "~^OPTIONS ." 1;',
        "}",
    ]
    if any("$" in name for name in (*change.methods, *change.headers, *change.expose)):
        maps += ["geo $cors_dollar {", '    default "$";', "}"]
    both = ["Vary Origin", "Access-Control-Allow-Origin $cors_origin"]
    if change.allow_credentials:
        both.append("Access-Control-Allow-Credentials $cors_credentials")
    actual = [f"Access-Control-Expose-Headers {nginx_value(', '.join(change.expose))}"] if change.expose else []
    preflight = [f"Access-Control-Allow-Methods {nginx_value(', '.join(change.all_methods))}"]
    if change.headers:
        preflight.append(f"Access-Control-Allow-Headers {nginx_value(', '.join(change.headers))}")
    if change.max_age is not None:
        preflight.append(f"Access-Control-Max-Age {change.max_age}")
    location = [
        "",
        "# In the location block:",
        *(f"add_header {header} always;" for header in (*both, *actual)),
        "if ($cors_preflight) {",
        "    # A block with an add_header of its own inherits none.",
        *(f"    add_header {header} always;" for header in (*both, *preflight)),
        "    return 204;",
        "}",
    ]
    note = (
        "`always` keeps the headers on error answers. For another origin add a line to the first map. If the program "
        "behind sends them too, take its own away: proxy_hide_header Access-Control-Allow-Origin; a header sent twice "
        "fails. add_header lines of outer blocks have to be repeated here."
    )
    return Snippet("nginx", "nginx", "nginx", "\n".join([*maps, *location]) + "\n", note)


def apache(change: ServerChange) -> Snippet:
    """https://httpd.apache.org/docs/2.4/mod/mod_headers.html"""
    origin = change.allow_origin
    preflight = [f"Header always set Access-Control-Allow-Methods {apache_value(', '.join(change.all_methods))}"]
    if change.headers:
        preflight.append(f"Header always set Access-Control-Allow-Headers {apache_value(', '.join(change.headers))}")
    if change.max_age is not None:
        preflight.append(f'Header always set Access-Control-Max-Age "{change.max_age}"')
    sharing = [f'Header always set Access-Control-Allow-Origin "{origin}"']
    if change.allow_credentials:
        sharing.append('Header always set Access-Control-Allow-Credentials "true"')
    if change.expose:
        sharing.append(f"Header always set Access-Control-Expose-Headers {apache_value(', '.join(change.expose))}")
    lines = [
        f'SetEnvIf Origin "{pattern_for(origin)}" CORS_ALLOWED',
        'SetEnvIf Access-Control-Request-Method "." CORS_PREFLIGHT',
        'Header always merge Vary "Origin"',
        *(f"{line} env=CORS_ALLOWED" for line in sharing),
        *(f"{line} env=CORS_PREFLIGHT" for line in preflight),
        "",
        "RewriteEngine On",
        "RewriteCond %{REQUEST_METHOD} =OPTIONS",
        "RewriteCond %{HTTP:Access-Control-Request-Method} .",
        "RewriteRule ^ - [R=204,L]",
    ]
    note = (
        "Needs mod_headers, mod_setenvif and mod_rewrite (a2enmod headers setenvif rewrite); it can stand in a virtual "
        "host or in .htaccess. `always` keeps the headers on error answers. If the program behind sends them too, take "
        "its own away: Header onsuccess unset Access-Control-Allow-Origin."
    )
    return Snippet("apache", "Apache httpd", "apache", "\n".join(lines) + "\n", note)


def caddy(change: ServerChange) -> Snippet:
    """https://caddyserver.com/docs/caddyfile/directives/header"""
    origin = quoted(change.allow_origin)
    sharing = [f"Access-Control-Allow-Origin {origin}"]
    if change.allow_credentials:
        sharing.append("Access-Control-Allow-Credentials true")
    if change.expose:
        sharing.append(f"Access-Control-Expose-Headers {quoted(', '.join(change.expose))}")
    preflight = [f"Access-Control-Allow-Methods {quoted(', '.join(change.all_methods))}"]
    if change.headers:
        preflight.append(f"Access-Control-Allow-Headers {quoted(', '.join(change.headers))}")
    if change.max_age is not None:
        preflight.append(f"Access-Control-Max-Age {change.max_age}")
    lines = [
        f"@cors header Origin {origin}",
        "@preflight {",
        "\tmethod OPTIONS",
        f"\theader Origin {origin}",
        "\theader Access-Control-Request-Method *",
        "}",
        "header +Vary Origin",
        "header @cors {",
        *(f"\t{line}" for line in sharing),
        "}",
        "header @preflight {",
        *(f"\t{line}" for line in preflight),
        "}",
        "handle @preflight {",
        "\trespond 204",
        "}",
    ]
    note = (
        "Caddy 2; inside the site block, above its other handle blocks. If the program behind reverse_proxy sends the "
        "headers too, take its own away: header_down -Access-Control-Allow-Origin."
    )
    return Snippet("caddy", "Caddy", "caddyfile", "\n".join(lines) + "\n", note)
