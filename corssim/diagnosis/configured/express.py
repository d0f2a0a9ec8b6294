"""The cors package of Express and its relatives, and what other frameworks of JavaScript take from it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ...patterns import lazy_pattern
from ...records import replace
from .code_values import Names, defined, keys_of, names_of, setting
from .header_rows import expression_of
from .model import REFLECTED, Configured, Grant
from .paths import Place, by_path, expression_for
from .scan import balanced, scalar_of, without_comments

if TYPE_CHECKING:
    from .model import Part


class Package(NamedTuple):
    """What holds where a setting is left out. `methods` None: that differs by version. `reflects`: with credentials it
    answers everybody with the origin that asks; `takes_stars`: a star in an origin stands for any text. `settings` are
    those that it takes of methods and headers."""

    kind: str
    software: str
    methods: tuple[str, ...] | None
    reflects: bool = False
    takes_stars: bool = False
    stars_headers: bool = False
    settings: tuple[str, ...] = ("methods", "allowedHeaders", "exposedHeaders", "preflightContinue", "strictPreflight")


_OF_HONO: Final = ("allowMethods", "allowHeaders", "exposeHeaders", "keepHeadersOnError")
_USUAL: Final = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")
PACKAGES: Final[tuple[tuple[str, Package], ...]] = (
    (r"enableCors|NestFactory|@nestjs", Package("nestjs", "nestjs", _USUAL)),
    # GET, HEAD and POST since its version 10: https://github.com/fastify/fastify-cors/releases
    (r"\bfastify", Package("fastify", "fastify", None)),
    (r"\bhono\b", Package("hono", "hono", _USUAL, settings=_OF_HONO)),
    # https://github.com/koajs/cors#cors
    (r"@koa|\b[kK]oa\b", Package("koa", "koa", _USUAL, reflects=True, settings=_OF_HONO)),
)
CORS: Final = Package("the package cors", "express", _USUAL)
_NEAR: Final = 200  # characters before a call, in which it is told whether it is one
_DECIDES: Final = lazy_pattern(r"(?:async\s+)?(?:function\b|\([^()]*\)\s*(?::[^={}]*)?=>|[A-Za-z_$][\w$]*\s*=>)")
_CALL: Final = lazy_pattern(
    r"\b(?:cors|enableCors|register(?=\s*\(\s*(?:\w*[cC]ors\w*|require\([\"']@?fastify[/-]cors[\"']\)|import\([\"']@fastify/cors[\"']\))\s*[,)]))\s*\("
)
MOST_CALLS: Final = 100
_NO_CALL: Final = ("require", "from", "import", "function", "func", "def", "fun", "fn", "void")
# app.use('/api', …cors( : the path may be an expression, and other handlers may stand in front.
_IN_A_CHAIN: Final = lazy_pattern(
    r"\.(?P<verb>use|all|options|get|head|post|put|patch|delete)\s*\(\s*"
    r"(?:(?P<path>\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|/(?:[^/\\\n]|\\.)+/)\s*,\s*)?(?:[\w.]+\s*,\s*)*$"
)


def read_express(text: str) -> Configured | None:
    """https://expressjs.com/en/resources/middleware/cors.html ; None where no such package is called."""
    text = without_comments(text)
    of = next((package for sign, package in PACKAGES if re.search(sign, text)), CORS)
    places: list[tuple[str, str, Configured]] = []
    for call in islice(_CALL.finditer(text), MOST_CALLS):
        before = text[max(0, call.start() - _NEAR) : call.start()].rstrip()
        if before.endswith(_NO_CALL):
            continue
        chain = _IN_A_CHAIN.search(before)
        verb = "use" if chain is None else chain["verb"]
        path = _expression_of(chain["path"] or "", verb) if chain is not None else "^"
        options = balanced(text, call.end() - 1).strip()
        if call[0].startswith("register"):
            options = options.partition(",")[2].strip() if "," in options else ""
        places.append((verb, path, configured_by(text, options, of)))
    if not places:
        return None
    if all(verb == "use" and path == "^" for verb, path, _ in places):
        if len(places) > 1 and len({each.grants for _, _, each in places}) > 1:
            return replace(places[-1][2], not_understood=("more than one call of cors()",))
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


