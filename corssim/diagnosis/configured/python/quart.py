"""Quart, which follows a request as Flask does, with quart-cors.

https://github.com/pgjones/quart-cors/blob/main/src/quart_cors/__init__.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..model import matches
from .flask import Blueprint, FlaskApp, Scaffold, application, attributes_of, response_of
from .messages import Request, Response
from .values import Native, Pattern, Raised, Thing, shown, unknown_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from .running import Run

_DEFAULTS: Final[dict[str, Any]] = {
    "allow_credentials": False,
    "allow_headers": ["*"],
    "allow_methods": ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"],
    "allow_origin": ["*"],
    "expose_headers": ['""'],
    "max_age": None,
    "send_origin_wildcard": True,
}


class QuartApp(FlaskApp):
    """An application of Quart."""

    server = "quart"


def _cors(run: Run, app: Any, **named: Any) -> Any:
    app = application(run, app, QuartApp)
    if isinstance(app, Scaffold):
        app.layers.append({"quart": named})
        app.after.append(Native(lambda response: _put(run, response, named)))
    return app


class RouteCORS(Thing):
    """A view that @route_cors stands at."""

    def __init__(self, run: Run, view: Any, options: dict[str, Any]) -> None:
        super().__init__()
        self.run, self.view, self.options = run, view, options
        own = attributes_of(view)
        if options.get("provide_automatic_options", True):
            own["required_methods"] = [*own.get("required_methods", []), "OPTIONS"]
            own["provide_automatic_options"] = False
        self.attributes |= own

    def call(self, *args: Any, **named: Any) -> Any:
        request: Request = self.run.request
        if request.method == "OPTIONS" and self.options.get("provide_automatic_options", True):
            response = Response(200)
        else:
            response = response_of(self.run, self.run.call_view(self.view, list(args), named, shown(self.view)))
        return _put(self.run, response, self.options)


def _route_cors(run: Run, **named: Any) -> Any:
    return Native(lambda view: RouteCORS(run, view, named))


def _put(run: Run, response: Response, given: dict[str, Any]) -> Response:
    """The headers of a layer, once for each answer."""
    config = getattr(getattr(run, "app", None), "config", {})
    options = {name: config.get(f"QUART_CORS_{name.upper()}", default) for name, default in _DEFAULTS.items()}
    options |= {name: value for name, value in given.items() if value is not None}
    request: Request = run.request
    origins = _all(options["allow_origin"])
    if "*" in origins and run.is_true(options["allow_credentials"]):
        raise Raised("credentials with `*`", "ValueError")
    if response.is_evaluated:
        return response
    response.is_evaluated = True
    allowed = _allowed(request.origin, origins)
    if allowed is None:
        return response
    put = response.headers.put
    put("Access-Control-Allow-Origin", allowed)
    if run.is_true(options["allow_credentials"]):
        put("Access-Control-Allow-Credentials", "true")
    else:
        response.headers.remove_item("Access-Control-Allow-Credentials")
    if expose := _all(options["expose_headers"]):
        put("Access-Control-Expose-Headers", unknown_in(expose) or ", ".join(expose))
    methods, headers = _all(options["allow_methods"]), _all(options["allow_headers"])
    asked = request.asked_method
    if request.method != "OPTIONS" or not asked or (asked.lower() not in _small(methods) and "*" not in methods):
        return response
    names = [each.strip() for each in (request.asked_headers or "").split(",") if each.strip()]
    kept = names if "*" in headers else [each for each in names if each.lower() in _small(headers)]
    if kept:
        put("Access-Control-Allow-Headers", ", ".join(kept))
    put("Access-Control-Allow-Methods", unknown_in(methods) or ", ".join(methods))
    if options["max_age"] is not None:
        put("Access-Control-Max-Age", options["max_age"])
    return response


def _allowed(origin: str | None, origins: list[Any]) -> Any:
    if origin is None:
        return None
    if "*" in origins:
        return "*"
    for each in origins:
        if each == origin or (isinstance(each, Pattern) and matches(f"^(?:{each.text})", origin)):
            return origin
    return unknown_in(origins)


def _all(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _small(values: list[Any]) -> list[str]:
    return [each.lower() for each in values if isinstance(each, str)]


THINGS: Final[dict[str, Callable[..., Any]]] = {
    "quart.Quart": QuartApp,
    "quart.Blueprint": Blueprint,
    "quart_cors.cors": _cors,
    "quart_cors.route_cors": _route_cors,
}
