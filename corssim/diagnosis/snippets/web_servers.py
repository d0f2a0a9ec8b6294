"""nginx, Apache and Caddy: what they answer depends on variables that they take from the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .model import Snippet
from .quoting import apache_value, nginx_value, pattern_for_any, quoted

if TYPE_CHECKING:
    from .model import ServerChange

_CORS_HEADERS: Final = ("Origin", "Credentials", "Methods", "Headers")


def nginx(change: ServerChange) -> Snippet:
    """https://nginx.org/en/docs/http/ngx_http_headers_module.html"""
    allow_origin = '"*"' if change.is_for_anybody else "$cors_origin"
    maps = ["# In the http block:"]
    if not change.is_for_anybody:
        maps += [
            "map $http_origin $cors_origin {",
            f'    default "{"*" if change.any_origin else ""}";',
            *(f"    {quoted(origin)} $http_origin;" for origin in change.named_origins),
            "}",
        ]
    if change.allow_credentials:
        trusted = [f"    {quoted(origin)} true;" for origin in change.allow_origins]
        maps += ["map $http_origin $cors_credentials {", '    default "";', *trusted, "}"]
    maps += [
        'map "$request_method $http_access_control_request_method" $cors_preflight {',
        "    default 0;",
        '    "~^OPTIONS ." 1;',
        "}",
    ]
    if any("$" in name for name in (*change.methods, *change.headers, *change.expose)):
        maps += ["geo $cors_dollar {", '    default "$";', "}"]
    both = [] if change.is_for_anybody else ["Vary Origin"]
    both.append(f"Access-Control-Allow-Origin {allow_origin}")
    if change.allow_credentials:
        both.append("Access-Control-Allow-Credentials $cors_credentials")
    actual = [f"Access-Control-Expose-Headers {nginx_value(', '.join(change.expose))}"] if change.expose else []
    preflight = [f"Access-Control-Allow-Methods {nginx_value(', '.join(_methods(change)))}"]
    if change.headers:
        preflight.append(f"Access-Control-Allow-Headers {nginx_value(', '.join(change.headers))}")
    if change.max_age is not None:
        preflight.append(f"Access-Control-Max-Age {change.max_age}")
    location = [
        "",
        "# In the location block:",
        *(f"proxy_hide_header {name};" for name in change.displaced),
        *(f"add_header {header} always;" for header in (*both, *actual)),
        "if ($cors_preflight) {",
        "    # A block with an add_header of its own inherits none.",
        *(f"    add_header {header} always;" for header in (*both, *preflight)),
        "    return 204;",
        "}",
    ]
    note = (
        "`always` keeps the headers on error answers. "
        + ("" if change.is_for_anybody else "For another origin add a line to the first map. ")
        + _instead(change, "add_header Access-Control-…", "proxy_hide_header Access-Control-Allow-Origin")
        + " add_header lines of outer blocks have to be repeated here."
    )
    return Snippet("nginx", "nginx", "nginx", "\n".join([*maps, *location]) + "\n", note)


def apache(change: ServerChange) -> Snippet:
    """https://httpd.apache.org/docs/2.4/mod/mod_headers.html"""
    preflight = [f"Header always set Access-Control-Allow-Methods {apache_value(', '.join(_methods(change)))}"]
    if change.headers:
        preflight.append(f"Header always set Access-Control-Allow-Headers {apache_value(', '.join(change.headers))}")
    if change.max_age is not None:
        preflight.append(f'Header always set Access-Control-Max-Age "{change.max_age}"')
    lines = [f"Header onsuccess unset {name}" for name in change.displaced]
    if change.named_origins and not change.is_for_anybody:
        lines.append(f'SetEnvIf Origin "{pattern_for_any(change.named_origins)}" CORS_ORIGIN=$0')
    if change.allow_credentials and change.public_origins:
        lines.append(f'SetEnvIf Origin "{pattern_for_any(change.allow_origins)}" CORS_CREDENTIALS')
    lines.append('SetEnvIf Access-Control-Request-Method "." CORS_PREFLIGHT')
    if not change.is_for_anybody:
        lines.append('Header always merge Vary "Origin"')
    if change.any_origin:
        lines.append('Header always set Access-Control-Allow-Origin "*"')
    everybody = "" if change.any_origin else " env=CORS_ORIGIN"
    if not change.is_for_anybody:
        lines.append('Header always set Access-Control-Allow-Origin "%{CORS_ORIGIN}e" env=CORS_ORIGIN')
    if change.allow_credentials:
        trusted = "CORS_CREDENTIALS" if change.public_origins else "CORS_ORIGIN"
        lines.append(f'Header always set Access-Control-Allow-Credentials "true" env={trusted}')
    if change.expose:
        exposed = apache_value(", ".join(change.expose))
        lines.append(f"Header always set Access-Control-Expose-Headers {exposed}{everybody}")
    lines += [
        *(f"{line} env=CORS_PREFLIGHT" for line in preflight),
        "",
        "RewriteEngine On",
        "RewriteCond %{REQUEST_METHOD} =OPTIONS",
        "RewriteCond %{HTTP:Access-Control-Request-Method} .",
        "RewriteRule ^ - [R=204,L]",
    ]
    note = (
        "Needs mod_headers, mod_setenvif and mod_rewrite (a2enmod headers setenvif rewrite); it can stand in a virtual "
        "host or in .htaccess. `always` keeps the headers on error answers. "
        + _instead(change, "Header set Access-Control-…", "Header onsuccess unset Access-Control-Allow-Origin")
        + " Where a directory asks for a login (Require valid-user), wrap that line in <LimitExcept OPTIONS>: a "
        "preflight carries none."
    )
    return Snippet("apache", "Apache httpd", "apache", "\n".join(lines) + "\n", note)


