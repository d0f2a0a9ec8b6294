"""Requests and responses of Node.js, and what Express adds to them.

https://nodejs.org/api/http.html , https://expressjs.com/en/api.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from .harmless import hands_on
from .values import UNDEFINED, Host, Native, Plain, Unknown, Value, text_of

if TYPE_CHECKING:
    from ....fetch.wire import WireRequest
    from .answers import Answer
    from .machine import Machine

_BY_THE_BROWSER: Final = frozenset(
    {"cookie", "host", "referer", "user-agent", "accept", "accept-language", "accept-encoding", "connection",
     "content-length", "if-none-match", "if-modified-since", "range", "upgrade", "sec-fetch-mode", "sec-fetch-site",
     "sec-fetch-dest", "dnt", "forwarded", "via"}
)  # fmt: skip
"""Headers that a browser or a proxy adds, with values of its own."""


def header_of(request: WireRequest, name: Value) -> Value:
    """The value of a request's header; undefined where a page sends none."""
    key = text_of(name)
    if key is None:
        return Unknown("a header of the request")
    key = key.lower()
    found = [value for other, value in request.headers if other.lower() == key]
    if found:
        return ", ".join(found)
    if key in _BY_THE_BROWSER or key.startswith(("x-forwarded", "cf-", "x-real", "x-vercel", "x-amz")):
        return Unknown(f"the request's {key}", fixed=True)
    return UNDEFINED


class Headers(Host):
    """`req.headers`, by their names in small letters."""

    def __init__(self, request: WireRequest) -> None:
        self._request = request
        self._set: dict[str, Value] = {}

    def get(self, name: str) -> Value:
        if name in self._set:
            return self._set[name]
        if name in ("hasOwnProperty", "has"):
            return Native(lambda given: header_of(self._request, given[0]) is not UNDEFINED)
        if name == "get":  # of the web's requests
            return Native(lambda given: header_of(self._request, given[0] if given else UNDEFINED))
        return header_of(self._request, name) if name == name.lower() else UNDEFINED

    def set(self, name: str, value: Value) -> None:
        self._set[name] = value

    def delete(self, name: str) -> None:
        self._set[name] = UNDEFINED


class Request(Host):
    """`req`: what it is asked, and what layers put on it."""

    def __init__(self, request: WireRequest, machine: Machine) -> None:
        self._machine = machine
        split = urlsplit(request.url)
        self.wire = request
        self.path = split.path or "/"
        url = self.path + (f"?{split.query}" if split.query else "")
        by_name = Native(lambda given: self.header(given[0] if given else UNDEFINED))
        self.base = ""
        self._own: dict[str, Value] = {
            "method": request.method, "url": url, "originalUrl": url, "headers": Headers(request),
            "get": by_name, "header": by_name, "httpVersion": "1.1",
            "on": Native(self._on), "once": Native(self._on),
        }  # fmt: skip

    @property
    def method(self) -> Value:
        return self._own["method"]

    def header(self, name: Value) -> Value:
        """The value of a header, which a layer may have changed."""
        key = text_of(name)
        headers = self._own["headers"]
        if key is None or not isinstance(headers, Host):
            return Unknown("a header of the request")
        return headers.get(key.lower())

    def _on(self, given: list[Value]) -> Value:
        """The body: some of it comes, then it ends."""
        if len(given) > 1 and given[0] in ("data", "end", "readable"):
            self._machine.call(given[1], [] if given[0] == "end" else [Unknown("the body")])
        return self

    def get(self, name: str) -> Value:
        if name == "path":
            return self.path
        if name == "url":
            return self._own["url"]
        if name == "baseUrl":
            return self.base
        if name in self._own:
            return self._own[name]
        return Unknown(f"req.{name}", fixed=True)

    def set(self, name: str, value: Value) -> None:
        self._own[name] = value


_ANSWERS: Final = frozenset(
    {"send", "json", "jsonp", "end", "redirect", "render", "sendFile", "sendfile", "download", "pipe"}
)
_CHAINED: Final = frozenset(
    {"type", "contentType", "cookie", "clearCookie", "links", "location", "attachment", "vary", "on", "once",
     "flushHeaders", "setTimeout", "cork", "uncork", "format", "emit", "removeListener", "addListener"}
)  # fmt: skip
_STATE: Final = frozenset({"writableEnded", "finished", "socket", "connection", "statusMessage", "destroyed"})


