"""From what a caller mounts to the exchange that reaches it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .in_process import AsyncWireServerExchange, WireServerExchange

if TYPE_CHECKING:
    from .exchange import AsyncExchange, SyncExchange
    from .network_options import NetworkOptions

Target = Any
"""None (the live network), an httpx or httpx2 transport, an ASGI app, a WSGI app, or a `MockServer`."""


class Kind(Enum):
    """What a target turned out to be."""

    NETWORK = auto()
    SYNC_TRANSPORT = auto()
    ASYNC_TRANSPORT = auto()
    SERVER = auto()
    ASGI = auto()
    WSGI = auto()


def kind_of(target: Target, *, prefer_async: bool) -> Kind:
    """Tell targets apart by what they can do. Raises `UsageError` for what is none of them."""
    if target is None:
        return Kind.NETWORK
    if not isinstance(target, type):
        blocking = callable(getattr(target, "handle_request", None))
        awaiting = callable(getattr(target, "handle_async_request", None))
        # Apps of Quart and Sanic have a handle_request, too; no transport can be called.
        if (blocking or awaiting) and not callable(target):
            return Kind.ASYNC_TRANSPORT if awaiting and (prefer_async or not blocking) else Kind.SYNC_TRANSPORT
        if callable(getattr(target, "answer", None)):
            return Kind.SERVER
    if callable(target):
        return _kind_of_app(target)
    raise UsageError(
        f"{_shown(target)} is nothing that can be mounted: give an httpx transport, an ASGI or WSGI app, "
        "a MockServer, or None for the live network"
    )


def _kind_of_app(app: Any) -> Kind:
    import inspect  # here, because it takes as long as a bare interpreter

    if any(inspect.iscoroutinefunction(each) for each in (inspect.unwrap(app), type(app).__call__)):
        return Kind.ASGI
    try:
        parameters = inspect.signature(app).parameters.values()
    except ValueError:  # some callables of C have none
        parameters = {}.values()
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return Kind.WSGI  # a plain function around another one; those around ASGI apps are coroutine functions
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    required = sum(each.kind in positional and each.default is each.empty for each in parameters)
    if required == 3:
        return Kind.ASGI
    if required == 2:
        return Kind.WSGI
    raise UsageError(
        f"{_shown(app)} takes {required} arguments: an ASGI app takes (scope, receive, send) and a WSGI app "
        "(environ, start_response)"
    )


def _shown(target: object) -> str:
    return f"{target!r:.100}"


def sync_exchange_with(target: Target, network: NetworkOptions) -> SyncExchange:
    """The blocking exchange for one target."""
    kind = kind_of(target, prefer_async=False)
    if kind is Kind.SERVER:
        return WireServerExchange(target)
    if kind is Kind.WSGI:
        from .wsgi import WsgiExchange

        return WsgiExchange(target)
    if kind is Kind.NETWORK:
        from .network import LiveExchange

        return LiveExchange(network)
    if kind is Kind.SYNC_TRANSPORT:
        from .httpx_transport import HttpxExchange

        return HttpxExchange(target, answers=network.answers, timeout=network.timeout)
    from .bridges import LoopedExchange

    return LoopedExchange(async_exchange_with(target, network))


def async_exchange_with(target: Target, network: NetworkOptions) -> AsyncExchange:
    """The exchange for one target on an event loop."""
    kind = kind_of(target, prefer_async=True)
    if kind is Kind.SERVER:
        return AsyncWireServerExchange(target)
    if kind is Kind.ASGI:
        from .asgi import AsgiExchange

        return AsgiExchange(target)
    if kind is Kind.NETWORK:
        from .network import AsyncLiveExchange

        return AsyncLiveExchange(network)
    if kind is Kind.ASYNC_TRANSPORT:
        from .httpx_transport import AsyncHttpxExchange

        return AsyncHttpxExchange(target, answers=network.answers, timeout=network.timeout)
    from .bridges import ThreadedExchange

    return ThreadedExchange(sync_exchange_with(target, network))
