"""Whether a third party's request comes with its cookies, said to it in a header; and how it asks for them.

https://privacycg.github.io/storage-access-headers/
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ..origin import is_potentially_trustworthy, schemelessly_same_site
from ..patterns import lazy_pattern
from .header_list import get
from .third_parties import is_third_party
from .trace import StorageAccessActivated

if TYPE_CHECKING:
    from .fetch_params import FetchParams
    from .header_list import HeaderList
    from .profile import BrowserProfile
    from .request import Request
    from .wire import WireResponse

_RETRY = lazy_pattern(r'[ ]*retry[ ]*(?:;[ ]*allowed-origin=(?:(\*)|"([\x20\x21\x23-\x5b\x5d-\x7e]*)"))[ ]*')


class StorageAccess(StrEnum):
    """Values of Sec-Fetch-Storage-Access: no unpartitioned cookies, none yet though they may be had, or all."""

    NONE = "none"
    INACTIVE = "inactive"
    ACTIVE = "active"


def storage_access_status(request: Request, profile: BrowserProfile) -> StorageAccess | None:
    """The request's access to unpartitioned cookies; None for first parties, and for requests without credentials.

    https://privacycg.github.io/storage-access-headers/#storage-access-status
    """
    with_credentials = request.announces_credentials or request.credentials_mode == "include"
    if not with_credentials or not is_third_party(request, profile.cookies):
        return None
    if request.has_storage_access or profile.cookies.third_party in ("allow", "no-new"):
        return StorageAccess.ACTIVE
    if schemelessly_same_site(request.client.top_level_origin, request.current_url):
        return StorageAccess.INACTIVE  # The top-level page's own site needs nobody's permission.
    return StorageAccess.NONE


def append_the_storage_access_header(request: Request, headers: HeaderList, profile: BrowserProfile) -> None:
    """Say it to URLs that can be trusted with it."""
    rules = profile.fetch_metadata
    match rules.storage_access_on:
        case "nothing":
            return
        case "requests" if request.is_preflight:
            return
        case "what-is-restricted" if profile.cookies.third_party == "allow":
            return
    if not is_potentially_trustworthy(request.current_url):
        return
    if request.mode == "websocket" and profile.web_sockets.say_fetch_metadata == "no":
        return
    if request.client.kind == "worker" and not rules.storage_access_from_workers:
        return
    if request.redirect_taint != "same-origin" and not rules.storage_access_survives_tainting_redirects:
        return
    status = storage_access_status(request, profile)
    if status is None:
        return
    headers.append(("Sec-Fetch-Storage-Access", str(status)))
    may_be_asked_again = status is StorageAccess.INACTIVE or request.has_storage_access
    if may_be_asked_again and all(name != "Origin" for name, _ in headers):
        headers.append(("Origin", request.serialize_origin()))  # for the server to say whom it trusts


def activates_storage_access(params: FetchParams, response: WireResponse) -> bool:
    """Does the server ask to be asked again, with its cookies, for a page that it trusts?

    https://privacycg.github.io/storage-access-headers/#activate-storage-access
    """
    request, profile = params.request, params.profile
    if profile.fetch_metadata.storage_access_on == "nothing" or request.is_preflight:
        return False
    said = get(response.headers, "activate-storage-access")
    if said is None or storage_access_status(request, profile) is not StorageAccess.INACTIVE:
        return False
    asked = _RETRY.fullmatch(said)
    if asked is None or asked[2] not in (None, request.serialize_origin()):
        return False
    request.has_storage_access = True
    params.trace.append(StorageAccessActivated(request.current_url.href, said))
    return True
