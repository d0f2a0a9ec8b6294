"""Configurations that are drawn, as people write them: many sites of one server, each with a host of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import web_servers
from .installed import needs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from random import Random

    from .serving import Configure

APP, OTHER = "https://app.example", "https://other.example"
SITES = 24
METHODS = ("GET, POST, PUT", "GET", "*", "PUT, DELETE")


def _nginx_headers(random: Random, value: str) -> list[str]:
    always = random.choice(["", " always"])
    rows = [
        f"add_header Access-Control-Allow-Origin {value}{always};",
        f"add_header Access-Control-Allow-Credentials true{always};",
        f"add_header Access-Control-Allow-Methods '{random.choice(METHODS)}'{always};",
    ]
    return [row for row in rows if random.random() < 0.8]


def _nginx(random: Random, host: str) -> str:
    def value() -> str:
        return random.choice(["*", "$http_origin", f"'{APP}'", "$named", "$by_group", "$set"])

    conditions = [
        "$request_method = OPTIONS",
        "$request_method ~* (GET|POST)",
        f"$http_origin = {OTHER}",
        "$http_origin ~* ^https://(app|www)\\.",
        "$set",
    ]
    lines = ["set $set '';", *_nginx_headers(random, value())]
    for condition in random.sample(conditions, random.randint(0, 3)):
        inner = random.choice([[], _nginx_headers(random, value())]) + random.choice([[], ["set $set $http_origin;"]])
        answer = ["return 204;"] if "OPTIONS" in condition and random.random() < 0.7 else []
        lines.append(f"if ({condition}) {{ {' '.join([*inner, *answer])} }}")
    ends = [
        "return 200 ok;",
        "root /nowhere; error_page 405 =200 /ok;",
        "rewrite ^ /ok last;",
        "try_files /none @named;",
    ]
    ends += ["error_page 418 = @named; return 418;", "error_page 403 /ok; deny all;"]
    lines.append(random.choice(ends))
    around = " ".join(random.choice([[], _nginx_headers(random, value())]))
    named = f"location @named {{ {' '.join(random.choice([[], _nginx_headers(random, value())]))} return 200 named; }}"
    inner = random.choice([[], _nginx_headers(random, value())])
    deepest = f"location ~ ^/a/(.*)$ {{ {' '.join(_nginx_headers(random, value()))} return 200 x; }}"
    nested = f"location /a {{ {' '.join(inner)} {deepest} }}"
    lines.append(random.choice(["", nested]))
    return (
        f"server {{ listen 80; server_name {host}; {around}\n  location / {{ {' '.join(lines)} }}\n  {named}\n"
        f"  location = /ok {{ {' '.join(random.choice([[], _nginx_headers(random, value())]))} return 200 ok; }}\n}}"
    )


def _apache(random: Random, host: str) -> str:
    def rows(conditions: Sequence[str]) -> list[str]:
        value = random.choice(["*", APP, '"%{known}e"', "expr=%{req:Origin}"])
        table, action = random.choice(["", "always ", "onsuccess "]), random.choice(["set", "add", "append", "merge"])
        found = [f"Header {table}{action} Access-Control-Allow-Origin {value} {random.choice(conditions)}"]
        found.append(f"Header {table}set Access-Control-Allow-Methods '{random.choice(METHODS)}'")
        found.append(f"Header {table}unset Access-Control-Allow-Origin {random.choice(conditions)}")
        return [row for row in found if random.random() < 0.7]

    conditions = ["", "env=known", "env=!known", "\"expr=%{REQUEST_METHOD} == 'OPTIONS'\""]
    expression = random.choice([f"%{{HTTP:Origin}} == '{OTHER}'", "%{HTTP:Origin} =~ m#//APP#i", "-z %{HTTP:Origin}"])
    lines = [
        f'SetEnvIf Origin "^https://(app|www)\\.example$" {random.choice(["known", "known=$0", "known=https://$1.example"])}',
        *rows(conditions),
        *random.choice(
            [[], [f'<If "{expression}">', *rows(conditions), "</If>", "<Else>", *rows(conditions), "</Else>"]]
        ),
        *random.choice([[], ["<Location /a>", *rows(conditions), "</Location>"]]),
    ]
    rewriting = ["RewriteEngine On", "RewriteCond %{REQUEST_METHOD} =OPTIONS", "RewriteRule .* - [R=204,L]"]
    by_origin = ["RewriteEngine On", "RewriteCond %{HTTP:Origin} ^https://(app|www)\\.example$ [NC]"]
    by_origin += ["RewriteRule .* - [E=own:%{HTTP:Origin}]", 'Header set Access-Control-Allow-Origin "%{own}e" env=own']
    lines += random.choice([[], rewriting, by_origin, [*by_origin, *rewriting[1:]]])
    twice = [
        'SetEnvIf Origin "^http(s)?://(www\\.)?(app\\.example)$" twice=$0$1',
        "Header add Access-Control-Allow-Origin %{twice}e env=twice",
    ]
    odd = ['Header set Access-Control-Allow-Origin "* env=known"']
    files = ['<FilesMatch "\\.(js|css)$">', *rows(conditions), "</FilesMatch>"]
    lines += random.choice([[], twice, odd, files])
    return "\n".join([f"<VirtualHost *:80>\nServerName {host}", *lines, "</VirtualHost>"])


def _caddy(random: Random, host: str) -> str:
    matchers = {
        "@asks": "method OPTIONS",
        "@known": f"header Origin {APP}",
        "@group": "header_regexp Origin ^https://(app|www)\\.example$",
        "@path": "path /a/* /b",
    }

    def header(matcher: str) -> str:
        sign, value = random.choice(["", "", "+", "?", "-"]), random.choice(["*", APP, "{header.Origin}"])
        origin = f"-{'Access-Control-Allow-Origin'}" if sign == "-" else f"{sign}Access-Control-Allow-Origin {value}"
        rows = [origin, f"Access-Control-Allow-Methods '{random.choice(METHODS)}'".replace("'", '"')]
        defer = ["defer"] if sign in ("", "+") and random.random() < 0.3 else []
        return "\n".join([f"header {matcher} {{", *rows, *defer, "}"])

    used = random.sample(list(matchers), 2)
    lines = [f"{each} {matchers[each]}" for each in used]
    lines += [header(random.choice(["", "/a/*", *used])) for _ in range(random.randint(1, 3))]
    if random.random() < 0.4:
        lines.append(f"import cors {random.choice([APP, OTHER, '*'])}")
    if random.random() < 0.3:
        lines.append("\n".join(["route /a/* {", header(""), header(used[1]), random.choice(["respond 204", ""]), "}"]))
    if random.random() < 0.3:
        lines.append("\n".join(["handle_path /a/* {", header(random.choice(["", "/b"])), "respond ok", "}"]))
    for matcher in ("/a/*", used[0], ""):
        if random.random() < 0.5:
            lines.append("\n".join([f"handle {matcher} {{", header(""), random.choice(["respond 204", ""]), "}"]))
    return "\n".join([f"{host} {{", *lines, 'respond "ok"', "}"])


def _haproxy(random: Random, host: str) -> str:
    conditions = ["", "if METH_OPTIONS", "unless METH_OPTIONS", "if known", "if !known METH_OPTIONS", "if known or odd"]
    conditions += ["if { capture.req.hdr(0) -m end app.example }", "if { req.hdr(origin) -m found }"]
    conditions += ["if { capture.req.hdr(0) -m reg -i ^https://(app|www)\\.example$ }", "if METH_OPTIONS !odd || known"]
    conditions += ["unless known METH_OPTIONS", "if { path_beg /a } known", "if { method OPTIONS }"]

    def rule() -> str:
        action = random.choice(["set-header", "set-header", "add-header", "del-header"])
        value = (
            "" if action == "del-header" else random.choice(["*", APP, "%[capture.req.hdr(0)]", "%[var(txn.origin)]"])
        )
        return f"http-after-response {action} Access-Control-Allow-Origin {value} {random.choice(conditions)}"

    lines = [
        f"acl known capture.req.hdr(0) -i {APP.upper()}",
        f"acl odd var(txn.origin) -m beg {OTHER[:10]}",
        *(rule() for _ in range(random.randint(1, 4))),
        f'http-after-response set-header Access-Control-Allow-Methods "{random.choice(METHODS)}"',
        random.choice(["", "http-request deny if METH_OPTIONS odd"]),
        f"http-request return status 200 hdr Access-Control-Allow-Origin {random.choice(['*', APP])} if known",
        "http-request return status 204",
    ]
    return "\n".join([f"backend {host.partition('.')[0]}", *lines])


def _lighttpd(random: Random, host: str) -> str:
    conditions = [
        '$HTTP["request-method"] == "OPTIONS"',
        '$HTTP["request-method"] =~ "GET|POST"',
        f'$REQUEST_HEADER["origin"] == "{APP}"',
        '$REQUEST_HEADER["origin"] !~ "^https://(app|www)\\.example$"',
        '$HTTP["url"] =^ "/a/"',
    ]

    def settings(around: dict[str, set[str]]) -> tuple[list[str], dict[str, set[str]]]:
        """Some, and the names that blocks inside get by them: `+=` refuses a name that is there."""
        rows, within = [], dict(around)
        for directive in random.sample(["add", "set"], random.randint(0, 2)):
            sign = random.choice(["=", "+="])
            known = around.get(directive, set()) if sign == "+=" else set()
            pairs = {"Access-Control-Allow-Origin": random.choice(["*", APP])}
            pairs |= {"Access-Control-Allow-Methods": random.choice(METHODS)} if random.random() < 0.5 else {}
            pairs |= {"Access-Control-Allow-Credentials": "true"} if random.random() < 0.5 else {}
            pairs |= {"Access-Control-Allow-Origin": ""} if directive == "set" and random.random() < 0.3 else {}
            pairs = {name: value for name, value in pairs.items() if name not in known}
            given = ", ".join(f'"{name}" => "{value}"' for name, value in pairs.items())
            rows.append(f"setenv.{directive}-response-header {sign} ( {given} )")
            within[directive] = {*known, *pairs}
        return rows, within

    def blocks(depth: int, around: dict[str, set[str]]) -> list[str]:
        rows: list[str] = []
        chosen = random.sample(conditions, 4)
        while len(chosen) > 1 and (not rows or random.random() < 0.5):
            own, within = settings(around)
            inner = blocks(depth + 1, within) if depth < 2 and random.random() < 0.5 else []
            rows += [f"{chosen.pop()} {{", *own, *inner, "}"]
            if random.random() < 0.3:
                rows += [f"else {random.choice([chosen.pop(), ''])} {{", *settings(around)[0], "}"]
        return rows

    own, within = settings({"add": {"Vary"}})
    return "\n".join([f'$HTTP["host"] == "{host}" {{', *own, *blocks(0, within), "}"])


def hosts() -> list[str]:
    """The hosts of the sites."""
    return [f"c{number}.example" for number in range(SITES)]


def text_of(software: str, random: Random) -> str:
    """A server's configuration with all its sites, as its owner would have it."""
    sites = [DRAWN[software](random, host) for host in hosts()]
    if software == "nginx":
        return "\n".join([
            f"map $http_origin $named {{ default ''; {APP.upper()} $http_origin; ~other {OTHER}; }}",
            'map "$request_method:$http_origin" $by_group { "~^OPTIONS:(.*)$" $1; default *; }',
            *sites,
        ])  # fmt: skip
    if software == "haproxy":
        chosen = [f"use_backend c{number} if {{ hdr(host) {host} }}" for number, host in enumerate(hosts())]
        before = ["capture request header origin len 99", "http-request set-var(txn.origin) req.hdr(Origin)"]
        return "\n".join([*before, *chosen, *sites, "backend rest"])
    if software == "lighttpd":
        return "\n".join(['setenv.add-response-header = ( "Vary" => "Origin" )', *sites])
    if software == "caddy":
        sites.insert(0, _CADDY_SNIPPET)
    return "\n".join(sites)


