"""What calls of Java, Kotlin and C# are given."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ...patterns import lazy_pattern
from .code_values import Names
from .scan import balanced, strings_in

_MOST_CALLS: Final = 200
_DEEPEST: Final = 3
_LONGEST_VALUE: Final = 20_000
_WRAPPED: Final = lazy_pattern(
    r"\b(?:List|Set|Arrays|Collections|ImmutableList|ImmutableSet|Stream|Collectors)\.(?:of|asList|singletonList|copyOf)\b"
    r"|\bnew\s+(?:String|string)?\s*\[\s*\]|\bnew\s+(?:Array|Hash|Linked)?(?:List|HashSet|Set)\s*(?:<\w*>)?|\b(?:HttpMethod|RequestMethod)\.\w+"
    r"|\.(?:name|toString|asString)\s*\(\s*\)|\b(?:\w+\.){0,6}HttpHeaders\.\w+|\bCorsConfiguration\.ALL\b|\bHeaderNames\.\w+|\b(?:listOf|arrayOf|setOf|mutableListOf)\b"
)
_STRINGS: Final = lazy_pattern(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_WORD: Final = lazy_pattern(r"[A-Za-z_$][\w.$]*")
_HEADER: Final = lazy_pattern(r"\b(?:HttpHeaders|HeaderNames)\.(\w+)")


def told_by(text: str, pattern: str, part: str | None = None) -> Names:
    """What all calls of a method are given: texts, constants of the framework's, and what is computed."""
    texts: list[str] = []
    computed: list[str] = []
    part = text if part is None else part
    for call in islice(re.finditer(rf"\b{pattern}\s*\(", part), _MOST_CALLS):
        given = balanced(part, call.end() - 1)
        found = names_given(text, given)
        texts += found.texts
        computed += found.computed
    return Names(tuple(dict.fromkeys(texts)), (), tuple(dict.fromkeys(computed)))


def names_given(text: str, given: str, depth: int = 0) -> Names:
    """The texts in what a call is given, in a list of a kind or not, and what of it is computed."""
    rest = _WRAPPED.sub(" ", _STRINGS.sub(" ", given))
    texts = [part.strip() for each in strings_in(given) if "${" not in each for part in each.split(",") if part.strip()]
    texts += re.findall(r"\b(?:HttpMethod|RequestMethod)\.(\w+)", given)
    texts += [re.sub(r"(?<=[a-z])(?=[A-Z])|_", "-", each) for each in _HEADER.findall(given)]
    texts += ["*"] if "CorsConfiguration.ALL" in given else []
    computed: list[str] = [each for each in strings_in(given) if "${" in each]
    for word in _WORD.findall(rest):
        more = Names() if depth > _DEEPEST else _of_a_name(text, word, depth)
        texts += more.texts
        computed += more.computed or ([] if more.texts else [" ".join(given.split())[:60]])
    return Names(tuple(texts), (), tuple(computed))


def _of_a_name(text: str, word: str, depth: int) -> Names:
    """What a name is, where the text gives it once."""
    assigned = list(islice(re.finditer(rf"(?<![\w.]){re.escape(word)}\s*=(?!=)\s*", text), 2))
    if len(assigned) != 1 or "." in word:
        return Names()
    value = text[assigned[0].end() :].partition(";")[0]
    if value.startswith("{"):
        value = balanced(value, 0)
    return names_given(text, value, depth + 1) if len(value) < _LONGEST_VALUE else Names()
