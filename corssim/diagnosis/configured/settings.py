"""Properties, rack-cors, and headers that a program sets itself."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from .fluent import expression_of_ant
from .header_files import places_of
from .model import METHODS_OF_ALL, Configured, Grant, refuse_too_many
from .paths import Place, by_path, example_of, expression_for
from .scan import balanced, flag_of, list_of, scalar_of, strings_in, without_comments
from .written_headers import grant_of_headers, written_headers

_OF_THE_PROGRAM: Final = lazy_pattern(
    r"[$#%]\{|\{\{|%env|^(?:var|local|data|module|process|env|settings|config|cfg|os|self|this)\.|^env\(|^[A-Za-z_]\w*\("
)
# The path that Spring Cloud Gateway's corsConfigurations are for.
_MAPPED: Final = lazy_pattern(r"\[(/[^\[\]\s]*+)\][\"']?\s*+[:.]")
_COMPUTED: Final = lazy_pattern(r"\b(?:ENV|Rails|Settings|Figaro)\b|\.(?:split|fetch)\b")
_RUBY_STRING: Final = lazy_pattern(r"\"[^\"\n]*\"|'[^'\n]*'")
_RUBY_EXPRESSION: Final = lazy_pattern(r"%r\{([^{}\n]+)\}|/((?:[^/\\\n]|\\.)+)/")
_RACK_HEADERS: Final = ("accept", "accept-language", "content-language", "content-type")


def read_properties(text: str) -> Configured | None:
    """Settings of an application by their usual names, as in Spring's application.yml; None where there are none."""
    text = without_comments(text)
    origins = list_of(text, "allowedOrigins", "allowed_origins", "allow_origins", "allowOrigins")
    if origins is None:
        return None
    unknown = tuple(each for each in origins if _OF_THE_PROGRAM.search(each))
    headers = list_of(text, "allowedHeaders", "allowed_headers", "allowHeaders")
    methods = list_of(text, "allowedMethods", "allowed_methods", "allowMethods")
    php = "=>" in text or "<?php" in text
    grant = Grant(
        where="the settings",
        origins=tuple(each for each in origins if each not in unknown),
        credentials=flag_of(text, "allowCredentials", "supports_credentials", "allow_credentials"),
        methods=METHODS_OF_ALL if methods is not None and "*" in methods else methods or ("GET", "HEAD", "POST"),
        headers=headers,
        any_header=headers is not None and "*" in headers,
        expose=list_of(text, "exposedHeaders", "exposed_headers"),
        max_age=scalar_of(text, "maxAge", "max_age"),
        unknown=unknown,
    )
    configured = Configured(
        kind="Laravel" if php else "settings of an application",
        software="laravel" if php else "spring",
        grants=(grant,),
    )
    paths = (list_of(text, "paths") or ()) if php else ()
    # https://laravel.com/docs/routing#cors : `*` stands for anything, a slash too
    places = [
        Place(expression_for("/" + path.lstrip("/"), one_part=r"(?!)", rest=r"\*") if path != "*" else "^", (grant,))
        for path in paths
    ]
    if places:
        return by_path(configured, places, example_of("/" + paths[0].lstrip("/")))
    mapped = dict.fromkeys(_MAPPED.findall(text))
    if len(mapped) != 1:
        return configured
    path = next(iter(mapped))
    return by_path(configured, [Place(expression_of_ant(path), (grant,))], example_of(path))


