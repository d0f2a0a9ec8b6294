"""Web API 2: config.EnableCors, and EnableCorsAttribute at controllers and actions.

https://learn.microsoft.com/aspnet/web-api/overview/security/enabling-cross-origin-requests-in-web-api
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....records import record
from ....url import parse_url
from ..csharp.syntax import name_of, named, part, text_of
from ..csharp.values import Given, Thing, Unknown
from ..replies import NotTold, Reply
from .cors_engine import evaluated
from .cors_service import is_preflight
from .endpoints import attributes_of, name_of_attribute
from .policies import CorsPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ....fetch.wire import WireRequest
    from ..csharp.values import Value
    from .startup import Startup

_MOST: Final = 100
_MEMBERS: Final = ("SupportsCredentials", "PreflightMaxAge")


class EnableCors(Thing):
    """EnableCorsAttribute(origins, headers, methods, exposedHeaders): each a text with commas."""

    def __init__(self, given: Given) -> None:
        self.policy = CorsPolicy()
        places = ("origins", "headers", "methods", "exposedHeaders")
        for place, name in enumerate(places):
            value = given.named(name, place)
            held = {"origins": self.policy.origins, "headers": self.policy.headers, "methods": self.policy.methods}
            held.get(name, self.policy.exposed).extend(_split(value))

    def set(self, name: str, value: Value) -> bool:
        return name in _MEMBERS and self.policy.set(name, value)

    def get(self, name: str) -> Value:
        return self.policy.get(name)

    @property
    def refused(self) -> str:
        """ValidateOrigins: an origin of which it throws, at the first request."""
        for each in self.policy.origins if self.policy.origins != ["*"] else []:
            url = parse_url(each) if isinstance(each, str) else None
            if isinstance(each, str) and (each.endswith("/") or url is None or url.path not in ("", "/") or url.query):
                return each
        return ""


def _split(value: Value) -> list[Value]:
    if isinstance(value, str):
        return [each.strip() for each in value.split(",") if each.strip()]
    return [value] if isinstance(value, Unknown) else []


@record()
class WebApi:
    """What a text tells of Web API 2. `by_default` counts where no attribute does."""

    is_enabled: bool = False
    by_default: EnableCors | None = None

    def answered(self, startup: Startup, attributes: list[EnableCors | None], request: WireRequest) -> Reply:
        """CorsMessageHandler: the attribute of the action, else of the controller, else the default."""
        counts = attributes[0] if attributes else self.by_default
        if len(attributes) > 1:
            for place, each in enumerate(attributes[:-1]):
                if startup.suppose(f"which of {len(attributes)} places of EnableCors is asked (the {place + 1}.)"):
                    counts = each
                    break
            else:
                counts = attributes[-1]
        checks = is_preflight(request)
        if counts is None or get(request.headers, "Origin") is None:
            return Reply(status=405 if checks else 200)
        if counts.refused:
            return Reply(status=500)
        found = evaluated(counts.policy, request)
        if checks and found is None:
            return Reply(status=400)
        return Reply(status=200, headers=tuple(found or ()))


def attributes_in(startup: Startup) -> list[EnableCors | None]:
    """Those at classes and methods; None for [DisableCors]."""
    found: list[EnableCors | None] = []
    places = [node for nodes in startup.declared.classes.values() for node in nodes]
    places += [node for nodes in startup.declared.methods.values() for node in nodes]
    for place in places:
        for each in attributes_of(place):
            if name_of_attribute(each) == "EnableCors":
                made = _made(startup, each)
                if made is not None:
                    found.append(made)
            elif name_of_attribute(each) == "DisableCors":
                found.append(None)
            if len(found) > _MOST:
                raise NotTold(f"more than {_MOST} places of EnableCors")
    return found if any(each is not None for each in found) else []


def _made(startup: Startup, attribute: Node) -> EnableCors | None:
    values, names, members = [], [], []
    for each in _arguments(attribute):
        name, inner = part(each, "name"), named(each)
        if not inner:
            continue
        value = startup.evaluate(inner[-1], startup.top)
        if name is not None and text_of(name) in _MEMBERS:
            members.append((text_of(name), value))
        else:
            values.append(value)
            names.append("" if name is None else text_of(name))
    if len(values) < 3:
        return None
    made = EnableCors(Given(tuple(values), tuple(names), attribute))
    for name_of_member, value in members:
        made.set(name_of_member, value)
    return made


def _arguments(attribute: Node) -> Iterator[Node]:
    for listed in named(attribute):
        if listed.type == "attribute_argument_list":
            yield from named(listed)


class HttpConfiguration(Thing):
    """`config`."""

    def __init__(self, startup: Startup) -> None:
        self._startup = startup

    def set(self, name: str, value: Value) -> bool:
        return True

    def call(self, name: str, given: Given) -> Value:
        if name != "EnableCors":
            return None
        web_api = self._startup.web_api
        web_api.is_enabled = True
        value = given.values[0] if given.values else None
        if isinstance(value, EnableCors):
            web_api.by_default = value
        elif value is not None:
            raise NotTold(f"{name_of(given.node)}, of which the text does not tell what it is given,")
        return None
