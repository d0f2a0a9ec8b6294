"""Whether a third party's request comes with its cookies, said to it in a header; and how it asks for them.

https://privacycg.github.io/storage-access-headers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..enums import StrEnum
from ..origin import is_potentially_trustworthy, same_origin, schemelessly_same_site
from ..patterns import lazy_pattern
from .cookie_events import StorageAccessActivated
from .header_list import get
from .header_values import token_of_item
from .permissions import STORAGE_ACCESS
from .request import CacheMode
from .third_parties import is_third_party

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .fetch_params import FetchParams
    from .header_list import HeaderList
    from .rules import FetchMetadataRules
    from .wire import WireResponse

_ACTIVATE = "Activate-Storage-Access"
_PARAMETER = r';[ ]*([a-z*][a-z0-9_.*-]*)(?:=("[\x20\x21\x23-\x5b\x5d-\x7e]*"|[^\s";,]+))?'
_PARAMETERS = lazy_pattern(_PARAMETER)
_RETRY = lazy_pattern(rf"[ ]*retry(?:{_PARAMETER})*[ ]*")


class StorageAccess(StrEnum):
    """Values of Sec-Fetch-Storage-Access: no unpartitioned cookies, none yet though they may be had, or all."""

    NONE = "none"
    INACTIVE = "inactive"
    ACTIVE = "active"


def loads_with_storage_access(headers: Iterable[tuple[str, str]], rules: FetchMetadataRules) -> bool:
    """Does a document's response ask that its document have the storage access that it may have?

    https://privacycg.github.io/storage-access-headers/#activate-storage-access-load
    """
    return rules.storage_access_on != "nothing" and token_of_item(get(headers, _ACTIVATE)) == "load"


def has_storage_access(params: FetchParams) -> bool:
    """Does the request come with unpartitioned cookies: the server asked for them, or its document has them?

    A document has them for its own origin alone, and for what it loads, not for frames.
    """
    request = params.request
    if _has_it_once_granted(params):
        return not request.client.origin.is_opaque
    if request.activated_storage_access or not request.client.loads_with_storage_access:
        return request.activated_storage_access
    is_all_of_its_origin = all(same_origin(request.client.origin, url) for url in request.url_list)
    return is_all_of_its_origin and not request.is_navigation and _may_have_it(params)


def _may_have_it(params: FetchParams) -> bool:
    """Has the user let the site have it; the top-level page's own site needs nobody's permission."""
    request = params.request
    return _is_granted(params) or schemelessly_same_site(request.client.top_level_origin, request.current_url)


def _has_it_once_granted(params: FetchParams) -> bool:
    return params.profile.fetch_metadata.storage_access_is_had_once_granted and _is_granted(params)


def _is_granted(params: FetchParams) -> bool:
    return params.user_agent.permissions.get(STORAGE_ACCESS) == "granted"


def storage_access_status(params: FetchParams) -> StorageAccess | None:
    """The request's access to unpartitioned cookies; None for first parties, and for requests without credentials.

    https://privacycg.github.io/storage-access-headers/#storage-access-status
    """
    request, profile = params.request, params.profile
    with_credentials = request.announces_credentials or request.credentials_mode == "include"
    if not with_credentials or not is_third_party(request, profile.cookies):
        return None
    if profile.cookies.third_party in ("allow", "no-new") or _has_it_once_granted(params) or has_storage_access(params):
        return StorageAccess.ACTIVE
    return StorageAccess.INACTIVE if _may_have_it(params) else StorageAccess.NONE


def append_the_storage_access_header(params: FetchParams, headers: HeaderList) -> None:
    """Say it to URLs that can be trusted with it."""
    request, profile = params.request, params.profile
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
    status = storage_access_status(params)
    if status is None:
        return
    is_tainted = request.redirect_taint != "same-origin"
    if is_tainted and status is not StorageAccess.ACTIVE and not rules.storage_access_survives_tainting_redirects:
        return
    headers.append(("Sec-Fetch-Storage-Access", str(status)))
    may_be_asked_again = status is StorageAccess.INACTIVE or request.activated_storage_access
    if may_be_asked_again and all(name != "Origin" for name, _ in headers):
        headers.append(("Origin", request.serialize_origin()))  # for the server to say whom it trusts


def activates_storage_access(params: FetchParams, response: WireResponse) -> bool:
    """Does the server ask to be asked again, with its cookies, for a page that it trusts?

    https://privacycg.github.io/storage-access-headers/#activate-storage-access
    """
    request, profile = params.request, params.profile
    if profile.fetch_metadata.storage_access_on == "nothing" or request.is_preflight:
        return False
    said = get(response.headers, _ACTIVATE)
    if said is None or storage_access_status(params) is not StorageAccess.INACTIVE:
        return False
    asked = _RETRY.fullmatch(said)
    allowed = dict(_PARAMETERS.findall(said)).get("allowed-origin") if asked is not None else None
    if allowed not in ("*", f'"{request.serialize_origin()}"'):
        return False
    request.activated_storage_access = True
    if profile.fetch_metadata.retry_with_storage_access_passes_caches_by:
        request.cache_mode = CacheMode.RELOAD
    params.trace.append(StorageAccessActivated(request.current_url.href, said))
    return True
