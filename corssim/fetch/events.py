"""What a trace is made of: any event of a fetch, of its cookies and of its authentication."""

from __future__ import annotations

from .authentication_events import AuthenticationAdded, AuthenticationChallenged
from .cookie_events import CookiesConsidered, CookieSet
from .trace import (
    AddressHidden,
    CheckFailed,
    CheckPassed,
    Exchanged,
    FetchStarted,
    FoundInDocument,
    HTTPCacheAnswered,
    HTTPSFirstExcepted,
    HTTPSFirstGaveUp,
    InsecureFormLetThrough,
    LoadedInTheBackground,
    LocalNetworkAccessChecked,
    MixedContentExempted,
    PreflightCacheCleared,
    PreflightConsidered,
    PreflightStored,
    PreloadConsidered,
    Redirected,
    ReportsGoNowhere,
    ResponseFiltered,
    StorageAccessActivated,
    TaintingSet,
    URLUpgraded,
    WildcardCoveredAuthorization,
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
