"""socket.io and SignalR: both begin with HTTP requests, which CORS stops before any socket is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builtins import NOT_MINE, pairs_of
from .calls import Call
from .fetch_api import joined
from .values import UNDEFINED, Native, Opaque, Unknown, concatenated

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of one of these, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    if function.path == "new HubConnectionBuilder":
        return Opaque("HubConnectionBuilder")
    if not given:
        return NOT_MINE
    options = given[1] if len(given) > 1 and isinstance(given[1], dict) else {}
    if function.path in ("io", "io.connect", "socketIO", "socketIOClient"):
        return made.add(_socket_io(given[0], options))
    this = function.this
    if function.path == ".withUrl" and isinstance(this, Opaque) and this.kind == "HubConnectionBuilder":
        made.add(_signalr(given[0], options))
        return this
    return NOT_MINE


def _socket_io(url: Value, options: dict[str, Value]) -> Call:
    """Engine.IO begins with polling: https://socket.io/docs/v4/engine-io-protocol/"""
    path = options.get("path", "/socket.io/")
    call = Call(library="socket.io", api="xhr")
    call.url = concatenated(joined(url, path), "?EIO=4&transport=polling")
    call.headers = pairs_of(options.get("extraHeaders"))
    call.with_credentials = options.get("withCredentials", UNDEFINED)
    return call


def _signalr(url: Value, options: dict[str, Value]) -> Call:
    """A connection is negotiated first: https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/TransportProtocols.md"""
    call = Call(library="signalr", method="POST", url=concatenated(url, "/negotiate?negotiateVersion=1"), body="")
    call.headers = pairs_of(options.get("headers"))
    call.set_default("X-Requested-With", "XMLHttpRequest")
    call.set_default("X-SignalR-User-Agent", "Microsoft SignalR")
    call.set_default("Content-Type", "text/plain;charset=UTF-8")
    if "accessTokenFactory" in options:
        call.set_default("Authorization", Unknown("Bearer accessTokenFactory()", ("accessTokenFactory",)))
    with_cookies = options.get("withCredentials", True)
    call.credentials = "same-origin" if with_cookies is False else "include"
    return call
