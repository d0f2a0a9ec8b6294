"""nginx: what a place answers, and what is around it that undoes it."""

from __future__ import annotations

import re
from typing import Final

from ....patterns import lazy_pattern
from ....records import replace
from ....url import parse_url
from ..example_texts import example_of_expression
from ..model import Configured, Grant, Mistake, matches
from .blocks import PASSES, Block, all_blocks, block_for, is_of_a_program, parsed, servers_for
from .headers import walk
from .replies import replies_of
from .unread import is_lua, status_of_access, unread_of
from .variables import Values, maps_of, set_by_origin, where_true


def read_nginx(text: str) -> Configured:
    """nginx and OpenResty: add_header, more_set_headers, map and if."""
    top = parsed(text)
    _spell_out_preflights(top)
    refused = _refused(top)
    whole = replace(_configured(top, text), replies=replies_of(parsed(text)))
    if refused:
        told = "an add_header in an `if` that stands in no location, which nginx refuses,"
        mistake = Mistake(
            "add-header-outside-location",
            f"{refused}: nginx does not start with it: add_header is allowed in an `if` of a location alone.",
            "The same `if` in the location.",
        )
        return replace(whole, mistakes=(*whole.mistakes, mistake), not_understood=(told,))
    if _OF_NIX.search(text) is not None:
        return replace(whole, not_understood=("extraConfig of NixOS, in a server that it writes,",))
    return replace(
        whole, places=lambda url: _at(top, whole, text, url), example_path=_example_path(top) or whole.example_path
    )


_OF_NIX: Final = lazy_pattern(r"\bextraConfig\s*=\s*''")


def _spell_out_preflights(top: Block) -> None:
    """`if ($preflight)` of a map that is on for OPTIONS, as the condition that it stands for."""
    names = {
        block.words[2]
        for block in all_blocks(top)
        if block.words[:1] == ["map"] and len(block.words) == 3 and "request_method" in block.words[1]
        if any("OPTIONS" in row[0] and row[-1] not in ("0", "") for row in block.directives if len(row) == 2)
    }
    for block in all_blocks(top):
        if block.words[:1] == ["if"] and " ".join(block.words[1:]).strip("() ") in names:
            block.words[:] = ["if", "($request_method", "=", "OPTIONS)"]


def _refused(top: Block) -> str:
    """The first `if` of a server that has a header. https://nginx.org/en/docs/http/ngx_http_headers_module.html"""
    servers = [block for block in all_blocks(top) if block.words[:1] in (["server"], ["http"])]
    inner = [block for server in servers for block in server.blocks if block.words[:1] == ["if"]]
    return next((block.name for block in inner if any(row[:1] == ["add_header"] for row in block.directives)), "")


def _example_path(top: Block) -> str:
    """A path of the first location that says something of CORS."""
    for block in all_blocks(top):
        if block.words[:1] != ["location"] or len(block.words) < 2 or not block.words[-1].startswith("/"):
            continue
        rows = [row for each in (block, *block.blocks) for row in each.directives]
        if block.words[1] not in ("~", "~*") and any(_is_of_cors(row) for row in rows):
            return block.words[-1]
    return next((path for block in all_blocks(top) if (path := _example_of_expression(block))), "")


def _example_of_expression(block: Block) -> str:
    """A path of a location with an expression that says something of CORS; "" where it is none."""
    rows = [row for each in (block, *block.blocks) for row in each.directives]
    if block.words[:1] != ["location"] or block.words[1:2] not in (["~"], ["~*"]) or not any(map(_is_of_cors, rows)):
        return ""
    text = example_of_expression(block.words[-1])
    path = None if text is None else text if text.startswith("/") else f"/a{text}"
    return path if path is not None and matches(block.words[-1], path) else ""


def _is_of_cors(row: list[str]) -> bool:
    return row[:1] in (["add_header"], ["more_set_headers"]) and "access-control-" in " ".join(row[1:]).lower()


