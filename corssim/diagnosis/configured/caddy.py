"""Caddy's header directive, of version 2 and before."""

from __future__ import annotations

import re

from .model import Configured, Mistake
from .written_headers import grant_of_headers


def read_caddy(text: str) -> Configured:
    """Caddy's header directive, of version 2 and of those before it."""
    pairs: list[tuple[str, str]] = []
    removed = set()
    is_old = re.search(r"(?m)^\s*proxy\s", text) is not None
    on_preflights: list[tuple[str, str]] = []
    block = ""
    for line in text.splitlines():
        line = line.split(" #")[0].strip()
        if line.startswith("#"):
            continue
        words = [word.strip('"`') for word in re.findall(r"\"[^\"]*\"|`[^`]*`|\S+", line)]
        if words[:1] == ["header"]:
            rest = words[1:]
            matcher = rest[0] if rest and rest[0][:1] in "@/*" and len(rest) > 1 else ""
            rest = rest[1:] if matcher else rest
            if rest[-1:] == ["{"]:
                block = matcher or "*"
                continue
            words = rest
        elif words[:1] == ["}"]:
            block = ""
            continue
        elif not block:
            continue
        else:
            matcher = block
        name = words[0] if words else ""
        if name.startswith("-"):
            removed.add(name[1:].lower())
        elif name.lstrip("+>?").lower().startswith("access-control-") and len(words) > 1:
            into = on_preflights if re.search(r"preflight|options", matcher, re.IGNORECASE) else pairs
            into.append((name.lstrip("+>?"), words[1]))
    grants = [grant_of_headers("the site", pairs)] if pairs else []
    if on_preflights:
        grants.append(grant_of_headers("preflights", on_preflights, on="preflights"))
    proxied = re.search(r"(?m)^\s*(?:reverse_proxy|proxy|php_fastcgi)\b", text) is not None
    mistakes: list[Mistake] = []
    takes_away = re.search(r"header_down\s+-?Access-Control|defer\b|header\s+-Access-Control", text) is not None
    if proxied and pairs and not takes_away:
        mistakes.append(
            Mistake(
                "added-to-the-programs-own",
                "The header is set before the program behind answers, and its own comes to it: where that sends "
                "Access-Control-Allow-Origin too, the browser sees two values (“*, *”).",
                "header_down -Access-Control-Allow-Origin in reverse_proxy, or leave it to one of the two.",
            )
        )
    answers = re.search(r"(?m)^\s*respond\b.*\b20\d\b", text) is not None
    return Configured(
        kind="Caddy before version 2" if is_old else "Caddy",
        software="caddy",
        grants=tuple(grants),
        mistakes=tuple(mistakes),
        preflight_status=204 if answers else None if proxied else 200,
        fixed_origin=True,
        adds_to_upstream=bool(proxied and pairs and not takes_away),
    )