def caddy(change: ServerChange) -> Snippet:
    """https://caddyserver.com/docs/caddyfile/directives/header"""
    named = [f"\theader Origin {quoted(origin)}" for origin in change.named_origins]
    trusted = [f"\theader Origin {quoted(origin)}" for origin in change.allow_origins]
    lines: list[str] = []
    if not change.is_for_anybody:
        lines += ["@cors {", *named, "}", "header +Vary Origin"]
    if change.any_origin and not change.is_for_anybody:
        lines += ["@others {", "\tnot {", *(f"\t{line}" for line in named), "\t}", "}"]
    if change.parts_origins:
        lines += ["@cors_credentials {", *trusted, "}"]
    lines += ["@preflight {", "\tmethod OPTIONS"]
    if not change.any_origin:
        lines += named
    lines += ["\theader Access-Control-Request-Method *", "}"]
    everybody = [f"Access-Control-Expose-Headers {quoted(', '.join(change.expose))}"] if change.expose else []
    preflight = [f"Access-Control-Allow-Methods {quoted(', '.join(_methods(change)))}"]
    if change.headers:
        preflight.append(f"Access-Control-Allow-Headers {quoted(', '.join(change.headers))}")
    if change.max_age is not None:
        preflight.append(f"Access-Control-Max-Age {change.max_age}")
    credentials = ["Access-Control-Allow-Credentials true"] if change.allow_credentials else []
    reflected = ["Access-Control-Allow-Origin {http.request.header.Origin}"]
    blocks: list[tuple[str, list[str]]] = []
    if change.any_origin:
        others = "" if change.is_for_anybody else "@others "
        blocks.append((others, ["Access-Control-Allow-Origin *", *everybody]))
    if not change.is_for_anybody:
        blocks.append(("@cors ", [*reflected, *([] if change.parts_origins else credentials), *everybody]))
    if change.parts_origins:
        blocks.append(("@cors_credentials ", credentials))
    blocks.append(("@preflight ", preflight))
    lines += _caddy_blocks(blocks)
    if change.replaces:
        # Of deferred lines the last are carried out first.
        again = [(matcher, [*headers, "defer"]) for matcher, headers in reversed(blocks)]
        lines += ["# The same once more when the answer is written: in place of what the program behind has set."]
        lines += _caddy_blocks([*again, ("", [f"-{name}" for name in change.displaced])])
    lines += ["handle @preflight {", "\trespond 204", "}"]
    note = "Caddy 2; inside the site block, above its other handle blocks. " + _instead(
        change, "header Access-Control-…", "header_down -Access-Control-Allow-Origin"
    )
    return Snippet("caddy", "Caddy", "caddyfile", "\n".join(lines) + "\n", note)


def _caddy_blocks(blocks: list[tuple[str, list[str]]]) -> list[str]:
    return [
        line
        for matcher, headers in blocks
        for line in (f"header {matcher}{{", *(f"\t{header}" for header in headers), "}")
    ]


def _methods(change: ServerChange) -> tuple[str, ...]:
    """The methods as the header lists them: `*` beside names stands for requests without credentials."""
    return change.all_methods


def _instead(change: ServerChange, own: str, of_the_program: str) -> str:
    """What these lines take the place of."""
    if change.replaces:
        return f"They take the place of the {own} lines that are there: a header sent twice fails."
    return f"If the program behind sends them too, take its own away: {of_the_program}; a header sent twice fails."
