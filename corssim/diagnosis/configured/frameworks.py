"""Frameworks' settings: Python, JavaScript, Java and C# code, and properties. Nothing is run."""

from __future__ import annotations

import ast
import re
from typing import Any, Final

from .model import Configured, Grant, Mistake
from .scan import balanced, flag_of, list_of, scalar_of, strings_in, without_comments
from .written_headers import grant_of_headers, written_headers

_ALL: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_STARLETTE_HEADERS: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")


def read_python(text: str) -> Configured | None:
    """CORSMiddleware of Starlette and FastAPI, flask-cors, django-cors-headers; None where there is none of them."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    constants = _constants(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        names = [_name(call.func), *(_name(each) for each in call.args)]
        if "CORSMiddleware" in names:
            return _starlette({each.arg: _literal(each.value, constants) for each in call.keywords if each.arg})
    settings = {name.upper(): value for name, value in constants.items() if name.upper().startswith("CORS_")}
    cors = next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _name(node.func) in ("CORS", "cross_origin")
        ),
        None,
    )
    if cors is not None:
        given = {each.arg: _literal(each.value, constants) for each in cors.keywords if each.arg}
        resources = given.get("resources")
        if isinstance(resources, dict) and resources:
            inner = next(iter(resources.values()))
            given |= inner if isinstance(inner, dict) else {}
        given = {name.lower().removeprefix("cors_"): value for name, value in settings.items()} | given
        return _flask(given, called=True)
    if any("corsheaders" in str(value) for value in constants.values()) or settings.keys() & _DJANGO:
        return _django(settings)
    if settings:
        return _flask({name.lower().removeprefix("cors_"): value for name, value in settings.items()}, called=False)
    return None


_DJANGO: Final = frozenset(
    {
        "CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_ALL_ORIGINS",
        "CORS_ORIGIN_REGEX_WHITELIST", "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ALLOW_CREDENTIALS", "CORS_URLS_REGEX",
    }
)  # fmt: skip


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _constants(tree: ast.Module) -> dict[str, Any]:
    """What is assigned to names, and to keys of a `config`."""
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    found[str(target.slice.value)] = _literal(node.value, found)
                elif _name(target):
                    found[_name(target)] = _literal(node.value, found)
        elif isinstance(node, ast.AnnAssign) and node.value is not None and _name(node.target):
            found[_name(node.target)] = _literal(node.value, found)
        elif isinstance(node, ast.AugAssign) and _name(node.target):
            found.setdefault(_name(node.target), _literal(node.value, found))
    return found


def _literal(node: ast.AST, constants: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return constants.get(node.id, f"({node.id})")
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        values: list[Any] = []
        for each in node.elts:
            value = _literal(each.value if isinstance(each, ast.Starred) else each, constants)
            values += value if isinstance(each, ast.Starred) and isinstance(value, list) else [value]
        return values
    if isinstance(node, ast.Dict):
        return {
            str(_literal(key, constants)): _literal(value, constants)
            for key, value in zip(node.keys, node.values, strict=True)
            if key
        }
    if isinstance(node, ast.Call) and _name(node.func) == "compile" and node.args:
        return _literal(node.args[0], constants)
    return node.value if isinstance(node, ast.Constant) else f"({ast.unparse(node)[:40]})"


def _listed(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def _starlette(given: dict[str, Any]) -> Configured:
    """https://www.starlette.io/middleware/#corsmiddleware"""
    origins, credentials = _listed(given.get("allow_origins")), given.get("allow_credentials") is True
    methods = _listed(given.get("allow_methods", ["GET"]))
    headers = _listed(given.get("allow_headers"))
    pattern = given.get("allow_origin_regex")
    if "*" in origins and credentials:
        origins = ("{origin}",)
    grant = Grant(
        where="CORSMiddleware",
        origins=origins,
        patterns=(f"^(?:{pattern})$",) if isinstance(pattern, str) else (),
        credentials=credentials,
        methods=_ALL if "*" in methods else methods,
        headers=tuple(dict.fromkeys((*_STARLETTE_HEADERS, *(each for each in headers if each != "*")))),
        any_header="*" in headers,
        expose=_listed(given.get("expose_headers")) or None,
        max_age=str(given.get("max_age", 600)),
        compares_methods=400,
    )
    notes = []
    if "allow_methods" not in given:
        notes.append("allow_methods is left out: then GET alone is allowed, and a preflight for POST is answered 400.")
    return Configured(
        kind="Starlette or FastAPI: CORSMiddleware",
        software="fastapi",
        grants=(grant,),
        preflight_status=200,
        notes=tuple(notes),
    )


