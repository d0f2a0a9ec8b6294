"""Laravel, rack-cors, and headers that a program sets itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from .code_values import items_of
from .header_rows import expression_of
from .model import METHODS_OF_ALL, REFLECTED, Configured, Grant, refuse_too_many
from .paths import Place, by_path, example_of, expression_for
from .scan import list_of, scalar_of, strings_in, value_of, without_comments

if TYPE_CHECKING:
    from .model import Part

_COMPUTED: Final = lazy_pattern(r"\b(?:ENV|Rails|Settings|Figaro)\b|\.(?:split|fetch)\b")
_RUBY_STRING: Final = lazy_pattern(r"\"[^\"\n]*\"|'[^'\n]*'")
_RUBY_EXPRESSION: Final = lazy_pattern(r"%r\{([^{}\n]+)\}|/((?:[^/\\\n]|\\.)+)/")
_RACK_HEADERS: Final = ("accept", "accept-language", "content-language", "content-type")


def read_laravel(text: str) -> Configured | None:
    """config/cors.php: https://laravel.com/docs/routing#cors ; None where it is none."""
    text = without_comments(text)
    if "=>" not in text and "<?php" not in text:
        return None
    names = {key: _in_php(text, f"{key}") for key in ("origins", "origins_patterns", "headers", "methods")}
    if not any(value is not None for value in names.values()):
        return None
    origins, unknown = _told_in_php(names["origins"])
    expressions, unknown_too = _told_in_php(names["origins_patterns"])
    methods, other_methods = _told_in_php(names["methods"])
    headers, other_headers = _told_in_php(names["headers"])
    flag = value_of(text, "supports_credentials")
    computed: list[tuple[Part, str]] = [("methods", each) for each in other_methods]
    computed += [("headers", each) for each in other_headers]
    if flag is not None and flag.lower().rstrip(",") not in ("true", "false"):
        computed.append(("credentials", flag[:60]))
    credentials = flag is not None and flag.lower().startswith("true")
    starred = tuple(each for each in origins if "*" in each and each != "*")
    grant = Grant(
        where="the settings",
        # With credentials it answers with the origin that asks.
        origins=tuple(REFLECTED if each == "*" and credentials else each for each in origins if each not in starred),
        patterns=(*(each[1:].rpartition(each[:1])[0] for each in expressions), *map(expression_of, starred)),
        credentials=credentials,
        methods=METHODS_OF_ALL if "*" in methods else tuple(each.upper() for each in methods),
        headers=headers,
        any_header="*" in headers,
        expose=list_of(text, "exposed_headers"),
        max_age=scalar_of(text, "max_age"),
        unknown=(*unknown, *unknown_too),
        computed=tuple(computed),
    )
    configured = Configured(kind="Laravel", software="laravel", grants=(grant,))
    paths = list_of(text, "paths") or ()
    # `*` stands for anything, a slash too
    places = [
        Place(expression_for("/" + path.lstrip("/"), one_part=r"(?!)", rest=r"\*") if path != "*" else "^", (grant,))
        for path in paths
    ]
    return by_path(configured, places, example_of("/" + paths[0].lstrip("/")), are_all=True) if places else configured


def _in_php(text: str, key: str) -> str | None:
    return value_of(text, f"allowed_{key}")


def _told_in_php(value: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of a PHP list, and what of it is computed."""
    if value is None:
        return (), ()
    whole = value.strip().removeprefix("array").strip()
    if whole[:1] not in ("[", "("):
        whole = f"[{value}]"
    texts, computed = [], []
    for item in items_of(whole[1:-1]):
        if _PHP_TEXT.fullmatch(item) is not None:
            texts.append(item[1:-1])
        else:
            computed.append(" ".join(item.split())[:60])
    return tuple(texts), tuple(computed)


_PHP_TEXT: Final = lazy_pattern(r"'(?:[^'\\\n]|\\.)*'|\"[^\"$\n]*\"")


def read_rack(text: str) -> Configured | None:
    """https://github.com/cyu/rack-cors/blob/master/lib/rack/cors/resource.rb ; None where no `allow do` is in there."""
    text = without_comments(text)
    grants = []
    paths: list[str] = []
    answered: list[str] = []
    blocks = re.findall(r"(?s)\ballow\s+do\b(.*?)\n\s*end\b", text)
    refuse_too_many(len(blocks), len(blocks))
    for block in blocks:
        named = re.search(r"\borigins\b((?:[^\n]*,[^\S\n]*\n)*[^\n]*)", block)
        line = named[1] if named else ""
        methods = re.search(r"\bmethods\b(?::|\s*=>)\s*((?:%[iIwW])?\[[^\]]*\]|%[iIwW]\([^)]*\)|:\w+)", block)
        headers = re.search(
            r"\bheaders\b(?::|\s*=>)\s*(:any|(?:%[wW])?\[[^\]]*\]|%[wW]\([^)]*\)|\"[^\"]*\"|'[^']*')", block
        )
        any_header = headers is not None and (":any" in headers[1] or "*" in headers[1])
        odd: list[tuple[Part, str]] = [("methods", "methods")] if methods is None and "methods" in block else []
        odd += [("headers", "headers")] if headers is None and "headers" in block else []
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
            credentials=re.search(r"\bcredentials\b(?::|\s*=>)\s*true", block) is not None,
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
            computed=tuple(odd),
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
    return by_path(configured, places, example_of(paths[0]), are_all="Rack::Cors" in text)


def _words_of(text: str) -> list[str]:
    """The strings of a list, or the words of %w[…]."""
    return text[3:-1].split() if text[:2] in ("%w", "%W") else strings_in(text)
