"""What Fastify gives hooks and handlers: the request and the reply.

https://fastify.dev/docs/latest/Reference/Request/ , https://fastify.dev/docs/latest/Reference/Reply/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import NotTold
from .answers import Answer
from .node_http import Request, Response, named_values
from .values import UNDEFINED, Host, Native, Plain, Thrown, Unknown, Value, first

if TYPE_CHECKING:
    from .machine import Machine

BEFORE: Final = ("onRequest", "preParsing", "preValidation", "preHandler")
"""Hooks in front of the handler, in their order."""


class Asked(Host):
    """`request`"""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._own: dict[str, Value] = {"raw": request, "req": request}

    def get(self, name: str) -> Value:
        if name in self._own:
            return self._own[name]
        if name in ("method", "headers", "url", "originalUrl"):
            return self.request.get(name)
        return Unknown(f"request.{name}", fixed=True)

    def set(self, name: str, value: Value) -> None:
        self._own[name] = value


class Reply(Host):
    """`reply`"""

    def __init__(self, machine: Machine, request: Request, response: Response) -> None:
        self.response = response
        self.raw = Answer(request.wire)
        """What Node.js's own response is given: headers that the reply does not have are sent, too."""
        self._own: dict[str, Value] = {"raw": Response(self.raw, machine), "request": request}

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        self.response.handed(text, to)

    def get(self, name: str) -> Value:
        if name in self._own:
            return self._own[name]
        answer = self.response.answer
        if name == "sent":
            return answer.sent
        if name == "statusCode":
            return self.response.get("statusCode")
        if name in ("code", "status"):
            return Native(self._code)
        if name == "header":
            return Native(self._header)
        if name == "headers":
            return Native(self._headers)
        if name in ("send", "redirect", "callNotFound", "sendFile", "view"):
            return Native(lambda given: self._sent(name, given))
        if name in ("getHeader", "hasHeader"):
            return self.response.get(name)
        if name == "removeHeader":
            return Native(self._removed)
        if name == "hijack":
            raise NotTold("reply.hijack()")
        if name in ("type", "serializer", "vary", "setCookie", "clearCookie", "cookie", "then"):
            return UNDEFINED if name == "then" else Native(lambda given: self)
        return Unknown(f"reply.{name}")

    def set(self, name: str, value: Value) -> None:
        if name == "statusCode":
            self._code([value])
        else:
            self._own[name] = value

    def _code(self, given: list[Value]) -> Value:
        self.response.set("statusCode", first(given))
        return self

    def _header(self, given: list[Value]) -> Value:
        value = given[1] if len(given) > 1 else ""
        self.response.answer.set(first(given), "" if value is UNDEFINED else value)
        return self

    def _headers(self, given: list[Value]) -> Value:
        for name, value in named_values(first(given)):
            self.response.answer.set(name, value)
        return self

    def _removed(self, given: list[Value]) -> Value:
        self.response.answer.remove(first(given))
        return self

    def _sent(self, name: str, given: list[Value]) -> Value:
        answer = self.response.answer
        if name == "callNotFound":
            answer.status = 404
        if name == "redirect":
            answer.status = 302
        if name == "send" and _is_error(first(given)):
            raise Thrown(first(given))
        answer.end()
        return self


def _is_error(value: Value) -> bool:
    return isinstance(value, Plain) and "stack" in value.values
