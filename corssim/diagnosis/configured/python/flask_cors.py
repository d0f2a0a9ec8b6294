"""flask-cors: what CORS(app) and @cross_origin put on an answer.

https://github.com/corydolphin/flask-cors/blob/main/flask_cors/core.py
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ..model import matches
from ..replies import NotTold
from .values import Pattern, Raised, Unknown, is_known, shown, unknown_in

if TYPE_CHECKING:
    from .expressions import Expressions
    from .messages import Request, Response

ALL_METHODS: Final = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"]
_DEFAULTS: Final[dict[str, Any]] = {
    "origins": "*",
    "methods": ALL_METHODS,
    "allow_headers": "*",
    "expose_headers": None,
    "supports_credentials": False,
    "max_age": None,
    "send_wildcard": False,
    "automatic_options": True,
    "vary_header": True,
    "resources": "/*",
    "intercept_exceptions": True,
    "always_send": True,
}


def options_of(config: dict[str, Any], *given: dict[str, Any]) -> dict[str, Any]:
    """The defaults, what an application's `config` says, and what calls are given; the last one counts."""
    found = dict(_DEFAULTS)
    for name in _DEFAULTS:
        value = config.get(f"CORS_{name.upper()}")
        if value is not None:
            found[name] = value
    for each in given:
        found |= each
    if "**" in found:
        raise NotTold(shown(found["**"]))
    if ".*" in _all_of(found["origins"]) and found["supports_credentials"] is True and found["send_wildcard"] is True:
        raise Raised("`*` with credentials", "ValueError")
    return found


def resources_of(options: dict[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    """The paths with settings of their own, in the order in which they are looked at: texts first, then expressions,
    those with more slashes and longer ones first."""
    given = options["resources"]
    if isinstance(given, str | Pattern):
        return [(_fixed(given), {})]
    if isinstance(given, list | tuple):
        return [(_fixed(each), {}) for each in given]
    if not isinstance(given, dict):
        raise NotTold(shown(given))
    pairs = [(_fixed(path), own) for path, own in given.items()]
    if (unknown := unknown_in([path for path, _ in pairs])) is not None:
        raise NotTold(shown(unknown))
    return sorted(pairs, key=_rank)


def _rank(pair: tuple[Any, Any]) -> tuple[int, int, int, int]:
    text = pair[0].text if isinstance(pair[0], Pattern) else str(pair[0])
    is_text = not isinstance(pair[0], Pattern) and not is_expression(text)
    return (0 if is_text else 1, 0 if is_text or isinstance(pair[0], Pattern) else 1, -text.count("/"), -len(text))


def is_at(resource: Any, path: str) -> bool:
    """Whether a path is one of a resource's."""
    if isinstance(resource, Pattern):
        return matches(f"^(?:{resource.text})", path)
    return matches(f"^(?:{resource})", path, ignores_case=False) if is_expression(resource) else resource == path


def is_expression(text: str) -> bool:
    return re.search(r"[*\\\]?$^\[()]", text) is not None


def _fixed(value: Any) -> Any:
    return ".*" if value == "*" else value


def _all_of(value: Any) -> list[Any]:
    return [_fixed(each) for each in (value if isinstance(value, list | tuple) else [value])]


def put_headers(run: Expressions, request: Request, response: Response, options: dict[str, Any]) -> None:
    """The headers of one evaluation. A response that was evaluated is left as it is."""
    if response.is_evaluated:
        return
    origin = _origin_for(run, request, options)
    if origin is None:
        return
    put = response.headers.add
    put("Access-Control-Allow-Origin", origin)
    expose = _written(options["expose_headers"])
    if expose:
        put("Access-Control-Expose-Headers", expose)
    credentials = run.truth(options["supports_credentials"])
    if isinstance(credentials, Unknown) or credentials:
        put("Access-Control-Allow-Credentials", credentials if isinstance(credentials, Unknown) else "true")
    if request.method != "OPTIONS":
        return
    methods = _written(options["methods"])
    methods = methods.upper() if isinstance(methods, str) else methods
    asked = (request.asked_method or "").upper()
    if isinstance(methods, str) and asked not in methods:
        return
    if asked and methods:
        allowed = _headers_for(request, options)
        if allowed:
            put("Access-Control-Allow-Headers", allowed)
        if options["max_age"]:
            put("Access-Control-Max-Age", options["max_age"])
        put("Access-Control-Allow-Methods", methods)


def _origin_for(run: Expressions, request: Request, options: dict[str, Any]) -> Any:
    origins = _all_of(options["origins"])
    anybody = ".*" in origins
    if request.origin is None:
        if anybody:
            return None if run.is_true(options["supports_credentials"]) else "*"
        named = sorted(each for each in origins if isinstance(each, str) and not is_expression(each))
        return named[0] if named and run.is_true(options["always_send"]) else None
    if anybody and run.is_true(options["send_wildcard"]):
        return "*"
    return _matched(request.origin, origins)


def _matched(text: str, allowed: list[Any]) -> Any:
    """A text that one of a list allows, None where none does, and what is not known of it."""
    for each in allowed:
        if isinstance(each, Pattern) and matches(f"^(?:{each.text})", text, ignores_case=each.ignores_case):
            return text
        if isinstance(each, str):
            found = (
                matches(f"^(?:{each})", text, ignores_case=True)
                if is_expression(each)
                else each.casefold() == text.casefold()
            )
            if found:
                return text
    return unknown_in(allowed)


def _headers_for(request: Request, options: dict[str, Any]) -> Any:
    allowed = _all_of(options["allow_headers"])
    names = [name.strip() for name in (request.asked_headers or "").split(",") if name.strip()]
    found = [(name, _matched(name, allowed)) for name in names]
    unknown = next((each for _, each in found if isinstance(each, Unknown)), None)
    return unknown or ", ".join(sorted(name for name, each in found if each is not None))


def _written(value: Any) -> Any:
    """A list as it is sent, in the order of letters."""
    if isinstance(value, list | tuple):
        return ", ".join(sorted(map(str, value))) if is_known(value) else unknown_in(value)
    return value if value is None or isinstance(value, Unknown) else str(value)
