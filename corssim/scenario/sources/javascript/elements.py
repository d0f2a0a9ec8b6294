"""Elements that script makes: `new Image()`, document.createElement(). They load when they get their src or href."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builtins import NOT_MINE, href_of
from .calls import Call
from .values import UNDEFINED, Native, Opaque, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_CONSTRUCTORS = {"new Image": "img", "new Audio": "audio"}
LOADS = {"img": "img", "script": "script", "video": "video", "audio": "audio", "iframe": "iframe", "link": "stylesheet"}
"""What loads, by the name of the element."""


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call that makes an element or sets its attributes, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    name = _CONSTRUCTORS.get(function.path, "")
    if function.path == "document.createElement" and given:
        name = text_of(given[0]).lower()
    if name in LOADS:
        made.elements.append(element := Opaque("element", {"name": name}))
        if given and name == "audio":
            element.fields["src"] = given[0]
        return element
    this = function.this
    if function.path == ".setAttribute" and isinstance(this, Opaque) and this.kind == "element" and len(given) > 1:
        attribute = {"crossorigin": "crossOrigin"}.get(text_of(given[0]).lower(), text_of(given[0]).lower())
        this.fields[attribute] = given[1]
        return UNDEFINED
    return NOT_MINE


def calls_of(elements: list[Opaque]) -> list[Call]:
    """What the elements load, those that were given something to load."""
    return [call for element in elements if (call := _call(element.fields)) is not None]


def _call(fields: dict[str, Value]) -> Call | None:
    name = fields["name"]
    url = href_of(fields.get("href" if name == "link" else "src", UNDEFINED))
    if url is UNDEFINED or (name == "link" and text_of(fields.get("rel", "stylesheet")) != "stylesheet"):
        return None
    is_module = name == "script" and fields.get("type") == "module"
    call = Call(library="element", api="load", url=url, element="module" if is_module else LOADS[name])
    call.crossorigin = fields.get("crossOrigin", UNDEFINED)
    return call
