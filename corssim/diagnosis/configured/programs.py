"""Programs by their own settings' names: what each allows where a setting is left out, and what its values mean."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

Keys = tuple[str, ...]
Default = tuple[str, ...] | str
"""Names, or (a text) what decides them that is not in the settings."""

_GET: Final = ("GET", "HEAD")
_SIMPLE: Final = ("GET", "HEAD", "POST")
_PROGRAM: Final = "the program, by its default"


class Program(NamedTuple):
    """A program's settings. `sign` is found in a text of it; keys are compared without case, hyphens and underscores.

    `star` says what `*` does with credentials: "sent" as it is, "reflected", or refused ("fails"). `stars`: a star in
    an origin stands for any text; `slashes`: an origin between slashes is an expression. `headers` may hold `*`.
    """

    kind: str
    software: str
    sign: str
    source: str
    enabled: Keys = ()
    enabled_by_default: bool = True
    origins: Keys = ("allowedOrigins", "allowOrigins", "allowedOrigin", "allowOrigin")
    patterns: Keys = ()
    regexes: Keys = ()
    methods: Keys = ("allowedMethods", "allowMethods")
    headers: Keys = ("allowedHeaders", "allowHeaders")
    expose: Keys = ("exposedHeaders", "exposeHeaders")
    credentials: Keys = ("allowCredentials", "supportsCredentials", "accessControlAllowCredentials")
    no_origins: Default = ()
    no_methods: Default = _PROGRAM
    no_headers: Default = _PROGRAM
    no_credentials: bool | str = False
    star: str = "sent"
    stars: bool = False
    slashes: bool = False
    compares_methods: int | None = None
    compares_requests: bool = False
    path: str = ""


# https://docs.spring.io/spring-cloud-gateway/reference/spring-cloud-gateway/cors-configuration.html
_SPRING: Final = Program(
    "Spring",
    "spring",
    r"(?im)\bglobalcors\b|\bmanagement\.endpoints\b|^management:|\bspring\.(?:graphql|cloud)\.|^spring:",
    "https://docs.spring.io/spring-boot/appendix/application-properties/",
    patterns=("allowedOriginPatterns",),
    no_methods=_GET,
    no_headers=(),
    star="fails",
    compares_methods=403,
    compares_requests=True,
)

PROGRAMS: Final[tuple[Program, ...]] = (
    Program(
        "Azure Container Apps", "envoy", r"\bcorsPolicy\s*[:=]\s*\{",
        "https://learn.microsoft.com/azure/container-apps/cors", star="reflected",
    ),
    _SPRING,
    Program(
        "Quarkus", "spring", r"(?i)\bquarkus\b", "https://quarkus.io/guides/security-cors",
        enabled=("quarkus.http.cors.enabled", "quarkus.http.cors"), enabled_by_default=False,
        origins=("quarkus.http.cors.origins", "origins"), methods=("quarkus.http.cors.methods", "methods"),
        headers=("quarkus.http.cors.headers", "headers"), no_origins="the version of Quarkus",
        no_methods=("*",), no_headers=("*",),
        no_credentials="Quarkus, by its default", star="reflected", slashes=True,
    ),
    Program(
        "Micronaut", "spring", r"(?i)\bmicronaut\b",
        "https://docs.micronaut.io/latest/guide/#corsConfiguration",
        enabled=("micronaut.server.cors.enabled", "enabled"), enabled_by_default=False,
        regexes=("allowedOriginsRegex",), no_origins=("*",), no_methods=("*",), no_headers=("*",),
        no_credentials=True, star="reflected",
    ),
    Program(
        "Elasticsearch or OpenSearch", "", r"(?i)\bhttp\.cors\.|\bhttp:\s*\n\s*cors\b",
        "https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/networking-settings",
        enabled=("http.cors.enabled", "enabled"), enabled_by_default=False,
        origins=("http.cors.allow-origin", "allow-origin"), methods=("http.cors.allow-methods", "allow-methods"),
        headers=("http.cors.allow-headers", "allow-headers"),
        credentials=("http.cors.allow-credentials", "allow-credentials"),
        no_methods=("OPTIONS", "HEAD", "GET", "POST", "PUT", "DELETE"),
        no_headers=("X-Requested-With", "Content-Type", "Content-Length"), slashes=True, star="reflected",
    ),
    # https://www.krakend.io/docs/service-settings/cors/ : rs/cors
    Program(
        "KrakenD", "", r"\"security/cors\"|krakend-cors", "https://www.krakend.io/docs/service-settings/cors/",
        no_methods=_SIMPLE, no_headers=("Accept", "Content-Type", "X-Requested-With"),
        compares_methods=200, compares_requests=True,
    ),
    Program(
        "MinIO", "", r"MINIO_API_CORS_ALLOW_ORIGIN", "https://min.io/docs/minio/linux/reference/minio-server/settings.html",
        origins=("MINIO_API_CORS_ALLOW_ORIGIN",),
        no_methods=("GET", "PUT", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH"),
        no_headers=("*",), no_credentials=True, star="reflected", stars=True,
    ),
    Program(
        "Play", "", r"\bplay\.filters\.cors\b|\bplay\.filters\b[\s\S]{0,200}\bcors\b", "https://www.playframework.com/documentation/latest/CorsFilter",
        methods=("allowedHttpMethods",), headers=("allowedHttpHeaders",), no_origins=("*",), no_methods=("*",),
        no_headers=("*",), no_credentials=True, star="reflected", compares_methods=403,
    ),
    # https://tomcat.apache.org/tomcat-10.1-doc/config/filter.html#CORS_Filter
    Program(
        "Tomcat: CorsFilter", "", r"org\.apache\.catalina\.filters\.CorsFilter",
        "https://tomcat.apache.org/tomcat-10.1-doc/config/filter.html",
        origins=("cors.allowed.origins",), methods=("cors.allowed.methods",), headers=("cors.allowed.headers",),
        expose=("cors.exposed.headers",), credentials=("cors.support.credentials",),
        no_methods=("GET", "POST", "HEAD", "OPTIONS"),
        no_headers=("Origin", "Accept", "X-Requested-With", "Content-Type", "Access-Control-Request-Method",
                    "Access-Control-Request-Headers"),
        no_credentials="the version of Tomcat", star="fails", compares_methods=403, compares_requests=True,
    ),
    # https://jetty.org/docs/jetty/11/programming-guide/index.html
    Program(
        "Jetty: CrossOriginFilter", "", r"\bCrossOriginFilter\b", "https://jetty.org/docs/",
        origins=("allowedOrigins", "ALLOWED_ORIGINS_PARAM"), methods=("allowedMethods", "ALLOWED_METHODS_PARAM"),
        headers=("allowedHeaders", "ALLOWED_HEADERS_PARAM"),
        credentials=("allowCredentials", "ALLOW_CREDENTIALS_PARAM"), no_origins=("*",), no_methods=_SIMPLE,
        no_headers=("X-Requested-With", "Content-Type", "Accept", "Origin"), no_credentials=True, star="reflected",
        stars=True,
    ),
)  # fmt: skip

OF_NO_PROGRAM: Final = Program(
    "settings of an application",
    "spring",
    "",
    "",
    patterns=("allowedOriginPatterns", "allowOriginPatterns"),
    no_credentials="the program, by its default",
    star="differs",
)


def program_of(text: str) -> Program:
    """The program whose settings a text has, as far as their names tell."""
    return next((each for each in PROGRAMS if re.search(each.sign, text)), OF_NO_PROGRAM)
