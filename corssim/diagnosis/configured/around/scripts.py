"""JavaScript: what runs before cors(), and layers that are for some routes alone or for none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..code_values import items_of
from ..scan import balanced
from ..statements import NotTold, statements
from .at_path import AtPath
from .blocks import FUNCTION, begin_of_block, blocks_around, body_of, closed
from .chain import Call, all_calls_of
from .script_steps import CORS, HARMLESS, PATH, USED, doubts_of_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

_MADE: Final = lazy_pattern(r"\b(?:const|let|var)\s+(\w+)\s*(?::[^=;\n]{1,60})?=\s*cors\s*\(")
_ROUTER: Final = r"\b(?:const|let|var)\s+{name}\b[^=;\n]{{0,60}}=\s*(?:new\s+)?(?:\w+\.)?Router\s*\("
_APPLICATION: Final = lazy_pattern(
    r"\b(?P<name>\w+)\s*(?::[^=;\n]{1,60})?=\s*(?:await\s+)?(?:new\s+)?(?:express|Koa|Hono|[fF]astify|polka|restify\.createServer|connect)\b\s*(?:<[^<>\n]*>)?\s*\("
)
_PLUGIN: Final = lazy_pattern(
    r"(?:\bexport\s+default|\bmodule\.exports\s*=)\s*(?:async\s+)?(?:function\b\s*\w*\s*\(|\()\s*(?:fastify|app|instance|server)\b"
)
_REGISTERED: Final = lazy_pattern(r"\s*(?:\w*[cC]ors\b|(?:require|import)\s*\(\s*[\"']@?fastify[/-]cors)")
_NESTED: Final = lazy_pattern(r"\bregister\s*\(\s*(?:async\s+)?(?:function\b|\([^()]*\)\s*=>|\w+\s*=>)")
_HOOK: Final = lazy_pattern(r"\.\s*addHook\s*\(\s*[\"'](?:onRequest|preParsing)[\"']")
_SERVES: Final = lazy_pattern(r"\.listen\s*\(|\bapp\s*\.\s*(?:get|post|put|patch|delete|use)\s*\(|\bserve\s*\(")
_OF_NEST: Final = lazy_pattern(r"\bNestFactory\.create\s*(?:<[^<>]*>)?\s*\([^;]{0,300}\bcors\s*:\s*(?!false)")
_LISTENS: Final = lazy_pattern(r"\.\s*listen\s*\(|\bserve\s*\(|\bcreateServer\s*\(")
_DEEPEST: Final = 20  # blocks around a layer
_UNDOES: Final = lazy_pattern(
    r"(?i)\b\w+\s*\.\s*(?:removeHeader|removeAllHeaders|remove|unset)\s*\(\s*(?:['\"]access-control|[A-Za-z_$])|\bgetHeaderNames\b|\bremoveAllHeaders\b"
    r"|\bheaders\s*\.\s*delete\s*\(\s*(?:['\"](?:access-control|origin)|[A-Za-z_$])|\bdelete\s+\w+(?:\.\w+)*\.headers\b(?:\.origin|\[['\"]origin)?"
    r"|\b(?:req|request|ctx|context)(?:\.req|\.request)?\.(?:headers\.origin|headers\[['\"]origin['\"]\]|method)\s*=(?!=)"
    r"|\breply\.(?:raw|hijack)\b|\b(?:ctx|context)\.respond\s*=\s*false|\bcreateProxyMiddleware\s*\(|\bcreateProxyServer\b|\bproxy\.web\b|\bhttpProxy\b"
    r"|\b(?:res|response|reply)\s*\.\s*(?:set|setHeader|header|append|setHeaders|headers)\s*\(\s*+(?!['\"`{)])[^,()]*[,)]|\bres\.getHeaders\s*\(\s*\)\s*\["
)
"""What takes a header away, sets one by a name that is not there, changes a request, or answers by itself."""


def around_scripts(text: str) -> list[str]:
    """Doubts of one program: a route or a layer before cors(), a router's own cors(), one that nothing uses."""
    names = {found[1] for found in _MADE.finditer(text)}
    calls = list(all_calls_of(text, USED))
    layers = [call for call in calls if _is_layer(call, names)]
    if not layers:
        return _of_none(text, names)
    undoes = _UNDOES.search(text)
    if undoes is not None:
        return [" ".join(undoes[0].split())[:50]]
    for register in _NESTED.finditer(text):
        inner = balanced(text, text.index("(", register.start()))
        if any(_REGISTERED.match(inner, each.end()) for each in re.finditer(r"\bregister\s*\(", inner)):
            return ["a plugin that is registered inside another"]
    hook = _HOOK.search(text)
    if any(each.name == "register" for each in layers) and _PLUGIN.search(text) is not None:
        return ["a plugin without fastify-plugin, which is for what it registers itself"]
    if layers[0].name == "enableCors" and _OF_NEST.search(text) is not None:
        return ["cors among the settings of NestFactory.create, beside enableCors()"]
    layer = next((each for each in layers if each.name in ("use", "register", "enableCors")), None)
    if layer is None:
        return []
    if layer.name == "register" and hook is not None and hook.start() < layer.at:
        return [f"{' '.join(hook[0].split())}…) before cors"]
    doubts = list(_of_layer(text, layer, names))
    return [each for each in doubts if not isinstance(each, AtPath)][:1] or doubts


