"""Endpoints: what a program maps, the CORS metadata at each, and which of them a request comes to.

https://learn.microsoft.com/aspnet/core/security/cors#enable-cors-with-endpoint-routing
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ....records import record
from ..csharp.syntax import name_of, named, part, text_of
from ..csharp.values import Closure, Thing
from ..model import matches
from ..replies import NotTold
from .policies import CorsPolicy, CorsPolicyBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ..csharp.run import Run
    from ..csharp.scope import Declared
    from ..csharp.values import Given, Value

_MAPPED: Final = {"HttpGet": "GET", "HttpPost": "POST", "HttpPut": "PUT", "HttpDelete": "DELETE", "HttpPatch": "PATCH",
                  "HttpHead": "HEAD", "HttpOptions": "OPTIONS"}  # fmt: skip


METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
"""Those of actions that are not in the text."""


@record(frozen=True)
class Metadata:
    """What stands at an endpoint: a policy, or the name of one (None: that of the middleware), or none at all."""

    name: Value = None
    policy: CorsPolicy | None = None
    is_disabled: bool = False


@record()
class Endpoint:
    """`template` is None where the text does not tell the path, `methods` empty where it takes all."""

    name: str
    template: str | None
    methods: tuple[str, ...] = ()
    cors: Metadata | None = None
    asks_for_login: bool = False
    takes_preflights: bool | None = True
    """With metadata; None where the version decides: RequireCors before .NET 7 does not make it so."""

    @property
    def is_vague(self) -> bool:
        """Of no path that is told, or of any: one that is told goes before."""
        return self.template is None or self.template.strip("/").startswith("{*")

    def takes(self, path: str) -> bool:
        """Whether a path may be its."""
        return self.template is None or matches(_expression(self.template), path, ignores_case=True)


REJECTED: Final = Endpoint("405", None)
"""HttpMethodMatcherPolicy's, for a method that no endpoint of a path takes."""

_PART: Final = lazy_pattern(r"\{\*[^{}]*\}|\{[^{}]*\?\}|\{[^{}]*\}|[^{}]+|[{}]")


def _expression(template: str) -> str:
    """`api/items/{id:int}`, of which a part with `?` or a default may be left out, and `{**rest}` is all of it."""
    found = "^"
    for segment in template.strip("/").split("/"):
        if segment.startswith("{*"):
            return found + "(?:/.*)?$"
        if segment.startswith("{") and ("?" in segment or "=" in segment):
            found += "(?:/[^/]+)?"
        elif segment:
            parts = (each[0] for each in _PART.finditer(segment))
            found += "/" + "".join("[^/]+" if each.startswith("{") else re.escape(each) for each in parts)
    return found + "/?$"


class Conventions(Thing):
    """What a mapping gives back: conventions for one endpoint or several."""

    def __init__(self, endpoints: list[Endpoint], run: Run, *, in_block: bool = False) -> None:
        self.endpoints = endpoints
        self._run, self._in_block = run, in_block

    def call(self, name: str, given: Given) -> Value:
        if name == "RequireCors":
            metadata = metadata_of(given, self._run)
            for each in self.endpoints:
                each.cors, each.takes_preflights = metadata, None if self._in_block else True
        elif name == "DisableCors":
            for each in self.endpoints:
                each.cors = Metadata(is_disabled=True)
        elif name in ("RequireAuthorization", "AllowAnonymous"):
            for each in self.endpoints:
                each.asks_for_login = name == "RequireAuthorization"
        elif name == "WithMetadata":
            for value in given.flat():
                if isinstance(value, Metadata):
                    for each in self.endpoints:
                        each.cors = value
        return self


def metadata_of(given: Given, run: Run) -> Metadata:
    """RequireCors("name"), RequireCors(builder => …)."""
    value = given.values[0] if given.values else None
    if isinstance(value, Closure):
        builder = CorsPolicyBuilder()
        run.invoke(value, [builder])
        return Metadata(policy=builder.policy)
    return Metadata(name=value)


# Controllers


def attributes_of(node: Node) -> Iterator[Node]:
    """The attributes at a class, a method or a lambda."""
    for listed in node.named_children:
        if listed.type == "attribute_list":
            yield from (each for each in named(listed) if each.type == "attribute")


