"""A server's change as the configuration of the software that people run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...errors import UsageError
from .amazon import api_gateway, api_gateway_rest, cloudfront, lambda_url, s3
from .clouds import azure_api_management, azure_blob, cloudflare_pages, firebase, gcs, netlify
from .front_ends import angular, create_react_app, next_rewrites, vite, webpack
from .gateways import envoy, haproxy, iis, ingress_nginx, kong, traefik
from .go_and_rust import actix, axum, gin, go
from .javascript_handlers import cloudflare_workers, nextjs, node, supabase, vercel
from .javascript_servers import express, fastify, hono, koa, nestjs
from .meshes import istio
from .model import ServerChange, Snippet
from .other_frameworks import aspnet, laravel, php, rails, spring, symfony
from .python_frameworks import django, fastapi, flask, litestar, starlette
from .replacing import in_place_of_today
from .web_servers import apache, caddy, nginx

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ALSO_CALLED",
    "FRONT_ENDS",
    "SOFTWARE",
    "ServerChange",
    "Snippet",
    "snippet_for",
    "snippets_for",
    "software_named",
    "sources_of",
]

_WRITERS: Final[dict[str, Callable[[ServerChange], Snippet]]] = {
    writer.__name__.replace("_", "-"): writer
    for writer in (
        *(nginx, apache, caddy, traefik, haproxy, envoy, istio, iis, ingress_nginx, kong),
        *(express, fastify, koa, hono, nestjs, nextjs, node),
        *(starlette, fastapi, django, flask, litestar),
        *(spring, aspnet, laravel, symfony, php, rails, go, gin, axum, actix),
        *(s3, cloudfront, api_gateway, api_gateway_rest, lambda_url),
        *(
            gcs,
            azure_blob,
            azure_api_management,
            cloudflare_workers,
            cloudflare_pages,
            vercel,
            netlify,
            firebase,
            supabase,
        ),
        *(vite, webpack, angular, create_react_app, next_rewrites),
    )
}

SOFTWARE: Final = tuple(_WRITERS)
"""The names of the software that there are snippets for."""

FRONT_ENDS: Final = ("vite", "webpack", "angular", "create-react-app", "next-rewrites")
"""Those that mend it at the page's side, by asking in its place."""

ALSO_CALLED: Final = {
    "openresty": "nginx",
    "apache2": "apache",
    "httpd": "apache",
    "litespeed": "apache",
    "htaccess": "apache",
    "kubernetes": "ingress-nginx",
    "ingress": "ingress-nginx",
    "k8s": "ingress-nginx",
    "nest": "nestjs",
    "next": "nextjs",
    "next.js": "nextjs",
    "node.js": "node",
    "nodejs": "node",
    "expressjs": "express",
    "drf": "django",
    "spring-boot": "spring",
    "java": "spring",
    "asp.net": "aspnet",
    "dotnet": "aspnet",
    ".net": "aspnet",
    "kestrel": "aspnet",
    "ruby": "rails",
    "rack": "rails",
    "rs/cors": "go",
    "golang": "go",
    "tower-http": "axum",
    "aws-s3": "s3",
    "r2": "s3",
    "minio": "s3",
    "spaces": "s3",
    "http-api": "api-gateway",
    "rest-api": "api-gateway-rest",
    "sam": "api-gateway-rest",
    "lambda": "lambda-url",
    "google-cloud-storage": "gcs",
    "azure": "azure-blob",
    "apim": "azure-api-management",
    "workers": "cloudflare-workers",
    "cloudflare": "cloudflare-workers",
    "pages": "cloudflare-pages",
    "deno": "supabase",
    "cra": "create-react-app",
    "react": "create-react-app",
    "webpack-dev-server": "webpack",
    "vue-cli": "webpack",
    "ng": "angular",
}
"""What people call the same software."""


def software_named(name: str) -> str:
    """The name that there is a snippet under. Raises UsageError, with the nearest name, where there is none."""
    typed = name.strip().lower().replace("_", "-").replace(" ", "-")
    found = ALSO_CALLED.get(typed, typed)
    if found in _WRITERS:
        return found
    from difflib import get_close_matches

    near = get_close_matches(typed, (*SOFTWARE, *ALSO_CALLED), n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(SOFTWARE)}"
    raise UsageError(f"no configuration is known for {name!r}; {hint}")


def snippet_for(software: str, change: ServerChange) -> Snippet:
    """The change written for one of `SOFTWARE`."""
    written = _WRITERS[software](change)
    return written if software in FRONT_ENDS else in_place_of_today(written, change)


def snippets_for(change: ServerChange) -> list[Snippet]:
    """The change written for each software, in the order of `SOFTWARE`."""
    return [snippet_for(software, change) for software in SOFTWARE]


def sources_of(software: str) -> tuple[str, ...]:
    """URLs of the documentation, and where it leaves things open of the source, that a snippet is written by.

    They are the docstring of its writer: none under `python -OO`.
    """
    return tuple((_WRITERS[software].__doc__ or "").split())
