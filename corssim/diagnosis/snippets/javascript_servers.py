"""Servers in JavaScript that have a CORS package: Express and its like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Snippet, listed_headers, mirrors
from .quoting import array, in_script

if TYPE_CHECKING:
    from .model import ServerChange

_ABOVE = "Above the routes and above what checks the sign-in, so that it answers preflights."


def express(change: ServerChange) -> Snippet:
    """https://expressjs.com/en/resources/middleware/cors.html"""
    text = f'import cors from "cors";\n\n{_by_origin(change, "app.use(cors(", "))")}'
    return Snippet("express", "Express: cors", "javascript", text, f"npm install cors. {_ABOVE}")


def nestjs(change: ServerChange) -> Snippet:
    """https://docs.nestjs.com/security/cors"""
    text = "// In main.ts, before app.listen():\n" + _by_origin(change, "app.enableCors(", ")")
    return Snippet("nestjs", "NestJS: enableCors", "typescript", text, "It uses Express's cors.")


def _by_origin(change: ServerChange, opening: str, closing: str) -> str:
    """Options of the package cors, which takes a function of the request where they depend on who asks."""
    if not change.parts_origins:
        return f"{opening}{_object(_cors_options(change))}{closing};\n"
    trusted, public = (
        _object(_cors_options(change.with_credentials_alone())),
        _object(_cors_options(change.public_alone())),
    )
    body = (
        f"const trusted = {trusted};\n"
        f"const everybody = {public};\n"
        f"{opening}(request, callback) => {{\n"
        '  const asks = request.headers["origin"];\n'
        "  callback(null, trusted.origin.includes(asks) ? trusted : everybody);\n"
        f"}}{closing};\n"
    )
    if opening.startswith("app.use"):
        body += 'app.use((request, response, next) => {\n  response.vary("Origin");\n  next();\n});\n'
    return body


def _cors_options(change: ServerChange) -> list[str]:
    # A list, because a lone string is sent to every origin.
    patterns = [f"/{in_script(pattern)}/" for pattern in change.origin_patterns]
    origins = ", ".join([*(f'"{origin}"' for origin in change.named_origins), *patterns])
    options = [
        'origin: "*"' if change.is_for_anybody else f"origin: [{origins}]",
        f"methods: {array(change.all_methods)}",
    ]
    # Without allowedHeaders it allows what is asked for, which is what `*` stands for.
    if mirrors(change):
        pass
    elif change.all_headers != ("*",) and change.headers:
        options.append(f"allowedHeaders: {array(listed_headers(change))}")
    elif not change.headers:
        options.append("allowedHeaders: []")
    if change.allow_credentials:
        options.append("credentials: true")
    if change.expose:
        options.append(f"exposedHeaders: {array(change.expose)}")
    if change.max_age is not None:
        options.append(f"maxAge: {change.max_age}")
    return options


def _object(options: list[str]) -> str:
    return "{\n" + "".join(f"  {option},\n" for option in options) + "}"


def fastify(change: ServerChange) -> Snippet:
    """https://github.com/fastify/fastify-cors"""
    if change.parts_origins:
        trusted = _object(_cors_options(change.with_credentials_alone()))
        public = _object(_cors_options(change.public_alone()))
        call = (
            f"const trusted = {trusted};\nconst everybody = {public};\n"
            "await app.register(cors, {\n"
            "  delegator: (request, callback) => {\n"
            "    callback(null, trusted.origin.includes(request.headers.origin) ? trusted : everybody);\n"
            "  },\n});\n"
        )
    else:
        call = f"await app.register(cors, {_object(_cors_options(change))});\n"
    note = "npm install @fastify/cors. Before the routes."
    return Snippet(
        "fastify", "Fastify: @fastify/cors", "javascript", f'import cors from "@fastify/cors";\n\n{call}', note
    )


def koa(change: ServerChange) -> Snippet:
    """https://github.com/koajs/cors"""
    origins = array(change.named_origins)
    public = ' || "*"' if change.any_origin else ""
    origin = (
        '"*"'
        if change.is_for_anybody
        else f'(context) => origins.find((each) => each === context.get("Origin")){public}'
    )
    if not change.any_origin:
        # For a falsy origin no header is sent.
        origin += ' || ""'
    options = [f"origin: {origin}", f"allowMethods: {array(change.all_methods)}"]
    if change.all_headers != ("*",) and not mirrors(change):
        options.append(f"allowHeaders: {array(listed_headers(change))}")
    if change.parts_origins:
        options.append(f'credentials: (context) => {array(change.allow_origins)}.includes(context.get("Origin"))')
    elif change.allow_credentials:
        options.append("credentials: true")
    if change.expose:
        options.append(f"exposeHeaders: {array(change.expose)}")
    if change.max_age is not None:
        options.append(f"maxAge: {change.max_age}")
    lines = "" if change.is_for_anybody else f"const origins = {origins};\n"
    text = f'import cors from "@koa/cors";\n\n{lines}app.use(cors({_object(options)}));\n'
    return Snippet("koa", "Koa: @koa/cors", "javascript", text, f"npm install @koa/cors. {_ABOVE}")


def hono(change: ServerChange) -> Snippet:
    """https://hono.dev/docs/middleware/builtin/cors"""

    def options(of: ServerChange) -> str:
        told = [f"origin: {array(of.named_origins)}" if not of.is_for_anybody else 'origin: "*"']
        told.append(f"allowMethods: {array(of.all_methods)}")
        if of.headers and of.all_headers != ("*",) and not mirrors(of):
            told.append(f"allowHeaders: {array(listed_headers(of))}")
        if of.allow_credentials:
            told.append("credentials: true")
        if of.expose:
            told.append(f"exposeHeaders: {array(of.expose)}")
        if of.max_age is not None:
            told.append(f"maxAge: {of.max_age}")
        return _object(told)

    if change.parts_origins:
        call = (
            f"const origins = {array(change.allow_origins)};\n"
            f"const trusted = cors({options(change.with_credentials_alone())});\n"
            f"const everybody = cors({options(change.public_alone())});\n"
            'app.use("*", (context, next) => {\n'
            '  const asks = context.req.header("Origin") ?? "";\n'
            "  return (origins.includes(asks) ? trusted : everybody)(context, next);\n});\n"
        )
    else:
        call = f'app.use("*", cors({options(change)}));\n'
    text = f'import {{ cors }} from "hono/cors";\n\n{call}'
    return Snippet("hono", "Hono: cors", "javascript", text, f"{_ABOVE}")
