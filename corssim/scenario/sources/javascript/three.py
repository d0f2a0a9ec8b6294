"""Loaders of three.js: https://threejs.org/docs/#api/en/loaders/Loader"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .builtins import NOT_MINE, href_of, pairs_of
from .calls import Call
from .fetch_api import joined
from .values import UNDEFINED, Native, Opaque, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_LOADER = lazy_pattern(r"new ([A-Z]\w*Loader)")
_OF_IMAGES = frozenset({"TextureLoader", "ImageLoader", "CubeTextureLoader"})
_HOOKS = {"useGLTF": "GLTFLoader", "useFBX": "FBXLoader", "useTexture": "TextureLoader"}
"""Of @react-three/drei, and the loader that each calls."""
_SETTERS = {".setPath": "path", ".setCrossOrigin": "crossorigin", ".setRequestHeader": "headers"}


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of a loader, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    if (found := _LOADER.fullmatch(function.path)) is not None:
        return Opaque("three", {"loader": found[1]})
    if function.path in _HOOKS and given and isinstance(given[0], str):
        return made.add(_call({"loader": _HOOKS[function.path]}, given[0]))
    this = function.this
    if not isinstance(this, Opaque) or this.kind != "three":
        return NOT_MINE
    if function.path in (".load", ".loadAsync") and given:
        urls = given[0] if isinstance(given[0], list) else [given[0]]
        for url in urls[:6]:
            made.add(_call(this.fields, url))
        return UNDEFINED
    if function.path in _SETTERS and given:
        this.fields[_SETTERS[function.path]] = given[0]
    elif function.path == ".setWithCredentials" and given:
        this.fields["credentials"] = given[0] is True
    return this


def _call(fields: dict[str, Value], url: Value) -> Call:
    path = fields.get("path", UNDEFINED)
    url = href_of(url) if path is UNDEFINED else joined(path, url)
    if fields["loader"] in _OF_IMAGES:
        call = Call(library="three.js", api="load", element="img", url=url)
        call.crossorigin = text_of(fields.get("crossorigin", "anonymous"))
        return call
    call = Call(library="three.js", url=url)
    call.headers = pairs_of(fields.get("headers"))
    call.credentials = "include" if fields.get("credentials") else "same-origin"
    return call
