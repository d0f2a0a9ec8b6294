"""The CORS check: may this response be shared with the request's origin? https://fetch.spec.whatwg.org/#cors-check"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..url import parse_url
from .header_list import get
from .reasons import Blocked, Reason
from .trace import check_passed

if TYPE_CHECKING:
    from .header_list import HeaderList
    from .reasons import Stage
    from .request import Request
    from .trace import CheckPassed

_ANCHOR = "cors-check"
_ORIGIN = "Access-Control-Allow-Origin"
_CREDENTIALS = "Access-Control-Allow-Credentials"


def cors_check(
    request: Request, header_list: HeaderList, stage: Stage, *, serialized_origin: str, with_credentials: bool
) -> CheckPassed | Blocked:
    """Compare Allow-Origin, and with credentials Allow-Credentials, byte for byte. https://fetch.spec.whatwg.org/#concept-cors-check"""
    blocked = allow_origin_check(
        request, header_list, stage, serialized_origin=serialized_origin, with_credentials=with_credentials
    )
    if request.has_lost_its_origin and not isinstance(blocked, Blocked) and not request.is_own_throughout:
        # The page, which still knows it, checks as well.
        blocked = allow_origin_check(
            request,
            header_list,
            stage,
            serialized_origin=request.origin.serialized,
            with_credentials=with_credentials,
        )
    if not with_credentials or isinstance(blocked, Blocked):
        return blocked
    return allow_credentials_check(request, header_list, stage, serialized_origin=serialized_origin)


def allow_origin_check(
    request: Request, header_list: HeaderList, stage: Stage, *, serialized_origin: str, with_credentials: bool
) -> CheckPassed | Blocked:
    """The first half of the CORS check, which browsers run apart from the second."""
    origin = get(header_list, _ORIGIN)
    if origin is not None and ((origin == "*" and not with_credentials) or origin == serialized_origin):
        return check_passed("CORS check", request.current_url.href, stage, _ORIGIN, origin, serialized_origin)
    return Blocked(
        reason=why_origin_fails(origin),
        anchor=_ANCHOR,
        url=request.current_url.href,
        stage=stage,
        header=_ORIGIN,
        received=origin,
        compared_with=serialized_origin,
        origin=serialized_origin,
    )


def allow_credentials_check(
    request: Request, header_list: HeaderList, stage: Stage, *, serialized_origin: str
) -> CheckPassed | Blocked:
    """The second half of the CORS check: `true`, in lower case, once."""
    credentials = get(header_list, _CREDENTIALS)
    if credentials == "true":
        return check_passed("CORS check", request.current_url.href, stage, _CREDENTIALS, credentials, "true")
    return Blocked(
        reason=Reason.ALLOW_CREDENTIALS_NOT_TRUE,
        anchor=_ANCHOR,
        url=request.current_url.href,
        stage=stage,
        header=_CREDENTIALS,
        received=credentials,
        compared_with="true",
        origin=serialized_origin,
    )


def why_origin_fails(value: str | None) -> Reason:
    """Name the failure: the standard has one, people need to know which mistake it was."""
    if value is None:
        return Reason.ALLOW_ORIGIN_MISSING
    if value == "*":
        return Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS
    if "," in value or " " in value:
        return Reason.ALLOW_ORIGIN_MULTIPLE
    if value != "null" and parse_url(value) is None:
        return Reason.ALLOW_ORIGIN_INVALID
    return Reason.ALLOW_ORIGIN_MISMATCH


def includes_credentials(request: Request) -> bool:
    """Report whether the CORS check asks for Allow-Credentials too."""
    return request.credentials_mode == "include"
