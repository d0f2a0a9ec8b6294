"""Azure API Management's policy `cors`."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from .model import METHODS_OF_ALL, Configured, Grant

if TYPE_CHECKING:
    from .model import Part

_POLICY: Final = lazy_pattern(r"<cors\b([^<>]*)>")
_FLAG: Final = lazy_pattern(r"\ballow-credentials\s*=\s*[\"']([^\"']*)[\"']")
_SAFELISTED: Final = ("Accept", "Accept-Language", "Content-Language")
_COMPUTED: Final = lazy_pattern(r"[${}@()]")
_MOST: Final = 20


def read_api_management(text: str) -> Configured | None:
    """https://learn.microsoft.com/azure/api-management/cors-policy ; None where there is none.

    A preflight of an origin that is not listed is answered 200 without CORS headers.
    """
    parts = text.split("<!--")
    text = parts[0] + "".join(part.partition("-->")[2] for part in parts[1:])
    found = list(islice(_POLICY.finditer(text), _MOST))
    if not found:
        return None
    inside = text[found[0].end() :].partition("</cors>")[0]
    origins = _tags(inside, "allowed-origins", "origin")
    methods, headers = _tags(inside, "allowed-methods", "method"), _tags(inside, "allowed-headers", "header")
    flag = _FLAG.search(found[0][1])
    credentials = "false" if flag is None else flag[1].lower()
    computed: list[tuple[Part, str]] = [] if credentials in ("true", "false") else [("credentials", credentials[:60])]
    if re.search(r"\bterminate-unmatched-request\s*=\s*[\"']false", found[0][1]) is not None:
        doubts = ["terminate-unmatched-request"]
    else:
        doubts = ["more than one policy"] if len(found) > 1 else []
    grant = Grant(
        where="the policy cors",
        origins=tuple(each for each in origins if _COMPUTED.search(each) is None),
        credentials=credentials == "true",
        methods=METHODS_OF_ALL if "*" in methods else methods or ("GET", "POST"),
        headers=(*_SAFELISTED, *headers),
        any_header="*" in headers,
        expose=_tags(inside, "expose-headers", "header") or None,
        unknown=tuple(each for each in origins if _COMPUTED.search(each) is not None),
        computed=tuple(computed),
    )
    return Configured(
        kind="Azure API Management", software="", grants=(grant,), preflight_status=200, not_understood=tuple(doubts)
    )


def _tags(text: str, around: str, name: str) -> tuple[str, ...]:
    block = re.search(rf"<{around}\b[^<>]*>", text)
    inside = "" if block is None else text[block.end() :].partition(f"</{around}>")[0]
    return tuple(each.strip() for each in re.findall(rf"<{name}>([^<]*)</{name}>", inside))
