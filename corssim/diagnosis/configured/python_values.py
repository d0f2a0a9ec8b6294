"""What calls and settings of Python's frameworks are given, and what of it only the running program knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .python_syntax import literal_of

if TYPE_CHECKING:
    import ast

    from .model import Part


def given_to(call: ast.Call, constants: dict[str, Any]) -> dict[str, Any]:
    """The values of a call's own names."""
    return {each.arg: literal_of(each.value, constants) for each in call.keywords if each.arg}


def names_listed(value: Any) -> tuple[str, ...]:
    """The names in a list, or in a text with commas."""
    if isinstance(value, str):
        return (value,) if value.startswith("(") else tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def told_apart(values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values that are written there, and those that only the running program has."""
    return (
        tuple(each for each in values if not each.startswith("(")),
        tuple(each.strip("()") for each in values if each.startswith("(")),
    )


def computed_parts(*, methods: Any, headers: Any, credentials: Any) -> tuple[tuple[Part, str], ...]:
    """What of methods, headers and credentials only the running program knows."""
    found: list[tuple[Part, str]] = []
    values: dict[Part, Any] = {"methods": methods, "headers": headers, "credentials": credentials}
    for part, value in values.items():
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        if part == "credentials" and isinstance(value, str):
            texts = [f"({value})"]
        found += [(part, str(each).strip("()")) for each in texts if str(each).startswith("(")]
    return tuple(found)
