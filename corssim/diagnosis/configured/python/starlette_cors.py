"""Starlette's CORSMiddleware.

https://github.com/Kludex/starlette/blob/main/starlette/middleware/cors.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..model import matches
from ..replies import NotTold
from .messages import Request, Response
from .values import Unknown, is_known, shown, unknown_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from .running import Run

ALL_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
SAFELISTED: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
_TAKEN: Final = (
    "allow_origins", "allow_methods", "allow_headers", "allow_credentials", "allow_origin_regex", "expose_headers",
    "max_age", "allow_private_network", "app",
)  # fmt: skip


class CORSLayer:
    """One CORSMiddleware with what it is given."""

    def __init__(self, run: Run, given: dict[str, Any]) -> None:
        self.run = run
        odd = next((name for name in given if name not in _TAKEN), None)
        if odd is not None:
            raise NotTold(shown(given[odd]) if odd == "**" else f"{odd}=")
        self.origins = _listed("allow_origins", given.get("allow_origins", ()))
        self.methods = _listed("allow_methods", given.get("allow_methods", ("GET",)))
        if "*" in self.methods:
            self.methods = list(ALL_METHODS)
        self.headers = _listed("allow_headers", given.get("allow_headers", ()))
        self.expose = _listed("expose_headers", given.get("expose_headers", ()))
        self.credentials = given.get("allow_credentials", False)
        self.pattern = given.get("allow_origin_regex")
        self.max_age = given.get("max_age", 600)
        self.anybody = "*" in self.origins

    def answered(self, request: Request, inner: Callable[[], Response]) -> Response:
        """Its own answer to a preflight, or the inner one with its headers."""
        if request.origin is not None and request.method == "OPTIONS" and request.asked_method is not None:
            return self._of_preflight(request)
        response = inner()
        if request.origin is None:
            return response
        put = response.headers.put
        if self.anybody:
            put("Access-Control-Allow-Origin", "*")
        if self.has_credentials:
            put("Access-Control-Allow-Credentials", "true")
        if self.expose:
            put("Access-Control-Expose-Headers", _joined(self.expose))
        if self.anybody and self.has_credentials:
            put("Access-Control-Allow-Origin", request.origin)
        elif not self.anybody and (allowed := self._allows(request.origin)) is not False:
            put("Access-Control-Allow-Origin", request.origin if allowed is True else allowed)
        return response

    @property
    def has_credentials(self) -> bool:
        return self.run.is_true(self.credentials)

    def _allows(self, origin: str) -> bool | Unknown:
        if self.anybody or origin in self.origins:
            return True
        if isinstance(self.pattern, str) and matches(rf"\A(?:{self.pattern})\Z", origin):
            return True
        unknown = self.pattern if isinstance(self.pattern, Unknown) else unknown_in(self.origins)
        return False if unknown is None else unknown

    def _of_preflight(self, request: Request) -> Response:
        response = Response(200)
        put = response.headers.put
        if self.anybody and not self.has_credentials:
            put("Access-Control-Allow-Origin", "*")
        put("Access-Control-Allow-Methods", _joined(self.methods))
        put("Access-Control-Max-Age", self.max_age if isinstance(self.max_age, Unknown) else str(self.max_age))
        allowed_headers = sorted({*SAFELISTED, *(each for each in self.headers if isinstance(each, str))})
        if "*" not in self.headers:
            put("Access-Control-Allow-Headers", unknown_in(self.headers) or ", ".join(allowed_headers))
        if self.has_credentials:
            put("Access-Control-Allow-Credentials", "true")
        allowed = self._allows(request.origin or "")
        is_refused = allowed is False
        if isinstance(allowed, Unknown):
            is_refused = not self.run.suppose(allowed)
        if not is_refused and (not self.anybody or self.has_credentials):
            put("Access-Control-Allow-Origin", request.origin)
        if request.asked_method not in self.methods:
            unknown = unknown_in(self.methods)
            is_refused = is_refused or unknown is None or not self.run.suppose(unknown)
        if request.asked_headers is not None:
            if "*" in self.headers:
                put("Access-Control-Allow-Headers", request.asked_headers)
            else:
                is_refused = is_refused or self._refuses(request.asked_headers, allowed_headers)
        response.status = 400 if is_refused else 200
        return response

    def _refuses(self, asked: str, allowed: list[str]) -> bool:
        lowered = [each.lower() for each in allowed]
        if all(each.lower().strip() in lowered for each in asked.split(",")):
            return False
        unknown = unknown_in(self.headers)
        return unknown is None or not self.run.suppose(unknown)


def _listed(name: str, value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Unknown):
        return [value]
    if isinstance(value, str) and value == "*":
        return ["*"]
    raise NotTold(f"{name}, which is a text," if isinstance(value, str) else f"{name}={shown(value)}")


def _joined(values: list[Any]) -> Any:
    return ", ".join(values) if is_known(values) else unknown_in(values)
