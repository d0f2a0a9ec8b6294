"""The TAO check: may script see the timing of this response? https://fetch.spec.whatwg.org/#tao-check"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import same_origin
from .header_list import get_decode_and_split

if TYPE_CHECKING:
    from .request import Request
    from .response import Response


def tao_check(request: Request, response: Response) -> bool:
    """Report whether the check succeeds. https://fetch.spec.whatwg.org/#concept-tao-check"""
    if request.timing_allow_failed:
        return False
    values = get_decode_and_split(response.header_list, "Timing-Allow-Origin")
    if values is not None and ("*" in values or request.serialize_origin() in values):
        return True
    if request.mode == "navigate" and not same_origin(request.current_url, request.origin):
        return False
    return request.response_tainting == "basic"
