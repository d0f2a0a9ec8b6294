"""Frameworks and development servers that say in their answer why they refuse."""

from __future__ import annotations

from .sign import Sign, SignKind

SERVERS = (
    Sign(
        SignKind.CORS_REFUSED,
        "Spring, its CORS support",
        "It refuses because its configuration does not allow this origin, method or header.",
        "Add it to the CorsConfiguration (or @CrossOrigin) that holds for this path; behind a proxy, the scheme and "
        "the host that Spring sees count.",
        "https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html",
        body=r"^\s*Invalid CORS request\s*$",
    ),
    Sign(
        SignKind.CORS_REFUSED,
        "Starlette, its CORSMiddleware",
        "It refuses because its configuration does not allow this origin, method or header.",
        "Add to its allow_origins, allow_methods or allow_headers what the text names.",
        "https://www.starlette.io/middleware/#corsmiddleware",
        body=r"^\s*Disallowed CORS (?:origin|method|headers)",
        preflight=True,
    ),
    Sign(
        SignKind.CORS_REFUSED,
        "the app, its CORS support",
        "Its text says that this origin is not allowed.",
        "Add the origin to the list that it compares with.",
        "https://github.com/expressjs/cors#configuring-cors-w-dynamic-origin",
        body=r"\bnot allowed by CORS\b|CORS policy does not allow|\bblocked by CORS\b",
    ),
    Sign(
        SignKind.REFUSED,
        "Django, its protection against forged requests",
        "It wants a CSRF token, and an Origin that it trusts.",
        "Add the page's origin to CSRF_TRUSTED_ORIGINS and send the token, or authenticate the API without cookies.",
        "https://docs.djangoproject.com/en/stable/ref/csrf/",
        body=r"CSRF verification failed|CSRF Failed:",
    ),
    Sign(
        SignKind.REFUSED,
        "the server, or a gateway in front of it",
        "The request's body is larger than it takes.",
        "Send less at once, or raise the limit: client_max_body_size of nginx, maxAllowedContentLength of IIS, the "
        "limit of the framework's body parser, or that of the function's platform.",
        "https://httpwg.org/specs/rfc9110.html#status.413",
        statuses=frozenset({413}),
    ),
    Sign(
        SignKind.REFUSED,
        "the server, or a gateway in front of it",
        "The request's headers are larger than it takes: most often its cookies, or a token.",
        "Clear the site's cookies or send a smaller token, or raise the limit for headers.",
        "https://httpwg.org/specs/rfc6585.html#status-431",
        statuses=frozenset({431}),
    ),
    Sign(
        SignKind.REFUSED,
        "Laravel, its protection against forged requests",
        "The CSRF token is missing or too old.",
        "Fetch the token first (for Sanctum, /sanctum/csrf-cookie) and send it along.",
        "https://laravel.com/docs/csrf",
        statuses=frozenset({419}),
    ),
    Sign(
        SignKind.REFUSED,
        "Rails, its protection against forged requests",
        "The CSRF token is missing or wrong.",
        "Send the token, or take the API's controllers out of the check.",
        "https://guides.rubyonrails.org/security.html#cross-site-request-forgery-csrf",
        body=r"InvalidAuthenticityToken|Can't verify CSRF token authenticity|CSRF detected",
    ),
    Sign(
        SignKind.REFUSED,
        "Apollo Server, its protection against forged requests",
        "It takes no request that could have been sent without a preflight.",
        "Send Content-Type: application/json, or the header apollo-require-preflight.",
        "https://www.apollographql.com/docs/apollo-server/security/cors",
        body=r"blocked as a potential Cross-Site Request Forgery",
    ),
    Sign(
        SignKind.REFUSED,
        "Django",
        "It does not know the host by this name.",
        "Add the host to ALLOWED_HOSTS.",
        "https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts",
        body=r"Invalid HTTP_HOST header|DisallowedHost",
        statuses=frozenset({400}),
    ),
    Sign(
        SignKind.REFUSED,
        "a development server (Vite)",
        "It does not serve the host by this name.",
        "Add the host to server.allowedHosts.",
        "https://vite.dev/config/server-options#server-allowedhosts",
        body=r"Blocked request\. This host",
    ),
    Sign(
        SignKind.REFUSED,
        "a development server (webpack's)",
        "It does not serve the host by this name.",
        "Add the host to devServer.allowedHosts.",
        "https://webpack.js.org/configuration/dev-server/#devserverallowedhosts",
        body=r"^\s*Invalid Host(?:/Origin)? header",
    ),
    Sign(
        SignKind.NO_ROUTE,
        "IIS",
        "It does not pass this method on to the app.",
        "Let the app's handler take OPTIONS (remove OPTIONSVerbHandler), or install the IIS CORS module.",
        "https://learn.microsoft.com/iis/extensions/cors-module/cors-module-configuration-reference",
        headers=(("Server", "^Microsoft-IIS"),),
        statuses=frozenset({404, 405, 501}),
        preflight=True,
    ),
    Sign(
        SignKind.NO_ROUTE,
        "Next.js",
        "The route handler has no OPTIONS of its own.",
        "Export a function OPTIONS beside the others, or set the headers in next.config or a proxy.",
        "https://nextjs.org/docs/app/api-reference/file-conventions/route",
        headers=(("x-powered-by", "^Next"),),
        statuses=frozenset({405}),
        preflight=True,
    ),
)

ERROR_PAGES = (
    ("nginx", r"<center>nginx(?:/[\d.]+)?"),
    ("OpenResty", r"<center>openresty(?:/[\d.]+)?"),
    ("Apache httpd", r"<address>Apache/?[\d. ()\w]*"),
    ("IIS", r"HTTP Error \d{3}\.\d+|<title>IIS \d"),
    ("Tomcat", r"Apache Tomcat/[\d.]+|<h1>HTTP Status \d{3} –"),
    ("Jetty", r"Powered by Jetty"),
    ("LiteSpeed", r"LiteSpeed Web Server"),
    ("HAProxy", r"No server is available to handle this request|<h1>408 Request Time-out</h1>"),
    ("Envoy", r"^upstream connect error|^no healthy upstream|^upstream request timeout"),
    ("an AWS load balancer", r"<center>awselb/"),
)
"""The error pages that web servers and proxies write themselves: whose, and an expression for the body."""
