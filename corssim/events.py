"""The events of which `outcome.trace` is made, each a decision or an exchange, for code that reads them."""

from __future__ import annotations

from .fetch import authentication_events, cookie_events, page_events, trace, upgrade_events
from .fetch.authentication_events import *  # noqa: F403
from .fetch.cookie_events import *  # noqa: F403
from .fetch.events import Event, Trace
from .fetch.page_events import *  # noqa: F403
from .fetch.trace import *  # noqa: F403
from .fetch.upgrade_events import *  # noqa: F403

__all__ = [
    "Event",
    "Trace",
    *(
        name
        for room in (trace, authentication_events, cookie_events, page_events, upgrade_events)
        for name, thing in vars(room).items()
        if getattr(thing, "__module__", "") == room.__name__
    ),
]
