"""Go: what is used before the layer, routes in front of it, and layers of a group."""

from __future__ import annotations

import re
from typing import Final

from ....patterns import lazy_pattern
from .chain import Call, calls_of

_ROUTES: Final = frozenset(
    {"GET", "POST", "PUT", "PATCH", "DELETE", "Any", "Handle", "Get", "Post", "Put", "Patch", "Delete", "All", "Static"}
)
_LAYER: Final = lazy_pattern(
    r"\bcors\s*\.\s*(?:New|Default|AllowAll|Handler)\s*\(|[mM]iddleware\s*\.\s*CORS|[hH]andlers\s*\.\s*CORS"
)
_MADE: Final = lazy_pattern(
    r"\b(\w+)\s*:?=\s*(?:cors\s*\.\s*(?:New|Default|AllowAll|Handler)|[hH]andlers\s*\.\s*CORS)\s*\("
)
_GROUP: Final = r"\b{name}\s*:?=\s*\w+(?:\.\w+)?\s*\.\s*(?:Group|PathPrefix|NewGroup)\s*\("
_SERVES: Final = lazy_pattern(r"\bListenAndServe\w*\s*\(|\.\s*(?:Run|Listen|Start)\s*\(")
_HARMLESS: Final = lazy_pattern(
    r"(?i)\s*(?:[\w]+\.)*\w*(?:logg(?:er|ing)\w*|recover(?:y|er)?\w*|requestid\w*|realip|timeout|heartbeat|compress\w*|gzip\w*|cleanpath"
    r"|stripslashes|secure\w*|helmet|sentry\w*|otel\w*|trac\w+|metric\w*|prometheus\w*|bodylimit\w*|setheader|cors\w*|new|etag|throttle\w*)\s*(?:\(|$)"
)


def around_go(text: str) -> list[str]:
    """Doubts of one program: a layer of a group, a route or another layer in front of it, one that nothing uses."""
    made = {found[1] for found in _MADE.finditer(text)}
    for name in sorted(made):
        if len(re.findall(rf"\b{re.escape(name)}\b", text)) == 1 and _SERVES.search(text) is not None:
            return [f"{name}, which nothing uses"]
    for found in calls_of(text, frozenset({"Group", "Route", "With"})):
        if _is_layer(found, made):
            return [f"a layer of {found.of}.{found.name}(…)"]
    calls = list(calls_of(text, _ROUTES | {"Use"}))
    layer = next((call for call in calls if call.name == "Use" and _is_layer(call, made)), None)
    if layer is None:
        return []
    if re.search(_GROUP.format(name=re.escape(layer.of)), text) is not None:
        return [f"a layer of the group {layer.of}"]
    for call in calls:
        if call.at >= layer.at:
            break
        if call.of != layer.of:
            continue
        if call.name != "Use":
            if "echo" not in text and re.match(r"\s*[\"`]", call.given) is not None:
                return [f"{call.of}.{call.name}({call.given[:30]}…) before the layer"]
        elif _HARMLESS.match(call.given) is None:
            return [f"{call.of}.Use({' '.join(call.given.split())[:40]}) before the layer"]
    return []


def _is_layer(call: Call, made: set[str]) -> bool:
    return _LAYER.search(call.given) is not None or any(
        re.search(rf"(?<![\w.]){re.escape(name)}\b", call.given) is not None for name in made
    )
