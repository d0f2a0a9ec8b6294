"""nginx: headers by place, and what is around them that undoes them."""

from __future__ import annotations

import re

from ...records import replace
from .model import REFLECTED, Configured, Grant, Mistake
from .nginx_blocks import Block, all_blocks, block_for, parsed
from .written_headers import grant_of_headers


def read_nginx(text: str) -> Configured:
    """nginx and OpenResty: add_header, more_set_headers, map and if."""
    top = parsed(text)
    _spell_out_preflights(top)
    whole = _configured(top, text)
    return replace(whole, places=lambda url: _at(top, text, url), example_path=_example_path(top) or whole.example_path)


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


def _example_path(top: Block) -> str:
    """A path of the first location that says something of CORS."""
    for block in all_blocks(top):
        if block.words[:1] != ["location"] or len(block.words) < 2 or not block.words[-1].startswith("/"):
            continue
        rows = [row for each in (block, *block.blocks) for row in each.directives]
        if block.words[1] not in ("~", "~*") and any(_is_of_cors(row) for row in rows):
            return block.words[-1]
    return ""


def _is_of_cors(row: list[str]) -> bool:
    return row[:1] in (["add_header"], ["more_set_headers"]) and "access-control-" in " ".join(row[1:]).lower()


def _at(top: Block, text: str, url: str) -> Configured | None:
    """What counts for a URL; None where the file does not tell it apart."""
    block = block_for(top, url)
    return None if block is None else _configured(block, text)


def _configured(top: Block, text: str) -> Configured:
    origins_of, patterns_of = _maps(top)
    mistakes: list[Mistake] = []
    grants: list[Grant] = []
    statuses: list[int] = []
    _walk(top, "all", (), grants, mistakes, statuses, (origins_of, patterns_of, {}))
    proxied = re.search(r"^\s*(?:proxy|fastcgi|uwsgi|grpc)_pass\b", text, re.MULTILINE) is not None
    hides = "proxy_hide_header" in text.lower() or "more_clear_headers" in text.lower()
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
    answers_preflights = any(grant.on == "preflights" for grant in grants) and bool(statuses)
    status = statuses[0] if answers_preflights else None if not _is_static(text) else 405
    return Configured(
        kind="nginx",
        software="nginx",
        grants=tuple(grants),
        mistakes=tuple(mistakes),
        preflight_status=status,
        adds_to_upstream=proxied and not hides,
    )


def _is_without_always(text: str) -> bool:
    lines = re.findall(r"(?m)^\s*add_header\s+['\"]?Access-Control-Allow-Origin[^;]*;", text)
    return any(not re.search(r"\balways\s*;$", line) for line in lines)


def _is_static(text: str) -> bool:
    return re.search(r"^\s*(?:root|alias|try_files)\b", text, re.MULTILINE) is not None and "_pass" not in text


_Variables = tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]


