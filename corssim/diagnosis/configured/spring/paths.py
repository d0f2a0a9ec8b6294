"""Patterns of paths: PathPattern and AntPathMatcher, of a servlet's mapping too.

https://docs.spring.io/spring-framework/docs/current/javadoc-api/org/springframework/web/util/pattern/PathPattern.html
"""

from __future__ import annotations

import re
from typing import Final

from ....patterns import lazy_pattern
from ..model import matches
from ..replies import NotTold

_PART: Final = lazy_pattern(r"\*\*|\*|\?|\{\*[^{}]*\}|\{[^{}:]*(?::(?P<expression>(?:[^{}]|\{[^{}]*\})*))?\}")


def expression_of_path(pattern: str) -> str:
    """`?` is a letter, `*` and `{name}` what has no slash, `{name:expression}` what it tells, `/**` all below."""
    expression, end = "", 0
    for part in _PART.finditer(pattern):
        expression += re.escape(pattern[end : part.start()])
        end = part.end()
        if part[0] == "**" or part[0].startswith("{*"):
            # What is below, and the place itself.
            expression = f"{expression[:-1]}(?:/.*)?" if expression.endswith("/") else f"{expression}.*"
        elif part["expression"] is not None:
            expression += f"(?:{part['expression']})"
        else:
            expression += "[^/]" if part[0] == "?" else "[^/]*" if part[0] == "*" else "[^/]+"
    return f"^{expression}{re.escape(pattern[end:])}$"


def is_for(pattern: str, path: str) -> bool:
    """Whether a pattern is for a path. Raises `NotTold` for one whose kind decides."""
    if not pattern.startswith("/"):
        raise NotTold(f"the path {pattern!r}, without a slash at its begin,")
    return matches(expression_of_path(pattern), path)


def servlet_is_for(pattern: str, path: str) -> bool:
    """Whether a filter's pattern is for a path: `/*`, `/api/*`, `*.do`, or a path."""
    if pattern.startswith("*."):
        return path.endswith(pattern[1:])
    if pattern.endswith("/*"):
        below = pattern[:-2]
        return path == below or path.startswith(f"{below}/")
    return path == pattern


def example_of_path(pattern: str) -> str:
    """A path that a pattern is for."""
    found = _PART.sub(lambda part: "1" if part[0].startswith("{") and "*" not in part[0] else "items", pattern)
    return found if found.startswith("/") else f"/{found}"
