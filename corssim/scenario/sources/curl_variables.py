"""--variable and --expand-… of curl 8.3 and later. https://curl.se/docs/manpage.html#--variable"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from ...patterns import lazy_pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping

_USED = lazy_pattern(r"(?<!\\)\{\{(\w+)((?::\w+)*)\}\}")
_FUNCTIONS: dict[str, Callable[[str], str]] = {
    "trim": str.strip,
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "url": lambda text: quote(text, safe="-._~"),
    "b64": lambda text: base64.b64encode(text.encode()).decode(),
}


def set_variable(variables: dict[str, str], given: str, define: Mapping[str, str]) -> None:
    """NAME=content, %NAME (the environment's) or %NAME=default. What a file holds (NAME@file) is not known."""
    is_of_environment = given.startswith("%")
    name, equals, content = given.removeprefix("%").partition("=")
    if is_of_environment and name in define:
        variables[name] = define[name]
    elif equals and "@" not in name:
        variables[name] = content


def with_variables(text: str, variables: Mapping[str, str], unknown: list[str]) -> str:
    """A text with its {{NAME:function}} filled in; `unknown` gets the names that nobody set."""

    def filled(found: re.Match[str]) -> str:
        functions = [_FUNCTIONS.get(name) for name in found[2].split(":")[1:]]
        if found[1] not in variables or None in functions:
            unknown.append(found[1])
            return f"${{{found[1]}}}"
        value = variables[found[1]]
        for function in functions:
            value = value if function is None else function(value)
        return value

    return _USED.sub(filled, text)
