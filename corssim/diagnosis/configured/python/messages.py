"""A request as a program sees it, and the answer that it makes, whatever the framework calls their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ....url import parse_url
from ..replies import NotTold, Reply
from .values import Named, Native, Thing, Unknown, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ....fetch.wire import WireRequest

_OF_CORS: Final = "access-control-"
_MAY_BE_OF_CORS: Final = lazy_pattern(r"(?i)cors|origin|access|allow|cred|expose|acao")
_DECIDE_REQUESTS: Final = frozenset(
    {"access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers"}
)


class Request(Thing):
    """What was asked. Of its body, its user and its session nothing is told."""

    def __init__(self, wire: WireRequest) -> None:
        super().__init__()
        self.wire = wire
        url = parse_url(wire.url)
        self.method = wire.method
        self.path = "/" if url is None else url.path or "/"
        self.scheme = "https" if url is None else url.scheme
        self.host = "" if url is None else (url.host or "") + ("" if url.port is None else f":{url.port}")
        self.origin = get(wire.headers, "Origin")
        self.asked_method = get(wire.headers, "Access-Control-Request-Method")
        self.asked_headers = get(wire.headers, "Access-Control-Request-Headers")

    def header(self, name: str) -> str | None:
        return get(self.wire.headers, name)

    def get(self, name: str) -> Any:
        if name in self.attributes:
            return self.attributes[name]
        match name:
            case "method":
                return self.method
            case "path" | "path_info":
                return self.path
            case "scheme":
                return self.scheme
            case "host":
                return self.host
            case "headers":
                return RequestHeaders(self)
            case "origin":
                return self.origin
            case "META" | "environ" | "scope":
                return Environment(self)
            case "url" | "rel_url":
                return _URL(self)
        return Unknown(f"request.{name}")

    def set(self, name: str, value: Any) -> bool:
        self.attributes[name] = value
        return False

    def do_get_header(self, name: Any, default: Any = None, **named: Any) -> Any:
        del named
        return RequestHeaders(self).do_get(name, default)


class RequestHeaders(Thing):
    """The headers that are told: those of browsers' requests that are, and those of CORS that are not there."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request

    def do_get(self, name: Any, default: Any = None, *rest: Any, **named: Any) -> Any:
        del rest, named
        if not isinstance(name, str):
            return Unknown(f"the header {shown(name)}")
        value = self.request.header(name)
        if value is None and not _is_told(name):
            return Unknown(f"the header {name}")
        return default if value is None else value

    def do_getlist(self, name: Any) -> Any:
        value = self.do_get(name)
        return value if isinstance(value, Unknown) else [] if value is None else [value]

    def item(self, key: Any) -> Any:
        return self.do_get(key, "")

    def contains(self, key: Any) -> bool | Unknown:
        value = self.do_get(key)
        return value if isinstance(value, Unknown) else value is not None


def _is_told(name: str) -> bool:
    return name.lower() in ("origin", "access-control-request-method", "access-control-request-headers")


