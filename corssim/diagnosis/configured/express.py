"""The cors package of Express and its relatives, and what other frameworks of JavaScript take from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from ...patterns import lazy_pattern
from .code_values import Names, defined, keys_of, names_of, setting
from .header_rows import expression_of
from .model import REFLECTED, Configured, Grant
from .origin_functions import decided
from .paths import expression_for
from .scan import scalar_of

if TYPE_CHECKING:
    from .model import Part


class Package(NamedTuple):
    """What holds where a setting is left out. `methods` None: that differs by version. `reflects`: with credentials it
    answers everybody with the origin that asks; `takes_stars`: a star in an origin stands for any text; `asks`: what a
    function is given that says by what it returns whom it allows ("": one that calls back). `settings` are those that
    it takes of methods and headers."""

    kind: str
    software: str
    methods: tuple[str, ...] | None
    reflects: bool = False
    takes_stars: bool = False
    stars_headers: bool = False
    asks: Literal["", "origin", "context"] = ""
    settings: tuple[str, ...] = ("methods", "allowedHeaders", "exposedHeaders", "preflightContinue", "strictPreflight")


_OF_HONO: Final = ("allowMethods", "allowHeaders", "exposeHeaders", "keepHeadersOnError")
_USUAL: Final = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")
PACKAGES: Final[tuple[tuple[str, Package], ...]] = (
    (r"enableCors|NestFactory|@nestjs", Package("nestjs", "nestjs", _USUAL)),
    # GET, HEAD and POST since its version 10: https://github.com/fastify/fastify-cors/releases
    (r"\bfastify", Package("fastify", "fastify", None)),
    (r"\bhono\b", Package("hono", "hono", _USUAL, asks="origin", settings=_OF_HONO)),
    # https://github.com/koajs/cors#cors
    (r"@koa|\b[kK]oa\b", Package("koa", "koa", _USUAL, reflects=True, asks="context", settings=_OF_HONO)),
)
CORS: Final = Package("the package cors", "express", _USUAL)
_DECIDES: Final = lazy_pattern(r"(?:async\s+)?(?:function\b|\([^()]*\)\s*(?::[^={}]*)?=>|[A-Za-z_$][\w$]*\s*=>)")
MOST_CALLS: Final = 100
OF_NO_SCRIPT: Final = lazy_pattern(r"(?m)^package \w+|<\?php|\bfunc \w+\(")
"""Of a text in another language, where a call of cors() is one of a function of its own."""


def expression_of_path(path: str, verb: str) -> str:
    """https://expressjs.com/en/guide/routing.html#route-paths"""
    if path.startswith("/"):
        return path[1:-1]
    path = path[1:-1]
    if path in ("", "/", "*", "/*", "(.*)", "/*splat", "{*splat}", "/{*splat}"):
        return "^/?$" if path == "/" and verb != "use" else "^"
    found = expression_for(path.rstrip("/"), one_part=r":\w+", rest=r"\*\w*|\(\.\*\)")
    return found[:-1] + ("(?:/|$)" if verb == "use" else "/?$")


