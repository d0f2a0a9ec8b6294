"""What conditions of code say of an Origin: for which origins they hold, in JavaScript, PHP, Go, Java and their like.

A condition is told only where every part of it is of a kind that stands here; of another it is not known when it holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ...patterns import lazy_pattern
from .scan import balanced

if TYPE_CHECKING:
    from collections.abc import Callable


class Asked(NamedTuple):
    """The origins for which something holds: everybody's, or those with these texts and expressions."""

    everybody: bool = False
    texts: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @property
    def expressions(self) -> tuple[str, ...]:
        """Each as an expression that is found in the origins that are meant; () for everybody, and for nobody."""
        return (*(f"^{re.escape(each)}$" for each in self.texts), *self.patterns)


EVERYBODY: Final = Asked(everybody=True)
NOBODY: Final = Asked()


def either(one: Asked, other: Asked) -> Asked:
    """Where one of two conditions holds."""
    if one.everybody or other.everybody:
        return EVERYBODY
    return Asked(
        False,
        tuple(dict.fromkeys((*one.texts, *other.texts))),
        tuple(dict.fromkeys((*one.patterns, *other.patterns))),
    )


def both(one: Asked, other: Asked) -> Asked:
    """Where two conditions hold."""
    if one.everybody or other in (NOBODY, one):
        return other
    if other.everybody or one == NOBODY:
        return one
    if not one.patterns and not other.patterns:
        return Asked(False, tuple(each for each in one.texts if each in other.texts))
    return Asked(False, (), (f"^(?={_found(one)})(?={_found(other)})",))


def opposite(asked: Asked) -> Asked:
    """Where a condition does not hold."""
    if asked.everybody or asked == NOBODY:
        return NOBODY if asked.everybody else EVERYBODY
    return Asked(False, (), (f"^(?!{_found(asked)})",))


def _found(asked: Asked) -> str:
    scoped = (f"(?i:{each[4:]})" if each.startswith("(?i)") else f"(?:{each})" for each in asked.expressions)
    return f".*?(?:{'|'.join(scoped)})"


_NOT: Final = lazy_pattern(r"\s*(?:!(?!=)|not\b)\s*")
_TEXT: Final = r"(?:\"[^\"\n$]*\"|'[^'\n]*'|`[^`\n$]*`)"
_NOTHING: Final = r"(?:null|undefined|nil|None|''|\"\")"
_EQUAL: Final = r"(?P<equal>[!=]==?|\bis not\b|\bis\b)"


def asked_by(condition: str, origin: str, list_of: Callable[[str], tuple[str, ...] | None]) -> Asked | None:
    """The origins for which a condition holds; None where it asks something that is not known.

    `origin` is an expression of how the Origin is named, `list_of` gives the texts of a list by what stands for it.
    """
    condition = condition.strip()
    for sign, joined in ((r"\|\||\bor\b", either), (r"&&|\band\b", both)):
        pieces = split(condition, sign)
        if len(pieces) > 1:
            asked = [asked_by(piece, origin, list_of) for piece in pieces]
            whole = asked[0]
            for each in asked[1:]:
                whole = None if whole is None or each is None else joined(whole, each)
            return whole
    if condition[:1] == "(" and len(inner := balanced(condition, 0)) == len(condition) - 2:
        return asked_by(inner, origin, list_of)
    turned = _NOT.match(condition)
    if turned is not None:
        asked_for = asked_by(condition[turned.end() :], origin, list_of)
        return None if asked_for is None else opposite(asked_for)
    return _of_one(condition, origin, list_of)


def split(text: str, sign: str) -> list[str]:
    """The pieces between signs that stand in no bracket and no string."""
    pieces, at, begins = [], 0, 0
    of = re.compile(rf"(?P<sign>{sign})|(?P<text>{_TEXT})|(?P<opens>[(\[{{])")
    while (found := of.search(text, at)) is not None:
        at = found.end()
        if found["opens"]:
            at = min(len(text), found.start() + len(balanced(text, found.start())) + 2)
        elif found["sign"]:
            pieces.append(text[begins : found.start()])
            begins = at
    return [*pieces, text[begins:]]


def _of_one(condition: str, origin: str, list_of: Callable[[str], tuple[str, ...] | None]) -> Asked | None:
    """Where a condition of one part holds."""
    if condition in ("true", "false"):
        return EVERYBODY if condition == "true" else NOBODY
    for pattern, asked in _ATOMS:
        found = re.fullmatch(pattern.replace("ORIGIN", origin), condition, re.DOTALL)
        if found is not None:
            told = asked(found, list_of)
            turned = found.groupdict().get("equal") or ""
            return opposite(told) if told is not None and (turned[:1] == "!" or turned == "is not") else told
    return None


def _of_a_list(found: re.Match[str], list_of: Callable[[str], tuple[str, ...] | None]) -> Asked | None:
    texts = list_of(found["list"].strip())
    return None if texts is None else Asked(False, texts)


def _of_a_place(found: re.Match[str], list_of: Callable[[str], tuple[str, ...] | None]) -> Asked | None:
    """`list.indexOf(origin)`, compared with a number."""
    asked = _of_a_list(found, list_of)
    compared = re.sub(r"\s", "", found["compared"])
    if asked is None:
        return None
    if compared in ("!==-1", "!=-1", ">-1", ">=0"):
        return asked
    return opposite(asked) if compared in ("===-1", "==-1", "<0") else None