def around_function(text: str, begins: int) -> tuple[list[str], str]:
    """Doubts of a program of JavaScript around a function whose block begins at a place, and the path that it is used
    for as it is written ("": all)."""
    names = [name for block, name in blocks_around(text, begins) if block and name]
    for call in all_calls_of(text, USED):
        is_inside = call.at < begins < call.at + len(call.given) + 40 and text.find(call.given, call.at) < begins
        items = list(items_of(call.given)) if is_inside or any(name in call.given for name in names) else []
        if not is_inside and not any(item in names for item in items):
            continue
        path = items[0] if items and PATH.match(items[0]) is not None else ""
        own = [] if call.name in ("use", "all") else [f"{call.of}.{call.name}(…) of one method"]
        rest = [each for each in (items[1:] if path else items) if each not in names and FUNCTION.match(each) is None]
        own += [f"{' '.join(each.split())[:40]} with it" for each in rest if HARMLESS.match(each) is None][:1]
        if re.search(_ROUTER.format(name=re.escape(call.of)), text) is not None:
            own.append(f"{call.of}.{call.name}(…) of a router, which is for its own paths")
        if call.name == "use" and re.search(r"\bnext\s*\(", text) is None:
            own.append("a layer that hands nothing on")
        undoes = _UNDOES.search(text)
        own += [] if undoes is None else [" ".join(undoes[0].split())[:50]]
        try:
            doubts = [*own, *_of_application(text, call), *_in_front(text, call)]
        except NotTold:
            doubts = ["statements that are not told"]
        doubts = [
            each.replace(" before cors()", " in front of it") if not isinstance(each, AtPath) else each
            for each in doubts
        ]
        return [each for each in doubts if not isinstance(each, AtPath)][:1] or doubts, path
    return [], ""


def _of_none(text: str, names: set[str]) -> list[str]:
    """Where nothing uses a layer: doubts of a program that serves."""
    if names and _SERVES.search(text) is not None:
        return [f"{sorted(names)[0]}, which nothing uses for all"]
    alone = re.search(r"(?m)^[^\S\n]*cors\s*\(", text)
    return ["cors(), which nothing uses"] if alone is not None and _SERVES.search(text) is not None else []


def _of_layer(text: str, layer: Call, names: set[str]) -> Iterator[str]:
    if re.search(_ROUTER.format(name=re.escape(layer.of)), text) is not None:
        yield f"{layer.of}.{layer.name}(…) of a router, which is for its own paths"
    yield from _of_application(text, layer)
    if layer.name == "use":
        yield from _of_what_it_is_given(layer, names)
    try:
        yield from _in_front(text, layer)
    except NotTold:
        yield "statements that are not told"


