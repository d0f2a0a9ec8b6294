"""JavaScript's statements in front of a layer: which of them hand on whatever comes, an OPTIONS too.

What is harmless stands here: statements that do not name the application, settings of it, layers that are listed, and
functions of the text's own whose statements are harmless. Any other one may answer.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..code_values import items_of
from ..express import expression_of_path
from ..scan import balanced
from ..statements import NotTold, Statement, statements
from .at_path import AtPath
from .blocks import FUNCTION, body_of, without_texts
from .chain import all_calls_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .chain import Call

VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "all", "route", "options", "head"})
USED: Final = VERBS | {"use", "register", "enableCors"}
CORS: Final = lazy_pattern(r"(?<![\w.$])(?:cors|require\(\s*['\"]cors['\"]\s*\))\s*\(")
PATH: Final = lazy_pattern(r"[\"'`/]")
HARMLESS: Final = lazy_pattern(
    r"(?:await\s+)?(?:express|bodyParser|parser)\s*\.\s*(?:json|urlencoded|text|raw|static)\b"
    r"|(?:express\s*)?\w{0,20}(?:[lL]ogg(?:er|ing)|[mM]organ|[hH]elmet|[cC]ompress(?:ion)?|[cC]ookieParser|[sS]ession|[bB]odyParser|koaBody"
    r"|[rR]ate_?[lL]imit(?:er)?|[lL]imiter|[fF]avicon|[hH]pp|[xX]ss\w*|[sS]anitiz\w+|[fF]lash|[mM]ethodOverride|[fF]ileUpload"
    r"|[rR]esponseTime|[rR]equestId|[uU]seragent|[tT]racing|[pP]ino\w*|[sS]erveStatic|[cC]spNonce|[jJ]son|etag|conditional)\b"
    r"|passport\s*\.\s*(?:initialize|session)\b|Sentry\b|morgan\b|logger\b|cors\b|secureHeaders\b|timing\b|prettyJSON\b"
)
"""What hands every request on, an OPTIONS too."""
_SETS_UP: Final = frozenset(
    [
        "set",
        "disable",
        "enable",
        "engine",
        "listen",
        "on",
        "once",
        "locals",
        "param",
        "close",
        "ready",
        "after",
        "log",
        "address",
        "setErrorHandler",
        "decorate",
        "decorateRequest",
        "decorateReply",
        "addContentTypeParser",
        "addSchema",
        "setGlobalPrefix",
        "useGlobalPipes",
        "useGlobalFilters",
        "useGlobalInterceptors",
        "useLogger",
        "useStaticAssets",
        "setViewEngine",
        "setBaseViewsDir",
        "enableVersioning",
        "enableShutdownHooks",
        "useWebSocketAdapter",
        "select",
        "resolve",
        "init",
        "connectMicroservice",
        "startAllMicroservices",
        "getUrl",
        "getHttpAdapter",
        "setValidatorCompiler",
        "setSerializerCompiler",
        "keys",
        "proxy",
        "callback",
        "register",
        "addHook",
        "route",
        "head",
        "setNotFoundHandler",
    ]
)
"""Methods of an application that answer nothing before a layer that is used later."""
_GIVEN_TO: Final = lazy_pattern(
    r"\b(?:createServer|Server|listen|serve|expressWs|enableWs|SwaggerModule\.\w+|createDocument|create|require|supertest|request|log|default|exports)\s*\(?"
    r"[^()]*$|[=,:{\[]\s*$|\bexport\b[^;]*$|\breturn\s*$"
)
_OF_MIDDLEWARE: Final = lazy_pattern(
    r"(?:await\s+)?(?:return\s+)?(?:await\s+)?next\s*\(\s*\)|(?:console|logger|log|winston|morgan)\s*(?:\.\s*\w+)*\s*\(.*\)"
    r"|(?:const|let|var)\s+[^;]*|(?:req|request|res|response|ctx|context)\s*\.\s*(?!method\b|url\b|headers?\b|path\b|body\b|status\b|statusCode\b|set\b|type\b)\w+(?:\.\w+)*\s*=(?!=).*"
    r"|res\w*\s*\.\s*(?:on|once)\s*\(.*\)"
    r"|(?:res|response|ctx|context)\s*\.\s*(?:setHeader|set|header|append|vary|removeHeader)\s*\(\s*['\"](?!access-control|origin)[\w-]+['\"].*\)|return|",
    re.DOTALL | re.IGNORECASE,
)
"""The statements of a layer that hands on: it calls the next one, logs, keeps values, and sets other headers."""
_DECLARES: Final = lazy_pattern(
    r"(?:export\s+)?(?:default\s+)?(?:async\s+)?function\b|class\b|import\b|interface\b|type\b"
)
_CALLS_NEXT: Final = lazy_pattern(r"\bnext\s*\(\s*\)")


def doubts_of_steps(steps: Sequence[Statement], layer: Call, text: str) -> Iterator[str]:
    for step in steps:
        if step.condition is not None or step.head is not None:
            yield from doubts_of_steps((*step.body, *step.other), layer, text)
        else:
            yield from _of_step(step.text, layer, text)


def _of_step(step: str, layer: Call, text: str) -> Iterator[str]:
    """Whether a statement in front of the layer hands on, as far as it is about its application."""
    name = rf"(?<![\w$]){re.escape(layer.of)}(?![\w$])"
    if _DECLARES.match(step) is not None:
        return
    bare = without_texts(step)
    yield from _of_called(bare, layer, text)
    if re.search(name, bare) is None:
        return
    for call in all_calls_of(step, USED):
        if call.of == layer.of and call.name not in ("register", "enableCors") and _may_answer(call, text):
            told = f"{call.of}.{call.name}({' '.join(call.given.split())[:40]}…) before cors()"
            route = _ROUTE.match(call.given)
            yield (
                told if route is None or call.name == "route" else AtPath(told, expression_of_path(route[1], call.name))
            )
    for found in re.finditer(name, bare):
        member = _OF_MEMBER.match(bare, found.end())
        if member is not None:
            if member[1] not in _SETS_UP and member[1] not in USED:
                yield f"{layer.of}.{member[1]} before cors()"
        elif _ASSIGNED.match(bare, found.end()) is None and _GIVEN_TO.search(bare[: found.start()]) is None:
            yield f"{' '.join(step.split())[:50]} before cors()"


def _of_called(step: str, layer: Call, text: str) -> Iterator[str]:
    """Routes of functions of the text's own that a statement calls."""
    for called in islice(_CALLED.finditer(step), _MOST):
        name = re.escape(called[1])
        made = re.search(rf"(?<![\w$.])(?:function\s+)?{name}\s*\([^(){{}}]*\)\s*(?::[^{{}}=;]{{1,40}})?\{{", text)
        body = "" if made is None else balanced(text, made.end() - 1)
        for call in all_calls_of(body, USED):
            if call.of == layer.of and _may_answer(call, text) and CORS.search(body) is None:
                yield f"{called[1]}(), with {call.of}.{call.name}(…), before cors()"
                return


