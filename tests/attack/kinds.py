"""All that servers do, by name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from . import cuts, http1, http2, tls

if TYPE_CHECKING:
    from .misbehaviour import Misbehaviour


@cache
def misbehaviours() -> dict[str, Misbehaviour]:
    """The servers that misbehave. Their order is their number in URLs."""
    return {each.name: each for each in (*http1.misbehaviours(), *http2.misbehaviours(), *tls.misbehaviours())}


@cache
def cut_connections() -> dict[str, Misbehaviour]:
    """The connections that are cut."""
    return {each.name: each for each in cuts.misbehaviours()}


@cache
def everything() -> dict[str, Misbehaviour]:
    return misbehaviours() | cut_connections()
