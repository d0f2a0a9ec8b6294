"""How each kind of file writes a value. Only tokens and serialised origins come here, so little is left to escape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

_META: Final = lazy_pattern(r"[.^$*+?|()\[\]{}\\]")
_SLASH: Final = lazy_pattern(r"\\.|/")
_TAKEN_FOR_A_PATTERN: Final = frozenset("*\\]?$^[]()")


def quoted(text: str) -> str:
    """A string of Python, JavaScript, Java, C# and JSON alike: no quotes and no backslashes come here."""
    return json.dumps(text)


def arguments(values: Iterable[str]) -> str:
    """Strings as arguments of a call."""
    return ", ".join(map(quoted, values))


def array(values: Iterable[str]) -> str:
    """Strings as a list of Python, JavaScript and JSON alike."""
    return f"[{arguments(values)}]"


def pattern_for(text: str) -> str:
    """A regular expression that matches `text` and nothing else, in Python's dialect and in Apache's."""
    return f"^{_META.sub(lambda found: chr(92) + found[0], text)}$"


def pattern_for_any(texts: Iterable[str]) -> str:
    """A regular expression that matches any of the texts and nothing else."""
    first, *others = [_META.sub(lambda found: chr(92) + found[0], text) for text in texts]
    return f"^(?:{'|'.join([first, *others])})$" if others else f"^{first}$"


def in_script(pattern: str) -> str:
    """An expression as it stands between slashes in JavaScript."""
    return _SLASH.sub(lambda found: found[0] if len(found[0]) > 1 else "\\/", pattern)


def flask_cors_value(text: str) -> str:
    """What flask-cors compares as it is: some characters make it take a text for a pattern, so those become one."""
    if text == "*" or _TAKEN_FOR_A_PATTERN.isdisjoint(text):
        return quoted(text)
    return f'r"{pattern_for(text)}"'


def apache_value(text: str) -> str:
    """A value of Apache's Header directive, where `%` begins a variable."""
    return '"' + text.replace("%", "%%") + '"'


def nginx_value(text: str) -> str:
    """A value of nginx, where `$` begins a variable and has no escape: a variable of our own stands for it."""
    return '"' + text.replace("$", "${cors_dollar}") + '"'
