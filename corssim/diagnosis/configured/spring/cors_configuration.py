"""CorsConfiguration: what one of them allows, and what it makes of a request.

https://github.com/spring-projects/spring-framework/blob/main/spring-web/src/main/java/org/springframework/web/cors/CorsConfiguration.java
"""

from __future__ import annotations

import re
from typing import Any, Final

from ....patterns import lazy_pattern
from ..model import matches
from ..replies import NotTold
from .values import Constant, Seconds, Unknown, as_text

ALL: Final = "*"
_PERMIT_ALL: Final[list[Any]] = [ALL]
_PERMIT_METHODS: Final[list[Any]] = ["GET", "HEAD", "POST"]
_DEFAULT_METHODS: Final[list[Any]] = ["GET", "HEAD"]
_PORTS: Final = lazy_pattern(r"(.*):\[(\*|\d+(?:,\d+)*)\]")

_NOTHING: Final = Unknown("what stands in the place of its values")
Values = list[Any]
"""Texts, and `Unknown` for each that is not known."""


class Fails(Exception):
    """What Spring refuses, with an exception."""


def expression_of_origin(pattern: str) -> str:
    """`https://*.example`, and `[8080,8081]` or `[*]` for ports: CorsConfiguration.OriginPattern."""
    ports = _PORTS.fullmatch(pattern)
    host = pattern if ports is None else ports[1]
    expression = "".join(".*" if part == ALL else re.escape(part) for part in re.split(r"(\*)", host))
    if ports is None:
        return f"^{expression}$"
    listed = ports[2].replace(",", "|")
    return f"^{expression}" + (r"(?::\d+)?$" if listed == ALL else f":(?:{listed})$")


class CorsConfiguration:
    """`odd` is what it was given to that is not understood. Lists are None where nothing was set."""

    def __init__(self) -> None:
        self.origins: Values | None = None
        self.patterns: Values | None = None
        self.methods: Values | None = None
        self.headers: Values | None = None
        self.expose: Values | None = None
        self.credentials: bool | Unknown | None = None
        self.max_age: int | Unknown | None = None
        self.odd = ""

    @classmethod
    def of_a_part(cls) -> CorsConfiguration:
        """One whose making is not in the text: what is not set may have been set there."""
        made, before = cls(), Unknown("what it was made with")
        made.methods, made.headers = [*_DEFAULT_METHODS, before], [before]
        return made

    def call(self, name: str, arguments: Values) -> Any:
        """A call of one of its methods. Raises AttributeError for one that it does not have."""
        given = arguments[0] if arguments else None
        for kind, attribute in _LISTS.items():
            if name in (f"set{kind}", _lower(kind)):
                self._set(attribute, _values(given if len(arguments) == 1 else arguments) if arguments else [_NOTHING])
                return self
            if name in (f"add{kind.removesuffix('s')}",):
                self._add(attribute, given)
                return None
            if name == f"get{kind}":
                return getattr(self, attribute)
        match name:
            case "setAllowCredentials" | "allowCredentials":
                self.credentials = _flag(given)
            case "setMaxAge" | "maxAge":
                self.max_age = _seconds(given)
            case "applyPermitDefaultValues":
                self._permit()
            case "combine":
                return self.combine(given) if isinstance(given, CorsConfiguration) else self
            case "getAllowCredentials":
                return self.credentials
            case "getMaxAge":
                return self.max_age
            case "validateAllowCredentials" | "setAllowPrivateNetwork" | "allowPrivateNetwork":
                pass
            case _:
                raise AttributeError(name)
        return self

    def _set(self, attribute: str, values: Values | None) -> None:
        setattr(self, attribute, None if values is None else [])
        for value in values or ():
            self._add(attribute, value)

    def _add(self, attribute: str, value: Any) -> None:
        if value is None or (attribute == "methods" and value == ""):
            return
        held: Values | None = getattr(self, attribute)
        if held is None:
            held = []
        elif held is _PERMIT_ALL or held is _PERMIT_METHODS:
            held = [] if attribute == "origins" and self.patterns else list(held)
        parts = _parts(value) if attribute in ("origins", "patterns") else [value]
        setattr(self, attribute, [*held, *(each if isinstance(each, Unknown) else as_text(each) for each in parts)])
        if attribute == "patterns" and self.origins is _PERMIT_ALL:
            self.origins = None

    def _permit(self) -> None:
        if self.origins is None and self.patterns is None:
            self.origins = _PERMIT_ALL
        self.methods = _PERMIT_METHODS if self.methods is None else self.methods
        self.headers = _PERMIT_ALL if self.headers is None else self.headers
        self.max_age = 1800 if self.max_age is None else self.max_age

    def combine(self, other: CorsConfiguration) -> CorsConfiguration:
        """Both: what is set in the other counts where one value is taken, and lists are added."""
        made = CorsConfiguration()
        origins = _combined(self.origins, other.origins)
        made.patterns = _combined(self.patterns, other.patterns)
        made.origins = None if origins is _PERMIT_ALL and made.patterns else origins
        made.methods = _combined(self.methods, other.methods)
        made.headers = _combined(self.headers, other.headers)
        made.expose = _combined(self.expose, other.expose)
        made.credentials = self.credentials if other.credentials is None else other.credentials
        made.max_age = self.max_age if other.max_age is None else other.max_age
        made.odd = self.odd or other.odd
        return made

    def allows_everybody_credentials(self) -> bool:
        """What Spring refuses since 5.3."""
        return self.credentials is True and ALL in (self.origins or ())

    def check_origin(self, origin: str | None) -> str | None:
        """The origin that is sent; None where it is not allowed."""
        if not origin or not origin.strip():
            return None
        asked, origins = origin.removesuffix("/"), self.origins or []
        if ALL in origins:
            if isinstance(self.credentials, Unknown):
                raise NotTold(self.credentials.name)
            if self.allows_everybody_credentials():
                raise Fails(ALL)
            return ALL
        if any(asked.lower() == each.lower() for each in origins if isinstance(each, str)):
            return origin
        for pattern in self.patterns or ():
            if isinstance(pattern, str) and (pattern == ALL or matches(expression_of_origin(pattern), asked)):
                return origin
        _known([*origins, *(self.patterns or ())])
        return None

    def check_method(self, method: str | None) -> Values | None:
        """The methods that are sent; None where it is not allowed."""
        if method is None:
            return None
        allowed = self.methods or _DEFAULT_METHODS
        if ALL in allowed:
            return [method]
        if method in allowed:
            return [each for each in allowed if isinstance(each, str)]
        _known(allowed)
        return None

    def check_headers(self, asked: list[str]) -> list[str] | None:
        """The headers that are sent; None where none of them is allowed."""
        if not asked:
            return []
        allowed = self.headers or []
        names = [name.strip() for name in asked if name.strip()]
        listed = {name.lower() for name in allowed if isinstance(name, str)}
        result = names if ALL in allowed else [name for name in names if name.lower() in listed]
        if len(result) < len(names):
            _known(allowed)
        return result or None