def _maps(top: Block) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The origins and the expressions for which a variable that `map $http_origin` makes is the origin itself."""
    origins: dict[str, tuple[str, ...]] = {}
    patterns: dict[str, tuple[str, ...]] = {}
    for block in all_blocks(top):
        if block.words[:1] == ["map"] and len(block.words) == 3 and "http_origin" in block.words[1]:
            rows = [row for row in block.directives if len(row) == 2 and row[1] not in ("", '""')]
            named = [
                row[0] if "http_origin" in row[1] else row[1] for row in rows if "://" in row[0] and row[0][:1] != "~"
            ]
            origins[block.words[2]] = tuple(named + [row[1] for row in rows if row == ["default", "*"]])
            patterns[block.words[2]] = tuple(row[0].lstrip("~*") for row in rows if row[0].startswith("~"))
            if any(row[0] == "default" and "http_origin" in row[1] for row in rows):
                origins[block.words[2]] += (REFLECTED,)
    return origins, patterns


def _walk(
    block: Block,
    on: str,
    only_for: tuple[str, ...],
    grants: list[Grant],
    mistakes: list[Mistake],
    statuses: list[int],
    variables: _Variables,
) -> None:
    origins_of, patterns_of, set_where = variables
    pairs = [(row[1], row[2]) for row in block.directives if row[:1] == ["add_header"] and len(row) > 2]
    for row in block.directives:
        if row[:1] == ["more_set_headers"]:
            pairs += [(name.strip(), value.strip()) for name, _, value in (each.partition(":") for each in row[1:])]
        if row[:1] == ["set"] and len(row) == 3 and only_for:
            set_where[row[1]] = only_for
        if row[:1] == ["return"] and len(row) > 1 and row[1].isdecimal() and on == "preflights":
            statuses.append(int(row[1]))
    pairs = [pair for pair in pairs if pair[0].lower().startswith("access-control-")]
    if pairs:
        grant = grant_of_headers(block.name, pairs, on=on)  # type: ignore[arg-type]
        variable = next(
            (value for name, value in pairs if name.lower().endswith("allow-origin") and value in origins_of), None
        )
        if variable is None:
            grant = replace(grant, is_fixed=True)  # it is sent whoever asks
        else:
            grant = replace(
                grant, origins=origins_of[variable], patterns=patterns_of[variable], joined_origins=False, unknown=()
            )
        grants.append(replace(grant, only_for=only_for))
    if pairs and on == "all" and any(_answers_preflights(inner) for inner in block.blocks):
        # A block with an add_header of its own takes the place of the one around it.
        grants[-1] = replace(grants[-1], on="requests")
    if pairs and on == "all" and any(_answers_requests(inner) for inner in block.blocks):
        if grants[-1].on == "requests":
            grants.pop()
        else:
            grants[-1] = replace(grants[-1], on="preflights")
    for inner in block.blocks:
        if inner.words[:1] == ["map"]:
            continue
        condition = " ".join(inner.words)
        then, where = on, only_for
        if inner.words[:1] == ["if"]:
            if "request_method" in condition:
                then = "requests" if "!=" in condition or not re.search(r"OPTIONS", condition) else "preflights"
            elif (expression := re.search(r"\$http_origin\s*~\*?\s*(.+?)\)?$", condition)) is not None:
                where = (
                    expression[1].strip().strip("'\"").removesuffix(")")
                    if expression[1].count("(") < expression[1].count(")")
                    else expression[1].strip().strip("'\""),
                )
            else:
                used = next((each for name, each in set_where.items() if name in condition), None)
                where = used if used is not None else only_for
            own = [row for row in inner.directives if row[:1] == ["add_header"]]
            if own and pairs:
                lost = sorted({name for name, _ in pairs} - {row[1] for row in own})
                if lost:
                    mistakes.append(
                        Mistake(
                            "add-header-not-inherited",
                            f"{inner.name} has an add_header of its own, so it inherits none: {', '.join(lost)} "
                            "of the block around it are not sent there.",
                            "Repeat them in the inner block.",
                        )
                    )
        elif (
            any(row[:1] == ["add_header"] for row in inner.directives) is False
            and pairs
            and inner.words[:1] == ["location"]
        ):
            grants += [] if not grants else [replace(grants[-1], where=inner.name)]
        _walk(inner, then, where, grants, mistakes, statuses, variables)


def _answers_requests(block: Block) -> bool:
    """Whether a block is for a method that requests have, and has headers of its own."""
    condition = " ".join(block.words)
    is_of_method = block.words[:1] == ["if"] and "request_method" in condition and "OPTIONS" not in condition
    return is_of_method and "!=" not in condition and any(row[:1] == ["add_header"] for row in block.directives)


def _answers_preflights(block: Block) -> bool:
    condition = " ".join(block.words)
    is_of_options = block.words[:1] == ["if"] and "request_method" in condition and "OPTIONS" in condition
    return is_of_options and "!=" not in condition and any(row[:1] == ["add_header"] for row in block.directives)
