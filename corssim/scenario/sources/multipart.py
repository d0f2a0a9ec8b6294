"""The fields of a multipart/form-data body. https://www.rfc-editor.org/rfc/rfc7578"""

from __future__ import annotations

import re

from ...patterns import lazy_pattern

_BOUNDARY = lazy_pattern(r'boundary="?([^";,\s]+)', re.IGNORECASE)
_NAME = lazy_pattern(r'\bname="([^"]*)"', re.IGNORECASE)


def fields_of_multipart(body: str, content_type: str) -> list[tuple[str, str]]:
    """Names and values in order; a file is a field of its text. What is no part is left out."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return []
    fields = []
    for part in body.replace("\r\n", "\n").split(f"--{boundary[1]}"):
        head, blank, value = part.partition("\n\n")
        name = _NAME.search(head)
        if blank and name is not None:
            fields.append((name[1], value.removesuffix("\n")))
    return fields
