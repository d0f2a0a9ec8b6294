"""Every kind of event that a trace may have. Those that plain fetches have no use for are in files of their own."""

from __future__ import annotations

from .authentication_events import AuthenticationAdded, AuthenticationChallenged
from .cookie_events import CookiesConsidered, CookieSet, StorageAccessActivated
from .page_events import FoundInDocument, PreloadConsidered, ReportsGoNowhere
from .trace import (
    AddressHidden,
    CheckFailed,
    CheckPassed,
    Exchanged,
    FetchStarted,
    HTTPCacheAnswered,
    LoadedInTheBackground,
    LocalNetworkAccessChecked,
    PreflightCacheCleared,
    PreflightConsidered,
    PreflightStored,
    Redirected,
    ResponseFiltered,
    TaintingSet,
    WildcardCoveredAuthorization,
)
from .upgrade_events import (
    HTTPSFirstExcepted,
    HTTPSFirstGaveUp,
    InsecureFormLetThrough,
    MixedContentExempted,
    URLUpgraded,
)

Event = (
    FetchStarted
    | PreloadConsidered
    | FoundInDocument
    | LoadedInTheBackground
    | ReportsGoNowhere
    | URLUpgraded
    | HTTPSFirstGaveUp
    | HTTPSFirstExcepted
    | StorageAccessActivated
    | MixedContentExempted
    | InsecureFormLetThrough
    | AddressHidden
    | LocalNetworkAccessChecked
    | TaintingSet
    | PreflightConsidered
    | PreflightStored
    | PreflightCacheCleared
    | CookiesConsidered
    | CookieSet
    | HTTPCacheAnswered
    | AuthenticationAdded
    | AuthenticationChallenged
    | Exchanged
    | CheckPassed
    | CheckFailed
    | Redirected
    | ResponseFiltered
    | WildcardCoveredAuthorization
)

Trace = list[Event]
