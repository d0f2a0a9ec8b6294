"""Gateways: annotations of an Ingress, Kong, and Amazon's SAM templates."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from .model import Configured, Grant, Mistake
from .scan import unquoted, without_comments

_ANNOTATION: Final = lazy_pattern(
    r"[\"']?nginx\.ingress\.kubernetes\.io/([a-z-]+)[\"']?\s*[:=]\s*(\"[^\"\n]*\"|'[^'\n]*'|[^\n]+)"
)
_INGRESS_METHODS: Final = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS")
_INGRESS_HEADERS: Final = (
    *("DNT", "Keep-Alive", "User-Agent", "X-Requested-With", "If-Modified-Since", "Cache-Control"),
    *("Content-Type", "Range", "Authorization"),
)


def read_ingress(text: str) -> Configured:
    """https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#enable-cors"""
    found = [(name, unquoted(value.strip())) for name, value in _ANNOTATION.findall(without_comments(text))]
    told = dict(found)
    mistakes: list[Mistake] = []
    snippets = {each["name"]: each["body"] for each in _SNIPPET.finditer(without_comments(text))}
    doubts = tuple(
        f"the annotation {name}"
        for name in told
        if name.endswith("-snippet") and _adds_headers_alone(snippets.get(name, "")) is False
    )
    if any(name.startswith("cors-") and value != told[name] for name, value in found):
        doubts += ("more than one Ingress",)
    if told.get("enable-cors", "").lower() != "true":
        if any(name.startswith("cors-") for name in told):
            mistakes.append(
                Mistake(
                    "not-enabled", 'enable-cors is not "true": the other annotations do nothing.', 'enable-cors: "true"'
                )
            )
        return Configured(
            kind="ingress-nginx",
            software="ingress-nginx",
            grants=(),
            mistakes=tuple(mistakes),
            preflight_status=None,
            not_understood=doubts,
        )
    origins = tuple(each.strip() for each in told.get("cors-allow-origin", "*").split(",") if each.strip())
    hosts = re.findall(r"(?m)^[^\S\n]*(?:-\s*)?host:\s*[\"']?([\w.*-]+)", text)
    own = [origin for origin in origins if origin.partition("://")[2] in hosts]
    if own and len(own) == len(origins):
        mistakes.append(
            Mistake(
                "own-host-allowed",
                f"{', '.join(own)} is the host of the Ingress itself: pages of it are of the same origin and need no "
                "CORS, and any other page gets no CORS headers.",
                "The origin of the page that asks.",
            )
        )
    stars = tuple(_star(origin) for origin in origins if "*." in origin)
    grant = Grant(
        where="the Ingress",
        origins=tuple(origin for origin in origins if "*." not in origin),
        patterns=stars,
        credentials=told.get("cors-allow-credentials", "true").lower() == "true",
        methods=_split(told.get("cors-allow-methods")) or _INGRESS_METHODS,
        headers=_split(told.get("cors-allow-headers")) or _INGRESS_HEADERS,
        expose=_split(told.get("cors-expose-headers")),
        max_age=told.get("cors-max-age", "1728000"),
    )
    return Configured(
        kind="ingress-nginx",
        software="ingress-nginx",
        grants=(grant,),
        mistakes=tuple(mistakes),
        not_understood=doubts,
    )


_SNIPPET: Final = lazy_pattern(
    r"(?m)^(?P<indent>[^\S\n]*)[\"']?nginx\.ingress\.kubernetes\.io/(?P<name>[a-z-]+-snippet)[\"']?\s*:[^\S\n]*[|>][^\n]*\n"
    r"(?P<body>(?:(?P=indent)[^\S\n]+[^\n]*(?:\n|\Z)|[^\S\n]*\n)*)"
)
_ADDS: Final = lazy_pattern(r"\s*(?:more_set_headers|add_header|proxy_set_header|more_set_input_headers)\b[^\n{}]*;\s*")


def _adds_headers_alone(snippet: str) -> bool:
    """Whether a piece of nginx's configuration does nothing but set headers that are none of CORS's."""
    lines = [line for line in snippet.split("\n") if line.strip()]
    return bool(lines) and all(_ADDS.fullmatch(line) and "access-control-" not in line.lower() for line in lines)


def _star(origin: str) -> str:
    return "^" + re.escape(origin).replace(r"\*", r"[A-Za-z0-9-]+") + "$"


def _split(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())
