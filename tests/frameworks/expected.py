"""The facts that are expected, by framework, with the place in its source that makes each surprising one so.

Measured with the versions in MEASURED; line numbers are theirs.
"""

from __future__ import annotations

from dataclasses import replace

from .measure import Facts

MEASURED = {
    "starlette": "1.10.0",
    "fastapi": "0.165.0",
    "flask": "3.1.3",
    "flask-cors": "6.0.5",
    "django": "5.2.19",
    "django-cors-headers": "4.9.0",
    "litestar": "2.25.0",
    "falcon": "4.4.0",
    "quart": "0.22.0",
    "quart-cors": "0.8.0",
    "aiohttp": "3.14.5",
    "aiohttp-cors": "0.8.1",
    "sanic": "25.12.1",
    "sanic-ext": "25.12.0",
}

_USUAL = Facts(
    allowed="readable 200",
    foreign="allow-origin-missing",
    null="allow-origin-missing",
    methods="PUT PATCH DELETE",
    custom_header="readable 200",
    unlisted_header="header-disallowed-by-preflight",
    exposed="yes",
    max_age="600",
    foreign_preflight="200",
    not_found="readable 404",
    not_found_put="readable 404",
    unauthorized="readable 401",
    crash="readable 500",
    vary="allowed foreign none",
    regex="matches whole origins",
    any_origin="reflected, with credentials",
    any_get="readable 200",
    any_put="readable 200",
)

_STARLETTE = replace(
    _USUAL,
    # starlette/middleware/cors.py:143: what a preflight may not ask for is a 400, which no preflight survives ...
    unlisted_header="preflight-status-not-ok",
    # ... and starlette/middleware/cors.py:108: it says methods, headers and credentials to anybody.
    foreign_preflight="400 with CORS headers",
    # starlette/applications.py:74: the 500 is made outside all middleware that a program adds.
    crash="allow-origin-missing",
    # starlette/middleware/cors.py:163: `*` with credentials becomes whatever origin asks.
    any_origin="reflected, with credentials",
)

_DJANGO = replace(
    _USUAL,
    # corsheaders/middleware.py:148: re.match() is content with the beginning of an origin.
    regex="prefix other-port",
    # corsheaders/middleware.py:115
    any_origin="reflected, with credentials",
)

EXPECTED = {
    "starlette": _STARLETTE,
    "fastapi": _STARLETTE,
    "flask": replace(
        _USUAL,
        # Flask's routing answers the OPTIONS of a URL that has no route with the 404 it gives to all; flask_cors adds
        # headers to that, which do not help a preflight.
        not_found_put="preflight-status-not-ok",
        # flask_cors/core.py:350: with one origin listed the answers differ, too, and no Vary says so.
        vary="never",
        # flask_cors/core.py:419: pattern.match() is content with the beginning of an origin.
        regex="prefix other-port",
        # flask_cors/core.py:250: the default `*` is a pattern that any origin matches, and the match is reflected.
        any_origin="reflected, with credentials",
    ),
    "django": _DJANGO,
    "django_asgi": _DJANGO,
    "litestar": replace(
        _USUAL,
        # litestar/middleware/_internal/cors.py:126: a refusal is a 400 without any CORS header, also for a listed
        # origin: its developer reads of a missing Allow-Origin, where a header name is missing.
        unlisted_header="allow-origin-missing",
        foreign_preflight="400",
        # litestar/middleware/_internal/cors.py:79: what is refused does not say that it depends on the origin.
        vary="allowed",
        # litestar/middleware/_internal/cors.py:75: once there is a cookie, `*` becomes whatever origin asks ...
        any_get="readable 200",
        # ... but line 102 leaves the preflight its `*`: what any site may GET with cookies, none may PUT.
        any_put="allow-origin-wildcard-with-credentials",
    ),
    "falcon": replace(
        _USUAL,
        # falcon/middleware.py:150: a preflight is allowed whatever headers it asks for.
        unlisted_header="readable 200",
        # falcon/middleware.py:163: a constant.
        max_age="86400",
        # falcon/middleware.py:139: only where OPTIONS succeeds, and a URL without a route is a 404.
        not_found_put="preflight-status-not-ok",
        # falcon/middleware.py has no Vary at all.
        vary="never",
        regex="takes none",
    ),
    "quart": replace(
        _USUAL,
        # As in Flask: OPTIONS to a URL without a route is a 404.
        not_found_put="preflight-status-not-ok",
        # quart_cors/__init__.py:452: Pattern.match() is content with the beginning of an origin.
        regex="prefix other-port",
        # quart_cors/__init__.py:362: a ValueError, raised while each request is answered and not at start.
        any_origin="500 to every request",
        any_get="",
        any_put="",
    ),
    "aiohttp": replace(
        _USUAL,
        # aiohttp_cors/preflight_handler.py:97: a refusal is a 403 without CORS headers, also for a listed origin.
        unlisted_header="allow-origin-missing",
        foreign_preflight="403",
        # aiohttp_cors/urldispatcher_router_adapter.py:224: CORS belongs to resources, and a missing one has none.
        not_found="allow-origin-missing",
        not_found_put="allow-origin-missing",
        # aiohttp_cors has no Vary at all.
        vary="never",
        regex="takes none",
        # aiohttp_cors/cors_config.py:194
        any_origin="reflected, with credentials",
    ),
    "sanic": replace(
        _USUAL,
        foreign_preflight="204",
        not_found_put="preflight-status-not-ok",
        # sanic_ext/extensions/http/cors.py:60: what is refused is left before Vary is added.
        vary="allowed none",
        # sanic_ext/extensions/http/cors.py:180: pattern.match(); origins given as strings get a `$`.
        regex="prefix other-port",
        # sanic_ext/extensions/http/cors.py:126
        any_origin="SanicException at start",
        any_get="",
        any_put="",
    ),
}
