"""What script loads by its URL: modules, workers, service workers, fonts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .builtins import NOT_MINE, href_of
from .calls import Call
from .values import UNDEFINED, Native, Opaque, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_OF_A_FONT = lazy_pattern(r"\s*url\(\s*['\"]?(https?://[^'\")\s]+)")
_OWN_ORIGIN_ALONE = ("new Worker", "new SharedWorker")


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call that loads one of these, NOT_MINE for others and for paths without a server."""
    if not isinstance(function, Native) or not given:
        return NOT_MINE
    path = function.path
    if path == "new FontFace" and len(given) > 1 and (found := _OF_A_FONT.match(text_of(given[1]))) is not None:
        made.add(Call(library="script", api="load", element="font", url=found[1]))
        return Opaque("FontFace")
    url = href_of(given[0])
    if not text_of(url).startswith(("http://", "https://")):
        return NOT_MINE
    if path == "import":
        return made.add(Call(library="script", api="load", element="module", url=url))
    if path == "importScripts":
        for each in given:
            made.add(Call(library="script", api="script", url=href_of(each)))
        return UNDEFINED
    if path in _OWN_ORIGIN_ALONE or path.endswith("serviceWorker.register"):
        call = Call(library="script", url=url, mode="same-origin")
        call.notes.append("a worker's script comes of the page's own origin alone, whatever the server answers")
        return made.add(call)
    return NOT_MINE
