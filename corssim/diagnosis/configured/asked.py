"""A request as rules of routers and what they lead to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...url import parse_url
from .replies import Branch

if TYPE_CHECKING:
    from ...fetch.wire import WireRequest


class Asked:
    """A request, sent to a host, and what is supposed of that which nothing tells."""

    def __init__(self, wire: WireRequest, supposed: list[bool], host: str | None = None) -> None:
        parts = parse_url(wire.url)
        self.method = wire.method
        self.headers = list(wire.headers)
        self.scheme = "https" if parts is None else parts.scheme
        self.host = host if host is not None else "" if parts is None else parts.host or ""
        self.port = None if parts is None else parts.port
        self.path = "/" if parts is None else parts.path or "/"
        self.query = "" if parts is None else (parts.query or "").lstrip("?")
        self._supposed = supposed
        self._known: dict[str, bool] = {}

    @property
    def is_preflight(self) -> bool:
        """Whether it is a preflight, by the headers that middlewares have left it."""
        names = {name.lower() for name, value in self.headers if value}
        return self.method == "OPTIONS" and {"origin", "access-control-request-method"} <= names

    @property
    def url(self) -> str:
        """The address, with the host that is asked for."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}{'?' if self.query else ''}{self.query}"

    def supposes(self, what: str) -> bool:
        """What is supposed of a condition. Raises `Branch` where nothing is yet."""
        if what not in self._known:
            if not self._supposed:
                raise Branch(what[:60])
            self._known[what] = self._supposed.pop(0)
        return self._known[what]
