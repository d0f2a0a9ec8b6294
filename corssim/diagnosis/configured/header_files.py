"""Files of headers by path: vercel.json and next.config.js, netlify.toml, _headers."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .paths import Place, expression_for
from .written_headers import grant_of_headers, written_headers

if TYPE_CHECKING:
    from .model import Grant

# In _headers the path stands alone above its headers, which are set in.
_PATH: Final = lazy_pattern(
    r"(?m)[\"']?\bsource[\"']?\s*+:\s*+[\"']([/*@][^\"'\n]*)[\"']"
    r"|^[^\S\n]*+for[^\S\n]*+=[^\S\n]*+\"(/[^\"\n]*)\""
    r"|^(/\S*+)[^\S\n]*+\n(?=\s++[\w-]++:)"
    r"|^[^\S\n]*+\"(/[^\"\n]*)\"\s*+:\s*+\[\s*+\{"
)
_NAME: Final = r":\w+(?![\w*])"
_REST: Final = r"\(\.\*\)|:\w+\*|\*"
_EXPRESSION: Final = lazy_pattern(r"[()\[\]|\\+?{}]")
_MOST_PATHS: Final = 100


def places_of(text: str) -> list[tuple[str, Place]]:
    """Each path with Access-Control-Allow-Origin of its own, as it is written and as a place; none where none has one.

    Netlify's are for files alone: what a function answers has its own.

    https://vercel.com/docs/project-configuration#headers and https://docs.netlify.com/manage/routing/headers/
    """
    paths = list(islice(_PATH.finditer(text), _MOST_PATHS))
    ends = [*(path.start() for path in paths[1:]), len(text)]
    found = []
    for path, end in zip(paths, ends, strict=False):
        pairs = written_headers(text[path.end() : end])
        if any(name.lower().endswith("allow-origin") for name, _ in pairs):
            written = path[1] or path[2] or path[3] or path[4]
            found.append((written, Place(_expression(written), (_grant(written, pairs),))))
    return found


def _grant(path: str, pairs: list[tuple[str, str]]) -> Grant:
    grant = grant_of_headers(path, dict.fromkeys(pairs))
    if path.startswith("/.netlify/functions"):
        return replace(grant, origins=(), unknown=("the function itself",))
    return grant


def _expression(path: str) -> str:
    """One that is an expression of another kind counts for every path."""
    if path[0] in "*@" or "/**" in path:
        return _of_glob(path)
    if _EXPRESSION.search(re.sub(_REST, "", path)) is not None:
        return "^"
    return expression_for(path, one_part=_NAME, rest=_REST)


_GLOB: Final = lazy_pattern(r"\*\*/|\*\*|\*|\?|[@+?*]\((?P<either>[^()]*)\)")


def _of_glob(path: str) -> str:
    """`**/*.@(eot|woff)`: https://firebase.google.com/docs/hosting/full-config#glob_pattern_matching"""
    found, at = "^/?", 0
    path = path.removeprefix("/")
    for sign in _GLOB.finditer(path):
        found += re.escape(path[at : sign.start()])
        if sign["either"] is not None:
            found += f"(?:{'|'.join(map(re.escape, sign['either'].split('|')))})"
        else:
            found += {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}[sign[0]]
        at = sign.end()
    return f"{found}{re.escape(path[at:])}$"
