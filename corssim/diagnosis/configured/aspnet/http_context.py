"""HttpContext: a request and its answer, as middleware of the program's own sees them.

https://learn.microsoft.com/aspnet/core/fundamentals/http-context
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....url import parse_url
from ..csharp.syntax import shown
from ..csharp.values import NOT_THERE, Out, Thing, Unknown
from ..replies import NotTold

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....fetch.wire import WireRequest
    from ..csharp.values import Given, Value
    from .endpoints import Endpoint


class Exchange:
    """One request on its way. `starting` are run before the answer is sent, the last one first; `is_routed` where an
    endpoint was chosen, `endpoint` None where there is none. `passed_cors`: a policy's headers will be sent."""

    def __init__(self, request: WireRequest) -> None:
        self.request = request
        self.status: int | None = None
        self.headers: list[tuple[str, Value]] = []
        self.starting: list[Callable[[], None]] = []
        self.is_sent = False
        self.endpoint: Endpoint | None = None
        self.is_routed = False
        self.saw_cors = False
        self.passed_cors = False

    def put(self, name: str, value: Value, *, adds: bool = False) -> None:
        """Set a header, in the place of those of its name."""
        if self.is_sent and name.lower().startswith("access-control-"):
            raise NotTold(f"{name}, which is set when the answer may have been sent,")
        if not adds:
            self.remove(name)
        for each in value if isinstance(value, list) else [value]:
            self.headers.append((name, each))

    def remove(self, name: str) -> None:
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]

    def sent(self) -> tuple[tuple[str, str], ...]:
        """The headers as they are sent. Raises `NotTold` for one of CORS that is not known."""
        found = []
        for name, value in self.headers:
            if isinstance(value, str | int):
                found.append((name, str(value)))
            elif name.lower().startswith("access-control-") or name == "?":
                raise NotTold(f"{value.text if isinstance(value, Unknown) else value}, which {name} is set to,")
        return tuple(found)


def header_name(member: str) -> str:
    """`AccessControlAllowOrigin`, a property of IHeaderDictionary's."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", member)


class HttpContext(Thing):
    """`context`, with its request and its response."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.request = Request(exchange)
        self.response = Response(exchange)

    def get(self, name: str) -> Value:
        return {"Request": self.request, "Response": self.response, "Context": self}.get(name, NOT_THERE)


class Request(Thing):
    """HttpRequest, and those of System.Web and OWIN."""

    def __init__(self, exchange: Exchange) -> None:
        self._request = exchange.request
        url = parse_url(exchange.request.url)
        self._scheme = "https" if url is None else url.scheme
        self._path = "/" if url is None else url.path

    def get(self, name: str) -> Value:
        known: dict[str, Value] = {
            "Method": self._request.method, "HttpMethod": self._request.method, "Path": self._path,
            "Headers": RequestHeaders(self._request), "Scheme": self._scheme, "IsHttps": self._scheme == "https",
        }  # fmt: skip
        return known.get(name, NOT_THERE)


class RequestHeaders(Thing):
    """Those of the request; "" where there is none of a name."""

    def __init__(self, request: WireRequest) -> None:
        self._request = request

    def at(self, index: Value) -> Value:
        return get(self._request.headers, index) or "" if isinstance(index, str) else NOT_THERE

    def get(self, name: str) -> Value:
        return NOT_THERE if name in ("Keys", "Count") else self.at(header_name(name))

    def call(self, name: str, given: Given) -> Value:
        first = given.values[0] if given.values else None
        if not isinstance(first, str):
            return NOT_THERE
        value = get(self._request.headers, first)
        if name == "ContainsKey":
            return value is not None
        if name == "TryGetValue" and isinstance(out := given.values[-1], Out):
            out.scope.names[out.name] = value or ""
            return value is not None
        return self.at(first) if name in ("Get", "GetValues") else NOT_THERE


class Response(Thing):
    """HttpResponse."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._headers = ResponseHeaders(exchange)
        self.on_starting: Callable[[Value], None] | None = None

    def get(self, name: str) -> Value:
        return {"Headers": self._headers, "StatusCode": self._exchange.status or 200}.get(name, NOT_THERE)

    def set(self, name: str, value: Value) -> bool:
        if name in ("StatusCode", "StatusDescription", "ContentType", "Body", "ContentLength"):
            if name == "StatusCode":
                if not isinstance(value, int):
                    raise NotTold(value.text if isinstance(value, Unknown) else "a status")
                self._exchange.status = value
            return True
        return False

    def call(self, name: str, given: Given) -> Value:
        if name in ("AddHeader", "AppendHeader"):
            return self._headers.call("Append", given)
        if name == "OnStarting" and self.on_starting is not None:
            self.on_starting(given.values[0])
            return None
        if name == "Redirect":
            self._exchange.status = 302
            return None
        return None if name in _ENDS or name.startswith("Write") else NOT_THERE


_ENDS: Final = frozenset({"CompleteAsync", "StartAsync", "Flush", "End", "SendFileAsync", "Clear"})


class ResponseHeaders(Thing):
    """Those of the answer."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def at(self, index: Value) -> Value:
        found = [value for name, value in self._exchange.headers if name.lower() == str(index).lower()]
        return found[0] if found else ""

    def set_at(self, index: Value, value: Value) -> bool:
        self._exchange.put(index if isinstance(index, str) else "?", value if isinstance(index, str) else index)
        return True

    def set(self, name: str, value: Value) -> bool:
        self._exchange.put(header_name(name), value)
        return True

    def call(self, name: str, given: Given) -> Value:
        values = list(given.values)
        if name in ("Remove", "ContainsKey") and values and isinstance(values[0], str):
            has = any(values[0].lower() == each.lower() for each, _ in self._exchange.headers)
            if name == "Remove":
                self._exchange.remove(values[0])
            return has
        if name not in _ADDING or len(values) != 2 or not isinstance(values[0], str):
            raise NotTold(shown(given.node))
        if name in ("Add", "TryAdd") and self.at(values[0]) != "":
            if name == "Add":
                raise NotTold(f"{values[0]}, which is added where there is one,")
            return False
        self._exchange.put(values[0], values[1], adds=name not in ("Set", "SetCommaSeparatedValues"))
        return True


_ADDING: Final = ("Add", "Append", "TryAdd", "Set", "AppendValues", "AppendCommaSeparatedValues")
