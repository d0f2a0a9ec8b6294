"""The cors package of Express and its relatives, and what other frameworks of JavaScript take from it."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ...patterns import lazy_pattern
from ...records import replace
from .model import Configured, Grant
from .paths import Place, by_path, expression_for
from .scan import balanced, flag_of, list_of, scalar_of, strings_in, without_comments

_NEAR: Final = 200  # characters before a call, in which it is told whether it is one
_DECIDES: Final = lazy_pattern(r"(?:async\s+)?(?:function\b|\([^()]*\)\s*=>|[A-Za-z_$][\w$]*\s*=>)")
_ORIGIN: Final = lazy_pattern(r"[a-z][a-z0-9+.-]*://[^/\s\"']+")


_CALL: Final = lazy_pattern(
    r"\b(?:cors|enableCors|register(?=\s*\(\s*(?:\w*[cC]ors\w*|require\([\"']@fastify/cors[\"']\))\s*[,)]))\s*\("
)
_MOST_CALLS: Final = 100
# app.use('/api', …cors( : the path may be an expression, and other handlers may stand in front.
_IN_A_CHAIN: Final = lazy_pattern(
    r"\.(?P<verb>use|all|options|get|head|post|put|patch|delete)\s*\(\s*"
    r"(?:(?P<path>\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|/(?:[^/\\\n]|\\.)+/)\s*,\s*)?(?:[\w.]+\s*,\s*)*$"
)


def read_express(text: str) -> Configured | None:
    """https://expressjs.com/en/resources/middleware/cors.html ; None where no such package is called."""
    text = without_comments(text)
    places: list[tuple[str, str, Configured]] = []
    for call in islice(_CALL.finditer(text), _MOST_CALLS):
        before = text[max(0, call.start() - _NEAR) : call.start()].rstrip()
        if before.endswith(("require", "from", "import", "function")):
            continue
        chain = _IN_A_CHAIN.search(before)
        verb = "use" if chain is None else chain["verb"]
        path = _expression_of(chain["path"] or "", verb) if chain is not None else "^"
        places.append((verb, path, _configured(text, balanced(text, call.end() - 1).strip())))
    if not places:
        return None
    if all(verb == "use" and path == "^" for verb, path, _ in places):
        return places[-1][2]
    return _by_order(places)


def _expression_of(path: str, verb: str) -> str:
    """https://expressjs.com/en/guide/routing.html#route-paths"""
    if path.startswith("/"):
        return path[1:-1]
    path = path[1:-1]
    if path in ("", "/", "*", "/*", "(.*)", "/*splat", "{*splat}", "/{*splat}"):
        return "^/?$" if path == "/" and verb != "use" else "^"
    found = expression_for(path.rstrip("/"), one_part=r":\w+", rest=r"\*\w*|\(\.\*\)")
    return found[:-1] + ("(?:/|$)" if verb == "use" else "/?$")


def _by_order(places: list[tuple[str, str, Configured]]) -> Configured:
    """For a path: a preflight is answered by the first that takes OPTIONS, another request by all, the last one's
    headers being kept."""
    by_path_and_verb = list(dict.fromkeys(path for _, path, _ in places))

    def counting(path: str) -> tuple[Grant, ...]:
        fit = [(verb, each) for verb, other, each in places if other in ("^", path)]
        preflights = next((each for verb, each in fit if verb in ("use", "all", "options")), None)
        requests = next((each for verb, each in reversed(fit) if verb != "options"), None)
        if preflights is requests and preflights is not None:
            return preflights.grants
        found: list[Grant] = []
        for on, each in (("preflights", preflights), ("requests", requests)):
            found += [replace(grant, on=on) for grant in ([] if each is None else each.grants)]
        return tuple(found)

    ordered = sorted(by_path_and_verb, key=lambda path: path == "^")
    everywhere = replace(
        places[-1][2], grants=tuple(dict.fromkeys(each for path in ordered for each in counting(path)))
    )
    where = [Place(path, counting(path)) for path in ordered]
    if [place.pattern for place in where] == ["^"]:
        return everywhere
    return by_path(everywhere, where)


def _configured(text: str, options: str) -> Configured:
    """One call with its options, or with the name of them."""
    if re.fullmatch(r"\w+", options):
        assigned = re.search(rf"\b{options}\b\s*(?::[^=]+)?=\s*\{{", text)
        options = balanced(text, assigned.end() - 1) if assigned else ""
    given_origin = re.search(r"(?:^|[{,\s])[\"']?origin[\"']?\s*:\s*", options)
    value = _defined(text, options[given_origin.end() :]) if given_origin else ""
    decided = _DECIDES.match(value) is not None
    unknown: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    fixed = False
    if given_origin is None or value[:3].strip("'\"") == "*" or value[:3] in ("'*'", '"*"'):
        origins: tuple[str, ...] = ("*",)
    elif value.startswith("true"):
        origins = ("{origin}",)
    elif value.startswith("["):
        inner = balanced(value, 0)
        origins = tuple(each for each in strings_in(inner) if "${" not in each)
        unknown = _computed(inner)
        patterns = tuple(re.findall(r"/((?:[^/\\\n]|\\.)+)/[a-z]*", re.sub(r"\"[^\"]*\"|'[^']*'", "", inner)))
    elif value.startswith(('"', "'", "`")):
        named = tuple(strings_in(value)[:1])
        unknown = named if "${" in "".join(named) else ()
        origins, fixed = (() if unknown else named), True
    elif value.startswith("/"):
        origins, patterns = (), tuple(re.findall(r"^/((?:[^/\\\n]|\\.)+)/", value))
    elif decided and (of_the_text := tuple(each for each in strings_in(text) if _ORIGIN.fullmatch(each))):
        origins = of_the_text  # a function decides, by a list that the text has
    else:
        origins, unknown = (), (value.split("\n")[0].split(",")[0][:60],)
    headers = list_of(options, "allowedHeaders", "allowHeaders")
    grant = Grant(
        where="cors()",
        origins=origins,
        patterns=patterns,
        credentials=flag_of(options, "credentials"),
        methods=list_of(options, "methods", "allowMethods") or ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"),
        headers=headers,
        any_header=headers is None,
        expose=list_of(options, "exposedHeaders", "exposeHeaders"),
        max_age=scalar_of(options, "maxAge"),
        unknown=unknown,
    )
    kinds = (("fastify", "fastify"), ("hono", "hono"), ("@koa", "koa"), ("enableCors", "nestjs"))
    software = next((name for sign, name in kinds if sign in text), "express")
    return Configured(
        kind="the package cors" if software == "express" else software,
        software=software,
        grants=(grant,),
        fixed_origin=fixed,
        notes=("A function decides which origins are allowed; taken to be those that the text names.",)
        if decided and origins
        else (),
    )


def _computed(items: str) -> tuple[str, ...]:
    """The items of a list that are no text: names, calls, texts with names in them."""
    parts = (part.strip() for part in re.split(r",(?![^()]*\))", items))
    return tuple(part[:60] for part in parts if part and ("${" in part or part[0] not in "\"'`/"))


def _defined(text: str, value: str) -> str:
    """A name's value, where the text has it."""
    name = re.match(r"([A-Za-z_$][\w$]*)\s*(?=[,}\n]|$)", value)
    if name is None or name[1] in ("true", "false"):
        return value
    assigned = re.search(rf"\b(?:const|let|var)\s+{re.escape(name[1])}\b\s*(?::[^=]+)?=\s*", text)
    if assigned is None:
        return f"function {name[1]}" if re.search(rf"\bfunction\s+{re.escape(name[1])}\b", text) else value
    return text[assigned.end() :]
