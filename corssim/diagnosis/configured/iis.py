"""IIS: headers of its own in web.config, and its CORS module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .header_rows import HeaderRow, expression_of, grants_of
from .model import Configured, Grant, refuse_too_many

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW: Final = lazy_pattern(r"<(add|remove|clear)\b([^<>]*)>")
_ATTRIBUTE: Final = lazy_pattern(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CUSTOM: Final = lazy_pattern(r"<customHeaders\b[^<>]*>")
_MODULE: Final = lazy_pattern(r"<cors\b([^<>]*[^/<>])>")
_ORIGIN: Final = lazy_pattern(r"<add\b([^<>]*\borigin\s*=[^<>]*)>")


def read_iis(text: str) -> Configured | None:
    """https://learn.microsoft.com/iis/extensions/cors-module/cors-module-configuration-reference ; None where neither
    the module nor a CORS header is in there."""
    text = _without_comments(text)
    module = _MODULE.search(text)
    if module is not None and _attributes(module[1]).get("enabled", "false").lower() == "true":
        return _of_the_module(text[module.end() :].partition("</cors>")[0])
    opened = _CUSTOM.search(text)
    custom = "" if opened is None else text[opened.end() :].partition("</customHeaders>")[0]
    rows = []
    for kind, given in _ROW.findall(custom):
        told = _attributes(given)
        if told.get("name", "").lower().startswith("access-control-"):
            rows.append(HeaderRow("add" if kind == "add" else "remove", told["name"], told.get("value", "")))
    if not any(row.action == "add" for row in rows):
        return None
    handled = re.search(r"<remove\b[^<>]*\bname\s*=\s*[\"']OPTIONSVerbHandler[\"']", text, re.IGNORECASE) is None
    hands_on = _HANDS_ON.search(text) is not None
    return Configured(
        kind="IIS: headers in web.config",
        software="iis",
        grants=grants_of("every answer", rows),
        fixed_origin=True,
        preflight_status=200 if handled and not hands_on else None,
        adds_to_upstream=hands_on,
        not_understood=tuple(_unread(text)),
    )


# A rule that is a reverse proxy, or a module of a program: OPTIONS goes to what stands behind, as all else.
_HANDS_ON: Final = lazy_pattern(
    r"<action\b(?=[^<>]*\btype\s*=\s*[\"']Rewrite)[^<>]*\burl\s*=\s*[\"']https?://|<(?:aspNetCore|httpPlatform)\b"
    r"|<add\b[^<>]*\bmodules\s*=\s*[\"'](?:iisnode|FastCgiModule|AspNetCoreModule)",
    re.IGNORECASE,
)
_CHANGES: Final = {
    "<location path=…>": r"<location\b[^<>]*\bpath\s*=\s*[\"'][^\"'.]",
    "an outbound rule for the header": r"(?i)RESPONSE_Access[-_]Control",
    "a rule for verbs": r"(?i)<verbs\b[^<>]*allowUnlisted\s*=\s*[\"']false"
    r"|<add\b[^<>]*\bverb\s*=\s*[\"']OPTIONS[\"'][^<>]*allowed\s*=\s*[\"']false",
    "a rule by method or origin": r"(?i)<add\b[^<>]*\binput\s*=\s*[\"']\{(?:HTTP_ORIGIN|REQUEST_METHOD)\}",
    "a login": r"(?i)<(?:windows|basic)Authentication\b[^<>]*enabled\s*=\s*[\"']true|<deny\s+users",
}


def _unread(text: str) -> Iterator[str]:
    """What else in a web.config changes headers or refuses methods."""
    if len(_CUSTOM.findall(text)) > 1:
        yield "more than one <customHeaders>"
    yield from (name for name, sign in _CHANGES.items() if re.search(sign, text) is not None)


def _of_the_module(inside: str) -> Configured:
    grants: list[Grant] = []
    denied: list[str] = []
    found = list(_ORIGIN.finditer(inside))
    refuse_too_many(len(found), len(found))
    for number, add in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(inside)
        content = "" if add[1].endswith("/") else inside[add.end() : end]
        told = _attributes(add[1])
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


def _without_comments(text: str) -> str:
    parts = text.split("<!--")
    return parts[0] + "".join(part.partition("-->")[2] for part in parts[1:])


def _attributes(text: str) -> dict[str, str]:
    return {name: one or other for name, one, other in _ATTRIBUTE.findall(text)}


def _listed(content: str, name: str) -> tuple[str, ...] | None:
    """What stands in one of an origin's lists."""
    opened = re.search(rf"<{name}\b[^<>]*>", content)
    if opened is None or opened[0].endswith("/>"):
        return None
    rows = _ROW.findall(content[opened.end() :].partition(f"</{name}>")[0])
    return tuple(value for _, given in rows for value in list(_attributes(given).values())[:1]) or None
