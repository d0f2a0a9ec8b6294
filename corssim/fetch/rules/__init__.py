"""Where browsers differ, as data: a module a room, a class a set of rules; the defaults are the text.

What each browser does stands in `corssim/fetch/browsers`; words for every rule, and the recorded case that shows it, in
`corssim/deviations`. Nothing here imports more than the callers' errors.
"""

from __future__ import annotations

from .cookies import CookieRules
from .documents import BeaconRules, DocumentRules, ElementRules, PreloadRules
from .http_cache import FreshnessRules, HttpCacheRules
from .local_network import LocalNetworkRules
from .network import AnswerRules, AuthenticationRules, NetworkRules
from .policies import CspRules, EmbedderPolicyRules, IntegrityRules, MixedContentRules, UpgradeRules
from .preflights import PreflightCacheRules, PreflightRules
from .redirects import RedirectRules
from .request_headers import CacheControlRules, FetchMetadataRules, LanguageRules, ReferrerRules, RequestHeaderRules
from .requests import RequestRules, SafelistRules, SchemeRules, UrlRules, WebSocketRules
from .responses import ResponseRules, TimingRules
from .rule_set import Rules

__all__ = [
    "AnswerRules",
    "AuthenticationRules",
    "BeaconRules",
    "CacheControlRules",
    "CookieRules",
    "CspRules",
    "DocumentRules",
    "ElementRules",
    "EmbedderPolicyRules",
    "FetchMetadataRules",
    "FreshnessRules",
    "HttpCacheRules",
    "IntegrityRules",
    "LanguageRules",
    "LocalNetworkRules",
    "MixedContentRules",
    "NetworkRules",
    "PreflightCacheRules",
    "PreflightRules",
    "PreloadRules",
    "RedirectRules",
    "ReferrerRules",
    "RequestHeaderRules",
    "RequestRules",
    "ResponseRules",
    "Rules",
    "SafelistRules",
    "SchemeRules",
    "TimingRules",
    "UpgradeRules",
    "UrlRules",
    "WebSocketRules",
]
