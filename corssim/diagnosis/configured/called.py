"""What calls of Kotlin are given."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ...patterns import lazy_pattern
from .code_values import Names
from .scan import balanced, strings_in

_DEEPEST: Final = 3
_LONGEST_VALUE: Final = 20_000
_MOST_NAMES: Final = 500  # looked up in one text; what is beyond is not known
_SHOWN: Final = 60  # characters of what is computed
_WRAPPED: Final = lazy_pattern(
    r"\b(?:List|Set|Arrays|Collections|ImmutableList|ImmutableSet|Stream|Collectors)\.(?:of|asList|singletonList|copyOf)\b"
    r"|\bnew\s+(?:String|string)?\s*\[\s*\]|\bnew\s+(?:Array|Hash|Linked)?(?:List|HashSet|Set)\s*(?:<\w*>)?|\b(?:HttpMethod|RequestMethod)\.\w+"
    r"|\.(?:name|toString|asString)\s*\(\s*\)|\b(?:\w+\.){0,6}HttpHeaders\.\w+|\bCorsConfiguration\.ALL\b|\b(?:listOf|arrayOf|setOf|mutableListOf)\b"
)
_STRINGS: Final = lazy_pattern(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_WORD: Final = lazy_pattern(r"[A-Za-z_$][\w.$]*")
_ASSIGNMENT: Final = lazy_pattern(r"(?<![\w.$])([A-Za-z_$][\w$]*)\s*=(?!=)\s*")
_HEADER: Final = lazy_pattern(r"\bHttpHeaders\.(\w+)")


def names_given(text: str, given: str, depth: int = 0) -> Names:
    """The texts in what a call is given, in a list of a kind or not, and what of it is computed."""
    if len(given) > _LONGEST_VALUE:
        return Names((), (), (given[:_SHOWN],))
    rest = _WRAPPED.sub(" ", _STRINGS.sub(" ", given))
    texts = [part.strip() for each in strings_in(given) if "${" not in each for part in each.split(",") if part.strip()]
    texts += re.findall(r"\b(?:HttpMethod|RequestMethod)\.(\w+)", given)
    texts += [re.sub(r"(?<=[a-z])(?=[A-Z])|_", "-", each) for each in _HEADER.findall(given)]
    texts += ["*"] if "CorsConfiguration.ALL" in given else []
    computed: list[str] = [each for each in strings_in(given) if "${" in each]
    for word in dict.fromkeys(_WORD.findall(rest)):
        more = Names() if depth > _DEEPEST else _assigned_in(text).names_of(word, depth)
        texts += more.texts
        computed += more.computed or ([] if more.texts else [" ".join(given.split())[:_SHOWN]])
    return Names(tuple(texts), (), tuple(computed))


class _Assigned:
    """The names of a text that it gives once, each looked up once: what they are given may name others."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._values: dict[str, int | None] = {}
        self._known: dict[tuple[str, int], Names] = {}
        for found in _ASSIGNMENT.finditer(text):
            self._values[found[1]] = None if found[1] in self._values else found.end()

    def names_of(self, word: str, depth: int) -> Names:
        """What a name is given; nothing where the text does not tell."""
        start = self._values.get(word)
        if start is None or (len(self._known) >= _MOST_NAMES and (word, depth) not in self._known):
            return Names()
        if (word, depth) not in self._known:
            self._known[word, depth] = Names()  # a name that is made of itself tells nothing
            self._known[word, depth] = names_given(self._text, self._value_at(start), depth + 1)
        return self._known[word, depth]

    def _value_at(self, start: int) -> str:
        value = self._text[start : start + _LONGEST_VALUE + 1].partition(";")[0]
        return balanced(value, 0) if value.startswith("{") else value


@lru_cache(maxsize=2)
def _assigned_in(text: str) -> _Assigned:
    return _Assigned(text)
