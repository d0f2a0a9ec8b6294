"""Caddy's matchers: the requests for a path that a directive counts for.

https://caddyserver.com/docs/caddyfile/matchers
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ..header_rows import For, expression_of
from ..model import matches

if TYPE_CHECKING:
    from .caddyfile import Directive

Matchers = dict[str, "Directive"]
"""Those that a site names, by their names."""


def matcher_of(line: Directive) -> str:
    """The matcher token of a directive: a name, a path or `*`; "" where it has none."""
    return line.words[1] if len(line.words) > 1 and line.words[1][0:1] in ("@", "/", "*") else ""


def counts_for(matcher: str, path: str | None, host: str, named: Matchers, *, by_prefix: bool = False) -> For | None:
    """The requests for a path (None: for any) that a matcher token matches; None where it matches none.

    What is not known of a request, such as the client's address, is taken to match.
    """
    if matcher in ("", "*"):
        return For()
    if matcher.startswith("/"):
        return For() if path is None or _is_path(matcher + "*" * by_prefix, path) else None
    line = named.get(matcher)
    if line is None:
        return For("preflights") if re.search(r"preflight|options", matcher, re.IGNORECASE) else For()
    return _all_of(_lines(line), path, host)


def paths_of(matcher: str, named: Matchers) -> list[str]:
    """The paths that a matcher token names."""
    if matcher.startswith("/"):
        return [matcher]
    line = named.get(matcher)
    return [] if line is None else [path for words in _lines(line) if words[0] == "path" for path in words[1:]]


def _lines(line: Directive) -> list[list[str]]:
    """What a named matcher holds, each in words; `not` with what it turns."""
    one = [line.words[1:]] if len(line.words) > 1 else []
    for each in line.inner:
        if each.name == "not" and each.inner:
            one += [["not", *inner.words] for inner in each.inner]
        else:
            one.append(each.words)
    return one


def _all_of(lines: list[list[str]], path: str | None, host: str) -> For | None:
    """Every kind has to match; of several lines of a kind, and of one field, one."""
    kinds: dict[tuple[str, ...], list[list[str]]] = {}
    for words in lines:
        is_of_field = words[0] in ("header", "header_regexp") and len(words) > 1
        kinds.setdefault(tuple(words[:2]) if is_of_field or words[0] == "not" else (words[0],), []).append(words)
    found: For | None = For()
    for alike in kinds.values():
        each = [_one(words, path, host) for words in alike]
        found = None if found is None else _and(found, _any_of([one for one in each if one is not None]))
    return found


def _and(one: For, other: For | None) -> For | None:
    return None if other is None else one.and_(other)


def _any_of(conditions: list[For]) -> For | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    if all(each.only_for for each in conditions):
        return For(conditions[0].on, tuple(pattern for each in conditions for pattern in each.only_for))
    if all(each.not_for for each in conditions):
        return For(conditions[0].on, (), tuple(pattern for each in conditions for pattern in each.not_for))
    return conditions[0] if all(each == conditions[0] for each in conditions) else For()


def _one(words: list[str], path: str | None, host: str) -> For | None:
    kind, values = words[0], words[1:]
    if kind == "not":
        inner = _one(values, path, host) if values else For()
        if inner is None:
            return For()
        is_known = values[:1] in (["method"], ["host"]) or (
            values[:1] in (["path"], ["path_regexp"]) and path is not None
        )
        return inner.others() if inner != For() else None if is_known else For()
    if kind == "path":
        return For() if path is None or any(_is_path(value, path) for value in values) else None
    if kind == "path_regexp":
        return For() if path is None or matches(values[-1] if values else "", path) else None
    if kind == "host":
        return For() if not host or any(fnmatchcase(host, value) for value in values) else None
    if kind == "method":
        given = {value.upper() for value in values}
        return For("all" if {"OPTIONS"} < given else "preflights" if "OPTIONS" in given else "requests")
    if kind in ("header", "header_regexp") and len(values) > 1:
        return _of_header(values[-2].lower(), values[-1], is_expression=kind == "header_regexp")
    text = " ".join(words)
    if re.search(r"method[^&|]*==?[^&|]*OPTIONS", text, re.IGNORECASE):
        return For("preflights")
    return For()


def _of_header(name: str, value: str, *, is_expression: bool) -> For:
    if name == "access-control-request-method":
        return For("preflights")
    if name != "origin" or value in ("*", "null"):
        return For()
    return For(only_for=(value if is_expression else expression_of(value),))


def _is_path(pattern: str, path: str) -> bool:
    return fnmatchcase(path.lower(), pattern.lower())
