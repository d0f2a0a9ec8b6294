"""Layers of packages that hand every request on, an OPTIONS too, and set no header of CORS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern

if TYPE_CHECKING:
    from .values import Unknown

_PACKAGES: Final = frozenset(
    {"morgan", "helmet", "body-parser", "compression", "cookie-parser", "cookie-session", "express-session",
     "express-rate-limit", "rate-limiter-flexible", "serve-favicon", "serve-static", "hpp", "xss-clean", "xss",
     "express-mongo-sanitize", "connect-flash", "method-override", "express-fileupload", "response-time", "pino-http",
     "express-pino-logger", "express-winston", "express-useragent", "connect-livereload", "errorhandler",
     "express-slow-down", "express-request-id", "cors-gate", "koa-bodyparser", "koa-body", "koa-logger", "koa-helmet",
     "koa-compress", "koa-static", "koa-session", "koa-json", "koa-onerror", "koa-conditional-get", "koa-etag",
     "@koa/bodyparser", "@fastify/helmet", "@fastify/cookie", "@fastify/jwt", "@fastify/sensible", "@fastify/swagger",
     "@fastify/swagger-ui", "@fastify/multipart", "@fastify/formbody", "@fastify/compress", "@fastify/rate-limit",
     "@fastify/static", "@fastify/session", "@fastify/env", "@fastify/websocket", "@fastify/autoload",
     "swagger-ui-express", "debug", "express-async-errors", "i18n", "nocache"}
)  # fmt: skip
_NAMES: Final = lazy_pattern(
    r"(?:await\s+)?(?:express|bodyParser|parser)\s*\.\s*(?:json|urlencoded|text|raw|static)\b"
    r"|(?:express\s*)?\w{0,20}(?:[lL]ogg(?:er|ing)|[mM]organ|[hH]elmet|[cC]ompress(?:ion)?|[cC]ookieParser|[sS]ession|[bB]odyParser|koaBody"
    r"|[rR]ate_?[lL]imit(?:er)?|[lL]imiter|[fF]avicon|[hH]pp|[xX]ss\w*|[sS]anitiz\w+|[fF]lash|[mM]ethodOverride|[fF]ileUpload"
    r"|[rR]esponseTime|[rR]equestId|[uU]seragent|[tT]racing|[pP]ino\w*|[sS]erveStatic|[cC]spNonce|[jJ]son|etag|conditional)\b"
    r"|passport\s*\.\s*(?:initialize|session)\b|Sentry\b|morgan\b|logger\b|secureHeaders\b|timing\b|prettyJSON\b"
    r"|httpLogger\b|log\b|expressWs\b|enableWs\b|SwaggerModule\b|swagger\w*\b|expressJSDocSwagger\b|io\b|listEndpoints\b"
)


def hands_on(what: Unknown) -> bool:
    """Whether it is known to hand on whatever comes, by its package or by its name."""
    return what.package in _PACKAGES or _NAMES.match(what.text) is not None