class Response(Host):
    """`res`"""

    def __init__(self, answer: Answer, machine: Machine) -> None:
        self.answer, self._machine = answer, machine
        self._own: dict[str, Value] = {"locals": Plain()}

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        if not hands_on(to):
            self.answer.leave_to(text)

    def get(self, name: str) -> Value:
        if name in self._own:
            return self._own[name]
        if name == "statusCode":
            return self.answer.status if self.answer.status is not None else Unknown("the status")
        if name == "headersSent":
            return self.answer.sent
        if name == "headers":
            return Plain({key: self.get("setHeader" if key == "set" else key) for key in ("set", "append", "get")})
        if name in _STATE:
            return self.answer.sent if name in ("writableEnded", "finished") else Unknown(f"res.{name}")
        does = getattr(self, f"_{_OWN[name]}", None) if name in _OWN else None
        if does is not None:
            return Native(does)
        if name in _ANSWERS:
            return Native(lambda given: self._answered(name, given))
        if name in _CHAINED:
            return Native(lambda given: self)
        return Unknown(f"res.{name}")

    def set(self, name: str, value: Value) -> None:
        if name == "statusCode":
            self._status([value])
        else:
            self._own[name] = value

    def _status(self, given: list[Value]) -> Value:
        value = given[0] if given else UNDEFINED
        self.answer.status = value if isinstance(value, int) and not isinstance(value, bool) else None
        if isinstance(value, str) and value.isdecimal():
            self.answer.status = int(value)
        return self

    def _answered(self, name: str, given: list[Value]) -> Value:
        if name == "redirect":
            first = given[0] if given else UNDEFINED
            self.answer.status = first if isinstance(first, int) else 302
        elif name in ("send", "json") and len(given) > 1 and isinstance(given[0], int):
            self.answer.status = given[0]
        elif name == "send" and given and isinstance(given[0], int) and not 200 <= given[0] < 300:
            self.answer.status = None  # a status in Express 4, a body since
        self.answer.end()
        for each in given:
            if name == "end" and isinstance(each, Native):
                self._machine.call(each, [])
        return self

    def _sendStatus(self, given: list[Value]) -> Value:  # noqa: N802  (its name there)
        self._status(given)
        self.answer.end()
        return self

    def _setHeader(self, given: list[Value]) -> Value:  # noqa: N802
        if len(given) < 2 or given[1] is UNDEFINED:
            from .values import Thrown

            raise Thrown(Plain({"message": 'Invalid value "undefined" for header'}))
        self.answer.set(given[0], given[1])
        return self

    def _header(self, given: list[Value]) -> Value:
        """Express's `res.set`, by which one header is set, or each of an object."""
        if len(given) == 1:
            return self._all_of(given[0])
        if given:
            value = given[1]
            self.answer.set(given[0], "undefined" if value is UNDEFINED else value)
        return self

    def _all_of(self, headers: Value) -> Value:
        if isinstance(headers, str):
            return self.answer.get(headers)
        for name, value in named_values(headers):
            self.answer.set(name, value)
        return self

    def _append(self, given: list[Value]) -> Value:
        self.answer.append(given[0], given[1] if len(given) > 1 else UNDEFINED)
        return self

    def _getHeader(self, given: list[Value]) -> Value:  # noqa: N802
        return self.answer.get(given[0] if given else UNDEFINED)

    def _hasHeader(self, given: list[Value]) -> Value:  # noqa: N802
        return self.answer.get(given[0] if given else UNDEFINED) is not UNDEFINED

    def _getHeaders(self, given: list[Value]) -> Value:  # noqa: N802
        return Plain({name.lower(): value for name, value in self.answer.headers})

    def _removeHeader(self, given: list[Value]) -> Value:  # noqa: N802
        self.answer.remove(given[0] if given else UNDEFINED)
        return self

    def _writeHead(self, given: list[Value]) -> Value:  # noqa: N802
        self._status(given)
        for each in given[1:]:
            if not isinstance(each, str) and each is not UNDEFINED and each is not None:
                self._all_of(each)
        self.answer.end()
        self._own["end"] = self._own["write"] = Native(lambda more: self)
        return self

    def _write(self, given: list[Value]) -> Value:
        return self._writeHead([UNDEFINED]) if self.answer.status is None else self._writeHead([self.answer.status])


_OWN: Final = {
    **{name: name for name in ("status", "sendStatus", "setHeader", "header", "append", "getHeader", "hasHeader",
                               "getHeaders", "removeHeader", "writeHead", "write")},
    "set": "header", "setHeaders": "header", "code": "status", "get": "getHeader", "appendHeader": "append",
}  # fmt: skip


def named_values(headers: Value) -> list[tuple[Value, Value]]:
    """The names and values of an object of headers, a Map, or a list of pairs."""
    if isinstance(headers, Plain):
        found: list[tuple[Value, Value]] = [] if headers.rest is None else [(Unknown(headers.rest.text), UNDEFINED)]
        return [*headers.values.items(), *found]
    if isinstance(headers, list):
        if all(isinstance(each, list) and len(each) == 2 for each in headers):
            return [(each[0], each[1]) for each in headers]
        return list(zip(headers[::2], headers[1::2], strict=False))
    if isinstance(headers, Host) and isinstance(items := headers.get("items"), list):
        return [(each[0], each[1]) for each in items if isinstance(each, list)]
    return [(Unknown(headers.text if isinstance(headers, Unknown) else "headers of an object"), UNDEFINED)]