def _flask(given: dict[str, Any], *, called: bool) -> Configured:
    """https://flask-cors.readthedocs.io/en/latest/configuration.html"""
    origins = _listed(given.get("origins", "*"))
    credentials = given.get("supports_credentials") is True
    patterns = tuple(each for each in origins if each != "*" and re.search(r"[*\\\]?$^\[()]", each))
    headers = _listed(given.get("allow_headers", given.get("headers", "*")))
    grant = Grant(
        where="CORS(app)" if called else "app.config",
        origins=tuple("{origin}" if each == "*" and credentials else each for each in origins if each not in patterns),
        patterns=tuple(f"^(?:{each})$" for each in patterns),
        credentials=credentials,
        methods=_listed(given.get("methods")) or _ALL,
        headers=None if "*" in headers else headers,
        any_header="*" in headers,
        expose=_listed(given.get("expose_headers")) or None,
        max_age=None if given.get("max_age") is None else str(given.get("max_age")),
    )
    mistakes = (
        []
        if called
        else [
            Mistake(
                "extension-not-called",
                "These settings do nothing by themselves: they are read by CORS(app), or by @cross_origin on each "
                "route. With "
                "@cross_origin alone, a route whose methods leave out OPTIONS can leave the preflight unanswered "
                "(404 or 405).",
                "CORS(app) after the settings.",
            )
        ]
    )
    return Configured(
        kind="Flask: flask-cors", software="flask", grants=(grant,), mistakes=tuple(mistakes),
        preflight_status=200 if called else None,
    )  # fmt: skip


def _django(settings: dict[str, Any]) -> Configured:
    """https://github.com/adamchainz/django-cors-headers#configuration"""
    origins = _listed(settings.get("CORS_ALLOWED_ORIGINS", settings.get("CORS_ORIGIN_WHITELIST")))
    everybody = settings.get("CORS_ALLOW_ALL_ORIGINS", settings.get("CORS_ORIGIN_ALLOW_ALL")) is True
    credentials = settings.get("CORS_ALLOW_CREDENTIALS") is True
    patterns = _listed(settings.get("CORS_ALLOWED_ORIGIN_REGEXES", settings.get("CORS_ORIGIN_REGEX_WHITELIST")))
    if everybody:
        origins = ("{origin}",) if credentials else ("*",)
    bare = [origin for origin in origins if "://" not in origin and origin not in ("*", "{origin}", "null", "file://")]
    mistakes = []
    if bare:
        mistakes.append(
            Mistake(
                "refused-at-start",
                f"{', '.join(bare)}: django-cors-headers 3 and later refuses to start (corsheaders.E013, missing "
                "scheme or "
                "netloc); version 2 let them match any scheme.",
                f"http://{bare[0]} or https://{bare[0]}",
            )
        )
    grant = Grant(
        where="the settings",
        origins=origins,
        patterns=tuple(f"^(?:{each})" for each in patterns),
        credentials=credentials,
        methods=_listed(settings.get("CORS_ALLOW_METHODS")) or _ALL,
        headers=_listed(settings.get("CORS_ALLOW_HEADERS"))
        or ("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"),
        expose=_listed(settings.get("CORS_EXPOSE_HEADERS")) or None,
        max_age=str(settings.get("CORS_PREFLIGHT_MAX_AGE", 86400)),
    )
    return Configured(
        kind="Django: django-cors-headers",
        software="django",
        grants=(grant,),
        mistakes=tuple(mistakes),
        preflight_status=200,
    )


def read_express(text: str) -> Configured | None:
    """https://expressjs.com/en/resources/middleware/cors.html ; None where no such package is called."""
    text = without_comments(text)
    call = re.search(r"\b(?:cors|enableCors)\s*\(", text) if re.search(r"cors", text, re.IGNORECASE) else None
    for found in re.finditer(r"\b(?:cors|enableCors)\s*\(", text):
        before = text[: found.start()].rstrip()
        if not before.endswith(("require", "from", "import")):
            call = found
    if call is None:
        return None
    options = balanced(text, call.end() - 1).strip()
    if re.fullmatch(r"\w+", options):
        assigned = re.search(rf"\b{options}\b\s*(?::[^=]+)?=\s*\{{", text)
        options = balanced(text, assigned.end() - 1) if assigned else ""
    given_origin = re.search(r"(?:^|[{,\s])[\"']?origin[\"']?\s*:\s*", options)
    value = options[given_origin.end() :] if given_origin else ""
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
    elif value[:1] in "\"'`":
        origins, fixed = tuple(strings_in(value)[:1]), True
    elif value.startswith("/"):
        origins, patterns = (), tuple(re.findall(r"^/((?:[^/\\\n]|\\.)+)/", value))
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
    )