def _of_application(text: str, layer: Call) -> Iterator[str]:
    """Whether the application of the layer is the one that serves."""
    name = re.escape(layer.of)
    applications = {found["name"] for found in _APPLICATION.finditer(text)}
    if layer.of not in applications or len(applications) == 1:
        return
    if re.search(rf"\.\s*(?:use|route|mount|register)\s*\([^()]*(?<![\w.]){name}\s*[,)]", text) is not None:
        yield f"{layer.of}, which is mounted in another"
    elif any(
        re.search(rf"\b{name}\s*\.\s*(?:use|route|mount)\s*\([^()]*\b{other}\s*[,)]", text) for other in applications
    ):
        return
    elif (
        re.search(rf"\b{name}\s*\.\s*listen\b|\b(?:createServer|serve|exports\s*=|default)\s*\(?\s*{name}\b", text)
        is None
    ):
        yield f"{layer.of}.{layer.name}(…), and another application beside it"


def _of_what_it_is_given(layer: Call, names: set[str]) -> Iterator[str]:
    """What stands with the layer in its own call: a path, and what hands on."""
    given = [
        each
        for item in items_of(layer.given)
        for each in (items_of(item[1:-1]) if item[:1] == "[" and "cors" in item else [item])
    ]
    for number, item in enumerate(given):
        if CORS.match(item) is not None or item in names:
            return
        if number == 0 and PATH.match(item) is not None:
            continue
        if item[:1] == "[":
            yield "a list of paths"
        if FUNCTION.match(item) is not None and CORS.search(item) is not None:
            body = body_of(item)
            if (
                re.fullmatch(r"\s*(?:return\s+)?cors\s*\(.*\)\s*\([^()]*\)\s*;?\s*", body, re.DOTALL) is None
                or len(statements(body)) > 1
            ):
                yield "a function around cors()"
            return
        if HARMLESS.match(item) is None:
            yield f"{' '.join(item.split())[:40]} with cors()"


def _in_front(text: str, layer: Call) -> Iterator[str]:
    """What of the statements that run before the layer may answer. Raises `NotTold`."""
    blocks = blocks_around(text, layer.at)
    if len(blocks) > _DEEPEST:
        raise NotTold
    for block, name in blocks:
        begun = text[block : layer.at] if block else text[: layer.at]
        yield from doubts_of_steps(statements(closed(begun)), layer, text)
        if name and not _is_exported(text, name, block):
            called = list(
                re.finditer(
                    rf"(?<![\w$])(?<!function )(?<!async ){re.escape(name)}\s*\((?![^()]*\)\s*(?::[^={{}}\n]*)?\{{)",
                    text,
                )
            )
            if not called and _LISTENS.search(text) is not None:
                yield f"{name}(), which nothing calls"
            for call in called[:1]:
                yield from doubts_of_steps(
                    statements(closed(text[begin_of_block(text, call.start()) : call.start()])), layer, text
                )


def _is_exported(text: str, name: str, block: int) -> bool:
    """Whether another text may call a function."""
    line = text[text.rfind("\n", 0, block) + 1 : block]
    return "export" in line or re.search(rf"\bexports?\b[^;\n]*\b{re.escape(name)}\b", text) is not None


def _is_layer(call: Call, names: set[str]) -> bool:
    if call.name == "enableCors":
        return True
    if CORS.search(call.given) is not None or (call.name == "register" and _REGISTERED.match(call.given)):
        return True
    return any(re.search(rf"(?<![\w.$]){re.escape(name)}\b", call.given) is not None for name in names)


def without_options_behind(text: str) -> str:
    """The text without handlers of OPTIONS behind cors() for all, which answers before them."""
    first = re.search(r"\.use\s*\(\s*cors\s*\(", text)
    if first is None or re.search(r"\bpreflightContinue\s*:\s*true\b", text) is not None:
        return text
    kept, at = [], 0
    for handler in re.finditer(r"\b\w+\s*\.\s*options\s*(?=\()", text):
        if first.start() < handler.start() >= at:
            given = balanced(text, handler.end())
            if CORS.search(given) is None:
                kept.append(text[at : handler.start()])
                at = min(len(text), handler.end() + len(given) + 2)
    return "".join((*kept, text[at:]))
