"""What a blob: URL answers: the blob, or the range of it that the request asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .content_range import part_of
from .header_list import get
from .response import Response

if TYPE_CHECKING:
    from .body import Blob
    from .header_list import HeaderList


def blob_response(blob: Blob, header_list: HeaderList) -> Response | None:
    """The response of a blob: URL, None where the range cannot be had. https://fetch.spec.whatwg.org/#scheme-fetch"""
    content = blob.content
    requested = get(header_list, "Range")
    if requested is None:
        headers = [("Content-Length", str(len(content))), ("Content-Type", blob.content_type)]
        return Response(status_message="OK", header_list=headers, body=content)
    part = part_of(content, requested)
    if part is None:
        return None
    headers = [
        ("Content-Length", str(len(part.body))),
        ("Content-Type", blob.content_type),
        ("Content-Range", part.content_range),
    ]
    return Response(status=206, status_message="Partial Content", header_list=headers, body=part.body)
