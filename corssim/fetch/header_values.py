"""Header values: split at their commas, quoted strings kept whole; and the token that one is.

Values are `str` in which each character is one byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..patterns import lazy_pattern

if TYPE_CHECKING:
    import re

HTTP_TAB_OR_SPACE = "\t "
"""https://fetch.spec.whatwg.org/#http-tab-or-space"""

_BEFORE_QUOTE_OR_COMMA = lazy_pattern(r'[^",]*')
_BEFORE_QUOTE_OR_BACKSLASH = lazy_pattern(r'[^"\\]*')


def token_of_item(value: str | None) -> str:
    """The token that a structured field's item is, its parameters left out; "" for other items and for lists.

    https://www.rfc-editor.org/rfc/rfc9651#section-4.2.3
    """
    bare = "" if value is None else value.partition(";")[0].strip(" ")
    return "" if "," in bare else bare


def get_decode_and_split_value(value: str) -> list[str]:
    """Split one combined header value at the commas outside quoted strings. There is at least one part.

    Parts lose their surrounding tabs and spaces and may be empty.
    https://fetch.spec.whatwg.org/#header-value-get-decode-and-split
    """
    if '"' not in value:
        return [part.strip(HTTP_TAB_OR_SPACE) for part in value.split(",")]
    values: list[str] = []
    start = position = 0
    while True:
        position = _end_of(_BEFORE_QUOTE_OR_COMMA, value, position)
        if value.startswith('"', position):
            _, position = collect_http_quoted_string(value, position)
            if position < len(value):
                continue
        values.append(value[start:position].strip(HTTP_TAB_OR_SPACE))
        if position >= len(value):
            return values
        start = position = position + 1


def collect_http_quoted_string(text: str, position: int, *, extract_value: bool = False) -> tuple[str, int]:
    """Read the quoted string that opens at `position`, to its closing quote or the end of the text.

    Returns it as written, or with `extract_value` what it quotes, and the position after it.
    https://fetch.spec.whatwg.org/#collect-an-http-quoted-string
    """
    start = position
    value: list[str] = []
    position += 1
    while True:
        end = _end_of(_BEFORE_QUOTE_OR_BACKSLASH, text, position)
        value.append(text[position:end])
        position = end
        if position >= len(text):
            break
        position += 1
        if text[position - 1] == '"':
            break
        if position >= len(text):
            value.append("\\")
            break
        value.append(text[position])
        position += 1
    return ("".join(value) if extract_value else text[start:position]), position


def _end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    assert match is not None  # the patterns match the empty string
    return match.end()
