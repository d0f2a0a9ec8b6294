"""Secrets in bodies: the fields of JSON, forms, parts, markup, settings and code, whose names say that they are.

What is shown of a body is often its beginning, so nothing is taken for granted of its end.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .masking import _DEEPEST, _LONGEST_NAME, MASK, _unquoted, is_secret_name, mask_text
from .patterns import lazy_pattern

if TYPE_CHECKING:
    from re import Match

_FORM_FIELD = lazy_pattern(rf"(^|[&?\n])([^\s=&]{{1,{_LONGEST_NAME}}})=([^\s&]*)")
_PART = lazy_pattern(
    # Nothing is given back: a line that goes on would be tried from each place at each length.
    r"""(name=["']?([^"'\r\n;]{1,128}+)[^\r\n]{0,200}+(?:\r?\n[^\r\n]{1,200}+){0,4}+\r?\n\r?\n)"""
    r"((?:(?!\r?\n--)[\s\S])*+)"
)
_ELEMENT = lazy_pattern(
    rf"(<(?:[\w.-]{{1,64}}:)?([\w.-]{{1,{_LONGEST_NAME}}})(?:\s[^<>]{{0,1000}})?>)"
    r"((?:<!\[CDATA\[(?:(?!\]\]>)[\s\S])*+(?:\]\]>)?|[^<])++)"
)
_TAG = lazy_pattern(r"<[A-Za-z][^<>]*+")
_NAMED = lazy_pattern(rf"""\b(?:name|id|key|property)\s{{0,8}}=\s{{0,8}}["']?([\w.-]{{1,{_LONGEST_NAME}}})""")
_ITS_VALUE = lazy_pattern(r"""\b((?:value|content)\s{0,8}=\s{0,8})("[^"]*+"?|'[^']*+'?|[^\s"'>]++)""")
_SETTING = lazy_pattern(
    r"(?m)^([ \t]*+(?:-[ \t]++)?(?:export[ \t]++|set[ \t]++)?"
    rf"([\w.-]{{1,{_LONGEST_NAME}}})[ \t]*+[:=][ \t]*+)([^\r\n]++)"
)
_OPENING = lazy_pattern(
    rf"""(?<![\w$.-])([\w$.-]{{1,{_LONGEST_NAME}}})(\\?["']?\s{{0,8}}(?:=>|[:=])\s{{0,8}})(\\?["'`]|[\[{{])"""
)
_CLOSED = {quote: lazy_pattern(rf"(?:[^{quote}\\]|\\[\s\S])*+") for quote in "\"'`"} | {
    "\\" + quote: lazy_pattern(rf"(?:(?!\\{quote})[\s\S])*+") for quote in "\"'"
}
_STRING_OR_BRACKET = lazy_pattern(r"""\\?"(?:[^"\\]|\\[^"])*+(?:\\?")?|[\[\]{}]""")
_NAME_A_PAIR = frozenset({"name", "key"})
_ARE_NO_ELEMENTS = frozenset({"code"})  # of HTML, and of every error


def masked(text: str) -> str:
    """The body with its secrets masked."""
    return mask_text(_masked(text, 0))


def _masked(text: str, depth: int) -> str:
    if text.lstrip()[:1] in ("{", "["):
        found = _masked_document(text, depth)
        if found is not None:
            return found
    if "name=" in text:
        text = _PART.sub(_masking, text)
    if "=" in text:
        text = _FORM_FIELD.sub(lambda field: _masked_field(field, depth), text)
    if "<" in text:
        text = _ELEMENT.sub(_masked_element, text)
        text = _TAG.sub(_masked_tag, text)
    text = _SETTING.sub(_masking, text)
    return _masked_members(text)


def _masked_document(text: str, depth: int) -> str | None:
    """Whole JSON, masked by its structure; None where it is none."""
    try:
        changed = _Changed()
        members = changed.members(json.loads(text), depth)
        return json.dumps(members, ensure_ascii=False) if changed.is_so else text
    except (ValueError, RecursionError):
        return None


class _Changed:
    """Whether anything of a document was masked; what was not stays as it was written."""

    is_so = False

    def members(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            named = [member for name, member in value.items() if name.lower() in _NAME_A_PAIR]
            is_pair = any(isinstance(each, str) and is_secret_name(each) for each in named)
            return {
                name: self.masked(member)
                if is_secret_name(name) or (is_pair and name.lower() == "value")
                else self.members(member, depth)
                for name, member in value.items()
            }
        if isinstance(value, list):
            return [self.members(item, depth) for item in value]
        if isinstance(value, str) and depth < _DEEPEST and any(mark in value for mark in "=:<"):
            inner = _masked(value, depth + 1)
            self.is_so |= inner != value
            return inner
        return value

    def masked(self, value: Any) -> Any:
        if value in (None, "", True, False):
            return value
        self.is_so = True
        return MASK


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
    if not value or _is_masked(value) or not is_secret_name(_unquoted(name)):
        return found.group()
    return found.group()[: len(found.group()) - len(value)] + MASK


def _masked_element(found: Match[str]) -> str:
    tag, name, text = found.groups()
    is_secret = text.strip() and name.lower() not in _ARE_NO_ELEMENTS and is_secret_name(name)
    return f"{tag}{MASK}" if is_secret else found.group()


def _masked_tag(found: Match[str]) -> str:
    """`<input name="csrf_token" value="S">`, in whatever order."""
    tag = found.group()
    if any(is_secret_name(name) for name in _NAMED.findall(tag)):
        return _ITS_VALUE.sub(lambda value: f'{value[1]}"{MASK}"', tag)
    return tag


def _masked_members(text: str) -> str:
    """`"token": "S"`, `{token: 'S'}`, `password="S"`, `tokens: ["S", …`: as they are written, up to where they end."""
    kept, done = [], 0
    while (found := _OPENING.search(text, done)) is not None:
        kept.append(text[done : found.start(3)])
        done = found.start(3)
        opening = found[3]
        if not is_secret_name(found[1]):
            kept.append(opening)
            done = found.end()
        elif opening in _CLOSED:
            closed = _CLOSED[opening].match(text, found.end())
            assert closed is not None
            kept.append(opening + (MASK if closed.group() else ""))
            done = closed.end()
        else:
            kept.append(f'"{MASK}"')
            done = _end_of_brackets(text, done)
    return "".join(kept) + text[done:]


def _end_of_brackets(text: str, start: int) -> int:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text, start):
        if found.group() in ("[", "{"):
            depth += 1
        elif found.group() in ("]", "}"):
            depth -= 1
            if depth == 0:
                return found.end()
    return len(text)


def _is_masked(value: str) -> bool:
    """Report whether there is no more than the mask, and marks of the text around it."""
    return value.startswith(MASK) and not any(map(str.isalnum, value))
