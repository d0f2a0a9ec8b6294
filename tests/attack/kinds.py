"""All that servers do, by name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from . import codings, cuts, http1, http2, long_values, tls

if TYPE_CHECKING:
    from .misbehaviour import Misbehaviour


@cache
def misbehaviours() -> dict[str, Misbehaviour]:
    """The servers that misbehave. Their order is their number in URLs."""
    rooms = (http1, long_values, codings, http2, tls)
    return {each.name: each for room in rooms for each in room.misbehaviours()}


@cache
def cut_connections() -> dict[str, Misbehaviour]:
    """The connections that are cut."""
    return {each.name: each for each in cuts.misbehaviours()}


@cache
def everything() -> dict[str, Misbehaviour]:
    return misbehaviours() | cut_connections()
