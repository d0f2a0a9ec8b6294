"""Requests and answers as the web has them: Workers, Deno, Bun, Next.js; and the events of functions in clouds.

https://fetch.spec.whatwg.org/#response-class , https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import NotTold
from .node_http import header_of, named_values
from .values import UNDEFINED, Host, Instance, Native, Plain, Unknown, Value, text_of

if TYPE_CHECKING:
    from ....fetch.wire import WireRequest
    from .answers import Answer
    from .machine import Machine


class WebHeaders(Host):
    """`new Headers(…)`, or those of an answer. `changes` is told of each that is set."""

    def __init__(self, pairs: list[tuple[str, Value]]) -> None:
        self.pairs = pairs

    def get(self, name: str) -> Value:
        does = {
            "set": self._set, "append": self._append, "delete": self._delete, "get": self._get, "has": self._has,
        }.get(name)  # fmt: skip
        if does is not None:
            return Native(does)
        if name in ("items", "entries"):
            items: list[Value] = [[key, value] for key, value in self.pairs]
            return items if name == "items" else Native(lambda given: items)
        if name == "forEach":
            return Native(lambda given: Unknown("headers.forEach()"))
        return UNDEFINED

    def _name(self, given: list[Value]) -> str:
        name = text_of(given[0]) if given else None
        if name is None:
            raise NotTold(f"a header with the name {given[0].text if given and isinstance(given[0], Unknown) else ''}")
        return name.lower()

    def put(self, name: str, value: Value) -> None:
        text = text_of(value)
        self.pairs.append(
            (name, (value if isinstance(value, Unknown) else Unknown("an object")) if text is None else text)
        )

    def _set(self, given: list[Value]) -> Value:
        self._delete(given)
        self.put(self._name(given), given[1] if len(given) > 1 else UNDEFINED)
        return UNDEFINED

    def _append(self, given: list[Value]) -> Value:
        """Values of one name are one text, with commas."""
        name, before = self._name(given), self._get(given)
        more = given[1] if len(given) > 1 else UNDEFINED
        if isinstance(before, str) and (text := text_of(more)) is not None:
            self._delete(given)
            more = f"{before}, {text}"
        self.put(name, more)
        return UNDEFINED

    def _delete(self, given: list[Value]) -> Value:
        name = self._name(given)
        self.pairs[:] = [each for each in self.pairs if each[0].lower() != name]
        return UNDEFINED

    def _get(self, given: list[Value]) -> Value:
        name = self._name(given)
        found = [value for key, value in self.pairs if key.lower() == name]
        if any(isinstance(each, Unknown) for each in found):
            return found[0]
        return ", ".join(found) if found else None

    def _has(self, given: list[Value]) -> Value:
        return self._get(given) is not None


class RequestHeaders(Host):
    """`request.headers` of the web."""

    def __init__(self, request: WireRequest) -> None:
        self._request = request

    def get(self, name: str) -> Value:
        if name == "get":
            return Native(lambda given: _or_null(header_of(self._request, given[0] if given else UNDEFINED)))
        if name == "has":
            return Native(lambda given: header_of(self._request, given[0] if given else UNDEFINED) is not UNDEFINED)
        if name in ("set", "append", "delete"):
            return Native(lambda given: UNDEFINED)
        return UNDEFINED


def _or_null(value: Value) -> Value:
    return None if value is UNDEFINED else value


class WebRequest(Host):
    """`Request`"""

    def __init__(self, request: WireRequest, path: str) -> None:
        headers = RequestHeaders(request)
        self._own: dict[str, Value] = {
            "method": request.method, "url": request.url, "headers": headers,
            "nextUrl": Plain({"pathname": path, "href": request.url, "searchParams": Unknown("a query")}),
        }  # fmt: skip

    def get(self, name: str) -> Value:
        return self._own[name] if name in self._own else Unknown(f"request.{name}")


class WebResponse(Host):
    """`new Response(body, { status, headers })`. One that `hands_on` is answered by what stands behind."""

    def __init__(self, status: int | None = 200, headers: Value = UNDEFINED, *, hands_on: bool = False) -> None:
        self.status, self.hands_on = status, hands_on
        self.headers = WebHeaders([])
        for name, value in [] if headers is UNDEFINED or headers is None else named_values(headers):
            key = text_of(name)
            if key is None:
                raise NotTold(f"headers of {name.text if isinstance(name, Unknown) else 'an object'}")
            self.headers.put(key.lower(), value)

    def get(self, name: str) -> Value:
        if name == "headers":
            return self.headers
        if name == "status":
            return Unknown("response.status") if self.status is None else self.status
        if name == "ok":
            return Unknown("response.ok") if self.status is None else 200 <= self.status < 300
        if name in ("clone",):
            return Native(lambda given: self)
        if name in ("body", "cookies"):
            return Unknown(f"response.{name}")
        return Unknown(f"response.{name}")


def made(given: list[Value], *, body: bool = True) -> WebResponse:
    """`new Response(body, init)`"""
    init = given[1 if body else 0] if len(given) > (1 if body else 0) else UNDEFINED
    if isinstance(init, WebResponse):
        return WebResponse(init.status, init.headers)
    if isinstance(init, Unknown):
        raise NotTold(f"an answer by {init.text}")
    if not isinstance(init, Plain):
        return WebResponse()
    status = init.get("status")
    number = 200 if status is UNDEFINED else status if isinstance(status, int) else None
    return WebResponse(number, init.get("headers"))


def _redirected(given: list[Value]) -> WebResponse:
    status = given[1] if len(given) > 1 else 302
    return WebResponse(status if isinstance(status, int) else 302)


def _handed_on(given: list[Value]) -> WebResponse:
    """`NextResponse.next({ headers })`"""
    init = given[0] if given else UNDEFINED
    return WebResponse(None, init.get("headers") if isinstance(init, Plain) else UNDEFINED, hands_on=True)


def web_platform(machine: Machine) -> dict[str, Value]:
    """The constructors."""

    def headers(given: list[Value]) -> Value:
        pairs = [] if not given or given[0] is UNDEFINED else named_values(given[0])
        found = WebHeaders([])
        for name, value in pairs:
            if (key := text_of(name)) is None:
                raise NotTold("headers of an object")
            found.put(key.lower(), value)
        return found

    statics = {"json": Native(made), "redirect": Native(_redirected), "error": Native(lambda given: WebResponse(None))}
    handing = {**statics, "next": Native(_handed_on), "rewrite": Native(lambda given: _handed_on(given[1:]))}
    return {
        "Headers": Native(headers, "Headers"),
        "Response": Native(made, "Response", dict(statics)),
        "NextResponse": Native(made, "NextResponse", handing),
    }


class Event(Host):
    """The event that a function in a cloud is given."""

    def __init__(self, request: WireRequest, path: str) -> None:
        self._request, self._path = request, path

    def get(self, name: str) -> Value:
        method = self._request.method
        if name in ("httpMethod", "method", "requestMethod"):
            return method
        if name in ("headers", "multiValueHeaders"):
            return EventHeaders(self._request)
        if name in ("path", "rawPath"):
            return self._path
        if name == "requestContext":
            http = Plain({"method": method, "path": self._path})
            return Plain({"http": http, "httpMethod": method, "path": self._path})
        if name == "request":
            return WebRequest(self._request, self._path)
        return Unknown(f"event.{name}", fixed=True)


class EventHeaders(Host):
    """Names stand there as client and gateway write them, which the text does not tell: any spelling is taken."""

    def __init__(self, request: WireRequest) -> None:
        self._request = request

    def get(self, name: str) -> Value:
        return header_of(self._request, name)


_LEFT: Final = "what stands behind it"


def take(answer: Answer, value: Value) -> None:
    """An answer that a function returns: a Response, or an object of a cloud's."""
    if isinstance(value, WebResponse):
        answer.status = value.status
        answer.headers = [*answer.headers, *value.headers.pairs]
        if value.hands_on or value.status is None:
            answer.leave_to(_LEFT)
        answer.sent = True
    elif isinstance(value, Plain) and ("statusCode" in value.values or "headers" in value.values):
        status = value.get("statusCode")
        answer.status = status if isinstance(status, int) else 200 if status is UNDEFINED else None
        if isinstance(status, str) and status.isdecimal():
            answer.status = int(status)
        headers = value.get("headers")
        for name, told in [] if headers is UNDEFINED else named_values(headers):
            answer.set(name, told)
        if isinstance(value.rest, Unknown):
            raise NotTold(value.rest.text)
        answer.sent = True
    elif isinstance(value, Unknown):
        raise NotTold(value.text)


__all__ = ["Event", "Instance", "WebRequest", "WebResponse", "take", "web_platform"]
