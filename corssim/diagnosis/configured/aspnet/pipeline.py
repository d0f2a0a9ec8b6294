"""The pipeline: middleware in its order, and how one request goes through it.

https://learn.microsoft.com/aspnet/core/fundamentals/middleware#middleware-order
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ..csharp.library import is_below
from ..csharp.values import Closure, Thing, Unknown
from ..replies import NotTold, Reply
from .cors_service import applied, is_preflight
from .endpoints import METHODS, REJECTED, Endpoint
from .http_context import Exchange, HttpContext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....fetch.wire import WireRequest
    from ..csharp.run import Run
    from ..csharp.values import Given, Value
    from .policies import CorsPolicy
    from .startup import Startup

HARMLESS: Final = lazy_pattern(
    r"(?i)exception|error|log|correlat|requestid|trace|culture|locali|tenant|header|metric|timing|profil|compress"
)
"""In the names of middleware that hands on what it is given."""


class Step:
    """One middleware."""

    def __init__(self, name: str, does: Callable[[Exchange, Callable[[], None]], None]) -> None:
        self.name, self.does = name, does


def go(steps: Sequence[Step], exchange: Exchange, end: Callable[[], None]) -> None:
    """Send a request through middleware, one inside the other."""

    def at(place: int) -> None:
        if place == len(steps):
            end()
        else:
            steps[place].does(exchange, lambda: at(place + 1))

    at(0)


def answered(startup: Startup, request: WireRequest) -> Reply:
    """What a program answers to a request."""
    exchange = Exchange(request)
    steps = startup.app.steps
    if not startup.app.has_cors:
        steps = _supplied(startup)
    if not any(step.name in ("UseRouting", "UseMvc", "UseMvcWithDefaultRoute") for step in steps):
        steps = [Step("UseRouting", lambda one, then: routed(startup, one, then)), *steps]
    go(steps, exchange, lambda: executed(exchange))
    for callback in reversed(exchange.starting):
        exchange.is_sent = False
        callback()
    status = exchange.status or 200
    if not is_preflight(request) and not 300 <= status < 400:
        status = 200  # an answer is read whatever its status is
    return Reply(status=status, headers=exchange.sent())


def _supplied(startup: Startup) -> list[Step]:
    """The pipeline of a text that has no UseCors: of a part of a program, one that uses the policy it shows."""
    is_marked = any(each.cors is not None for each in startup.endpoints)
    has_policies = bool(startup.policies or startup.loose)
    if startup.is_whole or startup.names_use_cors or not (has_policies or is_marked):
        return startup.app.steps
    if startup.app.is_shown and not is_marked:
        raise NotTold("a policy that nothing uses")
    shown = startup.only_policy()
    if shown is None and not is_marked:
        raise NotTold(f"a policy that is not told ({', '.join(map(str, startup.policies))[:60]})")
    return [*startup.app.steps, Step("UseCors", cors(startup, None, shown))]


# Endpoints


def routed(startup: Startup, exchange: Exchange, then: Callable[[], None]) -> None:
    """UseRouting: chooses the endpoint."""
    exchange.endpoint, exchange.is_routed = _chosen(startup, exchange.request), True
    then()


def _chosen(startup: Startup, request: WireRequest) -> Endpoint | None:
    path = _path_of(request)
    pool = [each for each in startup.endpoints if not each.is_vague and each.takes(path)]
    pool = pool or [each for each in startup.endpoints if each.is_vague and each.takes(path)]
    if not pool and startup.is_whole and startup.endpoints:
        return None
    if not pool:
        if any(each.cors is not None for each in startup.endpoints):
            raise NotTold("an endpoint that is not in the text,")
        pool = [Endpoint("one that is not in the text", None, METHODS)]
    asked = get(request.headers, "Access-Control-Request-Method") if is_preflight(request) else None
    taking = [each for each in pool if not each.methods or (asked or request.method) in each.methods]
    shown = {f"another of {each.name.partition('.')[0]}" for each in taking if "." in each.name}
    own = [each for each in taking if each.name not in shown]
    found = _one_of(startup, own) if own else REJECTED
    if asked is None or _takes_preflights(startup, found):
        return found
    answering = [each for each in pool if not each.methods or "OPTIONS" in each.methods]
    return _one_of(startup, answering) if answering else REJECTED


def _takes_preflights(startup: Startup, endpoint: Endpoint) -> bool:
    """HttpMethodMatcherPolicy: an endpoint with CORS metadata is chosen by the method that is asked for."""
    takes = endpoint.cors is not None and endpoint.takes_preflights
    return startup.suppose("that it is .NET 7 or later") if takes is None else takes


def _one_of(startup: Startup, pool: list[Endpoint]) -> Endpoint:
    """One of those that may be meant; those of the same metadata answer alike."""
    kinds: list[Endpoint] = []
    for each in pool:
        if all((each.cors, each.asks_for_login) != (kind.cors, kind.asks_for_login) for kind in kinds):
            kinds.append(each)
    for each in kinds[:-1]:
        if startup.suppose(f"that {each.name} answers"):
            return each
    return kinds[-1]


def _path_of(request: WireRequest) -> str:
    return "/" + request.url.partition("://")[2].partition("/")[2].partition("?")[0].partition("#")[0]


def executed(exchange: Exchange) -> None:
    """EndpointMiddleware, at the end. Of metadata that no UseCors came by it throws."""
    endpoint = exchange.endpoint
    if endpoint is None:
        exchange.status = exchange.status or 404
    elif endpoint is REJECTED:
        exchange.status = 405
    elif endpoint.cors is not None and not exchange.saw_cors:
        exchange.status, exchange.headers, exchange.starting = 500, [], []
    elif is_preflight(exchange.request):
        if "OPTIONS" in endpoint.methods or not endpoint.methods:
            raise NotTold(f"{endpoint.name}, which is asked for OPTIONS,")
        exchange.status = 405
    exchange.is_sent = True


def terminal(exchange: Exchange, then: Callable[[], None]) -> None:
    """UseEndpoints."""
    if exchange.endpoint is None:
        then()
    else:
        executed(exchange)


# Middleware


def cors(startup: Startup, name: Value, policy: CorsPolicy | None) -> Callable[[Exchange, Callable[[], None]], None]:
    """CorsMiddleware: the metadata of the endpoint counts before the policy that UseCors was given.

    https://github.com/dotnet/aspnetcore/blob/main/src/Middleware/CORS/src/Infrastructure/CorsMiddleware.cs
    """

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        exchange.saw_cors = exchange.endpoint is not None
        request = exchange.request
        if get(request.headers, "Origin") is None:
            then()
            return
        found, called = policy, name
        metadata = None if exchange.endpoint is None else exchange.endpoint.cors
        if metadata is not None and metadata.is_disabled:
            if is_preflight(request):
                exchange.status = 204
            else:
                then()
            return
        if metadata is not None and metadata.policy is not None:
            found = metadata.policy
        elif metadata is not None and metadata.name is not None:
            found, called = None, metadata.name
        found = startup.policy_of(called) if found is None else found
        if found is None:
            then()
        elif is_preflight(request):
            _put(startup, found, exchange)
            exchange.status = 204
        else:
            counts, exchange.passed_cors = found, True
            exchange.starting.append(lambda: _put(startup, counts, exchange))
            then()

    return invoke


def _put(run: Startup, policy: CorsPolicy, exchange: Exchange) -> None:
    for name, value in applied(run, policy, exchange.request):
        exchange.put(name, value)


def mvc(startup: Startup) -> Callable[[Exchange, Callable[[], None]], None]:
    """UseMvc: its own routing, and filters for [EnableCors]."""

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        del then
        exchange.endpoint = _chosen(startup, exchange.request)
        if exchange.endpoint is None or exchange.endpoint.cors is None:
            executed(exchange)
        else:
            cors(startup, None, None)(exchange, lambda: executed(exchange))

    return invoke


def authorization(startup: Startup) -> Callable[[Exchange, Callable[[], None]], None]:
    """UseAuthorization: a preflight never has a login."""

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        endpoint = exchange.endpoint
        asks = (endpoint is not None and endpoint.asks_for_login) or startup.has_fallback_policy
        if asks and is_preflight(exchange.request):
            exchange.status = 401
        elif asks and not exchange.passed_cors and startup.app.has_cors:
            raise NotTold("UseAuthorization in front of UseCors")
        else:
            then()

    return invoke


def https_redirection(startup: Startup) -> Callable[[Exchange, Callable[[], None]], None]:
    """UseHttpsRedirection: 307 for http:, preflights too."""

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        if not exchange.request.url.startswith("http:"):
            then()
        elif startup.https_port is None:
            raise NotTold("UseHttpsRedirection, which redirects http: where it knows the port of https:,")
        else:
            host = exchange.request.url[len("http://") :].partition("/")[0].partition(":")[0]
            port = "" if startup.https_port == 443 else f":{startup.https_port}"
            exchange.status = 307
            exchange.put("Location", f"https://{host}{port}{_path_of(exchange.request)}")

    return invoke


def foreign(name: str) -> Callable[[Exchange, Callable[[], None]], None]:
    """Middleware that is not in the text. What comes by CORS first keeps its headers."""

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        if not exchange.passed_cors:
            raise NotTold(name)
        then()

    return invoke


class Next(Thing):
    """`next`, as a function of the program's own is given it."""

    def __init__(self, exchange: Exchange, then: Callable[[], None]) -> None:
        self._exchange, self._then = exchange, then

    def call(self, name: str, given: Given) -> Value:
        self._then()
        self._exchange.is_sent = True
        return None


