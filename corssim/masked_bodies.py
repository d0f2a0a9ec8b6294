"""Secrets in bodies: the fields of JSON, forms, parts, markup, settings and code, whose names say that they are.

What is shown of a body is often its beginning, so nothing is taken for granted of its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .masked_markup import masked_markup
from .masked_members import masked_document, masked_members
from .masked_settings import is_masked, masked_settings
from .masking import _DEEPEST, MASK, _unquoted, mask_text
from .patterns import lazy_pattern
from .secret_names import LONGEST_NAME, is_secret_name

if TYPE_CHECKING:
    from re import Match

_FORM_FIELD = lazy_pattern(rf"(^|[&?\n])([^\s=&]{{1,{LONGEST_NAME}}})=([^\s&]*)")
_PART = lazy_pattern(
    # Nothing is given back: a line that goes on would be tried from each place at each length.
    r"""(name(?:\*=[\w-]{0,32}'[\w-]{0,32}'|=["']?)([^"'\r\n;]{1,128}+)[^\r\n]{0,200}+(?:\r?\n[^\r\n]{1,200}+){0,4}+\r?\n\r?\n)((?:(?!\r?\n--)[\s\S])*+)"""
)
_ESCAPED = lazy_pattern(
    r"\\(?:u00|x)([2-7][0-9A-Fa-f])|&(quot|amp|apos|#0{0,8}(?:34|38|39|58|61)|#x0{0,8}(?:22|26|27|3[AaDd]));"
)
_QUOTED = lazy_pattern(r"[\w.~%+*!()'-]+").fullmatch


def masked(text: str) -> str:
    """The body with its secrets masked."""
    plain = _plainly(text)
    if plain != text:
        shown = mask_text(_masked(plain, 0))
        if shown != plain:
            return shown
    return mask_text(_masked(text, 0))


def _plainly(text: str) -> str:
    r"""What is written as `\u0022`, `&quot;` or, the whole of it, as `%22`: what goes by a name is then seen."""
    if "%" in text and _QUOTED(text):
        from urllib.parse import unquote

        return unquote(text)
    return _ESCAPED.sub(_unescaped, text) if "\\" in text or "&" in text else text


def _unescaped(found: Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    from html import unescape

    return unescape(found.group())


def _masked(text: str, depth: int) -> str:
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        found = masked_document(text, lambda value: value if depth == _DEEPEST else _masked(value, depth + 1))
        if found is not None:
            return found
    if "name" in text:
        text = _PART.sub(_masking, text)
    if "=" in text:
        text = _FORM_FIELD.sub(lambda field: _masked_field(field, depth), text)
    if "<" in text:
        text = masked_markup(text)
    return masked_members(masked_settings(text))


def _masked_field(found: Match[str], depth: int) -> str:
    """A form's field; what is in it may be a document or a URL with secrets of its own."""
    mark, name, value = found.groups()
    if "%" in value and depth < _DEEPEST and not is_secret_name(_unquoted(name)):
        from urllib.parse import quote, unquote_plus

        inner = unquote_plus(value)
        kept = mask_text(_masked(inner, depth + 1))
        return found.group() if kept == inner else f"{mark}{name}={quote(kept, safe='*')}"
    return _masking(found)


def _masking(found: Match[str]) -> str:
    """The last group is the value of the name that is the one before it."""
    name, value = found.groups()[-2:]
    if not value or is_masked(value) or not is_secret_name(_unquoted(name)):
        return found.group()
    return found.group()[: len(found.group()) - len(value)] + MASK
