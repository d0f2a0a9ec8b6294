"""CorsPolicyBuilder, CorsPolicy, CorsService and UriHelpers of ASP.NET Core 10, line by line as they are in C#.

Written from dotnet/aspnetcore, src/Middleware/CORS/src/Infrastructure, apart from the reader that is held against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable


class InsecureConfiguration(Exception):
    pass


class CorsPolicy:
    def __init__(self) -> None:
        self.exposed_headers: list[str] = []
        self.headers: list[str] = []
        self.methods: list[str] = []
        self.origins: list[str] = []
        self.preflight_max_age: float | None = None
        self.supports_credentials = False
        self.is_origin_allowed: Callable[[str], bool] = self._default_is_origin_allowed

    @property
    def allow_any_header(self) -> bool:
        return not (len(self.headers) != 1 or (len(self.headers) == 1 and self.headers[0] != "*"))

    @property
    def allow_any_method(self) -> bool:
        return not (len(self.methods) != 1 or (len(self.methods) == 1 and self.methods[0] != "*"))

    @property
    def allow_any_origin(self) -> bool:
        return not (len(self.origins) != 1 or (len(self.origins) == 1 and self.origins[0] != "*"))

    def _default_is_origin_allowed(self, origin: str) -> bool:
        return origin in self.origins

    def is_origin_an_allowed_subdomain(self, origin: str) -> bool:
        if origin in self.origins:
            return True
        try:
            origin_uri = urlsplit(origin)
        except ValueError:
            return False
        if origin_uri.scheme and origin_uri.netloc:
            return any(is_subdomain_of(origin, each.replace("*.", "")) for each in self.origins if "://*." in each)
        return False


def is_subdomain_of(subdomain: str, domain: str) -> bool:
    one, two = urlsplit(subdomain), urlsplit(domain)
    ports = {"http": 80, "https": 443}
    return (
        one.scheme == two.scheme
        and (one.port or ports.get(one.scheme)) == (two.port or ports.get(two.scheme))
        and (one.hostname or "").endswith(f".{two.hostname}")
    )


class CorsPolicyBuilder:
    def __init__(self) -> None:
        self.policy = CorsPolicy()

    def with_origins(self, *origins: str) -> None:
        for origin in origins:
            self.policy.origins.append(origin.lower())

    def with_headers(self, *headers: str) -> None:
        self.policy.headers += headers

    def with_exposed_headers(self, *headers: str) -> None:
        self.policy.exposed_headers += headers

    def with_methods(self, *methods: str) -> None:
        self.policy.methods += methods

    def allow_credentials(self) -> None:
        self.policy.supports_credentials = True

    def disallow_credentials(self) -> None:
        self.policy.supports_credentials = False

    def allow_any_origin(self) -> None:
        self.policy.origins.clear()
        self.policy.origins.append("*")

    def allow_any_method(self) -> None:
        self.policy.methods.clear()
        self.policy.methods.append("*")

    def allow_any_header(self) -> None:
        self.policy.headers.clear()
        self.policy.headers.append("*")

    def set_preflight_max_age(self, seconds: float) -> None:
        self.policy.preflight_max_age = seconds

    def set_is_origin_allowed(self, function: Callable[[str], bool]) -> None:
        self.policy.is_origin_allowed = function

    def set_is_origin_allowed_to_allow_wildcard_subdomains(self) -> None:
        self.policy.is_origin_allowed = self.policy.is_origin_an_allowed_subdomain

    def build(self) -> CorsPolicy:
        if self.policy.allow_any_origin and self.policy.supports_credentials:
            raise InsecureConfiguration
        return self.policy


def answer(policy: CorsPolicy, method: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    """CorsMiddleware with CorsService: the status, and the headers without Vary. The program answers 200."""
    if "Origin" not in headers:
        return 200, {}
    is_preflight = method == "OPTIONS" and "Access-Control-Request-Method" in headers
    found: dict[str, str] = {}
    origin = headers["Origin"]
    if policy.allow_any_origin or policy.is_origin_allowed(origin):
        found["Access-Control-Allow-Origin"] = "*" if policy.allow_any_origin else origin
        if policy.supports_credentials:
            found["Access-Control-Allow-Credentials"] = "true"
        if is_preflight:
            asked = comma_separated(headers.get("Access-Control-Request-Headers", ""))
            allowed_headers = asked if policy.allow_any_header else policy.headers
            asked_method = [headers["Access-Control-Request-Method"]]
            allowed_methods = asked_method if policy.allow_any_method else policy.methods
            if allowed_headers:
                found["Access-Control-Allow-Headers"] = joined(allowed_headers)
            if allowed_methods:
                found["Access-Control-Allow-Methods"] = joined(allowed_methods)
            if policy.preflight_max_age is not None:
                found["Access-Control-Max-Age"] = f"{policy.preflight_max_age:g}"
        elif policy.exposed_headers:
            found["Access-Control-Expose-Headers"] = joined(policy.exposed_headers)
    return 204 if is_preflight else 200, found


def comma_separated(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]


def joined(values: list[str]) -> str:
    return ",".join(f'"{each}"' if "," in each and (each[0], each[-1]) != ('"', '"') else each for each in values)