_LISTS: Final = {
    "AllowedOrigins": "origins",
    "AllowedOriginPatterns": "patterns",
    "AllowedMethods": "methods",
    "AllowedHeaders": "headers",
    "ExposedHeaders": "expose",
}


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _known(values: Values) -> None:
    """Raises `NotTold` for a list of which a part is not known."""
    for each in values:
        if isinstance(each, Unknown):
            raise NotTold(each.name)


def _values(given: Any) -> Values | None:
    if given is None or isinstance(given, list):
        return (
            None if given is None else [part for each in given for part in (each if isinstance(each, list) else [each])]
        )
    return [given]


def _flag(given: Any) -> bool | Unknown | None:
    if isinstance(given, str):
        return given.lower() == "true"
    return given if isinstance(given, bool | Unknown) or given is None else Unknown(as_text(given))


def _seconds(given: Any) -> int | Unknown | None:
    if isinstance(given, Seconds):
        return given.count
    return given if isinstance(given, int | Unknown) or given is None else Unknown(as_text(given))


def _parts(value: Any) -> Values:
    """The origins of a text with commas, which inside of brackets part ports. One slash at an end is taken away."""
    if isinstance(value, Unknown | Constant):
        return [value]
    text = as_text(value)
    if "," not in text:
        return [text.removesuffix("/")]
    found = re.split(r",(?![^\[\]]*\])", text)
    if not found[-1]:
        found.pop()
    return [each.strip().removesuffix("/") for each in found]


def _combined(source: Values | None, other: Values | None) -> Values | None:
    if other is None:
        return [] if source is None else source
    if source is None or source is _PERMIT_ALL or source is _PERMIT_METHODS:
        return other
    if other is _PERMIT_ALL or other is _PERMIT_METHODS:
        return source
    if ALL in source or ALL in other:
        return [ALL]
    return list(dict.fromkeys([*source, *other]))