def read_rack(text: str) -> Configured | None:
    """https://github.com/cyu/rack-cors/blob/master/lib/rack/cors/resource.rb ; None where no `allow do` is in there."""
    text = without_comments(text)
    grants = []
    paths: list[str] = []
    answered: list[str] = []
    blocks = re.findall(r"(?s)\ballow\s+do\b(.*?)\n\s*end\b", text)
    refuse_too_many(len(blocks), len(blocks))
    for block in blocks:
        named = re.search(r"\borigins\b([^\n]*)", block)
        line = named[1] if named else ""
        methods = re.search(r"methods:\s*((?:%[iIwW])?\[[^\]]*\]|:\w+)", block)
        headers = re.search(r"\bheaders:\s*(:any|(?:%[wW])?\[[^\]]*\]|\"[^\"]*\"|'[^']*')", block)
        any_header = headers is not None and (":any" in headers[1] or "*" in headers[1])
        is_computed = _COMPUTED.search(line) is not None
        listed = [each for each in strings_in(line) if "#{" not in each and ("://" in each or not is_computed)]
        origins = tuple(each for each in listed if "://" in each or each == "*")
        hosts = [each for each in listed if each not in origins]
        expressions = [one or other for one, other in _RUBY_EXPRESSION.findall(_RUBY_STRING.sub("", line))]
        is_computed = is_computed or (not listed and not expressions and line.strip(" (") != "")
        grant = Grant(
            where="allow",
            origins=origins,
            # A host alone is meant for every scheme.
            patterns=(*(f"(?i)^[a-z][a-z0-9.+-]*://{re.escape(each)}$" for each in hosts), *expressions),
            unknown=(line.strip(" ()")[:60],) if is_computed else (),
            credentials=re.search(r"credentials:\s*true", block) is not None,
            methods=("GET",)
            if methods is None
            else METHODS_OF_ALL
            if methods[1] == ":any"
            else tuple(each.upper() for each in re.findall(r"\w+", methods[1].lstrip("%iIwW"))),
            # These need not be listed.
            headers=None if any_header else (*_RACK_HEADERS, *(_words_of(headers[1]) if headers else ())),
            any_header=any_header,
            expose=list_of(block, "expose"),
            max_age=scalar_of(block, "max_age") or "7200",
            compares_methods=200,
            # The first block with the origin and the path answers.
            not_for=tuple(answered),
        )
        resource = re.search(r"\bresource\s*\(?\s*[\"']([^\"'\n]*)", block)
        path = "*" if resource is None or resource[1] == "/*" else resource[1]
        paths.append(path)
        grants.append(grant)
        if path == "*":
            answered += (f"^{re.escape(each)}$" for each in origins)
    if not grants:
        return None
    configured = Configured(kind="Rails: rack-cors", software="rails", grants=tuple(grants), preflight_status=200)
    places = [
        Place(
            "^" if path == "*" else expression_for(path, one_part=r":\w+", rest=r"\*"),
            tuple(each for other, each in zip(paths, grants, strict=True) if other in ("*", path)),
        )
        for path in sorted(dict.fromkeys(paths), key=lambda path: path == "*")
    ]
    return by_path(configured, places, example_of(paths[0]))


def _words_of(text: str) -> list[str]:
    """The strings of a list, or the words of %w[…]."""
    return text[3:-1].split() if text[:2] in ("%w", "%W") else strings_in(text)


def read_code(text: str) -> Configured | None:
    """Headers that code sets itself, in any language; None where it sets none."""
    code = without_comments(text)
    pairs = written_headers(code)
    if not any(name.lower().endswith("allow-origin") for name, _ in pairs):
        return None
    answers = re.search(r"OPTIONS", text) is not None
    by_paths = places_of(code)
    configured = Configured(
        kind="headers that are written out",
        software="php"
        if "<?php" in text or re.search(r"\bheader\s*\(\s*[\"']Access", text)
        else "spring"
        if "setHeader(" in text and ";" in text and "response." in text and "require(" not in text
        else "",
        grants=_by_method(code, pairs)
        if not by_paths
        else tuple(dict.fromkeys(grant for _, place in by_paths for grant in place.grants)),
        preflight_status=204 if answers else 200,
        fixed_origin=True,
        notes=()
        if answers
        else ("Nothing in it answers OPTIONS: a preflight passes only if what stands there answers it with 2xx.",),
    )
    return by_path(configured, [place for _, place in by_paths], example_of(by_paths[0][0])) if by_paths else configured


_FOR_OPTIONS: Final = lazy_pattern(r"\bif\s*\([^{};]{0,200}OPTIONS[^{};]{0,200}\{")
_ENDS: Final = lazy_pattern(r"\b(?:return|exit|die|sendStatus|end)\b")


def _by_method(code: str, pairs: list[tuple[str, str]]) -> tuple[Grant, ...]:
    """The headers by what they are sent on, where a block answers OPTIONS and ends there: what stands in front of it
    is on every answer, what stands behind it on those to requests."""
    block = _FOR_OPTIONS.search(code)
    inside = "" if block is None else balanced(code, block.end() - 1)
    if block is None or "!=" in block[0] or not written_headers(inside):
        return (grant_of_headers("every answer", dict.fromkeys(pairs)),)
    before, after = written_headers(code[: block.start()]), written_headers(code[block.end() + len(inside) :])
    of_options = [*before, *written_headers(inside), *(after if _ENDS.search(inside) is None else [])]
    grants = [grant_of_headers("the answer to OPTIONS", of_options, on="preflights")]
    if before or after:
        grants.append(grant_of_headers("other answers", [*before, *after], on="requests"))
    return tuple(grants)
