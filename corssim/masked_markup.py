"""Secrets in markup: what an element, an attribute or a comment holds whose name says so, in XML as in HTML.

A text may be the beginning of a document: what is never closed is taken to go on to its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .masking import MASK
from .patterns import lazy_pattern
from .records import NamedTuple
from .secret_names import LONGEST_NAME, is_secret_name

if TYPE_CHECKING:
    from re import Match

_MARK = lazy_pattern(
    r"<!--(?:(?!-->)[\s\S])*+(?:-->)?|<!\[CDATA\[(?:(?!\]\]>)[\s\S])*+(?:\]\]>)?"
    rf"|<(/?)(?:[\w.-]{{1,64}}:)?([\w.-]{{1,{LONGEST_NAME}}})((?=[\s/>])[^<>]*+)>"
)
_TAG = lazy_pattern(r"<[A-Za-z][^<>]*+")
_NAMED = lazy_pattern(rf"""\b(?:name|id|key|property)\s{{0,8}}=\s{{0,8}}["']?([\w.-]{{1,{LONGEST_NAME}}})""")
_ITS_VALUE = lazy_pattern(r"""\b((?:value|content)\s{0,8}=\s{0,8})("[^"]*+"?|'[^']*+'?|[^\s"'>]++)""")
_UNQUOTED = lazy_pattern(rf"""([\w:.-]{{1,{LONGEST_NAME}}})(\s{{0,8}}=\s{{0,8}})([^\s"'<>]++)""")
_ARE_NO_ELEMENTS = frozenset({"code"})  # of HTML, and of every error
_HOLD_NOTHING = frozenset({"input", "meta", "link", "img", "br", "hr", "param", "source", "embed", "area", "base"})
_NAME_THE_NEXT = frozenset({"key", "name"})  # `<key>token</key><string>S</string>`
_ARE_ATTRIBUTES = ("name", "id", "key")


class _Tag(NamedTuple):
    name: str
    is_closing: bool
    attributes: str
    start: int
    end: int


def masked_markup(text: str) -> str:
    """The text with the secrets of its elements and attributes masked. Takes linear time."""
    return _TAG.sub(_masked_tag, _masked_elements(text))


def _masked_elements(text: str) -> str:
    tags = [
        _Tag(found[2], bool(found[1]), found[3], found.start(), found.end())
        for found in _MARK.finditer(text)
        if found[2] is not None
    ]
    closings = _closings(tags)
    kept, done = [], 0
    names_the_next = False
    for at, tag in enumerate(tags):
        if tag.is_closing:
            names_the_next = names_the_next and tag.name.lower() in _NAME_THE_NEXT
        if tag.is_closing or tag.start < done or tag.attributes.endswith("/"):
            continue
        closing = closings.get(at)
        inside_until = _end_of_unclosed(text, tags, at) if closing is None else tags[closing].start
        inside = text[tag.end : inside_until] if closing is not None and closing == at + 1 else ""
        if tag.name.lower() in _NAME_THE_NEXT and is_secret_name(inside.strip()):
            names_the_next = True
            continue
        if names_the_next or _is_secret_element(tag.name):
            names_the_next = False
        elif tag.name.lower() not in _HOLD_NOTHING and _has_a_secret_name(tag.attributes):
            # Of `<div id="token">` the text alone: there may be a page in it. A setting has its value in an element.
            inside_until = tags[at + 1].start if at + 1 < len(tags) else len(text)
            names_the_next = at + 1 < len(tags) and tags[at + 1].name.lower() == "value"
        else:
            continue
        if text[tag.end : inside_until].strip():
            kept += [text[done : tag.end], MASK]
            done = inside_until
    return "".join((*kept, text[done:]))


def _closings(tags: list[_Tag]) -> dict[int, int]:
    """Which tag closes which."""
    opened: dict[str, list[int]] = {}
    closings = {}
    for at, tag in enumerate(tags):
        if not tag.is_closing:
            if not tag.attributes.endswith("/"):
                opened.setdefault(tag.name, []).append(at)
        elif opened.get(tag.name):
            closings[opened[tag.name].pop()] = at
    return closings


def _end_of_unclosed(text: str, tags: list[_Tag], at: int) -> int:
    """An element that is cut off goes on to the end, but where text follows at once: "set <token> to <b>it</b>"."""
    following = text.find("<", tags[at].end)
    if following < 0 or not text[tags[at].end : following].strip():
        return len(text)
    return following


def _is_secret_element(name: str) -> bool:
    return name.lower() not in _ARE_NO_ELEMENTS and is_secret_name(name)


def _has_a_secret_name(attributes: str) -> bool:
    return any(is_secret_name(name) for name in _NAMED.findall(attributes))


def _masked_tag(found: Match[str]) -> str:
    """`<input name="csrf_token" value="S">`, in whatever order, and `<a data-token=S>`."""
    tag = _UNQUOTED.sub(_masked_attribute, found.group())
    if _has_a_secret_name(tag):
        return _ITS_VALUE.sub(lambda value: f'{value[1]}"{MASK}"', tag)
    return tag


def _masked_attribute(found: Match[str]) -> str:
    name, equals, _ = found.groups()
    return f"{name}{equals}{MASK}" if name.lower() not in _ARE_ATTRIBUTES and is_secret_name(name) else found.group()
