"""A request and its answer, as a filter of servlets or of WebFlux has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..replies import NotTold
from .values import Constant, Request, Response, Unknown, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from .evaluate import Evaluator

_OF_HEADERS: Final = {
    "AccessControlAllowOrigin": "Access-Control-Allow-Origin",
    "AccessControlAllowMethods": "Access-Control-Allow-Methods",
    "AccessControlAllowHeaders": "Access-Control-Allow-Headers",
    "AccessControlAllowCredentials": "Access-Control-Allow-Credentials",
    "AccessControlExposeHeaders": "Access-Control-Expose-Headers",
    "AccessControlMaxAge": "Access-Control-Max-Age",
}
_HARMLESS: Final = frozenset({
    "getWriter", "flushBuffer", "setContentType", "setCharacterEncoding", "getOutputStream", "isCommitted", "encodeURL",
    "addCookie", "setContentLength", "setComplete", "setLocale", "getBufferSize", "setDateHeader", "bufferFactory",
    "resetBuffer", "getStatus", "getContentType", "getHeaderNames", "getAttributes", "getAttribute", "getRequestPath",
})  # fmt: skip


class ReactiveRequest:
    """ServerHttpRequest, whose method is no text."""

    def __init__(self, of: Request) -> None:
        self.of = of
        self.is_preflight, self.is_cors = of.is_preflight, of.is_cors


class Exchange:
    """ServerWebExchange."""

    def __init__(self, request: Request, response: Response) -> None:
        self.request, self.response = request, response


class Headers:
    """HttpHeaders, of an answer or by themselves."""

    def __init__(self, of: Response) -> None:
        self.of = of


class Chain:
    """What comes after a filter."""

    def __init__(self, goes_on: Callable[[], None]) -> None:
        self.goes_on = goes_on


class _HeadersOfRequest:
    pass


def of_request(owner: Request | ReactiveRequest, name: str, arguments: list[Any]) -> Any:
    """A method of a request. What is asked beside its method, its headers and its path is not known."""
    request = owner.of if isinstance(owner, ReactiveRequest) else owner
    given = arguments[0] if arguments else None
    match name:
        case "getHeader" | "getFirst" if isinstance(given, str):
            return request.header(given)
        case "get" | "getOrEmpty" if isinstance(given, str):
            value = request.header(given)
            return [] if value is None and name != "get" else None if value is None else [value]
        case "containsKey" | "containsHeader" if isinstance(given, str):
            return request.header(given) is not None
        case "getOrigin":
            return request.origin
        case "getHeaders":
            if isinstance(given, str):
                value = request.header(given)
                return [] if value is None else [value]
            return owner
        case "getAccessControlRequestMethod":
            asked = request.header("Access-Control-Request-Method")
            return None if asked is None else Constant("HttpMethod", asked)
        case "getMethod":
            return Constant("HttpMethod", request.method) if isinstance(owner, ReactiveRequest) else request.method
        case "getMethodValue":
            return request.method
        case "getRequestURI" | "getServletPath" | "getPath":
            return request.path
        case "getRequestURL":
            return "" if request.url is None else request.url.href.partition("?")[0]
        case "getContextPath":
            return ""
        case "getURI":
            return owner
        case "toString":
            return Unknown("the request")
    return Unknown(f"{name}({as_text(given) if isinstance(given, str) else ''})")


def of_response(
    evaluator: Evaluator, owner: Response | Headers | Exchange | Chain, name: str, arguments: list[Any]
) -> Any:
    """A method of an answer, of its headers, of an exchange, or of the chain behind a filter."""
    if isinstance(owner, Chain):
        if name not in ("doFilter", "filter"):
            raise AttributeError(name)
        owner.goes_on()
        return Unknown("what comes behind")
    if isinstance(owner, Exchange):
        if name in ("getRequest", "getResponse"):
            return ReactiveRequest(owner.request) if name == "getRequest" else owner.response
        if name in ("mutate", "request", "response", "build"):
            return owner
        return Unknown(f"exchange.{name}(…)")
    return _of_headers(owner.of if isinstance(owner, Headers) else owner, owner, name, arguments)


def _of_headers(response: Response, owner: Response | Headers, name: str, arguments: list[Any]) -> Any:
    given = arguments[0] if arguments else None
    match name:
        case "setHeader" | "setIntHeader" | "set" | "put" if len(arguments) == 2:
            response.set(given, _joined(arguments[1]))
        case "addHeader" | "addIntHeader" | "add" | "addAll" if len(arguments) == 2:
            response.set(given, _joined(arguments[1]), adds=True)
        case "addIfAbsent" | "setIfAbsent" | "putIfAbsent" if len(arguments) == 2 and isinstance(given, str):
            if response.get(given) is None:
                response.set(given, _joined(arguments[1]))
        case "remove" if isinstance(given, str):
            response.remove(given)
        case "getHeader" | "getFirst" if isinstance(given, str):
            return response.get(given)
        case "containsHeader" | "containsKey" if isinstance(given, str):
            return response.get(given) is not None
        case "getHeaders":
            return (
                Headers(response)
                if not arguments
                else [v for k, v in response.headers if k.lower() == str(given).lower()]
            )
        case "setStatus" | "sendError" | "setStatusCode" | "setRawStatusCode":
            _set_status(response, given)
            return True
        case "sendRedirect":
            response.status = 302
        case "reset":
            response.headers.clear()
        case _:
            return _other(response, owner, name, arguments)
    return None


def _other(response: Response, owner: Response | Headers, name: str, arguments: list[Any]) -> Any:
    header = _OF_HEADERS.get(name.removeprefix("set"))
    if header is not None and name.startswith("set"):
        response.set(header, _joined(arguments[0] if arguments else None))
        return None
    if name in _HARMLESS or not name.startswith(("set", "add", "remove", "put", "clear")):
        return Unknown(f"{name}()")
    raise NotTold(f"{name}(…)")


def _joined(value: Any) -> Any:
    if isinstance(value, list):
        odd = next((each for each in value if isinstance(each, Unknown)), None)
        return ", ".join(map(as_text, value)) if odd is None else odd
    return value


def _set_status(response: Response, given: Any) -> None:
    from .library import STATUSES

    if isinstance(given, Constant):
        given = STATUSES.get(given.name, given)
    if isinstance(given, int) and not isinstance(given, bool):
        response.status = given
    else:
        raise NotTold("a status that is not known")