def inline(run: Run, function: Closure) -> Callable[[Exchange, Callable[[], None]], None]:
    """app.Use and app.Run with a function."""

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        context, following = HttpContext(exchange), Next(exchange, then)
        context.response.on_starting = lambda value: exchange.starting.append(lambda: _called(run, value))
        called: Value = function
        if len(function.parameters) == 1 and _is_nested(function):
            called = run.invoke(function, [following])
            run.invoke(called, [context])
        else:
            run.invoke(called, [context, following])

    return invoke


def _called(run: Run, function: Value) -> None:
    if not isinstance(function, Closure):
        raise NotTold(function.text if isinstance(function, Unknown) else "OnStarting")
    run.invoke(function, [Unknown("state")])


def _is_nested(function: Closure) -> bool:
    """`next => context => …`"""
    return function.body.type in ("lambda_expression", "anonymous_method_expression")


def branch(run: Run, prefix: Value, steps: list[Step]) -> Callable[[Exchange, Callable[[], None]], None]:
    """Map("/path", app => …)."""

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        if not isinstance(prefix, str):
            raise NotTold(prefix.text if isinstance(prefix, Unknown) else "Map")
        if is_below(_path_of(exchange.request), prefix):
            go(steps, exchange, lambda: executed(exchange))
        else:
            then()

    return invoke


def when(
    run: Run, predicate: Value, steps: list[Step], *, comes_back: bool
) -> Callable[[Exchange, Callable[[], None]], None]:
    """UseWhen, which comes back to the pipeline, and MapWhen."""

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        if not isinstance(predicate, Closure):
            raise NotTold(predicate.text if isinstance(predicate, Unknown) else "UseWhen")
        if run.holds(run.invoke(predicate, [HttpContext(exchange)]), predicate.node):
            go(steps, exchange, then if comes_back else lambda: executed(exchange))
        else:
            then()

    return invoke
