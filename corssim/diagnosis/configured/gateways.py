"""Gateways: annotations of an Ingress, Kong, and Amazon's SAM templates."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from ...records import replace
from .model import Configured, Grant, Mistake
from .scan import flag_of, list_of, scalar_of, unquoted, without_comments

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


def read_kong(text: str) -> Configured:
    """https://developer.konghq.com/plugins/cors/"""
    text = without_comments(text)
    plugins = list(_KONG_YAML.finditer(text))[:_MOST_PLUGINS]
    if plugins:
        found = [_kong(_indented(text, plugin)) for plugin in plugins]
        same = len({each.grants for each in found}) == 1
        return found[0] if same else replace(found[0], not_understood=("more than one plugin cors",))
    several = len(_KONG_PLUGIN.findall(text)) > 1
    told = _KONG_SETTING.findall(text)
    if told:  # as its Admin API is asked
        lists: dict[str, list[str]] = {}
        for name, value in told:
            lists.setdefault(name, []).append(value)
        text = "\n".join(f"{name}: [{', '.join(values)}]" for name, values in lists.items())
        text = re.sub(r"(?m)^(credentials|max_age): \[(.*)\]$", r"\1: \2", text)
    configured = _kong(text)
    return replace(configured, not_understood=("more than one plugin cors",)) if several else configured


def _indented(text: str, item: re.Match[str]) -> str:
    """What stands in an item of a list: the lines below that are set in deeper."""
    lines = text[item.end() :].split("\n")
    depth = len(item["indent"])
    end = next(
        (n for n, line in enumerate(lines) if n and line.strip() and len(line) - len(line.lstrip()) <= depth),
        len(lines),
    )
    return "\n".join(lines[:end])


def _kong(text: str) -> Configured:
    origins = list_of(text, "origins", "origin") or ("*",)
    if (off := _OFF.search(text)) is not None:
        return Configured(kind="Kong", software="kong", grants=(), not_understood=(off[0].strip(),))
    unknown = tuple(each for each in origins if _TO_BE_FILLED.search(each) is not None)
    origins = tuple(each for each in origins if each not in unknown)
    credentials = flag_of(text, "credentials")
    headers = list_of(text, "headers")
    headers = None if headers in ((), ("null",), ("~",)) else headers
    grant = Grant(
        where="the plugin cors",
        origins=tuple("{origin}" if each == "*" and credentials else each for each in origins if not _is_pattern(each)),
        patterns=tuple(_anchored(each) for each in origins if _is_pattern(each)),
        credentials=credentials,
        methods=list_of(text, "methods")
        or ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"),
        headers=headers,
        any_header=headers is None,
        expose=list_of(text, "exposed_headers") or None,
        max_age=scalar_of(text, "max_age"),
        unknown=unknown,
    )
    return Configured(
        kind="Kong",
        software="kong",
        grants=(grant,),
        preflight_status=None if flag_of(text, "preflight_continue") else 200,
    )


_TO_BE_FILLED: Final = lazy_pattern(r"^<(?!\?)|\$\{|\{\{")
"""A place to be filled in, which no expression of origins is."""
_OFF: Final = lazy_pattern(r"(?m)^[^\S\n]*enabled[^\S\n]*[:=][^\S\n]*false\b|\"enabled\"\s*:\s*false")
_KONG_YAML: Final = lazy_pattern(r"(?m)^(?P<indent>[^\S\n]*)-[^\S\n]+name:[^\S\n]*[\"']?cors[\"']?[^\S\n]*$")
_MOST_PLUGINS: Final = 100
_KONG_PLUGIN: Final = lazy_pattern(r"\bname[\"']?\s*[:=]\s*[\"']?cors\b|\bplugin:\s*cors\b")
_KONG_SETTING: Final = lazy_pattern(r"\bconfig\.(\w+?)(?:\[\d*\])?=([^\s\"'\\]+)")


def _is_pattern(text: str) -> bool:
    return text != "*" and re.search(r"[^A-Za-z0-9.:/-]", text) is not None


def _anchored(pattern: str) -> str:
    """An expression of Kong's: it is for all of an origin, or for all of its host where no colon is in it."""
    whole = f"(?:{pattern.removeprefix('^').removesuffix('$')})"
    return f"^{whole}$" if ":" in pattern else f"^[a-z][a-z0-9+.-]*://{whole}(?::[0-9]+)?$"