def _at(top: Block, whole: Configured, text: str, url: str) -> Configured | None:
    """What counts for a URL; None where the file does not tell it apart."""
    parts = parse_url(url)
    servers = [] if parts is None else servers_for(top, parts.host or "")
    if len(servers) > 1:
        blocks = [block for each in servers if (block := block_for(top, url, each)) is not None]
        found = [_configured(block, text) for block in blocks]
        return _of_all(found, whole) if found else None
    block = block_for(top, url)
    if block is not None:
        return replace(_configured(block, text), replies=whole.replies)
    is_part = not any(each.words[:1] == ["server"] for each in all_blocks(top)) and not any(
        map(_is_of_cors, top.directives)
    )
    is_of_places = is_part and any(each.words[:1] == ["location"] for each in top.blocks)
    return replace(whole, grants=(), is_silent=True) if is_of_places else None


def _of_all(found: list[Configured], whole: Configured) -> Configured:
    """What several servers say."""
    doubts = tuple(dict.fromkeys(doubt for each in found for doubt in each.not_understood))
    return replace(found[0], not_understood=doubts, replies=whole.replies)


def _configured(top: Block, text: str) -> Configured:
    maps = maps_of(top)
    maps |= {name: values for name, values in set_by_origin(top).items() if name not in maps}
    mistakes: list[Mistake] = []
    grants: list[Grant] = []
    statuses: list[int] = []
    walk(top, "all", (), grants, mistakes, statuses, maps, where_true(maps), Values())
    rows = [row for block in (top, *all_blocks(top)) if not is_lua(block) for row in block.directives if row]
    proxied = any(row[0] in PASSES for row in rows) or is_of_a_program(top)
    hides = any(_HIDES.search(" ".join(row)) is not None for row in rows)
    if proxied and grants and not hides:
        mistakes.append(
            Mistake(
                "added-to-the-programs-own",
                "add_header adds to what the program behind sends: where that sends Access-Control-Allow-Origin too, "
                "the "
                "browser sees two values.",
                "proxy_hide_header Access-Control-Allow-Origin; or let one of the two send it.",
            )
        )
    if any(grant.on != "preflights" and grant.origins for grant in grants) and _is_without_always(text):
        mistakes.append(
            Mistake(
                "not-on-errors",
                "Without `always`, add_header leaves the header out of error answers: script then sees a CORS error in "
                "place of the 4xx or 5xx.",
                "Write always before the semicolon.",
            )
        )
    statuses += [
        int(row[1]) for row in top.directives if row[:1] == ["return"] and row[-1:] != row[:1] and row[1].isdecimal()
    ]
    kept_out = None if statuses else status_of_access(top)
    status = statuses[0] if statuses else kept_out if kept_out is not None else None if not _is_static(rows) else 405
    return Configured(
        kind="nginx",
        software="nginx",
        grants=tuple(grants),
        mistakes=tuple(mistakes),
        preflight_status=status,
        adds_to_upstream=proxied and not hides,
        hands_on=proxied and not hides,
        answers_requests=not proxied and any(row[:1] == ["return"] for row in top.directives),
        not_understood=tuple(unread_of(top)),
    )


_HIDES: Final = lazy_pattern(
    r"(?i)^(?:\w+_hide_header|more_(?:clear|set)_headers)\s(?:[^\n]*\s)?Access-Control-Allow-Origin\b"
)


def _is_without_always(text: str) -> bool:
    lines = re.findall(r"(?m)^[^\S\n]*add_header\s+['\"]?Access-Control-Allow-Origin([^;]*)(?:;|\Z)", text)
    return any(re.search(r"\balways\Z", line.rstrip()) is None for line in lines)


def _is_static(rows: list[list[str]]) -> bool:
    names = {row[0] for row in rows}
    return not names.isdisjoint({"root", "alias", "try_files"}) and not any(name.endswith("_pass") for name in names)
