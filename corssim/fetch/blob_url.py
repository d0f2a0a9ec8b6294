"""What a blob: URL answers: the blob, or the range of it that the request asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header_list import get
from .response import Response
from .safelists import parse_single_range

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
    parsed = parse_single_range(requested, allow_white_space=True)
    if parsed is None:
        return None
    first, last = parsed
    if first is None:
        first, last = max(0, len(content) - (last or 0)), len(content) - 1
    elif first >= len(content):
        return None
    last = len(content) - 1 if last is None else min(last, len(content) - 1)
    part = content[first : last + 1]
    headers = [
        ("Content-Length", str(len(part))),
        ("Content-Type", blob.content_type),
        ("Content-Range", f"bytes {first}-{last}/{len(content)}"),
    ]
    return Response(status=206, status_message="Partial Content", header_list=headers, body=part)
