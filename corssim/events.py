"""The events of which `outcome.trace` is made, each a decision or an exchange, for code that reads them."""

from __future__ import annotations

from .fetch.trace import (
    CheckFailed,
    CheckPassed,
    CookiesConsidered,
    CookieSet,
    Event,
    Exchanged,
    ExchangeKind,
    FetchStarted,
    FoundInDocument,
    HTTPCacheAnswered,
    PreflightCacheCleared,
    PreflightConsidered,
    PreflightStored,
    PreloadConsidered,
    Redirected,
    ResponseFiltered,
    TaintingSet,
    Trace,
    URLUpgraded,
    WildcardCoveredAuthorization,
)

__all__ = [
    "CheckFailed",
    "CheckPassed",
    "CookieSet",
    "CookiesConsidered",
    "Event",
    "ExchangeKind",
    "Exchanged",
    "FetchStarted",
    "FoundInDocument",
    "HTTPCacheAnswered",
    "PreflightCacheCleared",
    "PreflightConsidered",
    "PreflightStored",
    "PreloadConsidered",
    "Redirected",
    "ResponseFiltered",
    "TaintingSet",
    "Trace",
    "URLUpgraded",
    "WildcardCoveredAuthorization",
]