_CALLED: Final = lazy_pattern(r"(?:^|[\s;]|\bthis\.)([A-Za-z_$][\w$]*)\s*\(")
_MOST: Final = 20
_ROUTE: Final = lazy_pattern(r"\s*((['\"`])/[\w/.-]*\2)\s*,")
"""A route of one path, that is for no other."""
_OF_MEMBER: Final = lazy_pattern(r"\s*(?:\?\.|\.)\s*(\w+)")
_ASSIGNED: Final = lazy_pattern(r"\s*(?::[^=;]{1,60})?=(?!=)")


def _may_answer(call: Call, text: str) -> bool:
    """Whether a layer may answer what comes to it, or is a route."""
    given = list(items_of(call.given))
    if call.name in VERBS:
        return call.name == "route" or (len(given) > 1 and not any(map(CORS.match, given)))
    if given and PATH.match(given[0]) is not None:
        given = given[1:]
        if not given:
            return False
    return any(_answers(each, text) for each in given)


def _answers(given: str, text: str) -> bool:
    """Whether what is used may answer, by its name or by its statements."""
    if CORS.match(given) is not None:
        return False
    if FUNCTION.match(given) is not None:
        return not _hands_on(given)
    if HARMLESS.match(given) is not None:
        return False
    if re.fullmatch(r"\w+", given) is None:
        return True
    function = rf"\bfunction\s+{given}\s*\([^()]*\)\s*(?::[^{{}}=]{{1,40}})?\{{"
    assigned = rf"\b{given}\s*(?::[^=;\n]{{1,60}})?=\s*(?=(?:async\s*)?(?:function\b|\())"
    made = re.search(f"{function}|{assigned}", text)
    if made is None:
        return True
    return not _hands_on(text[made.start() :] if made[0].startswith("function") else text[made.end() :])


def _hands_on(function: str) -> bool:
    """Whether a function hands every request on as it is: each of its statements is one that does nothing else."""
    body = body_of(function)
    try:
        steps = statements(body)
    except NotTold:
        return False
    return any(_CALLS_NEXT.search(step.text) and step.condition is None for step in steps) and _are_harmless(steps)


def _are_harmless(steps: Sequence[Statement]) -> bool:
    return all(
        _are_harmless((*step.body, *step.other))
        and (step.condition is None or re.search(r"\bnext\s*\(|=(?![=>])", step.condition) is None)
        if step.condition is not None
        else step.head is None and _OF_MIDDLEWARE.fullmatch(step.text.strip()) is not None
        for step in steps
    )