def name_of_attribute(attribute: Node) -> str:
    return name_of(attribute).removesuffix("Attribute")


def arguments_of(attribute: Node) -> list[Node]:
    """What stands in an attribute's brackets without a name."""
    listed = next((each for each in named(attribute) if each.type == "attribute_argument_list"), None)
    return [] if listed is None else [each for each in named(listed) if part(each, "name") is None]


def cors_at(node: Node, run: Run) -> Metadata | None:
    """[EnableCors], [EnableCors("name")], [DisableCors]."""
    for each in attributes_of(node):
        if name_of_attribute(each) == "DisableCors":
            return Metadata(is_disabled=True)
        if name_of_attribute(each) == "EnableCors":
            given = [one for one in named(each) if one.type == "attribute_argument_list"]
            value = named(named(given[0])[0]) if given and named(given[0]) else []
            return Metadata(name=run.evaluate(value[-1], run.top) if value else None)
    return None


def controllers_of(declared: Declared, run: Run) -> list[Endpoint]:
    """The actions of the controllers in a text."""
    found: list[Endpoint] = []
    for name, nodes in declared.classes.items():
        for node in nodes:
            found += _actions_of(node, name, run) if _is_controller(name, node) else []
            if len(found) > _MOST:
                raise NotTold(f"more than {_MOST} actions")
    return found


def _is_controller(name: str, node: Node) -> bool:
    bases = next((text_of(each) for each in named(node) if each.type == "base_list"), "")
    marked = any(name_of_attribute(each) in _MARKS for each in attributes_of(node))
    return "Controller" in bases or marked or name.endswith("Controller")


_MOST: Final = 400
_MARKS: Final = ("ApiController", "Route", "Controller", "EnableCors", "DisableCors")


def _actions_of(node: Node, name: str, run: Run) -> Iterator[Endpoint]:
    body = part(node, "body")
    around, asks = cors_at(node, run), _asks_for_login(node)
    prefix = next((_template(each, run) for each in attributes_of(node) if name_of_attribute(each) == "Route"), None)
    whole = None if prefix is None else f"{_filled(prefix, name, '{action}')}/{{**rest}}"
    yield Endpoint(f"another of {name}", whole, METHODS, around, asks)
    for method in [] if body is None else named(body):
        if method.type != "method_declaration" or "public" not in {text_of(each) for each in named(method)}:
            continue
        at = {name_of_attribute(each): each for each in attributes_of(method)}
        verbs = [each for each in at if each in _MAPPED]
        own = next(
            (t for each in (*verbs, "Route") if each in at and (t := _template(at[each], run)) is not None), None
        )
        template = _joined(prefix, own)
        if template is not None:
            template = _filled(template, name, name_of(method).removesuffix("Async"))
        yield Endpoint(
            name=f"{name}.{name_of(method)}",
            template=template,
            methods=tuple(_MAPPED[each] for each in verbs),
            cors=cors_at(method, run) or around,
            asks_for_login="AllowAnonymous" not in at and (asks or "Authorize" in at),
        )


def _filled(template: str, controller: str, action: str) -> str:
    template = re.sub(r"(?i)\[controller\]", controller.removesuffix("Controller"), template)
    return re.sub(r"(?i)\[action\]", action, template)


def _asks_for_login(node: Node) -> bool:
    return any(name_of_attribute(each) == "Authorize" for each in attributes_of(node))


def _template(attribute: Node, run: Run) -> str | None:
    given = arguments_of(attribute)
    value = run.evaluate(named(given[0])[-1], run.top) if given and named(given[0]) else None
    return value if isinstance(value, str) else None


def _joined(prefix: str | None, own: str | None) -> str | None:
    if own is not None and own.startswith(("/", "~/")):
        return own.removeprefix("~")
    if prefix is None or own is None:
        return prefix if own is None else own
    return f"{prefix.rstrip('/')}/{own}"


def at_handler(value: Value, run: Run) -> tuple[Metadata | None, bool]:
    """The metadata at a function that answers, and whether it asks for a login."""
    if not isinstance(value, Closure):
        return None, False
    return cors_at(value.node, run), _asks_for_login(value.node)
