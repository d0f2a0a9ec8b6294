"""IIS: headers of its own in web.config, and its CORS module."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from ...records import replace
from .header_rows import HeaderRow, expression_of, grants_of
from .model import Configured, Grant

_COMMENT: Final = lazy_pattern(r"(?s)<!--.*?-->")
_ROW: Final = lazy_pattern(r"<(add|remove|clear)\b([^<>]*)>")
_ATTRIBUTE: Final = lazy_pattern(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_SECTION: Final = lazy_pattern(r"(?s)<customHeaders\b[^<>]*>(.*?)</customHeaders>")
_MODULE: Final = lazy_pattern(r"(?s)<cors\b([^<>]*[^/<>])>(.*?)</cors>")
_ORIGIN: Final = lazy_pattern(r"(?s)<add\b([^<>]*\borigin\s*=[^<>]*?)(?:/>|>(.*?)(?=<add\b[^<>]*\borigin\s*=|\Z))")


def read_iis(text: str) -> Configured | None:
    """https://learn.microsoft.com/iis/extensions/cors-module/cors-module-configuration-reference ; None where neither
    the module nor a CORS header is in there."""
    text = _COMMENT.sub("", text)
    module = _MODULE.search(text)
    if module is not None and _attributes(module[1]).get("enabled", "false").lower() == "true":
        return _of_the_module(module[2])
    rows = []
    for kind, given in _ROW.findall("".join(_SECTION.findall(text))):
        told = _attributes(given)
        if told.get("name", "").lower().startswith("access-control-"):
            rows.append(HeaderRow("add" if kind == "add" else "remove", told["name"], told.get("value", "")))
    if not any(row.action == "add" for row in rows):
        return None
    handled = re.search(r"<remove\b[^<>]*\bname\s*=\s*[\"']OPTIONSVerbHandler[\"']", text, re.IGNORECASE) is None
    return Configured(
        kind="IIS: headers in web.config",
        software="iis",
        grants=grants_of("every answer", rows),
        fixed_origin=True,
        preflight_status=200 if handled else None,
    )


def _of_the_module(inside: str) -> Configured:
    grants: list[Grant] = []
    denied: list[str] = []
    for given, content in _ORIGIN.findall(inside):
        told = _attributes(given)
        origin = told.get("origin", "")
        if told.get("allowed", "true").lower() == "false":
            denied.append(expression_of(origin))
            continue
        lists = {name: _listed(content, name) for name in ("allowHeaders", "allowMethods", "exposeHeaders")}
        every_header = re.search(r"allowAllRequestedHeaders\s*=\s*[\"']true", content, re.IGNORECASE) is not None
        grants.append(
            Grant(
                where=f"the origin {origin}",
                origins=() if "*" in origin and origin != "*" else (origin,),
                patterns=(expression_of(origin),) if "*" in origin and origin != "*" else (),
                credentials=told.get("allowCredentials", "false").lower() == "true",
                methods=lists["allowMethods"],
                headers=lists["allowHeaders"],
                any_header=every_header or "*" in (lists["allowHeaders"] or ()),
                expose=lists["exposeHeaders"],
                max_age=told.get("maxAge"),
            )
        )
    # The most particular origin counts, and a host that is turned away counts before them.
    grants.sort(key=lambda grant: (grant.origins == ("*",), not grant.origins))
    told_before: list[str] = list(denied)
    ordered = []
    for grant in grants:
        ordered.append(replace(grant, not_for=tuple(told_before)))
        told_before += [expression_of(origin) for origin in grant.origins if origin != "*"] + list(grant.patterns)
    return Configured(kind="IIS: its CORS module", software="iis", grants=tuple(ordered))


def _attributes(text: str) -> dict[str, str]:
    return {name: one or other for name, one, other in _ATTRIBUTE.findall(text)}


def _listed(content: str, name: str) -> tuple[str, ...] | None:
    """What stands in one of an origin's lists."""
    section = re.search(rf"(?s)<{name}\b[^<>]*>(.*?)</{name}>", content)
    if section is None:
        return None
    return tuple(value for _, given in _ROW.findall(section[1]) for value in list(_attributes(given).values())[:1])