_CADDY_SNIPPET = """(cors) {
    @preflight_{args.0} {
        method OPTIONS
        header Origin {args.0}
    }
    @of_{args.0} header Origin {args.0}
    handle @preflight_{args.0} {
        header Access-Control-Allow-Origin "{args.0}"
        header Access-Control-Allow-Methods "GET, PUT"
        respond "" 204
    }
    header @of_{args.0} {
        Access-Control-Allow-Origin "{args.0}"
        Vary Origin
        defer
    }
}"""


def configured(software: str) -> Configure:
    """The server with such a text, listening on a port of the loopback."""

    def configure(folder: Path, port: int, text: str) -> Sequence[str]:
        if software == "caddy":
            sites = re.sub(r"(?m)^(c\d+\.example) \{", rf"http://\1:{port} {{\nbind 127.0.0.1", text)
            (folder / "Caddyfile").write_text(f"{{\nadmin off\nauto_https off\n}}\n{sites}\n")
            return [needs("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
        text = text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("*:80>", f"*:{port}>")
        server = web_servers.lighttpd if software == "lighttpd" else web_servers.SERVERS[software]
        return server(folder, port, text)

    return configure


DRAWN: dict[str, Callable[[Random, str], str]] = {
    "nginx": _nginx,
    "apache": _apache,
    "caddy": _caddy,
    "haproxy": _haproxy,
    "lighttpd": _lighttpd,
}
"""What draws a site of a server's."""
