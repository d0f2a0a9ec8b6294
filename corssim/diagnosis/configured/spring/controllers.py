"""Handlers of requests with their mappings, and @CrossOrigin at them.

https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html#mvc-cors-controller
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....records import record
from ..replies import NotTold
from .cors_configuration import CorsConfiguration
from .objects import Frame
from .paths import is_for
from .tree import annotation
from .values import Unknown, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .evaluate import Evaluator
    from .tree import Annotation, Class, Method, Program

_MAPPINGS: Final = {
    "GetMapping": "GET", "PostMapping": "POST", "PutMapping": "PUT", "PatchMapping": "PATCH", "DeleteMapping": "DELETE",
    "RequestMapping": "",
}  # fmt: skip
_LISTED: Final = {
    "origins": "AllowedOrigin", "value": "AllowedOrigin", "originPatterns": "AllowedOriginPattern",
    "methods": "AllowedMethod", "allowedHeaders": "AllowedHeader", "exposedHeaders": "ExposedHeader",
}  # fmt: skip
_OF_MAPPING: Final = Unknown("the mapping that @CrossOrigin stands at")


@record(frozen=True, eq=False)
class Handler:
    """A method that answers, or all of a class. `paths` and `methods` are None for one whose they are not in the text;
    () stands for all methods."""

    of: Class
    method: Method | None
    paths: tuple[str, ...] | None
    methods: tuple[str, ...] | None
    crossed: tuple[Annotation, ...]

    def is_at(self, path: str) -> bool:
        return self.paths is None or any(is_for(each, path) for each in self.paths)

    def takes(self, method: str | None) -> bool:
        methods = self.methods or ()
        return not methods or method in methods or (method == "HEAD" and "GET" in methods)


def handlers_of(program: Program, evaluator: Evaluator) -> list[Handler]:
    """The handlers of a text, and those that its annotations stand at without them."""
    found = [each for of in program.everywhere() for each in _of_class(of, evaluator)]
    alone = (each for each in program.annotations if each.name == "CrossOrigin")
    return [*found, *(Handler(program.loose, None, None, None, (each,)) for each in alone)]


def _of_class(of: Class, evaluator: Evaluator) -> list[Handler]:
    own, mapped = annotation(of, "CrossOrigin"), annotation(of, "RequestMapping")
    crossed = () if own is None else (own,)
    bases = [""] if mapped is None else _paths(mapped, evaluator)
    found = []
    for method in of.methods:
        at, more = annotation(method, *_MAPPINGS), annotation(method, "CrossOrigin")
        annotations = crossed if more is None else (*crossed, more)
        if at is not None:
            paths = [_joined(base, path) for base in bases for path in _paths(at, evaluator)]
            methods = _methods(at, mapped, evaluator)
            known = tuple(each for each in paths if isinstance(each, str))
            found.append(Handler(of, method, known if len(known) == len(paths) else None, methods, annotations))
        elif more is not None:
            found.append(Handler(of, method, None, None, annotations))
    if not found and crossed:
        known = tuple(f"{each}/**" for each in bases if isinstance(each, str) and each)
        found.append(Handler(of, None, known or None, None, crossed))
    return found


def _argument(of: Annotation, evaluator: Evaluator, *names: str) -> list[Any]:
    for name in names:
        if name in of.arguments:
            value = evaluator.value(of.arguments[name], Frame({}, evaluator.loose))
            return value if isinstance(value, list) else [value]
    return []


def _paths(mapped: Annotation, evaluator: Evaluator) -> list[Any]:
    return _argument(mapped, evaluator, "value", "path") or [""]


def _methods(at: Annotation, of_class: Annotation | None, evaluator: Evaluator) -> tuple[str, ...] | None:
    if _MAPPINGS[at.name]:
        return (_MAPPINGS[at.name],)
    given = _argument(at, evaluator, "method")
    given += [] if of_class is None else _argument(of_class, evaluator, "method")
    return None if any(isinstance(each, Unknown) for each in given) else tuple(map(as_text, given))


def _joined(base: Any, path: Any) -> Any:
    if not isinstance(base, str) or not isinstance(path, str) or "$" in base + path:
        return None
    parts = [part.strip("/") for part in (base, path) if part.strip("/")]
    return "/" + "/".join(parts)


def configuration_at(handler: Handler, evaluator: Evaluator) -> CorsConfiguration | None:
    """What the annotations of a handler come to; None where it has none: initCorsConfiguration"""
    if not handler.crossed:
        return None
    config = CorsConfiguration()
    for each in handler.crossed:
        _update(config, each, evaluator)
    if not config.methods:
        config.methods = None
        for method in handler.methods or ():
            config.call("addAllowedMethod", [method])
        if handler.methods is None:
            config.methods = ["GET", "HEAD", "POST", _OF_MAPPING]
    config.call("applyPermitDefaultValues", [])
    return config


def _update(config: CorsConfiguration, of: Annotation, evaluator: Evaluator) -> None:
    for name in of.arguments:
        if name in _LISTED:
            for value in _argument(of, evaluator, name):
                config.call(f"add{_LISTED[name]}", [_resolved(value)])
        elif name == "maxAge":
            age = _argument(of, evaluator, name)[0]
            if not isinstance(age, int) or age >= 0:
                config.max_age = age
        elif name == "allowCredentials":
            given = _argument(of, evaluator, name)[0]
            config.call("setAllowCredentials", [_resolved(given)])
        elif name != "allowPrivateNetwork":
            config.odd = f"@CrossOrigin({name} = …)"


def _resolved(value: Any) -> Any:
    """A value with `${…}` in it is that of a property."""
    return Unknown(value) if isinstance(value, str) and "${" in value else value


def handler_for(handlers: Sequence[Handler], path: str, method: str | None) -> list[Handler]:
    """The handlers that may be meant, those of the most particular path alone."""
    there = [each for each in handlers if each.is_at(path)]
    exact = [each for each in there if each.paths is not None and path in each.paths]
    return [each for each in exact if each.takes(method)] or [each for each in there if each.takes(method)]


def only(configs: list[CorsConfiguration | None]) -> CorsConfiguration | None:
    """The one of several, where they are alike."""
    first = configs[0]
    for each in configs[1:]:
        if vars(each or CorsConfiguration()) != vars(first or CorsConfiguration()) or (each is None) != (first is None):
            raise NotTold("more than one @CrossOrigin")
    return first
