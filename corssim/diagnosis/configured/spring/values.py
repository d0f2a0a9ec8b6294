"""What the evaluation of a program holds beside texts, numbers, lists and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....fetch.header_list import get
from ....records import record
from ....url import parse_url
from ..replies import NotTold

if TYPE_CHECKING:
    from ....fetch.wire import WireRequest


@record(frozen=True)
class Unknown:
    """What only the running program knows, by the text that stands for it."""

    name: str


@record(frozen=True)
class Constant:
    """One of an enumeration: `HttpMethod.GET` is no text, and equal to none."""

    type: str
    name: str


@record(frozen=True)
class Seconds:
    """A Duration."""

    count: int


class Request:
    """The request, as a servlet or an exchange shows it."""

    def __init__(self, wire: WireRequest) -> None:
        self.method, self._wire = wire.method, wire
        url = parse_url(wire.url)
        self.path = "/" if url is None else url.path
        self.url = url

    def header(self, name: str) -> str | None:
        return get(self._wire.headers, name)

    @property
    def origin(self) -> str | None:
        return self.header("Origin")

    @property
    def is_preflight(self) -> bool:
        """CorsUtils.isPreFlightRequest"""
        asks = self.header("Access-Control-Request-Method")
        return self.method == "OPTIONS" and self.origin is not None and asks is not None

    @property
    def is_cors(self) -> bool:
        """CorsUtils.isCorsRequest: whether its Origin is another than that of its URL."""
        if self.origin is None or self.url is None:
            return self.origin is not None
        own = parse_url(self.origin)
        if own is None:
            return True
        return (own.scheme, own.host, own.port) != (self.url.scheme, self.url.host, self.url.port)


class Response:
    """What is sent so far. `is_sent`: a program behind has answered; `decides` is told by what sends CORS headers."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.is_sent = False
        self.is_covered = False

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def remove(self, name: str) -> None:
        self.headers = [each for each in self.headers if each[0].lower() != name.lower()]

    def set(self, name: Any, value: Any, *, adds: bool = False) -> None:
        """Set a header, or add one. Raises `NotTold` where what is sent is not known."""
        if isinstance(name, Unknown):
            raise NotTold(name.name)
        name = str(name)
        is_cors = name.lower().startswith("access-control-")
        if self.is_sent and is_cors:
            raise NotTold(f"{name}, which is set behind what answers,")
        self.is_covered = self.is_covered or is_cors
        if isinstance(value, Unknown):
            if is_cors:
                raise NotTold(value.name)
            return
        if not adds:
            self.remove(name)
        if value is not None:
            self.headers.append((name, as_text(value)))


def as_text(value: Any) -> str:
    """A value as Java writes it out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Constant):
        return value.name
    if isinstance(value, list):
        return f"[{', '.join(map(as_text, value))}]"
    return "null" if value is None else str(value)


HEADERS: Final = {
    "ORIGIN": "Origin",
    "ETAG": "ETag",
    "WWW_AUTHENTICATE": "WWW-Authenticate",
    "TE": "TE",
}


def header_named(constant: str) -> str:
    """The header of a constant of HttpHeaders: ACCESS_CONTROL_ALLOW_ORIGIN."""
    return HEADERS.get(constant) or "-".join(part.capitalize() for part in constant.split("_"))
