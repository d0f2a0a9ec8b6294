"""Secrets in settings and tables: `password: S` on a line, blocks that are indented under a name, columns."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from .masking import MASK
from .patterns import lazy_pattern
from .secret_names import LONGEST_NAME, is_secret_name

if TYPE_CHECKING:
    from re import Match

_REMARK = r"(?:<!--|//+|#+|/?\*+|;|--|(?:data|event)(?=:[ \t]*[\w.-]+[ \t]*[:=]):)"
_SETTING = lazy_pattern(
    rf"(?m)^([ \t]*+(?:{_REMARK}[ \t]*+)?(?:-[ \t]++)?(?:export[ \t]++|set[ \t]++)?"
    rf"([\w.-]{{1,{LONGEST_NAME}}})[ \t]*+[:=][ \t]*+)([^\r\n]++)"
)
_BLOCK = lazy_pattern(
    rf"""([ \t]*+(?:-[ \t]++)*+)["']?([\w.-]{{1,{LONGEST_NAME}}})["']?[ \t]*+:[ \t]*+[|>]?[-+0-9]*+\s*"""
)
_MARGIN = lazy_pattern(r"[ \t]*+(-[ \t])?")
_IS_A_COLUMN = lazy_pattern(r"[\w .-]{1,64}").fullmatch
_DELIMITERS = "\t;,|"


def masked_settings(text: str) -> str:
    """The text with its settings masked whose names say that they are secret. Takes linear time."""
    return _masked_columns(_SETTING.sub(_masked_setting, _masked_blocks(text)))


def is_masked(value: str) -> bool:
    """Report whether there is no more than the mask, and marks of the text around it."""
    return value.startswith(MASK) and not any(map(str.isalnum, value))


def _masked_setting(found: Match[str]) -> str:
    opening, name, value = found.groups()
    return found.group() if is_masked(value) or not is_secret_name(name) else opening + MASK


def _masked_blocks(text: str) -> str:
    """What YAML indents under a name: `password: |`, or a table or a list of them."""
    if ":" not in text or "\n" not in text:
        return text
    kept: list[str] = []
    margin: int | None = None  # of the name whose block is being read
    for line in text.splitlines(keepends=True):
        begin = _MARGIN.match(line)
        assert begin is not None
        if margin is not None and line.strip():
            of_the_block = begin.end() > margin if begin[1] else begin.end() - margin > 0
            if of_the_block:
                if not kept[-1].strip().endswith(MASK):
                    kept.append(f"{' ' * (margin + 2)}{MASK}\n")
                continue
            margin = None
        kept.append(line)
        named = _BLOCK.fullmatch(line) if margin is None else None
        if named is not None and is_secret_name(named[2]):
            margin = len(named[1])
    return "".join(kept)


def _masked_columns(text: str) -> str:
    """Comma-separated values and their like, whose first line names the columns."""
    first, newline, rest = text.partition("\n")
    delimiter = next((each for each in _DELIMITERS if each in first), None)
    if delimiter is None or not rest.strip():
        return text
    names = [name.strip().strip("\"'") for name in first.strip().split(delimiter)]
    if not all(map(_IS_A_COLUMN, names)):
        return text
    secret = [at for at, name in enumerate(names) if is_secret_name(name)]
    if not secret:
        return text
    return first + newline + "".join(_masked_row(line, delimiter, secret) for line in rest.splitlines(keepends=True))


def _masked_row(line: str, delimiter: str, secret: list[int]) -> str:
    end = line[len(line.rstrip("\r\n")) :]
    try:
        (cells,) = csv.reader([line.rstrip("\r\n")], delimiter=delimiter)
    except (ValueError, csv.Error):
        return line
    shown = [MASK if at in secret and cell.strip() else cell for at, cell in enumerate(cells)]
    if shown == cells:
        return line
    return delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in shown) + end
