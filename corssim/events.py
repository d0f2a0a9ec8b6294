"""The events of which `outcome.trace` is made, each a decision or an exchange, for code that reads them."""

from __future__ import annotations

from .fetch import authentication_events, cookie_events, trace
from .fetch.trace import *  # noqa: F403
from .fetch.trace import Event, Trace

_ROOMS = (trace.__name__, authentication_events.__name__, cookie_events.__name__)

__all__ = [
    "Event",
    "Trace",
    *(name for name, thing in vars(trace).items() if getattr(thing, "__module__", "") in _ROOMS),
]
