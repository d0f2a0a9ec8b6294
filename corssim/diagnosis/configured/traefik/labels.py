"""Traefik's labels, and options of its command, as a tree of settings.

https://doc.traefik.io/traefik/reference/dynamic-configuration/docker/ ; names are compared without their case, but
those that the text gives to routers, middlewares and headers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..trees import Tree

LABEL: Final = lazy_pattern(r"(?i)traefik\.(?:http|tcp|udp|enable|docker|swarm|frontend|\w+\.frontend)\b[\w.\[\]-]*")
OPTION: Final = lazy_pattern(r"(?i)--?(entrypoints\.[\w.-]+?)(?:=|[ \t]+(?=[^-\s]))([^\s\"'\],]*)")
_SIGN: Final = lazy_pattern(r"[^\S\n]*(?:=>|[=:])[^\S\n]*")
_BARE: Final = lazy_pattern(r"(?:[^\s\"'`\\]|\\.|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|`[^`\n]*`)*")
_MOST: Final = 5_000
_DEEPEST: Final = 20


def pairs_in(text: str) -> Iterator[tuple[str, str]]:
    """Labels in a text that is no tree: a command of the shell, HCL, a line of a Dockerfile, a list in code."""
    count = 0
    for label in LABEL.finditer(text):
        count += 1
        if count > _MOST:
            return
        before = text[label.start() - 1 : label.start()]
        quote = before if before in ("'", '"', "`") and before else ""
        closes = quote if text[label.end() : label.end() + 1] == quote else ""
        sign = _SIGN.match(text, label.end() + len(closes))
        if sign is None:
            continue
        line_end = text.find("\n", sign.end())
        line = text[sign.end() : len(text) if line_end < 0 else line_end]
        if quote and not closes:  # the whole label is in quotes
            yield label[0], _until(line, quote)
        elif line[:1] in ("'", '"') and line:
            yield label[0], _until(line[1:], line[0])
        elif sign[0].strip() == "=" and _is_of_a_command(text, label.start()):
            bare = _BARE.match(line)
            yield label[0], _unescaped("" if bare is None else bare[0])
        else:
            yield label[0], line.strip()


def _is_of_a_command(text: str, at: int) -> bool:
    line = text[max(0, text.rfind("\n", 0, at) + 1, at - 2_000) : at]
    return re.search(r"(?:^|\s)(?:-l|--(?:container-)?label(?:-add)?|LABEL)\b", line) is not None


def _until(text: str, quote: str) -> str:
    """A text up to the quote that closes it."""
    found = re.match(rf"((?:[^{quote}\\]|\\.)*){quote}", text)
    written = text.strip() if found is None else found[1]
    return re.sub(r"\\([\"'`\\$])", r"\1", written) if quote == '"' else written


def _unescaped(word: str) -> str:
    """A word of a shell without its quotes."""
    parts = re.findall(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|((?:[^\"'\\]|\\.)+)", word)
    return "".join(single or re.sub(r"\\(.)", r"\1", double or bare) for double, single, bare in parts)


def tree_of(pairs: Iterable[tuple[str, str]]) -> dict[str, Tree]:
    """Labels as the tree that they spell: `traefik.http.routers.a.rule=…` as http: routers: a: rule: …"""
    top: dict[str, Tree] = {}
    for name, value in pairs:
        parts = re.sub(r"\[(\d+)\]", r".[\1]", name).split(".")
        if parts[0].lower() == "traefik":
            parts = parts[1:]
        if len(parts) > _DEEPEST:
            continue
        _put(top, parts, value)
    return top


def _put(top: dict[str, Tree], parts: list[str], value: str) -> None:
    inside = top
    for depth, part in enumerate(parts[:-1]):
        key = part if _is_a_name(parts, depth) else part.lower()
        below = inside.setdefault(key, {})
        if not isinstance(below, dict):  # `tls=true` and `tls.certresolver=…`
            below = inside[key] = {}
        inside = below
    last = parts[-1] if _is_a_name(parts, len(parts) - 1) else parts[-1].lower()
    if not isinstance(inside.get(last), dict):
        inside[last] = value


def _is_a_name(parts: list[str], depth: int) -> bool:
    """Whether a part is a name that the text gives, whose case counts."""
    return depth == 2 or (depth > 4 and parts[depth - 1].lower().startswith("custom"))