def _of_a_text(found: re.Match[str], list_of: object) -> Asked:
    return Asked(False, (found["text"][1:-1],))


def _of_an_expression(found: re.Match[str], list_of: object) -> Asked | None:
    if re.sub(r"[iu]", "", found["flags"]):
        return None
    return Asked(False, (), (f"(?i){found['expression']}" if "i" in found["flags"] else found["expression"],))


def _of_its_end(found: re.Match[str], list_of: object) -> Asked:
    return Asked(False, (), (f"{re.escape(found['text'][1:-1])}$",))


def _of_its_beginning(found: re.Match[str], list_of: object) -> Asked:
    return Asked(False, (), (f"^{re.escape(found['text'][1:-1])}",))


_LIST: Final = r"(?P<list>\$?[\w.$]+|\[[^\[\]]*\]|new Set\(\[[^\[\]]*\]\))"
_PREG_MATCH: Final = (
    r"preg_match\s*\(\s*(?P<quote>['\"])(?P<limit>[/#~@])(?P<expression>[^'\"\n]+)(?P=limit)(?P<flags>[a-z]*)(?P=quote)"
    r"\s*,\s*ORIGIN\s*\)"
)
_INCLUDES: Final = (
    rf"ORIGIN\.includes\(\s*(?P<text>{_TEXT})\s*\)"
    rf"|ORIGIN\.indexOf\(\s*(?P<other>{_TEXT})\s*\)\s*(?:!==?\s*-\s*1|>\s*-\s*1|>=\s*0)"
)
_ATOMS: Final = (
    (r"ORIGIN", lambda found, list_of: EVERYBODY),
    (rf"ORIGIN\s*{_EQUAL}\s*{_NOTHING}", lambda found, list_of: NOBODY),
    (rf"{_NOTHING}\s*{_EQUAL}\s*ORIGIN", lambda found, list_of: NOBODY),
    (rf"typeof\s+ORIGIN\s*{_EQUAL}\s*(?:'string'|\"string\")", lambda found, list_of: EVERYBODY),
    (r"isset\s*\(\s*ORIGIN\s*\)|ORIGIN\.present\?", lambda found, list_of: EVERYBODY),
    (r"empty\s*\(\s*ORIGIN\s*\)|ORIGIN\.isEmpty\(\)", lambda found, list_of: NOBODY),
    (rf"ORIGIN\s*{_EQUAL}\s*(?P<text>{_TEXT})", _of_a_text),
    (rf"(?P<text>{_TEXT})\s*{_EQUAL}\s*ORIGIN", _of_a_text),
    (rf"(?P<text>{_TEXT})\.equals\(\s*ORIGIN\s*\)|ORIGIN\.equals\(\s*(?P<other>{_TEXT})\s*\)",
     lambda found, list_of: Asked(False, ((found["text"] or found["other"])[1:-1],))),
    (rf"{_LIST}\s*\.\s*(?:includes|contains|Contains|has|include\?)\s*\(\s*ORIGIN!?\s*\)", _of_a_list),
    (rf"in_array\s*\(\s*ORIGIN\s*,\s*{_LIST}\s*(?:,\s*(?:true|TRUE)\s*)?\)", _of_a_list),
    (rf"slices\.Contains\s*\(\s*{_LIST}\s*,\s*ORIGIN\s*\)", _of_a_list),
    (rf"{_LIST}\s*\[\s*ORIGIN\s*\]", _of_a_list),
    (rf"{_LIST}\s*\.\s*indexOf\s*\(\s*ORIGIN!?\s*\)\s*(?P<compared>(?:[!=]==?|[<>]=?)\s*-?\s*\d+)", _of_a_place),
    (r"/(?P<expression>(?:[^/\\\n]|\\.)+)/(?P<flags>[a-z]*)\.test\(\s*ORIGIN\s*\)", _of_an_expression),
    (r"ORIGIN\.match\(\s*/(?P<expression>(?:[^/\\\n]|\\.)+)/(?P<flags>[a-z]*)\s*\)", _of_an_expression),
    (_PREG_MATCH, _of_an_expression),
    (rf"ORIGIN\.(?:endsWith|EndsWith)\(\s*(?P<text>{_TEXT})\s*\)", _of_its_end),
    (rf"strings\.HasSuffix\(\s*ORIGIN\s*,\s*(?P<text>{_TEXT})\s*\)", _of_its_end),
    (rf"str_ends_with\(\s*ORIGIN\s*,\s*(?P<text>{_TEXT})\s*\)", _of_its_end),
    (rf"ORIGIN\.(?:startsWith|StartsWith)\(\s*(?P<text>{_TEXT})\s*\)", _of_its_beginning),
    (rf"strings\.HasPrefix\(\s*ORIGIN\s*,\s*(?P<text>{_TEXT})\s*\)", _of_its_beginning),
    (rf"str_starts_with\(\s*ORIGIN\s*,\s*(?P<text>{_TEXT})\s*\)", _of_its_beginning),
    (_INCLUDES, lambda found, list_of: Asked(False, (), (re.escape((found["text"] or found["other"])[1:-1]),))),
)  # fmt: skip
