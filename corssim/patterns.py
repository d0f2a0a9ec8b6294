"""Regular expressions that are compiled when they are first used: most commands use few of those that they load."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from re import Pattern, compile as lazy_pattern

    __all__ = ["between", "lazy_pattern"]
else:
    import re

    class lazy_pattern:  # noqa: N801 (it stands for a function, `re.compile`)
        """What `re.compile` gives, at a thousandth of its price until something is asked of it."""

        def __init__(self, text, flags=0):
            self._written = text, flags

        def __getattr__(self, name):
            """A method or an attribute of the pattern. It is kept, so that this is asked once."""
            if name.startswith("__"):
                raise AttributeError(name)
            value = getattr(re.compile(*self._written), name)
            setattr(self, name, value)
            return value

        def __repr__(self):
            return repr(re.compile(*self._written))


def between(opening: Pattern[str], closing: Pattern[str], text: str) -> list[str]:
    """What stands between each opening and the first closing behind it, however many openings are never closed."""
    *closed, _ = closing.split(text)
    return [piece[found.end() :] for piece in closed if (found := opening.search(piece)) is not None]
