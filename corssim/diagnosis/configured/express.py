"""The cors package of Express and its relatives, and what other frameworks of JavaScript take from it."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from .model import Configured, Grant
from .scan import balanced, flag_of, list_of, scalar_of, strings_in, without_comments

_NEAR: Final = 200  # characters before a call, in which it is told whether it is one
_DECIDES: Final = lazy_pattern(r"(?:async\s+)?(?:function\b|\([^()]*\)\s*=>|[A-Za-z_$][\w$]*\s*=>)")
_ORIGIN: Final = lazy_pattern(r"[a-z][a-z0-9+.-]*://[^/\s\"']+")


def read_express(text: str) -> Configured | None:
    """https://expressjs.com/en/resources/middleware/cors.html ; None where no such package is called."""
    text = without_comments(text)
    call = re.search(r"\b(?:cors|enableCors)\s*\(", text) if re.search(r"cors", text, re.IGNORECASE) else None
    for found in re.finditer(r"\b(?:cors|enableCors)\s*\(", text):
        before = text[max(0, found.start() - _NEAR) : found.start()].rstrip()
        if not before.endswith(("require", "from", "import")):
            call = found
    if call is None:
        return None
    options = balanced(text, call.end() - 1).strip()
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
        origins = tuple(strings_in(inner))
        patterns = tuple(re.findall(r"/((?:[^/\\\n]|\\.)+)/[a-z]*", re.sub(r"\"[^\"]*\"|'[^']*'", "", inner)))
    elif value.startswith(('"', "'", "`")):
        origins, fixed = tuple(strings_in(value)[:1]), True
    elif value.startswith("/"):
        origins, patterns = (), tuple(re.findall(r"^/((?:[^/\\\n]|\\.)+)/", value))
    elif decided and (named := tuple(each for each in strings_in(text) if _ORIGIN.fullmatch(each))):
        origins = named  # a function decides, by a list that the text has
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


def _defined(text: str, value: str) -> str:
    """A name's value, where the text has it."""
    name = re.match(r"([A-Za-z_$][\w$]*)\s*(?=[,}\n]|$)", value)
    if name is None or name[1] in ("true", "false"):
        return value
    assigned = re.search(rf"\b(?:const|let|var)\s+{re.escape(name[1])}\b\s*(?::[^=]+)?=\s*", text)
    if assigned is None:
        return f"function {name[1]}" if re.search(rf"\bfunction\s+{re.escape(name[1])}\b", text) else value
    return text[assigned.end() :]
