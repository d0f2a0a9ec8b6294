"""Symfony's NelmioCorsBundle: defaults, and what paths have instead of them."""

from __future__ import annotations

from typing import Final

from ...patterns import lazy_pattern
from ...records import replace
from .model import REFLECTED, Configured, Grant
from .paths import Place, by_path, example_of
from .scan import flag_of, list_of, scalar_of, without_comments

_PATHS: Final = lazy_pattern(r"(?m)^[^\S\n]*paths[^\S\n]*:[^\S\n]*$")
_PATH: Final = lazy_pattern(
    r"(?m)^[^\S\n]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|([\^/][^\s:]*))[^\S\n]*:[^\S\n]*+(?:~|null|\{\})?[^\S\n]*$"
)
_HEADERS: Final = ("accept", "accept-language", "content-language", "origin")


def read_nelmio(text: str) -> Configured:
    """The first path whose expression is found counts, with the defaults for what it leaves out; else the defaults do.

    https://github.com/nelmio/NelmioCorsBundle/blob/master/Options/ConfigProvider.php
    """
    text = without_comments(text)
    start = _PATHS.search(text)
    defaults = text if start is None else text[: start.start()]
    below = "" if start is None else text[start.end() :]
    found = list(_PATH.finditer(below))
    ends = [*(path.start() for path in found[1:]), len(below)]
    places = [
        Place(path[1] or path[2] or path[3], _grants(below[path.end() : end], defaults), ignores_case=True)
        for path, end in zip(found, ends, strict=False)
    ]
    of_all = _grants("", defaults)
    configured = Configured(
        kind="Symfony: NelmioCorsBundle",
        software="symfony",
        grants=tuple(dict.fromkeys(grant for each in places for grant in each.grants)) or of_all,
        not_understood=() if "allow_origin" in text else ("settings without allow_origin",),
    )
    if not places:
        return configured
    example = example_of(places[0].pattern.lstrip("^"))
    return by_path(configured, [*places, Place("^", of_all)], example)


def _grants(own: str, defaults: str) -> tuple[Grant, ...]:
    def names(key: str) -> tuple[str, ...]:
        value = list_of(own, key)
        return (list_of(defaults, key) or ()) if value is None else value

    def is_set(key: str) -> bool:
        return flag_of(own if list_of(own, key) is not None else defaults, key)

    told = names("allow_origin")
    if not told:
        return ()
    unknown = tuple(each for each in told if "%" in each)
    written = tuple(each for each in told if "%" not in each)
    are_expressions = is_set("origin_regex")
    headers = names("allow_headers")
    any_header = "*" in headers
    grant = Grant(
        where="nelmio_cors",
        credentials=is_set("allow_credentials"),
        methods=tuple(each.upper() for each in names("allow_methods")),
        headers=None if any_header else (*_HEADERS, *headers),
        any_header=any_header,
        expose=names("expose_headers") or None,
        max_age=scalar_of(own, "max_age") or scalar_of(defaults, "max_age"),
        compares_methods=405,
        unknown=unknown,
    )
    if "*" in written:  # it answers with the origin that asks
        return (replace(grant, origins=(REFLECTED,), unknown=()),)
    if are_expressions:
        return (replace(grant, patterns=tuple(f"(?i){each}" for each in written)),)
    return (replace(grant, origins=written),)
