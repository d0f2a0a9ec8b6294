"""A run of a program's start: services, policies, the pipeline and its endpoints, as the text sets them up.

https://learn.microsoft.com/aspnet/core/fundamentals/startup
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..csharp.run import Ended, Run, Thrown
from ..csharp.scope import Scope, parameters_of
from ..csharp.syntax import name_of, named, part, shown, text_of
from ..csharp.values import NOT_THERE, Closure, Thing, Unknown
from ..replies import NotTold
from . import owin, pipeline
from .app import App
from .endpoints import METHODS, Endpoint, controllers_of
from .policies import BUILDS, CorsPolicy, CorsPolicyBuilder, normalized
from .web_api import EnableCors, HttpConfiguration, WebApi

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tree_sitter import Node

    from ..csharp.scope import Declared
    from ..csharp.values import Given, Value
    from .http_context import Exchange

_DEFAULT: Final = "__DefaultCorsPolicy"
_ENTRIES: Final = ("Main", "ConfigureServices", "Configure", "Configuration", "Register", "Application_Start")
_OF_APPS: Final = frozenset({"IApplicationBuilder", "WebApplication", "IAppBuilder", "IEndpointRouteBuilder"})
_APPS: Final = ("app", "application", "appBuilder", "applicationBuilder", "webApp", "endpoints")
_NAMES: Final = (
    "UseCors UseRouting UseEndpoints UseMvc UseMvcWithDefaultRoute UseMiddleware UseAuthentication UseAuthorization "
    "UseHttpsRedirection MapControllers MapGet MapPost MapPut MapDelete MapPatch MapGroup UseStaticFiles"
)
_PIPELINE: Final = frozenset(_NAMES.split())


class Startup(Run):
    """What a program is when it has started."""

    matters = (
        "Cors", "Use(", "UseMiddleware", "UseRouting", "UseEndpoints", "UseMvc", "UseAuthorization", "Run(", "Map",
        "UseHttpsRedirection", "AllowAny", "AllowCredentials", "WithOrigins", "WithMethods", "WithHeaders",
        "SetIsOriginAllowed", "Access-Control", "AccessControl", "Headers", "StatusCode", "next", "Next", "Add(",
        "AddRange(", "Origins", "Response",
    )  # fmt: skip

    def __init__(self, declared: Declared, supposed: Sequence[bool] = ()) -> None:
        super().__init__(declared, supposed)
        self.app = App(self)
        self.services = Services(self)
        self.policies: dict[Value, CorsPolicy] = {}
        self.default_name: Value = _DEFAULT
        self.has_options = self.is_told_elsewhere = False
        self.loose: CorsPolicyBuilder | None = None
        self.endpoints: list[Endpoint] = []
        self.handlers: list[Node] = []
        self.branches: list[str] = []  # of UseCors, each the path that its branch of the pipeline is for
        self.called: set[int] = set()
        self.web_api = WebApi()
        self.is_refused = self.is_owin = self.has_unknown_services = False
        self.doubt = ""
        self.https_port: int | None = None
        source = text_of(declared.root)
        self.has_fallback_policy = "FallbackPolicy" in source
        self.is_whole = _any(source, ("WebApplication.CreateBuilder",)) and ".Build()" in source and ".Run" in source
        self.names_use_cors = "UseCors" in declared.names
        self.is_of_2 = not _any(source, _SINCE_3) and _any(source, _BEFORE_3)
        self.start()
        if not self.endpoints and not self.is_whole:
            self.endpoints = controllers_of(declared, self)
            if all(each.cors is None or each.cors.is_disabled for each in self.endpoints):
                self.endpoints.append(Endpoint("a controller that is not in the text", None, METHODS))

    # The start

    def start(self) -> None:
        """Run the text: its own statements, the methods that the host calls, and those that nothing in it calls."""
        statements = [each for each in named(self.declared.root) if each.type != "namespace_declaration"]
        if statements:
            self._entered(lambda: self.block(self.declared.root, self.top))
        for name in _ENTRIES:
            for each in self.declared.methods.get(name, []):
                self._enter(each)
        for nodes in self.declared.methods.values():
            for each in nodes:
                if each.start_byte not in self.called and _any(text_of(each), _SETS_UP):
                    self._enter(each)

        if not self.app.is_shown and not self.policies:
            self._use_what_is_shown()

    def _use_what_is_shown(self) -> None:
        """Of a text that is a class of middleware alone: as if it were used."""
        for kind, nodes in self.declared.classes.items():
            is_one = any(word in text_of(nodes[0]) for word in ("RequestDelegate", "IMiddleware"))
            if is_one and (found := self.middleware_of(kind)) is not None:
                self.app.add(kind, found)

    def _enter(self, method: Node) -> None:
        function = self.closure_of(method, Scope())
        if function is None or method.start_byte in self.called:
            return
        values = [self._thing_of(kind) or Unknown(name) for name, kind in parameters_of(method)]
        self._entered(lambda: self.invoke(function, values))

    def _entered(self, doing: Callable[[], object]) -> None:
        try:
            doing()
        except (Ended, Thrown):
            pass

    def invoke(self, function: Value, values: Sequence[Value]) -> Value:
        if isinstance(function, Closure):
            self.called.add(function.node.start_byte)
        return super().invoke(function, values)

    def _thing_of(self, kind: str) -> Value:
        kind = kind.removeprefix("this ").rstrip("?").rpartition(".")[2]
        if kind in _OF_APPS:
            return self.app
        if kind == "IServiceCollection":
            return self.services
        if kind in ("WebApplicationBuilder", "IHostApplicationBuilder"):
            return Builder(self)
        if kind == "HttpConfiguration":
            return HttpConfiguration(self)
        if kind == "CorsOptions":
            return CorsOptions(self)
        if kind == "CorsPolicyBuilder":
            self.loose = self.loose or CorsPolicyBuilder()
            return self.loose
        return None

    # Policies

    def built(self, configure: Closure) -> CorsPolicy:
        """The policy that a function makes of a builder."""
        builder = CorsPolicyBuilder()
        self.invoke(configure, [builder])
        self.check(builder.policy)
        return builder.policy

    def check(self, policy: CorsPolicy) -> None:
        """Build(): since 3.0 it throws for everybody with credentials; 2.0 and 2.1 reflect, 2.2 sends `*`."""
        if policy.is_refused and self.is_of_2:
            self.doubt = "AllowAnyOrigin with AllowCredentials, which each version 2 takes otherwise,"
        if self.is_of_2 and any(each != normalized(each) for each in policy.written):
            self.doubt = "an origin in large letters, which versions before 2.2 compare as it is,"
        self.is_refused = self.is_refused or policy.is_refused

    def add_policy(self, name: Value, policy: Value) -> None:
        """CorsOptions.AddPolicy."""
        self.has_options = True
        if isinstance(policy, CorsPolicyBuilder):
            policy = policy.policy
        if isinstance(policy, Closure):
            policy = self.built(policy)
        if not isinstance(policy, CorsPolicy):
            raise NotTold(policy.text if isinstance(policy, Unknown) else "a policy")
        self.check(policy)
        self.policies[_key(name)] = policy

    def policy_of(self, name: Value) -> CorsPolicy | None:
        """DefaultCorsPolicyProvider. Raises `NotTold` for one that may be somewhere else."""
        name = _key(self.default_name if name is None else name)
        if name in self.policies:
            return self.policies[name]
        if self.loose is not None and self.loose.is_used and not self.policies:
            return self.loose.policy
        named_by = name.text if isinstance(name, Unknown) else str(name)
        unknown = any(isinstance(each, Unknown) for each in self.policies)
        has_none = self.is_whole and not self.has_unknown_services
        if not (self.has_options or has_none) or self.is_told_elsewhere or isinstance(name, Unknown) or unknown:
            raise NotTold("the default policy, which is not in the text," if name == _DEFAULT else
                          f"the policy {named_by}, which is not in the text,")  # fmt: skip
        return None

    def only_policy(self) -> CorsPolicy | None:
        """The policy of a text that has one alone."""
        if self.loose is not None and self.loose.is_used and not self.policies:
            return self.loose.policy
        return next(iter(self.policies.values())) if len(self.policies) == 1 else None

    # Middleware of the program's own

    def middleware_of(self, kind: str) -> Callable[[Exchange, Callable[[], None]], None] | None:
        """A class of middleware, by its name; None where it is not in the text."""
        kind = kind.rpartition(".")[2].partition("<")[0]
        nodes = self.declared.classes.get(kind, [])
        body = part(nodes[0], "body") if nodes else None
        methods = [each for each in ([] if body is None else named(body)) if each.type == "method_declaration"]
        method = next((each for each in methods if name_of(each) in ("Invoke", "InvokeAsync")), None)
        if method is None or body is None:
            return None
        self.handlers.append(nodes[0])
        following = [name for name, of in _typed(nodes[0], body) if of == "RequestDelegate"]

        def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
            scope = Scope()
            for name in following:
                scope.names[name] = pipeline.Next(exchange, then)
            function = self.closure_of(method, scope)
            if function is not None:
                pipeline.inline(self, function)(exchange, then)

        return invoke

    # What neither the text nor the library tells

    def new(self, kind: str, given: Given) -> Value:
        if kind == "CorsPolicy":
            return CorsPolicy()
        if kind == "CorsPolicyBuilder":
            builder = CorsPolicyBuilder()
            if given.values and isinstance(given.values[0], CorsPolicy):
                raise NotTold("a policy that is built from another")
            builder.with_origins(given)
            return builder
        if kind in ("EnableCorsAttribute", "EnableCors") and len(given.values) > 2:
            return EnableCors(given)
        if kind == "CorsOptions":
            return owin.Holder("PolicyProvider")
        if kind == "CorsPolicyProvider":
            return owin.Holder("PolicyResolver")
        return HttpConfiguration(self) if kind == "HttpConfiguration" else NOT_THERE

    def foreign(self, receiver: Value, name: str, given: Given) -> Value:
        if receiver is self.app:
            if name.startswith("Use") and pipeline.HARMLESS.search(name) is None:
                self.app.add(name, pipeline.foreign(f"app.{name}"))
            return self.app
        if isinstance(receiver, Services | Builder) or receiver is self.app:
            return receiver
        if name == "FromResult" and given.values:
            return given.values[0]
        if isinstance(receiver, CorsPolicyBuilder):
            raise NotTold(f"{name} of a policy")
        if isinstance(receiver, Unknown) and (found := self._by_name(receiver, name, given)) is not NOT_THERE:
            return found
        for value in given.values:
            if isinstance(value, Closure) and self.can_matter(value.node):
                self._host(value)
        if any(each is self.app for each in given.values):
            self.app.add(name, pipeline.foreign(shown(given.node)))
        if any(isinstance(each, CorsPolicyBuilder | CorsPolicy | CorsOptions) for each in given.values):
            raise NotTold(f"{name}, which is not in the text,")
        return super().foreign(receiver, name, given)

    def _host(self, function: Closure) -> None:
        """A function that the host calls: ConfigureServices(services => …), Configure(app => …)."""
        self.invoke(function, [Unknown(name) for name in function.parameters])

    def _by_name(self, receiver: Unknown, name: str, given: Given) -> Value:
        """A call of a name that nothing in the text declares: what it is, its method tells."""
        last = receiver.text.rpartition(".")[2]
        if name in _PIPELINE or name in BUILDS:
            given = self.settled(given)
        if name in _PIPELINE or (last in _APPS and name[:3] in ("Use", "Map", "Run")):
            found = self.app.call(name, given)
            return self.foreign(self.app, name, given) if found is NOT_THERE else found
        if name == "EnableCors":
            return HttpConfiguration(self).call(name, given)
        if name in ("AddCors", "AddHttpsRedirection"):
            return self.services.call(name, given)
        if name in ("AddDefaultPolicy", "AddPolicy") and _is_of_cors(given):
            return CorsOptions(self).call(name, given)
        if name in BUILDS and not receiver.text.startswith("new "):
            self.loose = self.loose or CorsPolicyBuilder()
            return self.loose.call(name, given)
        if name == "Build" and "builder" in last.lower():
            return self.app
        if name == "CreateBuilder" and last == "WebApplication":
            return Builder(self)
        if "Cors" in name and name not in ("CreateDefaultBuilder",):
            self.is_told_elsewhere = True
        return NOT_THERE


class Services(Thing):
    """IServiceCollection."""

    def __init__(self, startup: Startup) -> None:
        self._startup = startup

    def call(self, name: str, given: Given) -> Value:
        startup = self._startup
        if name == "AddCors":
            startup.has_options = True
            for each in given.values:
                if isinstance(each, Closure):
                    startup.invoke(each, [CorsOptions(startup)])
            return self
        if name == "AddHttpsRedirection" and given.values:
            startup.invoke(given.values[0], [HttpsOptions(startup)])
            return self
        if name in ("Configure", "PostConfigure") and given.types[:1] == ("CorsOptions",):
            startup.invoke(given.values[-1], [CorsOptions(startup)])
            return self
        if name not in startup.declared.methods:
            startup.is_told_elsewhere = startup.is_told_elsewhere or "Cors" in name
            startup.has_unknown_services = startup.has_unknown_services or _OF_FRAMEWORK.match(name) is None
        return NOT_THERE


class Builder(Thing):
    """WebApplicationBuilder."""

    def __init__(self, startup: Startup) -> None:
        self._startup = startup

    def get(self, name: str) -> Value:
        return self._startup.services if name == "Services" else NOT_THERE

    def call(self, name: str, given: Given) -> Value:
        return self._startup.app if name == "Build" else NOT_THERE


class CorsOptions(Thing):
    """https://github.com/dotnet/aspnetcore/blob/main/src/Middleware/CORS/src/Infrastructure/CorsOptions.cs"""

    def __init__(self, startup: Startup) -> None:
        self._startup = startup

    def call(self, name: str, given: Given) -> Value:
        startup = self._startup
        if name == "AddDefaultPolicy":
            startup.add_policy(startup.default_name, given.values[0] if given.values else None)
        elif name == "AddPolicy" and len(given.values) == 2:
            of = [given.named("name", 0), given.named("configurePolicy", 1), given.named("policy", 1)]
            startup.add_policy(of[0], of[1] if of[1] is not NOT_THERE else of[2])
        elif name in BUILDS:  # AddCors(builder => …) is no policy
            raise NotTold(f"{name} of the options, which have no such method,")
        else:
            return NOT_THERE
        return None

    def get(self, name: str) -> Value:
        return self._startup.default_name if name == "DefaultPolicyName" else NOT_THERE

    def set(self, name: str, value: Value) -> bool:
        self._startup.default_name = value
        return name == "DefaultPolicyName"


