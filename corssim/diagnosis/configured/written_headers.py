"""Headers that are written out: in code of any language, and in files of headers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from .model import REFLECTED, Grant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import On

NAME: Final = r"Access-Control-(?:Allow-(?:Origin|Credentials|Methods|Headers)|Expose-Headers|Max-Age)"
_WRITTEN: Final = lazy_pattern(
    # or beside it, as key and value
    rf"(?P<quote>[\"'`]?)(?P<name>{NAME})[\"'`]?\]?(?:\s*,?\s*[\"'`]?value[\"'`]?(?=\s*[:=]))?"
    r"\s*(?:[,:=]|=>|\s)\s*(?P<value>\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|(?:[^\n;{}]|\{\$[^{}\n]{1,200}\})+)",
    re.IGNORECASE,
)
_COMPUTED: Final = lazy_pattern(r"[$({]")
_REFLECTING: Final = lazy_pattern(
    r"\$http_origin\b|%\{(?:HTTP_)?Origin\}[ie]|\{http\.request\.header\.Origin\}|HTTP_ORIGIN|\borigin\b", re.IGNORECASE
)


def grant_of_headers(where: str, pairs: Iterable[tuple[str, str]], *, on: On = "all") -> Grant:
    """One place's grant, from the header lines that it sends. A value that is no text is not known, or reflects."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name.lower().removeprefix("access-control-"), []).append(value)
    origins = values.get("allow-origin", [])
    credentials = values.get("allow-credentials", [])
    unknown = tuple(value for value in origins if "$" in value or "%{" in value or value.startswith("("))
    known = [REFLECTED if _REFLECTING.search(value) and "://" not in value else value for value in origins]
    return Grant(
        where=where,
        origins=tuple(known),
        joined_origins=len(known) > 1 or any("," in value for value in known),
        credentials=any(value.strip().lower() == "true" for value in credentials),
        computed=tuple(("credentials", value.strip("()")[:60]) for value in credentials if _COMPUTED.search(value)),
        methods=_names(values.get("allow-methods")),
        headers=_names(values.get("allow-headers")),
        any_header=any(
            "request_headers" in value.lower() or "request-headers" in value.lower()
            for value in values.get("allow-headers", [])
        ),
        expose=_names(values.get("expose-headers")),
        max_age=values["max-age"][-1] if "max-age" in values else None,
        on=on,
        unknown=tuple(value.strip("()") for value in unknown if not _REFLECTING.search(value)),
    )


def _names(values: list[str] | None) -> tuple[str, ...] | None:
    if values is None:
        return None
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


_LITERAL: Final = lazy_pattern(r"true|false|[0-9_ *]+|[Tt]rue\.toString\(")


def _ends_inside(quote: str, text: str) -> bool:
    """Whether name and value stand in one text: `"Access-Control-Max-Age: 5"`."""
    return text.count(quote) == 2 and text.rstrip(" ;,)").endswith(quote)


def written_headers(text: str) -> list[tuple[str, str]]:
    """Every CORS header that a text gives a value for, each spelling of its language: calls, tables, lines."""
    found = []
    for written in _WRITTEN.finditer(text):
        value = written["value"].strip().rstrip(",)").strip()
        if value[:1] in "\"'`" and value[-1:] == value[:1]:
            value = value[1:-1]
        elif not value.startswith("*") and written["value"][:1] not in "\"'`" and "(" in value:
            value = value.split(")")[0]
        is_code = written["quote"] and written["value"][:1] not in "\"'`*"
        if is_code and _LITERAL.fullmatch(value) is None and not _ends_inside(written["quote"], written[0]):
            value = f"({value})"  # a name or a call: what it is, the running program knows
        found.append((written["name"], value.strip().strip("'\"")))
    return found