class Environment(Thing):
    """What WSGI and Django know of a request: `HTTP_ORIGIN`, `REQUEST_METHOD`."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request

    def do_get(self, name: Any, default: Any = None) -> Any:
        known = {
            "REQUEST_METHOD": self.request.method,
            "method": self.request.method,
            "PATH_INFO": self.request.path,
            "path": self.request.path,
            "type": "http",
            "HTTP_HOST": self.request.host,
        }
        if isinstance(name, str) and name.startswith("HTTP_") and name != "HTTP_HOST":
            return RequestHeaders(self.request).do_get(name.removeprefix("HTTP_").replace("_", "-"), default)
        return known.get(name, Unknown(f"environ[{name!r}]"[:60])) if isinstance(name, str) else Unknown("environ")

    def item(self, key: Any) -> Any:
        return self.do_get(key)

    def contains(self, key: Any) -> bool | Unknown:
        value = self.do_get(key)
        return value if isinstance(value, Unknown) else value is not None


class _URL(Thing):
    def __init__(self, request: Request) -> None:
        super().__init__()
        self.attributes |= {"path": request.path, "scheme": request.scheme, "host": request.host}


class Headers(Thing):
    """The headers of an answer, each as often as it is sent."""

    def __init__(self, given: Any = None) -> None:
        super().__init__()
        self.rows: list[tuple[str, Any]] = []
        self.doubts: list[str] = []
        """What puts headers there whose names are not known."""
        self.do_update(given)

    def named(self, name: str) -> list[Any]:
        return [value for each, value in self.rows if each.lower() == name.lower()]

    def add(self, name: Any, value: Any) -> None:
        """Send a header beside those of its name that are there."""
        if isinstance(name, bytes):
            name = name.decode("latin-1")
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if isinstance(name, Named) and _MAY_BE_OF_CORS.search(name.text) is None:
            return  # a header that is named elsewhere, by its name none of these
        if not isinstance(name, str):
            self.doubts.append(shown(name))
            return
        self.rows.append((name, value))

    def put(self, name: Any, value: Any) -> None:
        """Send a header in the place of those of its name."""
        if isinstance(name, Named) and _MAY_BE_OF_CORS.search(name.text) is None:
            return
        self.remove_item(name)
        self.add(name, value)

    def do_add(self, name: Any, value: Any, *rest: Any, **named: Any) -> None:
        del rest, named
        self.add(name, value)

    def do_append(self, name: Any, value: Any = None) -> None:
        if isinstance(name, tuple) and len(name) == 2:
            name, value = name
        self.add(name, value)

    do_add_header = do_add
    do_appendlist = do_add

    def do_set(self, name: Any, value: Any, *rest: Any, **named: Any) -> None:
        del rest, named
        self.put(name, value)

    def do_setdefault(self, name: Any, value: Any) -> Any:
        if isinstance(name, str) and not self.named(name):
            self.put(name, value)
        return value

    def do_get(self, name: Any, default: Any = None) -> Any:
        if not isinstance(name, str) or self.doubts:
            return Unknown(f"the header {shown(name)}")
        found = self.named(name)
        if found:
            return found[0]
        return default if name.lower().startswith((_OF_CORS, "vary")) else Unknown(f"the header {name}")

    def do_update(self, given: Any = None, **named: Any) -> None:
        for name, value in _pairs(given, self):
            self.put(name, value)
        for name, value in named.items():
            self.put(name, value)

    def do_extend(self, given: Any = None, **named: Any) -> None:
        for name, value in (*_pairs(given, self), *named.items()):
            self.add(name, value)

    def do_pop(self, name: Any, default: Any = None) -> Any:
        self.remove_item(name)
        return default

    do_remove = do_pop

    def do_items(self) -> Any:
        return Unknown("headers.items()") if self.doubts else [(name, value) for name, value in self.rows]

    def item(self, key: Any) -> Any:
        return self.do_get(key)

    def set_item(self, key: Any, value: Any) -> bool:
        self.put(key, value)
        return not isinstance(key, str) or key.lower().startswith(_OF_CORS)

    def remove_item(self, key: Any) -> None:
        if isinstance(key, str):
            self.rows = [(name, value) for name, value in self.rows if name.lower() != key.lower()]
        elif isinstance(key, Unknown):
            self.doubts.append(shown(key))

    def contains(self, key: Any) -> bool | Unknown:
        if not isinstance(key, str) or self.doubts:
            return Unknown(f"the header {shown(key)}")
        return bool(self.named(key))


def _pairs(given: Any, into: Headers) -> Iterable[tuple[Any, Any]]:
    """The names and values in a table, a list of pairs or other headers."""
    if isinstance(given, Headers):
        into.doubts += given.doubts
        return list(given.rows)
    if isinstance(given, dict):
        return list(given.items())
    if isinstance(given, list) and all(isinstance(each, tuple | list) and len(each) == 2 for each in given):
        return [(each[0], each[1]) for each in given]
    if given is not None:
        into.doubts.append(shown(given))
    return []


_WERKZEUG: Final = {
    "access_control_allow_origin": "Access-Control-Allow-Origin",
    "access_control_allow_credentials": "Access-Control-Allow-Credentials",
    "access_control_allow_methods": "Access-Control-Allow-Methods",
    "access_control_allow_headers": "Access-Control-Allow-Headers",
    "access_control_expose_headers": "Access-Control-Expose-Headers",
    "access_control_max_age": "Access-Control-Max-Age",
}


class Response(Thing):
    """An answer. `status`: None where the text does not tell it. `is_evaluated`: a layer of a route has been at it.
    One that `is_of_no_route` is of a path for which the text shows none."""

    def __init__(self, status: Any = None, headers: Any = None) -> None:
        super().__init__()
        self.status = status
        self.headers = headers if isinstance(headers, Headers) else Headers(headers)
        self.is_evaluated = False
        self.is_of_no_route = False

    def get(self, name: str) -> Any:
        if name in ("headers", "_headers", "raw_headers"):
            return self.headers
        if name in ("status_code", "status"):
            return Unknown("the status") if self.status is None else self.status
        if name in ("set_header", "setdefault", "add_header", "append_header", "__setitem__"):
            method = {"setdefault": "setdefault", "append_header": "add", "add_header": "add"}.get(name, "set")
            return self.headers.get(method)
        if name in ("set_cookie", "delete_cookie", "render", "json"):
            return Native(lambda *args, **named: None, changes=False)
        return super().get(name)

    def set(self, name: str, value: Any) -> bool:
        if name == "headers":
            self.headers = Headers(value)
        elif name in ("status_code", "status"):
            self.status = value
            return False
        elif name in _WERKZEUG:
            text = ", ".join(value) if isinstance(value, list | tuple) and all(map(_is_text, value)) else value
            self.headers.put(_WERKZEUG[name], ("true" if value else None) if name.endswith("credentials") else text)
            if not value:
                self.headers.remove_item(_WERKZEUG[name])
        else:
            self.attributes[name] = value
            return False
        return True

    def item(self, key: Any) -> Any:
        return self.headers.item(key)

    def set_item(self, key: Any, value: Any) -> bool:
        return self.headers.set_item(key, value)

    def remove_item(self, key: Any) -> None:
        self.headers.remove_item(key)

    def contains(self, key: Any) -> bool | Unknown:
        return self.headers.contains(key)

    def do_has_header(self, name: Any) -> Any:
        return self.headers.contains(name)

    @classmethod
    def of_no_route(cls, status: int | None) -> Response:
        """The answer at a path for which the text shows no route; it is taken to have one."""
        made = cls(status)
        made.is_of_no_route = True
        return made

    def reply(self, request: Request) -> Reply:
        """It as it is sent. Of requests the status decides nothing: it is told of answers to OPTIONS alone."""
        if self.headers.doubts:
            raise NotTold(self.headers.doubts[0])
        headers: list[tuple[str, str]] = []
        unknown: list[tuple[str, str]] = []
        is_preflight = request.method == "OPTIONS"
        for name, value in self.headers.rows:
            if not name.lower().startswith(_OF_CORS) or value is None:
                continue
            if isinstance(value, Unknown):
                if is_preflight or name.lower() in _DECIDE_REQUESTS:
                    unknown.append((name.lower(), value.text))
            else:
                headers.append((name, _written(value)))
        return Reply(
            status=_status_of(self.status, is_preflight=is_preflight), headers=tuple(headers), unknown=tuple(unknown)
        )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _written(value: Any) -> str:
    if isinstance(value, list | tuple) and all(map(_is_text, value)):
        return ", ".join(value)
    return str(value).strip()


def _status_of(status: Any, *, is_preflight: bool) -> int | None:
    """A status as it is sent: a number, a text that begins with one, or the name of one."""
    if isinstance(status, Named):
        digits = "".join(each for each in status.last if each.isdigit())
        status = digits[:3] if len(digits) >= 3 else _NAMES.get(status.last.upper())
    if isinstance(status, str):
        status = int(status[:3]) if status[:3].isdigit() else None
    if isinstance(status, bool) or not isinstance(status, int):
        return None
    if not is_preflight:
        # What a route answers with is its own; where it leads, and that it throws, decides what script sees.
        return status if status in (301, 302, 303, 307, 308) or status >= 500 else None
    return status


_NAMES: Final = {"OK": 200, "NO_CONTENT": 204, "ACCEPTED": 202, "FORBIDDEN": 403, "METHOD_NOT_ALLOWED": 405}
