"""The headers that an nginx place sends, and what its `if` blocks make of them.

https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ....records import replace
from ..header_rows import For, HeaderRow, grants_of
from ..model import Grant, Mistake
from .unread import holds_for, is_lua

if TYPE_CHECKING:
    from ..model import On
    from .blocks import Block
    from .variables import ByOrigin, Values


def _rows(name: str, value: str, maps: dict[str, ByOrigin]) -> list[HeaderRow]:
    """A header with the value that it has for each origin; one whose value is empty is not sent."""
    values = maps.get(value, [(value, For())])
    return [HeaderRow("add", name, each, counts_for) for each, counts_for in values if each]


def walk(
    block: Block,
    on: str,
    only_for: tuple[str, ...],
    grants: list[Grant],
    mistakes: list[Mistake],
    statuses: list[int],
    maps: dict[str, ByOrigin],
    set_where: dict[str, tuple[str, ...]],
    values: Values,
) -> None:
    """The headers of a block and of those in it, put to the `grants`; with statuses of preflights, mistakes."""
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
                    statuses += [
                        int(row[1])
                        for row in inner.directives
                        if row[:1] == ["return"] and row[1:2] and row[1].isdecimal()
                    ]
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
        walk(inner, then, where, grants, mistakes, statuses, maps, set_where, values)
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