def configured_by(text: str, options: str, of: Package) -> Configured:
    """One call with its options, or with the name of them."""
    changed = _IDENTIFIER.fullmatch(options) and re.search(
        rf"(?<![\w$.]){re.escape(options)}\s*(?:\.\s*\w+|\[[^\[\]]*\])\s*=(?!=)", text
    )
    if changed:
        return Configured(kind=of.kind, software=of.software, grants=(), not_understood=(changed[0],))
    options = defined(text, options)
    software, kind = of.software, of.kind
    if options and options not in ("true", "{}") and not options.startswith("{"):
        return Configured(kind=kind, software=software, grants=(), not_understood=(" ".join(options.split())[:60],))
    if "..." in options:
        spread = options[options.index("...") :].split(",")[0].split("}")[0].strip()
        if not re.search(r"\[[^\[\]]*\.\.\.", options):
            return Configured(kind=kind, software=software, grants=(), not_understood=(spread[:60],))
    if (odd := _not_of(of, options)) is not None:
        return Configured(kind=kind, software=software, grants=(), not_understood=(odd,))
    of_cors = of.software in ("express", "nestjs")
    credentials = defined(text, setting(options, "credentials") or "false")
    origins, fixed = _origins(text, setting(options, "origin"), of, has_credentials=credentials == "true")
    named = setting(options, "methods", "allowMethods")
    methods = names_of(text, named)
    named_none = of_cors and named is not None and defined(text, named) == "[]"
    given = setting(options, "allowedHeaders", "allowHeaders")
    no_headers = () if of_cors else ("[]",)
    headers = names_of(text, None if given in ("undefined", "null", "''", '""', *no_headers) else given)
    if of.software == "hono":  # it joins lists, and fails for a text
        for one in filter(None, (named, given)):
            if not defined(text, one).startswith("["):
                return Configured(kind=kind, software=software, grants=(), not_understood=(f"{one[:40]}, no list,",))
    computed: list[tuple[Part, str]] = []
    computed += [("methods", each) for each in (*methods.computed, *methods.patterns)]
    if not methods.texts and of.methods is None:
        computed.append(("methods", "the version of the package, by its default"))
    computed += [("headers", each) for each in headers.computed]
    computed += [] if credentials in ("true", "false") else [("credentials", credentials[:60])]
    goes_on = setting(options, "preflightContinue")
    status = (setting(options, "optionsSuccessStatus") or "") if not of.asks else ""
    allows_none = of_cors and given is not None and defined(text, given) == "[]"
    any_header = not (headers.texts or headers.computed or allows_none) or (of.stars_headers and "*" in headers.texts)
    grants: tuple[Grant, ...] = ()
    if origins is not None:
        starred = tuple(each for each in origins.texts if of.takes_stars and "*" in each and each != "*")
        grant = Grant(
            where="cors()",
            origins=tuple(each for each in origins.texts if each not in starred),
            patterns=(*origins.patterns, *map(expression_of, starred)),
            credentials=credentials == "true",
            methods=methods.texts or (() if named_none else of.methods) or ("GET", "HEAD", "POST"),
            headers=headers.texts or None,
            any_header=any_header,
            expose=names_of(text, setting(options, "exposedHeaders", "exposeHeaders")).texts or None,
            max_age=scalar_of(options, "maxAge"),
            unknown=origins.computed,
            computed=tuple(computed),
        )
        grants = (grant,)
    return Configured(
        kind=kind,
        software=software,
        grants=grants,
        fixed_origin=fixed,
        preflight_status=None if goes_on not in (None, "false") else int(status) if status.isdecimal() else 204,
    )


def _not_of(of: Package, options: str) -> str | None:
    """A setting that may be of another package, that is there twice, or is a function by its own name."""
    keys = keys_of(options)
    if keys is None:
        return "an object that is not only names and values"
    taken = ("origin", "credentials", *of.settings)
    odd = [key for key in keys if key not in taken and _OF_OTHERS.search(key) is not None]
    odd += [key for key in taken if keys.count(key) > 1]
    return odd[0] if odd else None


_OF_OTHERS: Final = lazy_pattern(
    r"(?i)origin|method|header|credential|preflight$|preflight(?:ed|Continue)|enabled?$|delegator"
)


def _origins(text: str, given: str | None, of: Package, *, has_credentials: bool) -> tuple[Names | None, bool]:
    """Whom a setting allows, and whether that is sent whoever asks; None where it turns CORS off."""
    value = "" if given is None else defined(text, given)
    if given is None:
        return Names((REFLECTED if of.reflects and has_credentials else "*",)), False
    if (value == "false" and not of.asks) or (value in _OFF and of.software in ("express", "nestjs")):
        return None, False
    if value == "true" and not of.asks:
        return Names((REFLECTED,)), False
    if _DECIDES.match(value) is not None or (
        _IDENTIFIER.fullmatch(value) is not None and re.search(rf"\bfunction\s+{re.escape(value)}\b", text)
    ):
        return decided(text, value, asks=of.asks), False
    if of.asks and (value[:1] not in ("'", '"', "`", "[") or len(value) < 3):
        return Names(computed=(f"{given[:40]}, which is no text,",)), False
    names = names_of(text, given)
    is_list = value.startswith("[")
    if "*" in names.texts and is_list and of.software == "fastify":
        return Names(computed=("the version of the package, of `*` in a list,",)), False
    if "*" in names.texts and is_list:
        # In a list it is a text as any other, which is no page's origin.
        names = names if of.takes_stars else names._replace(texts=tuple(each for each in names.texts if each != "*"))
        if not names.texts and not names.computed and not names.patterns:
            names = Names(("(*)",))
    if len(names.texts) == 1 and "*" in names.texts and of.reflects and has_credentials:
        names = Names(computed=("the version of the package, of `*` with credentials,",))
    if "," in value and not is_list and names.texts:
        names = Names((value[1:-1],))
    if is_list and of.reflects:
        names = Names(computed=("a list, which it does not take,",))
    return names, not is_list and not names.patterns


_OFF: Final = ("undefined", "null", "''", '""', "0")
"""https://github.com/expressjs/cors/blob/master/lib/index.js: what is not true turns it off."""
_IDENTIFIER: Final = lazy_pattern(r"[A-Za-z_$][\w$]*")