def configured_by(text: str, options: str, of: Package) -> Configured:
    """One call with its options, or with the name of them."""
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
    credentials = defined(text, setting(options, "credentials") or "false")
    origins, fixed = _origins(text, setting(options, "origin"), of, has_credentials=credentials == "true")
    methods = names_of(text, setting(options, "methods", "allowMethods"))
    given = setting(options, "allowedHeaders", "allowHeaders")
    headers = names_of(text, None if given in ("undefined", "null", "[]") else given)
    computed: list[tuple[Part, str]] = []
    computed += [("methods", each) for each in (*methods.computed, *methods.patterns)]
    if not methods.texts and of.methods is None:
        computed.append(("methods", "the version of the package, by its default"))
    computed += [("headers", each) for each in headers.computed]
    computed += [] if credentials in ("true", "false") else [("credentials", credentials[:60])]
    goes_on = setting(options, "preflightContinue")
    any_header = not (headers.texts or headers.computed) or (of.stars_headers and "*" in headers.texts)
    grants: tuple[Grant, ...] = ()
    if origins is not None:
        starred = tuple(each for each in origins.texts if of.takes_stars and "*" in each and each != "*")
        grant = Grant(
            where="cors()",
            origins=tuple(each for each in origins.texts if each not in starred),
            patterns=(*origins.patterns, *map(expression_of, starred)),
            credentials=credentials == "true",
            methods=tuple(each.upper() for each in methods.texts) or of.methods or ("GET", "HEAD", "POST"),
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
        preflight_status=204 if goes_on in (None, "false") else None,
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


_OF_OTHERS: Final = lazy_pattern(r"(?i)origin|method|header|credential|preflight$|preflight(?:ed|Continue)|enabled?$")


def _origins(text: str, given: str | None, of: Package, *, has_credentials: bool) -> tuple[Names | None, bool]:
    """Whom a setting allows, and whether that is sent whoever asks; None where it turns CORS off."""
    value = "" if given is None else defined(text, given)
    if given is None or value == "undefined":
        return Names((REFLECTED if of.reflects and has_credentials else "*",)), False
    if value == "false":
        return None, False
    if value == "true":
        return Names((REFLECTED,)), False
    if _DECIDES.match(value) is not None or (
        _IDENTIFIER.fullmatch(value) is not None and re.search(rf"\bfunction\s+{re.escape(value)}\b", text)
    ):
        return _decided(text, value), False
    names = names_of(text, given)
    is_list = value.startswith("[")
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


def _decided(text: str, function: str) -> Names:
    """Those whom a function lets pass, where it asks whether the origin is on a list that the text has, and nothing
    else; or lets everybody pass."""
    if _IDENTIFIER.fullmatch(function) is not None:
        named = re.search(rf"\bfunction\s+{re.escape(function)}\s*\([^()]*\)[^{{}}]{{0,80}}\{{", text)
        if named is None:
            return Names(computed=(f"the function {function}",))
        function = balanced(text, named.end() - 1)
    body = _WITHOUT_ORIGIN.sub("", function)
    if _LETS_ALL_PASS.search(body) is not None and _REFUSES.search(body) is None:
        return Names((REFLECTED,))
    passes = len(_PASSES.findall(body))
    asked = _ON_A_LIST.findall(body)
    if not asked and passes == 1 and _BRANCHES.search(body) is None:
        return Names((REFLECTED,))
    if len(asked) == 1 and passes <= 1 and _ASKS_MORE.search(_ON_A_LIST.sub("", body)) is None:
        names = names_of(text if function in text else body, asked[0])
        if names.texts and not names.patterns:
            return names
    return Names(computed=("a function",))


_IDENTIFIER: Final = lazy_pattern(r"[A-Za-z_$][\w$]*")
_WITHOUT_ORIGIN: Final = lazy_pattern(
    r"\bif\s*\(\s*(?:!\s*\w+|\w+\s*={2,3}\s*undefined)\s*\)\s*(?:\{[^{}]*\}|[^;\n]*;?)|!\s*\w*[oO]rigin\w*\s*\|\||\|\|\s*!\s*\w*[oO]rigin\w*"
)
_LETS_ALL_PASS: Final = lazy_pattern(r"[;{}]\s*(?:return\s+)?\w+\s*\(\s*null\s*,\s*true\s*\)\s*;?\s*\}?\s*\Z")
_REFUSES: Final = lazy_pattern(r"\bfalse\b|\bError\b|\bthrow\b|\bnull\s*\)|\breturn\s*;")
_PASSES: Final = lazy_pattern(r"\bnull\s*,\s*(?:true|\w*origin)\b|\breturn\s+\w*[oO]rigin\b")
_ON_A_LIST: Final = lazy_pattern(
    r"([A-Za-z_$][\w$]*|\[[^\[\]]*\])\s*\.\s*(?:indexOf|includes)\s*\(\s*\$?\w*[oO]rigin\w*!?\s*\)"
)
_BRANCHES: Final = lazy_pattern(r"\bif\b|\?|&&|\|\||\bawait\b|\bsome\b|\btest\b")
_ASKS_MORE: Final = lazy_pattern(
    r"\.(?:endsWith|startsWith|test|match|some|find|has|every|filter|search|exec)\b|\bawait\b|process\.env|&&|\|\|"
    r"|={2,3}\s*[\"'`]|NODE_ENV|\bnew\s+RegExp|\bfor\b"
)
