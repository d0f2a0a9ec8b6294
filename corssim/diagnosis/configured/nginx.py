"""nginx: headers by place, and what is around them that undoes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from ...url import parse_url
from .header_rows import For, HeaderRow, grants_of
from .model import Configured, Grant, Mistake
from .nginx_blocks import Block, all_blocks, block_for, parsed, servers_for
from .nginx_unread import holds_for, is_lua, may_change, status_of_access, unread_of
from .nginx_variables import ByOrigin, Values, maps_of, set_by_origin, where_true

if TYPE_CHECKING:
    from .model import On


def read_nginx(text: str) -> Configured:
    """nginx and OpenResty: add_header, more_set_headers, map and if."""
    top = parsed(text)
    _spell_out_preflights(top)
    whole = _configured(top, text)
    return replace(
        whole, places=lambda url: _at(top, whole, text, url), example_path=_example_path(top) or whole.example_path
    )


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


def _at(top: Block, whole: Configured, text: str, url: str) -> Configured | None:
    """What counts for a URL; None where the file does not tell it apart."""
    parts = parse_url(url)
    path = "/" if parts is None else parts.path or "/"
    servers = [] if parts is None else servers_for(top, parts.host or "")
    if len(servers) > 1:
        blocks = [block for each in servers if (block := block_for(top, url, each)) is not None]
        found = [_configured(block, text, path) for block in blocks]
        return _one_of(found) if found else None
    block = block_for(top, url)
    if block is not None:
        return _configured(block, text, path)
    is_part = not any(each.words[:1] == ["server"] for each in all_blocks(top)) and not any(
        map(_is_of_cors, top.directives)
    )
    is_of_places = is_part and any(each.words[:1] == ["location"] for each in top.blocks)
    return replace(whole, grants=(), is_silent=True) if is_of_places else None


def _one_of(found: list[Configured]) -> Configured:
    """What several servers say alike."""
    told = {(each.grants, each.preflight_status, each.not_understood, each.adds_to_upstream) for each in found}
    return found[0] if len(told) == 1 else replace(found[0], not_understood=("more than one server",))


def _configured(top: Block, text: str, path: str = "") -> Configured:
    maps = maps_of(top)
    maps |= {name: values for name, values in set_by_origin(top).items() if name not in maps}
    mistakes: list[Mistake] = []
    grants: list[Grant] = []
    statuses: list[int] = []
    doubts: list[str] = []
    _walk(top, "all", (), grants, mistakes, statuses, maps, where_true(maps), Values(), doubts)
    rows = [row for block in (top, *all_blocks(top)) if not is_lua(block) for row in block.directives if row]
    proxied = any(row[0] in _PASSES for row in rows)
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
    if any(code >= 400 for code in statuses) and "error_page" in text:
        doubts.append("error_page")
    doubts += unread_of(top, path)
    doubts += [
        " ".join(row)[:60] for row in top.directives if row[:1] == ["return"] and row[1:2] and row[1][:1] in "3h$"
    ]
    if path and not grants and any(row[0] in _PASSES for row in top.directives if row):
        doubts.append("a program behind, whose answers it hands on,")
    kept_out = None if statuses else status_of_access(top)
    status = statuses[0] if statuses else kept_out if kept_out is not None else None if not _is_static(rows) else 405
    if status == 405 and not statuses and re.search(r"\berror_page\s[^;]*\b405\b", text):
        doubts.append("error_page 405")
    return Configured(
        kind="nginx",
        software="nginx",
        grants=tuple(grants),
        mistakes=tuple(mistakes),
        preflight_status=status,
        adds_to_upstream=proxied and not hides,
        answers_requests=not proxied and any(row[:1] == ["return"] for row in top.directives),
        not_understood=tuple(doubts),
    )


_HIDES: Final = lazy_pattern(
    r"(?i)^(?:\w+_hide_header|more_(?:clear|set)_headers)\s(?:[^\n]*\s)?Access-Control-Allow-Origin\b"
)
_PASSES: Final = ("proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass")


def _is_without_always(text: str) -> bool:
    lines = re.findall(r"(?m)^[^\S\n]*add_header\s+['\"]?Access-Control-Allow-Origin([^;]*)(?:;|\Z)", text)
    return any(re.search(r"\balways\Z", line.rstrip()) is None for line in lines)


def _is_static(rows: list[list[str]]) -> bool:
    names = {row[0] for row in rows}
    return not names.isdisjoint({"root", "alias", "try_files"}) and not any(name.endswith("_pass") for name in names)


def _rows(name: str, value: str, maps: dict[str, ByOrigin]) -> list[HeaderRow]:
    """A header with the value that it has for each origin; one whose value is empty is not sent."""
    values = maps.get(value, [(value, For())])
    return [HeaderRow("add", name, each, counts_for) for each, counts_for in values if each]


def _walk(
    block: Block,
    on: str,
    only_for: tuple[str, ...],
    grants: list[Grant],
    mistakes: list[Mistake],
    statuses: list[int],
    maps: dict[str, ByOrigin],
    set_where: dict[str, tuple[str, ...]],
    values: Values,
    doubts: list[str],
) -> None:
    pairs = [(row[1], row[2]) for row in block.directives if row[:1] == ["add_header"] and len(row) > 2]
    for row in block.directives:
        if row[:1] == ["more_set_headers"]:
            pairs += [(name.strip(), value.strip()) for name, _, value in (each.partition(":") for each in row[1:])]
        if row[:1] == ["set"] and len(row) == 3:
            values.put(row[1], row[2], on, only_for)
            if only_for:
                set_where[row[1]] = only_for
        if row[:1] == ["return"] and len(row) > 1 and row[1].isdecimal() and on == "preflights":
            statuses.append(int(row[1]))
    pairs = [pair for pair in pairs if pair[0].lower().startswith("access-control-")]
    sent = " ".join(
        word
        for each in (block, *all_blocks(block))
        for row in (each.words, *each.directives)
        if row[:1] in (["add_header"], ["if"])
        for word in row
    )
    own_grants = _grants_of(block, pairs, on, only_for, maps)
    if on == "all" and any(_answers_preflights(inner) for inner in block.blocks):
        # A block with an add_header of its own takes the place of the one around it.
        own_grants = [replace(grant, on="requests") for grant in own_grants]
    if on == "all" and any(_answers_requests(inner) for inner in block.blocks):
        own_grants = [replace(grant, on="preflights") for grant in own_grants if grant.on != "requests"]
    grants += own_grants
    ifs: list[tuple[int, int, str, tuple[str, ...]]] = []  # which grants each has, and what it is for
    for inner in block.blocks:
        if inner.words[:1] == ["map"] or is_lua(inner):
            continue
        condition = " ".join(inner.words)
        then, where = on, only_for
        begins = len(grants)
        if inner.words[:1] == ["if"]:
            if "request_method" in condition:
                of_options, of_others = holds_for(condition) or (
                    "!=" not in condition and "OPTIONS" in condition,
                    False,
                )
                then = "requests" if not of_options else "all" if of_others else "preflights"
                if of_options and of_others:
                    doubts += (
                        [condition[:60]] if any(row[:1] == ["add_header"] for row in inner.directives) and pairs else []
                    )
                    statuses += [
                        int(row[1])
                        for row in inner.directives
                        if row[:1] == ["return"] and row[1:2] and row[1].isdecimal()
                    ]
                    doubts += (
                        [f"the condition {condition[:60]}"]
                        if any(row[:1] == ["return"] for row in inner.directives) and not statuses
                        else []
                    )
            elif (expression := re.search(r"\$http_origin\s*~\*?\s*(.+)", condition)) is not None:
                pattern = expression[1].removesuffix(")")
                where = (
                    pattern.strip().strip("'\"").removesuffix(")")
                    if pattern.count("(") < pattern.count(")")
                    else pattern.strip().strip("'\""),
                )
            elif (compared := values.where(condition)) is not None:
                then = compared[0] if compared[0] != "all" else on
                where = compared[1] or only_for
            elif (same := _SAME_ORIGIN.search(condition)) is not None:
                where = (f"^{re.escape(same[1])}$",)
            else:
                used = next((each for name, each in set_where.items() if name in condition), None)
                if used is None and may_change(inner, sent):
                    doubts.append(f"the condition {condition[:60]}")
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
            grants += [replace(grant, where=inner.name) for grant in own_grants]
        is_first_answer = not statuses
        _walk(inner, then, where, grants, mistakes, statuses, maps, set_where, values, doubts)
        is_bare = then == "preflights" and "request_method" in condition and not where
        if inner.words[:1] == ["if"] and (len(grants) > begins or (is_bare and is_first_answer)):
            ifs.append((begins, len(grants), then, where))
    _only_the_last_if_counts(grants, ifs)


def _only_the_last_if_counts(grants: list[Grant], ifs: list[tuple[int, int, str, tuple[str, ...]]]) -> None:
    """Of several `if` of a place that hold, the headers of the last are sent, and no other's.

    https://github.com/nginxinc/nginx-wiki/blob/master/source/start/topics/depth/ifisevil.rst
    """
    lost: set[int] = set()
    for number, (begins, ends, on, where) in enumerate(ifs):
        for later_begins, later_ends, later_on, later_where in ifs[number + 1 :]:
            if on == "all" and later_on != "all" and later_where in ((), where):
                left: On = "requests" if later_on == "preflights" else "preflights"
                grants[begins:ends] = [
                    replace(grant, on=left) if grant.on == "all" else grant for grant in grants[begins:ends]
                ]
            if on == later_on == "preflights" and later_begins == later_ends:
                lost.update(range(begins, ends))  # the last has no header, nor has what it answers
    grants[:] = [grant for number, grant in enumerate(grants) if number not in lost]


_SAME_ORIGIN: Final = lazy_pattern(r"^if \(\s*\$http_origin\s*=\s*[\"']?([^\s()\"']+)[\"']?\s*\)$")


def _grants_of(
    block: Block, pairs: list[tuple[str, str]], on: str, only_for: tuple[str, ...], maps: dict[str, ByOrigin]
) -> list[Grant]:
    """What a block's own headers grant."""
    is_fixed = not any(value in maps for name, value in pairs if name.lower().endswith("allow-origin"))
    grants = grants_of(block.name, [row for pair in pairs for row in _rows(*pair, maps)])
    return [
        replace(grant, on=on, only_for=only_for or grant.only_for, is_fixed=is_fixed)  # it is sent whoever asks
        for grant in grants
    ]


def _answers_requests(block: Block) -> bool:
    """Whether a block is for a method that requests have, and has headers of its own."""
    condition = " ".join(block.words)
    is_of_method = block.words[:1] == ["if"] and "request_method" in condition and "OPTIONS" not in condition
    return is_of_method and "!=" not in condition and any(row[:1] == ["add_header"] for row in block.directives)


def _answers_preflights(block: Block) -> bool:
    condition = " ".join(block.words)
    is_of_options = block.words[:1] == ["if"] and "request_method" in condition and "OPTIONS" in condition
    return is_of_options and "!=" not in condition and any(row[:1] == ["add_header"] for row in block.directives)
