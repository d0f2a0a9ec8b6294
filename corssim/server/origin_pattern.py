"""A pattern of origins, as a policy has it: Python's syntax, and an end to its patience."""

from __future__ import annotations

from ..errors import UsageError

_PATIENCE = 0.5  # seconds for one origin; what takes longer backtracks without end
_PROBES = tuple(f"https://{host}!" for host in ("a" * 60, "a." * 30, "1" * 60, "a-" * 30))


def check_origin_pattern(pattern: str) -> None:
    """Raise `UsageError` for a pattern that cannot be read, and for one that backtracks without end on a long host."""
    for probe in _PROBES:
        matches_origin(pattern, probe)


def matches_origin(pattern: str, origin: str) -> bool:
    """Report whether the pattern matches the whole origin.

    Raises `UsageError` for a pattern that cannot be read, and for one that goes over the same origin again and again.
    """
    try:
        import regex  # here, because few policies have a pattern; `re` knows no time limit
    except ImportError:  # under Pyodide, where the page ends what takes too long
        return _matches_without_limit(pattern, origin)
    try:
        return regex.fullmatch(pattern, origin, timeout=_PATIENCE) is not None
    except regex.error as error:
        raise UsageError(f"allow_origin_regex: {pattern!r} can't be read: {error}") from error
    except TimeoutError:
        raise UsageError(
            f"allow_origin_regex: {pattern!r} takes more than {_PATIENCE} s for one origin: its repetitions overlap"
        ) from None


def _matches_without_limit(pattern: str, origin: str) -> bool:
    import re

    try:
        return re.fullmatch(pattern, origin) is not None
    except re.error as error:
        raise UsageError(f"allow_origin_regex: {pattern!r} can't be read: {error}") from error
