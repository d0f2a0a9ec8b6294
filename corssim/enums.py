"""Enums of strings as `enum.StrEnum`, made at half the price: a short command makes twenty of them as it starts.

They are made as the standard library makes its own (HTTPStatus, RegexFlag), member by member without looking for what
ours have not: private names, descriptors, `auto()`. What comes of it is a StrEnum like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enum import StrEnum as StrEnum
else:
    import enum

    class _Maker(type):
        def __new__(mcls, name, bases, own):
            if not bases:
                return super().__new__(mcls, name, bases, own)
            made = enum._simple_enum(enum.StrEnum)(type(name, (), own))
            for each, member in made.__members__.items():
                # Some versions leave a property in its place, which is asked anew each time.
                type.__setattr__(made, each, member)
            return made

    class StrEnum(metaclass=_Maker):
        """The base of an enum of strings."""

    if not hasattr(enum, "_simple_enum"):
        StrEnum = enum.StrEnum
