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
    r"(?P<between>\s*(?:[,:=]|=>|\s)\s*)(?P<value>\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|(?:[^\n;{}]|\{\$[^{}\n]{1,200}\})+)",
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


_BEGINS_A_VALUE: Final = lazy_pattern(
    r"[*$%{\[<@+-]|(?:null|true|false|origin|self)\b|\d|[A-Za-z][\w.+-]*://|[\w-]+(?:\.[\w-]+)*(?::[\d*]|\.[\w-]+)"
)
_LIST: Final = lazy_pattern(r"[\w*-]+(?:\s*,\s*[\w*-]+)*,?")
_KEYWORDS: Final = r"(?!(?:if|else|or|and|not|await|new|in|is|typeof|return|unless)\b)"
_WORDS: Final = lazy_pattern(rf"(?:^|[\s,*])(?:{_KEYWORDS}[^\W\d_]{{2,}}\s+){{2}}{_KEYWORDS}[^\W\d_]{{2,}}")
_TWO_WORDS: Final = lazy_pattern(r"(?:^|[\s,*])[^\W\d_]{2,}\s+[^\W\d_]{2,}")
_CODE: Final = lazy_pattern(r"[(){}$;|+`\"]")


def _is_of_a_sentence(written: re.Match[str]) -> bool:
    """Report whether the name stands in a sentence about the header, as consoles and people write them.

    What goes on with words gives no value: `'Access-Control-Allow-Origin' header is missing`.
    """
    value = written["value"].strip()
    is_spaced = not written["between"].strip()  # as `Header set NAME VALUE` has it
    if value[:1] in "\"'`":
        return is_spaced and _TWO_WORDS.match(written.string, written.end()) is not None
    if is_spaced:
        is_list = not written["name"].lower().endswith(("origin", "credentials"))
        return _BEGINS_A_VALUE.match(value) is None and not (is_list and _LIST.fullmatch(value))
    if _CODE.search(value) is not None:
        return False
    return (_WORDS if written["quote"] else _TWO_WORDS).search(value) is not None


def written_headers(text: str) -> list[tuple[str, str]]:
    """Every CORS header that a text gives a value for, each spelling of its language: calls, tables, lines."""
    found = []
    for written in _WRITTEN.finditer(text):
        if _is_of_a_sentence(written):
            continue
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
