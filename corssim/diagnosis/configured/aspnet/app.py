"""`app`: IApplicationBuilder, WebApplication and what endpoints are mapped on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..csharp.syntax import all_nodes, shown, text_of
from ..csharp.values import NOT_THERE, Closure, Thing
from . import owin, pipeline
from .endpoints import METHODS, Conventions, Endpoint, at_handler, controllers_of
from .pipeline import HARMLESS, Step
from .policies import CorsPolicy

if TYPE_CHECKING:
    from ..csharp.values import Given, Value
    from .startup import Startup

_NAMES: Final = (
    "UseAntiforgery UseAuthentication UseBlazorFrameworkFiles UseCertificateForwarding UseCookiePolicy UseDefaultFiles "
    "UseDeveloperExceptionPage UseDirectoryBrowser UseElmah UseExceptionHandler UseFileServer UseForwardedHeaders "
    "UseHangfireDashboard UseHangfireServer UseHealthChecks UseHostFiltering UseHsts UseHttpLogging UseHttpMetrics "
    "UseHttpMethodOverride UseMetricServer UseMigrationsEndPoint UseDatabaseErrorPage UseBrowserLink UseOpenApi "
    "UseOutputCache UsePathBase UsePlayground UseReDoc UseRequestDecompression UseRequestLocalization "
    "UseRequestTimeouts UseResponseCaching UseResponseCompression UseRewriter UseSerilogRequestLogging UseSession "
    "UseSpaStaticFiles UseStaticFiles UseStatusCodePages UseStatusCodePagesWithReExecute UseSwagger UseSwaggerUI "
    "UseSwaggerUi UseSwaggerUi3 UseSwaggerUIWithOAuth UseW3CLogging UseWebAssemblyDebugging UseWebSockets UseSentry "
    "UseSentryTracing UseApiVersioning UseMiniProfiler MapScalarApiReference UseRateLimiter UseIdentity "
    "UseGrpcWeb UseWelcomePage UseElasticApm UseAllElasticApm UseExceptionless UseStatusCodePagesWithRedirects "
    "UseOAuthBearerTokens UseOAuthAuthorizationServer UseOAuthBearerAuthentication UseCookieAuthentication "
    "UseExternalSignInCookie UseJwtBearerAuthentication UseIdentityServer"
)
_HANDS_ON: Final = frozenset(_NAMES.split())
"""Middleware that sends API requests on."""
_VERBS: Final[dict[str, tuple[str, ...] | None]] = {
    "MapGet": ("GET",), "MapPost": ("POST",), "MapPut": ("PUT",), "MapDelete": ("DELETE",), "MapPatch": ("PATCH",),
    "MapMethods": None, "Map": (),
}  # fmt: skip


class App(Thing):
    """The steps of a pipeline. `prefix` stands before what is mapped on a group."""

    def __init__(self, startup: Startup, prefix: str = "", *, in_block: bool = False, path: str = "") -> None:
        self._startup, self._path = startup, path
        self._prefix, self._in_block = prefix, in_block
        self.steps: list[Step] = []
        self.has_cors = self.is_shown = False
        self.uses: list[tuple[Value, CorsPolicy | None]] = []
        self.group: list[Endpoint] = []

    def get(self, name: str) -> Value:
        return self if name in ("App", "Application") else NOT_THERE

    def add(self, name: str, does: object) -> App:
        self.steps.append(Step(name, does))  # type: ignore[arg-type]
        return self

    def call(self, name: str, given: Given) -> Value:
        startup = self._startup
        self.is_shown = True
        if name == "UseCors":
            return self._use_cors(given)
        if name in _VERBS:
            return self._mapped(name, given)
        if name == "MapGroup":
            prefix = given.values[0] if given.values else None
            return _Group(startup, self._prefix + "/" + prefix.strip("/") if isinstance(prefix, str) else "", self)
        if name == "UseRouting":
            return self.add(name, lambda exchange, then: pipeline.routed(startup, exchange, then))
        if name == "UseEndpoints":
            for each in given.values:
                startup.invoke(each, [_Block(startup, self)])
            return self.add(name, pipeline.terminal)
        if name in ("UseMvc", "UseMvcWithDefaultRoute"):
            startup.endpoints += self._controllers()
            return self.add(name, pipeline.mvc(startup))
        if name == "UseAuthorization":
            return self.add(name, pipeline.authorization(startup))
        if name == "UseHttpsRedirection":
            return self.add(name, pipeline.https_redirection(startup))
        if name in ("UseWhen", "MapWhen"):
            steps = self._branch(given.values[-1], _path_in(given.values[0]))
            comes_back = name == "UseWhen"
            return self.add(name, pipeline.when(startup, given.values[0], steps, comes_back=comes_back))
        if name in ("Use", "Run"):
            return self._inline(name, given)
        if name == "UseMiddleware":
            return self._middleware(given)
        if name in _HANDS_ON:
            return self
        if name.startswith("Map"):
            return self._mapped_many(name)
        return NOT_THERE

    def _use_cors(self, given: Given) -> App:
        self.has_cors = True
        startup = self._startup
        startup.branches.append(self._path)
        value = given.values[0] if given.values else None
        if (of_owin := owin.policy_of(startup, value)) is not NOT_THERE:
            startup.is_owin = True
            self.uses += [(None, of_owin)] if isinstance(of_owin, CorsPolicy) else []
            return self.add("UseCors", owin.middleware(of_owin))
        if isinstance(value, Closure | CorsPolicy):
            policy = startup.built(value) if isinstance(value, Closure) else value
            self.uses.append((None, policy))
            return self.add("UseCors", pipeline.cors(startup, None, policy))
        self.uses.append((value, None))
        return self.add("UseCors", pipeline.cors(startup, value, None))

    def _branch(self, configure: Value, path: str) -> list[Step]:
        inner = App(self._startup, path=path)
        self._startup.invoke(configure, [inner])
        self.has_cors = self.has_cors or inner.has_cors
        self.uses += inner.uses
        return inner.steps

    def _inline(self, name: str, given: Given) -> Value:
        function = given.values[0] if given.values else None
        if isinstance(function, Closure):
            self._startup.handlers.append(function.node)
            return self.add(name, pipeline.inline(self._startup, function))
        if name == "Use":
            return self.add(name, pipeline.foreign(shown(given.node)))
        return None

    def _middleware(self, given: Given) -> App:
        kind = given.types[0] if given.types else shown(given.node)
        function = self._startup.middleware_of(kind)
        if function is not None:
            return self.add(kind, function)
        return self if HARMLESS.search(kind) is not None else self.add(kind, pipeline.foreign(shown(given.node)))

    # Endpoints

    def _mapped(self, name: str, given: Given) -> Value:
        startup = self._startup
        template, handler = given.named("pattern", 0), given.values[-1] if given.values else None
        if name == "Map" and isinstance(handler, Closure) and _is_branch(handler):
            path = template if isinstance(template, str) else ""
            return self.add(name, pipeline.branch(startup, template, self._branch(handler, path)))
        methods = _VERBS[name]
        if methods is None:
            listed = given.values[1] if len(given.values) > 1 else None
            methods = tuple(str(each) for each in listed) if isinstance(listed, list) else METHODS
        cors, asks = at_handler(handler, startup)
        whole = f"{self._prefix}/{template.strip('/')}" if isinstance(template, str) else None
        endpoint = Endpoint(f"{name}({whole or '…'})", whole, methods, cors, asks)
        startup.endpoints.append(endpoint)
        self.group.append(endpoint)
        return Conventions([endpoint], startup, in_block=self._in_block)

    def _controllers(self) -> list[Endpoint]:
        known = controllers_of(self._startup.declared, self._startup)
        return [*known, Endpoint("a controller that is not in the text", None, METHODS)]

    def _mapped_many(self, name: str) -> Value:
        """MapControllers, MapRazorPages, MapHub<T>("/path") and others, each with rules of its own."""
        startup = self._startup
        found = self._controllers() if "Controller" in name else [Endpoint(f"those of {name}", None, METHODS)]
        startup.endpoints += found
        self.group += found
        return Conventions(found, startup, in_block=self._in_block)


class _Group(App):
    """MapGroup: its conventions are for all that is mapped on it, before or after them."""

    def __init__(self, startup: Startup, prefix: str, around: App) -> None:
        super().__init__(startup, prefix)
        self._around = around
        self._given: list[tuple[str, Given]] = []

    def call(self, name: str, given: Given) -> Value:
        if not name.startswith("Map"):
            Conventions(self.group, self._startup).call(name, given)
            self._given.append((name, given))
            return self
        count = len(self.group)
        found = super().call(name, given)
        if isinstance(found, _Group):
            found._given += self._given
        for called, each in self._given:
            Conventions(self.group[count:], self._startup).call(called, each)
        self._around.group += self.group[count:]
        return found


class _Block(App):
    """What UseEndpoints gives its function."""

    def __init__(self, startup: Startup, around: App) -> None:
        super().__init__(startup, in_block=True)
        self._around = around


def _path_in(predicate: Value) -> str:
    """The path that a predicate of UseWhen asks for, where one is written there."""
    nodes = all_nodes(predicate.body) if isinstance(predicate, Closure) else ()
    paths = (text_of(each) for each in nodes if each.type == "string_literal_content")
    return next((each for each in paths if each.startswith("/")), "")


def _is_branch(function: Closure) -> bool:
    """Whether a function is given a pipeline, not a request."""
    if len(function.parameters) != 1:
        return False
    name = function.parameters[0]
    text = text_of(function.body)
    return any(f"{name}.{word}" in text for word in ("Use", "Run(", "Map"))
