"""OWIN's app.UseCors(CorsOptions…).

https://github.com/aspnet/AspNetKatana/blob/main/src/Microsoft.Owin.Cors/CorsMiddleware.cs
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....fetch.header_list import get
from ..csharp.values import NOT_THERE, Closure, Thing, Unknown
from ..replies import NotTold
from .cors_engine import evaluated
from .cors_service import is_preflight
from .policies import CorsPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..csharp.values import Value
    from .http_context import Exchange
    from .startup import Startup


class Holder(Thing):
    """CorsOptions with its PolicyProvider, and that with its PolicyResolver."""

    def __init__(self, holds: str) -> None:
        self._holds = holds
        self.held: Value = None

    def set(self, name: str, value: Value) -> bool:
        if name != self._holds:
            return False
        self.held = value
        return True


def policy_of(startup: Startup, options: Value) -> Value:
    """The policy of options; `NOT_THERE` where they are none of OWIN's."""
    if isinstance(options, Unknown) and options.text.rpartition(".")[2] == "AllowAll" and "CorsOptions" in options.text:
        return allow_all()
    if not isinstance(options, Holder):
        return NOT_THERE
    provider = options.held
    resolver = provider.held if isinstance(provider, Holder) else provider
    found = (
        startup.invoke(resolver, [Unknown("request")]) if isinstance(resolver, Closure) else Unknown("PolicyProvider")
    )
    return found if isinstance(found, CorsPolicy) else Unknown("PolicyProvider")


def allow_all() -> CorsPolicy:
    """CorsOptions.AllowAll."""
    policy = CorsPolicy()
    policy.origins, policy.methods, policy.headers, policy.credentials = ["*"], ["*"], ["*"], True
    return policy


def middleware(policy: Value) -> Callable[[Exchange, Callable[[], None]], None]:
    """Katana's CorsMiddleware: it answers each preflight, and sets its headers before it hands on a request."""

    def invoke(exchange: Exchange, then: Callable[[], None]) -> None:
        if not isinstance(policy, CorsPolicy):
            raise NotTold(policy.text if isinstance(policy, Unknown) else "a policy")
        request = exchange.request
        if get(request.headers, "Origin") is None:
            then()
            return
        found = evaluated(policy, request)
        for name, value in found or []:
            exchange.put(name, value)
        if is_preflight(request):
            exchange.status = 400 if found is None else 200
        else:
            exchange.passed_cors = True
            then()

    return invoke
