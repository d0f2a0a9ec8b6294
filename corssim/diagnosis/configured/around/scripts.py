"""JavaScript: what runs before cors(), and layers that are for some routes alone or for none."""

from __future__ import annotations

import re
from typing import Final

from ....patterns import lazy_pattern
from ..scan import balanced
from .chain import Call, calls_of

_VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "all", "route", "options", "head"})
_USED: Final = _VERBS | {"use", "register"}
_CORS: Final = lazy_pattern(r"(?<![\w.$])cors\s*\(")
_MADE: Final = lazy_pattern(r"\b(?:const|let|var)\s+(\w+)\s*(?::[^=;\n]{1,60})?=\s*cors\s*\(")
_ROUTER: Final = r"\b(?:const|let|var)\s+{name}\b[^=;\n]{{0,60}}=\s*(?:new\s+)?(?:\w+\.)?Router\s*\("
_NESTED: Final = lazy_pattern(r"\bregister\s*\(\s*(?:async\s+)?(?:function\b|\([^()]*\)\s*=>|\w+\s*=>)")
_PLUGIN: Final = lazy_pattern(
    r"(?:\bexport\s+default|\bmodule\.exports\s*=)\s*(?:async\s+)?(?:function\b\s*\w*\s*\(|\()\s*(?:fastify|app|instance|server)\b"
)
_REGISTERED: Final = lazy_pattern(r"\s*(?:\w*[cC]ors\b|(?:require|import)\s*\(\s*[\"']@?fastify[/-]cors)")
_HOOK: Final = lazy_pattern(r"\.\s*addHook\s*\(\s*[\"'](?:onRequest|preParsing)[\"']")
_SERVES: Final = lazy_pattern(r"\.listen\s*\(|\bapp\s*\.\s*(?:get|post|put|patch|delete|use)\s*\(")
_FUNCTION: Final = lazy_pattern(r"(?:async\s+)?(?:function\b|\([^()]*\)\s*(?::[^={}]{1,40})?=>|\w+\s*=>)")
_HANDS_ON: Final = lazy_pattern(r"\bnext\s*\(")
_ANSWERS: Final = lazy_pattern(
    r"(?i)\bres\w*\s*\.\s*(?:status|send|json|end|redirect|writeHead|render|sendStatus|sendFile)\b|\bctx\.(?:throw|status|body|redirect)\b"
    r"|\bthrow\b|access-control-|\bnext\s*\(\s*[^()\s]"
)
_HARMLESS: Final = lazy_pattern(
    r"(?:await\s+)?(?:express|bodyParser|parser)\s*\.\s*(?:json|urlencoded|text|raw|static)\b"
    r"|(?:express\s*)?\w{0,20}(?:[lL]ogg(?:er|ing)|[mM]organ|[hH]elmet|[cC]ompress(?:ion)?|[cC]ookieParser|[sS]ession|[bB]odyParser"
    r"|[rR]ate_?[lL]imit(?:er)?|[lL]imiter|[fF]avicon|[hH]pp|[xX]ss\w*|[sS]anitiz\w+|[fF]lash|[mM]ethodOverride|[fF]ileUpload"
    r"|[rR]esponseTime|[rR]equestId|[uU]seragent|[tT]racing|[pP]ino\w*|[sS]erveStatic|[cC]spNonce|[jJ]son|etag|conditional)\b"
    r"|passport\s*\.\s*(?:initialize|session)\b|Sentry\b|morgan\b|logger\b|cors\b|secureHeaders\b|timing\b|prettyJSON\b"
)
"""What hands every request on, an OPTIONS too."""


def around_scripts(text: str) -> list[str]:
    """Doubts of one program: a route or a layer before cors(), a router's own cors(), one that nothing uses."""
    calls = list(calls_of(text, _USED))
    names = {found[1] for found in _MADE.finditer(text)}
    layers = [call for call in calls if _is_layer(call, names)]
    if names and not layers and _SERVES.search(text) is not None:
        return [f"{sorted(names)[0]}, which nothing uses for all"]
    for register in _NESTED.finditer(text):
        inner = balanced(text, text.index("(", register.start()))
        if re.search(r"\bregister\s*\(\s*\w*[cC]ors\b", inner) is not None:
            return ["a plugin that is registered inside another"]
    hook = _HOOK.search(text)
    if any(each.name == "register" for each in layers) and _PLUGIN.search(text) is not None:
        return ["a plugin without fastify-plugin, which is for what it registers itself"]
    for layer in layers:
        if layer.name == "register" and hook is not None and hook.start() < layer.at:
            return [f"{' '.join(hook[0].split())}…) before cors"]
        if layer.name not in ("use", "register"):
            continue
        if re.search(_ROUTER.format(name=re.escape(layer.of)), text) is not None:
            return [f"{layer.of}.{layer.name}(…) of a router, which is for its own paths"]
        for call in calls:
            if call.at >= layer.at:
                break
            if call.of == layer.of and call not in layers and _may_answer(call, text):
                return [f"{call.of}.{call.name}({' '.join(call.given.split())[:40]}…) before cors()"]
        break
    return []


def without_options_behind(text: str) -> str:
    """The text without handlers of OPTIONS behind cors() for all, which answers before them."""
    first = re.search(r"\.use\s*\(\s*cors\s*\(", text)
    if first is None or re.search(r"\bpreflightContinue\s*:\s*true\b", text) is not None:
        return text
    kept, at = [], 0
    for handler in re.finditer(r"\b\w+\s*\.\s*options\s*(?=\()", text):
        if first.start() < handler.start() >= at:
            given = balanced(text, handler.end())
            if _CORS.search(given) is None:
                kept.append(text[at : handler.start()])
                at = min(len(text), handler.end() + len(given) + 2)
    return "".join((*kept, text[at:]))


def _is_layer(call: Call, names: set[str]) -> bool:
    if _CORS.search(call.given) is not None or (call.name == "register" and _REGISTERED.match(call.given)):
        return True
    return any(re.search(rf"(?<![\w.$]){re.escape(name)}\b", call.given) is not None for name in names)


def _may_answer(call: Call, text: str) -> bool:
    """Whether a layer may answer what comes to it, or is a route."""
    given = call.given.strip()
    if call.name in ("options", "head"):
        return False
    if call.name in _VERBS:
        return "," in given or call.name == "route"
    if call.name == "register":
        return False  # fastify's hooks of cors run for what is registered before it as well
    if _FUNCTION.match(given) is not None:
        return _ANSWERS.search(given) is not None or _HANDS_ON.search(given) is None
    if _HARMLESS.match(given) is not None:
        return False
    named = re.fullmatch(r"\w+", given)
    if named is not None:
        made = re.search(
            rf"\bfunction\s+{named[0]}\s*\([^()]*\)\s*\{{|\b{named[0]}\s*=\s*(?:async\s*)?\([^()]*\)\s*=>\s*\{{", text
        )
        if made is not None:
            body = balanced(text, made.end() - 1)
            return _ANSWERS.search(body) is not None or _HANDS_ON.search(body) is None
    return True
