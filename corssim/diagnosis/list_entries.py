"""Entries of Access-Control-Allow-Methods and -Headers, as people mistype them."""

from __future__ import annotations


def is_a_slip_for(entry: str, wanted: str) -> bool:
    """Report whether an entry was meant for a method or a header that it does not allow.

    It is in quotes, has `_` for `-`, or is a method in small letters; header names have no case.
    """
    is_the_same = entry.lower() == wanted.lower() and entry.upper() != wanted
    return entry != wanted and not is_the_same and _plain(entry) == _plain(wanted)


def _plain(entry: str) -> str:
    return entry.strip("'\"` ").replace("_", "-").lower()
