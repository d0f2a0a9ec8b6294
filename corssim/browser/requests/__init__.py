"""Requests as each of a page's APIs makes them: one file an API, and what all of them check of their arguments."""

from __future__ import annotations

from .beacon import beacon_request
from .elements import element_request
from .event_source import event_source_request
from .fetch import fetch_request
from .given import HeadersInit
from .navigations import form_request, visit_request
from .xhr import xhr_request

__all__ = [
    "HeadersInit",
    "beacon_request",
    "element_request",
    "event_source_request",
    "fetch_request",
    "form_request",
    "visit_request",
    "xhr_request",
]
