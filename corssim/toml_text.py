"""TOML that somebody else wrote. The library's time for one key grows with the square of its parts, so they are few."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from .patterns import lazy_pattern

_MOST_PARTS = 32
_STRING = r""""(?:[^"\\\n]++|\\[^\n])*+"|'[^'\n]*+'"""
_PART = rf"(?:[A-Za-z0-9_-]++|{_STRING})"
_LONG_NUMBER = lazy_pattern(r"\d{4301}")  # Python reads no integer that is longer
_TOKEN = lazy_pattern(
    # What is not closed ends with the text or the line, so that nothing is looked through twice.
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\\?\Z)|' + r"'''(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)|#[^\n]*+|"
    rf"(?P<long>{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_MOST_PARTS}}})|{_PART}|"
    r""""(?:[^"\\\n]++|\\[^\n])*+\\?|'[^'\n]*+|[^"'#A-Za-z0-9_-]++|-""",
    re.DOTALL,
)


def toml_of(text: str) -> dict[str, Any]:
    """The document. Raises TOMLDecodeError, also for what Python cannot hold and for a key of more than 32 parts."""
    if any(line.count(".") >= _MOST_PARTS for line in text.split("\n")):
        long = next((found for found in _TOKEN.finditer(text) if found["long"]), None)
        if long is not None:
            raise tomllib.TOMLDecodeError(f"a key of more than {_MOST_PARTS} parts{_at(text, long)}")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("brackets are nested too deeply") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        where = _at(text, _LONG_NUMBER.search(text))
        raise tomllib.TOMLDecodeError(f"a number of too many digits{where}") from None


def _at(text: str, found: re.Match[str] | None) -> str:
    return "" if found is None else f" (at line {text.count(chr(10), 0, found.start()) + 1})"