class HttpsOptions(Thing):
    """HttpsRedirectionOptions."""

    def __init__(self, startup: Startup) -> None:
        self._startup = startup

    def set(self, name: str, value: Value) -> bool:
        if name == "HttpsPort" and isinstance(value, int):
            self._startup.https_port = value
        return True


_SETS_UP: Final = (
    "UseCors(", "AddCors(", "RequireCors(", "CorsPolicyBuilder", ".WithOrigins(", ".AllowAnyOrigin(", ".EnableCors(",
)  # fmt: skip
"""Of methods that nothing in the text calls: those that have to do with CORS are taken to be called."""
_OF_FRAMEWORK: Final = lazy_pattern(
    r"(?:Try)?Add(?:Controllers|Scoped|Singleton|Transient|Keyed|DbContext|Endpoints|Swagger|Http|Auth|Razor|SignalR|Mvc"
    r"|Logging|OpenApi|Memory|Hosted|Identity|Session|Response|Grpc|RateLimiter|ProblemDetails|Health|AutoMapper|Options)"
    r"|Configure$|Replace$"
)
"""Services that bring no policies of CORS."""
_BEFORE_3: Final = ("UseMvc", "IHostingEnvironment", "CompatibilityVersion.Version_2", "AddMvc(")
_SINCE_3: Final = (
    "UseRouting",
    "UseEndpoints",
    "MapControllers",
    "AddControllers",
    "WebApplication",
    "IWebHostEnvironment",
)


def _any(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def _key(name: Value) -> Value:
    """A policy's name; of one that is not told, what it is called by in any place."""
    return Unknown(name.text.rpartition(".")[2]) if isinstance(name, Unknown) else name


def _is_of_cors(given: Given) -> bool:
    """Whether a policy is one of CORS, not of authorization."""
    if any(isinstance(each, CorsPolicy | CorsPolicyBuilder) for each in given.values):
        return True
    functions = [text_of(each.node) for each in given.values if isinstance(each, Closure)]
    return any(_any(text, tuple(BUILDS)) or "Cors" in text for text in functions)


def _typed(node: Node, body: Node) -> list[tuple[str, str]]:
    """Fields of a class with their types, and the parameters of its own."""
    found = parameters_of(node)
    for each in named(body):
        if each.type == "field_declaration":
            for declaration in named(each):
                kind = part(declaration, "type")
                of = "" if kind is None else text_of(kind)
                found += [(name_of(one), of) for one in named(declaration) if one.type == "variable_declarator"]
    return found
