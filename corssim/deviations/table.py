"""All deviations together."""

from __future__ import annotations

from .cookies import COOKIES
from .documents import DOCUMENTS
from .http_cache import HTTP_CACHE
from .local_network import LOCAL_NETWORK
from .network import NETWORK
from .policies import POLICIES
from .preflights import PREFLIGHTS
from .redirects import REDIRECTS
from .request_headers import REQUEST_HEADERS
from .requests import REQUESTS
from .responses import RESPONSES

DEVIATIONS = (
    *REQUESTS,
    *PREFLIGHTS,
    *REDIRECTS,
    *REQUEST_HEADERS,
    *COOKIES,
    *HTTP_CACHE,
    *POLICIES,
    *LOCAL_NETWORK,
    *RESPONSES,
    *DOCUMENTS,
    *NETWORK,
)
"""Every rule. `name`, `version`, `user_agent` and `console` are none: they only say who it is."""