_CALLED: Final = {
    "origins": r"(?:setAllowedOrigins|allowedOrigins|addAllowedOrigin|WithOrigins|anyHost)",
    "patterns": r"(?:setAllowedOriginPatterns|allowedOriginPatterns|addAllowedOriginPattern)",
    "methods": r"(?:setAllowedMethods|allowedMethods|addAllowedMethod|WithMethods)",
    "headers": r"(?:setAllowedHeaders|allowedHeaders|addAllowedHeader|WithHeaders)",
    "expose": r"(?:setExposedHeaders|exposedHeaders|addExposedHeader|WithExposedHeaders)",
}


def read_fluent(text: str) -> Configured | None:
    """Spring's and ASP.NET Core's calls; None where there is none of them."""
    text = without_comments(text)
    is_net = re.search(r"\b(?:WithOrigins|AllowAnyOrigin|UseCors|AddCors)\b", text) is not None
    annotation = re.search(r"@CrossOrigin\s*(\()?", text)
    told = {key: _arguments(text, pattern) for key, pattern in _CALLED.items()}
    if annotation:
        inner = balanced(text, annotation.end() - 1) if annotation[1] else ""
        told["origins"] = (
            list_of(inner, "origins", "value")
            or tuple(each for each in strings_in(inner) if "://" in each or each == "*")
            or ("*",)
        )
        told["methods"] = tuple(re.findall(r"RequestMethod\.(\w+)", inner)) or ("GET", "HEAD", "POST")
        told["headers"] = list_of(inner, "allowedHeaders") or ("*",)
    if not is_net and not annotation and not (told["origins"] or told["patterns"]):
        return None
    credentials = (
        re.search(r"(?:setAllowCredentials|allowCredentials)\s*[(=]\s*\"?true|\.AllowCredentials\(\)", text) is not None
    )
    any_origin = "AllowAnyOrigin" in text or "*" in told["origins"]
    reflects = re.search(r"SetIsOriginAllowed\s*\(\s*\w*\s*=>\s*true", text) is not None
    mistakes = []
    origins = told["origins"]
    if is_net and any_origin and credentials:
        mistakes.append(
            Mistake(
                "any-origin-with-credentials",
                "AllowAnyOrigin with AllowCredentials: since ASP.NET Core 2.2 nothing is sent for it (3.0 and later "
                "throw at "
                "start), so no answer has Access-Control-Allow-Origin. It takes the place of WithOrigins, too.",
                "WithOrigins and AllowCredentials, without AllowAnyOrigin.",
            )
        )
        origins = ()
    elif not is_net and any_origin and credentials:
        mistakes.append(
            Mistake(
                "any-origin-with-credentials",
                'allowedOrigins "*" with allowCredentials: Spring 5.3 and later throws (“allowedOrigins cannot '
                "contain the "
                'special value "*"”).',
                "The origins by name, or allowedOriginPatterns.",
            )
        )
        origins = ()
    elif any_origin:
        origins = ("*",)
    elif reflects:
        origins = ("{origin}",)
    any_method = "AllowAnyMethod" in text or "*" in told["methods"]
    any_header = "AllowAnyHeader" in text or "*" in told["headers"] or (not is_net and not told["headers"])
    grant = Grant(
        where="the policy" if is_net else "the CORS configuration",
        origins=origins,
        patterns=tuple("^" + re.escape(each).replace(r"\*", ".*") + "$" for each in told["patterns"]),
        credentials=credentials and bool(origins or told["patterns"]),
        methods=_ALL if any_method else told["methods"] or ("GET", "HEAD", "POST"),
        headers=told["headers"] or None,
        any_header=any_header,
        expose=told["expose"] or None,
        compares_methods=None if is_net else 403,
    )
    return Configured(
        kind="ASP.NET Core" if is_net else "Spring", software="aspnet" if is_net else "spring",
        grants=(grant,) if origins or told["patterns"] or not mistakes else (), mistakes=tuple(mistakes),
        preflight_status=204 if is_net else 200,
        meant=tuple(each for each in told["origins"] if each not in (*origins, "*")),
    )  # fmt: skip


