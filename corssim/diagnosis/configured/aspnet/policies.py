"""CorsPolicy and CorsPolicyBuilder: what a policy holds, call by call.

https://github.com/dotnet/aspnetcore/blob/main/src/Middleware/CORS/src/Infrastructure/CorsPolicyBuilder.cs
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....url import parse_url
from ..csharp.library import Span
from ..csharp.syntax import shown
from ..csharp.values import NOT_THERE, Thing, Unknown
from ..replies import NotTold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..csharp.values import Given, Value


class CorsPolicy(Thing):
    """What a policy holds. `subdomains`: SetIsOriginAllowedToAllowWildcardSubdomains; `decides`: a function of the
    program's own, in the place of the list."""

    def __init__(self) -> None:
        self.origins: list[Value] = []
        self.written: list[str] = []
        self.methods: list[Value] = []
        self.headers: list[Value] = []
        self.exposed: list[Value] = []
        self.credentials: Value = False
        self.max_age: Value = None
        self.decides: Value = None
        self.subdomains = False

    @property
    def is_refused(self) -> bool:
        """Everybody with credentials, at which Build() throws since 3.0."""
        return self.origins == ["*"] and self.credentials is True

    def get(self, name: str) -> Value:
        known: dict[str, Value] = {
            "Origins": self.origins, "Methods": self.methods, "Headers": self.headers, "ExposedHeaders": self.exposed,
            "SupportsCredentials": self.credentials, "IsOriginAllowed": self.decides, "PreflightMaxAge": self.max_age,
            "AllowAnyOrigin": self.origins == ["*"], "AllowAnyMethod": self.methods == ["*"],
            "AllowAnyHeader": self.headers == ["*"],
        }  # fmt: skip
        return known.get(name, NOT_THERE)

    def set(self, name: str, value: Value) -> bool:
        if name == "SupportsCredentials":
            self.credentials = value
        elif name == "PreflightMaxAge":
            self.max_age = value
        elif name == "IsOriginAllowed":
            self.decides = value
        elif name in ("AllowAnyOrigin", "AllowAnyMethod", "AllowAnyHeader") and value is True:  # OWIN's
            setattr(self, name[8:].lower() + "s", ["*"])
        else:
            return False
        return True


class CorsPolicyBuilder(Thing):
    """Adds to a policy, and gives itself back."""

    def __init__(self, policy: CorsPolicy | None = None) -> None:
        self.policy = CorsPolicy() if policy is None else policy
        self.is_used = False

    def call(self, name: str, given: Given) -> Value:
        if name == "Build":
            return self.policy
        doing = _CALLS.get(name)
        if doing is None:
            return NOT_THERE
        self.is_used = True
        doing(self, given)
        return self

    def with_origins(self, given: Given) -> None:
        for each in given.flat():
            self.policy.origins.append(normalized(each) if isinstance(each, str) else each)
            self.policy.written += [each] if isinstance(each, str) else []

    def _any_origin(self, given: Given) -> None:
        self.policy.origins = ["*"]

    def _with_methods(self, given: Given) -> None:
        self.policy.methods += _texts(given.flat())

    def _any_method(self, given: Given) -> None:
        self.policy.methods = ["*"]

    def _with_headers(self, given: Given) -> None:
        self.policy.headers += _texts(given.flat())

    def _any_header(self, given: Given) -> None:
        self.policy.headers = ["*"]

    def _expose(self, given: Given) -> None:
        self.policy.exposed += _texts(given.flat())

    def _credentials(self, given: Given) -> None:
        self.policy.credentials = True

    def _no_credentials(self, given: Given) -> None:
        self.policy.credentials = False

    def _max_age(self, given: Given) -> None:
        value = given.named("preflightMaxAge", 0)
        self.policy.max_age = value if isinstance(value, Span) else Unknown(shown(given.node))

    def _decided(self, given: Given) -> None:
        self.policy.decides, self.policy.subdomains = given.named("isOriginAllowed", 0), False

    def _subdomains(self, given: Given) -> None:
        self.policy.decides, self.policy.subdomains = None, True


_CALLS: Final = {
    "WithOrigins": CorsPolicyBuilder.with_origins,
    "AllowAnyOrigin": CorsPolicyBuilder._any_origin,
    "WithMethods": CorsPolicyBuilder._with_methods,
    "AllowAnyMethod": CorsPolicyBuilder._any_method,
    "WithHeaders": CorsPolicyBuilder._with_headers,
    "AllowAnyHeader": CorsPolicyBuilder._any_header,
    "WithExposedHeaders": CorsPolicyBuilder._expose,
    "AllowCredentials": CorsPolicyBuilder._credentials,
    "DisallowCredentials": CorsPolicyBuilder._no_credentials,
    "SetPreflightMaxAge": CorsPolicyBuilder._max_age,
    "SetIsOriginAllowed": CorsPolicyBuilder._decided,
    "SetIsOriginAllowedToAllowWildcardSubdomains": CorsPolicyBuilder._subdomains,
}
BUILDS: Final = frozenset(_CALLS)


def _texts(values: Iterable[Value]) -> list[Value]:
    return [each if isinstance(each, str | Unknown) else Unknown(str(each)[:60]) for each in values]


def normalized(origin: str) -> str:
    """GetNormalizedOrigin: in small letters; a name with other letters than ASCII's as browsers send it."""
    if origin.isascii():
        return origin.lower()
    url = parse_url(origin)
    if url is None or not url.is_http or url.host is None:
        return origin.lower()
    return f"{url.scheme}://{url.host}" + ("" if url.port is None else f":{url.port}")


def is_any(values: list[Value]) -> bool:
    """Whether a list is `*` alone. Raises `NotTold` where what is not known decides that."""
    if any(isinstance(each, str) and each != "*" for each in values):
        return False
    unknown = next((each for each in values if not isinstance(each, str)), None)
    if unknown is not None:
        raise NotTold(unknown.text if isinstance(unknown, Unknown) else str(unknown)[:60])
    return values == ["*"]
