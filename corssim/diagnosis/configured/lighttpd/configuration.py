"""lighttpd: headers that mod_setenv puts on answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..example_texts import example_of_expression
from ..header_rows import For, HeaderRow, grants_of
from ..model import Configured, Mistake
from .blocks import UnreadText, blocks_of, pairs_of
from .replies import ADD, SET, replies_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .blocks import Block, Condition

LIGHTTPD_SIGN: Final = r"(?m)(?:^|\{)[^\S\n]*setenv\.(?:add|set)-response-header\b"


def read_lighttpd(text: str) -> Configured | None:
    """What mod_setenv sends; None where it sends no CORS header."""
    if re.search(r"(?i)[\"']Access-Control-Allow-", text) is None:
        return None
    try:
        blocks = blocks_of(text)
        rows = _rows_by_place(blocks)
    except UnreadText as unread:
        return Configured(kind="lighttpd", software="", grants=(), not_understood=(str(unread)[:60],))
    modules = blocks[0].settings.get("server.modules")
    is_loaded = not isinstance(modules, tuple) or any(value == "mod_setenv" for _, value in modules)
    return Configured(
        kind="lighttpd",
        software="",
        not_understood=() if is_loaded else ("server.modules without mod_setenv",),
        grants=tuple(grant for where, of_it in rows.items() for grant in grants_of(where, of_it)),
        fixed_origin=True,
        preflight_status=200 if "server.document-root" in blocks[0].settings else None,
        example_path=next(filter(None, map(_example_path, blocks)), "/items"),
        mistakes=(*(() if is_loaded else (_NOT_LOADED,)), *_mistakes(blocks)),
        replies=replies_of(blocks),
    )


def _rows_by_place(blocks: Sequence[Block]) -> dict[str, list[HeaderRow]]:
    """What is sent where, told apart by the conditions that are of no origin and no method."""
    rows: dict[str, list[HeaderRow]] = {}
    for block in blocks:
        for directive in (ADD, SET):
            for name, value in pairs_of(block.settings, directive) or ():
                rows.setdefault(_where(block), []).append(HeaderRow("set", name, value, _counts_for(block)))
    return {
        where: of_it
        for where, of_it in rows.items()
        if any(row.name.lower().startswith("access-control-") for row in of_it)
    }


def _where(block: Block) -> str:
    conditions: list[str] = []
    around: Block | None = block
    while around is not None:
        if around.condition is not None and _those_of(around.condition) == For():
            of, operator, value = around.condition
            conditions.append(f"{of.partition(' ')[2]} {operator} {value}")
        around = around.parent
    return ", ".join(reversed(conditions)) or "every answer"


def _example_path(block: Block) -> str:
    """A path that a block with CORS headers is for; "" where it says nothing of paths."""
    names = [name.lower() for directive in (ADD, SET) for name, _ in pairs_of(block.settings, directive) or ()]
    around: Block | None = block if any(name.startswith("access-control-") for name in names) else None
    while around is not None:
        if around.condition is not None and around.condition.field == "http url":
            value = around.condition.value
            match around.condition.operator:
                case "==":
                    return value
                case "=^":
                    return f"{value.rstrip('/')}/items"
                case "=$":
                    return f"/items{value}"
                case "=~":
                    text = example_of_expression(value) or ""
                    return text if text[:1] in ("/", "") else f"/items{text}"
        around = around.parent
    return ""


def _counts_for(block: Block) -> For:
    """Whom a block is for, as far as that is told by a preflight's method and by origins."""
    found: For | None = For()
    around: Block | None = block
    while around is not None:
        if around.condition is not None and found is not None:
            found = found.and_(_those_of(around.condition))
        around = around.parent
    return found or For()


def _those_of(condition: Condition) -> For:
    of, operator, value = condition
    if of == "http request-method" and operator in ("==", "!=") and value == "OPTIONS":
        return For("preflights" if operator == "==" else "requests")
    if of == "request_header origin":
        pattern = {"=~": value, "!~": value, "=^": "^" + re.escape(value), "=$": re.escape(value) + "$"}.get(
            operator, f"^{re.escape(value)}$"
        )
        return For("all", (), (pattern,)) if operator.startswith("!") else For("all", (pattern,))
    return For()


_NOT_LOADED: Final = Mistake(
    "module-not-loaded",
    "server.modules does not name mod_setenv: what it is told is passed over.",
    'server.modules += ( "mod_setenv" )',
)


def _mistakes(blocks: Sequence[Block]) -> Iterator[Mistake]:
    for block in blocks[1:]:
        for directive in (ADD, SET):
            around = None if block.parent is None else block.parent.inherited(directive)
            own = block.settings.get(directive)
            lost = _names(around) - _names(own) if own is not None else set()
            if lost:
                yield Mistake(
                    "headers-not-inherited",
                    f"{directive} in a block takes the place of the one around it: {', '.join(sorted(lost))} "
                    "is not sent there.",
                    f"{directive} += ( … )",
                )


def _names(given: object) -> set[str]:
    return {name for name, _ in given} if isinstance(given, tuple) else set()