def _arguments(text: str, pattern: str) -> tuple[str, ...]:
    found: list[str] = []
    for call in re.finditer(rf"\b{pattern}\s*\(", text):
        found += strings_in(balanced(text, call.end() - 1))
        found += re.findall(r"HttpMethod\.(\w+)", balanced(text, call.end() - 1))
    return tuple(dict.fromkeys(found))


def read_properties(text: str) -> Configured | None:
    """Settings of an application by their usual names, as in Spring's application.yml; None where there are none."""
    text = without_comments(text)
    origins = list_of(text, "allowedOrigins", "allowed_origins", "allow_origins", "allowOrigins")
    if origins is None:
        return None
    headers = list_of(text, "allowedHeaders", "allowed_headers", "allowHeaders")
    methods = list_of(text, "allowedMethods", "allowed_methods", "allowMethods")
    php = "=>" in text or "<?php" in text
    grant = Grant(
        where="the settings",
        origins=origins,
        credentials=flag_of(text, "allowCredentials", "supports_credentials", "allow_credentials"),
        methods=_ALL if methods is not None and "*" in methods else methods or ("GET", "HEAD", "POST"),
        headers=headers,
        any_header=headers is not None and "*" in headers,
        expose=list_of(text, "exposedHeaders", "exposed_headers"),
        max_age=scalar_of(text, "maxAge", "max_age"),
    )
    return Configured(
        kind="Laravel" if php else "settings of an application",
        software="laravel" if php else "spring",
        grants=(grant,),
    )


def read_rack(text: str) -> Configured | None:
    """https://github.com/cyu/rack-cors ; None where no `allow do` is in there."""
    text = without_comments(text)
    grants = []
    for block in re.findall(r"(?s)\ballow\s+do\b(.*?)\n\s*end\b", text):
        named = re.search(r"\borigins\b([^\n]*)", block)
        line = named[1] if named else ""
        methods = re.search(r"methods:\s*(\[[^\]]*\]|:any)", block)
        headers = re.search(r"\bheaders:\s*(:any|\[[^\]]*\]|\"[^\"]*\"|'[^']*')", block)
        any_header = headers is not None and (":any" in headers[1] or "*" in headers[1])
        grants.append(
            Grant(
                where="allow",
                origins=tuple(
                    "https://" + each if "://" not in each and each != "*" else each for each in strings_in(line)
                ),
                patterns=tuple(re.findall(r"%r\{(.+?)\}|(?<![\w/])/((?:[^/\\\n]|\\.)+)/", line)[0][:1])
                if "%r{" in line
                else (),
                credentials=re.search(r"credentials:\s*true", block) is not None,
                methods=_ALL
                if methods is None or methods[1] == ":any"
                else tuple(each.upper() for each in re.findall(r":(\w+)", methods[1])),
                headers=None if any_header or headers is None else tuple(strings_in(headers[1])),
                any_header=any_header,
                expose=list_of(block, "expose"),
                max_age=scalar_of(block, "max_age"),
                compares_methods=200,
            )
        )
    return (
        Configured(kind="Rails: rack-cors", software="rails", grants=tuple(grants), preflight_status=200)
        if grants
        else None
    )


def read_code(text: str) -> Configured | None:
    """Headers that code sets itself, in any language; None where it sets none."""
    pairs = written_headers(without_comments(text))
    if not any(name.lower().endswith("allow-origin") for name, _ in pairs):
        return None
    answers = re.search(r"OPTIONS", text) is not None
    return Configured(
        kind="headers that are written out",
        software="php"
        if "<?php" in text or re.search(r"\bheader\s*\(\s*[\"']Access", text)
        else "spring"
        if "setHeader(" in text and ";" in text and "response." in text and "require(" not in text
        else "",
        grants=(grant_of_headers("every answer", pairs),),
        preflight_status=204 if answers else 200,
        fixed_origin=True,
        notes=()
        if answers
        else ("Nothing in it answers OPTIONS: a preflight passes only if what stands there answers it with 2xx.",),
    )
