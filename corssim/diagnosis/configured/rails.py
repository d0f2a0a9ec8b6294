"""Rails and its like: rack-cors."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .model import METHODS_OF_ALL, Configured, Grant, refuse_too_many
from .paths import Place, by_path, example_of, expression_for
from .scan import list_of, scalar_of, strings_in, without_comments

if TYPE_CHECKING:
    from .model import Part

_COMPUTED: Final = lazy_pattern(r"\b(?:ENV|Rails|Settings|Figaro)\b|\.(?:split|fetch)\b")
_DECIDES: Final = lazy_pattern(
    r"\borigins\s*(?:do\b|\{|->|\(?\s*(?:proc|lambda)\b)|\b(?:if|unless)(?::|\s*=>)|^\s*(?:if|unless)\b"
)
"""What decides by more than texts: a block of origins, a resource under a condition."""
_RUBY_STRING: Final = lazy_pattern(r"\"[^\"\n]*\"|'[^'\n]*'")
_RUBY_EXPRESSION: Final = lazy_pattern(r"%r\{([^{}\n]+)\}|/((?:[^/\\\n]|\\.)+)/")
_RESOURCE: Final = lazy_pattern(r"\bresource\s*\(?\s*[\"'](?P<path>[^\"'\n]*)")
_MOST_RESOURCES: Final = 100
_RACK_HEADERS: Final = ("accept", "accept-language", "content-language", "content-type")


def read_rack(text: str) -> Configured | None:
    """https://github.com/cyu/rack-cors/blob/master/lib/rack/cors/resource.rb ; None where no `allow do` is in there."""
    text = without_comments(text)
    found: list[tuple[int, str, Grant]] = []
    answered: list[str] = []
    doubts: list[str] = []
    blocks = re.findall(r"(?s)\ballow\s+do\b(.*?)\n\s*end\b", text)
    refuse_too_many(len(blocks), len(blocks))
    for number, block in enumerate(blocks):
        doubts += [decides[0] for decides in islice(_DECIDES.finditer(block), 1)]
        starts = [each.start() for each in islice(_RESOURCE.finditer(block), _MOST_RESOURCES)]
        if not starts and "resource" in block:
            doubts.append("a resource that is computed")
        of_origins = _of_origins(block)
        for start, end in zip(starts or [0], [*starts[1:], len(block)], strict=True):
            path, grant = _of_resource(block[start:end], of_origins)
            # The first block with the origin and the path answers.
            found.append((number, path, replace(grant, not_for=tuple(answered))))
        if any(path == "*" for of, path, _ in found if of == number):
            answered += (f"^{re.escape(each)}$" for each in of_origins.origins)
    if not found:
        return None
    configured = Configured(
        kind="Rails: rack-cors",
        software="rails",
        grants=tuple(grant for _, _, grant in found),
        preflight_status=200,
        not_understood=tuple(dict.fromkeys(doubts)),
    )
    paths = sorted(dict.fromkeys(path for _, path, _ in found), key=lambda path: path == "*")
    places = [
        Place("^" if path == "*" else expression_for(path, one_part=r":\w+", rest=r"\*"), _at(found, path))
        for path in paths
    ]
    return by_path(configured, places, example_of(found[0][1]), are_all="Rack::Cors" in text)


def _at(found: list[tuple[int, str, Grant]], path: str) -> tuple[Grant, ...]:
    """What counts for a path: of each block the first resource that has it."""
    first: dict[int, Grant] = {}
    for number, other, grant in found:
        if other in ("*", path):
            first.setdefault(number, grant)
    return tuple(first.values())


def _of_origins(block: str) -> Grant:
    named = re.search(r"\borigins\b((?:[^\n]*,[^\S\n]*\n)*[^\n]*)", block)
    line = named[1] if named else ""
    is_computed = _COMPUTED.search(line) is not None
    listed = [each for each in strings_in(line) if "#{" not in each and ("://" in each or not is_computed)]
    origins = tuple(each for each in listed if "://" in each or each == "*")
    hosts = [each for each in listed if each not in origins]
    expressions = [one or other for one, other in _RUBY_EXPRESSION.findall(_RUBY_STRING.sub("", line))]
    is_computed = is_computed or (not listed and not expressions and line.strip(" (") != "")
    return Grant(
        where="allow",
        origins=origins,
        # A host alone is meant for every scheme.
        patterns=(*(f"(?i)^[a-z][a-z0-9.+-]*://{re.escape(each)}$" for each in hosts), *expressions),
        unknown=(line.strip(" ()")[:60],) if is_computed else (),
    )


def _of_resource(text: str, of_origins: Grant) -> tuple[str, Grant]:
    """A resource's path (`*`: every path), and what it allows the origins of its block."""
    methods = re.search(r"\bmethods\b(?::|\s*=>)\s*((?:%[iIwW])?\[[^\]]*\]|%[iIwW]\([^)]*\)|:\w+)", text)
    headers = re.search(r"\bheaders\b(?::|\s*=>)\s*(:any|(?:%[wW])?\[[^\]]*\]|%[wW]\([^)]*\)|\"[^\"]*\"|'[^']*')", text)
    any_header = headers is not None and (":any" in headers[1] or "*" in headers[1])
    odd: list[tuple[Part, str]] = [("methods", "methods")] if methods is None and "methods" in text else []
    odd += [("headers", "headers")] if headers is None and "headers" in text else []
    credentials = re.search(r"\bcredentials\b(?::|\s*=>)\s*(\w+)", text)
    odd += [("credentials", credentials[1])] if credentials and credentials[1] not in ("true", "false") else []
    grant = replace(
        of_origins,
        credentials=credentials is not None and credentials[1] == "true",
        methods=("GET",)
        if methods is None
        else METHODS_OF_ALL
        if methods[1] == ":any"
        else tuple(each.upper() for each in re.findall(r"\w+", methods[1].lstrip("%iIwW"))),
        # These need not be listed.
        headers=None if any_header else (*_RACK_HEADERS, *(_words_of(headers[1]) if headers else ())),
        any_header=any_header,
        expose=list_of(text, "expose"),
        max_age=scalar_of(text, "max_age") or "7200",
        compares_methods=200,
        computed=tuple(odd),
    )
    resource = _RESOURCE.search(text)
    return "*" if resource is None or resource["path"] == "/*" else resource["path"], grant


def _words_of(text: str) -> list[str]:
    """The strings of a list, or the words of %w[…]."""
    return text[3:-1].split() if text[:2] in ("%w", "%W") else strings_in(text)
